/* The runner's jobs in channels against the played Slack, which judges what it is sent as the true one is documented to. */
#include "tests/bot/channel_scene.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTICE = 0x1234 };

static const char dev[] = "CDEV000001";

static void check_texts(struct scene *scene, const char *name, const char *channel, const char *expected)
{
    char *texts = scene_texts(scene, channel);

    case_text(name, texts, expected);
    free(texts);
}

/* A channel of its own, so that nothing waits for its second. */
static void make_channel(struct scene *scene, const char *id)
{
    char body[160];

    snprintf(body, sizeof body,
             "{\"id\":\"%s\",\"name\":\"x\",\"is_channel\":true,\"is_private\":false,\"is_archived\":false,"
             "\"is_member\":true}",
             id);
    scene_tell(scene, "/channels", body);
}

static void a_message_is_posted_and_changed(void)
{
    struct scene scene;

    scene_open(&scene);
    scene_post(&scene, 1, dev, "`dev1` stops at 20:00", NOTICE);
    scene_carry_out(&scene);
    scene_wait(&scene, 1);
    const struct told *told = scene_told(&scene, 1);
    CU_ASSERT_EQUAL(told->kind, EVENT_POSTED);
    CU_ASSERT_EQUAL(told->posted, POST_OK);
    check_texts(&scene, "posted", dev, "`dev1` stops at 20:00\n");

    scene_update(&scene, 2, dev, told->message, "`dev1` is kept awake");
    scene_carry_out(&scene);
    scene_wait(&scene, 2);
    CU_ASSERT_EQUAL(scene_told(&scene, 2)->posted, POST_OK);
    CU_ASSERT_STRING_EQUAL(scene_told(&scene, 2)->message, told->message);
    check_texts(&scene, "updated", dev, "`dev1` is kept awake\n");
    CU_ASSERT_STRING_EQUAL(scene_log(&scene), "");
    scene_close(&scene);
}

/* More than the burst that Slack lets pass: sent at once, the sixth would be refused. */
static void a_channel_gets_its_messages_in_order_and_no_faster_than_slack_takes_them(void)
{
    enum { MESSAGES = 7 };
    struct scene scene;

    scene_open(&scene);
    for (uint64_t i = 1; i <= MESSAGES; i++) {
        char text[16];

        snprintf(text, sizeof text, "m%d", (int) i);
        scene_post(&scene, i, dev, text, 0);
    }
    scene_post(&scene, 100, "COPS000001", "other", 0);
    scene_carry_out(&scene);
    scene_wait(&scene, MESSAGES + 1);
    check_texts(&scene, "order", dev, "m1\nm2\nm3\nm4\nm5\nm6\nm7\n");
    check_texts(&scene, "other", "COPS000001", "other\n");
    for (uint64_t i = 1; i <= MESSAGES; i++)
        CU_ASSERT_EQUAL(scene_told(&scene, i)->posted, POST_OK);
    /* The other channel did not wait for the end of this one. */
    CU_ASSERT_EQUAL(scene.engine.told[MESSAGES].ticket, MESSAGES);
    scene_close(&scene);
}

struct fault_case {
    const char *fault; /* its members */
    enum post_result posted, updated;
    const char *slack_error;
    bool is_there; /* the post */
};

static void what_became_of_a_post_is_told(void)
{
    static const struct fault_case cases[] = {
        { "\"status\":503,\"body\":\"\"", POST_UNCLEAR, POST_OK, "", false },
        { "\"status\":503,\"body\":\"\",\"carry_out\":true", POST_UNCLEAR, POST_OK, "", true },
        { "\"close\":true,\"carry_out\":true", POST_UNCLEAR, POST_OK, "", true },
        { "\"close\":true", POST_UNCLEAR, POST_OK, "", false },
        { "\"status\":200,\"body\":\"<html>\"", POST_UNCLEAR, POST_LATER, "", false },
        { "\"error\":\"internal_error\"", POST_UNCLEAR, POST_OK, "internal_error", false },
        { "\"error\":\"channel_not_found\"", POST_REFUSED, POST_REFUSED, "channel_not_found", false },
        { "\"error\":\"team_added_to_org\"", POST_LATER, POST_LATER, "team_added_to_org", false },
    };
    struct scene scene;

    scene_open(&scene);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t ticket = 10 * (i + 1);
        char channel[16], body[256];

        snprintf(channel, sizeof channel, "CCASE%05zu", i);
        make_channel(&scene, channel);
        snprintf(body, sizeof body, "{\"method\":\"chat.postMessage\",%s}", cases[i].fault);
        scene_tell(&scene, "/faults", body);
        scene_post(&scene, ticket, channel, "hi", NOTICE);
        scene_carry_out(&scene);
        scene_wait(&scene, scene.engine.told_count + 1);
        case_number(cases[i].fault, scene_told(&scene, ticket)->posted, cases[i].posted);
        case_text(cases[i].fault, scene_told(&scene, ticket)->slack_error, cases[i].slack_error);
        check_texts(&scene, cases[i].fault, channel, cases[i].is_there ? "hi\n" : "");
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(scene_log(&scene), "event=post_failed channel=CCASE00000"));
    scene_close(&scene);
}

static void an_update_is_repeated_until_it_is_answered(void)
{
    static const struct fault_case cases[] = {
        { "\"status\":503,\"body\":\"\",\"count\":2", POST_OK, POST_OK, "", true },
        { "\"close\":true,\"carry_out\":true", POST_OK, POST_OK, "", true },
        { "\"status\":503,\"body\":\"\",\"count\":3", POST_OK, POST_LATER, "", true },
        { "\"status\":200,\"body\":\"<html>\"", POST_OK, POST_LATER, "", true },
        { "\"error\":\"edit_window_closed\"", POST_OK, POST_REFUSED, "edit_window_closed", true },
        { "\"error\":\"message_not_found\"", POST_OK, POST_REFUSED, "message_not_found", true },
    };
    struct scene scene;

    scene_open(&scene);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t ticket = 10 * (i + 1);
        char channel[16], body[256];

        snprintf(channel, sizeof channel, "CCASE%05zu", i);
        make_channel(&scene, channel);
        scene_post(&scene, ticket, channel, "hi", NOTICE);
        scene_carry_out(&scene);
        scene_wait(&scene, scene.engine.told_count + 1);
        snprintf(body, sizeof body, "{\"method\":\"chat.update\",%s}", cases[i].fault);
        scene_tell(&scene, "/faults", body);
        scene_update(&scene, ticket + 1, channel, scene_told(&scene, ticket)->message, "ho");
        scene_carry_out(&scene);
        scene_wait(&scene, scene.engine.told_count + 1);
        case_number(cases[i].fault, scene_told(&scene, ticket + 1)->posted, cases[i].updated);
        case_text(cases[i].fault, scene_told(&scene, ticket + 1)->slack_error, cases[i].slack_error);
        check_texts(&scene, cases[i].fault, channel, cases[i].updated == POST_OK ? "ho\n" : "hi\n");
    }
    scene_close(&scene);
}

static void append_lines(struct buffer *text, int count)
{
    for (int i = 0; i < count; i++)
        buffer_append_format(text, "line %0200d\n", i);
}

/* The played Slack takes 13,000 characters in all blocks. */
static void a_message_that_slack_finds_too_long_is_cut(void)
{
    struct buffer text = { 0 };
    struct scene scene;

    scene_open(&scene);
    append_lines(&text, 100);
    scene_post(&scene, 1, dev, buffer_text(&text), NOTICE);
    scene_carry_out(&scene);
    scene_wait(&scene, 1);
    CU_ASSERT_EQUAL(scene_told(&scene, 1)->posted, POST_OK);
    scene_update(&scene, 2, dev, scene_told(&scene, 1)->message, buffer_text(&text));
    scene_carry_out(&scene);
    scene_wait(&scene, 2);
    CU_ASSERT_EQUAL(scene_told(&scene, 2)->posted, POST_OK);

    cJSON *answer = scene_control(&scene, "GET", "/messages?channel=CDEV000001", "");
    char *shown = cJSON_PrintUnformatted(answer);
    CU_ASSERT_EQUAL(cJSON_GetArraySize(json_member(answer, "messages")), 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(shown, "more lines do not fit into one message"));
    CU_ASSERT_PTR_NOT_NULL(strstr(scene_log(&scene), "level=warn event=message_cut channel=CDEV000001"));
    cJSON_free(shown);
    cJSON_Delete(answer);
    buffer_release(&text);
    scene_forget_violations(&scene);
    scene_close(&scene);
}

static void what_slack_refuses_is_told_and_not_logged(void)
{
    static const struct {
        const char *channel, *slack_error;
    } cases[] = {
        { "CALL000001", "not_in_channel" },
        { "GSEC000001", "channel_not_found" },
        { "C000000000", "channel_not_found" },
        { "CARCHIVED1", "is_archived" },
    };
    struct scene scene;

    scene_open(&scene);
    scene_tell(&scene, "/channels", "{\"id\":\"CARCHIVED1\",\"is_archived\":true,\"is_member\":true}");
    for (uint64_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scene_post(&scene, 1 + i, cases[i].channel, "hi", NOTICE);
        scene_carry_out(&scene);
        scene_wait(&scene, scene.engine.told_count + 1);
        case_number(cases[i].channel, scene_told(&scene, 1 + i)->posted, POST_REFUSED);
        case_text(cases[i].channel, scene_told(&scene, 1 + i)->slack_error, cases[i].slack_error);
    }
    CU_ASSERT_STRING_EQUAL(scene_log(&scene), "");
    scene_forget_violations(&scene);
    scene_close(&scene);
}

static void a_slack_that_says_to_slow_down_or_is_not_there_is_asked_later(void)
{
    struct scene scene;

    scene_open(&scene);
    scene_tell(&scene, "/faults",
               "{\"method\":\"chat.postMessage\",\"status\":429,\"retry_after_s\":1,\"body\":\"\",\"count\":3}");
    scene_post(&scene, 1, dev, "hi", NOTICE);
    scene_carry_out(&scene);
    scene_wait(&scene, 1);
    CU_ASSERT_EQUAL(scene_told(&scene, 1)->posted, POST_LATER);
    check_texts(&scene, "429", dev, "");

    scene_call(&scene, "https://localhost:1/api/");
    scene_post(&scene, 2, dev, "hi", NOTICE);
    scene_update(&scene, 3, "COPS000001", "1.000000", "hi");
    scene_find(&scene, 4, "CALL000001", NOTICE);
    scene_look_up(&scene, 5, "SOPS000001");
    scene_carry_out(&scene);
    scene_wait(&scene, 5);
    CU_ASSERT_EQUAL(scene_told(&scene, 2)->posted, POST_LATER);
    CU_ASSERT_EQUAL(scene_told(&scene, 3)->posted, POST_LATER);
    CU_ASSERT_EQUAL(scene_told(&scene, 4)->found, FIND_LATER);
    CU_ASSERT_FALSE(scene_told(&scene, 5)->has_members);
    CU_ASSERT_STRING_EQUAL(scene_told(&scene, 5)->slack_error, "");
    scene_close(&scene);
}

/* One line when it begins, none while it lasts. */
static void an_outage_is_one_line_in_the_log(void)
{
    struct scene scene;
    int lines = 0;

    scene_open(&scene);
    scene_call(&scene, "https://localhost:1/api/");
    for (uint64_t i = 1; i <= 9; i++) {
        char channel[16];

        snprintf(channel, sizeof channel, "C%d", (int) i);
        scene_post(&scene, i, channel, "hi", NOTICE);
    }
    scene_carry_out(&scene);
    scene_wait(&scene, 9);
    for (const char *at = scene_log(&scene); *at != '\0'; at++)
        lines += *at == '\n';
    CU_ASSERT_EQUAL(lines, 1);
    scene_close(&scene);
}

/* --- histories and groups -------------------------------------------------------------------------------------- */

static void a_post_whose_answer_was_lost_is_found_in_the_history(void)
{
    struct scene scene;
    char ts[RECORD_PERSON_SIZE];

    scene_open(&scene);
    scene_tell(&scene, "/faults", "{\"method\":\"chat.postMessage\",\"close\":true,\"carry_out\":true}");
    scene_post(&scene, 1, dev, "lost", NOTICE);
    scene_carry_out(&scene);
    scene_wait(&scene, 1);
    CU_ASSERT_EQUAL(scene_told(&scene, 1)->posted, POST_UNCLEAR);
    scene_find(&scene, 2, dev, NOTICE);
    scene_find(&scene, 3, dev, NOTICE + 1);
    scene_carry_out(&scene);
    scene_wait(&scene, 3);
    CU_ASSERT_EQUAL(scene_told(&scene, 2)->kind, EVENT_FOUND);
    CU_ASSERT_EQUAL(scene_told(&scene, 2)->found, FIND_FOUND);
    CU_ASSERT_EQUAL(scene_told(&scene, 3)->found, FIND_ABSENT);
    CU_ASSERT_STRING_EQUAL(scene_told(&scene, 3)->message, "");

    snprintf(ts, sizeof ts, "%s", scene_told(&scene, 2)->message);
    scene_update(&scene, 4, dev, ts, "found");
    scene_carry_out(&scene);
    scene_wait(&scene, 4);
    CU_ASSERT_EQUAL(scene_told(&scene, 4)->posted, POST_OK);
    check_texts(&scene, "found", dev, "found\n");
    scene_close(&scene);
}

/* Three pages and the post on the last of them. */
static void a_long_history_is_looked_through(void)
{
    struct scene scene;

    scene_open(&scene);
    scene_tell(&scene, "/settings", "{\"rates_enforced\":false}");
    scene_post(&scene, 1, dev, "first", NOTICE);
    scene_carry_out(&scene);
    scene_wait(&scene, 1);
    scene_tell(&scene, "/messages", "{\"channel\":\"CDEV000001\",\"text\":\"chat\",\"copies\":70}");
    scene_find(&scene, 2, dev, NOTICE);
    scene_carry_out(&scene);
    scene_wait(&scene, 2);
    CU_ASSERT_EQUAL(scene_told(&scene, 2)->found, FIND_FOUND);
    CU_ASSERT_STRING_EQUAL(scene_told(&scene, 2)->message, scene_told(&scene, 1)->message);

    scene_tell(&scene, "/messages", "{\"channel\":\"CDEV000001\",\"text\":\"chat\",\"copies\":500}");
    scene_find(&scene, 3, dev, NOTICE);
    scene_carry_out(&scene);
    scene_wait(&scene, 3);
    CU_ASSERT_EQUAL(scene_told(&scene, 3)->found, FIND_NOT_ALLOWED); /* too much to look through */
    scene_close(&scene);
}

static void a_history_that_may_not_be_read_is_said_quietly(void)
{
    struct scene scene;

    scene_open(&scene);
    scene_tell(&scene, "/settings", "{\"scopes\":\"commands,chat:write,usergroups:read\"}");
    scene_find(&scene, 1, dev, NOTICE);
    scene_find(&scene, 2, "CALL000001", NOTICE);
    scene_carry_out(&scene);
    scene_wait(&scene, 2);
    CU_ASSERT_EQUAL(scene_told(&scene, 1)->found, FIND_NOT_ALLOWED);
    CU_ASSERT_STRING_EQUAL(scene_told(&scene, 1)->slack_error, "missing_scope");
    CU_ASSERT_EQUAL(scene_told(&scene, 2)->found, FIND_NOT_ALLOWED);
    CU_ASSERT_STRING_EQUAL(scene_log(&scene), "");
    scene_forget_violations(&scene);
    scene_close(&scene);
}

static void who_is_in_a_group_is_told(void)
{
    struct scene scene;

    scene_open(&scene);
    scene_tell(&scene, "/usergroups", "{\"id\":\"STWO000001\",\"users\":[\"UANN000001\",\"UBOB000001\"]}");
    scene_tell(&scene, "/usergroups", "{\"id\":\"SNONE00001\",\"users\":[]}");
    scene_look_up(&scene, 1, "STWO000001");
    scene_look_up(&scene, 2, "SNONE00001");
    scene_look_up(&scene, 3, "SGONE00001");
    scene_carry_out(&scene);
    scene_wait(&scene, 3);
    CU_ASSERT_EQUAL(scene_told(&scene, 1)->kind, EVENT_GROUP);
    CU_ASSERT_STRING_EQUAL(scene_told(&scene, 1)->group, "STWO000001");
    CU_ASSERT_STRING_EQUAL(scene_told(&scene, 1)->members, "UANN000001,UBOB000001");
    CU_ASSERT_TRUE(scene_told(&scene, 2)->has_members);
    CU_ASSERT_STRING_EQUAL(scene_told(&scene, 2)->members, "");
    CU_ASSERT_FALSE(scene_told(&scene, 3)->has_members);
    CU_ASSERT_STRING_EQUAL(scene_told(&scene, 3)->slack_error, "no_such_subteam");

    scene_tell(&scene, "/settings", "{\"scopes\":\"commands,chat:write\"}");
    scene_look_up(&scene, 4, "SOPS000001");
    scene_carry_out(&scene);
    scene_wait(&scene, 4);
    CU_ASSERT_FALSE(scene_told(&scene, 4)->has_members);
    CU_ASSERT_STRING_EQUAL(scene_told(&scene, 4)->slack_error, "missing_scope");
    scene_forget_violations(&scene);
    scene_close(&scene);
}

/* --- scopes ---------------------------------------------------------------------------------------------------- */

/* The bot's scopes in the manifest, comma separated, but for one of them. */
static int read_scopes(const char *left_out, char *scopes, size_t size)
{
    struct buffer manifest = { 0 };
    struct error error = { 0 };
    int count = 0;

    scopes[0] = '\0';
    CU_ASSERT_TRUE_FATAL(file_read(CURFEW_DEPLOY "/slack-app.yaml", &manifest, &error));
    const char *line = strstr(buffer_text(&manifest), "\n    bot:\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    line += strlen("\n    bot:\n");
    for (; text_starts_with(line, "      - "); line += strcspn(line, "\n") + 1) {
        const char *scope = line + strlen("      - ");
        size_t length = strcspn(scope, "\n"), used = strlen(scopes);

        count++;
        if (strlen(left_out) == length && strncmp(scope, left_out, length) == 0)
            continue;
        snprintf(scopes + used, size - used, "%s%.*s", used > 0 ? "," : "", (int) length, scope);
    }
    buffer_release(&manifest);
    return count;
}

static void use_scopes(struct scene *scene, const char *left_out)
{
    char scopes[200], body[256];

    CU_ASSERT_EQUAL(read_scopes(left_out, scopes, sizeof scopes), 3); /* the third is commands, which no call needs */
    snprintf(body, sizeof body, "{\"scopes\":\"%s\"}", scopes);
    scene_tell(scene, "/settings", body);
}

/* Posts, updates and looks a group up; how many of them Slack refused for want of a scope. */
static int count_refusals(struct scene *scene, uint64_t ticket, const char *channel)
{
    int before = scene->engine.told_count, refused = 0;

    make_channel(scene, channel);
    scene_post(scene, ticket, channel, "hi", NOTICE);
    scene_update(scene, ticket + 1, "COPS000001", "1.000000", "ho");
    scene_look_up(scene, ticket + 2, "SOPS000001");
    scene_carry_out(scene);
    scene_wait(scene, before + 3);
    for (uint64_t i = 0; i < 3; i++)
        refused += text_equal(scene_told(scene, ticket + i)->slack_error, "missing_scope");
    scene_forget_violations(scene);
    return refused;
}

static void the_scopes_of_the_manifest_suffice_and_none_is_too_many(void)
{
    struct scene scene;

    scene_open(&scene);
    use_scopes(&scene, "");
    CU_ASSERT_EQUAL(count_refusals(&scene, 10, "CSCOPE0001"), 0);
    use_scopes(&scene, "chat:write");
    CU_ASSERT_EQUAL(count_refusals(&scene, 20, "CSCOPE0002"), 2);
    use_scopes(&scene, "usergroups:read");
    CU_ASSERT_EQUAL(count_refusals(&scene, 30, "CSCOPE0003"), 1);
    scene_close(&scene);
}

/* --- limits and the end ---------------------------------------------------------------------------------------- */

static void what_does_not_fit_is_answered_at_once(void)
{
    enum { MORE = 3 };
    struct scene scene;

    scene_open(&scene);
    for (uint64_t i = 0; i < CHANNEL_QUEUE_MAX + 1 + MORE; i++)
        scene_post(&scene, 1 + i, dev, "hi", 0);
    scene_carry_out(&scene);
    CU_ASSERT_EQUAL(scene.engine.told_count, 0);
    scene_wait(&scene, MORE);
    for (uint64_t i = 0; i < MORE; i++)
        CU_ASSERT_EQUAL(scene_told(&scene, CHANNEL_QUEUE_MAX + 2 + i)->posted, POST_LATER);
    scene_close(&scene);
}

static void what_waits_is_dropped_at_the_end_and_what_is_under_way_is_not(void)
{
    struct scene scene;

    scene_open(&scene);
    scene.engine.is_busy = true;
    scene_tell(&scene, "/faults", "{\"method\":\"chat.postMessage\",\"delay_ms\":100}");
    scene_post(&scene, 1, dev, "under way", 0);
    scene_post(&scene, 2, dev, "waits", 0);
    scene_carry_out(&scene);
    runner_stop(scene.runner);
    scene_post(&scene, 3, dev, "too late", 0);
    scene_post(&scene, 4, "COPS000001", "in time", 0);
    scene_carry_out(&scene);
    scene_wait(&scene, 2);
    CU_ASSERT_EQUAL(scene_told(&scene, 1)->posted, POST_OK);
    CU_ASSERT_EQUAL(scene_told(&scene, 4)->posted, POST_OK);
    CU_ASSERT_PTR_NULL(scene.runner->jobs);
    check_texts(&scene, "dev", dev, "under way\n");
    check_texts(&scene, "ops", "COPS000001", "in time\n");
    scene_close(&scene);
}

TEST_MAIN("bot/channel_jobs", TEST(a_message_is_posted_and_changed),
          TEST(a_channel_gets_its_messages_in_order_and_no_faster_than_slack_takes_them),
          TEST(what_became_of_a_post_is_told), TEST(an_update_is_repeated_until_it_is_answered),
          TEST(a_message_that_slack_finds_too_long_is_cut), TEST(what_slack_refuses_is_told_and_not_logged),
          TEST(a_slack_that_says_to_slow_down_or_is_not_there_is_asked_later), TEST(an_outage_is_one_line_in_the_log),
          TEST(a_post_whose_answer_was_lost_is_found_in_the_history), TEST(a_long_history_is_looked_through),
          TEST(a_history_that_may_not_be_read_is_said_quietly), TEST(who_is_in_a_group_is_told),
          TEST(the_scopes_of_the_manifest_suffice_and_none_is_too_many), TEST(what_does_not_fit_is_answered_at_once),
          TEST(what_waits_is_dropped_at_the_end_and_what_is_under_way_is_not))

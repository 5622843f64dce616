/* tests/standin/test_slack_history.c - what conversations.history shows, and to whom; what becomes of a message's metadata. */
#include "tests/standin/slack.h"

#include "base/json.h"
#include "tests/standin/slack_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdio.h>
#include <string.h>

static const char bot_json[] = "Authorization: Bearer xoxb-1000000000001-1000000000002-5c7a1d\r\n"
                               "Content-Type: application/json; charset=utf-8\r\n";
static const char bot_form[] = "Authorization: Bearer xoxb-1000000000001-1000000000002-5c7a1d\r\n"
                               "Content-Type: application/x-www-form-urlencoded\r\n";

static const char *read_history(struct scene *scene, const char *form)
{
    return scene_ask(&scene->client, "POST", "/api/conversations.history", bot_form, form);
}

static void which_scope_is_needed_depends_on_the_kind_of_channel(void)
{
    static const struct {
        const char *scopes, *channel;
        const char *answer; /* part of it */
    } cases[] = {
        { "channels:history", "CDEV000001", "\"ok\":true" },
        { "chat:write", "CDEV000001", "\"needed\":\"channels:history,groups:history,mpim:history,im:history\"" },
        { "chat:write", "C000000000", "\"missing_scope\"" },
        { "groups:history", "CDEV000001", "\"needed\":\"channels:history\"" },
        { "channels:history", "GOPS000001", "\"needed\":\"groups:history\"" },
        { "groups:history", "GOPS000001", "\"ok\":true" },
        { "groups:history", "GSEC000001", "\"channel_not_found\"" },
        { "channels:history", "CALL000001", "\"not_in_channel\"" },
        { "channels:history", "COLD000001", "\"ok\":true" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        char form[64];

        scene_begin(&scene);
        workspace_put(&scene.slack.workspace, WORKSPACE_CHANNEL,
                      cJSON_Parse("{\"id\":\"GOPS000001\",\"is_private\":true,\"is_member\":true}"));
        workspace_put(&scene.slack.workspace, WORKSPACE_CHANNEL,
                      cJSON_Parse("{\"id\":\"COLD000001\",\"is_archived\":true,\"is_member\":true}"));
        snprintf(scene.slack.scopes, sizeof scene.slack.scopes, "%s", cases[i].scopes);
        snprintf(form, sizeof form, "channel=%s", cases[i].channel);
        case_holds(cases[i].answer, strstr(read_history(&scene, form), cases[i].answer) != NULL);
        scene_end(&scene);
    }
}

/* Newest first; each page but the last gives a cursor for the next one. */
static void a_history_comes_in_pages(void)
{
    struct scene scene;
    char form[160];
    const char *cursor = NULL;

    scene_begin(&scene);
    for (int i = 1; i <= 5; i++) {
        char text[16];

        snprintf(text, sizeof text, "m%d", i);
        workspace_say(&scene.slack.workspace, "CDEV000001", "UANN000001", text);
    }
    const char *answer = read_history(&scene, "channel=CDEV000001&limit=3");
    CU_ASSERT(strstr(answer, "m5") < strstr(answer, "m4") && strstr(answer, "m4") < strstr(answer, "m3"));
    CU_ASSERT_PTR_NULL(strstr(answer, "m2"));
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "\"has_more\":true"));
    cursor = strstr(answer, "\"next_cursor\":\"");
    CU_ASSERT_PTR_NOT_NULL_FATAL(cursor);
    cursor += strlen("\"next_cursor\":\"");
    snprintf(form, sizeof form, "channel=CDEV000001&limit=3&cursor=%.*s", (int) strcspn(cursor, "\""), cursor);
    answer = read_history(&scene, form);
    CU_ASSERT(strstr(answer, "m2") < strstr(answer, "m1"));
    CU_ASSERT_PTR_NULL(strstr(answer, "m3"));
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "\"has_more\":false"));
    CU_ASSERT_PTR_NULL(strstr(answer, "next_cursor"));
    CU_ASSERT_PTR_NOT_NULL(strstr(read_history(&scene, "channel=CDEV000001&cursor=x"), "\"invalid_cursor\""));
    scene_end(&scene);
}

static void only_what_is_not_older_is_shown(void)
{
    struct scene scene;
    char form[96];

    scene_begin(&scene);
    workspace_say(&scene.slack.workspace, "CDEV000001", "UANN000001", "before");
    const char *ts = workspace_say(&scene.slack.workspace, "CDEV000001", "UANN000001", "after")->ts;
    snprintf(form, sizeof form, "channel=CDEV000001&inclusive=true&oldest=%s", ts);
    const char *answer = read_history(&scene, form);
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "after"));
    CU_ASSERT_PTR_NULL(strstr(answer, "before"));
    snprintf(form, sizeof form, "channel=CDEV000001&oldest=%s", ts);
    CU_ASSERT_PTR_NULL(strstr(read_history(&scene, form), "after"));
    scene_end(&scene);
}

/* --- metadata -------------------------------------------------------------------------------------------------- */

static void post(struct scene *scene, const char *metadata, const char *expected)
{
    char body[256];

    snprintf(body, sizeof body, "{\"channel\":\"CDEV000001\",\"text\":\"hi\",\"metadata\":%s}", metadata);
    case_holds(metadata,
               strstr(scene_ask(&scene->client, "POST", "/api/chat.postMessage", bot_json, body), expected) != NULL);
}

static void metadata_is_shown_to_who_asks_for_it(void)
{
    static const char metadata[] = "{\"event_type\":\"a_notice\",\"event_payload\":{\"notice\":\"7\"}}";
    static const char shown[] = "\"metadata\":{\"event_type\":\"a_notice\",\"event_payload\":{\"notice\":\"7\"}}";
    struct scene scene;

    scene_begin(&scene);
    post(&scene, metadata, "\"ok\":true");
    CU_ASSERT_PTR_NULL(strstr(read_history(&scene, "channel=CDEV000001"), "metadata\":{\"event_type"));
    CU_ASSERT_PTR_NOT_NULL(strstr(read_history(&scene, "channel=CDEV000001&include_all_metadata=true"), shown));
    scene_end(&scene);
}

static void metadata_needs_a_type_and_a_payload(void)
{
    struct scene scene;

    scene_begin(&scene);
    post(&scene, "7", "\"invalid_metadata_format\"");
    post(&scene, "{\"event_payload\":{}}", "\"invalid_metadata_schema\"");
    post(&scene, "{\"event_type\":\"a\",\"event_payload\":\"x\"}", "\"invalid_metadata_schema\"");
    scene_end(&scene);
}

static void an_update_keeps_the_metadata_or_replaces_it(void)
{
    struct scene scene;
    char body[256];

    scene_begin(&scene);
    post(&scene, "{\"event_type\":\"first\",\"event_payload\":{}}", "\"ok\":true");
    const char *ts = scene.slack.workspace.messages[0].ts;
    snprintf(body, sizeof body, "{\"channel\":\"CDEV000001\",\"ts\":\"%s\",\"text\":\"ho\"}", ts);
    scene_ask(&scene.client, "POST", "/api/chat.update", bot_json, body);
    CU_ASSERT_PTR_NOT_NULL(strstr(read_history(&scene, "channel=CDEV000001&include_all_metadata=true"), "first"));
    snprintf(body, sizeof body,
             "{\"channel\":\"CDEV000001\",\"ts\":\"%s\",\"text\":\"ho\",\"metadata\":{\"event_type\":\"second\","
             "\"event_payload\":{}}}",
             ts);
    scene_ask(&scene.client, "POST", "/api/chat.update", bot_json, body);
    const char *answer = read_history(&scene, "channel=CDEV000001&include_all_metadata=true");
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "second"));
    CU_ASSERT_PTR_NULL(strstr(answer, "first"));
    scene_end(&scene);
}

/* --- what cannot be written ------------------------------------------------------------------------------------ */

static void a_message_in_an_archived_channel_stays_as_it_is(void)
{
    struct scene scene;
    char body[256];

    scene_begin(&scene);
    post(&scene, "null", "\"ok\":true");
    workspace_put(&scene.slack.workspace, WORKSPACE_CHANNEL,
                  cJSON_Parse("{\"id\":\"CDEV000001\",\"is_archived\":true,\"is_member\":true}"));
    post(&scene, "null", "\"is_archived\"");
    snprintf(body, sizeof body, "{\"channel\":\"CDEV000001\",\"ts\":\"%s\",\"text\":\"ho\"}",
             scene.slack.workspace.messages[0].ts);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(scene_ask(&scene.client, "POST", "/api/chat.update", bot_json, body), "\"is_inactive\""));
    scene_end(&scene);
}

/* 4 sections of 2,990 characters pass, 5 do not. */
static void blocks_that_are_too_long_together_are_refused(void)
{
    static const struct {
        int blocks;
        const char *answer;
    } cases[] = { { 4, "\"ok\":true" }, { 5, "\"msg_blocks_too_long\"" } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer body = { 0 };
        struct scene scene;

        buffer_append_text(&body, "{\"channel\":\"CDEV000001\",\"text\":\"hi\",\"blocks\":[");
        for (int block = 0; block < cases[i].blocks; block++)
            buffer_append_format(&body, "%s{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"%02990d\"}}",
                                 block > 0 ? "," : "", block);
        buffer_append_text(&body, "]}");
        scene_begin(&scene);
        const char *answer = scene_ask(&scene.client, "POST", "/api/chat.postMessage", bot_json, buffer_text(&body));
        case_holds(cases[i].answer, strstr(answer, cases[i].answer) != NULL);
        scene_end(&scene);
    }
}

TEST_MAIN("standin/slack_history", TEST(which_scope_is_needed_depends_on_the_kind_of_channel),
          TEST(a_history_comes_in_pages), TEST(only_what_is_not_older_is_shown),
          TEST(metadata_is_shown_to_who_asks_for_it), TEST(metadata_needs_a_type_and_a_payload),
          TEST(an_update_keeps_the_metadata_or_replaces_it), TEST(a_message_in_an_archived_channel_stays_as_it_is),
          TEST(blocks_that_are_too_long_together_are_refused))

/* tests/end_to_end/test_faults.c - what Slack and the network do to the bot.
 *
 * At the end of each: it takes commands again, Slack has nothing to complain about, and its log (of level debug) holds no
 * token, ticket or response URL.
 */
#include "tests/end_to_end/world.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include "base/json.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct world world;

static const char *const verbose[] = { "CURFEW_LOG=debug", NULL };
static const char all_up[] = "web 3 api 1 idle 0 db 2";

static bool stands_at(const char *name, const char *replicas)
{
    return world_stands_at(&world, name, replicas);
}

/* One that runs already will do, unless it ended. */
static bool has_bot(void)
{
    return (world.bot.child.stage != NULL && !world.bot.child.ended) || world_start_bot(&world, verbose);
}

static bool spoil(const char *json)
{
    return workspace_do(&world.workspace, "POST", "/spoil", json);
}

static bool add_fault(const char *json)
{
    return workspace_do(&world.workspace, "POST", "/faults", json);
}

static bool works(void)
{
    return holds(world_say(&world, "help"), "/curfew stop");
}

/* Counts hellos so far, does something to all connections, and waits until there is a new one. */
static bool reconnects_after(const char *path, const char *json)
{
    int hellos = workspace_count(&world.workspace, "type=hello");

    return workspace_do(&world.workspace, "POST", path, json) &&
           workspace_wait(&world.workspace, "type=hello", hellos + 1, NULL);
}

/* --- connections ----------------------------------------------------------------------------------------------- */

static void a_connection_that_ends_is_replaced(void)
{
    static const struct {
        const char *name;
        const char *path;
        const char *json;
    } cases[] = {
        { "TCP is dropped", "/spoil", "{\"kind\":\"drop\"}" },
        { "TCP is half closed", "/spoil", "{\"kind\":\"finish\"}" },
        { "closed by Slack", "/spoil", "{\"kind\":\"close\",\"code\":1001}" },
        { "bytes that are no frame", "/spoil", "{\"kind\":\"garbage\"}" },
        { "refresh_requested", "/disconnect", "{\"reason\":\"refresh_requested\"}" },
        { "warning", "/disconnect", "{\"reason\":\"warning\"}" },
        { "a reason that nobody knows", "/disconnect", "{\"reason\":\"because\"}" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_FATAL(world_start_bot(&world, verbose)); /* anew, since it waits longer with each failure */
        case_holds(cases[i].name, reconnects_after(cases[i].path, cases[i].json));
        case_holds(cases[i].name, works());
        case_holds(cases[i].name, world_is_content(&world));
    }
}

/* The connection that said hello last. */
static int64_t newest_session(void)
{
    released_by(json_release) cJSON *entries = NULL;
    int hellos = workspace_count(&world.workspace, "type=hello");
    struct error error;
    int64_t session = 0;

    if (!workspace_wait(&world.workspace, "type=hello", hellos, &entries) ||
        !json_number(cJSON_GetArrayItem(entries, hellos - 1), "session", 0, 1, INT32_MAX, &session, &error))
        return 0;
    return session;
}

static void a_connection_that_falls_silent_is_replaced(void)
{
    char silent[64], gone[64];

    CU_ASSERT_FATAL(world_start_bot(&world, verbose));
    snprintf(silent, sizeof silent, "{\"kind\":\"drop\",\"session\":%" PRId64 "}", newest_session());
    snprintf(gone, sizeof gone, "type=disconnection&session=%" PRId64, newest_session());
    CU_ASSERT(reconnects_after("/spoil", "{\"kind\":\"silence\"}"));
    CU_ASSERT(spoil(silent)); /* Slack would go on to give it a share of the commands */
    CU_ASSERT(workspace_wait(&world.workspace, gone, 1, NULL));
    CU_ASSERT(works());
    CU_ASSERT(world_is_content(&world));
}

/* Slack hands a command to any of the connections; during the swap none is lost. */
static void no_command_is_lost_while_a_connection_is_swapped(void)
{
    enum { COMMANDS = 20 };
    struct sent sent[COMMANDS];
    int hellos;

    CU_ASSERT_FATAL(has_bot());
    hellos = workspace_count(&world.workspace, "type=hello");
    CU_ASSERT(workspace_do(&world.workspace, "POST", "/disconnect", "{\"reason\":\"refresh_requested\"}"));
    for (int i = 0; i < COMMANDS; i++)
        sent[i] = workspace_command(&world.workspace, NULL, "help");
    for (int i = 0; i < COMMANDS; i++)
        CU_ASSERT(holds(workspace_acked(&world.workspace, &sent[i]), "/curfew stop"));
    CU_ASSERT(workspace_wait(&world.workspace, "type=hello", hellos + 1, NULL));
    CU_ASSERT(works());
    CU_ASSERT(world_is_content(&world));
}

static void no_connection_is_taken_for_one_before_hello(void)
{
    CU_ASSERT_FATAL(world_start_bot(&world, verbose));
    CU_ASSERT(add_fault("{\"method\":\"websocket\",\"count\":1,\"status\":503,\"body\":\"<html>\"}"));
    CU_ASSERT(add_fault("{\"method\":\"websocket\",\"count\":1,\"close\":true}"));
    CU_ASSERT(reconnects_after("/spoil", "{\"kind\":\"drop\"}"));
    CU_ASSERT(works());
    CU_ASSERT(world_is_content(&world));
}

/* --- envelopes ------------------------------------------------------------------------------------------------- */

static int answers_to(const struct sent *sent)
{
    released_by(buffer_release) struct buffer query = { 0 };

    buffer_append_text(&query, "type=response&response_url=");
    http_append_encoded(&query, sent->response_url);
    return workspace_count(&world.workspace, buffer_text(&query));
}

static void a_command_that_arrives_twice_has_one_effect_and_one_answer(void)
{
    struct sent sent, repeated;

    CU_ASSERT_FATAL(has_bot() && world_make_environment(&world, "twice1", NULL));
    for (int with_new_id = 0; with_new_id < 2; with_new_id++) {
        sent = workspace_command_with(&world.workspace, "stop twice1", "\"copies\":2");
        CU_ASSERT(holds(workspace_answer(&world.workspace, &sent, 1), "is stopped"));
        repeated = workspace_repeat(&world.workspace, &sent, with_new_id == 1);
        CU_ASSERT_PTR_NOT_NULL(workspace_acked(&world.workspace, &repeated));
        CU_ASSERT(holds(world_say(&world, "start twice1"), "is up"));
        CU_ASSERT(stands_at("twice1", all_up));
        repeated = workspace_repeat(&world.workspace, &sent, with_new_id == 1);
        CU_ASSERT_PTR_NOT_NULL(workspace_acked(&world.workspace, &repeated));
        CU_ASSERT(works());
        CU_ASSERT(stands_at("twice1", all_up));
        CU_ASSERT_EQUAL(answers_to(&sent), 1);
        CU_ASSERT(world_is_content(&world));
    }
}

/* The repeat comes to a process that knows of the first one from the store alone. */
static void a_command_that_arrives_again_after_a_restart_has_no_effect(void)
{
    struct sent sent, repeated;

    CU_ASSERT_FATAL(has_bot() && world_make_environment(&world, "again1", NULL));
    sent = workspace_command(&world.workspace, NULL, "stop again1");
    CU_ASSERT(holds(workspace_answer(&world.workspace, &sent, 1), "is stopped"));
    CU_ASSERT(holds(world_say(&world, "start again1"), "is up"));
    CU_ASSERT(bot_stop(&world.bot));
    CU_ASSERT_FATAL(has_bot());
    repeated = workspace_repeat(&world.workspace, &sent, true);
    CU_ASSERT_PTR_NOT_NULL(workspace_acked(&world.workspace, &repeated));
    CU_ASSERT(works());
    CU_ASSERT(stands_at("again1", all_up));
    CU_ASSERT_EQUAL(answers_to(&sent), 1);
    CU_ASSERT(world_is_content(&world));
}

static void what_is_no_envelope_is_passed_over(void)
{
    static const char *const texts[] = {
        "not json at all",
        "UNAUTHENTICATED: cache_error",
        "{}",
        "[]",
        "{\\\"type\\\":\\\"slash_commands\\\"}",
        "{\\\"type\\\":7,\\\"envelope_id\\\":{}}",
        "{\\\"type\\\":\\\"hello\\\"}",
        "{\\\"payload\\\":{\\\"text\\\":7},\\\"type\\\":\\\"slash_commands\\\",\\\"accepts_response_payload\\\":true}",
    };
    char body[512];

    CU_ASSERT_FATAL(has_bot());
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        snprintf(body, sizeof body, "{\"kind\":\"text\",\"text\":\"%s\"}", texts[i]);
        CU_ASSERT(spoil(body));
        case_holds(texts[i], works());
    }
    CU_ASSERT(world_is_content(&world));
}

/* Acked, where their id can be read, and without any effect. */
static void envelopes_of_unknown_kinds_are_acked(void)
{
    static const char *const bodies[] = {
        "{\"type\":\"not_invented_yet\",\"payload\":{\"a\":[1,2,3]}}",
        "{\"type\":\"slash_commands\",\"payload\":{}}",
        "{\"type\":\"slash_commands\",\"payload\":{\"text\":7,\"user_id\":[]}}",
        "{\"type\":\"interactive\",\"payload\":{\"type\":\"block_actions\",\"actions\":[]}}",
        "{\"type\":\"interactive\",\"payload\":{\"type\":\"shortcut\"}}",
        "{\"type\":\"events_api\",\"payload\":{\"event\":{\"type\":\"app_home_opened\"}}}",
    };

    CU_ASSERT_FATAL(has_bot());
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        int acks = workspace_count(&world.workspace, "type=ack");
        CU_ASSERT(workspace_do(&world.workspace, "POST", "/envelope", bodies[i]));
        case_holds(bodies[i], workspace_wait(&world.workspace, "type=ack", acks + 1, NULL));
        case_holds(bodies[i], works());
    }
    CU_ASSERT(world_is_content(&world));
}

static void envelopes_in_odd_frames_are_read_or_passed_over(void)
{
    struct sent sent;

    CU_ASSERT_FATAL(has_bot());
    sent = workspace_command_with(&world.workspace, "help", "\"fragments\":7");
    CU_ASSERT(holds(workspace_acked(&world.workspace, &sent), "/curfew stop"));
    sent = workspace_command_with(&world.workspace, "help", "\"padding_bytes\":900000");
    CU_ASSERT(holds(workspace_acked(&world.workspace, &sent), "/curfew stop"));
    (void) workspace_command_with(&world.workspace, "help", "\"padding_bytes\":3000000");
    CU_ASSERT(works());
    (void) workspace_command_with(&world.workspace, "help", "\"binary\":true");
    CU_ASSERT(works());
    CU_ASSERT(world_is_content(&world));
}

static void a_command_that_is_too_long_is_answered(void)
{
    released_by(buffer_release) struct buffer text = { 0 };
    struct sent sent;

    CU_ASSERT_FATAL(has_bot());
    buffer_append_text(&text, "stop");
    for (int i = 0; i < 6000; i++)
        buffer_append_text(&text, " a");
    sent = workspace_command(&world.workspace, NULL, buffer_text(&text));
    CU_ASSERT(holds(workspace_acked(&world.workspace, &sent), "too long"));
    CU_ASSERT(world_is_content(&world));
}

/* --- answers --------------------------------------------------------------------------------------------------- */

/* By its response URL, or to its user where that certainly failed. */
static bool is_answered(const char *fault, bool directly)
{
    int messages = workspace_count(&world.workspace, "type=message");

    if (!add_fault(fault))
        return false;
    if (!directly)
        return holds(world_say(&world, "status twice1"), "`twice1`");
    (void) workspace_command(&world.workspace, NULL, "status twice1");
    return workspace_wait(&world.workspace, "type=message", messages + 1, NULL);
}

static void an_answer_gets_through_what_the_web_api_does_in_between(void)
{
    static const struct {
        const char *name;
        const char *fault;
        bool directly;
    } cases[] = {
        { "HTML",
          "{\"method\":\"response_url\",\"count\":1,\"status\":503,\"body\":\"<html>\",\"content_type\":\"text/html\"}",
          true },
        { "429", "{\"method\":\"response_url\",\"count\":1,\"status\":429,\"retry_after_s\":1,\"body\":\"\"}", false },
        { "500", "{\"method\":\"response_url\",\"count\":1,\"status\":500,\"body\":\"\"}", true },
        { "late", "{\"method\":\"response_url\",\"count\":1,\"delay_ms\":1500}", false },
    };

    CU_ASSERT_FATAL(has_bot());
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        case_holds(cases[i].name, is_answered(cases[i].fault, cases[i].directly));
        case_holds(cases[i].name, world_is_content(&world));
    }
    CU_ASSERT(workspace_do(&world.workspace, "DELETE", "/faults", NULL));
}

static void an_answer_for_a_used_response_url_goes_to_its_user(void)
{
    int messages;

    CU_ASSERT_FATAL(has_bot());
    messages = workspace_count(&world.workspace, "type=message");
    CU_ASSERT(add_fault("{\"method\":\"response_url\",\"count\":1,\"status\":404,"
                        "\"body\":\"{\\\"ok\\\":false,\\\"error\\\":\\\"used_url\\\"}\","
                        "\"content_type\":\"application/json\"}"));
    struct sent sent = workspace_command(&world.workspace, NULL, "status twice1");
    cJSON *entries = NULL;
    CU_ASSERT_FATAL(workspace_wait(&world.workspace, "type=message", messages + 1, &entries));
    const cJSON *entry = cJSON_GetArrayItem(entries, messages);
    CU_ASSERT(holds(json_text(entry, "message/text"), "`twice1`"));
    CU_ASSERT_STRING_EQUAL(json_text(entry, "channel"), "DANN000001");
    CU_ASSERT_EQUAL(answers_to(&sent), 0);
    cJSON_Delete(entries);
    CU_ASSERT(world_is_content(&world));
}

static void a_ticket_is_asked_for_until_there_is_one(void)
{
    static const struct {
        const char *name;
        const char *fault;
    } cases[] = {
        { "HTML", "{\"method\":\"apps.connections.open\",\"count\":1,\"status\":502,\"body\":\"<html>\",\"content_"
                  "type\":\"text/html\"}" },
        { "half of the JSON", "{\"method\":\"apps.connections.open\",\"count\":1,\"status\":200,\"body\":\"{\\\"ok\\\":"
                              "true,\\\"url\\\":\\\"wss\",\"content_type\":\"application/json\"}" },
        { "429",
          "{\"method\":\"apps.connections.open\",\"count\":1,\"status\":429,\"retry_after_s\":1,\"body\":\"\"}" },
        { "internal_error", "{\"method\":\"apps.connections.open\",\"count\":1,\"error\":\"internal_error\"}" },
        { "no answer", "{\"method\":\"apps.connections.open\",\"count\":1,\"close\":true}" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_FATAL(world_start_bot(&world, verbose)); /* likewise */
        CU_ASSERT(add_fault(cases[i].fault));
        case_holds(cases[i].name, reconnects_after("/spoil", "{\"kind\":\"drop\"}"));
        case_holds(cases[i].name, works());
        case_holds(cases[i].name, world_is_content(&world));
    }
}

WORLD_MAIN("end_to_end/faults", &world, "4s", TEST(a_connection_that_ends_is_replaced),
           TEST(a_connection_that_falls_silent_is_replaced), TEST(no_command_is_lost_while_a_connection_is_swapped),
           TEST(no_connection_is_taken_for_one_before_hello),
           TEST(a_command_that_arrives_twice_has_one_effect_and_one_answer),
           TEST(a_command_that_arrives_again_after_a_restart_has_no_effect), TEST(what_is_no_envelope_is_passed_over),
           TEST(envelopes_of_unknown_kinds_are_acked), TEST(envelopes_in_odd_frames_are_read_or_passed_over),
           TEST(a_command_that_is_too_long_is_answered), TEST(an_answer_gets_through_what_the_web_api_does_in_between),
           TEST(an_answer_for_a_used_response_url_goes_to_its_user), TEST(a_ticket_is_asked_for_until_there_is_one))

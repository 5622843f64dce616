/* tests/standin/test_slack_control.c - tests/standin/slack_control.h: the calls of the port of tests. */
#include "tests/standin/slack_control.h"

#include "base/buffer.h"
#include "base/json.h"
#include "tests/standin/slack_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

/* A second client, of the control port. */
struct desk {
    struct scene scene;
    struct raw_client client;
};

static void desk_begin(struct desk *desk)
{
    scene_begin(&desk->scene);
    raw_client_connect(&desk->client, desk->scene.loop, desk->scene.control_port);
}

static void desk_end(struct desk *desk)
{
    raw_client_close(&desk->client);
    scene_end(&desk->scene);
}

static const char *ask(struct desk *desk, const char *method, const char *path, const char *body)
{
    return scene_ask(&desk->client, method, path, "", body);
}

static void every_call_says_what_it_did_or_what_was_wrong(void)
{
    static const struct {
        const char *method, *path, *body;
        const char *status;
        const char *answer; /* part of it */
    } cases[] = {
        { "POST", "/command", "{\"text\":\"status\"}", "503", "\"error\":\"dispatch_failed\"" },
        { "POST", "/command", "{\"user\":\"U1\"}", "404", "no such user: U1" },
        { "POST", "/command", "{\"channel\":\"C1\"}", "404", "no such channel: C1" },
        { "POST", "/command", "{", "400", "\"error\":" },
        { "POST", "/click", "{\"channel\":\"C1\",\"ts\":\"1.1\",\"action_id\":\"a\"}", "404", "no such message" },
        { "POST", "/submit", "{}", "404", "no view" },
        { "POST", "/event", "{}", "404", "no event" },
        { "POST", "/event", "{\"event\":{\"type\":\"app_home_opened\"}}", "503", "dispatch_failed" },
        { "POST", "/envelope", "{\"type\":\"unheard_of\",\"copies\":0}", "400", "copies" },
        { "POST", "/repeat", "{\"envelope_id\":\"x\"}", "503", "dispatch_failed" },
        { "GET", "/journal", "", "200", "{\"entries\":[],\"cursor\":0}" },
        { "GET", "/journal?wait_ms=1&type=ack", "", "200", "{\"entries\":[],\"cursor\":0}" },
        { "GET", "/violations", "", "200", "{\"violations\":[]}" },
        { "GET", "/messages?channel=C1", "", "200", "{\"messages\":[]}" },
        { "GET", "/sessions", "", "200", "{\"count\":0,\"sessions\":[]}" },
        { "POST", "/disconnect", "{}", "400", "reason" },
        { "POST", "/disconnect", "{\"reason\":\"warning\"}", "200", "{}" },
        { "POST", "/spoil", "{\"kind\":\"drop\",\"code\":1}", "400", "code" },
        { "POST", "/faults", "{}", "400", "method" },
        { "POST", "/faults", "{\"method\":\"chat.update\",\"status\":503}", "200", "{}" },
        { "DELETE", "/faults", "", "200", "{}" },
        { "POST", "/messages", "{\"channel\":\"CDEV000001\",\"text\":\"hi\"}", "200", "\"ts\":\"" },
        { "POST", "/messages", "{\"channel\":\"C1\"}", "404", "no such channel: C1" },
        { "POST", "/messages", "{\"channel\":\"CDEV000001\",\"copies\":0}", "400", "copies" },
        { "POST", "/settings", "{\"connection_time_s\":-1}", "400", "connection_time_s" },
        { "POST", "/settings", "{\"scopes\":\"commands\",\"rates_enforced\":false}", "200", "{}" },
        { "POST", "/clock", "{\"forward_ms\":1000}", "200", "{}" },
        { "POST", "/users", "{}", "400", "no id" },
        { "POST", "/users", "{\"id\":\"UEVE000001\",\"name\":\"eve\"}", "200", "{}" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct desk desk;
        const char *answer = NULL;

        desk_begin(&desk);
        answer = ask(&desk, cases[i].method, cases[i].path, cases[i].body);
        case_holds(cases[i].body, strncmp(answer + strlen("HTTP/1.1 "), cases[i].status, 3) == 0);
        case_holds(cases[i].body, strstr(answer, cases[i].answer) != NULL);
        desk_end(&desk);
    }
}

static void a_command_goes_out_whole(void)
{
    struct desk desk;

    desk_begin(&desk);
    scene_open_socket(&desk.scene, &desk.scene.client, "\"app_id\"");
    const char *answer = ask(&desk, "POST", "/command", "{\"text\":\"start dev1\",\"user\":\"UBOB000001\"}");
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "\"trigger_id\":\""));
    raw_client_listen(&desk.scene.client, "\"accepts_response_payload\":true}");
    CU_ASSERT(raw_client_heard(&desk.scene.client, "\"channel_name\":\"dev\",\"user_id\":\"UBOB000001\",\"user_name\":"
                                                   "\"bob\",\"command\":\"\\/curfew\",\"text\":\"start dev1\""));
    CU_ASSERT(
        raw_client_heard(&desk.scene.client, "\"response_url\":\"https:\\/\\/slack.test\\/commands\\/TCUR000001\\/"));
    CU_ASSERT(raw_client_heard(&desk.scene.client, "\"type\":\"slash_commands\""));
    desk_end(&desk);
}

/* Presses something in a message with these blocks. delivered: part of the envelope; "" = none comes. */
static void check_press(const cJSON *blocks, const char *members, const char *status, const char *delivered)
{
    released_by(buffer_release) struct buffer body = { 0 };
    struct desk desk;
    const char *answer = NULL;

    desk_begin(&desk);
    scene_open_socket(&desk.scene, &desk.scene.client, "\"app_id\"");
    const char *ts = workspace_post(&desk.scene.slack.workspace, "CDEV000001", "", "hi", blocks)->ts;
    buffer_append_format(&body, "{\"channel\":\"CDEV000001\",\"ts\":\"%s\",%s}", ts, members);
    answer = ask(&desk, "POST", "/click", buffer_text(&body));
    case_holds(members, strncmp(answer + strlen("HTTP/1.1 "), status, 3) == 0);
    if (delivered[0] != '\0') {
        raw_client_listen(&desk.scene.client, "\"accepts_response_payload\":false}");
        case_holds(members, raw_client_heard(&desk.scene.client, delivered));
    }
    desk_end(&desk);
}

static void what_is_pressed_has_to_be_in_the_message(void)
{
    static const struct {
        const char *body; /* without channel and ts */
        const char *status;
        const char *delivered;
    } cases[] = {
        { "\"action_id\":\"more\"", "200", "\"action_id\":\"more\",\"block_id\":\"b\"" },
        { "\"action_id\":\"more\",\"forged_value\":\"dev9\"", "200", "\"value\":\"dev9\"" },
        { "\"action_id\":\"more\",\"value\":\"dev1\"", "200", "\"value\":\"dev1\"" },
        { "\"action_id\":\"more\",\"value\":\"dev2\"", "404", "" },
        { "\"action_id\":\"more\",\"value_start\":\"dev\"", "200", "\"value\":\"dev1\"" },
        { "\"action_id\":\"more\",\"value_start\":\"dev2\"", "404", "" },
        { "\"action_id\":\"less\"", "404", "" },
    };
    released_by(json_release) cJSON *blocks = cJSON_Parse(
        "[{\"type\":\"actions\",\"block_id\":\"b\",\"elements\":[{\"type\":\"button\",\"action_id\":\"more\","
        "\"value\":\"dev1\",\"text\":{\"type\":\"plain_text\",\"text\":\"+1 h\"}}]}]");

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_press(blocks, cases[i].body, cases[i].status, cases[i].delivered);
}

/* The payload of Slack's example of an overflow menu: no value beside the option's. */
static void an_option_of_a_menu_can_be_chosen(void)
{
    static const struct {
        const char *body; /* without channel and ts */
        const char *status;
        const char *delivered;
    } cases[] = {
        { "\"action_id\":\"choose\",\"value\":\"stop dev1\"", "200",
          "\"selected_option\":{\"text\":{\"type\":\"plain_text\",\"text\":\"Stop now\",\"emoji\":true},\"value\":"
          "\"stop dev1\"},\"type\":\"overflow\",\"action_ts\":\"" },
        { "\"action_id\":\"choose\",\"option\":\"+1 h\"", "200", "\"value\":\"prolongate dev1 for 1h\"}" },
        { "\"action_id\":\"choose\",\"option\":\"+1 h\",\"value_start\":\"prolongate dev2 \"", "200",
          "\"value\":\"prolongate dev2 for 1h\"}" },
        { "\"action_id\":\"choose\",\"option\":\"+1 h\",\"forged_value\":\"stop dev9\"", "200",
          "\"value\":\"stop dev9\"}" },
        { "\"action_id\":\"choose\",\"option\":\"+9 h\"", "404", "" },
        { "\"action_id\":\"choose\",\"value\":\"stop dev9\"", "404", "" },
    };
    released_by(json_release) cJSON *blocks = cJSON_Parse(
        "[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"dev1\"},\"accessory\":{\"type\":\"overflow\","
        "\"action_id\":\"choose\",\"options\":[{\"text\":{\"type\":\"plain_text\",\"text\":\"+1 h\"},\"value\":"
        "\"prolongate dev1 for 1h\"},{\"text\":{\"type\":\"plain_text\",\"text\":\"Stop now\"},\"value\":\"stop "
        "dev1\"}]}},"
        "{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"dev2\"},\"accessory\":{\"type\":\"overflow\","
        "\"action_id\":\"choose\",\"options\":[{\"text\":{\"type\":\"plain_text\",\"text\":\"+1 h\"},\"value\":"
        "\"prolongate dev2 for 1h\"},{\"text\":{\"type\":\"plain_text\",\"text\":\"Stop now\"},\"value\":\"stop "
        "dev2\"}]}}]");

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_press(blocks, cases[i].body, cases[i].status, cases[i].delivered);
}

static void only_who_sees_an_ephemeral_message_can_press_in_it(void)
{
    released_by(json_release) cJSON *blocks =
        cJSON_Parse("[{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"action_id\":\"yes\","
                    "\"text\":{\"type\":\"plain_text\",\"text\":\"Yes\"}}]}]");
    released_by(buffer_release) struct buffer body = { 0 };
    struct desk desk;

    desk_begin(&desk);
    scene_open_socket(&desk.scene, &desk.scene.client, "\"app_id\"");
    const char *ts = workspace_post(&desk.scene.slack.workspace, "CDEV000001", "UBOB000001", "sure?", blocks)->ts;
    buffer_append_format(&body,
                         "{\"channel\":\"CDEV000001\",\"ts\":\"%s\",\"action_id\":\"yes\",\"user\":\"UANN000001\"}",
                         ts);
    CU_ASSERT_PTR_NOT_NULL(strstr(ask(&desk, "POST", "/click", buffer_text(&body)), "only UBOB000001 sees"));
    buffer_clear(&body);
    buffer_append_format(&body,
                         "{\"channel\":\"CDEV000001\",\"ts\":\"%s\",\"action_id\":\"yes\",\"user\":\"UBOB000001\"}",
                         ts);
    CU_ASSERT_PTR_NOT_NULL(strstr(ask(&desk, "POST", "/click", buffer_text(&body)), "200 OK"));
    raw_client_listen(&desk.scene.client, "\"accepts_response_payload\":false}");
    CU_ASSERT(raw_client_heard(&desk.scene.client, "\"is_ephemeral\":true"));
    CU_ASSERT_FALSE(raw_client_heard(&desk.scene.client, "\"message\":"));
    desk_end(&desk);
}

static void who_waits_for_the_journal_is_answered_when_there_is_enough_in_it(void)
{
    struct desk desk;

    desk_begin(&desk);
    raw_client_start(&desk.client, "GET /journal?type=violation&count=2&wait_ms=60000 HTTP/1.1\r\nHost: a\r\n\r\n");
    scene_ask(&desk.scene.client, "POST", "/api/no.such", "", "");
    CU_ASSERT_EQUAL(desk.client.heard.length, 0);
    scene_ask(&desk.scene.client, "POST", "/api/no.such", "", "");
    raw_client_listen(&desk.client, "\"cursor\":4}");
    CU_ASSERT(raw_client_heard(&desk.client, "\"kind\":\"unknown_method\",\"where\":\"no.such\""));
    desk_end(&desk);
}

TEST_MAIN("standin/slack_control", TEST(every_call_says_what_it_did_or_what_was_wrong), TEST(a_command_goes_out_whole),
          TEST(what_is_pressed_has_to_be_in_the_message), TEST(an_option_of_a_menu_can_be_chosen),
          TEST(only_who_sees_an_ephemeral_message_can_press_in_it),
          TEST(who_waits_for_the_journal_is_answered_when_there_is_enough_in_it))

/* Words and answers are those of Slack's reference of chat.postMessage, chat.update, conversations.history and
 * usergroups.users.list. */
#include "bot/channel_calls.h"

#include "base/json.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

enum { BUSY_STATUS = 429, DOWN_STATUS = 503 };

static const struct post notice = {
    .channel = "C024BE91L", .message = "1503435956.000247", .notice = 0x9f3ac2d1e0b54768, .since_at = 1764007200
};

/* ---- What is asked ---- */

static void check_body(const char *name, const struct buffer *body, const char *expected)
{
    released_by(json_release) cJSON *value = cJSON_Parse(buffer_text(body));
    released_by(json_release) cJSON *wanted = cJSON_Parse(expected);

    if (!case_holds(name, value != NULL && cJSON_Compare(value, wanted, true)))
        printf("\n  %s\n", buffer_text(body));
}

static void the_bodies_are_those_of_slacks_reference(void)
{
    released_by(message_release) struct message message = { 0 };
    released_by(buffer_release) struct buffer body = { 0 };
    struct post without = notice;

    buffer_append_text(message_add_section(&message), "dev1 stops");
    message_set_fallback(&message, "short");
    channel_write_post(&notice, &message, false, &body);
    check_body("post", &body,
               "{\"channel\":\"C024BE91L\",\"text\":\"short\",\"unfurl_links\":false,\"blocks\":[{\"type\":\"section\","
               "\"text\":{\"type\":\"mrkdwn\",\"text\":\"dev1 stops\",\"verbatim\":true}}],"
               "\"metadata\":{\"event_type\":\"curfew_notice\",\"event_payload\":{\"notice\":\"9f3ac2d1e0b54768\"}}}");
    buffer_clear(&body);
    without.notice = 0;
    channel_write_post(&without, &message, false, &body);
    CU_ASSERT_PTR_NULL(strstr(buffer_text(&body), "metadata"));
    buffer_clear(&body);
    channel_write_update(&notice, &message, false, &body);
    check_body("update", &body,
               "{\"channel\":\"C024BE91L\",\"ts\":\"1503435956.000247\",\"text\":\"short\",\"blocks\":[{\"type\":"
               "\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"dev1 stops\",\"verbatim\":true}}]}");
    buffer_clear(&body);
    channel_write_find(&notice, "", &body);
    check_body("find", &body,
               "{\"channel\":\"C024BE91L\",\"oldest\":\"1764007200.000000\",\"inclusive\":true,"
               "\"include_all_metadata\":true,\"limit\":30}");
    buffer_clear(&body);
    channel_write_find(&notice, "bmV4dF90czoxNTEyMDg1ODYxMDAwNTQz", &body);
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&body), "\"cursor\":\"bmV4dF90czoxNTEyMDg1ODYxMDAwNTQz\""));
    buffer_clear(&body);
    channel_write_look_up("S0614TZR7", &body);
    check_body("look up", &body, "{\"usergroup\":\"S0614TZR7\"}");
}

/* ---- What became of it ---- */

/* A call that is done. */
struct outcome_case {
    const char *name;
    enum error_kind kind;
    int status;
    bool unsent;
    const char *slack_error; /* NULL = none */
    enum post_result posted, updated;
    enum find_result found;
};

static void fill_call(const struct outcome_case *outcome, struct slack_call *call)
{
    *call = (struct slack_call){ .done = true, .unsent = outcome->unsent };
    call->error = (struct error){ .kind = outcome->kind, .status = outcome->status };
    if (outcome->slack_error != NULL)
        snprintf(call->slack_error, sizeof call->slack_error, "%s", outcome->slack_error);
}

static void what_was_certainly_not_posted_is_told_from_what_may_be_there(void)
{
    static const struct outcome_case cases[] = {
        { "no such channel", ERROR_INPUT, 0, false, "channel_not_found", POST_REFUSED, POST_REFUSED, FIND_NOT_ALLOWED },
        { "not in it", ERROR_INPUT, 0, false, "not_in_channel", POST_REFUSED, POST_REFUSED, FIND_NOT_ALLOWED },
        { "archived", ERROR_INPUT, 0, false, "is_archived", POST_REFUSED, POST_REFUSED, FIND_NOT_ALLOWED },
        { "too long", ERROR_INPUT, 0, false, "msg_too_long", POST_REFUSED, POST_REFUSED, FIND_NOT_ALLOWED },
        { "blocks", ERROR_INPUT, 0, false, "invalid_blocks", POST_REFUSED, POST_REFUSED, FIND_NOT_ALLOWED },
        { "scope", ERROR_REFUSED, 0, false, "missing_scope", POST_REFUSED, POST_REFUSED, FIND_NOT_ALLOWED },
        { "token", ERROR_REFUSED, 0, false, "token_revoked", POST_REFUSED, POST_REFUSED, FIND_NOT_ALLOWED },
        { "gone", ERROR_INPUT, 0, false, "message_not_found", POST_REFUSED, POST_REFUSED, FIND_NOT_ALLOWED },
        { "others'", ERROR_INPUT, 0, false, "cant_update_message", POST_REFUSED, POST_REFUSED, FIND_NOT_ALLOWED },
        { "too late", ERROR_INPUT, 0, false, "edit_window_closed", POST_REFUSED, POST_REFUSED, FIND_NOT_ALLOWED },
        { "moving", ERROR_INPUT, 0, false, "team_added_to_org", POST_LATER, POST_LATER, FIND_LATER },
        { "429", ERROR_BUSY, BUSY_STATUS, false, NULL, POST_LATER, POST_LATER, FIND_LATER },
        { "too many", ERROR_BUSY, BUSY_STATUS, false, "ratelimited", POST_LATER, POST_LATER, FIND_LATER },
        { "nobody there", ERROR_NETWORK, 0, true, NULL, POST_LATER, POST_LATER, FIND_LATER },
        { "no hand-shake", ERROR_TIMEOUT, 0, true, NULL, POST_LATER, POST_LATER, FIND_LATER },
        { "no token file", ERROR_SYSTEM, 0, true, NULL, POST_LATER, POST_LATER, FIND_LATER },
        { "no room", ERROR_LIMIT, 0, true, NULL, POST_LATER, POST_LATER, FIND_LATER },
        { "lost", ERROR_NETWORK, 0, false, NULL, POST_UNCLEAR, POST_LATER, FIND_LATER },
        { "no answer", ERROR_TIMEOUT, 0, false, NULL, POST_UNCLEAR, POST_LATER, FIND_LATER },
        { "503", ERROR_PROTOCOL, DOWN_STATUS, false, NULL, POST_UNCLEAR, POST_LATER, FIND_LATER },
        { "HTML", ERROR_PROTOCOL, 200, false, NULL, POST_UNCLEAR, POST_LATER, FIND_LATER },
        { "too large", ERROR_LIMIT, 200, false, NULL, POST_UNCLEAR, POST_LATER, FIND_LATER },
        { "internal", ERROR_PROTOCOL, 500, false, "internal_error", POST_UNCLEAR, POST_LATER, FIND_LATER },
        { "fatal", ERROR_PROTOCOL, 500, false, "fatal_error", POST_UNCLEAR, POST_LATER, FIND_LATER },
        { "down", ERROR_PROTOCOL, 500, false, "service_unavailable", POST_UNCLEAR, POST_LATER, FIND_LATER },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char ts[RECORD_PERSON_SIZE], cursor[CHANNEL_CURSOR_SIZE];
        released_by(buffer_release) struct buffer members = { 0 };
        struct slack_call call;

        fill_call(&cases[i], &call);
        case_number(cases[i].name, channel_read_post(&call, ts), cases[i].posted);
        case_text(cases[i].name, ts, "");
        case_number(cases[i].name, channel_read_update(&call), cases[i].updated);
        case_number(cases[i].name, channel_read_find(&call, 1, ts, cursor), cases[i].found);
        case_holds(cases[i].name, !channel_read_members(&call, &members));
    }
}

static void a_post_is_there_when_slack_says_where(void)
{
    static const struct {
        const char *answer;
        enum post_result posted;
        const char *ts;
    } cases[] = {
        { "{\"ok\":true,\"channel\":\"C123456\",\"ts\":\"1503435956.000247\"}", POST_OK, "1503435956.000247" },
        { "{\"ok\":true,\"channel\":\"C123456\"}", POST_UNCLEAR, "" },
        { "{\"ok\":true,\"ts\":15}", POST_UNCLEAR, "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slack_call call = { .done = true, .answer = cJSON_Parse(cases[i].answer) };
        char ts[RECORD_PERSON_SIZE];

        case_number(cases[i].answer, channel_read_post(&call, ts), cases[i].posted);
        case_text(cases[i].answer, ts, cases[i].ts);
        json_release(&call.answer);
    }
}

static void a_notice_is_found_by_its_metadata(void)
{
    static const struct {
        const char *answer;
        enum find_result found;
        const char *ts, *cursor;
    } cases[] = {
        { "{\"messages\":[],\"has_more\":false}", FIND_ABSENT, "", "" },
        { "{\"messages\":[{\"ts\":\"1.000000\",\"text\":\"hi\"},{\"ts\":\"3.000000\",\"metadata\":{\"event_type\":"
          "\"curfew_notice\",\"event_payload\":{\"notice\":\"9f3ac2d1e0b54768\"}}}]}",
          FIND_FOUND, "3.000000", "" },
        { "{\"messages\":[{\"ts\":\"3.000000\",\"metadata\":{\"event_type\":\"curfew_notice\",\"event_payload\":{"
          "\"notice\":\"9f3ac2d1e0b54769\"}}}]}",
          FIND_ABSENT, "", "" },
        { "{\"messages\":[{\"ts\":\"3.000000\",\"metadata\":{\"event_type\":\"curfew_notice\",\"event_payload\":{"
          "\"notice\":7}}}]}",
          FIND_ABSENT, "", "" },
        { "{\"messages\":[{\"ts\":\"3.000000\",\"metadata\":{\"event_type\":\"other\",\"event_payload\":{\"notice\":"
          "\"9f3ac2d1e0b54768\"}}}]}",
          FIND_ABSENT, "", "" },
        { "{\"messages\":[],\"has_more\":true,\"response_metadata\":{\"next_cursor\":\"bmV4\"}}", FIND_ABSENT, "",
          "bmV4" },
        { "{\"messages\":[],\"has_more\":true}", FIND_NOT_ALLOWED, "", "" },
        { "{\"messages\":[],\"has_more\":false,\"response_metadata\":{\"next_cursor\":\"\"}}", FIND_ABSENT, "", "" },
        { "{\"messages\":7}", FIND_LATER, "", "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slack_call call = { .done = true, .answer = cJSON_Parse(cases[i].answer) };
        char ts[RECORD_PERSON_SIZE], cursor[CHANNEL_CURSOR_SIZE];

        case_number(cases[i].answer, channel_read_find(&call, notice.notice, ts, cursor), cases[i].found);
        case_text(cases[i].answer, ts, cases[i].ts);
        case_text(cases[i].answer, cursor, cases[i].cursor);
        json_release(&call.answer);
    }
}

static void the_members_of_a_group_are_a_list_of_ids(void)
{
    static const struct {
        const char *answer;
        const char *members; /* NULL = they cannot be read */
    } cases[] = {
        { "{\"ok\":true,\"users\":[\"U060R4BJ4\",\"W123A4BC5\"]}", "U060R4BJ4,W123A4BC5" },
        { "{\"ok\":true,\"users\":[]}", "" },
        { "{\"ok\":true,\"users\":[\"U1,U2\",7,\"\",\"U3\"]}", "U3" },
        { "{\"ok\":true}", NULL },
        { "{\"ok\":true,\"users\":\"U1\"}", NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slack_call call = { .done = true, .answer = cJSON_Parse(cases[i].answer) };
        released_by(buffer_release) struct buffer members = { 0 };

        case_number(cases[i].answer, channel_read_members(&call, &members), cases[i].members != NULL);
        if (cases[i].members != NULL)
            case_text(cases[i].answer, buffer_text(&members), cases[i].members);
        json_release(&call.answer);
    }
}

TEST_MAIN("bot/channel_calls", TEST(the_bodies_are_those_of_slacks_reference),
          TEST(what_was_certainly_not_posted_is_told_from_what_may_be_there),
          TEST(a_post_is_there_when_slack_says_where), TEST(a_notice_is_found_by_its_metadata),
          TEST(the_members_of_a_group_are_a_list_of_ids))

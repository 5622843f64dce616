/* The payloads in tests/data/slack/ are those of Slack's pages "Using Socket Mode", "Enabling interactivity with slash
 * commands" and "block_actions payload", shortened.
 */
#include "bot/envelope.h"

#include "base/file.h"
#include "base/json.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <cjson/cJSON.h>

#include <string.h>

static void read_file(const char *name, struct buffer *content)
{
    struct error error = { 0 };
    char path[512];

    snprintf(path, sizeof path, "%s/slack/%s", TEST_DATA, name);
    CU_ASSERT_TRUE_FATAL(file_read(path, content, &error));
}

static struct envelope read_recorded(const char *name)
{
    struct buffer text = { 0 };
    struct envelope envelope;
    struct error error = { 0 };

    read_file(name, &text);
    CU_ASSERT_TRUE(envelope_read(text.data, text.length, &envelope, &error));
    buffer_release(&text);
    return envelope;
}

static void a_slash_command_is_read(void)
{
    struct envelope envelope = read_recorded("slash-command.json");

    CU_ASSERT_EQUAL(envelope.type, ENVELOPE_COMMAND);
    CU_ASSERT_STRING_EQUAL(envelope.type_name, "slash_commands");
    CU_ASSERT_STRING_EQUAL(envelope.id, "1d3c79ab-0ffb-41f3-a080-d19e85f53649");
    CU_ASSERT_TRUE(envelope.accepts_payload);
    CU_ASSERT_STRING_EQUAL(envelope.command.team, "T0001");
    CU_ASSERT_STRING_EQUAL(envelope.command.user, "U2147483697");
    CU_ASSERT_STRING_EQUAL(envelope.command.user_name, "Steve");
    CU_ASSERT_STRING_EQUAL(envelope.command.channel, "C2147483705");
    CU_ASSERT_STRING_EQUAL(envelope.command.command, "/weather");
    CU_ASSERT_STRING_EQUAL(envelope.command.text, "94070");
    CU_ASSERT_STRING_EQUAL(envelope.command.trigger_id, "13345224609.738474920.8088930838d88f008e0");
    CU_ASSERT_STRING_EQUAL(envelope.command.response_url, "https://hooks.slack.com/commands/1234/5678");
    CU_ASSERT_FALSE(envelope.truncated);
}

static void a_click_is_read(void)
{
    struct envelope envelope = read_recorded("block-actions.json");

    CU_ASSERT_EQUAL(envelope.type, ENVELOPE_CLICK);
    CU_ASSERT_FALSE(envelope.accepts_payload);
    CU_ASSERT_STRING_EQUAL(envelope.id, "dfb98ec6-45a8-4200-98af-7d05fb6fb44f");
    CU_ASSERT_STRING_EQUAL(envelope.click.team, "T9TK3CUKW");
    CU_ASSERT_STRING_EQUAL(envelope.click.user, "UA8RXUSPL");
    CU_ASSERT_STRING_EQUAL(envelope.click.user_name, "jtorrance");
    CU_ASSERT_STRING_EQUAL(envelope.click.channel, "CBR2V3XEX");
    CU_ASSERT_STRING_EQUAL(envelope.click.message, "1548261231.000200");
    CU_ASSERT_FALSE(envelope.click.ephemeral);
    CU_ASSERT_STRING_EQUAL(envelope.click.action, "WaXA");
    CU_ASSERT_STRING_EQUAL(envelope.click.value, "click_me_123");
    CU_ASSERT_STRING_EQUAL(envelope.click.action_ts, "1548426417.840180");
    CU_ASSERT_STRING_EQUAL(envelope.click.trigger_id, "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3");
    CU_ASSERT_STRING_EQUAL(envelope.click.response_url,
                           "https://hooks.slack.com/actions/AABA1ABCD/1232321423432/D09sSasdasdAS9091209");
}

/* The value is that of the option, and not of the menu, which has none. */
static void an_option_chosen_from_a_menu_is_a_click_with_its_value(void)
{
    struct envelope envelope = read_recorded("block-actions-overflow.json");

    CU_ASSERT_EQUAL(envelope.type, ENVELOPE_CLICK);
    CU_ASSERT_STRING_EQUAL(envelope.click.user, "UA8RXUSPL");
    CU_ASSERT_STRING_EQUAL(envelope.click.channel, "CBR2V3XEX");
    CU_ASSERT_STRING_EQUAL(envelope.click.message, "1548261231.000200");
    CU_ASSERT_STRING_EQUAL(envelope.click.action, "choose");
    CU_ASSERT_STRING_EQUAL(envelope.click.value, "prolongate dev1 for 1h");
    CU_ASSERT_STRING_EQUAL(envelope.click.action_ts, "1548426417.840180");
}

/* "message" and "channel" are missing, "team" is null. */
static void a_click_on_an_ephemeral_message_is_read_from_its_container(void)
{
    struct envelope envelope = read_recorded("block-actions-ephemeral.json");

    CU_ASSERT_EQUAL(envelope.type, ENVELOPE_CLICK);
    CU_ASSERT_TRUE(envelope.click.ephemeral);
    CU_ASSERT_STRING_EQUAL(envelope.click.team, "T9TK3CUKW");
    CU_ASSERT_STRING_EQUAL(envelope.click.channel, "CBR2V3XEX");
    CU_ASSERT_STRING_EQUAL(envelope.click.message, "1548261300.000300");
}

static void hello_says_how_many_connections_there_are_and_how_long_this_one_lives(void)
{
    struct envelope envelope = read_recorded("hello.json");

    CU_ASSERT_EQUAL(envelope.type, ENVELOPE_HELLO);
    CU_ASSERT_STRING_EQUAL(envelope.id, "");
    CU_ASSERT_EQUAL(envelope.hello.connections, 1);
    CU_ASSERT_EQUAL(envelope.hello.lifetime_s, 18060);
}

static void a_disconnect_says_why(void)
{
    static const struct {
        const char *file, *reason;
    } cases[] = {
        { "disconnect-warning.json", "warning" },
        { "disconnect-refresh-requested.json", "refresh_requested" },
        { "disconnect-link-disabled.json", "link_disabled" },
        { "disconnect-too-many-websockets.json", "too_many_websockets" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct envelope envelope = read_recorded(cases[i].file);

        CU_ASSERT_EQUAL(envelope.type, ENVELOPE_DISCONNECT);
        CU_ASSERT_STRING_EQUAL(envelope.reason, cases[i].reason);
        CU_ASSERT_STRING_EQUAL(envelope.id, "");
    }
}

static void what_is_neither_command_nor_click_keeps_its_id(void)
{
    struct envelope shortcut = read_recorded("shortcut.json");
    struct envelope event = read_recorded("event.json");

    CU_ASSERT_EQUAL(shortcut.type, ENVELOPE_OTHER);
    CU_ASSERT_STRING_EQUAL(shortcut.id, "8f1c9d4e-2f3b-4f0e-9d5a-0a6f8f3b7c11");
    CU_ASSERT_STRING_EQUAL(shortcut.type_name, "interactive");
    CU_ASSERT_EQUAL(event.type, ENVELOPE_OTHER);
    CU_ASSERT_STRING_EQUAL(event.id, "cda4159a-72a5-4744-aba3-4d66eb52682b");
    CU_ASSERT_STRING_EQUAL(event.type_name, "events_api");
}

struct broken_case {
    const char *text, *id, *message;
};

static void what_cannot_be_read_still_gives_its_id(void)
{
    static const struct broken_case cases[] = {
        { "", "", "the envelope is not JSON (byte 0)" },
        { "UNAUTHENTICATED: cache_error", "", "the envelope is not JSON (byte 0)" },
        { "{\"envelope_id\":\"a-1\",\"payload\":{\"text\":\"cut", "a-1", NULL },
        { "{\"payload\":{\"envelope_id\":\"inner\"},\"envelope_id\" : \"a-2\",]", "a-2", NULL },
        { "{\"x\":\"envelope_id\",\"y\":\"b\",", "", NULL },
        { "{\"x\":\"\\\"envelope_id\\\":\\\"b\\\"\",", "", NULL },
        { "{\"envelope_id\":\"a\\u002d3\",", "", NULL },
        { "{\"envelope_id\":{\"a\":\"b\"},\"c\":\"d\",", "", NULL },
        { "{\"envelope_id\":[\"b\"],\"c\":\"d\",", "", NULL },
        { "{\"envelope_id\":\"cut", "", NULL },
        { "[{\"envelope_id\":\"b\"}", "", NULL },
        { "{\"envelope_id\":\"\",\"envelope_id\":\"a-4\"", "a-4", NULL },
        { "{\"envelope_id\":\"a-5\",\"text\":\"\xff\"}", "a-5", "the envelope is not UTF-8 text" },
        { "}}}{\"envelope_id\":\"b\"", "", NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct envelope envelope;
        struct error error = { 0 };

        CU_ASSERT_FALSE(envelope_read(cases[i].text, strlen(cases[i].text), &envelope, &error));
        CU_ASSERT_EQUAL(error.kind, ERROR_PROTOCOL);
        CU_ASSERT_EQUAL(envelope.type, ENVELOPE_OTHER);
        if (strcmp(envelope.id, cases[i].id) != 0)
            printf("\n    %s gave \"%s\"\n", cases[i].text, envelope.id);
        CU_ASSERT_STRING_EQUAL(envelope.id, cases[i].id);
        if (cases[i].message != NULL)
            CU_ASSERT_STRING_EQUAL(error.message, cases[i].message);
    }
}

static void the_id_is_found_however_the_message_is_cut_into_pieces(void)
{
    struct buffer text = { 0 };

    read_file("slash-command.json", &text);
    for (size_t piece = 1; piece <= text.length; piece++) {
        struct envelope_scan scan = { 0 };

        for (size_t at = 0; at < text.length; at += piece)
            envelope_scan(&scan, text.data + at, at + piece <= text.length ? piece : text.length - at);
        CU_ASSERT_STRING_EQUAL(scan.id, "1d3c79ab-0ffb-41f3-a080-d19e85f53649");
    }
    buffer_release(&text);
}

/* The recorded envelope without, or with another value for, one member of its payload. */
static bool read_changed(const char *file, const char *path, const char *member, cJSON *value,
                         struct envelope *ret_envelope, struct error *error)
{
    struct buffer text = { 0 };

    read_file(file, &text);
    cJSON *root = cJSON_Parse(text.data);
    cJSON *object = root;
    if (strcmp(path, "") != 0)
        object = cJSON_GetObjectItemCaseSensitive(object, "payload");
    if (strcmp(path, "action") == 0)
        object = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(object, "actions"), 0);
    cJSON_DeleteItemFromObjectCaseSensitive(object, member);
    if (value != NULL)
        cJSON_AddItemToObject(object, member, value);
    char *changed = cJSON_PrintUnformatted(root);
    bool read = envelope_read(changed, strlen(changed), ret_envelope, error);
    cJSON_free(changed);
    cJSON_Delete(root);
    buffer_release(&text);
    return read;
}

struct missing_case {
    const char *file, *path, *member, *message;
};

static void a_command_or_click_without_what_makes_one_is_refused_with_its_id(void)
{
    static const struct missing_case cases[] = {
        { "slash-command.json", "payload", "team_id", "a command: team_id is missing or empty" },
        { "slash-command.json", "payload", "user_id", "a command: user_id is missing or empty" },
        { "slash-command.json", "payload", "command", "a command: command is missing or empty" },
        { "slash-command.json", "payload", "trigger_id", "a command: trigger_id is missing or empty" },
        { "slash-command.json", "", "payload", "a command: team_id is missing or empty" },
        { "block-actions.json", "payload", "user", "a click: user/id is missing or empty" },
        { "block-actions.json", "payload", "actions", "a click: action_id is missing or empty" },
        { "block-actions.json", "action", "action_id", "a click: action_id is missing or empty" },
        { "block-actions.json", "action", "action_ts", "a click: action_ts is missing or empty" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct envelope envelope;
        struct error error = { 0 };

        CU_ASSERT_FALSE(read_changed(cases[i].file, cases[i].path, cases[i].member, NULL, &envelope, &error));
        CU_ASSERT_STRING_EQUAL(error.message, cases[i].message);
        CU_ASSERT_EQUAL(error.kind, ERROR_PROTOCOL);
        CU_ASSERT_EQUAL(envelope.type, ENVELOPE_OTHER);
        CU_ASSERT_EQUAL(strlen(envelope.id), 36);
    }
}

static void what_is_not_needed_may_be_missing_or_of_another_type(void)
{
    static const struct missing_case cases[] = {
        { "slash-command.json", "payload", "text", NULL },
        { "slash-command.json", "payload", "channel_id", NULL },
        { "slash-command.json", "payload", "user_name", NULL },
        { "slash-command.json", "payload", "response_url", NULL },
        { "slash-command.json", "", "accepts_response_payload", NULL },
        { "slash-command.json", "", "envelope_id", NULL },
        { "block-actions.json", "action", "value", NULL },
        { "block-actions-overflow.json", "action", "selected_option", NULL },
        { "block-actions.json", "payload", "message", NULL },
        { "block-actions.json", "payload", "trigger_id", NULL },
        { "hello.json", "", "num_connections", NULL },
        { "hello.json", "", "debug_info", NULL },
        { "hello.json", "", "connection_info", NULL },
        { "disconnect-warning.json", "", "reason", NULL },
        { "event.json", "", "type", NULL },
        { "event.json", "", "payload", NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cJSON *values[] = { NULL, cJSON_CreateNull(), cJSON_CreateNumber(-1.5), cJSON_CreateArray() };

        for (size_t j = 0; j < sizeof values / sizeof values[0]; j++) {
            struct envelope envelope;
            struct error error = { 0 };

            CU_ASSERT_TRUE(read_changed(cases[i].file, cases[i].path, cases[i].member, values[j], &envelope, &error));
        }
    }
}

/* "username" is what block_actions has, "name" stands beside it or in its place. */
static void who_clicked_is_known_by_either_name(void)
{
    static const struct {
        const char *user, *name;
    } cases[] = {
        { "{\"id\":\"U1\",\"username\":\"ann\",\"name\":\"other\"}", "ann" },
        { "{\"id\":\"U1\",\"name\":\"ann\"}", "ann" },
        { "{\"id\":\"U1\",\"username\":7}", "" },
        { "{\"id\":\"U1\"}", "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct envelope envelope;
        struct error error = { 0 };

        CU_ASSERT_TRUE(
            read_changed("block-actions.json", "payload", "user", cJSON_Parse(cases[i].user), &envelope, &error));
        case_text(cases[i].user, envelope.click.user_name, cases[i].name);
    }
}

static void a_name_too_long_is_refused(void)
{
    char name[ENVELOPE_NAME_SIZE + 1];
    struct envelope envelope;
    struct error error = { 0 };

    memset(name, 'U', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    CU_ASSERT_FALSE(
        read_changed("slash-command.json", "payload", "user_id", cJSON_CreateString(name), &envelope, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_PROTOCOL);
}

static void nobody_of_slack_has_the_id_of_somebody_at_a_terminal(void)
{
    static const char *const ids[] = { "kubeconfig:ann", "U1:2", "U1 ", "<@U1>", "U1|ann", "\xC3\x9C" };

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct envelope envelope;
        struct error error = { 0 };

        CU_ASSERT_FALSE(
            read_changed("slash-command.json", "payload", "user_id", cJSON_CreateString(ids[i]), &envelope, &error));
        CU_ASSERT_STRING_EQUAL(error.message, "a command: user_id is no id of a user of Slack");
        CU_ASSERT_EQUAL(envelope.type, ENVELOPE_OTHER);
        CU_ASSERT_EQUAL(strlen(envelope.id), 36);
        cJSON *user = cJSON_CreateObject();
        CU_ASSERT_PTR_NOT_NULL(cJSON_AddStringToObject(user, "id", ids[i]));
        CU_ASSERT_FALSE(read_changed("block-actions.json", "payload", "user", user, &envelope, &error));
        CU_ASSERT_STRING_EQUAL(error.message, "a click: user/id is no id of a user of Slack");
        CU_ASSERT_EQUAL(envelope.type, ENVELOPE_OTHER);
    }
}

static void a_text_too_long_is_cut_and_marked(void)
{
    char text[ENVELOPE_TEXT_SIZE + 1];
    struct envelope envelope;
    struct error error = { 0 };

    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    CU_ASSERT_TRUE(read_changed("slash-command.json", "payload", "text", cJSON_CreateString(text), &envelope, &error));
    CU_ASSERT_TRUE(envelope.truncated);
    CU_ASSERT(strlen(envelope.command.text) < ENVELOPE_TEXT_SIZE);
    text[ENVELOPE_TEXT_SIZE - 1] = '\0';
    CU_ASSERT_TRUE(read_changed("slash-command.json", "payload", "text", cJSON_CreateString(text), &envelope, &error));
    CU_ASSERT_FALSE(envelope.truncated);
    CU_ASSERT_STRING_EQUAL(envelope.command.text, text);
    CU_ASSERT_TRUE(read_changed("block-actions.json", "action", "value", cJSON_CreateString(text), &envelope, &error));
    CU_ASSERT_TRUE(envelope.truncated);
}

static void an_ack_names_the_envelope(void)
{
    struct buffer ack = { 0 };

    CU_ASSERT_TRUE(envelope_write_ack("a-1", NULL, &ack));
    CU_ASSERT_STRING_EQUAL(buffer_text(&ack), "{\"envelope_id\":\"a-1\"}");
    buffer_clear(&ack);
    CU_ASSERT_TRUE(envelope_write_ack("a-\"2", "", &ack));
    CU_ASSERT_STRING_EQUAL(buffer_text(&ack), "{\"envelope_id\":\"a-\\\"2\"}");
    buffer_clear(&ack);
    CU_ASSERT_TRUE(envelope_write_ack("a-3", "{\"text\":\"ok\"}", &ack));
    CU_ASSERT_STRING_EQUAL(buffer_text(&ack), "{\"envelope_id\":\"a-3\",\"payload\":{\"text\":\"ok\"}}");
    buffer_release(&ack);
}

/* 20,480 bytes: slack-go's and Slack's own limit of a client's frame. */
static void an_ack_never_reaches_the_size_at_which_slack_closes(void)
{
    struct buffer payload = { 0 }, ack = { 0 };
    const size_t around = strlen("{\"envelope_id\":\"a-1\",\"payload\":\"\"}");

    buffer_append_char(&payload, '"');
    while (payload.length < 20479 - around + 1)
        buffer_append_char(&payload, 'x');
    buffer_append_char(&payload, '"');
    CU_ASSERT_TRUE(envelope_write_ack("a-1", buffer_text(&payload), &ack));
    CU_ASSERT_EQUAL(ack.length, 20479);

    buffer_clear(&ack);
    payload.data[payload.length - 1] = 'x';
    buffer_append_char(&payload, '"');
    CU_ASSERT_FALSE(envelope_write_ack("a-1", buffer_text(&payload), &ack));
    CU_ASSERT_STRING_EQUAL(buffer_text(&ack), "{\"envelope_id\":\"a-1\"}");
    buffer_release(&payload);
    buffer_release(&ack);
}

TEST_MAIN("bot/envelope", TEST(a_slash_command_is_read), TEST(a_click_is_read),
          TEST(an_option_chosen_from_a_menu_is_a_click_with_its_value),
          TEST(a_click_on_an_ephemeral_message_is_read_from_its_container),
          TEST(hello_says_how_many_connections_there_are_and_how_long_this_one_lives), TEST(a_disconnect_says_why),
          TEST(what_is_neither_command_nor_click_keeps_its_id), TEST(what_cannot_be_read_still_gives_its_id),
          TEST(the_id_is_found_however_the_message_is_cut_into_pieces),
          TEST(a_command_or_click_without_what_makes_one_is_refused_with_its_id),
          TEST(what_is_not_needed_may_be_missing_or_of_another_type), TEST(who_clicked_is_known_by_either_name),
          TEST(a_name_too_long_is_refused), TEST(nobody_of_slack_has_the_id_of_somebody_at_a_terminal),
          TEST(a_text_too_long_is_cut_and_marked), TEST(an_ack_names_the_envelope),
          TEST(an_ack_never_reaches_the_size_at_which_slack_closes))

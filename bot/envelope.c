/* bot/envelope.c - reads what Socket Mode delivers.
 *
 * Slack adds members as it likes, so only what makes a command or a click is insisted on. What is wrong with the rest
 * costs an empty field, never the envelope.
 */
#include "bot/envelope.h"

#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"

#include <cjson/cJSON.h>

#include <limits.h>
#include <string.h>

enum { COUNT_MAX = 1000 * 1000 };

/* ---- The scan ---- */

static void scan_start_text(struct envelope_scan *scan)
{
    scan->in_text = true;
    scan->token_length = 0;
    scan->kept = scan->depth == 1 && (scan->wants_name || (scan->is_id && scan->id[0] == '\0'));
}

static void scan_end_text(struct envelope_scan *scan)
{
    scan->in_text = false;
    scan->token[scan->token_length] = '\0';
    if (scan->depth == 1 && scan->wants_name)
        scan->is_id = scan->kept && text_equal(scan->token, "envelope_id");
    else if (scan->kept)
        memcpy(scan->id, scan->token, scan->token_length + 1);
}

/* A string that holds an escape or is too long is no name and no id of Slack's: it is not kept. */
static void scan_text(struct envelope_scan *scan, char character)
{
    if (scan->escaped) {
        scan->escaped = false;
    } else if (character == '\\') {
        scan->escaped = true;
        scan->kept = false;
    } else if (character == '"') {
        scan_end_text(scan);
    } else if (scan->token_length + 1 < sizeof scan->token) {
        scan->token[scan->token_length++] = character;
    } else {
        scan->kept = false;
    }
}

static void scan_structure(struct envelope_scan *scan, char character)
{
    switch (character) {
    case '"':
        scan_start_text(scan);
        break;
    case '{':
    case '[':
        scan->wants_name = scan->depth == 0 && character == '{';
        scan->depth += scan->depth < INT_MAX ? 1 : 0;
        break;
    case '}':
    case ']':
        scan->depth--;
        break;
    case ':':
        scan->wants_name = false;
        break;
    case ',':
        scan->wants_name = scan->depth == 1;
        break;
    default:
        break;
    }
}

void envelope_scan(struct envelope_scan *scan, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length && scan->id[0] == '\0' && scan->depth >= 0; i++) {
        if (scan->in_text)
            scan_text(scan, bytes[i]);
        else
            scan_structure(scan, bytes[i]);
    }
}

/* ---- Members ---- */

/* A text that may be missing. Of one that does not fit, or is none, nothing is taken. */
static void take_text(const cJSON *value, const char *path, char *target, size_t size)
{
    if (!text_copy(target, size, json_text(value, path)))
        target[0] = '\0';
}

/* The same, but its author is told that it did not fit. */
static void take_long_text(struct envelope *envelope, const cJSON *value, const char *path, char *target, size_t size)
{
    const char *text = json_text(value, path);

    if (strlen(text) >= size)
        envelope->truncated = true;
    text_copy_cut(target, size, text);
}

static int64_t take_count(const cJSON *value, const char *path)
{
    struct error ignored;
    int64_t count = 0;

    if (!json_number(value, path, 0, 0, COUNT_MAX, &count, &ignored))
        return 0;
    return count;
}

static void take_hello(const cJSON *value, struct envelope_hello *hello)
{
    hello->connections = take_count(value, "num_connections");
    hello->lifetime_s = take_count(value, "debug_info/approximate_connection_time");
}

/* Letters and digits, so that nobody of Slack has the id of an operator at a terminal ("kubeconfig:ann"), nor one that
 * could format. */
static bool need_user(const cJSON *payload, const char *path, char *target, size_t size, struct error *error)
{
    if (!json_need_text(payload, path, target, size, error))
        return false;
    if (target[strspn(target, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")] == '\0')
        return true;
    target[0] = '\0';
    return error_set(error, ERROR_PROTOCOL, "%s is no id of a user of Slack", path);
}

static bool take_command(const cJSON *payload, struct envelope *envelope, struct error *error)
{
    struct envelope_command *command = &envelope->command;

    take_text(payload, "channel_id", command->channel, sizeof command->channel);
    take_text(payload, "user_name", command->user_name, sizeof command->user_name);
    take_text(payload, "response_url", command->response_url, sizeof command->response_url);
    take_long_text(envelope, payload, "text", command->text, sizeof command->text);
    return json_need_text(payload, "team_id", command->team, sizeof command->team, error) &&
           need_user(payload, "user_id", command->user, sizeof command->user, error) &&
           json_need_text(payload, "command", command->command, sizeof command->command, error) &&
           json_need_text(payload, "trigger_id", command->trigger_id, sizeof command->trigger_id, error);
}

/* The first of these paths that holds a text. An app that was installed for an organisation gets "team": null, and an
 * ephemeral message comes without "message". */
static void take_first_text(const cJSON *payload, const char *const *paths, char *target, size_t size)
{
    for (target[0] = '\0'; *paths != NULL && target[0] == '\0'; paths++)
        take_text(payload, *paths, target, size);
}

/* A button carries its value, a menu that of the option that was chosen. */
static const char *value_path(const cJSON *action)
{
    return text_equal(json_text(action, "type"), "overflow") ? "selected_option/value" : "value";
}

static bool take_click(const cJSON *payload, struct envelope *envelope, struct error *error)
{
    static const char *const teams[] = { "team/id", "user/team_id", "enterprise/id", NULL };
    static const char *const channels[] = { "channel/id", "container/channel_id", NULL };
    static const char *const messages[] = { "container/message_ts", "message/ts", NULL };
    static const char *const names[] = { "user/username", "user/name", NULL };
    const cJSON *action = cJSON_GetArrayItem(json_find(payload, "actions"), 0);
    struct envelope_click *click = &envelope->click;

    take_first_text(payload, teams, click->team, sizeof click->team);
    take_first_text(payload, channels, click->channel, sizeof click->channel);
    take_first_text(payload, messages, click->message, sizeof click->message);
    take_first_text(payload, names, click->user_name, sizeof click->user_name);
    click->ephemeral = json_is_true(payload, "container/is_ephemeral");
    take_text(payload, "trigger_id", click->trigger_id, sizeof click->trigger_id);
    take_text(payload, "response_url", click->response_url, sizeof click->response_url);
    take_long_text(envelope, action, value_path(action), click->value, sizeof click->value);
    return need_user(payload, "user/id", click->user, sizeof click->user, error) &&
           json_need_text(action, "action_id", click->action, sizeof click->action, error) &&
           json_need_text(action, "action_ts", click->action_ts, sizeof click->action_ts, error);
}

/* ---- The whole ---- */

static bool take_typed(const cJSON *value, struct envelope *envelope, struct error *error)
{
    const cJSON *payload = json_find(value, "payload");
    const char *type = json_text(value, "type");

    if (text_equal(type, "hello")) {
        envelope->type = ENVELOPE_HELLO;
        take_hello(value, &envelope->hello);
    } else if (text_equal(type, "disconnect")) {
        envelope->type = ENVELOPE_DISCONNECT;
        take_text(value, "reason", envelope->reason, sizeof envelope->reason);
    } else if (text_equal(type, "slash_commands")) {
        envelope->type = ENVELOPE_COMMAND;
        return take_command(payload, envelope, error) || error_context(error, "a command");
    } else if (text_equal(type, "interactive") && text_equal(json_text(payload, "type"), "block_actions")) {
        envelope->type = ENVELOPE_CLICK;
        return take_click(payload, envelope, error) || error_context(error, "a click");
    }
    return true;
}

bool envelope_read(const char *text, size_t length, struct envelope *ret_envelope, struct error *error)
{
    released_by(json_release) cJSON *value = NULL;
    struct envelope_scan scan = { 0 };

    memset(ret_envelope, 0, sizeof *ret_envelope);
    ret_envelope->type = ENVELOPE_OTHER;
    if (!json_parse(text, length, "the envelope", &value, error)) {
        envelope_scan(&scan, text, length);
        memcpy(ret_envelope->id, scan.id, sizeof scan.id);
        return false;
    }

    take_text(value, "envelope_id", ret_envelope->id, sizeof ret_envelope->id);
    text_copy_cut(ret_envelope->type_name, sizeof ret_envelope->type_name, json_text(value, "type"));
    ret_envelope->accepts_payload = json_is_true(value, "accepts_response_payload");
    if (take_typed(value, ret_envelope, error))
        return true;
    ret_envelope->type = ENVELOPE_OTHER;
    error->kind = ERROR_PROTOCOL; /* a name too long is no name of Slack's */
    return false;
}

static void write_ack(const char *id, const char *payload_json, struct buffer *target)
{
    struct json_writer writer = json_writer_start(target);

    json_begin_object(&writer, NULL);
    json_put_text(&writer, "envelope_id", id);
    if (payload_json[0] != '\0')
        json_put_raw(&writer, "payload", payload_json);
    json_end_object(&writer);
}

bool envelope_write_ack(const char *id, const char *payload_json, struct buffer *target)
{
    released_by(buffer_release) struct buffer ack = { .limit = ENVELOPE_ACK_BYTES_MAX };

    write_ack(id, payload_json != NULL ? payload_json : "", &ack);
    bool fitted = !ack.overflowed;
    if (!fitted) {
        buffer_clear(&ack);
        write_ack(id, "", &ack);
    }
    buffer_append(target, ack.data, ack.length);
    return fitted;
}

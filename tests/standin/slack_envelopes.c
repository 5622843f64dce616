/* tests/standin/slack_envelopes.c - a ring of deliveries, searched from the newest. */
#include "tests/standin/slack_envelopes.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "tests/standin/block_kit.h"
#include "tests/standin/slack_text.h"

#include <stdlib.h>
#include <string.h>

enum { US_PER_MS = 1000, ENVELOPE_BYTES_MAX = 8 * 1024 * 1024 };

/* One envelope, however often it was delivered. */
struct delivery {
    struct flow flow;
    struct timer timer; /* rings when the user sees operation_timeout */
    struct envelopes *envelopes;
    char id[ENVELOPE_ID_SIZE];
    char type[ENVELOPE_TYPE_SIZE];
    bool accepts_payload;
    cJSON *payload, *extra;
    int64_t session; /* of the last delivery */
    int64_t sent_us; /* likewise */
    int64_t sent_count, ack_count;
};

struct envelopes {
    struct slack *slack;
    struct delivery *items; /* a ring of ENVELOPES_MAX */
    int64_t count;
};

static struct delivery *find(struct envelopes *envelopes, const char *id);
static struct delivery *add(struct envelopes *envelopes, const char *id);
static bool send_delivery(struct delivery *delivery, const struct delivery_options *options);
static void note_timeout(struct flow *flow);
static void take(struct envelopes *envelopes, int64_t session, const cJSON *ack);
static bool check_payload(struct slack *slack, const struct delivery *delivery, const cJSON *payload);
static void post_message(struct slack *slack, const struct delivery *delivery, const cJSON *payload, cJSON *entry);

struct envelopes *envelopes_new(struct slack *slack)
{
    struct envelopes *envelopes = memory_new(1, sizeof *envelopes);

    envelopes->slack = slack;
    envelopes->items = memory_new(ENVELOPES_MAX, sizeof *envelopes->items);
    return envelopes;
}

static void delivery_release(struct delivery *delivery)
{
    if (delivery->envelopes == NULL)
        return;
    timer_stop(delivery->envelopes->slack->loop, &delivery->timer);
    cJSON_Delete(delivery->payload);
    cJSON_Delete(delivery->extra);
    *delivery = (struct delivery){ 0 };
}

void envelopes_free(struct envelopes *envelopes)
{
    for (int i = 0; i < ENVELOPES_MAX; i++)
        delivery_release(&envelopes->items[i]);
    free(envelopes->items);
    free(envelopes);
}

static struct delivery *find(struct envelopes *envelopes, const char *id)
{
    int64_t oldest = envelopes->count > ENVELOPES_MAX ? envelopes->count - ENVELOPES_MAX : 0;

    for (int64_t i = envelopes->count - 1; i >= oldest; i--)
        if (text_equal(envelopes->items[i % ENVELOPES_MAX].id, id))
            return &envelopes->items[i % ENVELOPES_MAX];
    return NULL;
}

static struct delivery *add(struct envelopes *envelopes, const char *id)
{
    struct delivery *delivery = &envelopes->items[envelopes->count++ % ENVELOPES_MAX];

    delivery_release(delivery);
    delivery->flow.pump = note_timeout;
    delivery->envelopes = envelopes;
    text_copy_cut(delivery->id, sizeof delivery->id, id);
    if (id[0] == '\0')
        slack_uuid(delivery->id);
    return delivery;
}

bool envelopes_deliver(struct envelopes *envelopes, const char *type, bool accepts_payload, cJSON *payload,
                       cJSON *extra, const struct delivery_options *options, char ret_id[ENVELOPE_ID_SIZE])
{
    struct delivery *delivery = add(envelopes, options->envelope_id);

    text_copy_cut(delivery->type, sizeof delivery->type, type);
    delivery->accepts_payload = accepts_payload;
    delivery->payload = payload;
    delivery->extra = extra;
    text_copy_cut(ret_id, ENVELOPE_ID_SIZE, delivery->id);
    return send_delivery(delivery, options);
}

bool envelopes_repeat(struct envelopes *envelopes, const char *id, bool with_new_id,
                      const struct delivery_options *options, char ret_id[ENVELOPE_ID_SIZE])
{
    struct delivery *delivery = find(envelopes, id);

    ret_id[0] = '\0';
    if (delivery == NULL)
        return false;
    if (with_new_id)
        return envelopes_deliver(envelopes, delivery->type, delivery->accepts_payload,
                                 cJSON_Duplicate(delivery->payload, true), cJSON_Duplicate(delivery->extra, true),
                                 options, ret_id);
    text_copy_cut(ret_id, ENVELOPE_ID_SIZE, delivery->id);
    return send_delivery(delivery, options);
}

/* The payload comes first: what it is of is known last. */
static void write_envelope(const struct delivery *delivery, int64_t padding_bytes, struct buffer *text)
{
    cJSON *envelope = cJSON_CreateObject();
    cJSON *member = NULL;

    cJSON_AddItemReferenceToObject(envelope, "payload", delivery->payload);
    cJSON_AddStringToObject(envelope, "envelope_id", delivery->id);
    cJSON_AddStringToObject(envelope, "type", delivery->type);
    cJSON_AddBoolToObject(envelope, "accepts_response_payload", delivery->accepts_payload);
    cJSON_ArrayForEach(member, delivery->extra) cJSON_AddItemReferenceToObject(envelope, member->string, member);
    if (padding_bytes > 0) {
        released_by(memory_release_text) char *padding = memory_new((size_t) padding_bytes + 1, 1);

        memset(padding, 'x', (size_t) padding_bytes);
        cJSON_AddStringToObject(envelope, "padding", padding);
    }
    slack_write_json(envelope, text);
    cJSON_Delete(envelope);
}

static bool send_delivery(struct delivery *delivery, const struct delivery_options *options)
{
    struct slack *slack = delivery->envelopes->slack;
    released_by(buffer_release) struct buffer text = { .limit = ENVELOPE_BYTES_MAX };
    int64_t copies = options->copies > 0 ? options->copies : 1;
    cJSON *entry = NULL;

    write_envelope(delivery, options->padding_bytes, &text);
    for (int64_t i = 0; i < copies; i++) {
        if (!sockets_send(slack->sockets, options->session, buffer_text(&text), text.length, &options->form,
                          &delivery->session))
            return false;
        delivery->sent_us = journal_clock_us();
        delivery->sent_count++;
    }
    timer_start(slack->loop, &delivery->timer, ENVELOPE_ACK_LIMIT_MS, &delivery->flow);
    entry = cJSON_CreateObject();
    cJSON_AddStringToObject(entry, "envelope_id", delivery->id);
    cJSON_AddStringToObject(entry, "envelope_type", delivery->type);
    cJSON_AddNumberToObject(entry, "session", (double) delivery->session);
    cJSON_AddNumberToObject(entry, "deliveries", (double) delivery->sent_count);
    slack_note(slack, "envelope", entry);
    return true;
}

static void note_timeout(struct flow *flow)
{
    struct delivery *delivery = (struct delivery *) flow;
    cJSON *entry = cJSON_CreateObject();

    cJSON_AddStringToObject(entry, "envelope_id", delivery->id);
    cJSON_AddStringToObject(entry, "error", "operation_timeout");
    slack_note(delivery->envelopes->slack, "timeout", entry);
}

/* acks */

void envelopes_take_ack(struct envelopes *envelopes, int64_t session, const char *text, size_t length)
{
    released_by(json_release) cJSON *ack = NULL;
    struct error error = { 0 };
    const cJSON *member = NULL;

    if (!json_parse(text, length, "the ack", &ack, &error) || !cJSON_IsObject(ack) ||
        json_text(ack, "envelope_id")[0] == '\0') {
        slack_violation(envelopes->slack, "not_an_ack", "", error.message);
        return;
    }
    cJSON_ArrayForEach(member,
                       ack) if (!text_equal(member->string, "envelope_id") && !text_equal(member->string, "payload"))
        slack_violation(envelopes->slack, "unknown_member_of_ack", json_text(ack, "envelope_id"), member->string);
    take(envelopes, session, ack);
}

static void take(struct envelopes *envelopes, int64_t session, const cJSON *ack)
{
    int64_t now_us = journal_clock_us();
    struct slack *slack = envelopes->slack;
    const char *id = json_text(ack, "envelope_id");
    const cJSON *payload = json_member(ack, "payload");
    struct delivery *delivery = find(envelopes, id);
    cJSON *entry = NULL;
    int64_t latency_us = 0;
    bool is_late = false;

    if (delivery == NULL) {
        slack_violation(slack, "unknown_envelope", id, "");
        return;
    }
    latency_us = now_us - delivery->sent_us;
    timer_stop(slack->loop, &delivery->timer);
    if (++delivery->ack_count > delivery->sent_count)
        slack_violation(slack, "acked_too_often", id, "");
    is_late = latency_us > (int64_t) ENVELOPE_ACK_LIMIT_MS * US_PER_MS;
    if (is_late)
        slack_violation(slack, "late_ack", id, "");
    bool is_good = check_payload(slack, delivery, payload);
    entry = cJSON_CreateObject();
    cJSON_AddStringToObject(entry, "envelope_id", id);
    cJSON_AddStringToObject(entry, "envelope_type", delivery->type);
    cJSON_AddNumberToObject(entry, "session", (double) session);
    cJSON_AddNumberToObject(entry, "delivered_to", (double) delivery->session);
    cJSON_AddNumberToObject(entry, "latency_us", (double) latency_us);
    cJSON_AddNumberToObject(entry, "acks", (double) delivery->ack_count);
    cJSON_AddNumberToObject(entry, "deliveries", (double) delivery->sent_count);
    cJSON_AddBoolToObject(entry, "late", is_late);
    if (payload != NULL)
        cJSON_AddItemToObject(entry, "payload", cJSON_Duplicate(payload, true));
    if (is_good && !is_late && delivery->ack_count == 1)
        post_message(slack, delivery, payload, entry);
    slack_note(slack, "ack", entry);
}

/* The message that answers a command in its ack is one like any other: its buttons can be pressed. */
static void post_message(struct slack *slack, const struct delivery *delivery, const cJSON *payload, cJSON *entry)
{
    const char *text = json_text(payload, "text");
    const cJSON *blocks = json_member(payload, "blocks");
    const char *channel = json_text(delivery->payload, "channel_id");
    bool in_channel = text_equal(json_text(payload, "response_type"), "in_channel");
    struct stored_message *stored = NULL;

    if (channel[0] == '\0' || (text[0] == '\0' && cJSON_GetArraySize(blocks) == 0))
        return;
    stored = workspace_post(&slack->workspace, channel, in_channel ? "" : json_text(delivery->payload, "user_id"), text,
                            blocks);
    stored->by_response_url = true;
    cJSON_AddStringToObject(entry, "channel", stored->channel);
    cJSON_AddStringToObject(entry, "ts", stored->ts);
}

/* The reason why Slack does not take the payload; NULL = it does. An empty one is none: some of Slack's own clients send
 * that with every ack. */
static const char *refuse_payload(const struct delivery *delivery, const cJSON *payload,
                                  struct block_kit_problems *problems)
{
    const cJSON *blocks = json_member(payload, "blocks");
    const char *type = json_text(payload, "response_type");
    const char *action = json_text(payload, "response_action");

    if (payload == NULL || (cJSON_IsObject(payload) && payload->child == NULL))
        return NULL;
    if (!cJSON_IsObject(payload))
        return "payload_is_no_object";
    if (!delivery->accepts_payload)
        return "payload_not_accepted";
    if (blocks != NULL && !block_kit_check_message(blocks, problems))
        return "invalid_blocks";
    if (type[0] != '\0' && !text_equal(type, "ephemeral") && !text_equal(type, "in_channel"))
        return "invalid_response_type";
    if (action[0] != '\0' && !text_equal(action, "errors") && !text_equal(action, "update") &&
        !text_equal(action, "push") && !text_equal(action, "clear"))
        return "invalid_response_action";
    return NULL;
}

static bool check_payload(struct slack *slack, const struct delivery *delivery, const cJSON *payload)
{
    struct block_kit_problems problems = { 0 };
    const char *reason = refuse_payload(delivery, payload, &problems);

    if (reason != NULL)
        slack_violation(slack, reason, delivery->id, problems.texts[0]);
    return reason == NULL;
}

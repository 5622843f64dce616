/* tests/standin/slack_payload.h - what stands in the envelopes: commands, clicks, submitted views, events.
 *
 * As Slack's documentation prints them. Each gives out a trigger id, and a response URL where there is one.
 */
#ifndef CURFEW_TESTS_STANDIN_SLACK_PAYLOAD_H
#define CURFEW_TESTS_STANDIN_SLACK_PAYLOAD_H

#include "base/attributes.h"
#include "tests/standin/slack.h"

enum { PAYLOAD_URL_SIZE = 256, PAYLOAD_TRIGGER_SIZE = GRANT_TOKEN_SIZE };

/* What was given out with it; "" = nothing. */
struct payload_grants {
    char trigger_id[PAYLOAD_TRIGGER_SIZE];
    char response_url[PAYLOAD_URL_SIZE];
};

/* json: {"text": "start dev1", "command": "/curfew", "user": "UANN000001", "channel": "CDEV000001"}; all of it may be
 * missing. trigger_id: the one of an earlier command, sent once more. false, ERROR_MISSING: no such user or channel. */
bool payload_of_command(struct slack *slack, const cJSON *json, cJSON **ret_payload, struct payload_grants *ret_grants,
                        struct error *error) must_check;

/* json: {"channel": ..., "ts": ..., "action_id": ..., "block_id": ..., "value": ..., "user": ...}: what is pressed has to
 * be in the message that is stored now; block_id and value (or "value_start", how it begins) choose among several. From an
 * overflow menu the option of that value is chosen, or of that text ("option"). "forged_value" then replaces the value.
 * false, ERROR_MISSING: no such message, element, option or user. */
bool payload_of_click(struct slack *slack, const cJSON *json, cJSON **ret_payload, struct payload_grants *ret_grants,
                      struct error *error) must_check;

/* json: {"view": {what views.open was given, with its id}, "values": {...}, "user": ...}. */
bool payload_of_submission(struct slack *slack, const cJSON *json, cJSON **ret_payload,
                           struct payload_grants *ret_grants, struct error *error) must_check;

/* json: {"event": {...}, "event_id": "Ev..."}. */
bool payload_of_event(struct slack *slack, const cJSON *json, cJSON **ret_payload, struct error *error) must_check;

#endif

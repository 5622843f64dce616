/* tests/bench/crowd.c - before each wait of the loop: what was noted, and who may type next. */
#include "tests/bench/crowd.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "tests/standin/certificates.h"
#include "tests/standin/slack.h"
#include "tests/standin/slack_envelopes.h"
#include "tests/standin/slack_payload.h"

#include <uv.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* One command that was typed. */
struct typed {
    char envelope_id[ENVELOPE_ID_SIZE];
    char response_url[PAYLOAD_URL_SIZE];
    int64_t sent_us; /* before a byte of it was written: an app may read while the stand-in is still in write() */
};

struct crowd_slack {
    struct slack slack;
    struct slack_front front;
    struct server *server;
    struct loop *loop;
    uv_prepare_t watcher; /* journal entries have no other way to make themselves heard in this process */
    bool watcher_is_closed;
    int64_t seen; /* entries of the journal up to this number */

    struct typing *typing; /* NULL = nobody types */
    struct typed *typed;
    int sent, acked, answered, violations;
    bool hello, refused;
};

static void look(uv_prepare_t *watcher);

static void start_watcher(struct crowd_slack *slack)
{
    uv_prepare_init(loop_uv(slack->loop), &slack->watcher);
    slack->watcher.data = slack;
    uv_prepare_start(&slack->watcher, look);
}

static void note_closed(uv_handle_t *handle)
{
    struct crowd_slack *slack = handle->data;

    slack->watcher_is_closed = true;
    loop_stop(slack->loop);
}

static bool listen_on(struct crowd *crowd, int port, struct error *error)
{
    struct crowd_slack *slack = crowd->slack;
    char certificate[STAGE_PATH_SIZE], key[STAGE_PATH_SIZE];
    struct server_options options = {
        .handler = &slack->front.handler, .port = port, .certificate_path = certificate, .key_path = key
    };
    int listening = 0;

    stage_path(crowd->stage, "ca.pem", crowd->ca);
    stage_path(crowd->stage, "server.pem", certificate);
    stage_path(crowd->stage, "server-key.pem", key);
    if (!certificates_make(crowd->stage->folder, error) || !server_listen(slack->server, &options, &listening, error))
        return false;
    /* Slack's SDK for Python takes no other port than the one that is not said. */
    if (listening == 443)
        snprintf(slack->slack.host, sizeof slack->slack.host, "127.0.0.1");
    else
        snprintf(slack->slack.host, sizeof slack->slack.host, "127.0.0.1:%d", listening);
    snprintf(crowd->api_url, sizeof crowd->api_url, "https://%s/api/", slack->slack.host);
    return true;
}

bool crowd_open(struct crowd *crowd, struct stage *stage, int port)
{
    struct crowd_slack *slack = memory_new(1, sizeof *slack);
    struct error error = { 0 };

    *crowd =
        (struct crowd){ .stage = stage, .slack = slack, .app_token = slack_app_token, .bot_token = slack_bot_token };
    slack->loop = stage->loop;
    slack_init(&slack->slack, stage->loop, "");
    slack->slack.rates_enforced = false;
    slack->front = (struct slack_front){ .handler.handle = slack_handle, .slack = &slack->slack };
    slack->server = server_new(stage->loop);
    start_watcher(slack);
    if (listen_on(crowd, port, &error))
        return true;
    printf("Slack cannot be played: %s\n", error.message);
    return false;
}

void crowd_close(struct crowd *crowd)
{
    struct crowd_slack *slack = crowd->slack;

    if (slack == NULL)
        return;
    server_free(slack->server);
    slack_release(&slack->slack);
    uv_close((uv_handle_t *) &slack->watcher, note_closed);
    while (!slack->watcher_is_closed)
        loop_run(slack->loop);
    free(slack->typed);
    free(slack);
    *crowd = (struct crowd){ 0 };
}

/* typing */

static void type_one(struct crowd_slack *slack)
{
    struct typed *typed = &slack->typed[slack->sent];
    released_by(json_release) cJSON *asked = cJSON_CreateObject();
    struct payload_grants grants = { 0 };
    struct delivery_options options = { 0 };
    struct error error = { 0 };
    cJSON *payload = NULL;

    slack->sent++;
    cJSON_AddStringToObject(asked, "text", slack->typing->text);
    slack->refused = !payload_of_command(&slack->slack, asked, &payload, &grants, &error);
    if (slack->refused)
        return;
    text_copy_cut(typed->response_url, sizeof typed->response_url, grants.response_url);
    typed->sent_us = journal_clock_us();
    slack->refused =
        !envelopes_deliver(slack->slack.envelopes, "slash_commands", true, payload, NULL, &options, typed->envelope_id);
}

/* Milliseconds between a command and an entry that came of it; the newest first, since it belongs to one of the last.
 * false: it is of none that was typed. */
static bool find_delay(const struct crowd_slack *slack, const cJSON *entry, double *ret_ms)
{
    const char *id = json_text(entry, "envelope_id"), *url = json_text(entry, "response_url");
    double at_us = (double) slack->slack.journal.started_us + json_member(entry, "at_us")->valuedouble;

    for (int i = slack->sent - 1; i >= 0; i--) {
        const struct typed *typed = &slack->typed[i];
        if (!text_equal(typed->envelope_id, id) && !text_equal(typed->response_url, url))
            continue;
        *ret_ms = (at_us - (double) typed->sent_us) / 1e3;
        return true;
    }
    return false;
}

static void take_entry(struct crowd_slack *slack, const cJSON *entry)
{
    const char *type = json_text(entry, "type");
    double delay_ms = 0;

    if (text_equal(type, "hello"))
        slack->hello = true;
    if (text_equal(type, "violation")) {
        slack->violations++;
        printf("the app did what Slack does not accept: %s %s\n", json_text(entry, "kind"), json_text(entry, "detail"));
    }
    if (slack->typing == NULL || !find_delay(slack, entry, &delay_ms))
        return;
    if (text_equal(type, "ack")) {
        samples_add(&slack->typing->ack_ms, delay_ms);
        slack->acked++;
    } else if (text_equal(type, "response")) {
        samples_add(&slack->typing->answer_ms, delay_ms);
        slack->answered++;
    }
}

static int done_count(const struct crowd_slack *slack)
{
    if (slack->typing->is_answered && slack->answered < slack->acked)
        return slack->answered;
    return slack->acked;
}

static void type_on(struct crowd_slack *slack)
{
    const struct typing *typing = slack->typing;

    while (!slack->refused && slack->sent < typing->count && slack->sent - done_count(slack) < typing->in_flight)
        type_one(slack);
    if (slack->refused || done_count(slack) == typing->count)
        loop_stop(slack->loop);
}

static void look(uv_prepare_t *watcher)
{
    struct crowd_slack *slack = watcher->data;
    struct journal *journal = &slack->slack.journal;

    if (slack->seen == journal->count)
        return;
    while (slack->seen < journal->count) {
        const cJSON *entry = journal->entries[slack->seen++ % JOURNAL_ENTRIES_MAX];
        take_entry(slack, entry);
    }
    if (slack->typing != NULL)
        type_on(slack);
    else
        loop_stop(slack->loop);
}

bool crowd_wait_for_hello(struct crowd *crowd, int64_t *ret_at_us)
{
    int64_t until_ms = stage_now_ms(crowd->stage) + CROWD_PATIENCE_MS;

    while (!crowd->slack->hello) {
        if (stage_turn(crowd->stage, until_ms))
            continue;
        printf("nobody came for hello\n");
        return false;
    }
    *ret_at_us = bench_now_us();
    return true;
}

static bool wait_for_all(struct crowd *crowd, const struct typing *typing)
{
    struct crowd_slack *slack = crowd->slack;
    int64_t until_ms = stage_now_ms(crowd->stage) + CROWD_PATIENCE_MS;

    while (!slack->refused && done_count(slack) < typing->count)
        if (!stage_turn(crowd->stage, until_ms))
            break;
    if (slack->violations == 0 && done_count(slack) == typing->count)
        return true;
    printf("\"%s\": %d sent, %d acked, %d answered, %d not accepted%s\n", typing->text, slack->sent, slack->acked,
           slack->answered, slack->violations, slack->refused ? ", nobody there to take them" : "");
    return false;
}

bool crowd_type(struct crowd *crowd, struct typing *typing)
{
    struct crowd_slack *slack = crowd->slack;
    int64_t begun_us = bench_now_us();

    samples_clear(&typing->ack_ms);
    samples_clear(&typing->answer_ms);
    free(slack->typed);
    slack->typed = memory_new((size_t) typing->count, sizeof *slack->typed);
    slack->sent = slack->acked = slack->answered = slack->violations = 0;
    slack->refused = false;
    slack->typing = typing;
    type_on(slack);
    bool fine = wait_for_all(crowd, typing);
    slack->typing = NULL;
    typing->seconds = (double) (bench_now_us() - begun_us) / 1e6;
    return fine;
}

void typing_release(struct typing *typing)
{
    samples_release(&typing->ack_ms);
    samples_release(&typing->answer_ms);
}

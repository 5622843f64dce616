/* bot/slack.c - the flow of one call: wait for the method's pause, ask, and ask again where that does no harm. */
#include "bot/slack.h"

#include "bot/slack_answer.h"
#include "bot/slack_request.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/retry.h"
#include "base/text.h"
#include "base/url.h"

#include <assert.h>
#include <string.h>

static const struct retry_policy policy_default = { .base_ms = 1000,
                                                    .maximum_ms = 30 * 1000,
                                                    .tries_max = SLACK_TRIES_MAX };

/* Nobody calls this method before. */
struct pause {
    char method[64];
    int64_t until_ms; /* by loop_monotonic_ms() */
};

struct slack {
    struct loop *loop;
    struct slack_options options;
    struct retry_policy retries;
    struct http_client *client;
    struct url api;
    struct pause pauses[SLACK_METHODS_MAX];
    struct slack_call *calls; /* those that run */
};

struct slack *slack_new(struct loop *loop, const struct slack_options *options)
{
    struct http_client_options client = { .user_agent = options->user_agent, .ca_path = options->ca_path };
    struct slack *slack = memory_new(1, sizeof *slack);
    struct error ignored;

    slack->loop = loop;
    slack->options = *options;
    slack->retries = options->retries != NULL ? *options->retries : policy_default;
    slack->client = http_client_new(loop, &client);
    /* An address that is none is told by the first call. */
    if (!url_read(options->api_url, "https http", "the address of Slack", &slack->api, &ignored))
        slack->api = (struct url){ 0 };
    return slack;
}

void slack_free(struct slack *slack)
{
    if (slack == NULL)
        return;
    while (slack->calls != NULL)
        slack_call_cancel(slack->calls);
    http_client_free(slack->client);
    free(slack);
}

/* ---- Pauses ---- */

/* The place of the method, or the one that has been free for longest. */
static struct pause *find_pause(struct slack *slack, const char *method)
{
    struct pause *oldest = &slack->pauses[0];

    for (int i = 0; i < SLACK_METHODS_MAX; i++) {
        struct pause *pause = &slack->pauses[i];

        if (text_equal(pause->method, method))
            return pause;
        if (pause->until_ms < oldest->until_ms)
            oldest = pause;
    }
    return oldest;
}

static void pause_method(struct slack *slack, const char *method, int64_t seconds)
{
    struct pause *pause = find_pause(slack, method);
    int64_t until_ms = loop_monotonic_ms(slack->loop) + seconds * 1000;

    if (text_equal(pause->method, method) && pause->until_ms > until_ms)
        return;
    text_copy_cut(pause->method, sizeof pause->method, method);
    pause->until_ms = until_ms;
}

static int64_t pause_left_ms(struct slack *slack, const char *method)
{
    const struct pause *pause = find_pause(slack, method);

    return text_equal(pause->method, method) ? pause->until_ms - loop_monotonic_ms(slack->loop) : 0;
}

/* ---- One call ---- */

static void leave_list(struct slack_call *call)
{
    struct slack_call **place = &call->slack->calls;

    while (*place != NULL && *place != call)
        place = &(*place)->next;
    if (*place != NULL)
        *place = call->next;
    call->next = NULL;
}

static void conclude(struct slack_call *call)
{
    leave_list(call);
    http_exchange_release(&call->exchange);
    call->slack = NULL;
    call->done = true;
    call->flow->pump(call->flow);
}

static void send_when_allowed(struct slack_call *call)
{
    struct slack *slack = call->slack;
    int64_t left_ms = pause_left_ms(slack, call->method);

    if (left_ms > 0) {
        timer_start(slack->loop, &call->timer, left_ms, &call->pump);
    } else if (slack_write_request(call, &slack->options, &slack->api)) {
        call->sending = true;
        http_exchange_start(slack->client, &call->exchange, &call->pump);
    } else {
        call->unsent = true;
        conclude(call);
    }
}

/* BUSY was refused as a whole. Otherwise what is not sent cannot have been carried out. */
static bool may_be_repeated(const struct slack_call *call)
{
    if (call->once)
        return false;
    return call->error.kind == ERROR_BUSY || slack_method_is_repeatable(call->method) || call->unsent;
}

static void take_answer(struct slack_call *call)
{
    struct slack *slack = call->slack;

    slack_read_answer(call);
    call->unsent = call->exchange.error.kind != ERROR_NONE && call->exchange.unsent;
    if (call->error.kind == ERROR_NONE) {
        conclude(call);
        return;
    }
    call->failures++;
    if (call->error.kind == ERROR_BUSY)
        pause_method(slack, call->method, call->error.retry_after_s);
    if (may_be_repeated(call) && retry_is_due(&slack->retries, call->failures, &call->error))
        timer_start(slack->loop, &call->timer,
                    retry_delay_ms(&slack->retries, call->failures, &call->error, random_number()), &call->pump);
    else
        conclude(call);
}

static void pump_call(struct flow *flow)
{
    struct slack_call *call = (struct slack_call *) flow;

    if (!call->sending) {
        send_when_allowed(call);
    } else if (call->exchange.done) {
        call->sending = false;
        take_answer(call);
    }
}

void slack_call_start(struct slack *slack, struct slack_call *call, struct flow *flow)
{
    slack_call_cancel(call);
    json_release(&call->answer);
    call->pump.pump = pump_call;
    call->flow = flow;
    call->slack = slack;
    call->done = false;
    call->failures = 0;
    call->error = (struct error){ 0 };
    call->slack_error[0] = '\0';
    call->unsent = false;
    call->next = slack->calls;
    slack->calls = call;
    loop_post(slack->loop, &call->pump);
}

void slack_call_cancel(struct slack_call *call)
{
    if (call->slack == NULL)
        return;
    leave_list(call);
    http_exchange_release(&call->exchange);
    timer_stop(call->slack->loop, &call->timer);
    loop_unpost(call->slack->loop, &call->pump);
    call->sending = false;
    call->slack = NULL;
}

void slack_call_release(struct slack_call *call)
{
    slack_call_cancel(call);
    json_release(&call->answer);
    buffer_release(&call->body);
    explicit_bzero(call->response_url, sizeof call->response_url);
    *call = (struct slack_call){ 0 };
}

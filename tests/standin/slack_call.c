/* tests/standin/slack_call.c - a call lives on the heap, because it may wait; it frees itself with its answer. */
#include "tests/standin/slack_call.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_SIZE = 24 };

static void read_arguments(struct call *call, const struct server_request *request);
static void read_json(struct call *call, const struct server_request *request);
static void read_form(struct call *call, const char *form);
static void read_token(struct call *call, const struct server_request *request);
static void carry_on(struct flow *flow);
static void be_gone(struct server_response_owner *owner);
static void answer_fault(struct call *call);
static void call_free(struct call *call);

void call_begin(struct slack *slack, const struct server_request *request, struct server_response *response,
                const char *name, void (*run)(struct call *call))
{
    struct call *call = memory_new(1, sizeof *call);

    call->owner.gone = be_gone;
    call->flow.pump = carry_on;
    call->slack = slack;
    call->response = response;
    call->run = run;
    call->status = 200;
    call->is_post = text_equal(request->method, "POST");
    text_copy_cut(call->name, sizeof call->name, name);
    text_copy_cut(call->path, sizeof call->path, request->path);
    call->arguments = cJSON_CreateObject();
    read_arguments(call, request);
    read_token(call, request);
    if (faults_take(&slack->faults, call->name, call_text(call, "channel"), &call->fault) && call->fault.delay_ms > 0) {
        server_response_keep(response, &call->owner);
        timer_start(slack->loop, &call->timer, call->fault.delay_ms, &call->flow);
        return;
    }
    carry_on(&call->flow);
}

/* The media type without its parameters. */
static bool is_type(const char *content_type, const char *wanted)
{
    size_t length = strcspn(content_type, "; ");

    return length == strlen(wanted) && strncasecmp(content_type, wanted, length) == 0;
}

static void read_arguments(struct call *call, const struct server_request *request)
{
    const char *type = server_request_header(request, "content-type");
    bool has_charset = strcasestr(type, "charset=") != NULL;

    read_form(call, request->query);
    if (!call->is_post)
        return;
    if (is_type(type, "application/json")) {
        call->warning = has_charset ? NULL : "missing_charset";
        read_json(call, request);
    } else if (is_type(type, "application/x-www-form-urlencoded")) {
        call->warning = has_charset ? "superfluous_charset" : NULL;
        read_form(call, buffer_text(&request->body));
    } else if (request->body.length > 0) {
        call->refused = type[0] == '\0' ? "missing_post_type" : "invalid_post_type";
    }
}

static void read_json(struct call *call, const struct server_request *request)
{
    cJSON *value = NULL;
    struct error error = { 0 };

    if (request->body.length == 0)
        return;
    if (!json_parse(request->body.data, request->body.length, "the body", &value, &error)) {
        call->refused = "invalid_json";
        return;
    }
    if (!cJSON_IsObject(value)) {
        call->refused = "json_not_object";
        cJSON_Delete(value);
        return;
    }
    cJSON_Delete(call->arguments);
    call->arguments = value;
    cJSON_DeleteItemFromObjectCaseSensitive(value, "token"); /* it counts in the header alone */
}

static void read_form(struct call *call, const char *form)
{
    released_by(buffer_release) struct buffer name = { .limit = SERVER_BODY_BYTES_MAX };
    released_by(buffer_release) struct buffer value = { .limit = SERVER_BODY_BYTES_MAX };

    while (server_query_next(&form, &name, &value)) {
        cJSON_DeleteItemFromObjectCaseSensitive(call->arguments, buffer_text(&name));
        cJSON_AddStringToObject(call->arguments, buffer_text(&name), buffer_text(&value));
    }
}

static void read_token(struct call *call, const struct server_request *request)
{
    const char *authorization = server_request_header(request, "authorization");

    if (text_starts_with(authorization, "Bearer "))
        text_copy_cut(call->token, sizeof call->token, authorization + strlen("Bearer "));
    else if (call->is_post)
        text_copy_cut(call->token, sizeof call->token, call_text(call, "token"));
}

static void be_gone(struct server_response_owner *owner)
{
    call_free((struct call *) owner);
}

static void carry_on(struct flow *flow)
{
    struct call *call = (struct call *) ((char *) flow - offsetof(struct call, flow));
    bool spoilt = fault_spoils(&call->fault);
    char seconds[NUMBER_SIZE];

    if (!spoilt || call->fault.carry_out)
        call->run(call);
    if (spoilt) {
        answer_fault(call);
    } else {
        if (call->retry_after_s > 0) {
            snprintf(seconds, sizeof seconds, "%" PRId64, call->retry_after_s);
            server_response_add_header(call->response, "Retry-After", seconds);
        }
        slack_answer(call->response, call->status, call->answer);
        call->answer = NULL;
    }
    call_free(call);
}

static void answer_fault(struct call *call)
{
    const struct fault *fault = &call->fault;
    const char *type = fault->content_type[0] != '\0' ? fault->content_type : "text/html; charset=utf-8";
    char seconds[NUMBER_SIZE];
    cJSON *answer = NULL;

    if (fault->close) {
        server_response_drop(call->response);
        return;
    }
    if (fault->retry_after_s > 0) {
        snprintf(seconds, sizeof seconds, "%" PRId64, fault->retry_after_s);
        server_response_add_header(call->response, "Retry-After", seconds);
        rates_block(&call->slack->rates, call->name, call_text(call, "channel"), fault->retry_after_s,
                    slack_now_ms(call->slack));
    }
    if (fault->error[0] == '\0') {
        server_respond(call->response, (int) fault->status, type, fault->body, strlen(fault->body));
        return;
    }
    answer = cJSON_CreateObject();
    cJSON_AddBoolToObject(answer, "ok", false);
    cJSON_AddStringToObject(answer, "error", fault->error);
    slack_answer(call->response, fault->status != 0 ? (int) fault->status : 200, answer);
}

static void call_free(struct call *call)
{
    timer_stop(call->slack->loop, &call->timer);
    fault_release(&call->fault);
    cJSON_Delete(call->arguments);
    cJSON_Delete(call->answer);
    free(call);
}

const char *call_text(const struct call *call, const char *name)
{
    return json_text(call->arguments, name);
}

bool call_flag(const struct call *call, const char *name)
{
    const char *text = call_text(call, name);

    return json_is_true(call->arguments, name) || text_equal(text, "true") || text_equal(text, "1");
}

int64_t call_number(const struct call *call, const char *name, int64_t fallback)
{
    const cJSON *value = json_member(call->arguments, name);
    char *end = NULL;
    int64_t number = 0;

    if (cJSON_IsNumber(value))
        return (int64_t) value->valuedouble;
    if (!cJSON_IsString(value))
        return fallback;
    number = strtoll(value->valuestring, &end, 10);
    return end != value->valuestring && *end == '\0' ? number : fallback;
}

bool call_json(const struct call *call, const char *name, cJSON **ret_value)
{
    const cJSON *value = json_member(call->arguments, name);
    struct error error = { 0 };

    *ret_value = NULL;
    if (value == NULL || cJSON_IsNull(value))
        return true;
    if (cJSON_IsString(value)) {
        if (value->valuestring[0] == '\0')
            return true;
        return json_parse(value->valuestring, strlen(value->valuestring), name, ret_value, &error);
    }
    if (!cJSON_IsArray(value) && !cJSON_IsObject(value))
        return false;
    *ret_value = cJSON_Duplicate(value, true);
    return true;
}

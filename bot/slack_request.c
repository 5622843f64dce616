/* bot/slack_request.c - address, headers, token and body of one call.
 *
 * Slack takes JSON where a method writes. What reads wants a form; what is asked there is flat.
 */
#include "bot/slack_request.h"

#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"

enum { NUMBER_SIZE = 32 };

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);

    return length >= end_length && text_equal(text + length - end_length, end);
}

static bool is_read(const char *method)
{
    static const char *const ends[] = { ".info", ".list", ".history", ".members", ".replies" };

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (ends_with(method, ends[i]))
            return true;
    return false;
}

bool slack_method_is_repeatable(const char *method)
{
    static const char *const methods[] = { "apps.connections.open", "auth.test", "chat.update", "conversations.open" };

    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (text_equal(method, methods[i]))
            return true;
    return is_read(method);
}

static void append_member(struct buffer *form, const cJSON *member)
{
    char number[NUMBER_SIZE] = "";
    const char *value = number;

    if (cJSON_IsString(member))
        value = member->valuestring;
    else if (cJSON_IsBool(member))
        value = cJSON_IsTrue(member) ? "true" : "false";
    else if (cJSON_IsNumber(member))
        snprintf(number, sizeof number, "%.15g", member->valuedouble);
    else
        return;
    if (form->length > 0)
        buffer_append_char(form, '&');
    http_append_encoded(form, member->string);
    buffer_append_char(form, '=');
    http_append_encoded(form, value);
}

static bool write_form(struct slack_call *call, struct buffer *form)
{
    released_by(json_release) cJSON *value = NULL;
    const cJSON *member = NULL;

    if (call->body.length == 0)
        return true;
    if (!json_parse(call->body.data, call->body.length, "what is asked", &value, &call->error) ||
        !cJSON_IsObject(value)) {
        return error_set(&call->error, ERROR_INPUT, "%s: what is asked is no JSON object", call->method);
    }
    cJSON_ArrayForEach(member, value)
    {
        append_member(form, member);
    }
    return true;
}

static bool write_body(struct slack_call *call)
{
    struct http_request *request = &call->exchange.request;
    bool is_form = call->method[0] != '\0' && (call->body.length == 0 || is_read(call->method));

    request->body.limit = call->body.limit;
    if (is_form) {
        buffer_append_text(&request->headers, "Content-Type: application/x-www-form-urlencoded\n");
        return write_form(call, &request->body);
    }
    buffer_append_text(&request->headers, "Content-Type: application/json; charset=utf-8\n");
    buffer_append(&request->body, buffer_text(&call->body), call->body.length);
    return true;
}

/* A response_url comes from an envelope: it leads to Slack, or nowhere. */
static bool check_response_url(struct slack_call *call, const struct url *api)
{
    struct error ignored;
    struct url url;

    if (!url_read(call->response_url, "https", "the response URL", &url, &ignored) || url.has_user ||
        !(text_equal_ignoring_case(url.host, "hooks.slack.com") || text_equal_ignoring_case(url.host, api->host)))
        return error_set(&call->error, ERROR_INPUT, "the response URL does not lead to Slack");
    return true;
}

static bool write_token(struct slack_call *call, const struct slack_options *options)
{
    struct secret_file *file = call->token == SLACK_APP ? options->app_token : options->bot_token;
    bool changed = false;

    /* A file that cannot be read now keeps what it held. */
    if (!secret_file_refresh(file, &changed, &call->error)) {
        if (secret_is_empty(&file->secret))
            return error_context(&call->error, "%s", call->method);
        call->error = (struct error){ 0 };
    }
    call->exchange.request.bearer = &file->secret;
    return true;
}

bool slack_write_request(struct slack_call *call, const struct slack_options *options, const struct url *api)
{
    struct http_request *request = &call->exchange.request;

    http_exchange_release(&call->exchange);
    request->method = "POST";
    request->timeout_ms = SLACK_TIMEOUT_MS;
    if (call->method[0] == '\0') {
        buffer_append_text(&request->url, call->response_url);
        return check_response_url(call, api) && write_body(call);
    }
    buffer_append_text(&request->url, options->api_url);
    buffer_append_text(&request->url, call->method);
    return write_token(call, options) && write_body(call);
}

/* k8s/order_request.c - what is sent to carry out an order, and what the answer says of it. */
#include "k8s/order_request.h"

#include <assert.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "k8s/autoscaler.h"
#include "k8s/client.h"
#include "k8s/scale.h"
#include "k8s/status.h"

enum { NOT_FOUND = 404, UNPROCESSABLE = 422, TOO_MANY = 429 };

static bool check_order(const struct resource *resource, const struct scale_order *order, struct error *error);
static bool put_change(struct json_writer *writer, const struct scale_order *order, struct error *error);
static bool read_scale(const struct http_response *response, struct scale_order *order, struct error *error);
static bool read_object(const struct http_response *response, struct scale_order *order, struct error *error);
static void compare(struct scale_order *order, const char *uid, bool stands, const char *reason);

bool order_request_write(const char *namespace, const struct resource *resource, const struct scale_order *order,
                         struct http_request *ret_request, struct error *error)
{
    struct buffer body = { 0 };
    struct json_writer writer = json_writer_start(&body);

    assert(namespace_name_is_valid(namespace));
    if (!check_order(resource, order, error))
        return false;
    if (order->action == RESOURCE_SCALED) {
        scale_write_request(namespace, resource, order->name, order->replicas, order->uid, order->resource_version,
                            ret_request);
        return true;
    }
    if (!put_change(&writer, order, error)) {
        buffer_release(&body);
        return false;
    }
    struct http_request request = { .method = "PATCH", .body = body };
    buffer_append_format(&request.url, "%s/namespaces/%s/%s/", resource->path, namespace, resource->plural);
    http_append_encoded(&request.url, order->name);
    buffer_append_text(&request.headers, "Content-Type: application/merge-patch+json\n");
    *ret_request = request;
    return true;
}

static bool check_order(const struct resource *resource, const struct scale_order *order, struct error *error)
{
    int32_t most = order->action == RESOURCE_SCALED ? SCALE_REPLICAS_MAX : 1;

    if (order->action != resource->action || order->replicas < 0 || order->replicas > most)
        return error_set(error, ERROR_INPUT, "this cannot be scaled, or not to %d", order->replicas);
    return true;
}

/* The whole of a merge patch. */
static bool put_change(struct json_writer *writer, const struct scale_order *order, struct error *error)
{
    json_begin_object(writer, NULL);
    json_begin_object(writer, "metadata");
    if (order->uid[0] != '\0')
        json_put_text(writer, "uid", order->uid);
    if (order->resource_version[0] != '\0')
        json_put_text(writer, "resourceVersion", order->resource_version);
    if (order->action == RESOURCE_PAUSED && order->replicas == 0)
        autoscaler_put_pause(writer);
    else if (order->action == RESOURCE_PAUSED && !autoscaler_put_before(writer, order->before, error))
        return false;
    json_end_object(writer);
    if (order->action == RESOURCE_SUSPENDED) {
        json_begin_object(writer, "spec");
        json_put_bool(writer, "suspend", order->replicas == 0);
        json_end_object(writer);
    }
    json_end_object(writer);
    return true;
}

void order_request_read(const struct http_response *response, struct scale_order *order)
{
    const struct buffer *body = &response->body;
    struct error error = { 0 };
    bool read;

    if (order_request_is_unserved(response, order) ||
        (response->status == UNPROCESSABLE && status_is_about_uid(buffer_text(body), body->length))) {
        order->result = SCALE_CHANGED;
        return;
    }
    if (response->status < 200 || response->status > 299)
        read = client_error_read(response, &error);
    else if (order->action == RESOURCE_SCALED)
        read = read_scale(response, order, &error);
    else
        read = read_object(response, order, &error);
    if (!read)
        order_request_fail(&error, order);
}

/* What the server has refused was not carried out; of all else only another look can tell. */
void order_request_fail(const struct error *error, struct scale_order *order)
{
    bool refused =
        error->kind == ERROR_REFUSED || (error->status >= 400 && error->status <= 499 && error->status != TOO_MANY);

    if (error->kind == ERROR_MISSING) {
        order->result = SCALE_GONE;
    } else if (error->kind == ERROR_CONFLICT) {
        order->result = SCALE_CHANGED;
    } else {
        order->result = refused ? SCALE_FAILED : SCALE_UNKNOWN;
        scale_order_set_reason(order, error->message);
    }
}

bool order_request_is_unserved(const struct http_response *response, const struct scale_order *order)
{
    const struct buffer *body = &response->body;

    return response->status == NOT_FOUND && !status_is_about(buffer_text(body), body->length, order->name);
}

static bool read_scale(const struct http_response *response, struct scale_order *order, struct error *error)
{
    char reason[WORKLOAD_REASON_SIZE];
    struct scale scale;

    if (!scale_read_response(response, &scale, error))
        return false;
    (void) snprintf(reason, sizeof reason, "something on the way made it %d instead of %d", scale.replicas,
                    order->replicas);
    compare(order, scale.uid, scale.replicas == order->replicas, reason);
    return true;
}

static bool read_object(const struct http_response *response, struct scale_order *order, struct error *error)
{
    released_by(json_release) cJSON *object = NULL;
    char uid[KUBERNETES_UID_SIZE];
    bool asleep = order->replicas == 0;

    if (!json_parse(buffer_text(&response->body), response->body.length, "the answer", &object, error) ||
        !json_need_text(object, "metadata/uid", uid, sizeof uid, error))
        return false;
    if (!text_equal(json_text(object, "metadata/name"), order->name) || json_find(object, "spec") == NULL)
        return error_set(error, ERROR_PROTOCOL, "the answer is about something else");
    if (order->action == RESOURCE_SUSPENDED)
        compare(order, uid, json_is_true(object, "spec/suspend") == asleep,
                asleep ? "something on the way kept it from being suspended"
                       : "something on the way kept it suspended");
    else
        compare(order, uid, autoscaler_stands(object, asleep ? NULL : order->before),
                "something on the way changed the annotations that pause it");
    return true;
}

/* What somebody else made of our write on the way (a webhook, say) comes from our write, and is none to be remembered. */
static void compare(struct scale_order *order, const char *uid, bool stands, const char *reason)
{
    if (order->uid[0] != '\0' && !text_equal(order->uid, uid)) {
        order->result = SCALE_CHANGED;
    } else if (stands) {
        order->result = SCALE_DONE;
    } else {
        order->result = SCALE_FAILED;
        scale_order_set_reason(order, reason);
    }
}

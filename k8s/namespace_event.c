/* k8s/namespace_event.c - what `kubectl get events` shows of an environment. */
#include "k8s/namespace_event.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/calendar.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "k8s/client.h"
#include "k8s/status.h"

enum { CONFLICT = 409, FORBIDDEN = 403, INSTANT_SIZE = sizeof "2026-11-23T20:00:00Z" };

static void write_instant(char target[INSTANT_SIZE], int64_t at);
static void put_namespace(struct json_writer *writer, const struct namespace_event *event);

void namespace_event_write_request(const struct namespace_event *event, struct http_request *ret_request)
{
    struct http_request request = { .method = "POST" };
    struct json_writer writer = json_writer_start(&request.body);
    char name[NAMESPACE_NAME_SIZE + 20], message[NAMESPACE_EVENT_MESSAGE_SIZE], instant[INSTANT_SIZE];

    assert(namespace_name_is_valid(event->namespace));
    buffer_append_format(&request.url, "/api/v1/namespaces/%s/events", event->namespace);
    buffer_append_text(&request.headers, "Content-Type: application/json\n");
    (void) snprintf(name, sizeof name, "%s.%016" PRIx64, event->namespace, event->number);
    text_copy_cut(message, sizeof message, event->message);
    write_instant(instant, event->at);

    json_begin_object(&writer, NULL);
    json_put_text(&writer, "apiVersion", "v1");
    json_put_text(&writer, "kind", "Event");
    json_begin_object(&writer, "metadata");
    json_put_text(&writer, "name", name);
    json_end_object(&writer);
    put_namespace(&writer, event);
    json_put_text(&writer, "type", event->is_warning ? "Warning" : "Normal");
    json_put_text(&writer, "reason", event->reason);
    json_put_text(&writer, "message", message);
    json_put_number(&writer, "count", 1);
    json_put_text(&writer, "firstTimestamp", instant);
    json_put_text(&writer, "lastTimestamp", instant);
    json_begin_object(&writer, "source");
    json_put_text(&writer, "component", "curfew");
    json_end_object(&writer);
    json_put_text(&writer, "reportingComponent", "curfew");
    json_end_object(&writer);
    *ret_request = request;
}

/* The server wants the namespace of what the Event is about to be its own, even where that is a namespace. */
static void put_namespace(struct json_writer *writer, const struct namespace_event *event)
{
    json_begin_object(writer, "involvedObject");
    json_put_text(writer, "apiVersion", "v1");
    json_put_text(writer, "kind", "Namespace");
    json_put_text(writer, "name", event->namespace);
    json_put_text(writer, "namespace", event->namespace);
    json_put_text(writer, "uid", event->uid);
    json_end_object(writer);
}

/* RFC 3339, in UTC. */
static void write_instant(char target[INSTANT_SIZE], int64_t at)
{
    struct local_time time = calendar_local_time(at);

    (void) snprintf(target, INSTANT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned) time.year % 10000,
                    (unsigned) time.month % 100, (unsigned) time.day % 100, (unsigned) time.hour % 100,
                    (unsigned) time.minute % 100, (unsigned) time.second % 100);
}

bool namespace_event_read_response(const struct http_response *response, struct error *error)
{
    const struct buffer *body = &response->body;

    if ((response->status >= 200 && response->status <= 299) || response->status == CONFLICT)
        return true;
    (void) client_error_read(response, error);
    if (response->status == FORBIDDEN && status_has_cause(buffer_text(body), body->length, "NamespaceTerminating"))
        error->kind = ERROR_MISSING;
    return false;
}

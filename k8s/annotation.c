/* k8s/annotation.c - the one thing of a namespace that is ever changed: its annotation curfew/schedule. */
#include "k8s/annotation.h"

#include <assert.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "k8s/client.h"
#include "k8s/status.h"

enum { UNPROCESSABLE = 422 };

static bool check_namespace(const cJSON *object, const char *uid, const char *schedule, struct error *error);

void annotation_write_request(const char *namespace, const char *uid, const char *schedule,
                              struct http_request *ret_request)
{
    struct http_request request = { .method = "PATCH" };
    struct json_writer writer = json_writer_start(&request.body);

    assert(namespace_name_is_valid(namespace));
    assert(uid[0] != '\0');
    buffer_append_format(&request.url, "/api/v1/namespaces/%s", namespace);
    buffer_append_text(&request.headers, "Content-Type: application/merge-patch+json\n");

    json_begin_object(&writer, NULL);
    json_begin_object(&writer, "metadata");
    json_put_text(&writer, "uid", uid);
    json_begin_object(&writer, "annotations");
    json_put_text(&writer, "curfew/schedule", schedule); /* null in a merge patch removes it */
    json_end_object(&writer);
    json_end_object(&writer);
    json_end_object(&writer);
    *ret_request = request;
}

bool annotation_read_response(const struct http_response *response, const char *uid, const char *schedule,
                              struct error *error)
{
    released_by(json_release) cJSON *object = NULL;

    if (response->status == UNPROCESSABLE && status_is_about_uid(buffer_text(&response->body), response->body.length))
        return error_set_status(error, ERROR_CONFLICT, response->status,
                                "it was deleted, and another namespace has its name now");
    if (response->status < 200 || response->status > 299)
        return client_error_read(response, error);
    return json_parse(buffer_text(&response->body), response->body.length, "the namespace", &object, error) &&
           check_namespace(object, uid, schedule, error);
}

static bool check_namespace(const cJSON *object, const char *uid, const char *schedule, struct error *error)
{
    const char *wanted = schedule == NULL ? "" : schedule;
    struct namespace namespace;
    char shown[64];

    if (!namespace_read(object, &namespace, error))
        return false;
    if (!text_equal(namespace.uid, uid))
        return error_set(error, ERROR_PROTOCOL, "the answer is about another namespace");
    if (!namespace.schedule_too_long && text_equal(namespace.schedule, wanted))
        return true;
    text_copy_cut(shown, sizeof shown, namespace.schedule);
    return error_set(error, ERROR_CONFLICT,
                     "something in the cluster made its annotation curfew/schedule \"%s\" instead", shown);
}

/* k8s/scale.c - the Scale subresource: how many replicas a workload shall have. */
#include "k8s/scale.h"

#include <assert.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "k8s/client.h"

static bool read_object(const cJSON *object, struct scale *target, struct error *error);
static bool read_count(const cJSON *object, const char *path, int32_t *ret_count, struct error *error);

void scale_write_request(const char *namespace, const struct resource *resource, const char *name, int32_t replicas,
                         const char *uid, const char *resource_version, struct http_request *ret_request)
{
    struct http_request request = { .method = "PATCH" };
    struct json_writer writer = json_writer_start(&request.body);

    assert(namespace_name_is_valid(namespace));
    assert(replicas >= 0 && replicas <= SCALE_REPLICAS_MAX);
    buffer_append_format(&request.url, "%s/namespaces/%s/%s/", resource->path, namespace, resource->plural);
    http_append_encoded(&request.url, name);
    buffer_append_text(&request.url, "/scale");
    buffer_append_text(&request.headers, "Content-Type: application/merge-patch+json\n");

    json_begin_object(&writer, NULL);
    if (uid[0] != '\0' || resource_version[0] != '\0') {
        json_begin_object(&writer, "metadata");
        if (uid[0] != '\0')
            json_put_text(&writer, "uid", uid);
        if (resource_version[0] != '\0')
            json_put_text(&writer, "resourceVersion", resource_version);
        json_end_object(&writer);
    }
    json_begin_object(&writer, "spec");
    json_put_number(&writer, "replicas", replicas);
    json_end_object(&writer);
    json_end_object(&writer);
    *ret_request = request;
}

bool scale_read_response(const struct http_response *response, struct scale *ret_scale, struct error *error)
{
    if (response->status < 200 || response->status > 299)
        return client_error_read(response, error);

    released_by(json_release) cJSON *object = NULL;
    struct scale scale = { 0 };
    if (!json_parse(buffer_text(&response->body), response->body.length, "the scale", &object, error) ||
        !read_object(object, &scale, error))
        return false;
    *ret_scale = scale;
    return true;
}

static bool read_object(const cJSON *object, struct scale *target, struct error *error)
{
    if (!text_equal(json_text(object, "kind"), "Scale") ||
        !text_equal(json_text(object, "apiVersion"), "autoscaling/v1"))
        return error_set(error, ERROR_PROTOCOL, "the answer is no Scale of autoscaling/v1");
    if (!json_need_text(object, "metadata/uid", target->uid, sizeof target->uid, error) ||
        !json_need_text(object, "metadata/resourceVersion", target->resource_version, sizeof target->resource_version,
                        error) ||
        !read_count(object, "spec/replicas", &target->replicas, error) ||
        !read_count(object, "status/replicas", &target->replicas_existing, error))
        return error_context(error, "the scale cannot be read");
    return true;
}

static bool read_count(const cJSON *object, const char *path, int32_t *ret_count, struct error *error)
{
    int64_t count;

    if (!json_number(object, path, 0, 0, SCALE_REPLICAS_MAX, &count, error))
        return false;
    *ret_count = (int32_t) count;
    return true;
}

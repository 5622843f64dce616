/* tests/bench/fleet_objects.c - "bench-7" has the Deployments "web-0" ..., StatefulSets "db-0" ... and CronJobs "job-0" ... */
#include "tests/bench/fleet_objects.h"

#include "base/json.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char namespace_prefix[] = "bench-";

struct kind {
    const char *path, *plural, *name, *api_version, *prefix;
};

static const struct kind kinds[FLEET_KINDS] = {
    [FLEET_DEPLOYMENT] = { "/apis/apps/v1", "deployments", "Deployment", "apps/v1", "web-" },
    [FLEET_STATEFULSET] = { "/apis/apps/v1", "statefulsets", "StatefulSet", "apps/v1", "db-" },
    [FLEET_CRONJOB] = { "/apis/batch/v1", "cronjobs", "CronJob", "batch/v1", "job-" },
};

static int count_each(const struct fleet_size *size)
{
    int count = 0;

    for (int kind = 0; kind < FLEET_KINDS; kind++)
        count += size->each[kind];
    return count;
}

int fleet_objects_count(const struct fleet_size *size)
{
    return size->namespaces * count_each(size);
}

/* by number */

int fleet_objects_find(const struct fleet_size *size, enum fleet_kind kind, const cJSON *object)
{
    const char *namespace = json_text(object, "metadata/namespace"), *name = json_text(object, "metadata/name");

    if (!text_starts_with(namespace, namespace_prefix) || !text_starts_with(name, kinds[kind].prefix))
        return -1;
    long row = strtol(namespace + strlen(namespace_prefix), NULL, 10);
    long column = strtol(name + strlen(kinds[kind].prefix), NULL, 10);
    if (row < 0 || row >= size->namespaces || column < 0 || column >= size->each[kind])
        return -1;
    for (int before = 0; before < (int) kind; before++)
        column += size->each[before];
    return (int) (row * count_each(size) + column);
}

void fleet_objects_write_path(enum fleet_kind kind, int namespace_number, struct buffer *path)
{
    buffer_append_text(path, kinds[kind].path);
    if (namespace_number >= 0)
        buffer_append_format(path, "/namespaces/%s%d", namespace_prefix, namespace_number);
    buffer_append_format(path, "/%s", kinds[kind].plural);
}

/* *number becomes that among those of its kind in its namespace. */
static enum fleet_kind take_apart(const struct fleet_size *size, int *number, int *ret_namespace)
{
    int kind = 0;

    *ret_namespace = *number / count_each(size);
    *number %= count_each(size);
    while (*number >= size->each[kind])
        *number -= size->each[kind++];
    return (enum fleet_kind) kind;
}

enum fleet_kind fleet_objects_write_member(const struct fleet_size *size, int number, struct buffer *path)
{
    int namespace_number;
    enum fleet_kind kind = take_apart(size, &number, &namespace_number);

    fleet_objects_write_path(kind, namespace_number, path);
    buffer_append_format(path, "/%s%d", kinds[kind].prefix, number);
    return kind;
}

/* what they are made of */

void fleet_objects_add_namespaces(const struct fleet_size *size, struct burst *burst)
{
    for (int i = 0; i < size->namespaces; i++) {
        struct http_request *request = burst_add(burst, "POST", "application/json");

        buffer_append_text(&request->url, "/api/v1/namespaces");
        buffer_append_format(&request->body,
                             "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"%s%d\","
                             "\"labels\":{\"scheduler\":\"enabled\"}}}",
                             namespace_prefix, i);
    }
}

static void append_pod(struct buffer *body)
{
    buffer_append_text(body, "\"spec\":{\"terminationGracePeriodSeconds\":0,\"restartPolicy\":");
}

static void append_spec(enum fleet_kind kind, int number, struct buffer *body)
{
    static const char containers[] = "\"containers\":[{\"name\":\"main\",\"image\":\"example.test/main\"}]}";

    if (kind == FLEET_CRONJOB) {
        buffer_append_text(body,
                           "\"schedule\":\"0 3 1 1 *\",\"suspend\":false,\"jobTemplate\":{\"spec\":{\"template\":{");
        append_pod(body);
        buffer_append_format(body, "\"Never\",%s}}}", containers);
        return;
    }
    buffer_append_format(body,
                         "\"replicas\":%d,%s\"selector\":{\"matchLabels\":{\"app\":\"%s%d\"}},"
                         "\"template\":{\"metadata\":{\"labels\":{\"app\":\"%s%d\"}},",
                         FLEET_REPLICAS, kind == FLEET_STATEFULSET ? "\"serviceName\":\"none\"," : "",
                         kinds[kind].prefix, number, kinds[kind].prefix, number);
    append_pod(body);
    buffer_append_format(body, "\"Always\",%s}", containers);
}

static void append_object(const struct fleet_size *size, enum fleet_kind kind, int number, struct buffer *body)
{
    buffer_append_format(body, "{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"metadata\":{\"name\":\"%s%d\"",
                         kinds[kind].api_version, kinds[kind].name, kinds[kind].prefix, number);
    if (size->padding_bytes > 0) {
        buffer_append_text(body, ",\"annotations\":{\"bench/padding\":\"");
        for (int i = 0; i < size->padding_bytes; i++)
            buffer_append_char(body, (char) ('a' + i % 26));
        buffer_append_text(body, "\"}");
    }
    buffer_append_text(body, "},\"spec\":{");
    append_spec(kind, number, body);
    buffer_append_text(body, "}}");
}

void fleet_objects_add(const struct fleet_size *size, struct burst *burst)
{
    for (int i = 0; i < fleet_objects_count(size); i++) {
        struct http_request *request = burst_add(burst, "POST", "application/json");
        int namespace_number, number = i;
        enum fleet_kind kind = take_apart(size, &number, &namespace_number);

        fleet_objects_write_path(kind, namespace_number, &request->url);
        append_object(size, kind, number, &request->body);
    }
}

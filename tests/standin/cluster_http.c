/* tests/standin/cluster_http.c - from a request to one of the verbs, and its answer on the wire. */
#include "tests/standin/cluster_http.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/standin/cluster.h"
#include "tests/standin/cluster_absent.h"
#include "tests/standin/cluster_discovery.h"
#include "tests/standin/cluster_lists.h"
#include "tests/standin/cluster_merge.h"
#include "tests/standin/cluster_status.h"
#include "tests/standin/cluster_table.h"
#include "tests/standin/cluster_watches.h"
#include "tests/standin/cluster_writes.h"

#include <string.h>

static const char json_type[] = "application/json";

enum { SEGMENTS_MAX = 5, SEGMENT_SIZE = 256 };

/* What a path names. */
struct route {
    const struct cluster_kind *kind;
    char namespace[SEGMENT_SIZE];
    char name[SEGMENT_SIZE];        /* "" = all of them */
    char subresource[SEGMENT_SIZE]; /* "scale" or "" */
};

static bool is_open_to_all(const char *path);
static bool is_permitted(const struct cluster *cluster, const struct server_request *request);
static bool find_route(const char *path, struct route *ret_route);
static bool asks_for_watch(const struct server_request *request);
static struct cluster_answer answer_route(struct cluster *cluster, const struct route *route,
                                          const struct server_request *request);
static void respond(struct server_response *response, const char *content_type, struct cluster_answer answer);

bool cluster_handle(struct server_handler *handler, const struct server_request *request,
                    struct server_response *response)
{
    struct cluster *cluster = (struct cluster *) handler;
    struct cluster_answer answer = { .status = 200 };
    struct route route = { 0 };
    const char *content_type = json_type;

    if (is_open_to_all(request->path)) {
        server_respond(response, 200, "text/plain; charset=utf-8", "ok", 2);
        return true;
    }
    if (!is_permitted(cluster, request)) {
        respond(response, json_type, status_plain(401, "Unauthorized", "Unauthorized"));
        return true;
    }
    if (text_equal(request->method, "GET"))
        answer.body = cluster_discovery(request->path, server_request_header(request, "accept"), &content_type);
    if (answer.body == NULL && text_equal(request->method, "GET") && !asks_for_watch(request))
        answer.body = cluster_absent_list(request->path, cluster->objects.revision);
    if (answer.body == NULL && !find_route(request->path, &route))
        answer = status_plain(404, "NotFound", "the server could not find the requested resource");
    if (route.kind != NULL && asks_for_watch(request)) {
        cluster_watch_begin(cluster, route.kind, route.namespace, request, response);
        return true;
    }
    if (route.kind != NULL)
        answer = answer_route(cluster, &route, request);
    respond(response, content_type, answer);
    cluster_settle(cluster);
    return true;
}

static bool is_open_to_all(const char *path)
{
    return text_equal(path, "/healthz") || text_equal(path, "/livez") || text_equal(path, "/readyz");
}

static bool is_permitted(const struct cluster *cluster, const struct server_request *request)
{
    static const char scheme[] = "Bearer ";
    const char *authorization = server_request_header(request, "authorization");

    return text_starts_with(authorization, scheme) &&
           text_equal(authorization + strlen(scheme), cluster->options.token);
}

/* Cuts "/namespaces/dev1/deployments" into at most SEGMENTS_MAX parts. false: more, longer or empty ones. */
static bool cut_path(const char *path, char segments[SEGMENTS_MAX][SEGMENT_SIZE], int *ret_count)
{
    int count = 0;

    while (*path == '/') {
        size_t length = strcspn(path + 1, "/");

        if (count == SEGMENTS_MAX || length == 0 || length >= SEGMENT_SIZE)
            return false;
        memcpy(segments[count], path + 1, length);
        segments[count][length] = '\0';
        count++;
        path += 1 + length;
    }
    *ret_count = count;
    return count > 0;
}

/* The path of the group and version that it is in. NULL: there is none. */
static const char *find_root(const char *path)
{
    for (int i = 0; i < CLUSTER_KINDS; i++)
        if (text_starts_with(path, cluster_kinds[i].path))
            return cluster_kinds[i].path;
    return NULL;
}

static bool find_route(const char *path, struct route *ret_route)
{
    char segments[SEGMENTS_MAX][SEGMENT_SIZE] = { 0 };
    struct route route = { 0 };
    const char *root = find_root(path);
    int count = 0, first = 0;

    if (root == NULL || !cut_path(path + strlen(root), segments, &count))
        return false;
    if (text_equal(segments[0], "namespaces") && count > 2) {
        text_copy_cut(route.namespace, sizeof route.namespace, segments[1]);
        first = 2;
    }
    route.kind = cluster_kind_find(root, segments[first]);
    if (route.kind == NULL || count > first + 3 || (count > first + 1 && first == 0 && route.kind->namespaced))
        return false;
    if (count > first + 1)
        text_copy_cut(route.name, sizeof route.name, segments[first + 1]);
    if (count > first + 2)
        text_copy_cut(route.subresource, sizeof route.subresource, segments[first + 2]);
    if (route.subresource[0] != '\0' && (!route.kind->has_pods || !text_equal(route.subresource, "scale")))
        return false;
    *ret_route = route;
    return true;
}

static bool has_parameter(const struct server_request *request, const char *name, const char *wanted)
{
    released_by(buffer_release) struct buffer value = { 0 };

    return server_query(request->query, name, &value) && text_equal(buffer_text(&value), wanted);
}

/* A watch of one object is a watch with a field selector: nobody asks for it by its path any more. */
static bool asks_for_watch(const struct server_request *request)
{
    return text_equal(request->method, "GET") &&
           (has_parameter(request, "watch", "true") || has_parameter(request, "watch", "1"));
}

static struct cluster_answer refuse_method(void)
{
    return status_plain(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
}

/* Reads the body, which has to be of one of the types (separated by blanks). kubectl scale sends it without a type. */
static bool read_body(const struct server_request *request, const char *types, cJSON **ret_body,
                      struct cluster_answer *ret_refusal)
{
    const char *type = server_request_header(request, "content-type");
    struct error error = { 0 };
    size_t length = strcspn(type, "; ");
    bool is_known = length == 0;

    for (const char *known = types; *known != '\0'; known += strcspn(known, " "), known += strspn(known, " "))
        is_known = is_known || (strcspn(known, " ") == length && strncmp(known, type, length) == 0);
    if (!is_known) {
        *ret_refusal = status_plain(415, "UnsupportedMediaType", "415: this stand-in reads JSON alone");
        return false;
    }
    if (!json_parse(buffer_text(&request->body), request->body.length, "the body", ret_body, &error)) {
        *ret_refusal = status_plain(400, "BadRequest", error.message);
        return false;
    }
    if (!cJSON_IsObject(*ret_body)) {
        *ret_refusal = status_plain(400, "BadRequest", "the body is no JSON object");
        return false;
    }
    return true;
}

static struct cluster_answer create(const struct cluster_target *target, const struct server_request *request)
{
    released_by(json_release) cJSON *sent = NULL;
    released_by(buffer_release) struct buffer message = { 0 };
    struct cluster_answer answer = { 0 };
    const char *kind = NULL;

    if (!read_body(request, "application/json", &sent, &answer))
        return answer;
    kind = json_text(sent, "kind");
    if (kind[0] == '\0' || text_equal(kind, target->kind->kind))
        return cluster_create(target, sent);
    buffer_append_format(&message,
                         "%s in version \"%s\" cannot be handled as a %s: converting (%s.%s) to (core.%s): unknown "
                         "conversion",
                         kind, json_text(sent, "apiVersion"), target->kind->kind, json_text(sent, "apiVersion"), kind,
                         target->kind->kind);
    return status_plain(400, "BadRequest", buffer_text(&message));
}

/* A strategic merge patch is understood where it says the same as a merge patch. */
static bool read_patch(const struct server_request *request, cJSON **ret_patch, struct cluster_answer *ret_refusal)
{
    static const char strategic[] = "application/strategic-merge-patch+json";
    const char *type = server_request_header(request, "content-type");

    if (!read_body(request, "application/merge-patch+json application/strategic-merge-patch+json", ret_patch,
                   ret_refusal))
        return false;
    if (!text_starts_with(type, strategic) || cluster_merge_is_plain(*ret_patch))
        return true;
    *ret_refusal = status_plain(415, "UnsupportedMediaType",
                                "this stand-in takes a strategic merge patch only where it has neither lists nor "
                                "directives: use --type=merge");
    return false;
}

static struct cluster_answer patch(const struct cluster_target *target, const struct server_request *request,
                                   bool is_scale)
{
    released_by(json_release) cJSON *sent = NULL;
    struct cluster_answer answer = { 0 };

    if (!read_patch(request, &sent, &answer))
        return answer;
    return is_scale ? cluster_scale(target, sent, false) : cluster_patch(target, sent);
}

static struct cluster_answer put_scale(const struct cluster_target *target, const struct server_request *request)
{
    released_by(json_release) cJSON *sent = NULL;
    struct cluster_answer answer = { 0 };

    if (!read_body(request, "application/json", &sent, &answer))
        return answer;
    return cluster_scale(target, sent, true);
}

static struct cluster_answer delete_object(const struct cluster_target *target, const struct server_request *request)
{
    released_by(json_release) cJSON *options = NULL;
    struct cluster_answer answer = { 0 };

    if (request->body.length > 0 && !read_body(request, "application/json", &options, &answer))
        return answer;
    return cluster_delete(target, options);
}

static struct cluster_answer get_object(const struct cluster_target *target, const char *accept)
{
    const struct cluster_object *object =
        cluster_objects_find(target->objects, target->kind, target->namespace, target->name);
    struct cluster_answer answer = { .status = 200 };

    if (object == NULL)
        return status_not_found(target->kind, target->name);
    answer.body = cluster_object_show(object);
    if (cluster_table_is_wanted(accept))
        answer.body = cluster_table_of_object(target->kind, answer.body, true, target->now);
    return answer;
}

static struct cluster_answer list_objects(const struct cluster_target *target, const struct server_request *request)
{
    struct cluster_answer answer = cluster_list(target->objects, target->kind, target->namespace, request->query);

    if (answer.status == 200 && cluster_table_is_wanted(server_request_header(request, "accept")))
        answer.body = cluster_table_of_list(target->kind, answer.body, target->now);
    return answer;
}

static struct cluster_answer answer_route(struct cluster *cluster, const struct route *route,
                                          const struct server_request *request)
{
    const struct cluster_target target = { .objects = &cluster->objects,
                                           .kind = route->kind,
                                           .namespace = route->namespace,
                                           .name = route->name,
                                           .dry_run = has_parameter(request, "dryRun", "All"),
                                           .now = loop_now(cluster->loop) };
    const char *method = request->method;
    bool is_scale = route->subresource[0] != '\0';

    if (route->name[0] == '\0') {
        if (text_equal(method, "GET"))
            return list_objects(&target, request);
        if (text_equal(method, "POST") && route->kind->namespaced == (route->namespace[0] != '\0'))
            return create(&target, request);
        return refuse_method();
    }
    if (text_equal(method, "GET"))
        return is_scale ? cluster_scale(&target, NULL, false)
                        : get_object(&target, server_request_header(request, "accept"));
    if (text_equal(method, "PATCH"))
        return patch(&target, request, is_scale);
    if (text_equal(method, "PUT") && is_scale)
        return put_scale(&target, request);
    if (text_equal(method, "DELETE") && !is_scale)
        return delete_object(&target, request);
    return refuse_method();
}

static void respond(struct server_response *response, const char *content_type, struct cluster_answer answer)
{
    char *text = cJSON_PrintUnformatted(answer.body);

    server_response_add_header(response, "Cache-Control", "no-cache, private");
    server_respond(response, answer.status, content_type, text, strlen(text));
    cJSON_free(text);
    cJSON_Delete(answer.body);
}

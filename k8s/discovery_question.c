/* k8s/discovery_question.c - the flow that asks the API server once which kinds can be put to sleep. */
#include "k8s/discovery_question.h"

#include <stdlib.h>

#include "base/memory.h"
#include "k8s/client_error.h"

static void pump(struct flow *flow);
static void ask_for_roots(struct discovery_question *question);
static void release_calls(struct discovery_question *question);
static void end_roots(struct discovery_question *question);
static bool read_root(struct discovery_question *question, struct discovery_root *root, struct error *error);
static bool can_restart(const struct discovery_question *question, const struct discovery_root *root,
                        const struct error *error);
static bool pass_lane(struct discovery_question *question, struct discovery_lane *lane);
static void take_version(struct discovery_question *question, const struct discovery_lane *lane);
static void merge(struct discovery_question *question);
static void finish(struct discovery_question *question);
static bool take_bytes(struct http_sink *sink, const char *bytes, size_t length, struct error *error);

void discovery_question_start(struct discovery_question *question, struct client *client, struct flow *flow)
{
    discovery_question_release(question);
    *question = (struct discovery_question){ .pump = { pump }, .flow = flow, .client = client };
    ask_for_roots(question);
}

void discovery_question_release(struct discovery_question *question)
{
    release_calls(question);
    discovery_findings_release(&question->findings);
    *question = (struct discovery_question){ 0 };
}

static void pump(struct flow *flow)
{
    struct discovery_question *question = (struct discovery_question *) flow;
    bool is_busy = false;

    if (question->of_versions == NULL) {
        for (size_t i = 0; i < DISCOVERY_ROOTS; i++)
            is_busy = is_busy || !question->roots[i].call.done;
        if (!is_busy)
            end_roots(question);
        return;
    }
    for (size_t i = 0; i < DISCOVERY_LANES; i++)
        is_busy = pass_lane(question, &question->lanes[i]) || is_busy;
    if (!is_busy)
        finish(question);
}

/* A server that has no newer form, or an older one of it, takes what it knows of the three. */
static void ask_for_roots(struct discovery_question *question)
{
    static const char *const paths[DISCOVERY_ROOTS] = { "/api", "/apis" };
    static const char accept[] = "Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
                                 "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
                                 "application/json\n";

    for (size_t i = 0; i < DISCOVERY_ROOTS; i++) {
        struct discovery_root *root = &question->roots[i];
        struct http_request *request = &root->call.request;

        root->sink = (struct http_sink){ take_bytes };
        discovery_reader_init(&root->reader, &root->findings);
        request->method = "GET";
        request->sink = &root->sink;
        buffer_append_text(&request->url, paths[i]);
        buffer_append_text(&request->headers, accept);
        client_call_start(question->client, &root->call, &question->pump);
    }
}

static void release_calls(struct discovery_question *question)
{
    for (size_t i = 0; i < DISCOVERY_ROOTS; i++) {
        struct discovery_root *root = &question->roots[i];

        client_call_release(&root->call);
        discovery_reader_release(&root->reader);
        discovery_findings_release(&root->findings);
    }
    for (size_t i = 0; i < DISCOVERY_LANES; i++)
        client_call_release(&question->lanes[i].call);
    for (size_t i = 0; question->of_versions != NULL && i < question->versions.count; i++)
        discovery_findings_release(&question->of_versions[i]);
    free(question->of_versions);
    question->of_versions = NULL;
    discovery_versions_release(&question->versions);
}

static void end_roots(struct discovery_question *question)
{
    for (size_t i = 0; i < DISCOVERY_ROOTS; i++) {
        struct discovery_root *root = &question->roots[i];

        if (read_root(question, root, &question->error))
            continue;
        if (can_restart(question, root, &question->error)) {
            question->restarts++;
            question->error = (struct error){ 0 };
            release_calls(question);
            ask_for_roots(question);
        } else {
            error_context(&question->error, "cannot find out which kinds there are");
            finish(question);
        }
        return;
    }
    if (question->versions.count == 0) {
        finish(question);
        return;
    }
    question->of_versions = memory_new(question->versions.count, sizeof question->of_versions[0]);
    for (size_t i = 0; i < DISCOVERY_LANES; i++)
        pass_lane(question, &question->lanes[i]);
}

/* false: a call that is done brought no 2xx. */
static bool is_answered(const struct client_call *call, struct error *error)
{
    if (call->error.kind != ERROR_NONE) {
        *error = call->error;
        return false;
    }
    return (call->response.status >= 200 && call->response.status <= 299) || client_error_read(&call->response, error);
}

static bool read_root(struct discovery_question *question, struct discovery_root *root, struct error *error)
{
    return is_answered(&root->call, error) && discovery_reader_finish(&root->reader, &question->versions, error);
}

/* The client has asked again already, unless the connection broke when part of the document was there. */
static bool can_restart(const struct discovery_question *question, const struct discovery_root *root,
                        const struct error *error)
{
    return root->call.streamed && question->restarts < DISCOVERY_RESTARTS_MAX &&
           (error->kind == ERROR_NETWORK || error->kind == ERROR_TIMEOUT);
}

/* Takes what has come, and asks for the next version. false: there is none. */
static bool pass_lane(struct discovery_question *question, struct discovery_lane *lane)
{
    struct http_request *request = &lane->call.request;
    char path[DISCOVERY_PATH_SIZE];

    if (lane->is_busy && !lane->call.done)
        return true;
    if (lane->is_busy)
        take_version(question, lane);
    client_call_release(&lane->call);
    lane->version = question->next_version;
    lane->is_busy = lane->version < question->versions.count;
    if (!lane->is_busy)
        return false;
    const struct discovery_version *version = &question->versions.items[question->next_version++];
    if (discovery_path(version->group, version->version, path))
        buffer_append_text(&request->url, path);
    request->timeout_ms = DISCOVERY_VERSION_TIMEOUT_MS;
    request->method = "GET";
    client_call_start(question->client, &lane->call, &question->pump);
    return true;
}

static void take_version(struct discovery_question *question, const struct discovery_lane *lane)
{
    const struct discovery_version *version = &question->versions.items[lane->version];
    const struct buffer *body = &lane->call.response.body;
    struct discovery_findings *findings = &question->of_versions[lane->version];
    struct error error = { 0 };

    if (!is_answered(&lane->call, &error) ||
        !discovery_read_resources(buffer_text(body), body->length, version, findings, &error))
        discovery_findings_add_unread(findings, version->group);
}

/* In the order in which the server named them, whatever came first. */
static void merge(struct discovery_question *question)
{
    for (size_t i = 0; i < DISCOVERY_ROOTS; i++)
        discovery_findings_merge(&question->findings, &question->roots[i].findings);
    for (size_t i = 0; i < question->versions.count; i++)
        discovery_findings_merge(&question->findings, &question->of_versions[i]);
}

static void finish(struct discovery_question *question)
{
    if (question->error.kind == ERROR_NONE)
        merge(question);
    release_calls(question);
    question->done = true;
    question->flow->pump(question->flow);
}

static bool take_bytes(struct http_sink *sink, const char *bytes, size_t length, struct error *error)
{
    return discovery_reader_feed(&((struct discovery_root *) sink)->reader, bytes, length, error);
}

/* tests/k8s/test_scaling.c - many orders against a server that holds replicas, refuses some and loses others. */
#include "k8s/scaling.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "k8s/scale.h"
#include "tests/k8s/api_scene.h"
#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* Answers by the workload's name: "gone" 404, "changed" 409, "refused" 403, "invalid" 422, "lost" is dropped, "broken"
 * 500, "other" is another uid, "stubborn" keeps its replicas, "nonsense" no Scale, "busy" 429 for an hour, "unserved" 404 about nothing; all others do as
 * they are told. What kinds there are it answers as recorded. */
struct scale_server {
    struct server_handler handler; /* First member */
    int requests;
    int discovery_status; /* 0 = as recorded */
    int discoveries;      /* how often it was asked */
    char last_request[256];
    char last_body[256];
};

static void respond_status(struct server_response *response, int status)
{
    char body[100];

    snprintf(body, sizeof body, "{\"kind\":\"Status\",\"message\":\"reason %d\",\"details\":{\"name\":\"gone\"}}",
             status);
    server_respond(response, status, "application/json", body, strlen(body));
}

static void respond_scale(struct server_response *response, const char *uid, int replicas)
{
    char body[300], spec[50];

    /* As the real one: left out when it is 0. */
    snprintf(spec, sizeof spec, replicas > 0 ? "\"replicas\":%d" : "", replicas);
    snprintf(body, sizeof body,
             "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{\"uid\":\"%s\","
             "\"resourceVersion\":\"9\"},\"spec\":{%s},\"status\":{\"replicas\":3}}",
             uid, spec);
    server_respond(response, 200, "application/json", body, strlen(body));
}

static void respond_discovery(struct scale_server *server, struct server_response *response, bool core)
{
    released_by(buffer_release) struct buffer body =
        recorded_answer(core ? "discovery-core-v2.json" : "discovery-groups-v2.json");

    server->discoveries += core ? 1 : 0;
    if (server->discovery_status != 0)
        respond_status(response, server->discovery_status);
    else
        server_respond(response, 200, "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", body.data,
                       body.length);
}

static bool scale(struct server_handler *handler, const struct server_request *request,
                  struct server_response *response)
{
    static const struct {
        const char *name;
        int status;
    } refusals[] = {
        { "/gone/", 404 }, { "/changed/", 409 }, { "/refused/", 403 }, { "/invalid/", 422 }, { "/broken/", 500 }
    };
    struct scale_server *server = (struct scale_server *) handler;
    released_by(json_release) cJSON *patch = NULL;
    struct error error;
    int64_t replicas = 0;

    if (text_equal(request->path, "/api") || text_equal(request->path, "/apis")) {
        respond_discovery(server, response, text_equal(request->path, "/api"));
        return true;
    }
    server->requests++;
    if (strstr(request->path, "/unserved/") != NULL) {
        server_respond(response, 404, "text/plain", "404 page not found\n", 19);
        return true;
    }
    if (strstr(request->path, "/busy/") != NULL) {
        server_response_add_header(response, "Retry-After", "3600");
        server_respond(response, 429, "text/plain", "busy", 4);
        return true;
    }
    snprintf(server->last_request, sizeof server->last_request, "%s %s", request->method, request->path);
    snprintf(server->last_body, sizeof server->last_body, "%s", buffer_text(&request->body));
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (strstr(request->path, refusals[i].name) != NULL) {
            respond_status(response, refusals[i].status);
            return true;
        }
    if (!json_parse(buffer_text(&request->body), request->body.length, "the patch", &patch, &error) ||
        !json_number(patch, "spec/replicas", -1, 0, 1000, &replicas, &error))
        respond_status(response, 400);
    else if (strstr(request->path, "/lost/") != NULL)
        server_response_drop(response);
    else if (strstr(request->path, "/nonsense/") != NULL)
        server_respond(response, 200, "application/json", "{}", 2);
    else if (strstr(request->path, "/other/") != NULL)
        respond_scale(response, "another", (int) replicas);
    else
        respond_scale(response, "u", strstr(request->path, "/stubborn/") != NULL ? 3 : (int) replicas);
    return true;
}

static void add_order(struct scale_orders *orders, const char *resource, const char *name, int32_t replicas)
{
    struct scale_order order = {
        .resource = resource, .name = name, .uid = "u", .resource_version = "7", .replicas = replicas
    };

    scale_orders_add(orders, &order);
}

/* Has them carried out; they come back with their results. */
static void carry_out(struct scale_server *server, struct scale_orders *orders)
{
    struct api_scene scene;

    server->handler.handle = scale;
    api_scene_open_server(&scene, &server->handler);
    struct discovery *discovery = discovery_new(scene.client);
    struct scaling *scaling = scaling_new(scene.client, discovery, "dev", orders, &scene.flow);
    CU_ASSERT_EQUAL(orders->count, 0);
    CU_ASSERT_FALSE(scaling_is_done(scaling));
    api_scene_run(&scene);
    CU_ASSERT_TRUE(scaling_is_done(scaling));
    scaling_take(scaling, orders);
    scaling_free(scaling);
    api_scene_wait(&scene, 5);
    CU_ASSERT_EQUAL(scene.pumps, 1);
    discovery_free(discovery);
    api_scene_close(&scene);
}

static void each_outcome_has_its_result(void)
{
    static const struct {
        const char *resource, *name;
        int32_t replicas;
        enum scale_result result;
        const char *reason; /* in the sentence */
    } cases[] = {
        { "deployments.apps", "web", 0, SCALE_DONE, "" },
        { "statefulsets.apps", "data", 5, SCALE_DONE, "" },
        { "deployments.apps", "gone", 0, SCALE_GONE, "" },
        { "deployments.apps", "changed", 0, SCALE_CHANGED, "" },
        { "deployments.apps", "other", 0, SCALE_CHANGED, "" },
        { "deployments.apps", "stubborn", 0, SCALE_FAILED, "3 instead of 0" },
        { "deployments.apps", "refused", 0, SCALE_FAILED, "reason 403 (403)" },
        { "deployments.apps", "invalid", 0, SCALE_FAILED, "reason 422 (422)" },
        { "deployments.apps", "lost", 0, SCALE_UNKNOWN, "PATCH 127.0.0.1" },
        { "deployments.apps", "broken", 0, SCALE_UNKNOWN, "reason 500 (500)" },
        { "deployments.apps", "nonsense", 0, SCALE_UNKNOWN, "no Scale" },
        { "deployments.apps", "busy", 0, SCALE_UNKNOWN, "429" },
        { "daemonsets.apps", "web", 0, SCALE_FAILED, "daemonsets.apps is not served by this cluster now" },
        { "deployments.apps", "web", -1, SCALE_FAILED, "cannot be scaled" },
        { "deployments.apps", "web", SCALE_REPLICAS_MAX + 1, SCALE_FAILED, "cannot be scaled" },
    };
    struct scale_server server = { 0 };
    released_by(scale_orders_release) struct scale_orders orders = { 0 };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        add_order(&orders, cases[i].resource, cases[i].name, cases[i].replicas);
    carry_out(&server, &orders);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        case_text(cases[i].name, orders.items[i].name, cases[i].name);
        case_number(cases[i].name, orders.items[i].result, cases[i].result);
        if (strstr(orders.items[i].reason, cases[i].reason) == NULL || cases[i].reason[0] == '\0')
            case_text(cases[i].name, orders.items[i].reason, cases[i].reason);
    }
}

static void an_order_is_one_patch_with_its_version(void)
{
    struct scale_server server = { 0 };
    released_by(scale_orders_release) struct scale_orders orders = { 0 };

    add_order(&orders, "statefulsets.apps", "data", 2);
    carry_out(&server, &orders);
    CU_ASSERT_EQUAL(server.requests, 1);
    CU_ASSERT_STRING_EQUAL(server.last_request, "PATCH /apis/apps/v1/namespaces/dev/statefulsets/data/scale");
    CU_ASSERT_STRING_EQUAL(server.last_body,
                           "{\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"7\"},\"spec\":{\"replicas\":2}}");
}

static void far_more_orders_than_hands_are_all_carried_out_once(void)
{
    struct scale_server server = { 0 };
    released_by(scale_orders_release) struct scale_orders orders = { 0 };
    int done = 0;

    for (int i = 0; i < 1000; i++) {
        char name[20];

        snprintf(name, sizeof name, "w%d", i);
        add_order(&orders, "deployments.apps", name, i % 7);
    }
    carry_out(&server, &orders);
    for (size_t i = 0; i < orders.count; i++)
        done += orders.items[i].result == SCALE_DONE ? 1 : 0;
    CU_ASSERT_EQUAL(done, 1000);
    CU_ASSERT_EQUAL(server.requests, 1000);
}

static void no_orders_are_done_at_once_but_told_from_the_loop(void)
{
    struct scale_server server = { 0 };
    released_by(scale_orders_release) struct scale_orders none = { 0 };
    released_by(scale_orders_release) struct scale_orders impossible = { 0 };

    carry_out(&server, &none);
    add_order(&impossible, "daemonsets.apps", "web", 0);
    carry_out(&server, &impossible);
    CU_ASSERT_EQUAL(impossible.items[0].result, SCALE_FAILED);
    CU_ASSERT_EQUAL(server.requests, 0);
}

static void one_that_runs_can_be_left(void)
{
    struct scale_server server = { .handler = { scale } };
    struct scale_orders orders = { 0 };
    struct api_scene scene;

    for (int i = 0; i < 200; i++)
        add_order(&orders, "deployments.apps", "web", 0);
    api_scene_open_server(&scene, &server.handler);
    struct discovery *discovery = discovery_new(scene.client);
    struct scaling *scaling = scaling_new(scene.client, discovery, "dev", &orders, &scene.flow);
    while (server.requests < 70)
        api_scene_wait(&scene, 1);
    scaling_free(scaling);
    scaling = scaling_new(scene.client, discovery, "dev", &orders, &scene.flow);
    scaling_free(scaling);
    add_order(&orders, "rollouts.argoproj.io", "web", 0);
    scaling = scaling_new(scene.client, discovery, "dev", &orders, &scene.flow);
    scaling_free(scaling);
    api_scene_wait(&scene, 20);
    CU_ASSERT_TRUE(server.requests < 200);
    CU_ASSERT_EQUAL(scene.pumps, 0);
    discovery_free(discovery);
    api_scene_close(&scene);
}

/* The cluster of the recording serves caches as v1beta1 and rollouts as v1alpha1. */
static void what_is_not_known_yet_is_found_out_first(void)
{
    struct scale_server server = { 0 };
    released_by(scale_orders_release) struct scale_orders orders = { 0 };

    add_order(&orders, "deployments.apps", "web", 0);
    add_order(&orders, "caches.example.test", "large", 2);
    add_order(&orders, "gateways.example.test", "web", 2);
    carry_out(&server, &orders);
    case_number("a built-in one", orders.items[0].result, SCALE_DONE);
    case_number("a custom one", orders.items[1].result, SCALE_DONE);
    case_number("one that there is not", orders.items[2].result, SCALE_FAILED);
    case_text("one that there is not", orders.items[2].reason,
              "gateways.example.test is not served by this cluster now");
    case_text("path", server.last_request, "PATCH /apis/example.test/v1beta1/namespaces/dev/caches/large/scale");
    case_number("asked", server.discoveries, 1);
}

static void what_cannot_be_found_out_is_looked_at_again(void)
{
    struct scale_server server = { .discovery_status = 403 };
    released_by(scale_orders_release) struct scale_orders orders = { 0 };

    add_order(&orders, "deployments.apps", "web", 0);
    add_order(&orders, "caches.example.test", "large", 2);
    carry_out(&server, &orders);
    case_number("a built-in one", orders.items[0].result, SCALE_DONE);
    case_number("a custom one", orders.items[1].result, SCALE_CHANGED);
    case_holds(orders.items[1].reason, strstr(orders.items[1].reason, "403") != NULL);
    case_number("requests", server.requests, 1);
}

/* Its version went while it was asleep: it is not gone, and which one there is now is asked for. */
static void a_version_that_went_is_looked_for_again(void)
{
    struct scale_server server = { .handler = { scale } };
    released_by(scale_orders_release) struct scale_orders orders = { 0 };
    struct discovery_wait wait = { 0 };
    struct api_scene scene;

    api_scene_open_server(&scene, &server.handler);
    struct discovery *discovery = discovery_new(scene.client);
    add_order(&orders, "caches.example.test", "unserved", 0);
    struct scaling *scaling = scaling_new(scene.client, discovery, "dev", &orders, &scene.flow);
    api_scene_run(&scene);
    scaling_take(scaling, &orders);
    scaling_free(scaling);
    case_number("result", orders.items[0].result, SCALE_CHANGED);
    case_number("asked before", server.discoveries, 1);
    discovery_want(discovery, &wait, DISCOVERY_AGE_MS, &scene.flow);
    api_scene_run(&scene);
    case_number("asked again", server.discoveries, 2);
    discovery_free(discovery);
    api_scene_close(&scene);
}

TEST_MAIN("k8s/scaling", TEST(each_outcome_has_its_result), TEST(an_order_is_one_patch_with_its_version),
          TEST(far_more_orders_than_hands_are_all_carried_out_once), TEST(what_is_not_known_yet_is_found_out_first),
          TEST(what_cannot_be_found_out_is_looked_at_again), TEST(a_version_that_went_is_looked_for_again),
          TEST(no_orders_are_done_at_once_but_told_from_the_loop), TEST(one_that_runs_can_be_left))

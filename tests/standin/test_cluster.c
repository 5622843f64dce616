/* tests/standin/test_cluster.c - the API server that is played, seen by our own client: watches, lists, scales. */
#include "tests/standin/cluster.h"

#include "base/json.h"
#include "base/text.h"
#include "k8s/discovery.h"
#include "k8s/namespaces.h"
#include "k8s/observation.h"
#include "k8s/scaling.h"
#include "tests/k8s/api_scene.h"
#include "tests/standin/cluster_seed.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <assert.h>

/* Where clients arrive: the cluster needs the scene's loop, and the scene a handler. */
struct front {
    struct server_handler handler;
    struct cluster *cluster;
};

struct scene {
    struct api_scene api;
    struct front front;
};

static bool pass_on(struct server_handler *handler, const struct server_request *request,
                    struct server_response *response)
{
    struct cluster *cluster = ((struct front *) handler)->cluster;

    return cluster->handler.handle(&cluster->handler, request, response);
}

static void scene_begin(struct scene *scene, const char *token)
{
    struct cluster_options options = { .token = token,
                                       .delays = { .observe_ms = 1, .ready_ms = 2, .stop_ms = 2 },
                                       .bookmark_ms = 20 };

    scene->front = (struct front){ .handler.handle = pass_on };
    api_scene_open_server(&scene->api, &scene->front.handler);
    scene->front.cluster = cluster_new(scene->api.loop, &options);
    cluster_seed(scene->front.cluster);
}

static void scene_end(struct scene *scene)
{
    /* api_scene_close() frees client and server, in this order, and the loop: the cluster has to go between. */
    server_free(scene->api.server);
    scene->api.server = NULL;
    cluster_free(scene->front.cluster);
    api_scene_close(&scene->api);
}

/* One request by our client; the answer is the call's. */
static void ask(struct scene *scene, struct client_call *call, const char *method, const char *path, const char *body)
{
    *call = (struct client_call){ .request.method = method };
    buffer_append_text(&call->request.url, path);
    if (body != NULL) {
        buffer_append_text(&call->request.headers, text_equal(method, "PATCH")
                                                       ? "Content-Type: application/merge-patch+json\n"
                                                       : "Content-Type: application/json\n");
        buffer_append_text(&call->request.body, body);
    }
    client_call_start(scene->api.client, call, &scene->api.flow);
    api_scene_run(&scene->api);
}

static int status_of(struct scene *scene, const char *method, const char *path, const char *body)
{
    struct client_call call;

    ask(scene, &call, method, path, body);
    int status = call.error.kind == ERROR_NONE ? call.response.status : -1;
    client_call_release(&call);
    return status;
}

static void observe(struct scene *scene, const char *namespace, struct workload_list *ret_list)
{
    struct error error = { 0 };
    struct observation_target target = { namespace, "" };
    struct discovery *discovery = discovery_new(scene->api.client);
    struct observation *observation =
        observation_new(scene->api.client, discovery, &target, 1, OBSERVE_REASONS, &scene->api.flow);

    api_scene_run(&scene->api);
    CU_ASSERT_FATAL(observation_take(observation, 0, ret_list, &error));
    observation_free(observation);
    discovery_free(discovery);
}

static void our_observation_reads_an_environment(void)
{
    static const struct {
        const char *resource, *name;
        int replicas;
    } expected[] = { { "deployments.apps", "gateway", 2 },
                     { "deployments.apps", "ledger", 2 },
                     { "deployments.apps", "vault", 1 },
                     { "statefulsets.apps", "ledger-db", 2 } };
    struct workload_list list = { 0 };
    struct scene scene;

    scene_begin(&scene, "sesame");
    observe(&scene, "payments", &list);
    CU_ASSERT_EQUAL_FATAL(list.count, 4);
    CU_ASSERT_EQUAL(list.unread_count, 0);
    CU_ASSERT_EQUAL(list.jobs, 0);
    CU_ASSERT_EQUAL(list.pods, 0);
    for (size_t i = 0; i < list.count; i++) {
        case_text("resource", list.items[i].resource, expected[i].resource);
        case_text("name", list.items[i].name, expected[i].name);
        case_number(expected[i].name, list.items[i].replicas, expected[i].replicas);
        case_number(expected[i].name, list.items[i].replicas_ready, expected[i].replicas);
        case_number(expected[i].name, list.items[i].settled, true);
        case_number(expected[i].name, list.items[i].excluded, text_equal(expected[i].name, "vault"));
    }
    workload_list_release(&list);
    scene_end(&scene);
}

static void order_all(const struct workload_list *list, int32_t replicas, struct scale_orders *orders)
{
    for (size_t i = 0; i < list->count; i++) {
        struct scale_order order = { .resource = list->items[i].resource,
                                     .name = list->items[i].name,
                                     .uid = list->items[i].uid,
                                     .resource_version = list->items[i].resource_version,
                                     .replicas = replicas };

        scale_orders_add(orders, &order);
    }
}

static void carry_out(struct scene *scene, const char *namespace, struct scale_orders *orders)
{
    struct discovery *discovery = discovery_new(scene->api.client);
    struct scaling *scaling = scaling_new(scene->api.client, discovery, namespace, orders, &scene->api.flow);

    api_scene_run(&scene->api);
    scaling_take(scaling, orders);
    scaling_free(scaling);
    discovery_free(discovery);
}

static void our_scaling_stops_an_environment_and_its_pods_go(void)
{
    struct workload_list list = { 0 };
    struct scale_orders orders = { 0 };
    struct scene scene;

    scene_begin(&scene, "sesame");
    observe(&scene, "dev1", &list);
    order_all(&list, 0, &orders);
    carry_out(&scene, "dev1", &orders);
    for (size_t i = 0; i < orders.count; i++)
        case_number(orders.items[i].name, orders.items[i].result, SCALE_DONE);
    api_scene_wait(&scene.api, 100);
    workload_list_release(&list);
    observe(&scene, "dev1", &list);
    for (size_t i = 0; i < list.count; i++) {
        case_number(list.items[i].name, list.items[i].replicas, 0);
        case_number(list.items[i].name, list.items[i].replicas_existing, 0);
        case_number(list.items[i].name, list.items[i].settled, true);
    }
    workload_list_release(&list);
    scale_orders_release(&orders);
    scene_end(&scene);
}

static void a_version_that_was_overtaken_is_a_conflict(void)
{
    struct workload_list list = { 0 };
    struct scale_orders orders = { 0 };
    struct scene scene;

    scene_begin(&scene, "sesame");
    observe(&scene, "dev2", &list);
    CU_ASSERT_EQUAL(status_of(&scene, "PATCH", "/apis/apps/v1/namespaces/dev2/deployments/web/scale",
                              "{\"spec\":{\"replicas\":4}}"),
                    200);
    order_all(&list, 0, &orders);
    carry_out(&scene, "dev2", &orders);
    CU_ASSERT_EQUAL_FATAL(orders.count, 2);
    case_number("api", orders.items[0].result, SCALE_DONE);
    case_number("web", orders.items[1].result, SCALE_CHANGED);
    workload_list_release(&list);
    scale_orders_release(&orders);
    scene_end(&scene);
}

/* Writes down what it was told about what is ours: "+dev1=enabled -dev2 complete ". */
struct listener {
    struct namespaces_listener listener; /* First member */
    struct loop *loop;
    struct buffer heard;
};

static void seen(struct namespaces_listener *listener, const struct namespace *namespace)
{
    static const char *const labels[] = { "none", "enabled", "disabled", "other" };
    struct buffer *heard = &((struct listener *) listener)->heard;

    if (text_starts_with(namespace->name, "dev"))
        buffer_append_format(heard, "+%s=%s%s ", namespace->name, labels[namespace->scheduler],
                             namespace->terminating ? "(terminating)" : "");
}

static void gone(struct namespaces_listener *listener, const char *name, const char *uid)
{
    (void) uid;
    buffer_append_format(&((struct listener *) listener)->heard, "-%s ", name);
}

static void complete(struct namespaces_listener *listener)
{
    buffer_append_text(&((struct listener *) listener)->heard, "complete ");
}

static void failed(struct namespaces_listener *listener, const struct error *error)
{
    buffer_append_format(&((struct listener *) listener)->heard, "failed(%s) ", error->message);
}

static void our_watch_hears_labels_come_and_namespaces_go(void)
{
    static const char expected[] = "+dev1=enabled +dev2=enabled complete +dev1=disabled +dev3=enabled "
                                   "+dev2=enabled(terminating) -dev2 ";
    struct listener listener = { .listener = { seen, gone, complete, failed } };
    struct scene scene;

    scene_begin(&scene, "sesame");
    struct namespaces *namespaces = namespaces_new(scene.api.loop, scene.api.client, &listener.listener);
    while (strstr(buffer_text(&listener.heard), "complete") == NULL)
        api_scene_wait(&scene.api, 5);
    CU_ASSERT_EQUAL(status_of(&scene, "PATCH", "/api/v1/namespaces/dev1",
                              "{\"metadata\":{\"labels\":{\"scheduler\":\"disabled\"}}}"),
                    200);
    CU_ASSERT_EQUAL(status_of(&scene, "POST", "/api/v1/namespaces",
                              "{\"metadata\":{\"name\":\"dev3\",\"labels\":{\"scheduler\":\"enabled\"}}}"),
                    201);
    CU_ASSERT_EQUAL(status_of(&scene, "DELETE", "/api/v1/namespaces/dev2", NULL), 200);
    while (listener.heard.length < strlen(expected))
        api_scene_wait(&scene.api, 5);
    case_text("heard", buffer_text(&listener.heard), expected);
    namespaces_free(namespaces);
    buffer_release(&listener.heard);
    scene_end(&scene);
}

static void a_watch_ends_with_a_bookmark_and_one_from_a_forgotten_version_with_410(void)
{
    struct client_call call;
    struct scene scene;

    scene_begin(&scene, "sesame");
    ask(&scene, &call, "GET",
        "/api/v1/namespaces?watch=true&allowWatchBookmarks=true&timeoutSeconds=0&fieldSelector=metadata.name%3Ddev1",
        NULL);
    const char *body = buffer_text(&call.response.body);
    CU_ASSERT_PTR_NOT_NULL(strstr(body, "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Namespace\","));
    CU_ASSERT_PTR_NOT_NULL(strstr(body, "}\n{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Namespace\","));
    client_call_release(&call);
    for (int i = 0; i <= CLUSTER_CHANGES_MAX; i++)
        CU_ASSERT_EQUAL(status_of(&scene, "PATCH", "/apis/apps/v1/namespaces/dev1/deployments/web/scale",
                                  i % 2 == 0 ? "{\"spec\":{\"replicas\":5}}" : "{\"spec\":{\"replicas\":6}}"),
                        200);
    ask(&scene, &call, "GET", "/api/v1/namespaces?watch=true&resourceVersion=1", NULL);
    CU_ASSERT_EQUAL(call.response.status, 200);
    body = buffer_text(&call.response.body);
    CU_ASSERT_TRUE(text_starts_with(body, "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\","));
    CU_ASSERT_PTR_NOT_NULL(strstr(body, "\"code\":410}}\n"));
    client_call_release(&call);
    scene_end(&scene);
}

static void our_discovery_finds_the_kinds_that_are_played(void)
{
    static const struct {
        const char *name;
        enum resource_action action;
    } played[] = { { "deployments.apps", RESOURCE_SCALED },
                   { "statefulsets.apps", RESOURCE_SCALED },
                   { "cronjobs.batch", RESOURCE_SUSPENDED } };
    struct scene scene;
    struct discovery_wait wait = { 0 };

    scene_begin(&scene, "sesame");
    struct discovery *discovery = discovery_new(scene.api.client);
    discovery_want(discovery, &wait, 0, &scene.api.flow);
    while (!wait.done)
        api_scene_run(&scene.api);
    case_text("error", wait.error.message, "");
    for (size_t i = 0; i < sizeof played / sizeof played[0]; i++) {
        const struct resource *found = resource_list_find(discovery_resources(discovery), played[i].name);

        if (case_holds(played[i].name, found != NULL))
            case_number(played[i].name, found->action, played[i].action);
    }
    CU_ASSERT_PTR_NULL(resource_list_find(discovery_resources(discovery), "namespaces"));
    CU_ASSERT_STRING_EQUAL(discovery_remarks(discovery), "");
    discovery_free(discovery);
    scene_end(&scene);
}

static void whoever_has_no_token_is_refused(void)
{
    struct scene scene;

    scene_begin(&scene, "another");
    CU_ASSERT_EQUAL(status_of(&scene, "GET", "/api/v1/namespaces", NULL), 401);
    CU_ASSERT_EQUAL(status_of(&scene, "GET", "/healthz", NULL), 200);
    scene_end(&scene);
}

static void paths_and_verbs_that_are_none_are_refused(void)
{
    static const struct {
        const char *method, *path;
        int status;
    } cases[] = {
        { "GET", "/api/v1/secrets", 404 },
        { "GET", "/apis/batch/v1/works", 404 },
        { "GET", "/apis/apps/v1/deployments/web", 404 },
        { "GET", "/apis/apps/v1/namespaces/dev1/deployments/web/status", 404 },
        { "DELETE", "/api/v1/namespaces", 405 },
        { "PATCH", "/api/v1/namespaces", 405 },
        { "PUT", "/api/v1/namespaces/dev1", 405 },
        { "GET", "/api/v1/namespaces/", 404 },
        { "GET", "/api/v1/namespaces/dev1/deployments", 404 },
    };
    struct scene scene;

    scene_begin(&scene, "sesame");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        case_number(cases[i].path, status_of(&scene, cases[i].method, cases[i].path, NULL), cases[i].status);
    CU_ASSERT_EQUAL(status_of(&scene, "POST", "/api/v1/namespaces", "{"), 400);
    CU_ASSERT_EQUAL(status_of(&scene, "POST", "/api/v1/namespaces", "[]"), 400);
    CU_ASSERT_EQUAL(status_of(&scene, "POST", "/api/v1/namespaces", "{\"kind\":\"Pod\"}"), 400);
    scene_end(&scene);
}

TEST_MAIN("standin/cluster", TEST(our_observation_reads_an_environment),
          TEST(our_scaling_stops_an_environment_and_its_pods_go), TEST(a_version_that_was_overtaken_is_a_conflict),
          TEST(our_watch_hears_labels_come_and_namespaces_go),
          TEST(a_watch_ends_with_a_bookmark_and_one_from_a_forgotten_version_with_410),
          TEST(our_discovery_finds_the_kinds_that_are_played), TEST(whoever_has_no_token_is_refused),
          TEST(paths_and_verbs_that_are_none_are_refused))

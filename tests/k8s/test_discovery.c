/* tests/k8s/test_discovery.c - when the API server is asked which kinds there are, and what is known after which answer. */
#include "k8s/discovery.h"

#include "base/text.h"
#include "tests/k8s/api_scene.h"
#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

enum { ANSWERS_MAX = 16, WAITS = 3 };

/* What one path answers. */
struct answer {
    const char *path;
    int status;
    struct buffer body;
    int asked;  /* so often */
    int breaks; /* so often the connection breaks in the middle of the body */
};

/* Whatever is not in its answers is an empty list of resources. */
struct played {
    struct server_handler handler; /* First member */
    struct server_response_owner owner;
    struct answer answers[ANSWERS_MAX];
    size_t answer_count;
    int asked;
    int newer_wanted; /* requests that take the newer form */
};

struct scene {
    struct api_scene api;
    struct played played;
    struct discovery *discovery;
};

static void forget(struct server_response_owner *owner)
{
    (void) owner;
}

static void break_off(struct played *played, const struct answer *answer, struct server_response *response)
{
    server_response_keep(response, &played->owner);
    server_response_begin(response, answer->status, "application/json");
    server_response_append(response, answer->body.data, answer->body.length / 2);
    server_response_drop(response);
}

static bool play(struct server_handler *handler, const struct server_request *request, struct server_response *response)
{
    static const char nothing[] = "{\"kind\":\"APIResourceList\",\"groupVersion\":\"x.test/v1\",\"resources\":[]}";
    struct played *played = (struct played *) handler;

    played->asked++;
    played->newer_wanted += strstr(server_request_header(request, "accept"), "as=APIGroupDiscoveryList") != NULL;
    for (size_t i = 0; i < played->answer_count; i++) {
        struct answer *answer = &played->answers[i];

        if (!text_equal(answer->path, request->path))
            continue;
        answer->asked++;
        if (answer->breaks-- > 0)
            break_off(played, answer, response);
        else
            server_respond(response, answer->status, "application/json", answer->body.data, answer->body.length);
        return true;
    }
    server_respond(response, 200, "application/json", nothing, strlen(nothing));
    return true;
}

static struct answer *set(struct scene *scene, const char *path, int status, const char *body)
{
    struct played *played = &scene->played;
    size_t place = 0;

    while (place < played->answer_count && !text_equal(played->answers[place].path, path))
        place++;
    CU_ASSERT_FATAL(place < ANSWERS_MAX);
    played->answer_count += place == played->answer_count;
    struct answer *answer = &played->answers[place];
    answer->path = path;
    answer->status = status;
    buffer_release(&answer->body);
    buffer_append_text(&answer->body, body);
    return answer;
}

static struct answer *set_recorded(struct scene *scene, const char *path, const char *file)
{
    released_by(buffer_release) struct buffer text = recorded_answer(file);

    return set(scene, path, 200, buffer_text(&text));
}

static void open_scene(struct scene *scene)
{
    *scene = (struct scene){ .played = { .handler = { play }, .owner = { forget } } };
    api_scene_open_server(&scene->api, &scene->played.handler);
    scene->discovery = discovery_new(scene->api.client);
    set_recorded(scene, "/api", "discovery-core-v2.json");
    set_recorded(scene, "/apis", "discovery-groups-v2.json");
}

static void close_scene(struct scene *scene)
{
    discovery_free(scene->discovery);
    for (size_t i = 0; i < scene->played.answer_count; i++)
        buffer_release(&scene->played.answers[i].body);
    api_scene_close(&scene->api);
}

/* Asks and returns what is said of that. */
static struct error ask(struct scene *scene, int64_t age_ms)
{
    struct discovery_wait wait = { 0 };

    discovery_want(scene->discovery, &wait, age_ms, &scene->api.flow);
    CU_ASSERT_FALSE(wait.done);
    while (!wait.done)
        api_scene_run(&scene->api);
    return wait.error;
}

static void expect_known(const char *row, const struct scene *scene, const char *const *names, size_t count)
{
    const struct resource_list *known = discovery_resources(scene->discovery);

    case_number(row, (int64_t) known->count, (int64_t) count);
    for (size_t i = 0; i < count; i++)
        case_holds(names[i], resource_list_find(known, names[i]) != NULL);
}

static const char *const recorded[] = { "replicationcontrollers", "deployments.apps",   "statefulsets.apps",
                                        "replicasets.apps",       "cronjobs.batch",     "rollouts.argoproj.io",
                                        "scaledobjects.keda.sh",  "scaledjobs.keda.sh", "caches.example.test",
                                        "queues.example.test" };
enum { BUILT_IN = 5, RECORDED = 10 };

static void before_the_first_answer_the_built_in_ones_are_known(void)
{
    struct scene scene;

    open_scene(&scene);
    expect_known("at first", &scene, recorded, BUILT_IN);
    CU_ASSERT_STRING_EQUAL(discovery_remarks(scene.discovery), "");
    CU_ASSERT_EQUAL(scene.played.asked, 0);
    close_scene(&scene);
}

static void two_requests_say_all_where_the_newer_form_is_served(void)
{
    struct scene scene;

    open_scene(&scene);
    case_text("error", ask(&scene, DISCOVERY_AGE_MS).message, "");
    expect_known("newer", &scene, recorded, RECORDED);
    CU_ASSERT_STRING_EQUAL(discovery_remarks(scene.discovery), "metrics.k8s.io");
    CU_ASSERT_EQUAL(scene.played.asked, 2);
    CU_ASSERT_EQUAL(scene.played.newer_wanted, 2);
    close_scene(&scene);
}

/* 29 versions, one request each, and two for their names. */
static void the_older_form_says_the_same(void)
{
    static const char *const files[][2] = {
        { "/api", "discovery-older-versions.json" },
        { "/apis", "discovery-older-groups.json" },
        { "/api/v1", "discovery-older-core.json" },
        { "/apis/apps/v1", "discovery-older-apps-v1.json" },
        { "/apis/batch/v1", "discovery-older-batch-v1.json" },
        { "/apis/argoproj.io/v1alpha1", "discovery-older-argoproj.io-v1alpha1.json" },
        { "/apis/keda.sh/v1alpha1", "discovery-older-keda.sh-v1alpha1.json" },
        { "/apis/example.test/v1", "discovery-older-example.test-v1.json" },
        { "/apis/example.test/v1beta1", "discovery-older-example.test-v1beta1.json" },
        { "/apis/example.test/v1alpha1", "discovery-older-example.test-v1alpha1.json" },
    };
    struct scene scene;

    open_scene(&scene);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        set_recorded(&scene, files[i][0], files[i][1]);
    set(&scene, "/apis/metrics.k8s.io/v1beta1", 404, "404 page not found\n");
    case_text("error", ask(&scene, DISCOVERY_AGE_MS).message, "");
    expect_known("older", &scene, recorded, RECORDED);
    CU_ASSERT_STRING_EQUAL(discovery_remarks(scene.discovery), "metrics.k8s.io");
    CU_ASSERT_STRING_EQUAL(resource_list_find(discovery_resources(scene.discovery), "caches.example.test")->path,
                           "/apis/example.test/v1beta1");
    CU_ASSERT_EQUAL(scene.played.asked, 2 + 29);
    CU_ASSERT_EQUAL(scene.played.newer_wanted, 2);
    for (size_t i = 0; i < scene.played.answer_count; i++)
        case_number(scene.played.answers[i].path, scene.played.answers[i].asked, 1);
    close_scene(&scene);
}

/* An API server and a proxy before it that knows only one of the two. */
static void one_document_may_be_older_than_the_other(void)
{
    struct scene scene;

    open_scene(&scene);
    set_recorded(&scene, "/api", "discovery-older-versions.json");
    set_recorded(&scene, "/api/v1", "discovery-older-core.json");
    case_text("error", ask(&scene, DISCOVERY_AGE_MS).message, "");
    expect_known("both", &scene, recorded, RECORDED);
    CU_ASSERT_EQUAL(scene.played.asked, 3);
    close_scene(&scene);
}

static void all_who_wait_share_one_answer(void)
{
    struct scene scene;
    struct discovery_wait waits[WAITS] = { 0 };
    int done = 0;

    open_scene(&scene);
    for (int i = 0; i < WAITS; i++)
        discovery_want(scene.discovery, &waits[i], 0, &scene.api.flow);
    for (int pumps = 1; pumps <= WAITS; pumps++) {
        api_scene_run(&scene.api);
        for (int i = done = 0; i < WAITS; i++)
            done += waits[i].done;
        CU_ASSERT_EQUAL(done, pumps);
        CU_ASSERT_TRUE(waits[pumps - 1].done);
    }
    CU_ASSERT_EQUAL(scene.played.asked, 2);
    close_scene(&scene);
}

static void what_is_young_enough_is_not_asked_again(void)
{
    struct scene scene;

    open_scene(&scene);
    ask(&scene, DISCOVERY_AGE_MS);
    CU_ASSERT_EQUAL(scene.played.asked, 2);
    case_text("young", ask(&scene, DISCOVERY_AGE_MS).message, "");
    CU_ASSERT_EQUAL(scene.played.asked, 2);
    api_scene_wait(&scene.api, 20);
    ask(&scene, 10);
    CU_ASSERT_EQUAL(scene.played.asked, 4);
    discovery_expire(scene.discovery);
    ask(&scene, DISCOVERY_AGE_MS);
    CU_ASSERT_EQUAL(scene.played.asked, 6);
    close_scene(&scene);
}

/* What was asked before the expiry may be of before it. */
static void an_answer_that_expired_on_its_way_is_asked_for_again(void)
{
    struct scene scene;
    struct discovery_wait wait = { 0 };

    open_scene(&scene);
    discovery_want(scene.discovery, &wait, 0, &scene.api.flow);
    discovery_expire(scene.discovery);
    api_scene_run(&scene.api);
    CU_ASSERT_TRUE(wait.done);
    CU_ASSERT_EQUAL(wait.error.kind, ERROR_NONE);
    CU_ASSERT_EQUAL(scene.played.asked, 4);
    ask(&scene, DISCOVERY_AGE_MS);
    CU_ASSERT_EQUAL(scene.played.asked, 4);
    close_scene(&scene);
}

static void what_goes_missing_is_kept_until_a_list_shows_that_it_is_gone(void)
{
    static const char apps_only[] =
        "{\"kind\":\"APIGroupDiscoveryList\",\"items\":[{\"metadata\":{\"name\":\"apps\"},\"versions\":[{\"version\":"
        "\"v1\",\"resources\":[{\"resource\":\"deployments\",\"responseKind\":{\"kind\":\"Deployment\"},\"scope\":"
        "\"Namespaced\",\"verbs\":[\"list\"],\"subresources\":[{\"subresource\":\"scale\",\"verbs\":[\"get\",\"patch\"]"
        ",\"responseKind\":{\"group\":\"autoscaling\",\"version\":\"v1\",\"kind\":\"Scale\"}}]}]}]}]}";
    struct scene scene;

    open_scene(&scene);
    ask(&scene, 0);
    set(&scene, "/apis", 200, apps_only);
    api_scene_wait(&scene.api, 5);
    case_text("error", ask(&scene, 0).message, "");
    expect_known("missing", &scene, recorded, RECORDED);
    discovery_expire(scene.discovery);
    ask(&scene, 0);
    expect_known("gone", &scene, recorded, 2);
    close_scene(&scene);
}

static void a_stale_group_keeps_what_was_known(void)
{
    struct scene scene;

    open_scene(&scene);
    ask(&scene, 0);
    released_by(buffer_release) struct buffer text = recorded_answer("discovery-groups-v2.json");
    char *keda = strstr(buffer_text(&text), "\"keda.sh\"");
    char *versions = strstr(keda, "\"resources\"");
    CU_ASSERT_PTR_NOT_NULL_FATAL(versions);
    /* Its list has another name now, and it is stale. */
    memcpy(versions, "\"discarded\"", strlen("\"discarded\""));
    char *freshness = strstr(versions, "\"Current\"");
    CU_ASSERT_PTR_NOT_NULL_FATAL(freshness);
    memcpy(freshness, "\"Stale\"  ", strlen("\"Current\""));
    set(&scene, "/apis", 200, buffer_text(&text));
    discovery_expire(scene.discovery);
    case_text("error", ask(&scene, 0).message, "");
    expect_known("stale", &scene, recorded, RECORDED);
    CU_ASSERT_STRING_EQUAL(discovery_remarks(scene.discovery), "keda.sh metrics.k8s.io");
    close_scene(&scene);
}

static void a_failure_leaves_what_was_known(void)
{
    static const struct {
        const char *path;
        int status;
        const char *body;
        enum error_kind kind;
        const char *sentence;
    } cases[] = {
        { "/apis", 403, "{\"kind\":\"Status\",\"message\":\"forbidden: no\"}", ERROR_REFUSED,
          "cannot find out which kinds there are: forbidden: no (403)" },
        { "/api", 404, "404 page not found\n", ERROR_MISSING,
          "cannot find out which kinds there are: the API server answered 404" },
        { "/api", 200, "{\"kind\":\"PodList\",\"items\":[]}", ERROR_PROTOCOL,
          "cannot find out which kinds there are: the answer is no list of API groups but PodList" },
        { "/apis", 200, "{\"kind\":\"APIGroupDiscoveryList\",\"items\":[7]}", ERROR_PROTOCOL,
          "cannot find out which kinds there are: the items of the list are not objects with commas between them" },
        { "/apis", 200, "{\"kind\":\"APIGroupDiscoveryList\",\"items\":[]}", ERROR_PROTOCOL,
          "cannot find out which kinds there are: the API server names no deployments.apps" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;

        open_scene(&scene);
        ask(&scene, 0);
        set(&scene, cases[i].path, cases[i].status, cases[i].body);
        discovery_expire(scene.discovery);
        struct error error = ask(&scene, 0);
        case_number(cases[i].sentence, error.kind, cases[i].kind);
        case_text(cases[i].body, error.message, cases[i].sentence);
        expect_known(cases[i].body, &scene, recorded, RECORDED);
        case_text(cases[i].body, discovery_remarks(scene.discovery), "metrics.k8s.io");

        set_recorded(&scene, "/api", "discovery-core-v2.json");
        set_recorded(&scene, "/apis", "discovery-groups-v2.json");
        case_text("afterwards", ask(&scene, DISCOVERY_AGE_MS).message, "");
        close_scene(&scene);
    }
}

static void a_document_that_breaks_off_is_asked_for_again(void)
{
    static const struct {
        const char *name;
        int breaks;
        enum error_kind kind;
    } cases[] = { { "once", 1, ERROR_NONE }, { "thrice", 3, ERROR_NONE }, { "always", 100, ERROR_NETWORK } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;

        open_scene(&scene);
        struct answer *groups = set_recorded(&scene, "/apis", "discovery-groups-v2.json");
        groups->breaks = cases[i].breaks;
        case_number(cases[i].name, ask(&scene, 0).kind, cases[i].kind);
        case_number(cases[i].name, groups->asked, cases[i].breaks < 4 ? cases[i].breaks + 1 : 4);
        expect_known(cases[i].name, &scene, recorded, cases[i].kind == ERROR_NONE ? RECORDED : BUILT_IN);
        close_scene(&scene);
    }
}

static void who_does_not_wait_any_more_is_not_pumped(void)
{
    struct scene scene;
    struct discovery_wait waits[WAITS] = { 0 };

    open_scene(&scene);
    for (int i = 0; i < WAITS; i++)
        discovery_want(scene.discovery, &waits[i], 0, &scene.api.flow);
    discovery_forget(scene.discovery, &waits[1]);
    discovery_forget(scene.discovery, &waits[1]);
    api_scene_run(&scene.api);
    CU_ASSERT_TRUE(waits[0].done);
    discovery_forget(scene.discovery, &waits[2]);
    api_scene_wait(&scene.api, 20);
    CU_ASSERT_FALSE(waits[1].done || waits[2].done);
    CU_ASSERT_EQUAL(scene.api.pumps, 1);
    close_scene(&scene);
}

static void it_may_be_freed_while_it_asks(void)
{
    struct scene scene;
    struct discovery_wait wait = { 0 };

    open_scene(&scene);
    discovery_want(scene.discovery, &wait, 0, &scene.api.flow);
    api_scene_wait(&scene.api, 1);
    discovery_free(scene.discovery);
    scene.discovery = NULL;
    api_scene_wait(&scene.api, 20);
    CU_ASSERT_FALSE(wait.done);
    close_scene(&scene);
}

/* Frees the discovery as soon as it is told. */
struct ender {
    struct flow flow; /* First member */
    struct scene *scene;
};

static void end(struct flow *flow)
{
    struct scene *scene = ((struct ender *) flow)->scene;

    discovery_free(scene->discovery);
    scene->discovery = NULL;
    loop_stop(scene->api.loop);
}

static void a_pump_may_free_it(void)
{
    struct scene scene;
    struct ender ender = { { end }, &scene };
    struct discovery_wait waits[WAITS] = { 0 };

    open_scene(&scene);
    for (int i = 0; i < WAITS; i++)
        discovery_want(scene.discovery, &waits[i], 0, &ender.flow);
    loop_run(scene.api.loop);
    CU_ASSERT_PTR_NULL(scene.discovery);
    api_scene_wait(&scene.api, 20);
    CU_ASSERT_TRUE(waits[0].done && !waits[1].done && !waits[2].done);
    close_scene(&scene);
}

TEST_MAIN("k8s/discovery", TEST(before_the_first_answer_the_built_in_ones_are_known),
          TEST(two_requests_say_all_where_the_newer_form_is_served), TEST(the_older_form_says_the_same),
          TEST(one_document_may_be_older_than_the_other), TEST(all_who_wait_share_one_answer),
          TEST(what_is_young_enough_is_not_asked_again), TEST(an_answer_that_expired_on_its_way_is_asked_for_again),
          TEST(what_goes_missing_is_kept_until_a_list_shows_that_it_is_gone), TEST(a_stale_group_keeps_what_was_known),
          TEST(a_failure_leaves_what_was_known), TEST(a_document_that_breaks_off_is_asked_for_again),
          TEST(who_does_not_wait_any_more_is_not_pumped), TEST(it_may_be_freed_while_it_asks), TEST(a_pump_may_free_it))

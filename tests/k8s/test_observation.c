/* tests/k8s/test_observation.c - all workloads of a namespace, from recorded pages and broken ones. */
#include "k8s/observation.h"

#include "base/text.h"
#include "k8s/pages.h"
#include "tests/k8s/api_scene.h"
#include "tests/k8s/played_api.h"
#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static const char deployments[] = "GET /apis/apps/v1/namespaces/recorded/deployments?limit=250";
static const char statefulsets[] = "GET /apis/apps/v1/namespaces/recorded/statefulsets?limit=250";
static const char nothing[] = "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}";

/* Observes what the steps say; the names that came out, or the error. */
static void expect(const struct played_step *steps, size_t step_count, const char *expected)
{
    struct played_api api = { .steps = steps, .step_count = step_count };
    released_by(workload_list_release) struct workload_list workloads = { 0 };
    released_by(buffer_release) struct buffer names = { 0 };
    struct error error = { 0 };
    struct api_scene scene;

    api_scene_open_server(&scene, played_api_handler(&api));
    struct observation *observation = observation_new(scene.client, "recorded", &scene.flow);
    CU_ASSERT_FALSE(observation_is_done(observation));
    api_scene_run(&scene);
    CU_ASSERT_TRUE(observation_is_done(observation));
    CU_ASSERT_EQUAL(scene.pumps, 1);
    if (!observation_take(observation, &workloads, &error))
        buffer_append_text(&names, error.message);
    for (size_t i = 0; i < workloads.count; i++)
        buffer_append_format(&names, "%s ", workloads.items[i].name);
    case_text("unexpected request", api.unexpected, "");
    case_number("steps", (int64_t) api.next, (int64_t) step_count);
    case_text("names", buffer_text(&names), expected);
    observation_free(observation);
    api_scene_close(&scene);
}

static void recorded_pages_become_one_list(void)
{
    released_by(buffer_release) struct buffer first = recorded_answer("deployments-page-1.json");
    released_by(buffer_release) struct buffer second = recorded_answer("deployments-page-2.json");
    released_by(buffer_release) struct buffer third = recorded_answer("statefulsets.json");
    const struct played_step steps[] = {
        { deployments, 200, first.data, PLAYED_END },
        { "deployments?limit=250&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEi", 200, second.data, PLAYED_END },
        { statefulsets, 200, third.data, PLAYED_END },
    };

    expect(steps, 3, "excluded idle owned starved stuck web cache data scratch ");
}

static void an_empty_namespace_has_no_workloads(void)
{
    static const struct played_step steps[] = {
        { deployments, 200, nothing, PLAYED_END },
        { statefulsets, 200, nothing, PLAYED_END },
    };

    expect(steps, 2, "");
}

static void an_expired_page_begins_its_list_again_and_no_other(void)
{
    released_by(buffer_release) struct buffer first = recorded_answer("deployments-page-1.json");
    released_by(buffer_release) struct buffer whole = recorded_answer("statefulsets.json");
    released_by(buffer_release) struct buffer expired = recorded_answer("list-expired-410.json");
    /* As a list of the other kind, which its items do not say. */
    const struct played_step steps[] = {
        { deployments, 200, whole.data, PLAYED_END },
        { statefulsets, 200, first.data, PLAYED_END },
        { "statefulsets?limit=250&continue=", 410, expired.data, PLAYED_END },
        { statefulsets, 200, whole.data, PLAYED_END },
    };

    expect(steps, 4, "cache data scratch cache data scratch ");
}

static void a_page_that_breaks_off_begins_the_list_again(void)
{
    released_by(buffer_release) struct buffer whole = recorded_answer("deployments.json");
    released_by(buffer_release) struct buffer half = recorded_answer("deployments.json");

    memset(half.data + half.length / 2, 0, 1);
    const struct played_step steps[] = {
        { deployments, 200, half.data, PLAYED_DROP },
        { deployments, 200, whole.data, PLAYED_END },
        { statefulsets, 200, nothing, PLAYED_END },
    };

    expect(steps, 3, "excluded idle owned starved stuck web ");
}

/* The client's own tries are enough: a list that did not begin is not begun again. */
static void a_server_that_only_hangs_up_is_given_up(void)
{
    struct played_step steps[CLIENT_TRIES_MAX];
    struct played_api api = { .steps = steps, .step_count = CLIENT_TRIES_MAX };
    struct workload_list workloads = { 0 };
    struct error error = { 0 };
    struct api_scene scene;

    for (size_t i = 0; i < CLIENT_TRIES_MAX; i++)
        steps[i] = (struct played_step){ deployments, 200, "", PLAYED_DROP };
    api_scene_open_server(&scene, played_api_handler(&api));
    struct observation *observation = observation_new(scene.client, "recorded", &scene.flow);
    api_scene_run(&scene);
    CU_ASSERT_FALSE(observation_take(observation, &workloads, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_NETWORK);
    CU_ASSERT_EQUAL(api.next, CLIENT_TRIES_MAX);
    CU_ASSERT_STRING_EQUAL(api.unexpected, "");
    observation_free(observation);
    api_scene_close(&scene);
}

static void a_list_that_never_ends_well_is_given_up(void)
{
    released_by(buffer_release) struct buffer first = recorded_answer("deployments-page-1.json");
    struct played_step steps[2 * (PAGES_RESTARTS_MAX + 1)];

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i += 2) {
        steps[i] = (struct played_step){ deployments, 200, first.data, PLAYED_END };
        steps[i + 1] =
            (struct played_step){ "continue=", 410, "{\"kind\":\"Status\",\"message\":\"too old\"}", PLAYED_END };
    }
    expect(steps, sizeof steps / sizeof steps[0], "cannot read the deployments of namespace recorded: too old (410)");
}

static void what_cannot_be_read_is_said(void)
{
    static const struct {
        int status;
        const char *body, *expected;
    } cases[] = {
        { 403, "{\"kind\":\"Status\",\"message\":\"not you\"}",
          "cannot read the deployments of namespace recorded: not you (403)" },
        { 410, "{\"kind\":\"Status\",\"message\":\"too old\"}",
          "cannot read the deployments of namespace recorded: too old (410)" },
        { 200, "{\"items\":[{\"metadata\":{\"name\":\"web\",\"uid\":\"u\"}}]}",
          "cannot read the deployments of namespace recorded: a Deployment cannot be read: metadata/resourceVersion is "
          "missing or empty" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct played_step steps[] = { { deployments, cases[i].status, cases[i].body, PLAYED_END } };

        expect(steps, 1, cases[i].expected);
    }
}

static void more_workloads_than_the_limit_are_refused(void)
{
    released_by(buffer_release) struct buffer list = { .limit = 4 * BUFFER_LIMIT_DEFAULT };

    buffer_append_text(&list, "{\"metadata\":{},\"items\":[");
    for (int i = 0; i <= WORKLOADS_MAX; i++)
        buffer_append_format(&list, "%s{\"metadata\":{\"name\":\"w%d\",\"uid\":\"u\",\"resourceVersion\":\"1\"}}",
                             i > 0 ? "," : "", i);
    buffer_append_text(&list, "]}");
    const struct played_step steps[] = { { deployments, 200, list.data, PLAYED_END } };
    expect(steps, 1, "cannot read the deployments of namespace recorded: there are more than 10000 workloads");
}

static void one_that_runs_can_be_left(void)
{
    static const struct played_step steps[] = { { deployments, 200, "{\"items\":[", PLAYED_KEEP } };
    struct played_api api = { .steps = steps, .step_count = 1 };
    struct api_scene scene;

    api_scene_open_server(&scene, played_api_handler(&api));
    struct observation *observation = observation_new(scene.client, "recorded", &scene.flow);
    while (api.next == 0)
        api_scene_wait(&scene, 10);
    observation_free(observation);
    api_scene_wait(&scene, 10);
    CU_ASSERT_EQUAL(scene.pumps, 0);
    api_scene_close(&scene);
}

TEST_MAIN("k8s/observation", TEST(recorded_pages_become_one_list), TEST(an_empty_namespace_has_no_workloads),
          TEST(an_expired_page_begins_its_list_again_and_no_other), TEST(a_page_that_breaks_off_begins_the_list_again),
          TEST(a_server_that_only_hangs_up_is_given_up), TEST(a_list_that_never_ends_well_is_given_up),
          TEST(what_cannot_be_read_is_said), TEST(more_workloads_than_the_limit_are_refused),
          TEST(one_that_runs_can_be_left))

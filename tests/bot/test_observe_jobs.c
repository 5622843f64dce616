/* tests/bot/test_observe_jobs.c - how environments that are asked for together are read.
 *
 * What bot/runner.c does for a job stands here instead: events are written down.
 */
#include "bot/runner_state.h"

#include "base/memory.h"
#include "base/text.h"
#include "k8s/discovery.h"
#include "tests/k8s/api_scene.h"
#include "tests/k8s/played_lists.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#define LIST(items) "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[" items "]}"
#define ITEM(namespace, name, more)                                   \
    "{\"metadata\":{\"namespace\":\"" namespace "\",\"name\":\"" name \
                                                "\",\"uid\":\"u\",\"resourceVersion\":\"7\"" more "}}"

static const char everything[] = LIST(ITEM("dev0", "a", "") "," ITEM(
    "dev1", "b", ",\"labels\":{\"tier\":\"x\"}") "," ITEM("dev8", "c", "") "," ITEM("other", "d", ""));
static const char of_cluster[] = "GET /apis/apps/v1/deployments?";
static const char of_namespaces[] = "/deployments?";

struct scene {
    struct runner runner; /* the first member: a job knows no more of it */
    struct api_scene api;
    struct played_lists lists;
    struct buffer told;   /* "ticket namespace: what was seen\n" */
    size_t jobs, awaited; /* under way; how many of them may be so when the waiting ends */
    uint64_t again;       /* whoever has this ticket asks for its environment once more */
};

static struct scene *scene_of(struct runner *runner)
{
    return (struct scene *) runner;
}

/* for the jobs */

void runner_begin_job(struct runner *runner, struct job *job, const struct effect *effect)
{
    job->runner = runner;
    job->previous = NULL;
    job->next = runner->jobs;
    if (runner->jobs != NULL)
        runner->jobs->previous = job;
    runner->jobs = job;
    job->ticket = effect->ticket;
    text_copy_cut(job->namespace, sizeof job->namespace, effect->namespace);
    scene_of(runner)->jobs++;
}

void runner_end_job(struct job *job)
{
    if (job->previous != NULL)
        job->previous->next = job->next;
    else
        job->runner->jobs = job->next;
    if (job->next != NULL)
        job->next->previous = job->previous;
    scene_of(job->runner)->jobs--;
    job->release(job);
}

static void ask(struct scene *scene, uint64_t ticket, const char *namespace, const char *app,
                enum observation_depth depth)
{
    struct effect effect = { .kind = EFFECT_OBSERVE, .ticket = ticket, .depth = depth };

    text_copy_cut(effect.namespace, sizeof effect.namespace, namespace);
    effect.text = app == NULL ? NULL : memory_text(app);
    job_observe(&scene->runner, &effect);
    effect_release(&effect);
}

static void write_down(struct scene *scene, const struct event *event)
{
    buffer_append_format(&scene->told, "%d %s:", (int) event->ticket, event->namespace);
    if (event->error != NULL)
        buffer_append_format(&scene->told, " %s", event->error->message);
    for (size_t i = 0; event->workloads != NULL && i < event->workloads->count; i++)
        buffer_append_format(&scene->told, " %s%s", event->workloads->items[i].name,
                             event->workloads->items[i].is_app ? "*" : "");
    buffer_append_char(&scene->told, '\n');
}

void runner_tell(struct runner *runner, const struct event *event)
{
    struct scene *scene = scene_of(runner);

    CU_ASSERT_EQUAL(event->kind, EVENT_OBSERVED);
    write_down(scene, event);
    if (scene->again != 0 && event->ticket == scene->again) {
        scene->again = 0;
        ask(scene, 100 + event->ticket, event->namespace, NULL, OBSERVE_WORKLOADS);
    }
    if (scene->jobs <= scene->awaited)
        loop_stop(runner->options.loop);
}

/* for the tests */

static void open_scene(struct scene *scene, const struct played_list *lists, size_t count)
{
    *scene = (struct scene){ .lists = { .lists = lists, .list_count = count } };
    api_scene_open_server(&scene->api, played_lists_handler(&scene->lists));
    scene->runner.options.loop = scene->api.loop;
    scene->runner.options.client = scene->api.client;
    scene->runner.options.discovery = discovery_new(scene->api.client);
    runner_init_observations(&scene->runner);
}

static void close_scene(struct scene *scene)
{
    runner_release_observations(&scene->runner);
    while (scene->runner.jobs != NULL)
        runner_end_job(scene->runner.jobs);
    discovery_free(scene->runner.options.discovery);
    api_scene_close(&scene->api);
    played_lists_release(&scene->lists);
    buffer_release(&scene->told);
}

static void wait_for_all(struct scene *scene)
{
    scene->awaited = 0;
    while (scene->jobs > 0)
        loop_run(scene->api.loop);
}

static void ask_for(struct scene *scene, int first, int count, enum observation_depth depth)
{
    for (int i = first; i < first + count; i++) {
        char namespace[8];

        snprintf(namespace, sizeof namespace, "dev%d", i);
        ask(scene, (uint64_t) i + 1, namespace, NULL, depth);
    }
}

static const struct played_list lists[] = {
    { of_cluster, 200, everything, PLAYED_END, 0 },
    { "/namespaces/dev0/deployments?", 200, LIST(ITEM("dev0", "a", "")), PLAYED_END, 0 },
    { "/namespaces/dev1/deployments?", 200, LIST(ITEM("dev1", "b", ",\"labels\":{\"tier\":\"x\"}")), PLAYED_END, 0 },
};

static void a_few_are_read_each_by_itself(void)
{
    struct scene scene;

    open_scene(&scene, lists, 3);
    ask_for(&scene, 0, 5, OBSERVE_WORKLOADS);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, "\n"), 0);
    wait_for_all(&scene);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, of_cluster), 0);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, of_namespaces), 5);
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&scene.told), "1 dev0: a\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&scene.told), "2 dev1: b\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&scene.told), "5 dev4:\n"));
    close_scene(&scene);
}

static void many_are_read_by_one_list_of_the_cluster(void)
{
    struct scene scene;

    open_scene(&scene, lists, 3);
    ask_for(&scene, 0, 40, OBSERVE_WORKLOADS);
    wait_for_all(&scene);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, of_cluster), 1);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, of_namespaces), 1);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, "/jobs?"), 0);
    CU_ASSERT_TRUE(text_starts_with(buffer_text(&scene.told), "1 dev0: a\n2 dev1: b\n3 dev2:\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&scene.told), "\n9 dev8: c\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&scene.told), "\n40 dev39:\n"));
    close_scene(&scene);
}

static void they_are_read_as_deep_as_the_deepest_wants(void)
{
    struct scene scene;

    open_scene(&scene, lists, 3);
    ask_for(&scene, 0, 5, OBSERVE_WORKLOADS);
    ask(&scene, 6, "dev5", NULL, OBSERVE_LEFTOVERS);
    wait_for_all(&scene);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, "GET /apis/batch/v1/jobs?"), 1);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, "GET /api/v1/pods?"), 1);
    close_scene(&scene);
}

static void each_has_its_own_app(void)
{
    struct scene scene;

    open_scene(&scene, lists, 3);
    ask(&scene, 1, "dev0", "tier=x", OBSERVE_WORKLOADS);
    ask(&scene, 2, "dev1", "tier=x", OBSERVE_WORKLOADS);
    wait_for_all(&scene);
    ask(&scene, 3, "dev1", "tier=x", OBSERVE_WORKLOADS);
    ask_for(&scene, 3, 6, OBSERVE_WORKLOADS);
    wait_for_all(&scene);
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&scene.told), "1 dev0: a\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&scene.told), "2 dev1: b*\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&scene.told), "3 dev1: b*\n"));
    close_scene(&scene);
}

/* Whoever asks while the cluster is read gets what is read afterwards, never what was read before it asked. */
static void whoever_comes_later_waits_for_the_next_round(void)
{
    struct scene scene;

    open_scene(&scene, lists, 3);
    ask_for(&scene, 0, 8, OBSERVE_WORKLOADS);
    while (played_lists_count(&scene.lists, of_cluster) == 0)
        api_scene_wait(&scene.api, 1);
    ask_for(&scene, 8, 7, OBSERVE_WORKLOADS);
    wait_for_all(&scene);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, of_namespaces), 2);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, of_cluster), 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&scene.told), "\n9 dev8: c\n"));
    close_scene(&scene);
}

static void begin_loads(struct scene *scene, int count)
{
    for (int i = 0; i < count; i++)
        observe_jobs_load_begins(&scene->runner);
}

/* A store that answers one load a turn; the last one of them leads to nothing. */
static void those_that_are_loaded_one_by_one_are_read_together(void)
{
    struct scene scene;

    open_scene(&scene, lists, 3);
    begin_loads(&scene, 8);
    for (int i = 0; i < 7; i++) {
        observe_jobs_load_ended(&scene.runner);
        ask_for(&scene, i, 1, OBSERVE_WORKLOADS);
    }
    api_scene_wait(&scene.api, 1);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, "GET "), 0);
    observe_jobs_load_ended(&scene.runner);
    wait_for_all(&scene);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, of_cluster), 1);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, of_namespaces), 1);
    close_scene(&scene);
}

static void a_few_that_are_loaded_wait_for_no_other(void)
{
    struct scene scene;

    open_scene(&scene, lists, 3);
    begin_loads(&scene, 4);
    ask_for(&scene, 0, 1, OBSERVE_WORKLOADS);
    wait_for_all(&scene);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, of_cluster), 0);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, of_namespaces), 1);
    close_scene(&scene);
}

static void a_store_that_does_not_answer_keeps_nobody_waiting(void)
{
    struct scene scene;

    open_scene(&scene, lists, 3);
    begin_loads(&scene, 1000);
    ask_for(&scene, 0, 1, OBSERVE_WORKLOADS);
    wait_for_all(&scene);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, of_namespaces), 1);
    close_scene(&scene);
}

static void one_that_is_asked_for_twice_is_read_twice(void)
{
    struct scene scene;

    open_scene(&scene, lists, 3);
    ask_for(&scene, 0, 8, OBSERVE_WORKLOADS);
    ask(&scene, 50, "dev1", NULL, OBSERVE_WORKLOADS);
    scene.again = 1;
    wait_for_all(&scene);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, of_cluster), 1);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, of_namespaces), 3);
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&scene.told), "\n2 dev1: b\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&scene.told), "\n50 dev1: b\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&scene.told), "\n101 dev0: a\n"));
    close_scene(&scene);
}

static void what_fails_is_told_to_all(void)
{
    static const struct played_list refused[] = {
        { "/deployments?", 403, "{\"kind\":\"Status\",\"message\":\"not you\"}", PLAYED_END, 0 },
    };
    struct scene scene;

    open_scene(&scene, refused, 1);
    ask_for(&scene, 0, 6, OBSERVE_WORKLOADS);
    wait_for_all(&scene);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(buffer_text(&scene.told), "1 dev0: cannot read the deployments of the cluster: not you (403)\n"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(buffer_text(&scene.told), "6 dev5: cannot read the deployments of the cluster: not you (403)\n"));
    close_scene(&scene);
}

static void all_can_be_left_at_any_time(void)
{
    static const struct played_list endless[] = { { "/deployments?", 200, "{\"items\":[", PLAYED_KEEP, 0 } };
    static const int counts[] = { 1, 8 };

    for (size_t i = 0; i < 2; i++) {
        struct scene scene;

        open_scene(&scene, endless, 1);
        ask_for(&scene, 0, counts[i], OBSERVE_WORKLOADS);
        while (played_lists_count(&scene.lists, of_namespaces) == 0)
            api_scene_wait(&scene.api, 1);
        ask_for(&scene, 20, counts[i], OBSERVE_WORKLOADS); /* in line, or not even that */
        close_scene(&scene);
    }
    for (size_t i = 0; i < 2; i++) { /* in the middle of being told */
        struct scene scene;

        open_scene(&scene, lists, 3);
        ask_for(&scene, 0, 40, OBSERVE_WORKLOADS);
        scene.awaited = 24 + i;
        while (scene.jobs > scene.awaited)
            loop_run(scene.api.loop);
        close_scene(&scene);
    }
}

TEST_MAIN("bot/observe_jobs", TEST(a_few_are_read_each_by_itself), TEST(many_are_read_by_one_list_of_the_cluster),
          TEST(they_are_read_as_deep_as_the_deepest_wants), TEST(each_has_its_own_app),
          TEST(whoever_comes_later_waits_for_the_next_round), TEST(one_that_is_asked_for_twice_is_read_twice),
          TEST(those_that_are_loaded_one_by_one_are_read_together), TEST(a_few_that_are_loaded_wait_for_no_other),
          TEST(a_store_that_does_not_answer_keeps_nobody_waiting), TEST(what_fails_is_told_to_all),
          TEST(all_can_be_left_at_any_time))

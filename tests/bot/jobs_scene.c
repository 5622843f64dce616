/* tests/bot/jobs_scene.c - see jobs_scene.h. Its runner_...() take the place of those in bot/runner.c. */
#include "tests/bot/jobs_scene.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/test_case.h"

static struct jobs_scene *scene_of(struct runner *runner)
{
    return (struct jobs_scene *) runner;
}

/* for the jobs */

int64_t runner_now(const struct runner *runner)
{
    (void) runner;
    return NOW;
}

void runner_begin_job(struct runner *runner, struct job *job, const struct effect *effect)
{
    job->runner = runner;
    scene_of(runner)->jobs++;
    if (effect == NULL)
        return;
    job->ticket = effect->ticket;
    text_copy_cut(job->namespace, sizeof job->namespace, effect->namespace);
}

void runner_end_job(struct job *job)
{
    struct jobs_scene *scene = scene_of(job->runner);
    struct loop *loop = job->runner->options.loop;

    job->release(job);
    if (--scene->jobs == 0)
        loop_stop(loop);
}

void runner_log_error(struct runner *runner, enum log_level level, const char *event, const char *namespace,
                      const struct error *error)
{
    (void) level;
    (void) namespace;
    case_holds(event, error->kind != ERROR_NONE && error->message[0] != '\0');
    scene_of(runner)->error_lines++;
}

void runner_stop(struct runner *runner)
{
    scene_of(runner)->stopped = true;
}

void runner_advance(struct runner *runner)
{
    scene_of(runner)->advanced = true;
    loop_stop(runner->options.loop);
}

void runner_tell(struct runner *runner, const struct event *event)
{
    struct jobs_scene *scene = scene_of(runner);
    struct told *told = &scene->events[scene->event_count++];

    assert(scene->event_count <= SCENE_EVENTS_MAX);
    *told = (struct told){ .kind = event->kind, .ticket = event->ticket, .result = event->result };
    text_copy_cut(told->namespace, sizeof told->namespace, event->namespace != NULL ? event->namespace : "");
    text_copy_cut(told->revision, sizeof told->revision, event->revision != NULL ? event->revision : "");
    text_copy_cut(told->inbox_revision, sizeof told->inbox_revision,
                  event->inbox_revision != NULL ? event->inbox_revision : "");
    told->has_error = event->error != NULL;
    told->has_record = event->record != NULL;
    told->has_stored = event->stored != NULL;
    if (event->error != NULL)
        told->error = *event->error;
    if (event->record != NULL)
        told->record = *event->record;
    if (event->stored != NULL)
        told->stored = *event->stored;
    if (event->request != NULL)
        told->stored = *event->request;
    if (event->notice != NULL)
        told->notice = *event->notice;
    if (event->journal != NULL)
        told->journal_count = event->journal->count;
    if (event->kind == EVENT_RECALLED) {
        assert(event->act_count <= SCENE_ACTS_MAX);
        scene->act_count = event->act_count;
        for (size_t i = 0; i < event->act_count; i++)
            scene->acts[i] = event->acts[i];
    }
    if (event->kind != EVENT_RESTORED && event->kind != EVENT_NOTICE)
        loop_stop(runner->options.loop);
}

/* for the tests */

void jobs_scene_init(struct jobs_scene *scene)
{
    *scene = (struct jobs_scene){ 0 };
    fixture_init(&scene->fixture);
    scene->events = memory_new(SCENE_EVENTS_MAX, sizeof *scene->events);
    scene->runner.phase = RUNNER_LIVE;
    scene->runner.options = (struct runner_options){
        .loop = scene->fixture.loop,
        .store = scene->fixture.store,
        .cluster = "default",
    };
}

void jobs_scene_release(struct jobs_scene *scene)
{
    case_number("jobs that did not end", scene->jobs, 0);
    fixture_release(&scene->fixture);
    free(scene->runner.unfinished);
    free(scene->events);
}

const struct told *jobs_scene_carry_out(struct jobs_scene *scene, struct effects *effects)
{
    size_t before = scene->event_count;
    struct effect *effect = &effects->items[0];

    assert(effects->count == 1);
    effect->ticket = 7000 + before;
    if (effect->kind == EFFECT_SAVE)
        job_save(&scene->runner, effect);
    else if (effect->kind == EFFECT_LOAD)
        job_load(&scene->runner, effect);
    else if (effect->kind == EFFECT_RECALL)
        job_recall(&scene->runner, effect);
    else if (effect->kind == EFFECT_REPLY)
        job_answer(&scene->runner, effect);
    effects_release(effects);
    loop_run(scene->fixture.loop);
    assert(scene->event_count == before + 1);
    case_number("the ticket comes back", (int64_t) scene->events[before].ticket, (int64_t) (7000 + before));
    return &scene->events[before];
}

void jobs_scene_restore(struct jobs_scene *scene)
{
    job_restore(&scene->runner);
    loop_run(scene->fixture.loop);
    case_holds("everything is restored", scene->advanced && scene->runner.store_known);
}

void jobs_scene_put(struct jobs_scene *scene, const char *sort_key, const char *document)
{
    released_by(store_call_release) struct store_call call = { .now = NOW };

    store_call_put(&call, "C#default", sort_key, document, 0, STORE_IF_ANY, NULL);
    case_number(sort_key, fixture_run(&scene->fixture, scene->fixture.store, &call), STORE_OK);
}

/* What others wrote is seen by a store of its own. */
void jobs_scene_put_from_elsewhere(struct jobs_scene *scene, const char *sort_key, const char *document)
{
    struct store *own = scene->fixture.store;

    scene->fixture.store = backend_open(scene->fixture.backend, scene->fixture.loop);
    jobs_scene_put(scene, sort_key, document);
    store_free(scene->fixture.store);
    scene->fixture.store = own;
}

size_t jobs_scene_look(struct jobs_scene *scene)
{
    size_t before = scene->event_count;

    job_look(&scene->runner);
    while (scene->jobs > 0)
        loop_run(scene->fixture.loop);
    return scene->event_count - before;
}

bool jobs_scene_get(struct jobs_scene *scene, const char *sort_key, struct store_item *ret_item)
{
    released_by(
        store_call_release) struct store_call call = { .kind = STORE_GET, .now = NOW, .partition_key = "C#default" };

    text_copy_cut(call.sort_key, sizeof call.sort_key, sort_key);
    if (fixture_run(&scene->fixture, scene->fixture.store, &call) != STORE_OK)
        return false;
    *ret_item = call.items.items[0];
    call.items.items[0].document = NULL;
    return true;
}

/* tests/bot/jobs_scene.h - the runner's jobs on a store of their own, without the rest of the runner.
 *
 * What bot/runner.c does for a job stands in jobs_scene.c instead: events are written down, and the first of them ends
 * the waiting. The clock stands at NOW.
 */
#ifndef CURFEW_TESTS_BOT_JOBS_SCENE_H
#define CURFEW_TESTS_BOT_JOBS_SCENE_H

#include "bot/runner_state.h"
#include "tests/store/fixture.h"

enum { SCENE_EVENTS_MAX = 400, SCENE_ACTS_MAX = 30 };

/* What was told, copied: what the events point to is gone. */
struct told {
    enum event_kind kind;
    uint64_t ticket;
    char namespace[RECORD_NAMESPACE_SIZE];
    enum save_result result;
    char revision[RECORD_REVISION_SIZE], inbox_revision[RECORD_REVISION_SIZE];
    bool has_error, has_record, has_stored;
    struct error error;
    struct record record;
    struct inbox_entry stored; /* LOADED, REQUEST */
    struct notice_record notice;
    size_t journal_count;
};

struct jobs_scene {
    struct runner runner; /* the first member: a job knows no more of it */
    struct fixture fixture;
    struct told *events;
    size_t event_count;
    struct history_entry acts[SCENE_ACTS_MAX]; /* of the last EVENT_RECALLED */
    size_t act_count;
    bool stopped;          /* runner_stop() was called */
    bool advanced;         /* everything is restored */
    int jobs, error_lines; /* under way; in the log */
};

void jobs_scene_init(struct jobs_scene *scene);
void jobs_scene_release(struct jobs_scene *scene);

/* Carries out an effect, releases it, and waits for what comes of it. */
const struct told *jobs_scene_carry_out(struct jobs_scene *scene, struct effects *effects);

/* Runs job_restore() to its end. */
void jobs_scene_restore(struct jobs_scene *scene);

/* Puts an item of the cluster as some release might have left it there. */
void jobs_scene_put(struct jobs_scene *scene, const char *sort_key, const char *document);

/* The same by another process. */
void jobs_scene_put_from_elsewhere(struct jobs_scene *scene, const char *sort_key, const char *document);

/* Looks into the inbox for what terminals put there. Returns how many events came of it: the last ones. */
size_t jobs_scene_look(struct jobs_scene *scene);

/* What stands at a key; false: nothing does. The caller frees ret_item->document. */
bool jobs_scene_get(struct jobs_scene *scene, const char *sort_key, struct store_item *ret_item) must_check;

#endif

/* bot/note_jobs.c - Events of Kubernetes about what was done: worth a few requests when there is nothing else to do. */
#include "bot/note_jobs.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "k8s/namespace_event.h"

/* One Event: in the line of those that wait, or out. */
struct note {
    struct flow flow; /* its call is done. First member */
    struct note_jobs *jobs;
    struct client_call call;
    struct namespace_event event; /* borrows from what follows, but for the reason */
    char namespace[NAMESPACE_NAME_SIZE], uid[KUBERNETES_UID_SIZE];
    char *text;
    int64_t added_ms;
    struct note *next;
};

struct note_jobs {
    struct flow flow; /* one may go out, or it is time to look. First member */
    struct loop *loop;
    struct client *client;
    struct log *log;
    struct note *first, *last; /* those that wait, oldest first */
    size_t waiting;
    struct note *out[NOTE_JOBS_IN_FLIGHT_MAX]; /* NULL = free */
    int holds;
    struct timer timer;
    bool dropped;                  /* was said */
    bool failed[ERROR_SYSTEM + 1]; /* by kind: was said */
};

static void pump_jobs(struct flow *flow);
static void pump_note(struct flow *flow);
static struct note *take_oldest(struct note_jobs *jobs);
static void drop_oldest(struct note_jobs *jobs);
static size_t count_places(const struct note_jobs *jobs);
static void send_oldest(struct note_jobs *jobs);
static void log_failure(struct note_jobs *jobs, const struct note *note, struct error *error);
static void free_note(struct note *note);

struct note_jobs *note_jobs_new(struct loop *loop, struct client *client, struct log *log)
{
    struct note_jobs *jobs = memory_new(1, sizeof *jobs);

    *jobs = (struct note_jobs){ .flow = { pump_jobs }, .loop = loop, .client = client, .log = log };
    return jobs;
}

void note_jobs_free(struct note_jobs *jobs)
{
    if (jobs == NULL)
        return;
    timer_stop(jobs->loop, &jobs->timer);
    loop_unpost(jobs->loop, &jobs->flow);
    while (jobs->first != NULL)
        free_note(take_oldest(jobs));
    for (size_t i = 0; i < NOTE_JOBS_IN_FLIGHT_MAX; i++)
        if (jobs->out[i] != NULL)
            free_note(jobs->out[i]);
    free(jobs);
}

void note_jobs_add(struct note_jobs *jobs, const struct effect *effect, int64_t now)
{
    struct note *note = memory_new(1, sizeof *note);

    assert(effect->kind == EFFECT_NOTE);
    *note = (struct note){ .flow = { pump_note }, .jobs = jobs };
    text_copy_cut(note->namespace, sizeof note->namespace, effect->namespace);
    text_copy_cut(note->uid, sizeof note->uid, effect->uid);
    note->text = memory_text(effect->text != NULL ? effect->text : "");
    note->added_ms = loop_monotonic_ms(jobs->loop);
    note->event = (struct namespace_event){ .namespace = note->namespace,
                                            .uid = note->uid,
                                            .reason = effect->reason,
                                            .message = note->text,
                                            .is_warning = effect->is_warning,
                                            .at = now,
                                            .number = (uint64_t) random_number() << 32 | random_number() };
    if (jobs->waiting == NOTE_JOBS_WAITING_MAX)
        drop_oldest(jobs);
    if (jobs->last == NULL)
        jobs->first = note;
    else
        jobs->last->next = note;
    jobs->last = note;
    jobs->waiting++;
    loop_post(jobs->loop, &jobs->flow);
}

void note_jobs_hold(struct note_jobs *jobs)
{
    jobs->holds++;
}

void note_jobs_let(struct note_jobs *jobs)
{
    assert(jobs->holds > 0);
    jobs->holds--;
    loop_post(jobs->loop, &jobs->flow);
}

static struct note *take_oldest(struct note_jobs *jobs)
{
    struct note *note = jobs->first;

    jobs->first = note->next;
    if (jobs->first == NULL)
        jobs->last = NULL;
    jobs->waiting--;
    return note;
}

static void drop_oldest(struct note_jobs *jobs)
{
    struct log_line line;

    free_note(take_oldest(jobs));
    if (jobs->dropped)
        return;
    jobs->dropped = true;
    log_begin(&line, jobs->log, LOG_WARN, "events_dropped", loop_now(jobs->loop));
    log_text(&line, "reason", "more Events wait for the API server than are kept: the oldest are not written");
    log_end(&line);
}

/* How many more may be out now. */
static size_t count_places(const struct note_jobs *jobs)
{
    size_t places = 0;
    int64_t age_ms;

    for (size_t i = 0; i < NOTE_JOBS_IN_FLIGHT_MAX; i++)
        places += jobs->out[i] == NULL ? 1 : 0;
    if (jobs->holds == 0 || jobs->first == NULL)
        return places;
    age_ms = loop_monotonic_ms(jobs->loop) - jobs->first->added_ms;
    return places == NOTE_JOBS_IN_FLIGHT_MAX && age_ms >= NOTE_JOBS_PATIENCE_MS ? 1 : 0;
}

static void pump_jobs(struct flow *flow)
{
    struct note_jobs *jobs = (struct note_jobs *) flow;

    while (jobs->first != NULL && count_places(jobs) > 0)
        send_oldest(jobs);
    timer_stop(jobs->loop, &jobs->timer);
    if (jobs->first != NULL && jobs->holds > 0)
        timer_start(jobs->loop, &jobs->timer, NOTE_JOBS_PATIENCE_MS / 10, &jobs->flow);
}

static void send_oldest(struct note_jobs *jobs)
{
    struct note *note = take_oldest(jobs);
    size_t place = 0;

    while (jobs->out[place] != NULL)
        place++;
    jobs->out[place] = note;
    namespace_event_write_request(&note->event, &note->call.request);
    client_call_start(jobs->client, &note->call, &note->flow);
}

static void pump_note(struct flow *flow)
{
    struct note *note = (struct note *) flow;
    struct note_jobs *jobs = note->jobs;
    struct error error = note->call.error;

    if (error.kind != ERROR_NONE || !namespace_event_read_response(&note->call.response, &error))
        log_failure(jobs, note, &error);
    for (size_t i = 0; i < NOTE_JOBS_IN_FLIGHT_MAX; i++)
        if (jobs->out[i] == note)
            jobs->out[i] = NULL;
    free_note(note);
    pump_jobs(&jobs->flow);
}

/* A namespace that is gone, or goes, needs no Events. */
static void log_failure(struct note_jobs *jobs, const struct note *note, struct error *error)
{
    enum log_level level = jobs->failed[error->kind] || error->kind == ERROR_MISSING ? LOG_DEBUG : LOG_WARN;
    struct log_line line;

    jobs->failed[error->kind] = true;
    if (error->kind == ERROR_REFUSED)
        (void) error_context(error, "the grant to create events is missing");
    log_begin(&line, jobs->log, level, "event_not_written", loop_now(jobs->loop));
    log_text(&line, "namespace", note->namespace);
    log_error(&line, error);
    log_end(&line);
}

static void free_note(struct note *note)
{
    client_call_release(&note->call);
    free(note->text);
    free(note);
}

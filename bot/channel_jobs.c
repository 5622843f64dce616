/* bot/channel_jobs.c - the runner's jobs in channels: posts and updates, looks into a history, and who is in a user group.
 *
 * All of them pass through one queue (bot/channel_queue.h), so that no channel gets more than Slack takes. What Slack
 * refuses is told to the engine, which says it once; what fails otherwise is logged here, when it begins to fail.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/channel_calls.h"
#include "bot/runner_state.h"

struct channel_job {
    struct job job;
    struct slack_call call;
    enum channel_call kind;
    struct post post;
    char group[ACCESS_ID_SIZE];
    struct buffer short_body; /* goes out where Slack says that the body is too long; empty = there is none */
    int pages;                /* of a history, so far */
    bool no_room;             /* the queue did not take it */
};

/* What an answer is made of, once its job is gone. */
struct channel_answer {
    struct event event;
    char message[RECORD_PERSON_SIZE];
    char slack_error[sizeof((struct slack_call *) 0)->slack_error];
    char group[ACCESS_ID_SIZE];
    struct buffer members;
};

static const struct {
    const char *method;
    const char *failed; /* the event of the log */
} calls[CHANNEL_CALLS] = {
    [CHANNEL_POST] = { "chat.postMessage", "post_failed" },
    [CHANNEL_UPDATE] = { "chat.update", "update_failed" },
    [CHANNEL_FIND] = { "conversations.history", "history_unread" },
    [CHANNEL_LOOK_UP] = { "usergroups.users.list", "group_unread" },
};

static void pump_job(struct flow *flow);
static void send_due(struct runner *runner);

static void release_job(struct job *job)
{
    struct channel_job *channel = (struct channel_job *) job;

    loop_unpost(job->runner->options.loop, &job->flow);
    slack_call_release(&channel->call);
    buffer_release(&channel->short_body);
    free(channel);
}

/* The name of its lane. */
static const char *lane_of(const struct channel_job *job)
{
    return job->kind == CHANNEL_LOOK_UP ? job->group : job->post.channel;
}

/* --- answers --------------------------------------------------------------------------------------------------- */

/* The first of a row is a warning. */
static void log_outcome(struct channel_job *job, bool failed)
{
    struct runner *runner = job->job.runner;
    bool *failing = &runner->channels.failing[job->kind];
    struct log_line line;

    if (failed) {
        log_begin(&line, runner->options.log, *failing ? LOG_DEBUG : LOG_WARN, calls[job->kind].failed,
                  runner_now(runner));
        log_text(&line, job->kind == CHANNEL_LOOK_UP ? "group" : "channel", lane_of(job));
        log_error(&line, &job->call.error);
        log_end(&line);
    }
    *failing = failed;
}

static void read_posted(struct channel_job *job, struct channel_answer *answer)
{
    struct event *event = &answer->event;

    event->kind = EVENT_POSTED;
    if (job->kind == CHANNEL_POST) {
        event->posted = channel_read_post(&job->call, answer->message);
    } else {
        event->posted = channel_read_update(&job->call);
        text_copy_cut(answer->message, sizeof answer->message, job->post.message);
    }
    if (event->posted != POST_REFUSED)
        log_outcome(job, event->posted != POST_OK);
}

/* true: the next page was asked for. */
static bool read_found(struct channel_job *job, struct channel_answer *answer)
{
    struct event *event = &answer->event;
    char cursor[CHANNEL_CURSOR_SIZE];

    event->kind = EVENT_FOUND;
    event->found = channel_read_find(&job->call, job->post.notice, answer->message, cursor);
    if (event->found == FIND_ABSENT && cursor[0] != '\0' && ++job->pages < CHANNEL_PAGES_MAX) {
        buffer_clear(&job->call.body);
        channel_write_find(&job->post, cursor, &job->call.body);
        slack_call_start(job->job.runner->options.slack, &job->call, &job->job.flow);
        return true;
    }
    /* More than was looked through: it may be there. */
    if (event->found == FIND_ABSENT && cursor[0] != '\0')
        event->found = FIND_NOT_ALLOWED;
    if (event->found != FIND_NOT_ALLOWED)
        log_outcome(job, event->found == FIND_LATER);
    return false;
}

static void read_group(struct channel_job *job, struct channel_answer *answer)
{
    struct event *event = &answer->event;

    buffer_init(&answer->members, CHANNEL_MEMBERS_BYTES_MAX);
    bool known = channel_read_members(&job->call, &answer->members);
    event->kind = EVENT_GROUP;
    event->group = answer->group;
    event->members = known ? buffer_text(&answer->members) : NULL;
    text_copy_cut(answer->group, sizeof answer->group, job->group);
    log_outcome(job, !known);
}

/* true: it was too long, and goes out once more, cut. */
static bool send_short(struct channel_job *job)
{
    struct runner *runner = job->job.runner;
    struct log_line line;

    if (job->short_body.length == 0 || !channel_is_too_long(&job->call))
        return false;
    log_begin(&line, runner->options.log, runner->channels.was_cut ? LOG_DEBUG : LOG_WARN, "message_cut",
              runner_now(runner));
    log_text(&line, "channel", job->post.channel);
    log_error(&line, &job->call.error);
    log_end(&line);
    runner->channels.was_cut = true;
    buffer_release(&job->call.body);
    job->call.body = job->short_body;
    job->short_body = (struct buffer){ 0 };
    slack_call_start(runner->options.slack, &job->call, &job->job.flow);
    return true;
}

static void pump_job(struct flow *flow)
{
    struct channel_job *job = (struct channel_job *) flow;
    struct runner *runner = job->job.runner;
    struct channel_answer answer = { .event.ticket = job->job.ticket };

    if (send_short(job) || (job->kind == CHANNEL_FIND && read_found(job, &answer)))
        return;
    if (job->kind == CHANNEL_LOOK_UP)
        read_group(job, &answer);
    else if (job->kind != CHANNEL_FIND)
        read_posted(job, &answer);
    text_copy_cut(answer.slack_error, sizeof answer.slack_error, job->call.slack_error);
    answer.event.message = answer.message;
    answer.event.slack_error = answer.slack_error;
    if (!job->no_room)
        channel_queue_done(runner->channels.queue, lane_of(job));
    runner_end_job(&job->job);
    runner_tell(runner, &answer.event);
    buffer_release(&answer.members);
    send_due(runner);
}

/* --- the queue ------------------------------------------------------------------------------------------------- */

static void send_due(struct runner *runner)
{
    struct runner_channels *channels = &runner->channels;
    struct loop *loop = runner->options.loop;
    int64_t now_ms = loop_monotonic_ms(loop);
    struct channel_job *job = channel_queue_next(channels->queue, now_ms);

    for (; job != NULL; job = channel_queue_next(channels->queue, now_ms))
        slack_call_start(runner->options.slack, &job->call, &job->job.flow);
    if (runner->phase == RUNNER_STOPPING)
        runner_drop_channel_jobs(runner);
    int64_t due_ms = channel_queue_due_ms(channels->queue);
    if (due_ms == INT64_MAX)
        timer_stop(loop, &channels->timer);
    else
        timer_start(loop, &channels->timer, due_ms - now_ms, &channels->clock.flow);
}

static void pump_clock(struct flow *flow)
{
    send_due(((struct runner_flow *) flow)->runner);
}

void runner_drop_channel_jobs(struct runner *runner)
{
    struct channel_job *job = channel_queue_drop(runner->channels.queue);

    for (; job != NULL; job = channel_queue_drop(runner->channels.queue))
        runner_end_job(&job->job);
}

void runner_init_channels(struct runner *runner)
{
    runner->channels.clock = (struct runner_flow){ .flow = { .pump = pump_clock }, .runner = runner };
    runner->channels.queue = channel_queue_new();
}

void runner_release_channels(struct runner *runner)
{
    timer_stop(runner->options.loop, &runner->channels.timer);
    channel_queue_free(runner->channels.queue);
    runner->channels.queue = NULL;
}

/* --- beginning ------------------------------------------------------------------------------------------------- */

static enum channel_call kind_of(const struct effect *effect)
{
    switch (effect->kind) {
    case EFFECT_POST:
        return CHANNEL_POST;
    case EFFECT_UPDATE:
        return CHANNEL_UPDATE;
    case EFFECT_FIND:
        return CHANNEL_FIND;
    default:
        return CHANNEL_LOOK_UP;
    }
}

static void write_message(const struct channel_job *job, const struct effect *effect, bool is_short,
                          struct buffer *body)
{
    buffer_init(body, CHANNEL_BODY_BYTES_MAX);
    if (job->kind == CHANNEL_POST)
        channel_write_post(&effect->post, &effect->message, is_short, body);
    else
        channel_write_update(&effect->post, &effect->message, is_short, body);
}

static void write_body(struct channel_job *job, const struct effect *effect)
{
    struct buffer *body = &job->call.body;

    switch (job->kind) {
    case CHANNEL_FIND:
        channel_write_find(&effect->post, "", body);
        break;
    case CHANNEL_LOOK_UP:
        channel_write_look_up(effect->group, body);
        break;
    default:
        write_message(job, effect, false, body);
        if (body->length > MESSAGE_SHORT_BYTES)
            write_message(job, effect, true, &job->short_body);
        break;
    }
}

/* Not at once: the engine is not told anything while its effects are carried out. */
static void answer_no_room(struct channel_job *job)
{
    job->no_room = true;
    job->call.unsent = true;
    (void) error_set(&job->call.error, ERROR_LIMIT, "%s: too much is waiting to be sent", job->call.method);
    loop_post(job->job.runner->options.loop, &job->job.flow);
}

/* Without Slack nothing is said, nor asked there: what the channels are to know, the next bot tells them. */
void job_channel(struct runner *runner, const struct effect *effect)
{
    if (runner->options.terminal != NULL)
        return;
    struct channel_job *job = memory_new(1, sizeof *job);

    job->job.flow.pump = pump_job;
    job->job.release = release_job;
    job->kind = kind_of(effect);
    job->post = effect->post;
    text_copy_cut(job->group, sizeof job->group, effect->group);
    text_copy_cut(job->call.method, sizeof job->call.method, calls[job->kind].method);
    job->call.token = SLACK_BOT;
    write_body(job, effect);
    size_t bytes = job->call.body.length + job->short_body.length;
    runner_begin_job(runner, &job->job, effect);
    if (channel_queue_add(runner->channels.queue, job->kind, lane_of(job), bytes, job))
        send_due(runner);
    else
        answer_no_room(job);
}

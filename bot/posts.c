/* bot/posts.c - what is done with notices in their channels: posted, found again, written anew, forgotten.
 *
 * Pure. A post that may be there or not is looked for in the channel's history, where the bot may read it; otherwise it is not
 * posted again. A message has one call under way, and is written anew when that is back and something has changed since.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

enum {
    UPDATE_PAUSE_S = 1,
    RETRY_S = 5, /* grows with each failure, up to */
    RETRY_MAX_S = 60,
    SEARCH_BEFORE_S = 5 * 60, /* our clock and Slack's may differ */
};

static struct effect *ask(struct engine *engine, struct notice *notice, enum effect_kind kind, struct effects *effects)
{
    struct effect *effect = effects_add(effects, kind);

    effect->ticket = notice->ticket = ++engine->last_ticket;
    text_copy_cut(effect->post.channel, sizeof effect->post.channel, notice->channel);
    text_copy_cut(effect->post.message, sizeof effect->post.message, notice->message);
    effect->post.notice = notice->id;
    return effect;
}

static void put_off(struct engine *engine, struct notice *notice, int64_t now)
{
    notice->due_at = now + night_pause_s(++notice->failures, RETRY_S, RETRY_MAX_S);
    notice_want(engine, notice);
}

static void write_message(const struct engine *engine, const struct notice *notice, int64_t now,
                          struct message *message)
{
    struct record *records = memory_new(notice->count, sizeof *records);
    struct announcement_line *lines = memory_new(notice->count, sizeof *lines);
    struct announcement announcement = { .notice = notice->id, .lines = lines, .count = notice->count };

    notice_fill_lines(engine, notice, now, records, lines);
    announcement_write(&announcement, message);
    free(records);
    free(lines);
}

/* The channel is free for the next: the oldest that waits. */
static void pass_on(struct engine *engine, const char *channel)
{
    for (size_t i = 0; i < engine->notice_count; i++) {
        struct notice *notice = engine->notices[i];
        if (!notice->is_waiting || !text_equal(notice->channel, channel))
            continue;
        notice->is_waiting = false;
        notice_want(engine, notice);
        return;
    }
}

static int by_name(const void *a, const void *b)
{
    const struct environment *const *first = a, *const *second = b;

    return strcmp((*first)->name, (*second)->name);
}

/* Slack takes one message a second. What waited elsewhere could speak of a stop that was moved meanwhile. */
static bool is_taken(const struct engine *engine, const struct notice *notice)
{
    for (size_t i = 0; i < engine->notice_count; i++) {
        const struct notice *other = engine->notices[i];
        if (other->phase == NOTICE_POSTING && other->ticket != 0 && text_equal(other->channel, notice->channel))
            return true;
    }
    return false;
}

/* What no longer stands is not announced. One post at a time for each channel: the next is written when its turn comes. */
void notice_post(struct engine *engine, struct notice *notice, int64_t now, struct effects *effects)
{
    notice_keep_standing(engine, notice, now);
    if (notice->count == 0) {
        pass_on(engine, notice->channel);
        notices_drop(engine, notice);
        return;
    }
    notice->is_waiting = is_taken(engine, notice);
    if (notice->is_waiting)
        return;
    qsort(notice->items, notice->count, sizeof(struct environment *), by_name);
    notice->is_dirty = false;
    struct effect *effect = ask(engine, notice, EFFECT_POST, effects);
    write_message(engine, notice, now, &effect->message);
}

static void update(struct engine *engine, struct notice *notice, int64_t now, struct effects *effects)
{
    notice->is_dirty = false;
    notice->due_at = now + UPDATE_PAUSE_S;
    struct effect *effect = ask(engine, notice, EFFECT_UPDATE, effects);
    write_message(engine, notice, now, &effect->message);
}

static void find(struct engine *engine, struct notice *notice, struct effects *effects)
{
    struct effect *effect = ask(engine, notice, EFFECT_FIND, effects);

    effect->post.since_at = notice->claimed_at - SEARCH_BEFORE_S;
}

static void save(struct engine *engine, struct notice *notice, struct effects *effects)
{
    struct effect *effect = effects_add(effects, EFFECT_SAVE);

    effect->ticket = notice->save_ticket = ++engine->last_ticket;
    effect->save = save_new();
    effect->save->has_notice = true;
    effect->save->notice = (struct notice_record){ .id = notice->id, .posted_at = notice->claimed_at };
    text_copy_cut(effect->save->notice.channel, sizeof effect->save->notice.channel, notice->channel);
    text_copy_cut(effect->save->notice.message, sizeof effect->save->notice.message, notice->message);
}

/* --- what came back -------------------------------------------------------------------------------------------- */

static void stand(struct engine *engine, struct notice *notice, const char *message, struct effects *effects)
{
    notice->phase = NOTICE_STANDING;
    notice->failures = 0;
    text_copy_cut(notice->message, sizeof notice->message, message);
    notice_want(engine, notice);
    if (message[0] != '\0')
        save(engine, notice, effects);
}

static void posted(struct engine *engine, struct notice *notice, const struct event *event, int64_t now,
                   struct effects *effects)
{
    pass_on(engine, notice->channel);
    switch (event->posted) {
    case POST_OK:
        channels_worked(engine, notice->channel, effects);
        stand(engine, notice, event->message, effects);
        break;
    case POST_REFUSED:
        channels_failed(engine, notice->channel, event->slack_error, effects);
        notices_drop(engine, notice);
        break;
    case POST_LATER:
        put_off(engine, notice, now);
        break;
    case POST_UNCLEAR:
        notice->phase = NOTICE_FINDING;
        find(engine, notice, effects);
        break;
    }
}

static void updated(struct engine *engine, struct notice *notice, const struct event *event, int64_t now)
{
    notice_want(engine, notice);
    if (event->posted == POST_OK) {
        notice->failures = 0;
    } else if (event->posted == POST_REFUSED) {
        notice->message[0] = '\0'; /* somebody deleted it, or the channel is closed */
        notice->is_fixed = true;
    } else {
        notice->is_dirty = true;
        put_off(engine, notice, now);
    }
}

static void report_unclear(const struct notice *notice, const char *slack_error, struct effects *effects)
{
    struct effect *effect = effects_add(effects, EFFECT_REPORT);

    effect->report = (struct report){
        .event = "warning_unclear", .workloads = (int64_t) notice->count, .failed = -1, .took_s = -1, .warn = true
    };
    text_copy_cut(effect->report.channel, sizeof effect->report.channel, notice->channel);
    text_copy_cut(effect->report.reason, sizeof effect->report.reason, slack_error);
}

static void found(struct engine *engine, struct notice *notice, const struct event *event, int64_t now,
                  struct effects *effects)
{
    switch (event->found) {
    case FIND_FOUND:
        notice->is_dirty = true;
        stand(engine, notice, event->message, effects);
        break;
    case FIND_ABSENT:
        notice->phase = NOTICE_POSTING;
        notice_post(engine, notice, now, effects);
        break;
    case FIND_NOT_ALLOWED:
        report_unclear(notice, event->slack_error, effects);
        stand(engine, notice, "", effects);
        break;
    case FIND_LATER:
        put_off(engine, notice, now);
        break;
    }
}

static void saved(struct engine *engine, struct notice *notice, const struct event *event, int64_t now)
{
    notice->save_ticket = 0;
    notice->is_saved = event->result == SAVE_OK || event->result == SAVE_FAILED;
    notice_want(engine, notice);
    if (!notice->is_saved)
        put_off(engine, notice, now);
}

bool notices_answered(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    for (size_t i = engine->notice_count; i-- > 0;) {
        struct notice *notice = engine->notices[i];
        if (event->kind == EVENT_SAVED ? notice->save_ticket != event->ticket : notice->ticket != event->ticket)
            continue;
        if (event->kind == EVENT_SAVED) {
            saved(engine, notice, event, now);
            return true;
        }
        notice->ticket = 0;
        if (event->kind == EVENT_FOUND)
            found(engine, notice, event, now, effects);
        else if (notice->phase == NOTICE_POSTING)
            posted(engine, notice, event, now, effects);
        else
            updated(engine, notice, event, now);
        return true;
    }
    return false;
}

/* --- the course of time ---------------------------------------------------------------------------------------- */

/* true: something is to be done with it as soon as it is due. */
static bool wants_something(const struct notice *notice)
{
    if (notice->is_open || notice->phase == NOTICE_CLAIMING || notice->ticket != 0 || notice->is_waiting)
        return false;
    if (notice->phase != NOTICE_STANDING)
        return true;
    if (notice->message[0] == '\0')
        return false;
    return notice->is_dirty || (!notice->is_saved && notice->save_ticket == 0);
}

static void go_on(struct engine *engine, struct notice *notice, int64_t now, struct effects *effects)
{
    if (notice->phase == NOTICE_POSTING) {
        notice_post(engine, notice, now, effects);
    } else if (notice->phase == NOTICE_FINDING) {
        find(engine, notice, effects);
    } else {
        if (!notice->is_saved && notice->save_ticket == 0)
            save(engine, notice, effects);
        if (notice->is_dirty)
            update(engine, notice, now, effects);
    }
}

static bool may_be_dropped(const struct engine *engine, const struct notice *notice, int64_t now)
{
    return notice->phase == NOTICE_STANDING && notice->ticket == 0 && notice->save_ticket == 0 &&
           !wants_something(notice) && notice_is_over(engine, notice, now);
}

/* true: it is to be looked at again later. */
static bool look_at(struct engine *engine, struct notice *notice, int64_t now, struct effects *effects)
{
    if (wants_something(notice) && notice->due_at > now)
        return true;
    if (wants_something(notice))
        go_on(engine, notice, now, effects);
    else if (may_be_dropped(engine, notice, now))
        notices_drop(engine, notice);
    return false;
}

/* Those that wait at the front are looked at when the earliest of them is due; those behind them have come since. What comes
 * to want something while it is looked at is appended, and looked at in the same turn. */
void notices_tick(struct engine *engine, int64_t now, struct effects *effects)
{
    bool all = engine->wanting_due_at <= now;
    size_t kept = all ? 0 : engine->wanting_later;
    int64_t due_at = all ? INT64_MAX : engine->wanting_due_at;

    if (!engine->complete)
        return;
    for (size_t i = kept; i < engine->wanting_count; i++) {
        uint64_t id = engine->wanting_notices[i];
        struct notice *notice = notices_find(engine, id);
        if (notice == NULL)
            continue;
        notice->is_wanting = false;
        if (!look_at(engine, notice, now, effects))
            continue;
        notice->is_wanting = true;
        engine->wanting_notices[kept++] = id;
        due_at = notice->due_at < due_at ? notice->due_at : due_at;
    }
    engine->wanting_count = engine->wanting_later = kept;
    engine->wanting_due_at = due_at;
}

int64_t notices_due_at(const struct engine *engine)
{
    return engine->wanting_count == 0 ? INT64_MAX : engine->wanting_due_at;
}

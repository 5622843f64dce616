/* bot/notices.c - the messages that announce stops: which there are, and of which environments they speak.
 *
 * Pure. A warning is claimed in the record of its environment before it is posted, so no other process posts it too. All that
 * are due in one turn for one channel share a message, or several where it is full. What is done with them in the channel
 * stands in posts.c, what they say in notice_lines.c.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

enum {
    SEARCHED_S = 60 * 60, /* after a restart: a claim older than this is not looked for any more */
    COALESCED_S = 2,
    REWRITTEN_S = 12 * 60 * 60 /* after a restart: a message younger than this is written anew */
};

/* --- the list -------------------------------------------------------------------------------------------------- */

/* Index of the first whose id is not below. */
static size_t position_of(const struct engine *engine, uint64_t id)
{
    size_t low = 0, high = engine->notice_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (engine->notices[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct notice *notices_find(const struct engine *engine, uint64_t id)
{
    size_t position = position_of(engine, id);

    return position < engine->notice_count && engine->notices[position]->id == id ? engine->notices[position] : NULL;
}

struct notice *notices_add(struct engine *engine, uint64_t id, const char *channel)
{
    struct notice *notice = memory_new(1, sizeof *notice);
    size_t position = position_of(engine, id);

    if (engine->notice_count == engine->notice_capacity) {
        engine->notice_capacity = engine->notice_capacity == 0 ? 16 : engine->notice_capacity * 2;
        engine->notices = memory_grow(engine->notices, engine->notice_capacity, sizeof(struct notice *));
    }
    memmove(&engine->notices[position + 1], &engine->notices[position],
            (engine->notice_count - position) * sizeof(struct notice *));
    engine->notices[position] = notice;
    engine->notice_count++;
    notice->id = id;
    text_copy_cut(notice->channel, sizeof notice->channel, channel);
    return notice;
}

static void notice_free(struct notice *notice)
{
    free(notice->items);
    free(notice);
}

void notices_can_wait(struct engine *engine, const struct environment *environment, int64_t now)
{
    uint64_t id = environment->kept == NULL ? 0 : kept_notice(environment->kept);
    struct notice *notice = id == 0 ? NULL : notices_find(engine, id);

    if (notice != NULL && notice->due_at < now + COALESCED_S)
        notice->due_at = now + COALESCED_S;
}

void notice_leave(struct engine *engine, struct environment *environment)
{
    environment->noticed--;
    environment_drop_if_gone(engine, environment);
}

void notices_drop(struct engine *engine, struct notice *notice)
{
    size_t position = position_of(engine, notice->id);

    engine->notice_count--;
    memmove(&engine->notices[position], &engine->notices[position + 1],
            (engine->notice_count - position) * sizeof(struct notice *));
    for (size_t i = 0; i < notice->count; i++)
        notice_leave(engine, notice->items[i]);
    notice_free(notice);
}

void notices_release(struct engine *engine)
{
    for (size_t i = 0; i < engine->notice_count; i++)
        notice_free(engine->notices[i]);
    free(engine->notices);
    free(engine->open_notices);
    free(engine->wanting_notices);
    free(engine->broken_channels);
}

void notice_add_item(struct notice *notice, struct environment *environment)
{
    if (notice->count == notice->capacity) {
        notice->capacity = notice->capacity == 0 ? 1 : notice->capacity * 2;
        notice->items = memory_grow(notice->items, notice->capacity, sizeof(struct environment *));
    }
    notice->items[notice->count++] = environment;
    environment->noticed++;
}

void notice_want(struct engine *engine, struct notice *notice)
{
    if (notice->is_wanting)
        return;
    if (engine->wanting_count == engine->wanting_capacity) {
        engine->wanting_capacity = engine->wanting_capacity == 0 ? 16 : engine->wanting_capacity * 2;
        engine->wanting_notices =
            memory_grow(engine->wanting_notices, engine->wanting_capacity, sizeof *engine->wanting_notices);
    }
    notice->is_wanting = true;
    engine->wanting_notices[engine->wanting_count++] = notice->id;
}

void notices_touch(struct engine *engine, const struct environment *environment)
{
    uint64_t id = environment->kept == NULL ? 0 : kept_notice(environment->kept);
    struct notice *notice = id == 0 ? NULL : notices_find(engine, id);

    if (notice == NULL)
        return;
    notice->is_dirty = true;
    notice_want(engine, notice);
}

bool notices_show(const struct engine *engine, const struct environment *environment)
{
    const struct notice *notice =
        environment_has_record(environment) ? notices_find(engine, kept_notice(environment->kept)) : NULL;

    return notice != NULL && notice->message[0] != '\0';
}

/* --- claiming -------------------------------------------------------------------------------------------------- */

struct notice *notices_open(struct engine *engine, const char *channel, int64_t now)
{
    for (size_t i = 0; i < engine->open_count; i++) {
        struct notice *notice = engine->open_notices[i];
        if (text_equal(notice->channel, channel) && notice->count + notice->claiming < ANNOUNCEMENT_LINES_MAX)
            return notice;
    }
    uint64_t id = ((uint64_t) engine->options.identity << 32) | ++engine->last_notice;
    struct notice *notice = notices_add(engine, id, channel);
    notice->is_open = true;
    notice->claimed_at = now;
    if (engine->open_count == engine->open_capacity) {
        engine->open_capacity = engine->open_capacity == 0 ? 8 : engine->open_capacity * 2;
        engine->open_notices = memory_grow(engine->open_notices, engine->open_capacity, sizeof(struct notice *));
    }
    engine->open_notices[engine->open_count++] = notice;
    return notice;
}

static void post_when_settled(struct engine *engine, struct notice *notice, int64_t now, struct effects *effects)
{
    if (notice->is_open || notice->claiming > 0)
        return;
    notice->phase = NOTICE_POSTING;
    notice_post(engine, notice, now, effects);
}

void notices_close(struct engine *engine, int64_t now, struct effects *effects)
{
    size_t count = engine->open_count;

    engine->open_count = 0;
    for (size_t i = 0; i < count; i++) {
        engine->open_notices[i]->is_open = false;
        post_when_settled(engine, engine->open_notices[i], now, effects);
    }
}

void notices_settle(struct engine *engine, uint64_t id, struct environment *environment, bool is_claimed, int64_t now,
                    struct effects *effects)
{
    struct notice *notice = notices_find(engine, id);

    if (notice == NULL)
        return;
    notice->claiming--;
    if (is_claimed)
        notice_add_item(notice, environment);
    post_when_settled(engine, notice, now, effects);
}

/* --- what is known from elsewhere ------------------------------------------------------------------------------ */

void notices_learn(struct engine *engine, const struct inbox_entry *click, uint64_t id)
{
    struct notice *notice = id == 0 ? NULL : notices_find(engine, id);

    if (notice == NULL || notice->is_fixed || notice->message[0] != '\0' || notice->phase != NOTICE_STANDING ||
        click->message[0] == '\0')
        return;
    text_copy_cut(notice->channel, sizeof notice->channel, click->channel);
    text_copy_cut(notice->message, sizeof notice->message, click->message);
    notice->is_dirty = true;
    notice->is_saved = false;
    notice_want(engine, notice);
}

void notices_restore(struct engine *engine, const struct notice_record *record)
{
    if (record->id == 0 || notices_find(engine, record->id) != NULL)
        return;
    struct notice *notice = notices_add(engine, record->id, record->channel);
    text_copy_cut(notice->message, sizeof notice->message, record->message);
    notice->phase = NOTICE_STANDING;
    notice->is_saved = true;
    notice->claimed_at = record->posted_at;
}

/* A warning that was claimed by a process that ended: it may have been posted or not. */
static struct notice *search_for(struct engine *engine, const struct environment *environment,
                                 const struct record *record, int64_t now)
{
    if (!environment_is_scheduled(environment) || record->warned_stop_at < now - SEARCHED_S)
        return NULL;
    struct notice *notice = notices_add(engine, record->notice, environment->settings->channel);
    notice->phase = NOTICE_FINDING;
    notice->claimed_at = record->warned_stop_at - record->warned_before_s;
    return notice;
}

void notices_complete(struct engine *engine, int64_t now)
{
    for (size_t i = 0; i < engine->environments.count; i++) {
        struct environment *environment = engine->environments.items[i];
        struct record record;
        if (!environment->present || !environment_read_record(environment, &record) || record.notice == 0)
            continue;
        struct notice *notice = notices_find(engine, record.notice);
        if (notice == NULL)
            notice = search_for(engine, environment, &record, now);
        if (notice != NULL && notice->count < ANNOUNCEMENT_LINES_MAX) /* what a store says may be anything */
            notice_add_item(notice, environment);
    }
    for (size_t i = engine->notice_count; i-- > 0;) {
        struct notice *notice = engine->notices[i];
        notice->is_dirty = notice->phase == NOTICE_STANDING && now - notice->claimed_at < REWRITTEN_S;
        if (notice->count == 0)
            notices_drop(engine, notice);
        else
            notice_want(engine, notice);
    }
}

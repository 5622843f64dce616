/* bot/notice_lines.c - what a notice says of each environment, by what is recorded of it now.
 *
 * Pure. Nothing is kept for it: a message that is written anew says what is so, also after a restart.
 */
#include "base/text.h"
#include "bot/engine_state.h"

enum { KEPT_S = 2 * 24 * 60 * 60 };

static enum announcement_state state_of_record(const struct notice *notice, const struct record *record,
                                               int64_t next_stop_at)
{
    if (record->notice != notice->id)
        return ANNOUNCEMENT_RENEWED;
    if (record->state == RECORD_STOPPING)
        return ANNOUNCEMENT_STOPPING;
    if (record->state == RECORD_ASLEEP)
        return record->partly ? ANNOUNCEMENT_PARTLY : ANNOUNCEMENT_STOPPED;
    if (record->warned_stop_at == 0) /* a start begins with nothing announced */
        return ANNOUNCEMENT_STARTED;
    return next_stop_at == record->warned_stop_at ? ANNOUNCEMENT_STANDS : ANNOUNCEMENT_MOVED;
}

static void fill_line(const struct engine *engine, const struct notice *notice, const struct environment *environment,
                      int64_t now, struct record *record, struct announcement_line *line)
{
    struct outlook outlook;

    *record = (struct record){ .state = RECORD_AWAKE };
    night_fill_outlook(engine, environment, record, now, &outlook);
    *line = (struct announcement_line){
        .name = environment->name,
        .uid = environment->uid,
        .state = ANNOUNCEMENT_SILENCED,
        .stop_at = record->warned_stop_at,
        .next_stop_at = outlook.stop.at,
        .deadline = outlook.deadline,
        .since_at = record->since_at,
        .workloads = record->remembered,
        .by = record->by,
    };
    if (!environment_is_scheduled(environment) || !environment_has_record(environment))
        return;
    line->state = state_of_record(notice, record, outlook.stop.at);
    if (line->state == ANNOUNCEMENT_MOVED)
        line->by = outlook.deadline_by;
}

void notice_fill_lines(const struct engine *engine, const struct notice *notice, int64_t now, struct record *records,
                       struct announcement_line *lines)
{
    for (size_t i = 0; i < notice->count; i++)
        fill_line(engine, notice, notice->items[i], now, &records[i], &lines[i]);
}

void notice_keep_standing(struct engine *engine, struct notice *notice, int64_t now)
{
    size_t kept = 0;

    for (size_t i = 0; i < notice->count; i++) {
        struct record record;
        struct announcement_line line;
        fill_line(engine, notice, notice->items[i], now, &record, &line);
        if (line.state == ANNOUNCEMENT_STANDS)
            notice->items[kept++] = notice->items[i];
        else
            notice_leave(engine, notice->items[i]);
    }
    notice->count = kept;
}

bool notice_is_over(const struct engine *engine, const struct notice *notice, int64_t now)
{
    if (now - notice->claimed_at > KEPT_S)
        return true;
    for (size_t i = 0; i < notice->count; i++) {
        struct record record;
        struct announcement_line line;
        fill_line(engine, notice, notice->items[i], now, &record, &line);
        if (line.state != ANNOUNCEMENT_RENEWED && line.state != ANNOUNCEMENT_SILENCED)
            return false;
    }
    return true;
}

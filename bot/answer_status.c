/* bot/answer_status.c - how an environment stands, in one word, in one sentence, and what is wrong with it. */
#include "bot/answer_status.h"

#include <stdio.h>

#include "base/text.h"
#include "base/zone.h"
#include "bot/answer_keepers.h"
#include "bot/answer_names.h"
#include "bot/answer_parts.h"
#include "bot/environments.h"
#include "bot/message.h"
#include "bot/transition.h"
#include "store/record.h"

/* --- the state ------------------------------------------------------------------------------------------------- */

static enum record_state record_state_of(const struct outcome *outcome)
{
    struct record record;

    return environment_read_record(outcome->environment, &record) ? record.state : RECORD_AWAKE;
}

/* At 0, suspended or paused, by our hand. */
static size_t count_asleep(const struct standing *standing)
{
    return standing->asleep + standing->suspended + standing->paused;
}

/* Of what decides: is any of it running, and is any of it not ready? */
static bool is_running(const struct standing *standing)
{
    return standing->apps > 0 ? standing->apps_running > 0 : standing->running > 0;
}

static bool is_unready(const struct standing *standing)
{
    return standing->apps > 0 ? standing->apps_unready > 0 : standing->unready > 0;
}

static bool is_up_by_apps(const struct standing *standing)
{
    return standing->apps > 0 && standing->apps_running == standing->apps && standing->apps_unready == 0;
}

/* The record says that it is asleep. */
static enum answer_state state_asleep(const struct standing *standing)
{
    if (standing->running > 0 || standing->brought_back > 0)
        return STATE_PARTLY;
    if (standing->wanted == 0 && (standing->existing > 0 || standing->unready > 0))
        return STATE_STOPPING;
    return STATE_STOPPED;
}

static enum answer_state state_awake(const struct standing *standing)
{
    if (standing->workloads > 0 && standing->running == 0 && count_asleep(standing) == 0)
        return STATE_STOPPED;
    if (is_up_by_apps(standing))
        return STATE_UP;
    if (is_unready(standing))
        return STATE_DEGRADED;
    if (count_asleep(standing) > 0 || (standing->workloads > 0 && !is_running(standing)))
        return STATE_PARTLY;
    return STATE_UP;
}

enum answer_state answer_state_of(const struct outcome *outcome)
{
    enum record_state recorded = record_state_of(outcome);

    if (outcome->kind == OUTCOME_FAILED || outcome->kind == OUTCOME_CONTINUES)
        return STATE_UNKNOWN;
    if (outcome->under_way == VERB_STOP || recorded == RECORD_STOPPING)
        return STATE_STOPPING;
    if (outcome->under_way == VERB_START || recorded == RECORD_STARTING)
        return STATE_STARTING;
    return recorded == RECORD_ASLEEP ? state_asleep(&outcome->standing) : state_awake(&outcome->standing);
}

/* --- the sentence ---------------------------------------------------------------------------------------------- */

static void append_ready(const struct outcome *outcome, struct buffer *target)
{
    buffer_append_format(target, "%d/%d ready", outcome->standing.ready, outcome->standing.wanted);
}

/* "1 workload at 0, 2 CronJobs suspended": of what there is. */
static void append_asleep(const struct standing *standing, const char *at_0, bool is_first, struct buffer *target)
{
    const struct {
        size_t count;
        const char *noun, *how;
    } kinds[] = { { standing->asleep, "workload", at_0 },
                  { standing->suspended, "CronJob", "suspended" },
                  { standing->paused, "autoscaler", "paused" } };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        bool is_told = kinds[i].count > 0 || (i == 0 && is_first && count_asleep(standing) == 0);
        if (!is_told)
            continue;
        buffer_append_text(target, is_first ? "" : ", ");
        answer_append_count(target, kinds[i].count, kinds[i].noun);
        buffer_append_format(target, " %s", kinds[i].how);
        is_first = false;
    }
}

static void append_stopping(const struct outcome *outcome, struct buffer *target)
{
    const struct standing *standing = &outcome->standing;

    if (outcome->under_way == VERB_STOP || record_state_of(outcome) == RECORD_STOPPING) {
        buffer_append_text(target, " is stopping now");
    } else if (standing->existing > 0) {
        buffer_append_text(target, " is stopping: ");
        answer_append_count(target, (size_t) standing->existing, "pod");
        buffer_append_text(target, " not gone yet");
    } else { /* how many pods there are is not known */
        buffer_append_text(target, " is stopping: its controllers have not seen it yet");
    }
}

static void append_partly_stopped(const struct outcome *outcome, struct buffer *target)
{
    const struct standing *standing = &outcome->standing;

    buffer_append_text(target, " is partly stopped: ");
    if (standing->running > 0) {
        answer_append_count(target, standing->running, "workload");
        buffer_append_text(target, standing->running == 1 ? " still runs (" : " still run (");
        append_ready(outcome, target);
        buffer_append_char(target, ')');
    } else {
        buffer_append_text(target, "not all of its CronJobs and autoscalers rest");
    }
}

static void append_apps(const struct outcome *outcome, struct buffer *target)
{
    struct answer_names names = { .count = 0 };

    for (size_t i = 0; i < outcome->seen->count; i++)
        if (outcome->seen->items[i].is_app)
            answer_names_add(&names, outcome->seen->items[i].name);
    answer_append_names(target, &names);
}

static void append_awake(const struct outcome *outcome, enum answer_state state, struct buffer *target)
{
    const struct standing *standing = &outcome->standing;

    if (standing->workloads == 0 && standing->unsuspended > 0) {
        buffer_append_text(target, " is up: ");
        answer_append_count(target, standing->unsuspended, "CronJob");
    } else if (standing->workloads == 0) {
        buffer_append_text(target, " has no workloads");
    } else {
        buffer_append_format(target, " is %s", state == STATE_PARTLY ? "partly up" : answer_state_word(state));
        if (is_up_by_apps(standing) && standing->unready > 0) { /* although the others are not ready */
            buffer_append_text(target, " by ");
            append_apps(outcome, target);
        }
        buffer_append_text(target, ": ");
        append_ready(outcome, target);
        if (state == STATE_PARTLY && !is_running(standing) && standing->running > 0) {
            buffer_append_text(target, ", without ");
            append_apps(outcome, target);
        }
    }
    if (count_asleep(standing) > 0)
        append_asleep(standing, "left at 0", false, target);
}

static void append_state(const struct outcome *outcome, enum answer_state state, struct buffer *target)
{
    bool is_asleep = record_state_of(outcome) == RECORD_ASLEEP;

    if (state == STATE_STOPPING) {
        append_stopping(outcome, target);
    } else if (state == STATE_PARTLY && is_asleep) {
        append_partly_stopped(outcome, target);
    } else if (state == STATE_STOPPED && is_asleep) {
        buffer_append_text(target, " is stopped: ");
        append_asleep(&outcome->standing, "at 0", true, target);
    } else if (state == STATE_STOPPED) {
        buffer_append_text(target, " is stopped, but not by Curfew: ");
        answer_append_count(target, outcome->standing.workloads, "workload");
        buffer_append_text(target, " at 0");
    } else {
        append_awake(outcome, state, target);
    }
}

static void append_since(const struct outcome *outcome, struct buffer *target)
{
    struct record record;

    if (!environment_read_record(outcome->environment, &record) || record.by[0] == '\0')
        return;
    buffer_append_text(target, ", since ");
    message_append_instant(target, record.since_at);
    buffer_append_text(target, " by ");
    answer_append_by(target, record.by);
}

static void append_next(const struct outcome *outcome, struct buffer *target)
{
    const struct outlook *outlook = &outcome->outlook;
    bool is_asleep = record_state_of(outcome) == RECORD_ASLEEP;

    if (outcome->under_way == VERB_STOP)
        return;
    if (outlook->is_scheduled && !is_asleep && outlook->stop.source == PLAN_STOP_NONE)
        buffer_append_text(target, " It has no curfew.");
    else
        answer_outlook(outcome->environment->name, outlook, target);
}

/* --- what is wrong --------------------------------------------------------------------------------------------- */

/* With its annotations and its channel, however it stands. */
static void append_faults(const struct outcome *outcome, struct buffer *target)
{
    if (outcome->wrong != NULL && outcome->wrong[0] != '\0') {
        answer_begin_line(outcome, target);
        message_append_escaped(target, outcome->wrong);
        buffer_append_char(target, '\n');
    }
    if (outcome->channel_error != NULL && outcome->channel_error[0] != '\0') {
        answer_begin_line(outcome, target);
        buffer_append_text(target, "its channel ");
        message_append_code(target, outcome->channel);
        buffer_append_text(target, " does not take messages: ");
        message_append_escaped(target, outcome->channel_error);
        buffer_append_char(target, '\n');
    }
}

/* The record says that it is asleep, and nothing of ours is under way. */
static bool is_meant_to_sleep(const struct outcome *outcome)
{
    return outcome->under_way == VERB_COUNT && record_state_of(outcome) == RECORD_ASLEEP;
}

static void append_wrong(const struct outcome *outcome, struct buffer *target)
{
    append_faults(outcome, target);
    answer_append_unready(outcome, target);
    if (is_meant_to_sleep(outcome) && outcome->remembered != NULL)
        answer_append_brought_back(outcome, target);
    answer_append_unread(outcome, target);
}

static void append_unknown(const struct outcome *outcome, struct buffer *target)
{
    message_append_code(target, outcome->environment->name);
    buffer_append_text(target, " cannot be read: ");
    message_append_escaped(target, outcome->error->message);
    buffer_append_text(target, ". So how it stands is unknown.\n");
}

void answer_status(const struct outcome *outcome, struct buffer *target)
{
    enum answer_state state = answer_state_of(outcome);

    if (state == STATE_UNKNOWN) {
        append_unknown(outcome, target);
        return;
    }
    message_append_code(target, outcome->environment->name);
    append_state(outcome, state, target);
    append_since(outcome, target);
    buffer_append_text(target, outcome->environment->scheduler == SCHEDULER_DISABLED
                                   ? " (by hand only: scheduler=disabled)."
                                   : ".");
    if (is_meant_to_sleep(outcome)) {
        answer_append_owned(outcome->seen, target);
        answer_append_going_on(outcome->seen, target);
    }
    append_next(outcome, target);
    buffer_append_char(target, '\n');
    append_wrong(outcome, target);
    if (is_meant_to_sleep(outcome) && outcome->standing.brought_back > 0)
        return; /* who brings it back was said, with what ends it */
    answer_append_keepers(outcome, target);
    answer_append_waking(outcome, target);
}

/* --- beside others --------------------------------------------------------------------------------------------- */

/* "Fri 20:00", and from a week on "4 Dec 20:00", by the clocks of the zone. */
static void write_instant(const struct zone *zone, int64_t now, int64_t at, const char *word, struct status_row *row)
{
    static const char *const weekdays[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    struct local_time local = zone_local_time(zone, at);
    int64_t days_s = calendar_midnight(zone_local_s(zone, at)) - calendar_midnight(zone_local_s(zone, now));

    if (days_s >= 0 && days_s < WEEK_SECONDS)
        snprintf(row->next, sizeof row->next, "%s %s %02d:%02d", word, weekdays[local.weekday], local.hour,
                 local.minute);
    else
        snprintf(row->next, sizeof row->next, "%s %d %s %02d:%02d", word, local.day, months[local.month - 1],
                 local.hour, local.minute);
    text_copy_cut(row->zone, sizeof row->zone, zone_name(zone));
}

static bool is_person(const char *by)
{
    return by != NULL && by[0] != '\0' && !text_equal(by, "curfew") && !text_equal(by, "schedule");
}

static void fill_next(const struct outcome *outcome, struct status_row *row)
{
    const struct outlook *outlook = &outcome->outlook;
    const struct settings *own = outcome->environment->settings;
    const struct zone *zone = own != NULL && own->schedule.zone != NULL ? own->schedule.zone : zone_utc();

    if (outcome->under_way == VERB_STOP)
        return;
    if (outlook->stop.source != PLAN_STOP_NONE && outlook->stop.at != INT64_MAX)
        write_instant(zone, outcome->now, outlook->stop.at, "stops", row);
    else if (outlook->is_scheduled && outlook->start_at != INT64_MAX && outlook->start_at != INT64_MIN)
        write_instant(zone, outcome->now, outlook->start_at, "starts", row);
    if (outlook->stop.source != PLAN_STOP_NONE && outlook->stop.source != PLAN_STOP_CURFEW &&
        outlook->deadline != DEADLINE_NONE && is_person(outlook->deadline_by))
        text_copy_cut(row->mover, sizeof row->mover, outlook->deadline_by);
}

static void append_row(const struct outcome *outcome, enum answer_state state, struct buffer *target)
{
    struct status_row row = { .state = state, .ready = "-", .next = "-" };

    text_copy_cut(row.name, sizeof row.name, outcome->environment->name);
    if (state != STATE_UNKNOWN && outcome->standing.wanted > 0)
        snprintf(row.ready, sizeof row.ready, "%d/%d", outcome->standing.ready, outcome->standing.wanted);
    fill_next(outcome, &row);
    status_row_write(&row, target);
}

void answer_status_beside(const struct outcome *outcome, struct buffer *target)
{
    enum answer_state state = answer_state_of(outcome);

    append_row(outcome, state, target);
    if (state == STATE_UNKNOWN) {
        answer_begin_line(outcome, target);
        message_append_escaped(target, outcome->error->message);
        buffer_append_char(target, '\n');
    } else {
        append_wrong(outcome, target);
    }
}

/* bot/night.c - what is due by itself: adopted, announced, stopped, started.
 *
 * Pure. Each environment has one due instant in the agenda, found anew whenever its record, its schedule or what is under
 * way for it changes. When it has come, the plan says what it is for; the decision itself rests on the record at the moment
 * it is saved, so a plan that has grown stale changes nothing.
 */
#include "bot/engine_state.h"

#include "base/text.h"

enum {
    ANNOUNCING_MAX = 512, /* decisions by themselves at once */
    PREPARE_S = 5,        /* a stop is read for so long before it is due, so that its first write is on time */
    FUTURE_S = 60 * 60,
};

void night_fill_rules(const struct engine *engine, const struct environment *environment, struct wish_rules *ret_rules)
{
    *ret_rules = (struct wish_rules){
        .rhythm = environment_rhythm(environment),
        .warnings = &engine->options.warnings,
        .lease_s = engine->options.lease_s,
        .prolong_max_s = engine->options.prolong_max_s,
    };
    if (ret_rules->rhythm != 0)
        ret_rules->schedule = &environment->settings->schedule;
}

void night_fill_view(const struct engine *engine, const struct environment *environment, int64_t now,
                     struct plan_view *ret_view)
{
    environment_fill_plan(environment, &engine->options.warnings, now, ret_view);
}

void night_fill_outlook(const struct engine *engine, const struct environment *environment, struct record *record,
                        int64_t now, struct outlook *ret_outlook)
{
    struct plan_view view;
    bool has_record = environment_read_record(environment, record);

    night_fill_view(engine, environment, now, &view);
    *ret_outlook = (struct outlook){
        .stop = { .at = INT64_MAX }, .start_at = INT64_MAX, .deadline_by = "", .is_scheduled = view.schedule != NULL
    };
    if (view.awake)
        ret_outlook->stop = plan_next_stop(&view);
    else if (view.schedule != NULL)
        ret_outlook->start_at = schedule_next_start(view.schedule, now);
    if (!has_record || !view.awake || view.deadline_at == 0 || plan_deadline_is_over(&view, now))
        return;
    ret_outlook->deadline = record->deadline;
    ret_outlook->deadline_by = record->deadline_by;
}

/* Nothing was decided in the future: the clock was wrong then, or the record is. Taken at its word, it would hold up
 * everything until that instant. */
static int64_t not_in_future(int64_t at, int64_t now)
{
    return at > now + FUTURE_S ? now : at;
}

void night_mend(struct record *record, int64_t now)
{
    record->since_at = not_in_future(record->since_at, now);
    record->settled_at = not_in_future(record->settled_at, now);
    record->deadline_set_at = not_in_future(record->deadline_set_at, now);
}

void night_keep(struct engine *engine, struct environment *environment, const struct record *record)
{
    const struct work *work = environment->work;
    char revision[RECORD_REVISION_SIZE];

    environment_revision(environment, revision);
    bool is_news = record == NULL || revision[0] == '\0' || !text_equal(record->revision, revision);
    if (is_news) { /* what is known already stays as it was mended */
        notices_touch(engine, environment);
        environment_keep(environment, record);
        notices_touch(engine, environment);
    }
    environment->is_unread = false;
    environment->is_unannounced =
        work != NULL && record != NULL && work->unposted_notice != 0 && record->notice == work->unposted_notice;
}

void night_keep_read(struct engine *engine, struct environment *environment, const struct record *record, int64_t now)
{
    struct record mended;

    if (record != NULL) {
        mended = *record;
        night_mend(&mended, now);
    }
    night_keep(engine, environment, record == NULL ? NULL : &mended);
}

int64_t night_pause_s(int failures, int64_t step_s, int64_t most_s)
{
    int64_t pause_s = failures * step_s;

    return pause_s < most_s ? pause_s : most_s;
}

/* --- planning -------------------------------------------------------------------------------------------------- */

/* What is recorded speaks of another schedule than it has now, or there is nothing recorded of it. */
static bool needs_adoption(const struct environment *environment)
{
    uint32_t rhythm = environment_rhythm(environment);

    if (!environment_has_record(environment))
        return rhythm != 0;
    return kept_rhythm(environment->kept) != rhythm;
}

static bool is_busy(const struct environment *environment)
{
    const struct work *work = environment->work;

    if (work == NULL)
        return false;
    return work->decision != NULL || work->queue != NULL || work->waiting != NULL ||
           (work->operation != NULL && !operation_is_resting(work->operation));
}

/* Records of deleted namespaces expire. That of one which is there again does not, and needs no new start. */
static bool needs_expiry(const struct environment *environment)
{
    if (environment->kept == NULL)
        return false;
    return environment->present ? environment->is_gone && environment_has_record(environment) : true;
}

static int64_t wanted_at(const struct engine *engine, const struct environment *environment, int64_t now)
{
    struct plan_view view;

    if (!engine->complete || is_busy(environment))
        return INT64_MAX;
    if (needs_expiry(environment))
        return now;
    if (!environment->present || environment->terminating)
        return INT64_MAX;
    if (needs_adoption(environment) || (environment->is_unread && environment_takes_part(environment)))
        return now;
    if (!environment_is_scheduled(environment))
        return INT64_MAX;
    night_fill_view(engine, environment, now, &view);
    struct plan plan = plan_next(&view, now);
    return plan.action == PLAN_STOP ? plan.at - PREPARE_S : plan.at;
}

void night_plan(struct engine *engine, struct environment *environment, int64_t now)
{
    int64_t at = wanted_at(engine, environment, now);

    if (environment->work != NULL && at < environment->work->not_before_at)
        at = environment->work->not_before_at;
    agenda_set(&engine->agenda, environment, at);
}

bool night_still_wants(const struct engine *engine, const struct environment *environment, enum verb verb, int64_t now)
{
    struct plan_view view;

    if (!environment_is_scheduled(environment) || environment->is_unread || needs_adoption(environment))
        return false;
    night_fill_view(engine, environment, now, &view);
    struct plan plan = plan_next(&view, now);
    return plan.at <= now && plan.action == (verb == VERB_STOP ? PLAN_STOP : PLAN_START);
}

/* --- acting ---------------------------------------------------------------------------------------------------- */

static size_t operating_max(const struct engine *engine)
{
    return engine->options.operating_max > 0 ? engine->options.operating_max : ENGINE_OPERATING_MAX;
}

/* Stops and starts by themselves that wait for an answer. Those of people, and those that rest or wait until everything is
 * ready, keep nobody else waiting. */
static size_t operating(const struct engine *engine)
{
    size_t count = 0;

    for (size_t i = 0; i < engine->operation_count; i++) {
        const struct operation *operation = engine->operations[i];
        count += operation->by_itself && (operation->phase == OPERATION_PREPARED ||
                                          (operation->ticket != 0 && operation->phase != OPERATION_READYING));
    }
    return count;
}

/* Only so much is under way by itself; what is due beyond that begins together when all of it is done, so that warnings go
 * out in full messages and not one by one. */
static bool has_room(struct engine *engine)
{
    if (engine->announcing >= ANNOUNCING_MAX)
        engine->is_full = true;
    return !engine->is_full && operating(engine) < operating_max(engine);
}

static void announce(struct engine *engine, struct environment *environment, int64_t now, struct effects *effects)
{
    struct notice *notice = notices_open(engine, environment->settings->channel, now);

    notice->claiming++;
    decision_by_itself(engine, environment, DECISION_ANNOUNCE, notice->id, now, effects);
}

static void act(struct engine *engine, struct environment *environment, int64_t now, struct effects *effects)
{
    struct plan_view view;

    if (needs_expiry(environment)) {
        decision_by_itself(engine, environment, DECISION_EXPIRE, 0, now, effects);
        return;
    }
    if (environment->is_unread || needs_adoption(environment)) {
        decision_by_itself(engine, environment, DECISION_ADOPT, 0, now, effects);
        return;
    }
    night_fill_view(engine, environment, now, &view);
    struct plan plan = plan_next(&view, now);
    int64_t early_s = plan.action == PLAN_STOP ? PREPARE_S : 0;
    switch (plan.at - early_s <= now ? plan.action : PLAN_NOTHING) {
    case PLAN_WARN:
    case PLAN_POSTPONE:
        announce(engine, environment, now, effects);
        break;
    case PLAN_STOP:
    case PLAN_START:
        operation_want_by_itself(engine, environment, &plan, now, effects);
        break;
    case PLAN_SETTLE:
        decision_by_itself(engine, environment, DECISION_SETTLE, 0, now, effects);
        break;
    case PLAN_NOTHING:
        night_plan(engine, environment, now);
        break;
    }
}

void night_tick(struct engine *engine, int64_t now, struct effects *effects)
{
    struct environment *environment;

    if (!engine->complete || engine->is_ending)
        return;
    if (engine->announcing == 0)
        engine->is_full = false;
    while ((environment = agenda_first(&engine->agenda)) != NULL && environment->due_at <= now && has_room(engine)) {
        agenda_set(&engine->agenda, environment, INT64_MAX);
        act(engine, environment, now, effects);
    }
    notices_close(engine, now, effects);
}

int64_t night_due_at(const struct engine *engine)
{
    const struct environment *environment = agenda_first(&engine->agenda);

    /* Without room it begins when something ends. */
    if (environment == NULL || engine->is_full || engine->is_ending || operating(engine) >= operating_max(engine))
        return INT64_MAX;
    return environment->due_at;
}

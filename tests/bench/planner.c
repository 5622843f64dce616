/* tests/bench/planner.c - the engine's own parts, called in the order in which night.c and decisions.c call them. */
#include "tests/bench/planner.h"

#include <stdio.h>
#include <time.h>

#include "base/text.h"
#include "bot/agenda.h"
#include "bot/environments.h"
#include "bot/wish.h"
#include "tests/bench/player.h"

struct planner {
    const struct engine_options *options;
    struct environments environments;
    struct agenda agenda;
    int64_t now;
};

static void plan(struct planner *planner, struct environment *environment)
{
    struct plan_view view;

    environment_fill_plan(environment, &planner->options->warnings, planner->now, &view);
    agenda_set(&planner->agenda, environment, plan_next(&view, planner->now).at);
}

static void add(struct planner *planner, size_t number)
{
    struct namespace seen = { .scheduler = SCHEDULER_ENABLED };
    struct record record = { .state = RECORD_AWAKE, .settled_at = planner->now, .by = "schedule" };

    (void) snprintf(seen.name, sizeof seen.name, "team-%06zu-dev", number);
    (void) snprintf(seen.uid, sizeof seen.uid, "6f0c3a52-7d1e-4b8a-9c55-%012zx", number);
    struct environment *environment = environments_get(&planner->environments, seen.name);
    environments_see(&planner->environments, environment, &seen);
    text_copy_cut(record.namespace, sizeof record.namespace, seen.name);
    text_copy_cut(record.uid, sizeof record.uid, seen.uid);
    text_copy_cut(record.revision, sizeof record.revision, "9d2b60c7e1f4835a9d2b60c7e1f4835a");
    record.rhythm = environment_rhythm(environment);
    environment_keep(environment, &record);
    plan(planner, environment);
}

static void decide(struct planner *planner, struct environment *environment, struct planned_night *night)
{
    struct wish_rules rules = { .schedule = &environment->settings->schedule,
                                .rhythm = environment_rhythm(environment),
                                .warnings = &planner->options->warnings,
                                .lease_s = planner->options->lease_s,
                                .prolong_max_s = planner->options->prolong_max_s };
    struct plan_view view;
    struct record record;

    if (!environment_read_record(environment, &record))
        return;
    environment_fill_plan(environment, rules.warnings, planner->now, &view);
    struct plan next = plan_next(&view, planner->now);
    if (next.action == PLAN_WARN) {
        night->warnings += wish_announce(&rules, &next, 1, planner->now, &record);
    } else if (next.action == PLAN_STOP) {
        record.state = RECORD_ASLEEP;
        wish_stop(&rules, next.stop_at, &record);
        night->stops++;
    }
    environment_keep(environment, &record);
    plan(planner, environment);
}

void planner_pass_night(const struct engine_options *options, size_t count, int64_t now,
                        struct planned_night *ret_night)
{
    struct planner planner = { .options = options, .now = now };
    struct environment *environment = NULL;

    *ret_night = (struct planned_night){ 0 };
    planner.environments.settings.defaults = options->settings;
    for (size_t i = 0; i < count; i++)
        add(&planner, i);
    double begun_s = player_cpu_s();
    while ((environment = agenda_first(&planner.agenda)) != NULL) {
        planner.now = environment->due_at > planner.now ? environment->due_at : planner.now;
        decide(&planner, environment, ret_night);
    }
    ret_night->cpu_s = player_cpu_s() - begun_s;
    agenda_release(&planner.agenda);
    environments_release(&planner.environments);
}

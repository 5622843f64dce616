/* tests/sim/judge_rest.c - once faults have ended everything is as schedule, record and wishes say. */
#include "base/text.h"
#include "tests/sim/judge_state.h"

enum {
    LOOK_MS = 5 * 60 * 1000,
    REST_MS = SIM_REST_S * 1000,
    REQUEST_MS = 7 * 60 * 1000,         /* readiness is waited for, for five minutes */
    REWRITTEN_MS = 11 * 60 * 60 * 1000, /* an older message is not written anew by a process that has just begun */
    CLAIM_KEPT_MS = 2 * 24 * 60 * 60 * 1000,
};

/* ---- schedule and record ---- */

/* The next group of a start waits until the one before it is ready, each for so long. */
static bool may_wait_for_group(const struct sim *sim, int site)
{
    const struct site *place = &sim->sites[site];
    int64_t longest_ms = REST_MS + SITE_WORKLOADS_MAX * sim->options.ready_timeout_s * 1000;
    int64_t since_ms = sim->judge.sites[site].begun_ms; /* or taken up again */
    bool has_groups = false;

    since_ms = sim->troubled_ms > since_ms ? sim->troubled_ms : since_ms;
    since_ms = sim->fair_since_ms > since_ms ? sim->fair_since_ms : since_ms;
    for (size_t i = 1; i < place->workload_count; i++)
        has_groups = has_groups || place->workloads[i].workload.order != place->workloads[0].workload.order;
    return has_groups && sim->now_ms - since_ms < longest_ms;
}

static void check_due(struct sim *sim, int site, const struct record *record)
{
    const struct schedule *schedule = &sim->sites[site].schedule;
    int64_t now = sim_now(sim) - SIM_REST_S - CLOCKS_APART_S;

    if (record->state == RECORD_STOPPING || record->state == RECORD_STARTING) {
        if (sim->now_ms - sim->judge.sites[site].begun_ms < REST_MS ||
            (record->state == RECORD_STARTING && may_wait_for_group(sim, site)))
            return;
        sim_break(sim, record->state == RECORD_STOPPING ? PROMISE_STOPS : PROMISE_STARTS, site,
                  "it is %s, and nothing hinders that from coming to its end",
                  record->state == RECORD_STOPPING ? "stopping" : "starting");
        return;
    }
    if (sim->sites[site].seen.scheduler != SCHEDULER_ENABLED)
        return;
    int64_t next_at = judge_next_stop(schedule, record);
    if (judge_is_up(record) && next_at <= now) {
        sim_break(sim, PROMISE_STOPS, site, "it is awake, and was to stop at %s",
                  judge_instant(sim, site, next_at).text);
        return;
    }
    int64_t start_at = schedule_last_start(schedule, now);
    if (!judge_is_up(record) && start_at > record->settled_at && schedule_last_stop(schedule, sim_now(sim)) < start_at)
        sim_break(sim, PROMISE_STARTS, site, "it is asleep, and was to start at %s",
                  judge_instant(sim, site, start_at).text);
}

/* ---- the cluster ---- */

static void check_asleep(struct sim *sim, int site)
{
    const struct judged *judged = &sim->judge.sites[site];

    for (size_t i = 0; i < sim->sites[site].workload_count; i++) {
        const struct sim_workload *item = &sim->sites[site].workloads[i];
        if (item->exists && cluster_is_in_scope(&item->workload) && item->workload.replicas > 0 &&
            item->hand_ms < judged->stopped_ms && item->refused_ms < judged->stopped_ms &&
            !judge_is_excepted(judged, item->workload.name))
            sim_break(sim, PROMISE_STOPS, site, "it is recorded as asleep, and %s runs with %d", item->workload.name,
                      item->workload.replicas);
    }
}

static void check_awake(struct sim *sim, int site)
{
    const struct judged *judged = &sim->judge.sites[site];

    for (size_t i = 0; i < sim->sites[site].workload_count; i++) {
        const struct sim_workload *item = &sim->sites[site].workloads[i];
        if (item->exists && item->by_us && item->workload.replicas == 0 && item->refused_ms < judged->stopped_ms &&
            !judge_is_excepted(judged, item->workload.name))
            sim_break(sim, PROMISE_STARTS, site, "it is recorded as awake, and %s is still at 0 by our hand",
                      item->workload.name);
    }
}

static void check_site(struct sim *sim, int site)
{
    const struct record *record = judge_record(sim, site);
    enum scheduler_label label = sim->sites[site].seen.scheduler;

    if (label != SCHEDULER_ENABLED && label != SCHEDULER_DISABLED)
        return;
    if (record == NULL) {
        if (label == SCHEDULER_ENABLED && !sim->sites[site].is_protected)
            sim_break(sim, PROMISE_STOPS, site, "it takes part, and nothing is recorded of it");
        return;
    }
    check_due(sim, site, record);
    if (record->state == RECORD_ASLEEP)
        check_asleep(sim, site);
    else if (record->state == RECORD_AWAKE)
        check_awake(sim, site);
}

/* ---- requests ---- */

/* The groups of a start wait for one another, each for as long as readiness is waited for. */
static int64_t patience_ms(const struct sim *sim, const struct request *request)
{
    bool is_start = request->command.verb == VERB_START;

    return REQUEST_MS + (is_start ? SITE_WORKLOADS_MAX * sim->options.ready_timeout_s * 1000 : 0);
}

static void check_requests(struct sim *sim)
{
    for (size_t i = 0; i < sim->requests.count; i++) {
        const struct request *request = sim->requests.items[i];
        if (request->accepted && request->acked && request->done_ms == 0 &&
            sim->now_ms - request->accepted_ms > patience_ms(sim, request) && !request->told_refused &&
            request->has_entry && !request->entry.refused && !request->close_refused &&
            sim->double_ms <
                request->accepted_ms) /* of two leaders each may leave it to the other: a lease prevents that */
            sim_break(sim, PROMISE_ANSWERED, request->site, "request %d (%s) was accepted at %s and is not done",
                      request->number, request->sent.text,
                      judge_instant(sim, request->site, request->accepted_ms / 1000).text);
        else if (request->done_ms != 0 && request->answers == 0 && text_equal(request->sent.kind, "command") &&
                 (request->taken_up == 0 || request->replies == 0))
            sim_break(sim, PROMISE_ANSWERED, request->site, "request %d (%s) is done, and was not answered",
                      request->number, request->sent.text);
    }
}

/* ---- messages ---- */

/* The process that runs posted it, or found it in the store when it began. */
static bool is_known(const struct sim *sim, const struct posted *posted)
{
    int number = process_live(sim, 0);

    return number != NOBODY && (posted->posted_ms < sim->processes[number].booted_ms - REST_MS ||
                                (posted->process == number && posted->posted_ms > sim->processes[number].booted_ms));
}

/* The last message that speaks of an environment offers what can be done: nothing about a stop that no longer stands. One of
 * which nobody knows where it is, or that Slack does not let change, stays as it is. */
static void check_message(struct sim *sim, const struct posted *posted)
{
    const struct notice_record *notice = records_notice(&sim->records, posted->notice);

    if (notice == NULL || !text_equal(notice->message, posted->ts) || posted->update_refused || !is_known(sim, posted))
        return;
    for (size_t i = 0; i < posted->shown.button_count; i++) {
        struct button_condition condition;
        int site;
        if (!judge_speaks_of_stop(sim, &posted->shown.buttons[i], &site, &condition))
            continue;
        const struct record *record = judge_record(sim, site);
        const struct judged *judged = &sim->judge.sites[site];
        bool is_last = record != NULL && record->notice == posted->notice;
        if (is_last && condition.stop_at != judged->next_stop_at && sim->now_ms - judged->moved_ms > REST_MS &&
            sim->now_ms - sim->sites[site].disturbed_ms > REST_MS)
            sim_break(sim, PROMISE_BUTTONS, site, "#%s still offers to move the stop at %s, and the next stop is %s",
                      posted->channel, judge_instant(sim, site, condition.stop_at).text,
                      judge_instant(sim, site, judged->next_stop_at).text);
    }
}

static void check_messages(struct sim *sim)
{
    for (size_t i = sim->channels.message_count; i-- > 0;) {
        const struct posted *posted = sim->channels.messages[i];
        if (sim->now_ms - posted->posted_ms > REWRITTEN_MS)
            return;
        check_message(sim, posted);
    }
}

static void forget_old_claims(struct sim *sim)
{
    struct judge *judge = &sim->judge;
    size_t kept = 0;

    for (size_t i = 0; i < judge->claim_count; i++)
        if (judge->claims[i].claimed_ms > sim->now_ms - CLAIM_KEPT_MS)
            judge->claims[kept++] = judge->claims[i];
    judge->claim_count = kept;
}

void judge_look(struct sim *sim)
{
    int64_t calm_ms = sim->now_ms - (sim->fair_since_ms > sim->troubled_ms ? sim->fair_since_ms : sim->troubled_ms);

    sim_after(sim, LOOK_MS, HAPPEN_LOOK, NOBODY, NOBODY, 0);
    forget_old_claims(sim);
    if (!sim->fair || calm_ms < REST_MS + CLOCKS_APART_S * 1000)
        return;
    for (size_t i = 0; i < sim->site_count; i++)
        if (sim->sites[i].exists && sim->now_ms - sim->sites[i].disturbed_ms > REQUEST_MS)
            check_site(sim, (int) i);
    check_messages(sim);
    if (calm_ms > REQUEST_MS)
        check_requests(sim);
}

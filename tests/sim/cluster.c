/* tests/sim/cluster.c - namespaces and workloads, as an API server shows them and lets them be changed. */
#include "tests/sim/cluster.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tests/sim/sim.h"

static const char *const schedules[] = {
    "Mon-Fri 08:00-20:00 Europe/Berlin",
    "Mon-Fri 07:30-19:00; Sat 10:00-14:00 America/New_York",
    "Mon-Fri 20:00 Europe/Berlin",
    "Mon-Thu 19:30; Fri 17:00 America/New_York",
    "daily 22:00-06:00 Asia/Kolkata",
    "Mon-Fri 20:00-08:00 Australia/Lord_Howe",
    "daily 02:30 Europe/Berlin",
    "daily 01:45 Australia/Lord_Howe",
    "daily 06:00-02:30 America/New_York",
    "0 20 * * 1-5 America/New_York",
    "30 1,13 * * * Europe/Berlin",
    "Fri 22:00 Europe/Berlin",
    "Mon-Fri 09:00-18:00 Asia/Kolkata",
    "Mon,Wed 08:00-12:00; Mon,Wed 13:00-17:30; Fri 18:00 Australia/Lord_Howe",
    "never",
    "",
    "Mon-Fry 20:00",
};

/* ---- workloads ---- */

static void new_version(struct sim *sim, char *target, size_t size)
{
    (void) snprintf(target, size, "%llu", (unsigned long long) ++sim->records.revisions);
}

bool cluster_is_in_scope(const struct workload *workload)
{
    return !workload->terminating && !workload->owned && !workload->excluded && !workload->deletes_data;
}

struct sim_workload *cluster_find(struct site *site, const char *resource, const char *name)
{
    for (size_t i = 0; i < site->workload_count; i++)
        if (site->workloads[i].exists && text_equal(site->workloads[i].workload.name, name) &&
            text_equal(site->workloads[i].workload.resource, resource))
            return &site->workloads[i];
    return NULL;
}

/* Takes the place of one that is gone, of the same name if there is one. */
struct sim_workload *cluster_add_workload(struct sim *sim, struct site *site, const char *name, int32_t replicas)
{
    struct sim_workload *item = NULL;

    for (size_t i = 0; i < site->workload_count; i++)
        if (text_equal(site->workloads[i].workload.name, name))
            item = &site->workloads[i];
    if (item == NULL)
        item = &site->workloads[site->workload_count++];
    struct workload kept = item->workload;
    *item = (struct sim_workload){ .exists = true };
    struct workload *workload = &item->workload;
    text_copy_cut(item->name, sizeof item->name, name);
    (void) snprintf(item->uid, sizeof item->uid, "w%llu", (unsigned long long) ++sim->records.revisions);
    new_version(sim, item->version, sizeof item->version);
    workload->name = item->name;
    workload->uid = item->uid;
    workload->resource_version = item->version;
    workload->resource = text_equal(name, "db") ? "statefulsets.apps" : "deployments.apps";
    workload->excluded = kept.excluded;
    workload->owned = kept.owned;
    workload->deletes_data = kept.deletes_data;
    workload->order = kept.order;
    workload->settled = true;
    item->hand_ms = sim->now_ms;
    workload->changed_at = sim->now_ms / 1000;
    workload->replicas = workload->replicas_existing = workload->replicas_ready = replicas;
    return item;
}

/* Some seconds mostly; some minutes, or never, where that kind of fault strikes. */
static int64_t draw_ready_ms(struct sim *sim, int site)
{
    struct dice *dice = sim_dice(sim, KIND_PODS_LATE, site);

    if (!sim_strikes(sim, KIND_PODS_LATE, site))
        return dice_between(dice, 2000, 40000);
    return dice_falls(dice, 3000) ? INT64_MAX : dice_between(dice, 60, 900) * 1000;
}

void cluster_set_replicas(struct sim *sim, struct site *site, struct sim_workload *item, int32_t replicas)
{
    struct workload *workload = &item->workload;
    int number = (int) (site - sim->sites);

    if (workload->replicas == replicas)
        return;
    workload->replicas = replicas;
    new_version(sim, item->version, sizeof item->version);
    item->ready_at_ms = 0;
    if (workload->replicas_ready > replicas)
        workload->replicas_ready = workload->replicas_existing = replicas;
    if (workload->replicas_ready == replicas)
        return;
    int64_t delay_ms = draw_ready_ms(sim, number);
    item->ready_at_ms = delay_ms == INT64_MAX ? INT64_MAX : sim->now_ms + delay_ms;
    if (delay_ms != INT64_MAX)
        sim_after(sim, delay_ms, HAPPEN_PODS, NOBODY, number, item - site->workloads);
}

void cluster_pods_ready(struct sim *sim, struct site *site, int64_t number)
{
    struct sim_workload *item = &site->workloads[number];

    if (!item->exists || item->ready_at_ms != sim->now_ms)
        return;
    item->ready_at_ms = 0;
    item->workload.replicas_ready = item->workload.replicas_existing = item->workload.replicas;
    new_version(sim, item->version, sizeof item->version);
}

void cluster_observe(const struct site *site, struct workload_list *ret_list)
{
    for (size_t i = 0; site->exists && i < site->workload_count; i++)
        if (site->workloads[i].exists)
            workload_list_add(ret_list, &site->workloads[i].workload);
}

void cluster_scale(struct sim *sim, struct site *site, struct scale_order *order, bool refused)
{
    struct sim_workload *item = site->exists ? cluster_find(site, order->resource, order->name) : NULL;

    if (item == NULL) {
        order->result = SCALE_GONE;
        return;
    }
    if (refused) {
        order->result = SCALE_FAILED;
        item->refused_ms = sim->now_ms;
        scale_order_set_reason(order, "not permitted (403)");
        return;
    }
    if (order->resource_version[0] != '\0' && !text_equal(order->resource_version, item->workload.resource_version)) {
        order->result = SCALE_CHANGED;
        return;
    }
    judge_write(sim, site, item, order);
    story_tell(sim, (int) (site - sim->sites), "%s is scaled from %d to %d", order->name, item->workload.replicas,
               order->replicas);
    cluster_set_replicas(sim, site, item, order->replicas);
    order->result = SCALE_DONE;
}

/* ---- namespaces ---- */

void cluster_read_schedule(struct sim *sim, struct site *site)
{
    struct schedule_defaults defaults = { .zone = sim->options.settings.zone,
                                          .reset_minute = sim->options.settings.reset_minute };
    struct error error;

    if (site->seen.schedule[0] == '\0' ||
        !schedule_read(site->seen.schedule, &defaults, &sim->zones->source, &site->schedule, &error))
        site->schedule = sim->options.settings.schedule;
    site->zone = site->schedule.zone;
}

void cluster_changed(struct sim *sim, struct site *site)
{
    int number = (int) (site - sim->sites);

    new_version(sim, site->seen.resource_version, sizeof site->seen.resource_version);
    site->labelled_ms = site->disturbed_ms = sim->now_ms;
    cluster_read_schedule(sim, site);
    for (int i = 0; i < PROCESSES; i++) {
        if (sim->processes[i].engine == NULL)
            continue;
        int64_t delay_ms = sim_strikes(sim, KIND_WATCH_LATE, number)
                               ? dice_between(sim_dice(sim, KIND_WATCH_LATE, number), 1000, 30000)
                               : dice_between(sim_dice(sim, KIND_WATCH_LATE, number), 10, 300);
        sim_after(sim, delay_ms, HAPPEN_WATCH, i, number, 0);
    }
}

void cluster_delete(struct sim *sim, struct site *site)
{
    site->exists = false;
    for (size_t i = 0; i < site->workload_count; i++)
        site->workloads[i].exists = false;
    cluster_changed(sim, site);
}

static void add_workloads(struct sim *sim, struct site *site)
{
    static const char *const names[] = { "web", "api", "db", "worker", "batch" };
    struct dice *dice = sim_dice(sim, KIND_HAND_WORKLOAD, (int) (site - sim->sites));
    int64_t count = dice_between(dice, 1, 4);

    for (int64_t i = 0; i < count; i++) {
        struct sim_workload *item =
            cluster_add_workload(sim, site, names[i],
                                 (int32_t) (dice_falls(dice, 1000) ? 0 : dice_between(dice, 1, 5)));
        item->workload.excluded = dice_falls(dice, 500);
        item->workload.owned = dice_falls(dice, 300);
        item->workload.deletes_data = text_equal(names[i], "db") && dice_falls(dice, 500);
        item->workload.order = (int32_t) dice_below(dice, 3);
    }
}

void cluster_make(struct sim *sim, struct site *site)
{
    site->exists = true;
    site->seen.terminating = false;
    (void) snprintf(site->seen.uid, sizeof site->seen.uid, "uid-%.40s-%d", site->name, ++site->uids);
    site->made_at = sim_now(sim);
    add_workloads(sim, site);
    cluster_changed(sim, site);
}

static enum scheduler_label draw_label(struct dice *dice)
{
    if (dice_falls(dice, 8600))
        return SCHEDULER_ENABLED;
    return dice_falls(dice, 6000) ? SCHEDULER_DISABLED : dice_falls(dice, 7000) ? SCHEDULER_ABSENT : SCHEDULER_OTHER;
}

static void build_site(struct sim *sim, struct site *site, int number)
{
    struct dice dice = { .state = dice_mix(dice_mix(sim->seed, 0xc1u), (uint64_t) number) };
    static const char *const channels[] = { "", "", "C0TEAM", "C0OTHER", "no channel" };
    static const char *const owners[] = { "", "", "", "U1,U2", "S7", "U3" };

    if (number == 0)
        text_copy_cut(site->name, sizeof site->name, "vault");
    else
        (void) snprintf(site->name, sizeof site->name, "dev-%02d", number);
    site->is_protected = number == 0;
    text_copy_cut(site->seen.name, sizeof site->seen.name, site->name);
    site->seen.scheduler = number == 0 ? SCHEDULER_ENABLED : draw_label(&dice);
    text_copy_cut(site->seen.schedule, sizeof site->seen.schedule,
                  schedules[dice_below(&dice, sizeof schedules / sizeof schedules[0])]);
    text_copy_cut(site->seen.channel, sizeof site->seen.channel,
                  channels[dice_below(&dice, sizeof channels / sizeof channels[0])]);
    text_copy_cut(site->seen.owners, sizeof site->seen.owners,
                  owners[dice_below(&dice, sizeof owners / sizeof owners[0])]);
    if (!sim->mask.sites[number])
        cluster_make(sim, site);
    site->disturbed_ms = site->labelled_ms = 0;
}

void cluster_build(struct sim *sim)
{
    sim->site_count = (size_t) sim->size.sites < SITES_MAX ? (size_t) sim->size.sites : SITES_MAX;
    for (size_t i = 0; i < sim->site_count; i++)
        build_site(sim, &sim->sites[i], (int) i);
}

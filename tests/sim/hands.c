/* tests/sim/hands.c - what is done to the cluster past us: kubectl, autoscalers, whoever deletes and makes things. */
#include "base/text.h"
#include "tests/sim/sim.h"

enum { HOUR_MS = 60 * 60 * 1000, DRAW = 0, FINISH_DELETION = 1, MAKE_AGAIN = 2, MAKE_WORKLOAD = 3, ENABLE_AGAIN = 4 };

static struct dice *dice_of(struct sim *sim, int site)
{
    return sim_dice(sim, KIND_HAND_SCALE, site);
}

static void scale(struct sim *sim, int number, struct dice *dice)
{
    struct site *site = &sim->sites[number];
    struct sim_workload *item = &site->workloads[dice_below(dice, (int64_t) site->workload_count)];
    int32_t replicas = (int32_t) (dice_falls(dice, 2000) ? 0 : dice_between(dice, 1, 6));

    if (!item->exists)
        return;
    story_tell(sim, number, "somebody scales %s from %d to %d", item->workload.name, item->workload.replicas, replicas);
    if (replicas != item->workload.replicas)
        item->by_us = false;
    item->hand_ms = sim->now_ms;
    item->workload.changed_at = sim->now_ms / 1000;
    cluster_set_replicas(sim, site, item, replicas);
}

static void relabel(struct sim *sim, int number, struct dice *dice)
{
    static const enum scheduler_label labels[] = { SCHEDULER_ENABLED, SCHEDULER_ENABLED, SCHEDULER_DISABLED,
                                                   SCHEDULER_ABSENT, SCHEDULER_OTHER };
    static const char *const words[] = { "no scheduler label", "enabled", "disabled", "a wrong scheduler label" };
    struct site *site = &sim->sites[number];

    site->seen.scheduler = labels[dice_below(dice, sizeof labels / sizeof labels[0])];
    if (site->seen.scheduler != SCHEDULER_ENABLED) /* and enabled again some time */
        sim_after(sim, dice_between(dice, HOUR_MS / 60, 30 * HOUR_MS), HAPPEN_HAND, NOBODY, number, ENABLE_AGAIN);
    story_tell(sim, number, "its label is now %s", words[site->seen.scheduler]);
    cluster_changed(sim, site);
}

static void annotate(struct sim *sim, int number, struct dice *dice)
{
    static const char *const schedules[] = {
        "",      "Mon-Fri 08:00-18:30 Europe/Berlin",    "daily 21:00 America/New_York", "never",
        "25:00", "daily 22:00-06:00 Australia/Lord_Howe"
    };
    static const char *const owners[] = { "", "U1,U2", "S7", "not an id", "U4" };
    static const char *const channels[] = { "", "C0TEAM", "C0GONE", "general" };
    struct site *site = &sim->sites[number];

    if (dice_falls(dice, 5000))
        text_copy_cut(site->seen.schedule, sizeof site->seen.schedule,
                      schedules[dice_below(dice, sizeof schedules / sizeof schedules[0])]);
    else if (dice_falls(dice, 5000))
        text_copy_cut(site->seen.owners, sizeof site->seen.owners,
                      owners[dice_below(dice, sizeof owners / sizeof owners[0])]);
    else
        text_copy_cut(site->seen.channel, sizeof site->seen.channel,
                      channels[dice_below(dice, sizeof channels / sizeof channels[0])]);
    story_tell(sim, number, "its annotations are now schedule=\"%s\" owners=\"%s\" channel=\"%s\"", site->seen.schedule,
               site->seen.owners, site->seen.channel);
    cluster_changed(sim, site);
}

static void delete (struct sim *sim, int number, struct dice *dice)
{
    struct site *site = &sim->sites[number];

    story_tell(sim, number, "the namespace is being deleted");
    site->seen.terminating = true;
    cluster_changed(sim, site);
    sim_after(sim, dice_between(dice, 1000, 90000), HAPPEN_HAND, NOBODY, number, FINISH_DELETION);
}

static void finish_deletion(struct sim *sim, int number, struct dice *dice)
{
    struct site *site = &sim->sites[number];

    if (!site->exists || !site->seen.terminating)
        return;
    story_tell(sim, number, "the namespace is gone");
    cluster_delete(sim, site);
    if (dice_falls(dice, 8000))
        sim_after(sim, dice_falls(dice, 5000) ? dice_between(dice, 1, 2000) : dice_between(dice, 2000, 8 * HOUR_MS),
                  HAPPEN_HAND, NOBODY, number, MAKE_AGAIN);
}

static void make_again(struct sim *sim, int number)
{
    struct site *site = &sim->sites[number];

    if (site->exists)
        return;
    cluster_make(sim, site);
    story_tell(sim, number, "there is a namespace of that name again, another one");
}

static void change_workload(struct sim *sim, int number, struct dice *dice)
{
    struct site *site = &sim->sites[number];
    int64_t index = dice_below(dice, (int64_t) site->workload_count);
    struct sim_workload *item = &site->workloads[index];

    if (item->exists) {
        story_tell(sim, number, "%s is deleted", item->workload.name);
        item->exists = item->by_us = false;
    }
    if (dice_falls(dice, 7000))
        sim_after(sim, dice_falls(dice, 5000) ? dice_between(dice, 1, 3000) : dice_between(dice, 3000, 10 * HOUR_MS),
                  HAPPEN_HAND, NOBODY, number, MAKE_WORKLOAD + 16 * index);
}

static void make_workload(struct sim *sim, int number, int64_t index, struct dice *dice)
{
    struct site *site = &sim->sites[number];
    char name[WORKLOAD_NAME_SIZE];

    if (!site->exists || site->workloads[index].exists)
        return;
    text_copy_cut(name, sizeof name, site->workloads[index].workload.name);
    int32_t replicas = (int32_t) dice_between(dice, 0, 4);
    (void) cluster_add_workload(sim, site, name, replicas);
    story_tell(sim, number, "%s is made again, with %d", name, replicas);
}

static bool falls(struct sim *sim, enum kind kind, int site)
{
    int64_t drawn = dice_below(sim_dice(sim, kind, site), 10000);

    return drawn < sim_rate(sim, kind, site);
}

/* Once a day or so, and each kind of it by its own chance. */
static void draw(struct sim *sim, int number, struct dice *dice)
{
    struct site *site = &sim->sites[number];
    bool scales = falls(sim, KIND_HAND_SCALE, number), labels = falls(sim, KIND_HAND_LABEL, number);
    bool annotates = falls(sim, KIND_HAND_ANNOTATE, number), deletes = falls(sim, KIND_HAND_RECREATE, number);
    bool changes = falls(sim, KIND_HAND_WORKLOAD, number);

    sim_after(sim, dice_between(dice, 4 * HOUR_MS, 40 * HOUR_MS), HAPPEN_HAND, NOBODY, number, DRAW);
    if (!site->exists || site->seen.terminating)
        return;
    site->disturbed_ms = sim->now_ms;
    if (scales)
        scale(sim, number, dice);
    if (labels)
        relabel(sim, number, dice);
    if (annotates)
        annotate(sim, number, dice);
    if (changes)
        change_workload(sim, number, dice);
    if (deletes)
        delete (sim, number, dice);
}

static void enable_again(struct sim *sim, int number)
{
    struct site *site = &sim->sites[number];

    if (!site->exists || site->seen.scheduler == SCHEDULER_ENABLED)
        return;
    site->seen.scheduler = SCHEDULER_ENABLED;
    story_tell(sim, number, "its label is now enabled");
    cluster_changed(sim, site);
}

void hands_begin(struct sim *sim)
{
    for (int i = 0; i < (int) sim->site_count; i++)
        sim_after(sim, dice_below(dice_of(sim, i), 24 * HOUR_MS), HAPPEN_HAND, NOBODY, i, DRAW);
}

void hands_act(struct sim *sim, const struct happening *happening)
{
    int number = happening->environment;
    struct dice *dice = dice_of(sim, number);

    switch (happening->number % 16) {
    case DRAW:
        draw(sim, number, dice);
        break;
    case FINISH_DELETION:
        finish_deletion(sim, number, dice);
        break;
    case MAKE_AGAIN:
        make_again(sim, number);
        break;
    case MAKE_WORKLOAD:
        make_workload(sim, number, happening->number / 16, dice);
        break;
    default:
        enable_again(sim, number);
        break;
    }
}

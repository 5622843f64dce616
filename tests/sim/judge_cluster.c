/* tests/sim/judge_cluster.c - what is written to the cluster, and that nothing is forgotten meanwhile. */
#include "base/text.h"
#include "tests/sim/judge_state.h"

enum { READ_BEFORE_MS = 10 * 1000 };

/* ---- stops ---- */

static void check_in_scope(struct sim *sim, int site, const struct workload *workload)
{
    if (!cluster_is_in_scope(workload))
        sim_break(sim, PROMISE_SCOPE, site, "%s is stopped, which is %s", workload->name,
                  workload->excluded       ? "excluded"
                  : workload->owned        ? "left to its owner"
                  : workload->deletes_data ? "to keep its data"
                                           : "ending");
}

static void check_promise(struct sim *sim, int site, const char *name)
{
    int64_t until = sim->judge.sites[site].promised_until;

    if (until != 0 && sim_now(sim) + CLOCKS_APART_S < until)
        sim_break(sim, PROMISE_PROLONGED, site, "%s is stopped, and it was to stay awake until %s", name,
                  judge_instant(sim, site, until).text);
}

/* What is at 0 is remembered: with the number it had when that was read, in the journal that stood before the write. */
static void check_remembered(struct sim *sim, int site, struct sim_workload *item, const struct scale_order *order)
{
    const struct stored *stored = &sim->stored[site];
    const struct workload *workload = &item->workload;
    const struct journal_entry *entry = journal_find(&stored->journal, workload->resource, workload->name);
    unsigned stop = sim->judge.sites[site].stops;
    bool is_known = entry != NULL && text_equal(entry->uid, workload->uid);

    if (!is_known) {
        sim_break(sim, PROMISE_COUNTS, site, "%s is stopped, and the store does not hold that it had %d",
                  workload->name, workload->replicas);
        return;
    }
    /* Changed by somebody else after it was read for the stop: what it had then is remembered, since nobody can tell whether a
     * write of ours came in between. */
    bool is_meanwhile = item->hand_ms >= sim->judge.sites[site].stopped_ms - READ_BEFORE_MS ||
                        (item->stop == stop && entry->replicas == item->had);
    if (entry->replicas != workload->replicas && !is_meanwhile)
        sim_break(sim, PROMISE_COUNTS, site, "%s is stopped with %d, and the store holds %d", workload->name,
                  workload->replicas, entry->replicas);
    if (order->resource_version[0] == '\0')
        sim_break(sim, PROMISE_RECORD, site, "%s is stopped without the version at which its number was read",
                  workload->name);
    item->by_us = true;
    item->had = entry->replicas;
    item->stop = stop;
}

static void stopped(struct sim *sim, int site, struct sim_workload *item, const struct scale_order *order)
{
    const struct record *record = judge_record(sim, site);

    check_in_scope(sim, site, &item->workload);
    if (record == NULL)
        sim_break(sim, PROMISE_RECORD, site, "%s is stopped, and nothing is recorded", order->name);
    else if (judge_is_up(record))
        sim_break(sim, record->deadline_at != 0 ? PROMISE_PROLONGED : PROMISE_NEWEST, site,
                  "%s is stopped after it was decided that it is awake", order->name);
    else
        check_promise(sim, site, order->name);
    check_remembered(sim, site, item, order);
}

/* ---- starts ---- */

static void started(struct sim *sim, int site, struct sim_workload *item, const struct scale_order *order)
{
    const struct record *record = judge_record(sim, site);
    const struct journal_entry *entry =
        journal_find(&sim->stored[site].journal, item->workload.resource, item->workload.name);

    if (record == NULL || !judge_is_up(record))
        sim_break(sim, PROMISE_NEWEST, site, "%s is started after it was decided that it is asleep", order->name);
    else if (item->workload.replicas != 0)
        sim_break(sim, PROMISE_WAKE, site, "%s has %d and gets %d", order->name, item->workload.replicas,
                  order->replicas);
    else if (entry == NULL || !text_equal(entry->uid, item->workload.uid))
        sim_break(sim, PROMISE_WAKE, site, "%s gets %d, and it is not known what it had", order->name, order->replicas);
    else if (order->replicas != entry->replicas || (item->by_us && order->replicas != item->had))
        sim_break(sim, PROMISE_WAKE, site, "%s had %d, and gets %d", order->name, item->had, order->replicas);
    item->by_us = false;
}

void judge_write(struct sim *sim, struct site *site, struct sim_workload *item, const struct scale_order *order)
{
    int number = (int) (site - sim->sites);

    if (order->replicas == item->workload.replicas)
        return;
    if (!text_equal(order->uid, item->workload.uid))
        sim_break(sim, PROMISE_SCOPE, number, "%s is another workload of that name", order->name);
    else if (order->replicas == 0)
        stopped(sim, number, item, order);
    else
        started(sim, number, item, order);
}

/* ---- the journal ---- */

void judge_journal(const struct change *change)
{
    struct sim *sim = change->sim;
    struct site *site = &sim->sites[change->site];
    const struct journal *journal =
        change->save->has_journal ? &change->save->journal : &sim->stored[change->site].journal;

    if (!site->exists || !text_equal(site->seen.uid, change->new->uid))
        return;
    for (size_t i = 0; i < site->workload_count; i++) {
        const struct sim_workload *item = &site->workloads[i];
        if (!item->exists || !item->by_us || item->workload.replicas != 0)
            continue;
        const struct journal_entry *entry = journal_find(journal, item->workload.resource, item->workload.name);
        if (entry == NULL || entry->replicas != item->had || !text_equal(entry->uid, item->workload.uid))
            sim_break(sim, PROMISE_COUNTS, change->site, "%s is at 0 by our hand, and the journal now %s",
                      item->workload.name, entry == NULL ? "does not speak of it" : "holds another number");
    }
}

/* tests/sim/calls_cluster.c - what a call does in the cluster. */
#include "base/text.h"
#include "tests/sim/sim.h"

static void reach_observe(struct sim *sim, struct call *call)
{
    if (sim_strikes(sim, KIND_OBSERVE_FAILS, call->site))
        (void) error_set(&call->error, ERROR_NETWORK, "the API server does not answer");
    else if (call->site != NOBODY)
        cluster_observe(&sim->sites[call->site], &call->workloads);
}

static enum call_fate draw_order_fate(struct sim *sim, const struct call *call)
{
    if (call->given_up)
        return FATE_WELL;
    if (sim_strikes(sim, KIND_SCALE_LATE, call->site))
        return FATE_LATE;
    if (sim_strikes(sim, KIND_SCALE_BEFORE, call->site))
        return FATE_BEFORE;
    if (sim_strikes(sim, KIND_SCALE_AFTER, call->site))
        return FATE_AFTER;
    return sim_strikes(sim, KIND_SCALE_REFUSED, call->site) ? FATE_REFUSED : FATE_WELL;
}

/* Each order is a request of its own. Returns whether its effect is still to come. */
static bool reach_order(struct sim *sim, struct call *call, struct scale_order *order)
{
    enum call_fate fate = draw_order_fate(sim, call);

    if (fate == FATE_WELL || fate == FATE_AFTER || fate == FATE_REFUSED)
        cluster_scale(sim, &sim->sites[call->site], order, fate == FATE_REFUSED);
    if (fate == FATE_WELL || fate == FATE_REFUSED) {
        if (order->result == SCALE_CHANGED)
            story_tell(sim, call->site, "%s is not scaled: it changed (409)", order->name);
        return false;
    }
    story_tell(sim, call->site, "the answer about %s does not come", order->name);
    order->result = SCALE_UNKNOWN;
    scale_order_set_reason(order, "no answer");
    return fate == FATE_LATE;
}

static void reach_scale(struct sim *sim, struct call *call)
{
    struct call *late = NULL;

    if (call->site == NOBODY)
        return;
    for (size_t i = 0; i < call->effect.orders.count; i++) {
        struct scale_order *order = &call->effect.orders.items[i];
        struct scale_order sent = *order;
        if (!reach_order(sim, call, order))
            continue;
        if (late == NULL)
            late = calls_add_late(sim, call, dice_between(sim_dice(sim, KIND_SCALE_LATE, call->site), 1, 8000));
        scale_orders_add(&late->effect.orders, &sent);
    }
}

static void reach_annotate(struct sim *sim, struct call *call)
{
    if (call->site == NOBODY)
        return;
    struct site *site = &sim->sites[call->site];
    const char *value = call->effect.text == NULL ? "" : call->effect.text;

    if (sim_strikes(sim, KIND_ANNOTATE_FAILS, call->site)) {
        (void) error_set(&call->error, ERROR_REFUSED, "not permitted (403)");
        return;
    }
    if (!site->exists || !text_equal(site->seen.uid, call->effect.uid)) {
        (void) error_set(&call->error, ERROR_CONFLICT, "it is another namespace (409)");
        return;
    }
    story_tell(sim, call->site, "curfew/schedule becomes \"%s\"", value);
    text_copy_cut(site->seen.schedule, sizeof site->seen.schedule, value);
    cluster_changed(sim, site);
}

void calls_reach_cluster(struct sim *sim, struct call *call)
{
    if (call->effect.kind == EFFECT_OBSERVE)
        reach_observe(sim, call);
    else if (call->effect.kind == EFFECT_SCALE)
        reach_scale(sim, call);
    else
        reach_annotate(sim, call);
}

/* bot/plan_text.c - round after round as bot/operation.c has them, where every order is carried out at once. */
#include "bot/plan_text.h"

#include <inttypes.h>

#include "base/text.h"
#include "bot/answer_names.h"
#include "bot/message.h"
#include "bot/transition.h"

enum { ROUNDS_MAX = WORKLOADS_MAX };

static const struct command no_exceptions = { .verb = VERB_STOP };

/* --- one workload ---------------------------------------------------------------------------------------------- */

static void append_name(const struct workload *workload, struct buffer *target)
{
    message_append_code(target, workload->name);
    if (text_equal(workload->resource, "deployments.apps"))
        return;
    buffer_append_text(target, " (");
    message_append_escaped(target, workload->resource);
    buffer_append_char(target, ')');
}

static void append_keeper(const struct workload *workload, struct buffer *target)
{
    static const char *const keepers[] = { [KEEPER_NONE] = NULL,
                                           [KEEPER_ARGO_CD] = "Argo CD",
                                           [KEEPER_FLUX_KUSTOMIZATION] = "Flux (a Kustomization)",
                                           [KEEPER_FLUX_HELM_RELEASE] = "Flux (a HelmRelease)" };

    if (workload->keeper != KEEPER_NONE)
        buffer_append_format(target, "; %s keeps it and may bring it back", keepers[workload->keeper]);
    if (workload->wakes_by_itself)
        buffer_append_text(target, "; its HorizontalPodAutoscaler has minReplicas 0 and may wake it");
}

static void append_order(const struct workload *workload, const struct scale_order *order, size_t round,
                         struct buffer *target)
{
    bool is_stop = order->replicas == 0;

    if (round == 0)
        buffer_append_text(target, "• ");
    else
        buffer_append_format(target, "%zu. ", round);
    append_name(workload, target);
    switch (order->action) {
    case RESOURCE_SUSPENDED:
        buffer_append_text(target, is_stop ? " suspended" : " resumed");
        break;
    case RESOURCE_PAUSED:
        buffer_append_text(target, is_stop ? " paused" : " set going again");
        break;
    case RESOURCE_SCALED:
        buffer_append_format(target, " scaled %" PRId32 " → %" PRId32, workload->replicas, order->replicas);
        break;
    }
    if (is_stop)
        append_keeper(workload, target);
    buffer_append_char(target, '\n');
}

/* Why it is not in the orders. */
static void append_stays(const struct workload *workload, bool is_start, const struct journal *remembered,
                         struct buffer *target)
{
    static const char *const reasons[] = { [LEFT_NOT] = NULL,
                                           [LEFT_EXCLUDED] = "left alone: `curfew/exclude`",
                                           [LEFT_EXCEPTED] = "left alone",
                                           [LEFT_OWNED] = "left to its owner",
                                           [LEFT_TERMINATING] = "left alone: it is being deleted",
                                           [LEFT_DELETES_DATA] = "refused: at 0 its volumes would be deleted "
                                                                 "(`whenScaled: Delete`)" };
    enum left_reason left = transition_left(workload, &no_exceptions);

    buffer_append_text(target, "• ");
    append_name(workload, target);
    buffer_append_char(target, ' ');
    if (left != LEFT_NOT && !is_start) {
        buffer_append_text(target, reasons[left]);
        if (left == LEFT_OWNED && workload->owner[0] != '\0') {
            buffer_append_char(target, ' ');
            message_append_code(target, workload->owner);
        }
    } else if (is_start && transition_is_brought_back(workload, remembered)) {
        buffer_append_format(target, "stays at %" PRId32 ": somebody has brought it back", workload->replicas);
    } else if (workload->replicas == 0) {
        buffer_append_text(target, is_start ? "stays at 0: it was at 0 before" : "stays at 0, also when it is started");
    } else {
        buffer_append_format(target, "stays at %" PRId32 ": it runs", workload->replicas);
    }
    buffer_append_char(target, '\n');
}

/* --- rounds ---------------------------------------------------------------------------------------------------- */

/* What is changed as orders are carried out. */
struct rehearsal {
    bool is_start, is_resumed;
    bool is_counted; /* there are several rounds */
    struct workload_list seen;
    struct journal remembered;
    size_t round, orders;
};

static void carry_out(struct rehearsal *rehearsal, const struct workload_list *before,
                      const struct scale_orders *orders, struct buffer *target)
{
    rehearsal->round++;
    for (size_t i = 0; i < rehearsal->seen.count; i++) {
        struct workload *workload = &rehearsal->seen.items[i];
        const struct scale_order *order = scale_orders_find(orders, workload->resource, workload->name);

        if (order == NULL)
            continue;
        append_order(&before->items[i], order, rehearsal->is_counted ? rehearsal->round : 0, target);
        rehearsal->orders++;
        workload->replicas = workload->replicas_existing = workload->replicas_ready = order->replicas;
        workload->settled = true;
    }
}

/* true: there was something to be done. */
static bool run_round(struct rehearsal *rehearsal, const struct workload_list *before, struct buffer *target)
{
    const struct transition_view view = {
        .seen = &rehearsal->seen,
        .remembered = &rehearsal->remembered,
        .command = &no_exceptions,
        .under_way = !rehearsal->is_start && (rehearsal->is_resumed || rehearsal->round > 0),
        .is_resumed = rehearsal->is_resumed || rehearsal->round > 0,
        .waits_for_no_group = true,
    };
    struct transition transition;

    if (rehearsal->is_start)
        transition_plan_start(&view, &transition);
    else
        transition_plan_stop(&view, &transition);
    bool goes_on = transition.orders.count > 0;
    if (goes_on)
        carry_out(rehearsal, before, &transition.orders, target);
    struct journal former = rehearsal->remembered;
    rehearsal->remembered = transition.journal;
    transition.journal = former;
    transition_release(&transition);
    return goes_on;
}

static void append_rest(const struct rehearsal *rehearsal, const struct workload_list *seen,
                        const struct journal *remembered, struct buffer *target)
{
    for (size_t i = 0; i < seen->count; i++)
        if (seen->items[i].replicas == rehearsal->seen.items[i].replicas)
            append_stays(&seen->items[i], rehearsal->is_start, remembered, target);
    for (size_t i = 0; i < remembered->count; i++) {
        const struct journal_entry *entry = &remembered->entries[i];

        if (workload_list_find(seen, entry->resource, entry->name) != NULL)
            continue;
        buffer_append_text(target, "• ");
        message_append_code(target, entry->name);
        buffer_append_text(target, workload_list_is_unread(seen, entry->resource)
                                       ? " is remembered, and cannot be read now\n"
                                       : " is remembered, and there no more\n");
    }
    for (size_t i = 0; i < seen->unread_count; i++) {
        buffer_append_text(target, "• ");
        message_append_code(target, seen->unread[i].resource);
        buffer_append_text(target, " cannot be read, so what it runs is left alone: ");
        message_append_escaped(target, seen->unread[i].reason);
        buffer_append_char(target, '\n');
    }
}

static void append_leftovers(const struct workload_list *seen, struct buffer *target)
{
    if (seen->jobs > 0) {
        buffer_append_text(target, "• ");
        answer_append_count(target, (size_t) seen->jobs, "job");
        buffer_append_text(target, seen->jobs == 1 ? " goes on\n" : " go on\n");
    }
    if (seen->pods > 0) {
        buffer_append_text(target, "• ");
        answer_append_count(target, (size_t) seen->pods, "pod");
        buffer_append_text(target,
                           seen->pods == 1 ? " without a controller goes on\n" : " without a controller go on\n");
    }
}

static void copy(const struct workload_list *seen, const struct journal *remembered, struct rehearsal *rehearsal)
{
    for (size_t i = 0; i < seen->count; i++)
        workload_list_add(&rehearsal->seen, &seen->items[i]);
    for (size_t i = 0; i < seen->unread_count; i++)
        workload_list_add_unread(&rehearsal->seen, seen->unread[i].resource, seen->unread[i].reason);
    for (size_t i = 0; i < remembered->count; i++)
        journal_add(&rehearsal->remembered, &remembered->entries[i]);
}

static void rehearse(struct rehearsal *rehearsal, const struct workload_list *seen, const struct journal *remembered,
                     struct buffer *target)
{
    copy(seen, remembered, rehearsal);
    while (rehearsal->round < ROUNDS_MAX && run_round(rehearsal, seen, target))
        continue;
}

static void rehearsal_release(struct rehearsal *rehearsal)
{
    workload_list_release(&rehearsal->seen);
    journal_release(&rehearsal->remembered);
}

void plan_append(enum record_state state, const struct workload_list *seen, const struct journal *remembered,
                 struct buffer *target)
{
    static const char *const headings[] = { [RECORD_AWAKE] = "A stop now:\n",
                                            [RECORD_STOPPING] = "It is being stopped; what is left of that:\n",
                                            [RECORD_ASLEEP] = "A start now:\n",
                                            [RECORD_STARTING] = "It is being started; what is left of that:\n" };
    const struct rehearsal first = { .is_start = state == RECORD_ASLEEP || state == RECORD_STARTING,
                                     .is_resumed = state == RECORD_STOPPING };
    struct rehearsal counted = first, rehearsal = first;
    struct buffer unread = { .limit = target->limit };

    rehearse(&counted, seen, remembered, &unread);
    rehearsal.is_counted = counted.round > 1;
    rehearsal_release(&counted);
    buffer_release(&unread);
    buffer_append_text(target, headings[state]);
    rehearse(&rehearsal, seen, remembered, target);
    if (rehearsal.orders == 0)
        buffer_append_text(target, "• nothing would change\n");
    append_rest(&rehearsal, seen, remembered, target);
    append_leftovers(seen, target);
    rehearsal_release(&rehearsal);
}

/* bot/transition.c - what a stop or a start changes, workload by workload.
 *
 * Pure. A namespace has tens of workloads, at most WORKLOADS_MAX, so look-ups by name walk the list.
 */
#include "bot/transition.h"

#include "base/nearest.h"
#include "base/text.h"

static bool is_excepted(const struct workload *workload, const struct command *command)
{
    for (size_t i = 0; i < command->exception_count; i++)
        if (text_equal(command->exceptions[i], workload->name))
            return true;
    return false;
}

bool transition_check_exceptions(const struct workload_list *seen, const struct command *command, struct error *error)
{
    for (size_t i = 0; i < command->exception_count; i++) {
        struct nearest nearest = { .wanted = command->exceptions[i] };
        bool found = false;
        for (size_t j = 0; j < seen->count && !found; j++) {
            found = text_equal(command->exceptions[i], seen->items[j].name);
            nearest_offer(&nearest, seen->items[j].name);
        }
        if (!found && nearest.count > 0)
            return error_set(error, ERROR_INPUT,
                             "it has no workload %s that could be left out (the nearest name is %s)",
                             command->exceptions[i], nearest.names[0]);
        if (!found)
            return error_set(error, ERROR_INPUT, "it has no workload %s that could be left out",
                             command->exceptions[i]);
    }
    return true;
}

enum left_reason transition_left(const struct workload *workload, const struct command *command)
{
    if (workload->terminating)
        return LEFT_TERMINATING;
    if (workload->owned)
        return LEFT_OWNED;
    if (workload->excluded)
        return LEFT_EXCLUDED;
    if (is_excepted(workload, command))
        return LEFT_EXCEPTED;
    if (workload->deletes_data)
        return LEFT_DELETES_DATA;
    return LEFT_NOT;
}

/* What is remembered of this very workload: the same name with another uid is another workload. */
static const struct journal_entry *remembered_of(const struct workload *workload, const struct journal *journal)
{
    const struct journal_entry *entry = journal_find(journal, workload->resource, workload->name);

    return entry != NULL && text_equal(entry->uid, workload->uid) ? entry : NULL;
}

static enum scale_result answer_of(const struct scale_orders *answered, const char *resource, const char *name)
{
    const struct scale_order *order = answered == NULL ? NULL : scale_orders_find(answered, resource, name);

    return order == NULL ? SCALE_PENDING : order->result;
}

static void remember(struct journal *journal, const struct workload *workload)
{
    struct journal_entry entry = { .resource = workload->resource,
                                   .name = workload->name,
                                   .uid = workload->uid,
                                   .resource_version = workload->resource_version,
                                   .before = workload->before,
                                   .replicas = workload->replicas };

    journal_add(journal, &entry);
}

static void order(struct scale_orders *orders, const struct workload *workload, int32_t replicas)
{
    struct scale_order item = { .resource = workload->resource,
                                .name = workload->name,
                                .uid = workload->uid,
                                .resource_version = workload->resource_version,
                                .action = workload->action,
                                .replicas = replicas,
                                .result = SCALE_PENDING };

    scale_orders_add(orders, &item);
}

static bool journals_agree(const struct journal *a, const struct journal *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct journal_entry *other = journal_find(b, a->entries[i].resource, a->entries[i].name);
        if (other == NULL || other->replicas != a->entries[i].replicas || !text_equal(other->uid, a->entries[i].uid))
            return false;
    }
    return true;
}

/* A count that was read before this stop may have written anything stays. Only where the server has refused every write of
 * this stop (SCALE_CHANGED) is the number that is read since what somebody else wants. */
static bool keeps_entry(const struct transition_view *view, const struct workload *workload,
                        const struct journal_entry *entry)
{
    if (entry == NULL)
        return false;
    if (!view->under_way || workload->replicas == entry->replicas)
        return false;
    const struct scale_order *order =
        view->answered == NULL ? NULL : scale_orders_find(view->answered, workload->resource, workload->name);
    return view->is_resumed || order == NULL || order->may_be_ours || order->result != SCALE_CHANGED;
}

static void plan_stop_of(const struct transition_view *view, const struct workload *workload,
                         struct transition *transition)
{
    const struct journal_entry *entry = remembered_of(workload, view->remembered);
    enum left_reason left = transition_left(workload, view->command);

    if (workload->replicas == 0 || left != LEFT_NOT) {
        if (entry != NULL && workload->replicas == 0)
            journal_add(&transition->journal, entry);
        transition->excepted += left == LEFT_EXCEPTED;
        transition->failed += left == LEFT_DELETES_DATA && workload->replicas > 0;
        return;
    }
    if (answer_of(view->answered, workload->resource, workload->name) == SCALE_FAILED) {
        if (entry != NULL)
            journal_add(&transition->journal, entry);
        transition->failed++;
        return;
    }
    if (keeps_entry(view, workload, entry))
        journal_add(&transition->journal, entry);
    else
        remember(&transition->journal, workload);
    order(&transition->orders, workload, 0);
}

void transition_plan_stop(const struct transition_view *view, struct transition *ret_transition)
{
    struct transition transition = { 0 };

    for (size_t i = 0; i < view->seen->count; i++)
        plan_stop_of(view, &view->seen->items[i], &transition);
    transition.journal_changed = !journals_agree(&transition.journal, view->remembered);
    *ret_transition = transition;
}

static void plan_start_of(const struct transition_view *view, const struct journal_entry *entry,
                          struct transition *transition)
{
    const struct workload *workload = workload_list_find(view->seen, entry->resource, entry->name);

    if (workload == NULL || !text_equal(workload->uid, entry->uid) || workload->terminating) {
        transition->gone++;
        return;
    }
    if (workload->replicas > 0) {
        transition->changed_by_others += workload->replicas != entry->replicas;
        return;
    }
    journal_add(&transition->journal, entry);
    if (is_excepted(workload, view->command)) {
        transition->excepted++;
        return;
    }
    if (answer_of(view->answered, entry->resource, entry->name) == SCALE_FAILED) {
        transition->failed++;
        return;
    }
    order(&transition->orders, workload, entry->replicas);
}

void transition_plan_start(const struct transition_view *view, struct transition *ret_transition)
{
    struct transition transition = { 0 };

    for (size_t i = 0; i < view->remembered->count; i++)
        plan_start_of(view, &view->remembered->entries[i], &transition);
    transition.journal_changed = !journals_agree(&transition.journal, view->remembered);
    *ret_transition = transition;
}

void transition_release(struct transition *transition)
{
    journal_release(&transition->journal);
    scale_orders_release(&transition->orders);
    *transition = (struct transition){ 0 };
}

int32_t transition_start_replicas(const struct workload *workload, const struct journal_entry *entry)
{
    return entry->replicas > workload->minimum ? entry->replicas : workload->minimum;
}

static bool takes_part(const struct workload *workload)
{
    return !workload->owned && !workload->terminating;
}

bool transition_is_unready(const struct workload *workload)
{
    return workload->action == RESOURCE_SCALED && takes_part(workload) && !workload->excluded &&
           (!workload->settled || workload->replicas_ready < workload->replicas);
}

bool transition_is_brought_back(const struct workload *workload, const struct journal *remembered)
{
    return workload->replicas > 0 && takes_part(workload) && !workload->excluded &&
           remembered_of(workload, remembered) != NULL;
}

static void add_scaled(const struct workload *workload, bool is_remembered, struct standing *standing)
{
    bool is_unready = transition_is_unready(workload);
    bool is_running = !workload->excluded && workload->replicas > 0;

    standing->workloads++;
    standing->wanted += workload->replicas;
    standing->ready += workload->replicas_ready;
    standing->existing += workload->replicas_existing;
    standing->asleep += workload->replicas == 0 && is_remembered;
    standing->unready += is_unready;
    standing->running += is_running;
    standing->apps += workload->is_app;
    standing->apps_unready += workload->is_app && is_unready;
    standing->apps_running += workload->is_app && is_running;
}

static void add_to_standing(const struct workload *workload, const struct journal *remembered,
                            struct standing *standing)
{
    bool is_remembered = remembered_of(workload, remembered) != NULL;
    bool is_stopped = workload->replicas == 0 && is_remembered;

    standing->brought_back += transition_is_brought_back(workload, remembered);
    switch (workload->action) {
    case RESOURCE_SCALED:
        add_scaled(workload, is_remembered, standing);
        break;
    case RESOURCE_SUSPENDED:
        standing->suspended += is_stopped;
        standing->unsuspended += workload->replicas > 0 && !workload->excluded;
        break;
    case RESOURCE_PAUSED:
        standing->paused += is_stopped;
        break;
    }
}

void transition_standing(const struct workload_list *seen, const struct journal *remembered,
                         struct standing *ret_standing)
{
    struct standing standing = { 0 };

    for (size_t i = 0; i < seen->count; i++)
        if (takes_part(&seen->items[i]))
            add_to_standing(&seen->items[i], remembered, &standing);
    *ret_standing = standing;
}

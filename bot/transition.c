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

static void order(struct scale_orders *orders, const struct workload *workload, int32_t replicas, const char *before,
                  int64_t group)
{
    struct scale_order item = { .resource = workload->resource,
                                .name = workload->name,
                                .uid = workload->uid,
                                .resource_version = workload->resource_version,
                                .before = before,
                                .action = workload->action,
                                .replicas = replicas,
                                .group = group,
                                .result = SCALE_PENDING };

    scale_orders_add(orders, &item);
}

static bool journals_agree(const struct journal *a, const struct journal *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct journal_entry *other = journal_find(b, a->entries[i].resource, a->entries[i].name);
        if (other == NULL || other->replicas != a->entries[i].replicas || !text_equal(other->uid, a->entries[i].uid) ||
            !text_equal(other->before, a->entries[i].before))
            return false;
    }
    return true;
}

/* A count that was read before this stop may have written anything stays. What this process has not written yet, or the server
 * has refused to write every time (SCALE_CHANGED), stands as somebody else wants it: that number is then what counts. */
static bool keeps_entry(const struct transition_view *view, const struct workload *workload,
                        const struct journal_entry *entry)
{
    if (entry == NULL)
        return false;
    if (!view->under_way || workload->replicas == entry->replicas)
        return false;
    const struct scale_order *order =
        view->answered == NULL ? NULL : scale_orders_find(view->answered, workload->resource, workload->name);
    return view->is_resumed || (order != NULL && (order->may_be_ours || order->result != SCALE_CHANGED));
}

/* Something of this stop has reached it, or may have. What the server has refused to write every time needs not be remembered. */
static bool may_be_ours(const struct transition_view *view, const struct workload *workload)
{
    const struct scale_order *order = scale_orders_find(view->answered, workload->resource, workload->name);

    return view->is_resumed || order == NULL || order->may_be_ours;
}

/* --- the order ------------------------------------------------------------------------------------------------- */

/* What is ordered together, the lowest number first. An autoscaler brings back what it scales as long as it is not paused, and
 * holds it down as long as it is: so it comes first in both directions. */
static int64_t group_of(const struct workload *workload, bool is_stop)
{
    switch (workload->action) {
    case RESOURCE_PAUSED:
        return INT64_MIN;
    case RESOURCE_SUSPENDED:
        return is_stop ? INT64_MIN : INT64_MAX;
    case RESOURCE_SCALED:
        break;
    }
    return is_stop ? -(int64_t) workload->order : workload->order;
}

/* What the groups behind it wait for: until it is ready, or until its pods are gone. */
static bool is_awaited(const struct transition_view *view, const struct workload *workload, bool is_stop)
{
    if (workload->action != RESOURCE_SCALED || transition_left(workload, view->command) != LEFT_NOT)
        return false;
    if (view->has_waited && (is_stop ? workload->order >= view->waited_for : workload->order <= view->waited_for))
        return false;
    if (is_stop)
        return workload->replicas == 0 && workload->replicas_existing > 0;
    return workload->replicas > 0 && transition_is_unready(workload);
}

/* The first group in front of that one which is still awaited. */
static bool find_awaited(const struct transition_view *view, int64_t group, bool is_stop, int32_t *ret_order)
{
    int64_t first = group;

    for (size_t i = 0; i < view->seen->count; i++) {
        const struct workload *workload = &view->seen->items[i];
        if (group_of(workload, is_stop) >= first || !is_awaited(view, workload, is_stop))
            continue;
        first = group_of(workload, is_stop);
        *ret_order = workload->order;
    }
    return first < group;
}

/* Of all that is to be ordered only the first group remains, and of that nothing as long as the one before it is awaited. */
static void keep_first_group(const struct transition_view *view, bool is_stop, struct transition *transition)
{
    struct scale_orders all = transition->orders;
    int64_t first = INT64_MAX;

    for (size_t i = 0; i < all.count; i++)
        first = all.items[i].group < first ? all.items[i].group : first;
    transition->orders = (struct scale_orders){ 0 };
    /* CronJobs of a start and autoscalers wait for nothing: the former are no group, and in front of the latter is none. */
    transition->waits = all.count > 0 && !view->waits_for_no_group && first != INT64_MAX &&
                        find_awaited(view, first, is_stop, &transition->waits_for);
    for (size_t i = 0; i < all.count; i++) {
        if (!transition->waits && all.items[i].group == first)
            scale_orders_add(&transition->orders, &all.items[i]);
        else
            transition->later++;
    }
    scale_orders_release(&all);
}

/* --- stop ------------------------------------------------------------------------------------------------------ */

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
        if (entry != NULL && (workload->replicas != entry->replicas || may_be_ours(view, workload)))
            journal_add(&transition->journal, entry);
        transition->failed++;
        return;
    }
    if (keeps_entry(view, workload, entry))
        journal_add(&transition->journal, entry);
    else
        remember(&transition->journal, workload);
    order(&transition->orders, workload, 0, "", group_of(workload, true));
}

/* What could not be read this time is not forgotten. */
static size_t keep_unread(const struct transition_view *view, struct journal *journal)
{
    size_t kept = 0;

    for (size_t i = 0; view->seen->unread_count > 0 && i < view->remembered->count; i++) {
        const struct journal_entry *entry = &view->remembered->entries[i];
        if (!workload_list_is_unread(view->seen, entry->resource))
            continue;
        journal_add(journal, entry);
        kept++;
    }
    return kept;
}

void transition_plan_stop(const struct transition_view *view, struct transition *ret_transition)
{
    struct transition transition = { 0 };

    for (size_t i = 0; i < view->seen->count; i++)
        plan_stop_of(view, &view->seen->items[i], &transition);
    (void) keep_unread(view, &transition.journal);
    keep_first_group(view, true, &transition);
    transition.journal_changed = !journals_agree(&transition.journal, view->remembered);
    *ret_transition = transition;
}

/* --- start ----------------------------------------------------------------------------------------------------- */

static void plan_start_of(const struct transition_view *view, const struct journal_entry *entry,
                          struct transition *transition)
{
    const struct workload *workload = workload_list_find(view->seen, entry->resource, entry->name);
    enum scale_result answer = answer_of(view->answered, entry->resource, entry->name);

    if (workload == NULL || !text_equal(workload->uid, entry->uid) || workload->terminating) {
        transition->gone++;
        return;
    }
    if (workload->replicas > 0) {
        bool is_as_wanted =
            workload->replicas == entry->replicas || workload->replicas == transition_start_replicas(workload, entry);
        transition->changed_by_others += !is_as_wanted;
        return;
    }
    if (answer == SCALE_DONE) { /* it was brought back, and somebody has put it to 0 since */
        transition->changed_by_others++;
        return;
    }
    journal_add(&transition->journal, entry);
    if (is_excepted(workload, view->command)) {
        transition->excepted++;
        return;
    }
    if (answer == SCALE_FAILED) {
        transition->failed++;
        return;
    }
    order(&transition->orders, workload, transition_start_replicas(workload, entry), entry->before,
          group_of(workload, false));
}

void transition_plan_start(const struct transition_view *view, struct transition *ret_transition)
{
    struct transition transition = { 0 };

    for (size_t i = 0; i < view->remembered->count; i++)
        if (!workload_list_is_unread(view->seen, view->remembered->entries[i].resource))
            plan_start_of(view, &view->remembered->entries[i], &transition);
    transition.failed += keep_unread(view, &transition.journal);
    keep_first_group(view, false, &transition);
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

/* bot/answer_parts.c - pieces of answers: lines and remarks about what is not as it should be. */
#include "bot/answer_parts.h"

#include <string.h>

#include "base/text.h"
#include "bot/message.h"
#include "bot/transition.h"

enum { OWNED_LOOKED_UP_MAX = 100 }; /* each look-up walks the list */

/* --- lines ----------------------------------------------------------------------------------------------------- */

size_t answer_lines_max(const struct outcome *outcome)
{
    return outcome->alone ? ANSWER_LINES_MAX : ANSWER_LINES_BESIDE_MAX;
}

void answer_begin_line(const struct outcome *outcome, struct buffer *target)
{
    buffer_append_text(target, "• ");
    if (outcome->alone || outcome->verb != VERB_STATUS)
        return;
    message_append_code(target, outcome->environment->name);
    buffer_append_text(target, ": ");
}

void answer_append_rest(const struct outcome *outcome, size_t count, const char *what, struct buffer *target)
{
    if (count <= answer_lines_max(outcome))
        return;
    answer_begin_line(outcome, target);
    buffer_append_format(target, "and %zu more%s\n", count - answer_lines_max(outcome), what);
}

static void append_unready_one(const struct outcome *outcome, const struct workload *workload, struct buffer *target)
{
    answer_begin_line(outcome, target);
    message_append_code(target, workload->name);
    buffer_append_format(target, " %d/%d ready", workload->replicas_ready, workload->replicas);
    if (workload->reason[0] != '\0') {
        buffer_append_text(target, ": ");
        message_append_escaped(target, workload->reason);
    } else if (!workload->settled) {
        buffer_append_text(target, ": its controller has not seen the change yet");
    }
    buffer_append_char(target, '\n');
}

void answer_append_unready(const struct outcome *outcome, struct buffer *target)
{
    size_t count = 0;

    for (size_t i = 0; i < outcome->seen->count; i++) {
        const struct workload *workload = &outcome->seen->items[i];
        if (!transition_is_unready(workload) || workload->replicas == 0)
            continue;
        if (count++ < answer_lines_max(outcome))
            append_unready_one(outcome, workload, target);
    }
    answer_append_rest(outcome, count, " not ready", target);
}

void answer_append_unread(const struct outcome *outcome, struct buffer *target)
{
    for (size_t i = 0; i < outcome->seen->unread_count && i < answer_lines_max(outcome); i++) {
        const struct unread_resource *unread = &outcome->seen->unread[i];
        answer_begin_line(outcome, target);
        message_append_code(target, unread->resource);
        buffer_append_text(target, " could not be read: ");
        message_append_escaped(target, unread->reason);
        buffer_append_text(target, ", so what they run is not known\n");
    }
    answer_append_rest(outcome, outcome->seen->unread_count, " that could not be read", target);
}

void answer_append_going_on(const struct workload_list *seen, struct buffer *target)
{
    if (seen->jobs > 0)
        buffer_append_format(target, " %d job%s on.", seen->jobs, seen->jobs == 1 ? " goes" : "s go");
    if (seen->pods > 0)
        buffer_append_format(target, " %d pod%s without a controller go%s on.", seen->pods, seen->pods == 1 ? "" : "s",
                             seen->pods == 1 ? "es" : "");
}

/* --- left to others -------------------------------------------------------------------------------------------- */

/* "Deployment web" and deployments.apps: a plural begins as the word does, but for its last letter ("Proxy", "proxies"). */
static bool is_kind_of(const char *resource, const char *kind, size_t length)
{
    for (size_t i = 0; i + 1 < length; i++)
        if (resource[i] == '\0' || text_lower_case(kind[i]) != resource[i])
            return false;
    return true;
}

/* true: its owner is among the workloads, and so is spoken of itself: the ReplicaSet of a Deployment. */
static bool has_seen_owner(const struct workload_list *seen, const struct workload *workload)
{
    size_t kind_length = strcspn(workload->owner, " ");
    const char *name = workload->owner + kind_length + strspn(workload->owner + kind_length, " ");

    for (size_t i = 0; i < seen->count; i++)
        if (text_equal(seen->items[i].name, name) && is_kind_of(seen->items[i].resource, workload->owner, kind_length))
            return true;
    return false;
}

static void append_owned_one(const struct workload *workload, size_t before, struct buffer *target)
{
    buffer_append_text(target, before == 0 ? " Left to their owners: " : ", ");
    message_append_code(target, workload->name);
    if (workload->owner[0] == '\0')
        return;
    buffer_append_text(target, " (");
    message_append_escaped(target, workload->owner);
    buffer_append_char(target, ')');
}

void answer_append_owned(const struct workload_list *seen, struct buffer *target)
{
    size_t looked_up = 0, count = 0;

    for (size_t i = 0; i < seen->count && looked_up < OWNED_LOOKED_UP_MAX; i++) {
        const struct workload *workload = &seen->items[i];
        if (!workload->owned || workload->terminating || workload->replicas == 0)
            continue;
        looked_up++;
        if (has_seen_owner(seen, workload))
            continue;
        if (count < ANSWER_NAMES_MAX)
            append_owned_one(workload, count, target);
        count++;
    }
    if (count > ANSWER_NAMES_MAX)
        buffer_append_format(target, " and %zu more", count - ANSWER_NAMES_MAX);
    if (count > 0)
        buffer_append_char(target, '.');
}

void answer_append_waking(const struct outcome *outcome, struct buffer *target)
{
    static const struct command none = { .exception_count = 0 };
    struct answer_names names = { .count = 0 };

    for (size_t i = 0; i < outcome->seen->count; i++)
        if (outcome->seen->items[i].wakes_by_itself && transition_left(&outcome->seen->items[i], &none) == LEFT_NOT)
            answer_names_add(&names, outcome->seen->items[i].name);
    if (names.count == 0)
        return;
    answer_begin_line(outcome, target);
    answer_append_names(target, &names);
    if (names.count == 1)
        buffer_append_text(target,
                           " has an autoscaler with `minReplicas: 0`, which may start it again after a stop: with "
                           "`minReplicas: 1` it rests\n");
    else
        buffer_append_text(target, " have autoscalers with `minReplicas: 0`, which may start them again after a stop: "
                                   "with `minReplicas: 1` they rest\n");
}

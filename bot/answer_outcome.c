/* bot/answer_outcome.c - what people read about one environment: how a stop or start came out.
 *
 * Pure. A report says only what was read back: counts come from the last reading, reasons from the server's answers.
 */
#include <string.h>

#include "base/duration.h"
#include "base/text.h"
#include "bot/answer.h"
#include "bot/answer_keepers.h"
#include "bot/answer_names.h"
#include "bot/answer_parts.h"
#include "bot/answer_status.h"

static void append_name(const struct outcome *outcome, struct buffer *target)
{
    message_append_code(target, outcome->environment->name);
}

static void append_outlook(const struct outcome *outcome, struct buffer *target)
{
    answer_outlook(outcome->environment->name, &outcome->outlook, target);
}

static void append_ready(const struct outcome *outcome, struct buffer *target)
{
    buffer_append_format(target, "%d/%d ready", outcome->standing.ready, outcome->standing.wanted);
}

static void append_took(const struct outcome *outcome, struct buffer *target)
{
    if (outcome->took_s < 1) {
        buffer_append_text(target, "at once");
        return;
    }
    buffer_append_text(target, "in ");
    duration_write(outcome->took_s, target);
}

/* --- what was refused ------------------------------------------------------------------------------------------ */

static void append_failure(const struct outcome *outcome, const char *name, const char *reason, size_t *count,
                           struct buffer *target)
{
    if ((*count)++ >= answer_lines_max(outcome))
        return;
    answer_begin_line(outcome, target);
    message_append_code(target, name);
    buffer_append_text(target, " could not be changed: ");
    message_append_escaped(target, reason);
    buffer_append_char(target, '\n');
}

/* Why the server did not change it; NULL = it did, or was not asked. */
static const char *reason_of(const struct scale_order *order)
{
    if (order->result == SCALE_FAILED || order->result == SCALE_UNKNOWN)
        return order->reason;
    return order->result == SCALE_CHANGED ? "somebody else kept changing it meanwhile" : NULL;
}

/* Workloads that the server refused to change, with its own sentence, and those that were refused for their data. */
static void append_failures(const struct outcome *outcome, struct buffer *target)
{
    static const char deletes_data[] =
        "scaling it to 0 would delete its volumes (persistentVolumeClaimRetentionPolicy.whenScaled is Delete)";
    size_t count = 0;

    for (size_t i = 0; outcome->answered != NULL && i < outcome->answered->count; i++) {
        const char *reason = reason_of(&outcome->answered->items[i]);
        if (reason != NULL)
            append_failure(outcome, outcome->answered->items[i].name, reason, &count, target);
    }
    for (size_t i = 0; outcome->verb == VERB_STOP && i < outcome->seen->count; i++)
        if (outcome->seen->items[i].deletes_data && outcome->seen->items[i].replicas > 0)
            append_failure(outcome, outcome->seen->items[i].name, deletes_data, &count, target);
    answer_append_rest(outcome, count, " that could not be changed", target);
}

/* --- remarks --------------------------------------------------------------------------------------------------- */

static size_t running_left(const struct outcome *outcome, enum left_reason reason)
{
    static const struct command none = { .exception_count = 0 };
    size_t count = 0;

    for (size_t i = 0; i < outcome->seen->count; i++)
        if (outcome->seen->items[i].replicas > 0 && transition_left(&outcome->seen->items[i], &none) == reason)
            count++;
    return count;
}

static void append_remark(struct buffer *target, const char *words, size_t count)
{
    if (count == 0)
        return;
    buffer_append_format(target, " %s: ", words);
    answer_append_count(target, count, "workload");
    buffer_append_char(target, '.');
}

/* An autoscaler's minimum was raised meanwhile. */
static void append_raised(const struct outcome *outcome, struct buffer *target)
{
    struct answer_names names = { .count = 0 };

    for (size_t i = 0; outcome->remembered != NULL && i < outcome->remembered->count; i++) {
        const struct journal_entry *entry = &outcome->remembered->entries[i];
        const struct workload *workload = workload_list_find(outcome->seen, entry->resource, entry->name);
        if (workload != NULL && text_equal(workload->uid, entry->uid) && workload->replicas >= workload->minimum &&
            workload->minimum > entry->replicas)
            answer_names_add(&names, entry->name);
    }
    if (names.count == 0)
        return;
    buffer_append_text(target, " With more than before, as the autoscaler has a higher minimum now: ");
    answer_append_names(target, &names);
    buffer_append_char(target, '.');
}

/* What else a person should know, in sentences behind the first one. */
static void append_remarks(const struct outcome *outcome, struct buffer *target)
{
    const struct transition *plan = outcome->plan;

    append_remark(target, "Left as they were", plan->excepted);
    if (outcome->verb == VERB_STOP) {
        append_remark(target, "Excluded and still running", running_left(outcome, LEFT_EXCLUDED));
        answer_append_owned(outcome->seen, target);
        answer_append_going_on(outcome->seen, target);
    } else {
        append_remark(target, "Scaled by somebody meanwhile and left so", plan->changed_by_others);
        append_remark(target, "Deleted or replaced while asleep", plan->gone);
        append_raised(outcome, target);
    }
}

/* And in lines below. */
static void append_notes(const struct outcome *outcome, struct buffer *target)
{
    answer_append_unread(outcome, target);
    if (outcome->verb == VERB_STOP)
        answer_append_waking(outcome, target);
}

/* --- a stop ---------------------------------------------------------------------------------------------------- */

/* Of those that are at 0: an entry of a workload that could not be changed does not count. */
static int64_t pods_remembered(const struct outcome *outcome)
{
    int64_t pods = 0;

    for (size_t i = 0; i < outcome->seen->count; i++) {
        const struct workload *workload = &outcome->seen->items[i];
        const struct journal_entry *entry = journal_find(&outcome->plan->journal, workload->resource, workload->name);
        if (entry != NULL && workload->replicas == 0 && workload->action == RESOURCE_SCALED)
            pods += entry->replicas;
    }
    return pods;
}

/* "2 workloads at 0, 4 replicas remembered, 1 CronJob suspended": of what there is, but always something. */
static void append_asleep(const struct outcome *outcome, bool with_replicas, struct buffer *target)
{
    const struct standing *standing = &outcome->standing;
    const char *separator = "";

    if (standing->asleep > 0 || standing->suspended + standing->paused == 0) {
        answer_append_count(target, standing->asleep, "workload");
        buffer_append_text(target, " at 0");
        if (with_replicas) {
            buffer_append_text(target, ", ");
            answer_append_count(target, (size_t) pods_remembered(outcome), "replica");
            buffer_append_text(target, " remembered");
        }
        separator = ", ";
    }
    if (standing->suspended > 0) {
        buffer_append_text(target, separator);
        answer_append_count(target, standing->suspended, "CronJob");
        buffer_append_text(target, " suspended");
        separator = ", ";
    }
    if (standing->paused > 0) {
        buffer_append_text(target, separator);
        answer_append_count(target, standing->paused, "autoscaler");
        buffer_append_text(target, " paused");
    }
}

/* How one that is asleep comes up again: by itself, or else by hand. */
static void append_start(const struct outcome *outcome, struct buffer *target)
{
    if (outcome->outlook.is_scheduled && outcome->outlook.start_at != INT64_MAX)
        append_outlook(outcome, target);
    else
        buffer_append_format(target, " Start it with `/curfew start %s`.", outcome->environment->name);
}

static void append_stopped(const struct outcome *outcome, struct buffer *target)
{
    append_name(outcome, target);
    buffer_append_text(target, outcome->kind == OUTCOME_NOTHING ? " was stopped already (" : " is stopped (");
    append_asleep(outcome, true, target);
    if (outcome->kind != OUTCOME_NOTHING) {
        buffer_append_text(target, ", ");
        append_took(outcome, target);
    }
    buffer_append_text(target, ").");
    append_remarks(outcome, target);
    append_start(outcome, target);
    buffer_append_char(target, '\n');
    append_notes(outcome, target);
}

/* --- a start --------------------------------------------------------------------------------------------------- */

/* ", 2 CronJobs resumed" */
static void append_resumed(const struct outcome *outcome, enum resource_action action, const char *noun,
                           struct buffer *target)
{
    size_t count = 0;

    for (size_t i = 0; outcome->answered != NULL && i < outcome->answered->count; i++) {
        const struct scale_order *order = &outcome->answered->items[i];
        count += order->action == action && order->replicas > 0 && order->result == SCALE_DONE;
    }
    if (count == 0)
        return;
    buffer_append_text(target, ", ");
    answer_append_count(target, count, noun);
    buffer_append_text(target, " resumed");
}

static void append_started(const struct outcome *outcome, struct buffer *target)
{
    append_name(outcome, target);
    buffer_append_text(target, outcome->kind == OUTCOME_NOTHING ? " was up already (" : " is up (");
    append_ready(outcome, target);
    if (outcome->kind != OUTCOME_NOTHING) {
        buffer_append_char(target, ' ');
        append_took(outcome, target);
        append_resumed(outcome, RESOURCE_SUSPENDED, "CronJob", target);
        append_resumed(outcome, RESOURCE_PAUSED, "autoscaler", target);
    }
    buffer_append_text(target, ").");
    append_remarks(outcome, target);
    append_outlook(outcome, target);
    buffer_append_char(target, '\n');
    append_notes(outcome, target);
}

static void append_partly(const struct outcome *outcome, struct buffer *target)
{
    append_name(outcome, target);
    if (outcome->verb == VERB_STOP) {
        buffer_append_text(target, " is partly stopped: ");
        append_asleep(outcome, false, target);
    } else {
        buffer_append_text(target, " is partly up: ");
        append_ready(outcome, target);
    }
    buffer_append_text(target, ", ");
    answer_append_count(target, outcome->plan->failed, "workload");
    buffer_append_text(target, outcome->plan->failed == 1 ? " stays as it is." : " stay as they are.");
    append_remarks(outcome, target);
    append_outlook(outcome, target);
    buffer_append_char(target, '\n');
    append_failures(outcome, target);
    if (outcome->verb == VERB_START)
        answer_append_unready(outcome, target);
    append_notes(outcome, target);
    buffer_append_format(target, "To try those again: `/curfew %s %s`.\n", verb_words(outcome->verb)->word,
                         outcome->environment->name);
}

static void append_not_ready(const struct outcome *outcome, struct buffer *target)
{
    append_name(outcome, target);
    buffer_append_text(target, " is started, but after ");
    duration_write(outcome->took_s, target);
    buffer_append_text(target, " only ");
    append_ready(outcome, target);
    buffer_append_char(target, '.');
    append_outlook(outcome, target);
    buffer_append_char(target, '\n');
    answer_append_unready(outcome, target);
    append_failures(outcome, target);
    append_notes(outcome, target);
    buffer_append_format(target, "`/curfew status %s` shows how it goes on.\n", outcome->environment->name);
}

static void append_error(const struct outcome *outcome, struct buffer *target)
{
    append_name(outcome, target);
    if (outcome->kind == OUTCOME_CONTINUES)
        buffer_append_format(target, " is not %s yet; Curfew goes on trying: ",
                             outcome->verb == VERB_STOP ? "stopped" : "started");
    else
        buffer_append_format(target, " was not %s, and nothing was changed: ",
                             outcome->verb == VERB_STOP ? "stopped" : "started");
    message_append_escaped(target, outcome->error->message);
    buffer_append_text(target, ".\n");
}

static void append_overtaken(const struct outcome *outcome, struct buffer *target)
{
    buffer_append_format(target, "The %s of ", verb_words(outcome->verb)->word);
    append_name(outcome, target);
    buffer_append_format(target, " was overtaken by a %s from ", verb_words(outcome->verb_since)->word);
    answer_append_by(target, outcome->overtaken_by);
    buffer_append_text(target, ".\n");
}

void answer_outcome(const struct outcome *outcome, struct buffer *target)
{
    bool is_status = outcome->verb == VERB_STATUS && outcome->kind != OUTCOME_NO_LONGER;

    if (is_status && outcome->kind != OUTCOME_BROUGHT_BACK) {
        if (outcome->alone)
            answer_status(outcome, target);
        else
            answer_status_beside(outcome, target);
        return;
    }
    switch (outcome->kind) {
    case OUTCOME_DONE:
    case OUTCOME_NOTHING:
        if (outcome->verb == VERB_STOP)
            append_stopped(outcome, target);
        else
            append_started(outcome, target);
        break;
    case OUTCOME_PARTLY:
        append_partly(outcome, target);
        break;
    case OUTCOME_NOT_READY:
        append_not_ready(outcome, target);
        break;
    case OUTCOME_FAILED:
    case OUTCOME_CONTINUES:
        append_error(outcome, target);
        break;
    case OUTCOME_OVERTAKEN:
        append_overtaken(outcome, target);
        break;
    case OUTCOME_NO_LONGER:
        append_name(outcome, target);
        buffer_append_text(target, " is no environment any more: it was deleted or lost its label meanwhile.\n");
        break;
    case OUTCOME_STATUS:
        break; /* its verb is VERB_STATUS: above */
    case OUTCOME_BROUGHT_BACK:
        answer_brought_back(outcome, target);
        break;
    }
}

/* bot/answer_outcome.c - what people read about one environment: how it stands, and how a stop or start came out.
 *
 * Pure. A report says only what was read back: counts come from the last reading, reasons from the server's answers.
 */
#include <string.h>

#include "base/duration.h"
#include "base/text.h"
#include "bot/answer.h"

enum { DETAILS_MAX = 10 };

static void append_name(const struct outcome *outcome, struct buffer *target)
{
    message_append_code(target, outcome->environment->name);
}

static void append_outlook(const struct outcome *outcome, struct buffer *target)
{
    answer_outlook(outcome->environment->name, &outcome->outlook, target);
}

static void append_count(struct buffer *target, size_t count, const char *noun)
{
    buffer_append_format(target, "%zu %s%s", count, noun, count == 1 ? "" : "s");
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

/* "• `web` 1/3 ready: FailedCreate: exceeded quota" for each workload that is not ready. */
static void append_unready(const struct outcome *outcome, struct buffer *target)
{
    size_t shown = 0;

    for (size_t i = 0; i < outcome->seen->count; i++) {
        const struct workload *workload = &outcome->seen->items[i];
        if (!transition_is_unready(workload) || workload->replicas == 0)
            continue;
        if (shown++ == DETAILS_MAX) {
            buffer_append_text(target, "• and more\n");
            return;
        }
        buffer_append_text(target, "• ");
        message_append_code(target, workload->name);
        buffer_append_format(target, " %d/%d ready", workload->replicas_ready, workload->replicas);
        if (workload->reason[0] != '\0') {
            buffer_append_text(target, ": ");
            message_append_escaped(target, workload->reason);
        }
        buffer_append_char(target, '\n');
    }
}

static void append_failure(struct buffer *target, const char *name, const char *reason)
{
    buffer_append_text(target, "• ");
    message_append_code(target, name);
    buffer_append_text(target, " could not be changed: ");
    message_append_escaped(target, reason);
    buffer_append_char(target, '\n');
}

/* Workloads that the server refused to change, with its own sentence, and those that were refused for their data. */
static void append_failures(const struct outcome *outcome, struct buffer *target)
{
    for (size_t i = 0; outcome->answered != NULL && i < outcome->answered->count; i++) {
        const struct scale_order *order = &outcome->answered->items[i];
        if (order->result == SCALE_FAILED || order->result == SCALE_UNKNOWN)
            append_failure(target, order->name, order->reason);
        else if (order->result == SCALE_CHANGED)
            append_failure(target, order->name, "somebody else kept changing it meanwhile");
    }
    if (outcome->verb != VERB_STOP)
        return;
    for (size_t i = 0; i < outcome->seen->count; i++)
        if (outcome->seen->items[i].deletes_data && outcome->seen->items[i].replicas > 0)
            append_failure(
                target, outcome->seen->items[i].name,
                "scaling it to 0 would delete its volumes (persistentVolumeClaimRetentionPolicy.whenScaled is Delete)");
}

static size_t running_left(const struct outcome *outcome, enum left_reason reason)
{
    static const struct command none = { .exception_count = 0 };
    size_t count = 0;

    for (size_t i = 0; i < outcome->seen->count; i++)
        if (outcome->seen->items[i].replicas > 0 && transition_left(&outcome->seen->items[i], &none) == reason)
            count++;
    return count;
}

/* What else a person should know about a stop or start that went well. */
static void append_remarks(const struct outcome *outcome, struct buffer *target)
{
    const struct transition *plan = outcome->plan;

    if (plan->excepted > 0) {
        buffer_append_text(target, " Left as they were: ");
        append_count(target, plan->excepted, "workload");
        buffer_append_char(target, '.');
    }
    if (outcome->verb == VERB_STOP && running_left(outcome, LEFT_EXCLUDED) > 0) {
        buffer_append_text(target, " Excluded and still running: ");
        append_count(target, running_left(outcome, LEFT_EXCLUDED), "workload");
        buffer_append_char(target, '.');
    }
    if (outcome->verb == VERB_START && plan->changed_by_others > 0) {
        buffer_append_text(target, " Scaled by somebody meanwhile and left so: ");
        append_count(target, plan->changed_by_others, "workload");
        buffer_append_char(target, '.');
    }
    if (outcome->verb == VERB_START && plan->gone > 0) {
        buffer_append_text(target, " Deleted or replaced while asleep: ");
        append_count(target, plan->gone, "workload");
        buffer_append_char(target, '.');
    }
}

/* Of those that are at 0: an entry of a workload that could not be changed does not count. */
static int64_t pods_remembered(const struct outcome *outcome)
{
    int64_t pods = 0;

    for (size_t i = 0; i < outcome->seen->count; i++) {
        const struct workload *workload = &outcome->seen->items[i];
        const struct journal_entry *entry = journal_find(&outcome->plan->journal, workload->resource, workload->name);
        if (entry != NULL && workload->replicas == 0)
            pods += entry->replicas;
    }
    return pods;
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
    append_count(target, outcome->standing.asleep, "workload");
    buffer_append_text(target, " at 0, ");
    append_count(target, (size_t) pods_remembered(outcome), "replica");
    buffer_append_text(target, " remembered");
    if (outcome->kind != OUTCOME_NOTHING) {
        buffer_append_text(target, ", ");
        append_took(outcome, target);
    }
    buffer_append_text(target, ").");
    append_remarks(outcome, target);
    append_start(outcome, target);
    buffer_append_char(target, '\n');
}

static void append_started(const struct outcome *outcome, struct buffer *target)
{
    append_name(outcome, target);
    buffer_append_text(target, outcome->kind == OUTCOME_NOTHING ? " was up already (" : " is up (");
    append_ready(outcome, target);
    if (outcome->kind != OUTCOME_NOTHING) {
        buffer_append_char(target, ' ');
        append_took(outcome, target);
    }
    buffer_append_text(target, ").");
    append_remarks(outcome, target);
    append_outlook(outcome, target);
    buffer_append_char(target, '\n');
}

static void append_partly(const struct outcome *outcome, struct buffer *target)
{
    append_name(outcome, target);
    if (outcome->verb == VERB_STOP) {
        buffer_append_text(target, " is partly stopped: ");
        append_count(target, outcome->standing.asleep, "workload");
        buffer_append_text(target, " at 0, ");
    } else {
        buffer_append_text(target, " is partly up: ");
        append_ready(outcome, target);
        buffer_append_text(target, ", ");
    }
    append_count(target, outcome->plan->failed, "workload");
    buffer_append_text(target, outcome->plan->failed == 1 ? " stays as it is." : " stay as they are.");
    append_outlook(outcome, target);
    buffer_append_char(target, '\n');
    append_failures(outcome, target);
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
    append_unready(outcome, target);
    append_failures(outcome, target);
    buffer_append_format(target, "`/curfew status %s` shows how it goes on.\n", outcome->environment->name);
}

static void append_error(const struct outcome *outcome, struct buffer *target)
{
    append_name(outcome, target);
    if (outcome->verb == VERB_STATUS)
        buffer_append_text(target, " cannot be read: ");
    else if (outcome->kind == OUTCOME_CONTINUES)
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

static void append_since(const struct outcome *outcome, struct buffer *target)
{
    struct record record;

    if (!environment_read_record(outcome->environment, &record) || record.by[0] == '\0')
        return;
    buffer_append_text(target, ", since ");
    message_append_instant(target, record.since_at);
    buffer_append_text(target, " by ");
    answer_append_by(target, record.by);
}

static void append_status_asleep(const struct outcome *outcome, struct buffer *target)
{
    const struct standing *standing = &outcome->standing;

    if (standing->running > 0) {
        buffer_append_text(target, " is partly stopped: ");
        append_count(target, standing->running, "workload");
        buffer_append_text(target, standing->running == 1 ? " still runs (" : " still run (");
        append_ready(outcome, target);
        buffer_append_char(target, ')');
    } else if (standing->existing > 0 && standing->wanted == 0) {
        buffer_append_text(target, " is stopping: ");
        append_count(target, (size_t) standing->existing, "pod");
        buffer_append_text(target, " not gone yet");
    } else if (standing->unready > 0 && standing->wanted == 0) { /* how many pods there are is not known */
        buffer_append_text(target, " is stopping: its controllers have not seen it yet");
    } else {
        buffer_append_text(target, " is stopped: ");
        append_count(target, standing->asleep, "workload");
        buffer_append_text(target, " at 0");
    }
}

static void append_status_awake(const struct outcome *outcome, struct buffer *target)
{
    const struct standing *standing = &outcome->standing;

    if (standing->workloads == 0)
        buffer_append_text(target, " has no workloads");
    else if (standing->running == 0)
        buffer_append_text(target, " is at 0, but not by Curfew");
    else if (standing->unready == 0)
        buffer_append_text(target, " is up: ");
    else
        buffer_append_text(target, outcome->under_way != VERB_COUNT ? " is starting: " : " is degraded: ");
    if (standing->workloads > 0 && standing->running > 0)
        append_ready(outcome, target);
    if (standing->asleep > 0) {
        buffer_append_text(target, ", ");
        append_count(target, standing->asleep, "workload");
        buffer_append_text(target, " left at 0");
    }
}

/* What is wrong with it, however it stands. */
static void append_faults(const struct outcome *outcome, struct buffer *target)
{
    if (outcome->wrong != NULL && outcome->wrong[0] != '\0') {
        buffer_append_text(target, "• ");
        message_append_escaped(target, outcome->wrong);
        buffer_append_char(target, '\n');
    }
    if (outcome->channel_error != NULL && outcome->channel_error[0] != '\0') {
        buffer_append_text(target, "• its channel ");
        message_append_code(target, outcome->channel);
        buffer_append_text(target, " does not take messages: ");
        message_append_escaped(target, outcome->channel_error);
        buffer_append_char(target, '\n');
    }
}

static void append_status_next(const struct outcome *outcome, bool asleep, struct buffer *target)
{
    if (outcome->under_way == VERB_STOP)
        return;
    if (outcome->outlook.is_scheduled && !asleep && outcome->outlook.stop.source == PLAN_STOP_NONE)
        buffer_append_text(target, " It has no curfew.");
    else
        append_outlook(outcome, target);
}

static void append_status(const struct outcome *outcome, struct buffer *target)
{
    const struct environment *environment = outcome->environment;
    struct record record;
    bool asleep = environment_read_record(environment, &record) && record.state == RECORD_ASLEEP;

    append_name(outcome, target);
    if (outcome->under_way == VERB_STOP)
        buffer_append_text(target, " is stopping now");
    else if (asleep)
        append_status_asleep(outcome, target);
    else
        append_status_awake(outcome, target);
    append_since(outcome, target);
    buffer_append_text(target,
                       environment->scheduler == SCHEDULER_DISABLED ? " (by hand only: scheduler=disabled)." : ".");
    append_status_next(outcome, asleep, target);
    buffer_append_char(target, '\n');
    append_faults(outcome, target);
    if (outcome->alone)
        append_unready(outcome, target);
}

void answer_outcome(const struct outcome *outcome, struct buffer *target)
{
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
    case OUTCOME_BROUGHT_BACK:
    case OUTCOME_STATUS:
        append_status(outcome, target);
        break;
    }
}

/* bot/operation_note.c - what `kubectl get events` shows of a stop or a start.
 *
 * Pure. One Event for each that came to an end, by whom and with what outcome: platform engineers look there first.
 */
#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

/* Slack knows people by ids; the name they are called by stands in the request. */
static void append_by(const struct operation *operation, struct buffer *target)
{
    for (size_t i = 0; i < operation->participant_count; i++) {
        const struct inbox_entry *entry = &operation->participants[i].request->entry;
        if (!text_equal(entry->user, operation->by) || entry->name[0] == '\0')
            continue;
        buffer_append_format(target, "@%s", entry->name);
        return;
    }
    buffer_append_text(target, text_equal(operation->by, by_schedule) ? "the schedule" : operation->by);
}

static void append_curfew(const struct operation *operation, struct buffer *target)
{
    const struct zone *zone = operation->environment->settings->schedule.zone;
    struct local_time time = zone_local_time(zone, operation->settles_at);

    buffer_append_format(target, "Curfew at %02d:%02d %s", time.hour, time.minute, zone_name(zone));
}

static void write_sentence(const struct operation *operation, const struct outcome *outcome, struct buffer *target)
{
    bool is_stop = operation->verb == VERB_STOP;

    if (outcome->kind == OUTCOME_FAILED)
        buffer_append_format(target, "Not %s: %s", is_stop ? "stopped" : "started", outcome->error->message);
    else if (operation->by_itself && is_stop)
        append_curfew(operation, target);
    else {
        buffer_append_text(target, is_stop ? "Stopped by " : "Started by ");
        append_by(operation, target);
    }
    if (outcome->kind == OUTCOME_PARTLY)
        buffer_append_format(target, "; %zu could not be changed", outcome->plan->failed);
    else if (outcome->kind == OUTCOME_NOT_READY)
        buffer_append_format(target, "; %d of %d pods ready in time", outcome->standing.ready,
                             outcome->standing.wanted);
}

void operation_note(const struct operation *operation, const struct outcome *outcome, struct effects *effects)
{
    static const char *const reasons[][2] = {
        [VERB_START] = { "Started", "Started" }, [VERB_STOP] = { "Stopped", "Curfew" }
    };
    bool is_told = outcome->kind == OUTCOME_DONE || outcome->kind == OUTCOME_PARTLY ||
                   outcome->kind == OUTCOME_NOT_READY || outcome->kind == OUTCOME_FAILED;
    released_by(buffer_release) struct buffer sentence = { 0 };

    if (operation->verb == VERB_STATUS || !is_told)
        return;
    write_sentence(operation, outcome, &sentence);
    struct effect *effect = effects_add(effects, EFFECT_NOTE);
    text_copy_cut(effect->namespace, sizeof effect->namespace, operation->environment->name);
    text_copy_cut(effect->uid, sizeof effect->uid, operation->uid);
    effect->reason = outcome->kind == OUTCOME_FAILED ? "CurfewFailed" : reasons[operation->verb][operation->by_itself];
    effect->is_warning = outcome->kind != OUTCOME_DONE;
    effect->text = memory_text(buffer_text(&sentence));
}

/* bot/channels.c - channels that do not take messages: reported once, and shown by status, until they do again.
 *
 * Pure. A channel that fails stops nothing else.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

enum { BROKEN_MAX = 1000 }; /* more are not remembered, and then reported again */

static struct broken_channel *find(const struct engine *engine, const char *channel)
{
    for (size_t i = 0; i < engine->broken_channel_count; i++)
        if (text_equal(engine->broken_channels[i].id, channel))
            return &engine->broken_channels[i];
    return NULL;
}

static void report(const char *event, const char *channel, const char *slack_error, bool warn, struct effects *effects)
{
    struct effect *effect = effects_add(effects, EFFECT_REPORT);

    effect->report = (struct report){ .event = event, .workloads = -1, .failed = -1, .took_s = -1, .warn = warn };
    text_copy_cut(effect->report.channel, sizeof effect->report.channel, channel);
    text_copy_cut(effect->report.reason, sizeof effect->report.reason, slack_error);
}

const char *channels_error(const struct engine *engine, const char *channel)
{
    const struct broken_channel *broken = find(engine, channel);

    return broken == NULL ? "" : broken->slack_error;
}

void channels_failed(struct engine *engine, const char *channel, const char *slack_error, struct effects *effects)
{
    struct broken_channel *broken = find(engine, channel);

    if (broken != NULL) {
        text_copy_cut(broken->slack_error, sizeof broken->slack_error, slack_error);
        return;
    }
    report("channel_failed", channel, slack_error, true, effects);
    if (engine->broken_channel_count == BROKEN_MAX)
        return;
    engine->broken_channels =
        memory_grow(engine->broken_channels, engine->broken_channel_count + 1, sizeof *engine->broken_channels);
    broken = &engine->broken_channels[engine->broken_channel_count++];
    text_copy_cut(broken->id, sizeof broken->id, channel);
    text_copy_cut(broken->slack_error, sizeof broken->slack_error, slack_error[0] == '\0' ? "unknown" : slack_error);
}

void channels_worked(struct engine *engine, const char *channel, struct effects *effects)
{
    struct broken_channel *broken = find(engine, channel);

    if (broken == NULL)
        return;
    *broken = engine->broken_channels[--engine->broken_channel_count];
    report("channel_works", channel, "", false, effects);
}

/* tests/sim/calls_slack.c - what a call does in Slack. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/sim/sim.h"

static struct request *request_of_delivery(struct sim *sim, uint64_t delivery)
{
    size_t number = (size_t) (delivery & 0xfffffu) - 1;

    return number < sim->requests.count ? sim->requests.items[number] : NULL;
}

static void show_private(struct sim *sim, struct request *request, const struct message *message, const char *what)
{
    if (message_is_empty(message))
        return;
    shown_set(&request->private, message);
    story_tell(sim, request->site, "%s %s (request %d): %s", request->sent.user, what, request->number,
               request->private.text);
}

static void reach_ack(struct sim *sim, struct call *call)
{
    struct request *request = request_of_delivery(sim, call->effect.delivery);

    if (request == NULL)
        return;
    request->acked = true;
    show_private(sim, request, &call->effect.message, "is told at once");
    judge_acked(sim, call, request);
}

static void reach_reply(struct sim *sim, struct call *call)
{
    struct request *request = requests_find(&sim->requests, call->effect.response_url);

    if (request == NULL)
        return;
    show_private(sim, request, &call->effect.message, "is told");
    judge_replied(sim, call, request);
}

/* The word of Slack for a channel that takes nothing; NULL: it takes messages. */
static const char *refusal(struct sim *sim, const struct call *call)
{
    const struct channel *channel = channels_find(&sim->channels, call->effect.post.channel);

    if (channel == NULL)
        return "channel_not_found";
    return channel->archived_until_ms > sim->now_ms ? "is_archived" : NULL;
}

static enum call_fate draw_post_fate(struct sim *sim, struct call *call)
{
    if (refusal(sim, call) != NULL)
        return FATE_REFUSED;
    if (sim_strikes(sim, KIND_POST_LATER, call->site))
        return FATE_NOT_YET;
    if (sim_strikes(sim, KIND_POST_BEFORE, call->site))
        return FATE_BEFORE;
    return sim_strikes(sim, KIND_POST_AFTER, call->site) ? FATE_AFTER : FATE_WELL;
}

static void put_message(struct sim *sim, struct call *call)
{
    const struct post *post = &call->effect.post;
    bool is_new = call->effect.kind == EFFECT_POST;
    struct posted *posted = is_new ? channels_post(sim, post->channel, post->notice, &call->effect.message)
                                   : channels_message(&sim->channels, post->channel, post->message);

    if (posted == NULL) {
        call->posted = POST_REFUSED;
        text_copy_cut(call->slack_error, sizeof call->slack_error, "message_not_found");
        return;
    }
    if (is_new)
        posted->process = call->process;
    else
        channels_update(sim, posted, &call->effect.message);
    text_copy_cut(call->message, sizeof call->message, posted->ts);
    story_tell(sim, call->site, "#%s %s (notice %016llx): %s", post->channel, is_new ? "reads" : "changes to",
               (unsigned long long) posted->notice, posted->shown.text);
    judge_posted(sim, call, posted);
}

static void reach_post(struct sim *sim, struct call *call)
{
    static const enum post_result results[] = {
        [FATE_WELL] = POST_OK,         [FATE_BEFORE] = POST_UNCLEAR, [FATE_AFTER] = POST_UNCLEAR,
        [FATE_REFUSED] = POST_REFUSED, [FATE_NOT_YET] = POST_LATER,
    };
    enum call_fate fate = draw_post_fate(sim, call);

    call->posted = results[fate];
    if (fate == FATE_REFUSED)
        text_copy_cut(call->slack_error, sizeof call->slack_error, refusal(sim, call));
    if (fate == FATE_WELL || fate == FATE_AFTER)
        put_message(sim, call);
    if (fate == FATE_AFTER)
        call->message[0] = '\0';
    if (fate == FATE_WELL)
        return;
    story_tell(sim, call->site, "#%s: a message of process %d %s", call->effect.post.channel, call->process,
               fate == FATE_REFUSED  ? call->slack_error
               : fate == FATE_AFTER  ? "is there, and its answer is lost"
               : fate == FATE_BEFORE ? "is lost, and nobody knows"
                                     : "is not taken yet");
    struct posted *posted = channels_message(&sim->channels, call->effect.post.channel, call->effect.post.message);
    if (fate == FATE_REFUSED && posted != NULL)
        posted->update_refused = true;
    if (fate != FATE_NOT_YET)
        judge_not_posted(sim, call);
}

static void reach_find(struct sim *sim, struct call *call)
{
    const struct post *post = &call->effect.post;

    if (!sim->settings.has_history) {
        call->found = FIND_NOT_ALLOWED;
        text_copy_cut(call->slack_error, sizeof call->slack_error, "missing_scope");
        return;
    }
    if (sim_strikes(sim, KIND_FIND_FAILS, NOBODY)) {
        call->found = FIND_LATER;
        return;
    }
    const struct posted *posted = channels_notice(&sim->channels, post->channel, post->notice, post->since_at);
    call->found = posted == NULL ? FIND_ABSENT : FIND_FOUND;
    if (posted != NULL)
        text_copy_cut(call->message, sizeof call->message, posted->ts);
}

static void reach_look_up(struct sim *sim, struct call *call)
{
    if (sim_strikes(sim, KIND_GROUP_FAILS, NOBODY))
        text_copy_cut(call->slack_error, sizeof call->slack_error, "internal_error");
    else if (text_equal(call->effect.group, "S7"))
        call->members = group_members;
    else
        text_copy_cut(call->slack_error, sizeof call->slack_error, "no_such_subteam");
}

void calls_reach_slack(struct sim *sim, struct call *call)
{
    if (call->effect.kind == EFFECT_ACK)
        reach_ack(sim, call);
    else if (call->effect.kind == EFFECT_REPLY)
        reach_reply(sim, call);
    else if (call->effect.kind == EFFECT_POST || call->effect.kind == EFFECT_UPDATE)
        reach_post(sim, call);
    else if (call->effect.kind == EFFECT_FIND)
        reach_find(sim, call);
    else
        reach_look_up(sim, call);
}

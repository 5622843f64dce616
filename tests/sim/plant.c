/* tests/sim/plant.c - faults of the program that are planted on purpose.
 *
 * Each is something that programs of this kind have done wrong, or that this one would do if a line were missing.
 */
#include "tests/sim/plant.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/sim/sim.h"

/* ---- what is asked of the cluster ---- */

static void orders_without_version(struct sim *sim, int process, struct effect *effect, struct effects *more)
{
    (void) sim, (void) process, (void) more;
    for (size_t i = 0; i < effect->orders.count; i++)
        effect->orders.items[i].resource_version = "";
}

static void starts_with_one(struct sim *sim, int process, struct effect *effect, struct effects *more)
{
    (void) sim, (void) process, (void) more;
    for (size_t i = 0; i < effect->orders.count; i++)
        if (effect->orders.items[i].replicas > 0)
            effect->orders.items[i].replicas = 1;
}

/* ---- what is asked of the store ---- */

static void journal_is_left_out(struct sim *sim, int process, struct effect *effect, struct effects *more)
{
    (void) sim, (void) process, (void) more;
    if (effect->kind == EFFECT_SAVE && effect->save->record.state == RECORD_STOPPING)
        effect->save->has_journal = false;
}

/* The journal is emptied as soon as all is at 0. */
static void journal_is_emptied(struct sim *sim, int process, struct effect *effect, struct effects *more)
{
    (void) sim, (void) process, (void) more;
    if (effect->kind == EFFECT_SAVE && effect->save->record.state == RECORD_ASLEEP)
        journal_release(&effect->save->journal);
}

static void an_hour_more(struct sim *sim, int process, struct effect *effect, struct effects *more)
{
    (void) sim, (void) process, (void) more;
    if (effect->kind == EFFECT_SAVE && effect->save->record.deadline == DEADLINE_PROLONGED)
        effect->save->record.deadline_at += 3600;
}

static void claim_is_not_stored(struct sim *sim, int process, struct effect *effect, struct effects *more)
{
    (void) sim, (void) process, (void) more;
    if (effect->kind != EFFECT_SAVE || !effect->save->has_record)
        return;
    effect->save->record.warned_stop_at = effect->save->record.warned_before_s = 0;
    effect->save->record.notice = 0;
}

/* A stop in which nothing is done: the record alone says that it is asleep. */
static void scaling_is_left_out(struct sim *sim, int process, struct effect *effect, struct effects *more)
{
    (void) sim, (void) process, (void) more;
    if (effect->kind == EFFECT_SAVE && effect->save->record.state == RECORD_STOPPING)
        effect->save->record.state = RECORD_ASLEEP;
}

/* ---- what is asked of Slack ---- */

static void posts_twice(struct sim *sim, int process, struct effect *effect, struct effects *more)
{
    (void) sim, (void) process;
    if (effect->kind != EFFECT_POST)
        return;
    struct effect *again = effects_add(more, EFFECT_POST);
    again->post = effect->post;
    buffer_append_text(message_add_section(&again->message), buffer_text(&effect->message.sections[0].text));
}

static void answers_twice(struct sim *sim, int process, struct effect *effect, struct effects *more)
{
    (void) sim, (void) process;
    if (effect->kind != EFFECT_REPLY || effect->ticket == 0)
        return;
    struct effect *again = effects_add(more, EFFECT_REPLY);
    again->ticket = effect->ticket;
    text_copy_cut(again->response_url, sizeof again->response_url, effect->response_url);
    buffer_append_text(message_add_section(&again->message), "As you wished.");
}

static void updates_are_left_out(struct sim *sim, int process, struct effect *effect, struct effects *more)
{
    (void) sim, (void) process, (void) more;
    if (effect->kind == EFFECT_UPDATE)
        message_release(&effect->message); /* nothing is changed by that: channels_update() */
}

static void saves_have_no_condition(struct sim *sim, int process, struct effect *effect, struct effects *more)
{
    int site = effect->kind == EFFECT_SAVE && effect->save->has_record ? sim_site(sim, effect->save->record.namespace)
                                                                       : NOBODY;

    (void) process, (void) more;
    if (site != NOBODY && sim->stored[site].used)
        text_copy_cut(effect->save->record.revision, RECORD_REVISION_SIZE, sim->stored[site].record.revision);
}

/* ---- what the program is told ---- */

static bool lost_saves_are_well(struct sim *sim, int process, struct event *event)
{
    const struct stored *stored;
    int site = event->namespace == NULL ? NOBODY : sim_site(sim, event->namespace);

    (void) process;
    if (event->kind != EVENT_SAVED || event->result != SAVE_LOST || site == NOBODY)
        return true;
    stored = &sim->stored[site];
    event->result = SAVE_OK;
    event->revision = stored->record.revision;
    return true;
}

/* A request that comes again is another one. */
static bool repeats_are_new(struct sim *sim, int process, struct event *event)
{
    struct request *request = event->kind == EVENT_REQUEST ? requests_find(&sim->requests, event->request->key) : NULL;

    (void) process;
    if (request == NULL || event->delivery == 0 || ++request->plant_deliveries < 2)
        return true;
    text_copy_cut(request->sent.key, sizeof request->sent.key, "again");
    (void) snprintf(request->sent.key, sizeof request->sent.key, "again%d/%d", request->plant_deliveries,
                    request->number);
    request->has_entry = false;
    return true;
}

/* What a button was to be about is not looked at. */
static bool old_buttons_count(struct sim *sim, int process, struct event *event)
{
    struct process *self = &sim->processes[process];

    if (event->kind != EVENT_REQUEST || !text_equal(event->request->kind, "click"))
        return true;
    self->planted_entry = *event->request;
    self->planted_entry.text[strcspn(self->planted_entry.text, "|")] = '\0';
    event->request = &self->planted_entry;
    return true;
}

static bool everybody_is_u1(struct sim *sim, int process, struct event *event)
{
    struct process *self = &sim->processes[process];

    if (event->kind != EVENT_REQUEST)
        return true;
    self->planted_entry = *event->request;
    text_copy_cut(self->planted_entry.user, sizeof self->planted_entry.user, "U1");
    event->request = &self->planted_entry;
    return true;
}

static bool deadline_is_forgotten(struct sim *sim, int process, struct event *event)
{
    struct process *self = &sim->processes[process];

    if (event->kind != EVENT_RESTORED || event->record == NULL)
        return true;
    self->planted = *event->record;
    self->planted.deadline = DEADLINE_NONE;
    self->planted.deadline_at = self->planted.deadline_set_at = 0;
    event->record = &self->planted;
    return true;
}

static bool warnings_are_forgotten(struct sim *sim, int process, struct event *event)
{
    struct process *self = &sim->processes[process];

    if (event->kind != EVENT_RESTORED || event->record == NULL)
        return true;
    self->planted = *event->record;
    self->planted.warned_stop_at = self->planted.warned_before_s = 0;
    event->record = &self->planted;
    return true;
}

static bool journals_are_not_read(struct sim *sim, int process, struct event *event)
{
    (void) sim, (void) process;
    if (event->kind == EVENT_LOADED && event->journal != NULL)
        journal_release(event->journal);
    return true;
}

static bool another_uid_is_the_same(struct sim *sim, int process, struct event *event)
{
    struct process *self = &sim->processes[process];
    int site = event->kind == EVENT_NAMESPACE ? sim_site(sim, event->seen->name) : NOBODY;

    if (event->kind == EVENT_NAMESPACE_GONE)
        return false;
    if (site == NOBODY)
        return true;
    self->planted_namespace = *event->seen;
    (void) snprintf(self->planted_namespace.uid, sizeof self->planted_namespace.uid, "uid-%.40s-1", event->seen->name);
    event->seen = &self->planted_namespace;
    return true;
}

static bool disabled_is_enabled(struct sim *sim, int process, struct event *event)
{
    struct process *self = &sim->processes[process];

    if (event->kind != EVENT_NAMESPACE || event->seen->scheduler != SCHEDULER_DISABLED)
        return true;
    self->planted_namespace = *event->seen;
    self->planted_namespace.scheduler = SCHEDULER_ENABLED;
    event->seen = &self->planted_namespace;
    return true;
}

static bool everything_takes_part(struct sim *sim, int process, struct event *event)
{
    struct process *self = &sim->processes[process];

    if (event->kind != EVENT_NAMESPACE || event->seen->scheduler == SCHEDULER_DISABLED)
        return true;
    self->planted_namespace = *event->seen;
    self->planted_namespace.scheduler = SCHEDULER_ENABLED;
    event->seen = &self->planted_namespace;
    return true;
}

static bool everybody_may(struct sim *sim, int process, struct event *event)
{
    struct process *self = &sim->processes[process];

    if (event->kind == EVENT_NAMESPACE) {
        self->planted_namespace = *event->seen;
        self->planted_namespace.owners[0] = '\0';
        event->seen = &self->planted_namespace;
    }
    return true;
}

/* What is read of the cluster shows what was wished. */
static bool wishes_are_facts(struct sim *sim, int process, struct event *event)
{
    (void) sim, (void) process;
    for (size_t i = 0; event->kind == EVENT_OBSERVED && event->error == NULL && i < event->workloads->count; i++)
        event->workloads->items[i].replicas_ready = event->workloads->items[i].replicas;
    return true;
}

static bool stops_are_missed(struct sim *sim, int process, struct event *event)
{
    (void) process;
    return event->kind != EVENT_TIME || (sim_now(sim) / 3600) % 3 != 0;
}

static bool unfinished_is_left(struct sim *sim, int process, struct event *event)
{
    (void) sim, (void) process;
    return event->kind != EVENT_REQUEST || event->delivery != 0;
}

const struct plant plants[] = {
    { "orders_without_version", "writes carry no resourceVersion", .effect = orders_without_version },
    { "starts_with_one", "whatever is started gets one replica", .effect = starts_with_one },
    { "journal_is_left_out", "a stop is recorded without what it has to remember", .effect = journal_is_left_out },
    { "journal_is_emptied", "what is remembered goes as soon as all is at 0", .effect = journal_is_emptied },
    { "an_hour_more", "a prolongation lasts an hour longer than was asked for", .effect = an_hour_more },
    { "claim_is_not_stored", "warnings are posted without a claim", .effect = claim_is_not_stored },
    { "scaling_is_left_out", "a stop is recorded as done when it begins", .effect = scaling_is_left_out },
    { "posts_twice", "a warning is posted twice", .effect = posts_twice },
    { "answers_twice", "an answer is sent twice", .effect = answers_twice },
    { "updates_are_left_out", "messages are not changed when what they say has changed",
      .effect = updates_are_left_out },
    { "saves_have_no_condition", "a save replaces whatever stands there", .effect = saves_have_no_condition },
    { "old_buttons_count", "a button of a stop that no longer stands counts", .event = old_buttons_count },
    { "everybody_is_u1", "it is not looked at who asks", .event = everybody_is_u1 },
    { "lost_saves_are_well", "a save that was lost to somebody else counts as done", .event = lost_saves_are_well },
    { "repeats_are_new", "an envelope that comes again is taken for another one", .event = repeats_are_new },
    { "deadline_is_forgotten", "a restart forgets deadlines", .event = deadline_is_forgotten },
    { "warnings_are_forgotten", "a restart forgets what was announced", .event = warnings_are_forgotten },
    { "journals_are_not_read", "what is remembered is not read again", .event = journals_are_not_read },
    { "another_uid_is_the_same", "a namespace that was made again is taken for the former one",
      .event = another_uid_is_the_same },
    { "disabled_is_enabled", "the label disabled is not respected", .event = disabled_is_enabled },
    { "everything_takes_part", "namespaces without the label take part", .event = everything_takes_part },
    { "everybody_may", "owners are not asked", .event = everybody_may },
    { "wishes_are_facts", "what was wished counts as read", .event = wishes_are_facts },
    { "stops_are_missed", "what falls into some hours is not done in time", .event = stops_are_missed },
    { "unfinished_is_left", "what was accepted before a restart is left", .event = unfinished_is_left },
};
const size_t plant_count = sizeof plants / sizeof plants[0];

const struct plant *plant_find(const char *name)
{
    for (size_t i = 0; i < plant_count; i++)
        if (text_equal(plants[i].name, name))
            return &plants[i];
    return NULL;
}

bool plant_event(struct sim *sim, int process, struct event *event)
{
    return sim->plant == NULL || sim->plant->event == NULL || sim->plant->event(sim, process, event);
}

void plant_effects(struct sim *sim, int process, struct effects *effects)
{
    struct effects more = { 0 };

    if (sim->plant == NULL || sim->plant->effect == NULL)
        return;
    for (size_t i = 0; i < effects->count; i++)
        sim->plant->effect(sim, process, &effects->items[i], &more);
    for (size_t i = 0; i < more.count; i++)
        *effects_add(effects, more.items[i].kind) = more.items[i];
    more.count = 0;
    effects_release(&more);
}

/* tests/bench/player.c - plays all that one engine asks for, in memory and at once. */
#include "tests/bench/player.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/text.h"

enum { NS_PER_S = 1000 * 1000 * 1000, CLOCK_LOOKS = 20000, REPLICAS = 3 };

double player_cpu_s(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double) now.tv_sec + (double) now.tv_nsec / NS_PER_S;
}

/* --- life ------------------------------------------------------------------------------------------------------ */

static double clock_cost_s(void)
{
    double begun_s = player_cpu_s(), last_s = begun_s;

    for (int i = 0; i < CLOCK_LOOKS; i++)
        last_s = player_cpu_s();
    return (last_s - begun_s) / CLOCK_LOOKS;
}

static void *map(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

bool player_init(struct player *player, const struct engine_options *options, size_t count, size_t channels,
                 int64_t now)
{
    *player = (struct player){ .count = count, .channels = channels, .now = now, .clock_s = clock_cost_s() };
    player->items = map(count * sizeof *player->items);
    player->pending = map(PLAYER_PENDING_MAX * sizeof *player->pending);
    if (player->items == NULL || player->pending == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct played *item = &player->items[i];
        (void) snprintf(item->record.namespace, sizeof item->record.namespace, "team-%06zu-dev", i);
        (void) snprintf(item->record.uid, sizeof item->record.uid, "6f0c3a52-7d1e-4b8a-9c55-%012zx", i);
        item->replicas = REPLICAS;
    }
    player->engine = engine_new(options);
    return true;
}

void player_release(struct player *player)
{
    while (player->pending_count > 0) {
        effect_release(&player->pending[player->pending_first]);
        player->pending_first = (player->pending_first + 1) % PLAYER_PENDING_MAX;
        player->pending_count--;
    }
    engine_free(player->engine);
    if (player->items != NULL)
        (void) munmap(player->items, player->count * sizeof *player->items);
    if (player->pending != NULL)
        (void) munmap(player->pending, PLAYER_PENDING_MAX * sizeof *player->pending);
}

/* --- events in, effects out ------------------------------------------------------------------------------------ */

static bool is_answered(const struct effect *effect)
{
    return effect->kind != EFFECT_REPORT && effect->kind != EFFECT_ACK && effect->ticket != 0;
}

static void put_off(struct player *player, struct effect *effect)
{
    assert(player->pending_count < PLAYER_PENDING_MAX);
    player->pending[(player->pending_first + player->pending_count++) % PLAYER_PENDING_MAX] = *effect;
    *effect = (struct effect){ 0 };
}

static int64_t due_at(struct player *player)
{
    double begun_s = player_cpu_s();
    int64_t at = engine_due_at(player->engine);

    player->due_s += player_cpu_s() - begun_s - player->clock_s;
    return at;
}

static void tell(struct player *player, const struct event *event)
{
    struct effects effects = { 0 };
    double begun_s = player_cpu_s();

    engine_handle(player->engine, event, player->now, &effects);
    player->engine_s += player_cpu_s() - begun_s - player->clock_s;
    player->events++;
    for (size_t i = 0; i < effects.count; i++)
        if (is_answered(&effects.items[i]))
            put_off(player, &effects.items[i]);
    effects_release(&effects);
    (void) due_at(player);
}

/* --- the store ------------------------------------------------------------------------------------------------- */

/* Names carry their number. */
static struct played *find(const struct player *player, const char *name)
{
    size_t number = 0;

    for (const char *digit = name + strlen("team-"); *digit >= '0' && *digit <= '9'; digit++)
        number = number * 10 + (size_t) (*digit - '0');
    assert(number < player->count);
    return &player->items[number];
}

static void play_save(struct player *player, struct effect *effect)
{
    const struct save *save = effect->save;
    char revision[RECORD_REVISION_SIZE];
    struct event event = { .kind = EVENT_SAVED,
                           .ticket = effect->ticket,
                           .namespace = effect->namespace,
                           .result = SAVE_OK,
                           .revision = revision,
                           .inbox_revision = "" };

    (void) snprintf(revision, sizeof revision, "9d2b60c7e1f4835a%016" PRIx64, ++player->revisions);
    if (save->has_record) {
        struct played *item = find(player, effect->namespace);
        assert(text_equal(item->record.revision, save->record.revision));
        item->record = save->record;
        text_copy_cut(item->record.revision, sizeof item->record.revision, revision);
        item->remembers = save->has_journal ? save->journal.count > 0 : item->remembers;
    }
    tell(player, &event);
}

/* --- the cluster ----------------------------------------------------------------------------------------------- */

static void add_workload(const struct played *item, struct workload_list *list)
{
    char version[RESOURCE_VERSION_SIZE];
    struct workload workload = { .resource = "deployments.apps",
                                 .name = "web",
                                 .uid = item->record.uid,
                                 .resource_version = version,
                                 .replicas = item->replicas,
                                 .replicas_existing = item->replicas,
                                 .replicas_ready = item->replicas,
                                 .settled = true };

    (void) snprintf(version, sizeof version, "%" PRId64, item->version);
    workload_list_add(list, &workload);
}

static void play_load(struct player *player, const struct effect *effect)
{
    const struct played *item = find(player, effect->namespace);
    struct journal journal = { 0 };
    struct event event = {
        .kind = EVENT_LOADED, .ticket = effect->ticket, .namespace = effect->namespace, .journal = &journal
    };

    if (item->record.revision[0] != '\0')
        event.record = &item->record;
    if (item->remembers) {
        struct journal_entry entry = {
            .resource = "deployments.apps",
            .name = "web",
            .uid = item->record.uid,
            .replicas = REPLICAS,
            .resource_version = "0",
        };
        journal_add(&journal, &entry);
    }
    tell(player, &event);
    journal_release(&journal);
}

static void play_observe(struct player *player, const struct effect *effect)
{
    struct workload_list list = { 0 };
    struct event event = {
        .kind = EVENT_OBSERVED, .ticket = effect->ticket, .namespace = effect->namespace, .workloads = &list
    };

    add_workload(find(player, effect->namespace), &list);
    tell(player, &event);
    workload_list_release(&list);
}

static void play_scale(struct player *player, struct effect *effect)
{
    struct played *item = find(player, effect->namespace);
    struct event event = {
        .kind = EVENT_SCALED, .ticket = effect->ticket, .namespace = effect->namespace, .orders = &effect->orders
    };

    for (size_t i = 0; i < effect->orders.count; i++) {
        item->replicas = effect->orders.items[i].replicas;
        item->version++;
        effect->orders.items[i].result = SCALE_DONE;
    }
    tell(player, &event);
}

/* --- the channel ----------------------------------------------------------------------------------------------- */

static void play_post(struct player *player, const struct effect *effect)
{
    char message[RECORD_PERSON_SIZE];
    struct event event = {
        .kind = EVENT_POSTED, .ticket = effect->ticket, .posted = POST_OK, .message = message, .slack_error = ""
    };

    if (effect->kind == EFFECT_UPDATE)
        text_copy_cut(message, sizeof message, effect->post.message);
    else
        (void) snprintf(message, sizeof message, "1764000000.%06" PRIu64, ++player->messages);
    *(effect->kind == EFFECT_UPDATE ? &player->updates : &player->posts) += 1;
    tell(player, &event);
}

/* --- the course of things -------------------------------------------------------------------------------------- */

static void restore(struct player *player)
{
    for (size_t i = 0; i < player->count; i++) {
        const struct record *record = &player->items[i].record;
        struct event event = { .kind = EVENT_RESTORED, .namespace = record->namespace, .record = record };
        if (record->revision[0] != '\0')
            tell(player, &event);
    }
}

static void play(struct player *player, struct effect *effect)
{
    if (effect->kind == EFFECT_SAVE)
        play_save(player, effect);
    else if (effect->kind == EFFECT_LOAD)
        play_load(player, effect);
    else if (effect->kind == EFFECT_OBSERVE)
        play_observe(player, effect);
    else if (effect->kind == EFFECT_SCALE)
        play_scale(player, effect);
    else if (effect->kind == EFFECT_POST || effect->kind == EFFECT_UPDATE)
        play_post(player, effect);
    else if (effect->kind == EFFECT_REREAD)
        restore(player);
}

static bool step(struct player *player)
{
    if (player->pending_count == 0)
        return false;
    struct effect effect = player->pending[player->pending_first];
    player->pending_first = (player->pending_first + 1) % PLAYER_PENDING_MAX;
    player->pending_count--;
    play(player, &effect);
    effect_release(&effect);
    return true;
}

void player_boot(struct player *player)
{
    struct namespace seen = { .scheduler = SCHEDULER_ENABLED };
    struct event event = { .kind = EVENT_NAMESPACE, .seen = &seen };

    for (size_t i = 0; i < player->count; i++) {
        text_copy_cut(seen.name, sizeof seen.name, player->items[i].record.namespace);
        text_copy_cut(seen.uid, sizeof seen.uid, player->items[i].record.uid);
        if (player->channels > 1)
            (void) snprintf(seen.channel, sizeof seen.channel, "C%09zu", i % player->channels);
        tell(player, &event);
    }
    event = (struct event){ .kind = EVENT_COMPLETE };
    tell(player, &event);
}

void player_run_until(struct player *player, int64_t at)
{
    struct event event = { .kind = EVENT_TIME };

    for (;;) {
        if (step(player))
            continue;
        int64_t due = due_at(player);
        if (due > at)
            break;
        player->now = due > player->now ? due : player->now;
        tell(player, &event);
    }
    player->now = at;
}

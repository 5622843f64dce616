/* bot/settings.c - what a namespace's annotations say, read once and shared by all namespaces that say the same.
 *
 * The texts of the annotations are the key. The tree is the C library's: however many different ones there are, and in
 * whatever order they come, one is found in O(log n).
 */
#include "bot/settings.h"

#include <assert.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/access.h"
#include "k8s/label_selector.h"

enum { WRONG_MAX = 4 }; /* annotations that can be wrong */

/* What is said about the annotations, in their order. */
struct complaints {
    struct error items[WRONG_MAX];
    size_t count;
};

static int compare(const void *a, const void *b);
static char *write_key(const struct namespace *namespace);
static struct settings *settings_new(const struct settings_defaults *defaults, const struct namespace *namespace,
                                     char *key);
static void settings_free(struct settings *settings);

static struct settings *find(const struct settings_pool *pool, char *key)
{
    struct settings wanted = { .key = key };
    struct settings **place = tfind(&wanted, &pool->tree, compare);

    return place == NULL ? NULL : *place;
}

const struct settings *settings_join(struct settings_pool *pool, const struct namespace *namespace)
{
    released_by(memory_release_text) char *key = write_key(namespace);
    struct settings *settings = find(pool, key);

    if (settings == NULL) {
        settings = settings_new(&pool->defaults, namespace, key);
        key = NULL;
        if (tsearch(settings, &pool->tree, compare) == NULL)
            abort(); /* memory is out: base/memory.h */
        pool->count++;
    }
    settings->users++;
    return settings;
}

static void drop(struct settings_pool *pool, struct settings *settings)
{
    (void) tdelete(settings, &pool->tree, compare);
    pool->count--;
    settings_free(settings);
}

void settings_leave(struct settings_pool *pool, const struct settings *settings)
{
    if (settings == NULL)
        return;

    struct settings *ours = find(pool, settings->key);
    assert(ours == settings && ours->users > 0);
    ours->users--;
    if (ours->users == 0)
        drop(pool, ours);
}

void settings_pool_release(struct settings_pool *pool)
{
    while (pool->tree != NULL) {
        struct settings **root = pool->tree; /* a node begins with what was put into it */

        drop(pool, *root);
    }
    *pool = (struct settings_pool){ 0 };
}

static int compare(const void *a, const void *b)
{
    const struct settings *one = a, *other = b;

    return strcmp(one->key, other->key);
}

/* The lengths come first, so that no text can pass for another two. */
static char *write_key(const struct namespace *namespace)
{
    struct buffer key = { 0 };

    buffer_append_format(&key, "%zu %zu %zu %d%d%d%d ", strlen(namespace->schedule), strlen(namespace->channel),
                         strlen(namespace->owners), namespace->schedule_too_long, namespace->channel_too_long,
                         namespace->owners_too_long, namespace->app_too_long);
    buffer_append_format(&key, "%s%s%s%s", namespace->schedule, namespace->channel, namespace->owners, namespace->app);
    return buffer_take(&key);
}

/* --- reading --------------------------------------------------------------------------------------------------- */

static struct error *complain(struct complaints *complaints)
{
    assert(complaints->count < WRONG_MAX);
    complaints->items[complaints->count] = (struct error){ 0 };
    return &complaints->items[complaints->count++];
}

static void complain_of_length(struct complaints *complaints, const char *annotation, const char *consequence)
{
    error_set(complain(complaints), ERROR_INPUT, "%s: it is longer than the %d bytes that are read%s", annotation,
              ANNOTATION_SIZE - 1, consequence);
}

/* 32-bit FNV-1a. */
static uint32_t fingerprint(const struct schedule *schedule)
{
    released_by(buffer_release) struct buffer text = { 0 };
    uint32_t hash = 2166136261u;

    schedule_write(schedule, &text);
    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char) text.data[i]) * 16777619u;
    return hash == 0 ? 1 : hash;
}

static void read_schedule(struct settings *settings, const struct settings_defaults *defaults,
                          const struct namespace *namespace, struct complaints *complaints)
{
    struct error error;

    settings->schedule = defaults->schedule;
    if (namespace->schedule_too_long)
        complain_of_length(complaints, "curfew/schedule", "");
    else if (namespace->schedule[0] == '\0')
        return;
    else if (settings_read_schedule(defaults, namespace->schedule, &settings->schedule, &error))
        settings->has_own_schedule = true;
    else {
        error_context(&error, "curfew/schedule");
        *complain(complaints) = error;
    }
}

static void read_channel(struct settings *settings, const struct settings_defaults *defaults,
                         const struct namespace *namespace, struct complaints *complaints)
{
    const char *channel = namespace->channel;
    char shown[48];

    text_copy_cut(settings->channel, sizeof settings->channel, defaults->channel);
    text_copy_cut(shown, sizeof shown, channel);
    if (namespace->channel_too_long)
        complain_of_length(complaints, "curfew/channel", "");
    else if (channel[0] == '\0')
        return;
    else if (settings_is_channel(channel))
        text_copy_cut(settings->channel, sizeof settings->channel, channel);
    else
        error_set(complain(complaints), ERROR_INPUT,
                  "curfew/channel: \"%s\" is no id of a Slack channel; allowed is one such as C024BE91L, not its name",
                  shown);
}

/* Wrong owners are kept as they are: bot/access.h lets nobody pass then, rather than everybody. */
static void read_owners(struct settings *settings, const struct namespace *namespace, struct complaints *complaints)
{
    struct error error;

    settings->owners_too_long = namespace->owners_too_long;
    if (namespace->owners_too_long)
        complain_of_length(complaints, "curfew/owners", ", so nobody may change anything");
    if (namespace->owners[0] == '\0')
        return;
    settings->owners = memory_text(namespace->owners);
    if (!access_read_ids(namespace->owners, &error))
        error_set(complain(complaints), ERROR_INPUT, "curfew/owners: it %s", error.message);
}

static void read_app(struct settings *settings, const struct namespace *namespace, struct complaints *complaints)
{
    struct error error;

    if (namespace->app_too_long)
        complain_of_length(complaints, "curfew/app", "");
    else if (namespace->app[0] == '\0')
        return;
    else if (label_selector_check(namespace->app, &error))
        settings->app = memory_text(namespace->app);
    else {
        error_context(&error, "curfew/app");
        *complain(complaints) = error;
    }
}

/* Each gets its share of the room, and what those before it did not need. */
static void say(const struct complaints *complaints, char wrong[SETTINGS_WRONG_SIZE])
{
    struct buffer text = { 0 };

    for (size_t i = 0; i < complaints->count; i++) {
        static const char separator[] = ". ";
        char sentence[SETTINGS_WRONG_SIZE];
        size_t share = (SETTINGS_WRONG_SIZE - text.length) / (complaints->count - i);

        if (i + 1 < complaints->count)
            share -= strlen(separator);
        text_copy_cut(sentence, share, complaints->items[i].message);
        buffer_append_text(&text, sentence);
        if (i + 1 < complaints->count)
            buffer_append_text(&text, separator);
    }
    text_copy_cut(wrong, SETTINGS_WRONG_SIZE, buffer_text(&text));
    buffer_release(&text);
}

/* key moves */
static struct settings *settings_new(const struct settings_defaults *defaults, const struct namespace *namespace,
                                     char *key)
{
    struct settings *settings = memory_new(1, sizeof *settings);
    struct complaints complaints = { .count = 0 };

    read_schedule(settings, defaults, namespace, &complaints);
    read_channel(settings, defaults, namespace, &complaints);
    read_owners(settings, namespace, &complaints);
    read_app(settings, namespace, &complaints);
    say(&complaints, settings->wrong);
    settings->rhythm = fingerprint(&settings->schedule);
    settings->key = key;
    return settings;
}

static void settings_free(struct settings *settings)
{
    free(settings->owners);
    free(settings->app);
    free(settings->key);
    free(settings);
}

bool settings_read_schedule(const struct settings_defaults *defaults, const char *text, struct schedule *ret_schedule,
                            struct error *error)
{
    struct schedule_defaults unsaid = { .zone = defaults->zone, .reset_minute = defaults->reset_minute };

    return schedule_read(text, &unsaid, defaults->zones, ret_schedule, error);
}

bool settings_is_channel(const char *text)
{
    size_t length = strlen(text);

    return length > 1 && length < RECORD_PERSON_SIZE && strchr("CGD", text[0]) != NULL &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == length;
}

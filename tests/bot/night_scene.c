/* tests/bot/night_scene.c - the world at night. */
#include "tests/bot/night_scene.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

int64_t night_at(const char *text)
{
    struct tm parts = { .tm_year = 125 };

    CU_ASSERT_PTR_NOT_NULL_FATAL(strptime(text, "%m-%d %H:%M", &parts));
    return timegm(&parts);
}

void night_open(struct night *night, const char *schedule, const char *now)
{
    struct world *world = &night->world;
    struct settings_defaults *settings = &world->options.settings;
    struct schedule_defaults defaults = { .zone = zone_utc(), .reset_minute = 9 * 60 };
    struct error error = { 0 };

    world_init(world);
    zones_init(&night->zones, NULL);
    *settings = (struct settings_defaults){ .zone = zone_utc(), .reset_minute = 9 * 60, .channel = "C1" };
    settings->zones = &night->zones.source;
    CU_ASSERT_TRUE_FATAL(schedule_read(schedule, &defaults, settings->zones, &settings->schedule, &error));
    world->options.warnings = (struct plan_warnings){ .before_s = { 3600, 1800, 900 }, .count = 3 };
    world->options.lease_s = 4 * 3600;
    world->options.prolong_max_s = 24 * 3600;
    world->options.identity = 7;
    world->now = night_at(now);
}

void night_begin(struct night *night)
{
    world_boot(&night->world);
    world_run_until(&night->world, night->world.now + 1);
}

void night_set_up(struct night *night, const char *schedule, const char *now)
{
    night_open(night, schedule, now);
    night_add(night, "dev1", 3, NULL);
    night_add(night, "dev2", 2, NULL);
    night_begin(night);
}

void night_tear_down(struct night *night)
{
    world_release(&night->world);
    zones_release(&night->zones);
}

void night_add(struct night *night, const char *name, int32_t replicas, const char *channel)
{
    struct world *world = &night->world;

    world_add_namespace(world, name);
    struct namespace *namespace = &world->namespaces[world->namespace_count - 1];
    text_copy_cut(namespace->channel, sizeof namespace->channel, channel == NULL ? "" : channel);
    (void) world_add_workload(world, name, "web", replicas);
}

void night_run_to(struct night *night, enum effect_kind kind)
{
    struct world *world = &night->world;

    for (int turns = 0; turns < 10000; turns++) {
        struct event event = { .kind = EVENT_TIME };
        if (world->queue.count > 0 && world->queue.items[0].kind == kind)
            return;
        if (world_step(world))
            continue;
        int64_t due_at = engine_due_at(world->engine);
        CU_ASSERT_TRUE_FATAL(due_at < INT64_MAX);
        world->now = due_at > world->now ? due_at : world->now;
        world_tell(world, &event);
    }
    CU_FAIL_FATAL("it does not come to that");
}

struct effect night_take(struct night *night, enum effect_kind kind)
{
    struct effects *queue = &night->world.queue;

    night_run_to(night, kind);
    struct effect effect = queue->items[0];
    memmove(queue->items, queue->items + 1, --queue->count * sizeof effect);
    return effect;
}

int32_t night_replicas(struct night *night, const char *namespace)
{
    return world_workload(&night->world, namespace, "web")->replicas;
}

size_t night_count(const struct night *night, enum effect_kind kind)
{
    size_t count = 0;

    while (night_said(night, kind, count) != NULL)
        count++;
    return count;
}

const struct world_said *night_said(const struct night *night, enum effect_kind kind, size_t index)
{
    const struct world *world = &night->world;

    CU_ASSERT_TRUE_FATAL(world->said_count <= WORLD_SAID_MAX);
    for (size_t i = 0; i < world->said_count; i++)
        if (world->said[i].kind == kind && index-- == 0)
            return &world->said[i];
    return NULL;
}

void night_press_all(struct night *night, const char *user, const struct world_said *said, const char *action)
{
    struct world_said of_all = *said;

    of_all.button_count = 0;
    for (size_t i = 0; i < said->button_count; i++)
        if (strncmp(said->buttons[i].value, "prolongate * ", 13) == 0)
            of_all.buttons[of_all.button_count++] = said->buttons[i];
    world_press(&night->world, user, &of_all, action);
}

bool night_notice_contains(struct night *night, const char *part)
{
    const struct world_said *said = world_last_notice(&night->world);
    bool found = said != NULL && strstr(said->text, part) != NULL;

    if (!found)
        printf("\n    expected \"%s\" in \"%s\"\n", part, said == NULL ? "" : said->text);
    return found;
}

size_t night_occurrences(const char *text, const char *part)
{
    size_t count = 0;

    for (text = strstr(text, part); text != NULL; text = strstr(text + 1, part))
        count++;
    return count;
}

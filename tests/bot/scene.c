/* tests/bot/scene.c - the world most tests of the engine begin with. */
#include "tests/bot/scene.h"

#include <stdio.h>
#include <string.h>

void scene_set_up(struct world *world)
{
    world_init(world);
    world_add_namespace(world, "dev1");
    world_add_namespace(world, "dev2");
    (void) world_add_workload(world, "dev1", "web", 3);
    (void) world_add_workload(world, "dev1", "api", 1);
    (void) world_add_workload(world, "dev1", "batch", 0);
    (void) world_add_workload(world, "dev2", "web", 2);
    world_boot(world);
    world_run(world); /* the environments are adopted */
}

bool scene_last_contains(const struct world *world, const char *part)
{
    bool found = strstr(world_last(world)->text, part) != NULL;

    if (!found)
        printf("\n    expected \"%s\" in \"%s\"\n", part, world_last(world)->text);
    return found;
}

void scene_say(struct world *world, const char *text)
{
    world_type(world, "U1", text);
    world_run(world);
}

int32_t scene_replicas(struct world *world, const char *name)
{
    return world_workload(world, "dev1", name)->replicas;
}

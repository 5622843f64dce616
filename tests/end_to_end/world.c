/* tests/end_to_end/world.c - the bot is bound to what deploy/rbac.yaml grants and policy.yaml leaves of it. */
#include "tests/end_to_end/world.h"

#include "base/json.h"
#include "base/text.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

static const char replicas_before[] = "web 3 api 1 idle 0 db 2";

static const struct made_workload workloads[] = {
    { "deployments", "web", 3, NULL, NULL },
    { "deployments", "api", 1, NULL, NULL },
    { "deployments", "idle", 0, NULL, NULL },
    { "statefulsets", "db", 2, NULL, NULL },
};

enum { WORKLOADS = sizeof workloads / sizeof workloads[0], LOOK_AGAIN_MS = 50 };

static bool apply_permissions(struct world *world)
{
    static const char *const files[] = { CURFEW_DEPLOY "/rbac.yaml", CURFEW_DEPLOY "/policy.yaml" };
    bool applied = cluster_make_namespace(&world->cluster, "curfew", NULL, NULL);

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        released_by(json_release) cJSON *objects = manifest_read(files[i]);
        const cJSON *object;

        cJSON_ArrayForEach(object, objects) applied = manifest_apply(&world->cluster, object) && applied;
    }
    return applied && cluster_write_kubeconfig(&world->cluster, "curfew", "curfew", world->kubeconfig);
}

bool world_open(struct world *world, const char *outage)
{
    *world = (struct world){ 0 };
    return stage_open(&world->stage) && workspace_open(&world->workspace, &world->stage) &&
           cluster_open(&world->cluster, &world->stage, outage) && apply_permissions(world);
}

bool world_open_played(struct world *world)
{
    *world = (struct world){ 0 };
    if (!stage_open(&world->stage) || !workspace_open(&world->workspace, &world->stage) ||
        !cluster_open_played(&world->cluster, &world->stage))
        return false;
    text_copy_cut(world->kubeconfig, sizeof world->kubeconfig, world->cluster.kubeconfig);
    return true;
}

void world_end_bot(struct world *world)
{
    bot_release(&world->bot, CU_get_number_of_failures() > world->failures);
    world->failures = CU_get_number_of_failures();
}

bool world_close(struct world *world, bool failed)
{
    if (world->stage.loop == NULL)
        return false;
    bot_release(&world->bot, failed);
    cluster_close(&world->cluster);
    workspace_close(&world->workspace);
    return stage_close(&world->stage);
}

bool world_start_bot(struct world *world, const char *const *variables)
{
    struct bot_options options = { .kubeconfig = world->kubeconfig };

    for (size_t i = 0; variables != NULL && variables[i] != NULL && i < BOT_VARIABLES_MAX; i++)
        options.variables[i] = variables[i];
    world_end_bot(world);
    if (bot_start(&world->bot, &world->stage, &world->workspace, &world->cluster, &options) &&
        bot_is_ready(&world->bot))
        return true;
    printf("the bot does not become ready:\n%s", bot_log(&world->bot));
    return false;
}

bool world_make_environment(struct world *world, const char *name, const char *annotations)
{
    bool made = cluster_make_namespace(&world->cluster, name, "{\"scheduler\":\"enabled\"}", annotations);

    for (size_t i = 0; i < WORKLOADS; i++)
        made = made && cluster_make_workload(&world->cluster, name, &workloads[i]);
    if (!made || !text_equal(world_replicas(world, name), replicas_before))
        return false;
    return world->bot.child.stage == NULL || world->bot.child.ended || world_knows(world, name);
}

bool world_knows(struct world *world, const char *name)
{
    char command[128], shown[128];

    snprintf(command, sizeof command, "list %s", name);
    snprintf(shown, sizeof shown, "`%s`  ", name);
    return world_comes_to_say(world, command, shown);
}

bool world_comes_to_say(struct world *world, const char *command, const char *part)
{
    int64_t until_ms = stage_now_ms(&world->stage) + STAGE_PATIENCE_MS;
    const char *answer = world_say(world, command);

    while (answer != NULL && strstr(answer, part) == NULL && stage_now_ms(&world->stage) < until_ms) {
        stage_pass(&world->stage, LOOK_AGAIN_MS);
        answer = world_say(world, command);
    }
    return holds(answer, part);
}

bool holds(const char *text, const char *part)
{
    bool found = text != NULL && strstr(text, part) != NULL;

    if (!found)
        printf("\n  no \"%s\" in: %s\n", part, text != NULL ? text : "(nothing)");
    return found;
}

bool world_says(struct world *world, const char *command, const char *part)
{
    return holds(world_say(world, command), part);
}

bool world_stands_at(struct world *world, const char *name, const char *replicas)
{
    const char *actual = world_replicas(world, name);

    if (!text_equal(actual, replicas))
        printf("\n  %s: is \"%s\", expected \"%s\"\n", name, actual, replicas);
    return text_equal(actual, replicas);
}

const char *world_replicas(struct world *world, const char *name)
{
    static char text[128];
    struct buffer counts = { 0 };

    for (size_t i = 0; i < WORKLOADS; i++)
        buffer_append_format(&counts, "%s%s %d", i == 0 ? "" : " ", workloads[i].name,
                             cluster_replicas(&world->cluster, name, workloads[i].resource, workloads[i].name));
    text_copy_cut(text, sizeof text, buffer_text(&counts));
    buffer_release(&counts);
    return text;
}

const char *world_say(struct world *world, const char *text)
{
    struct sent sent = workspace_command(&world->workspace, NULL, text);
    const char *acked = workspace_acked(&world->workspace, &sent);
    bool is_accepted = acked != NULL && (text_starts_with(acked, "Stopping ") || text_starts_with(acked, "Starting "));

    if (acked == NULL || (acked[0] != '\0' && !is_accepted))
        return acked;
    return workspace_answer(&world->workspace, &sent, 1);
}

bool world_is_content(struct world *world)
{
    bool content = workspace_is_content(&world->workspace);

    return bot_kept_quiet(&world->bot) && content;
}

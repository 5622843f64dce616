/* tests/end_to_end/test_fights.c - who brings back what was stopped is named, with what ends it, and is not fought; what may not be
 * read is named, and the rest is stopped; and all of it stands in the Events.
 */
#include "tests/end_to_end/custom_kinds.h"
#include "tests/end_to_end/night.h"
#include "tests/end_to_end/objects.h"
#include "tests/end_to_end/world.h"
#include "tests/test_main.h"

#include "base/json.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum {
    LOOK_AGAIN_MS = 50,
    PEACE_MS = 1000,
    FIRST_LOOK_S = 46, /* half a minute after a stop, and up to a quarter for company */
    LAST_LOOK_S = 5 * 60 + 16,
};

static struct world world;

static bool says(const char *command, const char *part)
{
    return world_says(&world, command, part);
}

static bool stand_at(const char *namespace, const char *counts)
{
    return objects_stand_at(&world.cluster, namespace, counts);
}

static bool make_environment(const char *name, const char *counts)
{
    return cluster_make_namespace(&world.cluster, name, "{\"scheduler\":\"enabled\"}", NULL) &&
           objects_make(&world.cluster, name, counts) && objects_become_ready(&world.cluster, name, counts) &&
           world_knows(&world, name);
}

static void the_bot_takes_commands(void)
{
    CU_ASSERT_FATAL(custom_kinds_install(&world.cluster) && custom_kinds_grant_fleets(&world.cluster, true));
    CU_ASSERT_FATAL(world_start_bot(&world, NULL));
}

/* what is known beforehand */

static void what_a_repository_keeps_is_recognised_before_it_fights(void)
{
    static const struct object kept[] = {
        { .resource = "deployments",
          .name = "argo",
          .count = 1,
          .annotations = "{\"argocd.argoproj.io/tracking-id\":\"shop:apps/Deployment:kept1/argo\"}" },
        { .resource = "deployments",
          .name = "flux",
          .count = 1,
          .metadata = "\"labels\":{\"kustomize.toolkit.fluxcd.io/name\":\"shop\","
                      "\"kustomize.toolkit.fluxcd.io/namespace\":\"flux-system\"}," },
        { .resource = "statefulsets",
          .name = "helm",
          .count = 1,
          .metadata = "\"labels\":{\"helm.toolkit.fluxcd.io/name\":\"shop\","
                      "\"helm.toolkit.fluxcd.io/namespace\":\"flux-system\"}," },
    };
    const char *answer;

    CU_ASSERT_FATAL(make_environment("kept1", "deployments/web 1"));
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        CU_ASSERT_FATAL(object_make(&world.cluster, "kept1", &kept[i]));
    answer = world_say(&world, "status kept1");
    CU_ASSERT(holds(answer, "`argo` is kept by Argo CD"));
    CU_ASSERT(holds(answer, "`flux` is kept by a Flux Kustomization"));
    CU_ASSERT(holds(answer, "flux suspend kustomization"));
    CU_ASSERT(holds(answer, "`helm` is kept by a Flux HelmRelease"));
    CU_ASSERT(answer != NULL && strstr(answer, "`web` is kept") == NULL);
    CU_ASSERT(world_is_content(&world));
}

/* fights: some time after the stop a controller does what it always does */

static int64_t generation_of(const char *namespace, const char *resource, const char *name)
{
    released_by(json_release) cJSON *object = object_read(&world.cluster, namespace, resource, name);
    struct error error;
    int64_t generation = -1;

    return json_number(object, "metadata/generation", -1, 0, 1000000, &generation, &error) ? generation : -1;
}

static const struct fight {
    const char *namespace, *manager;
    const char *who;     /* behind its name, or instead of it */
    const char *setting; /* that ends it */
    int64_t after_s;     /* it acts so long after the stop, at which nobody looked yet */
} fights[] = {
    { "fight1", "argocd-controller", "(Argo CD)", "`spec.ignoreDifferences` with `jsonPointers: [/spec/replicas]`", 3 },
    { "fight2", "kustomize-controller", "(Flux)", "flux suspend kustomization", 3 },
    { "fight3", "helm-controller", "(Flux)", "flux suspend helmrelease", FIRST_LOOK_S },
    { "fight4", "acme-operator", "`acme-operator`", "curfew/exclude", FIRST_LOOK_S },
    { "fight5", "kubectl-scale", "somebody did that with `kubectl-scale`", "/curfew stop fight5", 3 },
};

enum { FIGHTS = sizeof fights / sizeof fights[0] };

/* What the channel is told of one fight, as message number. */
static void check_message(struct night *night, int number, const struct fight *fight)
{
    CU_ASSERT(night_shows(night, number, "`web` of `%s` runs again with 2 replicas", fight->namespace));
    CU_ASSERT(night_shows(night, number, "%s", fight->manager));
    CU_ASSERT(night_shows(night, number, "%s", fight->who));
    CU_ASSERT(night_shows(night, number, "%s", fight->setting));
    CU_ASSERT(night_lacks(night, number, "`api`"));
}

/* As Argo CD does when it syncs: the object, not its scale. */
static void fight(struct night *night, int number, const struct fight *fight)
{
    static const char brought_back[] = "deployments/web 2 deployments/api 0";
    char command[64];
    int64_t stopped_at, generation;

    CU_ASSERT_FATAL(make_environment(fight->namespace, "deployments/web 2 deployments/api 1"));
    snprintf(command, sizeof command, "stop %s", fight->namespace);
    CU_ASSERT(says(command, "is stopped (2 workloads at 0"));
    stopped_at = night_now(night);
    if (fight->after_s >= FIRST_LOOK_S) {
        night_set(night, stopped_at + fight->after_s);
        stage_pass(&world.stage, PEACE_MS);
        CU_ASSERT_EQUAL(night_message_count(night), number - 1);
    }
    CU_ASSERT_FATAL(object_patch(&world.cluster, fight->namespace, "deployments", "web", fight->manager,
                                 "{\"spec\":{\"replicas\":2}}"));
    generation = generation_of(fight->namespace, "deployments", "web");
    night_set(night, stopped_at + (fight->after_s >= FIRST_LOOK_S ? LAST_LOOK_S : FIRST_LOOK_S));
    check_message(night, number, fight);
    snprintf(command, sizeof command, "status %s", fight->namespace);
    CU_ASSERT(says(command, fight->manager));
    CU_ASSERT_EQUAL(generation_of(fight->namespace, "deployments", "web"), generation);
    CU_ASSERT(stand_at(fight->namespace, brought_back));
}

/* Told once, and then left so. */
static void what_a_controller_brings_back_is_left_so_and_it_is_named_with_what_ends_it(void)
{
    struct night night;

    CU_ASSERT_FATAL(night_open(&night, &world, 1, night_next(1, 12, 0)) && night_start_bot(&night, NULL));
    for (int i = 0; i < FIGHTS; i++)
        fight(&night, i + 1, &fights[i]);
    night_set(&night, night_now(&night) + NIGHT_HOUR_S);
    stage_pass(&world.stage, PEACE_MS);
    CU_ASSERT_EQUAL(night_message_count(&night), FIGHTS);
    for (int i = 0; i < FIGHTS; i++) {
        char command[64];
        CU_ASSERT(stand_at(fights[i].namespace, "deployments/web 2 deployments/api 0"));
        snprintf(command, sizeof command, "start %s", fights[i].namespace);
        CU_ASSERT(says(command, "is up (3/3 ready"));
        CU_ASSERT(stand_at(fights[i].namespace, "deployments/web 2 deployments/api 1"));
    }
    CU_ASSERT(night_close(&night));
}

/* Whoever says stop again means it. */
static void a_second_stop_stops_again_what_was_brought_back(void)
{
    CU_ASSERT_FATAL(world_start_bot(&world, NULL));
    CU_ASSERT_FATAL(make_environment("again1", "deployments/web 2"));
    CU_ASSERT(says("stop again1", "`again1` is stopped ("));
    CU_ASSERT_FATAL(object_patch(&world.cluster, "again1", "deployments", "web", "argocd-controller",
                                 "{\"spec\":{\"replicas\":4}}"));
    CU_ASSERT(says("stop again1", "`again1` is stopped ("));
    CU_ASSERT(stand_at("again1", "deployments/web 0"));
    CU_ASSERT(says("start again1", "`again1` is up (4/4 ready"));
    CU_ASSERT(stand_at("again1", "deployments/web 4"));
    CU_ASSERT(world_is_content(&world));
}

/* Events */

/* Waits for an Event of that reason with those words; the last of that reason is printed when there is none. */
static bool has_event(const char *namespace, const char *reason, const char *words)
{
    char path[256], last[512] = "";
    int64_t until_ms = stage_now_ms(&world.stage) + STAGE_PATIENCE_MS / 4;

    snprintf(path, sizeof path, "/api/v1/namespaces/%s/events?fieldSelector=reason%%3D%s,source%%3Dcurfew", namespace,
             reason);
    while (stage_now_ms(&world.stage) < until_ms) {
        released_by(reply_release) struct reply reply = { 0 };
        const cJSON *event;
        cluster_ask(&world.cluster, "GET", path, NULL, NULL, &reply);
        cJSON_ArrayForEach(event, json_member(reply.json, "items"))
        {
            text_copy_cut(last, sizeof last, json_text(event, "message"));
            if (strstr(last, words) != NULL && text_equal(json_text(event, "involvedObject/kind"), "Namespace") &&
                text_equal(json_text(event, "involvedObject/name"), namespace))
                return true;
        }
        stage_pass(&world.stage, LOOK_AGAIN_MS);
    }
    printf("\n  no event %s \"%s\" in %s, the last is \"%s\"\n", reason, words, namespace, last);
    return false;
}

static void the_events_of_the_namespace_show_who_stopped_and_started_it(void)
{
    struct sent sent;

    CU_ASSERT_FATAL(make_environment("events1", "deployments/web 1"));
    CU_ASSERT(says("stop events1", "is stopped ("));
    CU_ASSERT(has_event("events1", "Stopped", "by @ann"));
    sent = workspace_command(&world.workspace, "UBOB000001", "start events1");
    CU_ASSERT(holds(workspace_answer(&world.workspace, &sent, 1), "is up ("));
    CU_ASSERT(has_event("events1", "Started", "by @bob"));
    CU_ASSERT(world_is_content(&world));
}

/* what may not be read */

static void a_custom_kind_that_may_not_be_listed_is_named_and_the_rest_is_stopped(void)
{
    const char *answer;

    CU_ASSERT_FATAL(make_environment("unread1", "deployments/web 1 fleets/tug 2 cronjobs/report 1"));
    CU_ASSERT_FATAL(custom_kinds_grant_fleets(&world.cluster, false));
    CU_ASSERT(says("status unread1", "`fleets.example.test` could not be read: "));
    answer = world_say(&world, "stop unread1");
    CU_ASSERT(holds(answer, "`fleets.example.test` could not be read: "));
    CU_ASSERT(holds(answer, "forbidden"));
    CU_ASSERT(stand_at("unread1", "deployments/web 0 fleets/tug 2 cronjobs/report 0"));
    CU_ASSERT(says("start unread1", "`unread1` is up (1/1 ready"));
    CU_ASSERT(stand_at("unread1", "deployments/web 1 fleets/tug 2 cronjobs/report 1"));
    CU_ASSERT_FATAL(custom_kinds_grant_fleets(&world.cluster, true));
    CU_ASSERT(says("stop unread1", "`unread1` is stopped (2 workloads at 0"));
    CU_ASSERT(stand_at("unread1", "deployments/web 0 fleets/tug 0 cronjobs/report 0"));
    CU_ASSERT(world_is_content(&world));
}

/* What is remembered of it stays remembered until it may be read again. */
static void a_custom_kind_that_may_not_be_listed_any_more_is_remembered(void)
{
    const char *answer;

    CU_ASSERT_FATAL(make_environment("unread2", "deployments/web 1 fleets/tug 3"));
    CU_ASSERT(says("stop unread2", "`unread2` is stopped (2 workloads at 0"));
    CU_ASSERT_FATAL(custom_kinds_grant_fleets(&world.cluster, false));
    CU_ASSERT(says("status unread2", "`fleets.example.test` could not be read: "));
    answer = world_say(&world, "start unread2");
    CU_ASSERT(holds(answer, "`unread2` is partly up: 1/1 ready, 1 workload stays as it is."));
    CU_ASSERT(holds(answer, "`fleets.example.test` could not be read: "));
    CU_ASSERT(says("stop unread2", "`unread2` is stopped (1 workload at 0"));
    CU_ASSERT_FATAL(custom_kinds_grant_fleets(&world.cluster, true));
    CU_ASSERT(world_comes_to_say(&world, "status unread2", "`unread2` is stopped: 2 workloads at 0"));
    CU_ASSERT(says("start unread2", "`unread2` is up (4/4 ready"));
    CU_ASSERT(stand_at("unread2", "deployments/web 1 fleets/tug 3"));
    CU_ASSERT(world_is_content(&world));
}

/* Nothing of it is there any more: that is no trouble, once it is known. */
static void a_custom_kind_that_goes_while_its_objects_are_asleep_is_forgotten(void)
{
    CU_ASSERT_FATAL(make_environment("gone1", "deployments/web 1 fleets/tug 2"));
    CU_ASSERT(says("stop gone1", "`gone1` is stopped (2 workloads at 0"));
    CU_ASSERT_FATAL(custom_kinds_remove(&world.cluster, "fleets.example.test"));
    CU_ASSERT(says("start gone1", "`gone1` is up (1/1 ready"));
    CU_ASSERT(stand_at("gone1", "deployments/web 1"));
    CU_ASSERT(says("stop gone1", "`gone1` is stopped (1 workload at 0"));
    CU_ASSERT(world_is_content(&world));
}

WORLD_MAIN("end_to_end/fights", &world, "3s", TEST(the_bot_takes_commands),
           TEST(what_a_repository_keeps_is_recognised_before_it_fights),
           TEST(what_a_controller_brings_back_is_left_so_and_it_is_named_with_what_ends_it),
           TEST(a_second_stop_stops_again_what_was_brought_back),
           TEST(the_events_of_the_namespace_show_who_stopped_and_started_it),
           TEST(a_custom_kind_that_may_not_be_listed_is_named_and_the_rest_is_stopped),
           TEST(a_custom_kind_that_may_not_be_listed_any_more_is_remembered),
           TEST(a_custom_kind_that_goes_while_its_objects_are_asleep_is_forgotten))

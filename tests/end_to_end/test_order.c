/* tests/end_to_end/test_order.c - groups of curfew/order: each waits for the one before it, and for no longer than is allowed. */
#include "tests/end_to_end/objects.h"
#include "tests/end_to_end/world.h"
#include "tests/test_main.h"

#include "base/json.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { LOOK_AGAIN_MS = 20, GROUPS = 3 };

static struct world world;

static const char *const patient[] = { "CURFEW_READY_TIMEOUT=60s", NULL };
static const char *const hurried[] = { "CURFEW_READY_TIMEOUT=3s", NULL };

/* What is scaled first, second and third when it starts; the other way round when it stops. */
static const struct object groups[GROUPS] = {
    { .resource = "statefulsets",
      .name = "db",
      .count = 2,
      .annotations = "{\"curfew/order\":\"-10\"}",
      .pod_annotations = "{\"cluster/ready-delay\":\"800ms\",\"cluster/stop-delay\":\"800ms\"}" },
    { .resource = "deployments",
      .name = "api",
      .count = 2,
      .pod_annotations = "{\"cluster/ready-delay\":\"800ms\",\"cluster/stop-delay\":\"800ms\"}" },
    { .resource = "deployments",
      .name = "web",
      .count = 1,
      .annotations = "{\"curfew/order\":\"10\"}",
      .pod_annotations = "{\"cluster/ready-delay\":\"800ms\",\"cluster/stop-delay\":\"800ms\"}" },
};

static const char up[] = "statefulsets/db 2 deployments/api 2 deployments/web 1";
static const char down[] = "statefulsets/db 0 deployments/api 0 deployments/web 0";

static bool make_environment(const char *name, const struct object *objects, size_t count)
{
    bool made = cluster_make_namespace(&world.cluster, name, "{\"scheduler\":\"enabled\"}", NULL);

    for (size_t i = 0; i < count; i++)
        made = made && object_make(&world.cluster, name, &objects[i]);
    return made && world_knows(&world, name);
}

/* What was seen of one group at one moment. */
struct glance {
    int wanted;
    bool is_settled; /* as many pods are there, and ready, as are wanted */
};

static struct glance look(const char *namespace, const struct object *object)
{
    released_by(json_release) cJSON *seen = object_read(&world.cluster, namespace, object->resource, object->name);
    const cJSON *existing = json_find(seen, "status/replicas");
    struct glance glance = { .wanted = object_count(object->resource, seen) };

    glance.is_settled =
        object_is_settled(object->resource, seen) && glance.wanted == (existing != NULL ? existing->valueint : 0);
    return glance;
}

/* Looks until the last of them was scaled. Whoever is scaled finds the one before it settled; each was waited for. */
static bool go_one_after_the_other(const char *namespace, const struct object *const order[GROUPS], bool starts)
{
    struct glance glances[GROUPS] = { 0 };
    int64_t until_ms = stage_now_ms(&world.stage) + STAGE_PATIENCE_MS;
    size_t waited = 0;

    do {
        for (size_t i = GROUPS; i-- > 0;) /* the last one first: what was settled before that stays so */
            glances[i] = look(namespace, order[i]);
        for (size_t i = 1; i < GROUPS; i++) {
            bool was_scaled = (glances[i].wanted > 0) == starts;
            bool was_before = (glances[i - 1].wanted > 0) == starts;
            if (was_scaled && !(was_before && glances[i - 1].is_settled)) {
                printf("\n  %s was scaled before %s was done\n", order[i]->name, order[i - 1]->name);
                return false;
            }
            if (was_before && !was_scaled && waited < i)
                waited = i;
        }
        stage_pass(&world.stage, LOOK_AGAIN_MS);
    } while ((glances[GROUPS - 1].wanted > 0) != starts && stage_now_ms(&world.stage) < until_ms);
    if (waited < GROUPS - 1)
        printf("\n  nobody waited for %s\n", order[waited]->name);
    return waited == GROUPS - 1;
}

static void each_group_starts_when_the_one_before_it_is_ready(void)
{
    static const struct object *const order[GROUPS] = { &groups[0], &groups[1], &groups[2] };
    struct sent sent;

    CU_ASSERT_FATAL(world_start_bot(&world, patient));
    CU_ASSERT_FATAL(make_environment("order1", groups, GROUPS));
    CU_ASSERT(objects_become_ready(&world.cluster, "order1", up));
    CU_ASSERT(world_says(&world, "stop order1", "`order1` is stopped ("));
    CU_ASSERT(objects_stand_at(&world.cluster, "order1", down));
    sent = workspace_command(&world.workspace, NULL, "start order1");
    CU_ASSERT(go_one_after_the_other("order1", order, true));
    CU_ASSERT(holds(workspace_answer(&world.workspace, &sent, 1), "`order1` is up (5/5 ready"));
    CU_ASSERT(objects_stand_at(&world.cluster, "order1", up));
    CU_ASSERT(world_is_content(&world));
}

static void they_stop_the_other_way_round(void)
{
    static const struct object *const order[GROUPS] = { &groups[2], &groups[1], &groups[0] };
    struct sent sent = workspace_command(&world.workspace, NULL, "stop order1");

    CU_ASSERT(go_one_after_the_other("order1", order, false));
    CU_ASSERT(holds(workspace_answer(&world.workspace, &sent, 1), "`order1` is stopped ("));
    CU_ASSERT(objects_stand_at(&world.cluster, "order1", down));
    CU_ASSERT(world_is_content(&world));
}

/* A start that is overtaken by a stop does not wait for what is never ready. */
static void whoever_wants_the_opposite_does_not_wait_for_groups(void)
{
    static const struct object stuck[] = {
        { .resource = "statefulsets",
          .name = "db",
          .count = 1,
          .annotations = "{\"curfew/order\":\"1\"}",
          .pod_annotations = "{\"cluster/never-ready\":\"CrashLoopBackOff\"}" },
        { .resource = "deployments", .name = "web", .count = 1, .annotations = "{\"curfew/order\":\"2\"}" },
    };
    struct sent sent;

    CU_ASSERT_FATAL(make_environment("order2", stuck, 2));
    CU_ASSERT(world_says(&world, "stop order2", "`order2` is stopped ("));
    sent = workspace_command(&world.workspace, NULL, "start order2");
    CU_ASSERT(objects_come_to(&world.cluster, "order2", "statefulsets/db 1 deployments/web 0"));
    CU_ASSERT(world_says(&world, "stop order2", "`order2` is stopped ("));
    CU_ASSERT(objects_stand_at(&world.cluster, "order2", "statefulsets/db 0 deployments/web 0"));
    CU_ASSERT(holds(workspace_answer(&world.workspace, &sent, 1), "overtaken"));
    CU_ASSERT(world_is_content(&world));
}

static void a_group_that_never_gets_ready_is_passed_and_named_with_the_reason(void)
{
    static const struct object stuck[] = {
        { .resource = "statefulsets",
          .name = "db",
          .count = 1,
          .annotations = "{\"curfew/order\":\"1\"}",
          .pod_annotations = "{\"cluster/never-ready\":\"ImagePullBackOff\"}" },
        { .resource = "deployments", .name = "web", .count = 2, .annotations = "{\"curfew/order\":\"2\"}" },
    };
    const char *answer;

    CU_ASSERT_FATAL(world_start_bot(&world, hurried));
    CU_ASSERT_FATAL(make_environment("order3", stuck, 2));
    CU_ASSERT(world_says(&world, "stop order3", "`order3` is stopped ("));
    answer = world_say(&world, "start order3");
    CU_ASSERT(holds(answer, "`order3` is started, but after "));
    CU_ASSERT(holds(answer, "ImagePullBackOff"));
    CU_ASSERT(holds(answer, "`db`"));
    CU_ASSERT(answer != NULL && strstr(answer, "`web`") == NULL);
    CU_ASSERT(objects_stand_at(&world.cluster, "order3", "statefulsets/db 1 deployments/web 2"));
    CU_ASSERT(objects_become_ready(&world.cluster, "order3", "deployments/web 2"));
    CU_ASSERT(world_is_content(&world));
}

/* Each for a reason of its own, which stands in another place each time. */
static void what_does_not_become_ready_in_time_is_named_with_why(void)
{
    static const struct object failing[] = {
        { .resource = "deployments", .name = "fine", .count = 1 },
        { .resource = "deployments",
          .name = "image",
          .count = 1,
          .pod_annotations = "{\"cluster/never-ready\":\"ErrImagePull\"}" },
        { .resource = "deployments",
          .name = "homeless",
          .count = 1,
          .pod_spec = "\"nodeSelector\":{\"disk\":\"huge\"}," },
        { .resource = "replicasets",
          .name = "crash",
          .count = 1,
          .pod_annotations = "{\"cluster/never-ready\":\"CrashLoopBackOff\"}" },
        { .resource = "statefulsets",
          .name = "volume",
          .count = 1,
          .pod_spec = "\"volumes\":[{\"name\":\"data\",\"persistentVolumeClaim\":{\"claimName\":\"nowhere\"}}]," },
    };
    static const char *const reasons[] = {
        "ErrImagePull",
        "node affinity",
        "CrashLoopBackOff",
        "persistentvolumeclaim \"nowhere\" not found",
    };
    const char *answer;

    CU_ASSERT_FATAL(make_environment("order4", failing, sizeof failing / sizeof failing[0]));
    CU_ASSERT(world_says(&world, "stop order4", "`order4` is stopped ("));
    answer = world_say(&world, "start order4");
    CU_ASSERT(holds(answer, " s only 1/5 ready"));
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        CU_ASSERT(holds(answer, reasons[i]));
    CU_ASSERT(world_is_content(&world));
}

/* The Deployment may be scaled, and then there is no room for its pods. */
static void a_quota_is_named_in_the_words_of_the_server(void)
{
    static const struct object tight = { .resource = "deployments", .name = "web", .count = 3 };
    const char *answer;

    CU_ASSERT_FATAL(make_environment("order5", &tight, 1));
    CU_ASSERT(world_says(&world, "stop order5", "`order5` is stopped ("));
    CU_ASSERT_FATAL(cluster_do(&world.cluster, "POST", "/api/v1/namespaces/order5/resourcequotas", NULL,
                               "{\"metadata\":{\"name\":\"small\"},\"spec\":{\"hard\":{\"pods\":\"1\"}}}"));
    CU_ASSERT(objects_come_to(&world.cluster, "order5", "deployments/web 0"));
    answer = world_say(&world, "start order5");
    CU_ASSERT(holds(answer, " s only 1/3 ready"));
    CU_ASSERT(holds(answer, "exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1"));
    CU_ASSERT(world_says(&world, "status order5", "exceeded quota: small"));
    CU_ASSERT(world_is_content(&world));
}

WORLD_MAIN("end_to_end/order", &world, "3s", TEST(each_group_starts_when_the_one_before_it_is_ready),
           TEST(they_stop_the_other_way_round), TEST(whoever_wants_the_opposite_does_not_wait_for_groups),
           TEST(a_group_that_never_gets_ready_is_passed_and_named_with_the_reason),
           TEST(what_does_not_become_ready_in_time_is_named_with_why),
           TEST(a_quota_is_named_in_the_words_of_the_server))

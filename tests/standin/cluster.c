/* tests/standin/cluster.c - the parts put together, and the one timer of its controllers. */
#include "tests/standin/cluster.h"

#include "base/memory.h"
#include "tests/standin/cluster_http.h"
#include "tests/standin/cluster_watches.h"
#include "tests/standin/cluster_writes.h"

#include <assert.h>
#include <stdlib.h>

static void act(struct flow *flow)
{
    struct cluster *cluster = (struct cluster *) ((char *) flow - offsetof(struct cluster, flow));

    controllers_run(&cluster->controllers, &cluster->objects, loop_monotonic_ms(cluster->loop),
                    loop_now(cluster->loop));
    cluster_settle(cluster);
}

static void add_namespaces(struct cluster *cluster)
{
    static const char *const names[] = { "default", "kube-node-lease", "kube-public", "kube-system" };
    const struct cluster_target target = { .objects = &cluster->objects,
                                           .kind = &cluster_kinds[CLUSTER_NAMESPACE],
                                           .namespace = "",
                                           .name = "",
                                           .now = loop_now(cluster->loop) };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        cJSON *sent = cJSON_CreateObject();
        cJSON_AddStringToObject(cJSON_AddObjectToObject(sent, "metadata"), "name", names[i]);
        struct cluster_answer answer = cluster_create(&target, sent);

        assert(answer.status == 201);
        cJSON_Delete(answer.body);
        cJSON_Delete(sent);
    }
}

struct cluster *cluster_new(struct loop *loop, const struct cluster_options *options)
{
    struct cluster *cluster = memory_new(1, sizeof *cluster);

    cluster->handler.handle = cluster_handle;
    cluster->flow.pump = act;
    cluster->loop = loop;
    cluster->options = *options;
    cluster->controllers.delays = options->delays;
    cluster_objects_init(&cluster->objects);
    add_namespaces(cluster);
    cluster_settle(cluster);
    return cluster;
}

void cluster_free(struct cluster *cluster)
{
    assert(cluster->watches == NULL);
    timer_stop(cluster->loop, &cluster->timer);
    controllers_release(&cluster->controllers);
    cluster_objects_release(&cluster->objects);
    free(cluster);
}

void cluster_settle(struct cluster *cluster)
{
    int64_t now_ms = loop_monotonic_ms(cluster->loop);
    int64_t due_ms = 0;

    cluster_watches_tell(cluster);
    controllers_notice(&cluster->controllers, &cluster->objects, now_ms);
    due_ms = controllers_due_ms(&cluster->controllers);
    timer_stop(cluster->loop, &cluster->timer);
    if (due_ms != INT64_MAX)
        timer_start(cluster->loop, &cluster->timer, due_ms > now_ms ? due_ms - now_ms : 0, &cluster->flow);
}

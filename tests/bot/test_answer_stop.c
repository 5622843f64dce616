/* What a stop and a start say beyond counts: what is left, what goes on, what was refused. */
#include "bot/answer.h"

#include "tests/bot/outcome_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#define START " Start it with `/curfew start dev1`.\n"

static void what_a_stop_leaves_is_named(void)
{
    static const struct told_case cases[] = {
        { .name = "of every kind",
          .kind = OUTCOME_DONE,
          .took_s = 2,
          .workloads = { { "web", .remembered = 3 },
                         { "report", "cronjobs.batch", RESOURCE_SUSPENDED, .remembered = 1 },
                         { "queue", "scaledobjects.keda.sh", RESOURCE_PAUSED, .remembered = 1 } },
          .text =
              "`dev1` is stopped (1 workload at 0, 3 replicas remembered, 1 CronJob suspended, 1 autoscaler paused, "
              "in 2 s)." START },
        { .name = "CronJobs alone, already",
          .kind = OUTCOME_NOTHING,
          .workloads = { { "report", "cronjobs.batch", RESOURCE_SUSPENDED, .remembered = 1 },
                         { "clean", "cronjobs.batch", RESOURCE_SUSPENDED, .remembered = 1 } },
          .text = "`dev1` was stopped already (2 CronJobs suspended)." START },
        { .name = "owners, jobs, pods",
          .kind = OUTCOME_DONE,
          .workloads = { { "web", .remembered = 1 },
                         { "db", .replicas = 1, .excluded = true },
                         { "es-a", "statefulsets.apps", .replicas = 3, .owner = "Elasticsearch <es>" },
                         { "es-b", "statefulsets.apps", .replicas = 3, .owner = "Elasticsearch <es>" },
                         { "es-c", "statefulsets.apps", .owner = "Elasticsearch <es>" },
                         { "web-5d9c", "replicasets.apps", .replicas = 1, .owner = "Deployment web" },
                         { "odd", .replicas = 1, .owner = "" } },
          .jobs = 1,
          .pods = 2,
          .text = "`dev1` is stopped (1 workload at 0, 1 replica remembered, at once). Excluded and still running: 1 "
                  "workload. Left to their owners: `es-a` (Elasticsearch &lt;es&gt;), `es-b` (Elasticsearch "
                  "&lt;es&gt;), `odd`. 1 job goes on. 2 pods without a controller go on." START },
        { .name = "more owned than are named",
          .kind = OUTCOME_DONE,
          .workloads = { { "web", .remembered = 1 },
                         { "a", .replicas = 1, .owner = "Kafka a" },
                         { "b", .replicas = 1, .owner = "Kafka b" },
                         { "c", .replicas = 1, .owner = "Kafka c" },
                         { "d", .replicas = 1, .owner = "Kafka d" } },
          .text =
              "`dev1` is stopped (1 workload at 0, 1 replica remembered, at once). Left to their owners: `a` (Kafka "
              "a), `b` (Kafka b), `c` (Kafka c) and 1 more." START },
        { .name = "what may be started again, and what is not known",
          .kind = OUTCOME_DONE,
          .workloads = { { "web", .remembered = 1, .wakes = true }, { "api", .remembered = 1, .wakes = true } },
          .unread = "rollouts.argoproj.io",
          .unread_reason = "forbidden",
          .text = "`dev1` is stopped (2 workloads at 0, 2 replicas remembered, at once)." START
                  "• `rollouts.argoproj.io` could not be read: forbidden, so what they run is not known\n"
                  "• `web` and `api` have autoscalers with `minReplicas: 0`, which may start them again after a stop: "
                  "with `minReplicas: 1` they rest\n" },
        { .name = "partly",
          .kind = OUTCOME_PARTLY,
          .workloads = { { "web", .remembered = 3 },
                         { "report", "cronjobs.batch", RESOURCE_SUSPENDED, .remembered = 1 },
                         { "api", .replicas = 1 },
                         { "data", "statefulsets.apps", .replicas = 1, .deletes_data = true } },
          .answers = { { "api", "admission webhook \"guard\" denied the request: <not> now", .result = SCALE_FAILED },
                       { "web", .result = SCALE_DONE },
                       { "odd", .result = SCALE_CHANGED } },
          .failed = 3,
          .text = "`dev1` is partly stopped: 1 workload at 0, 1 CronJob suspended, 3 workloads stay as they are.\n"
                  "• `api` could not be changed: admission webhook \"guard\" denied the request: &lt;not&gt; now\n"
                  "• `odd` could not be changed: somebody else kept changing it meanwhile\n"
                  "• `data` could not be changed: scaling it to 0 would delete its volumes "
                  "(persistentVolumeClaimRetentionPolicy.whenScaled is Delete)\n"
                  "To try those again: `/curfew stop dev1`.\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct told_case item = cases[i];
        item.verb = VERB_STOP;
        check_told(&item);
    }
}

static void what_a_start_brings_back_is_counted(void)
{
    static const struct told_case cases[] = {
        { .name = "CronJobs and autoscalers",
          .kind = OUTCOME_DONE,
          .took_s = 48,
          .workloads = { { "web", .replicas = 2, .ready = 2 } },
          .answers = { { "report", "", RESOURCE_SUSPENDED, 1, SCALE_DONE },
                       { "clean", "", RESOURCE_SUSPENDED, 1, SCALE_DONE },
                       { "queue", "", RESOURCE_PAUSED, 1, SCALE_DONE } },
          .text = "`dev1` is up (2/2 ready in 48 s, 2 CronJobs resumed, 1 autoscaler resumed).\n" },
        { .name = "an autoscaler wants more than there were",
          .kind = OUTCOME_DONE,
          .workloads = { { "web", .replicas = 3, .ready = 3, .remembered = 1, .minimum = 3 },
                         { "api", .replicas = 3, .ready = 3, .remembered = 3, .minimum = 3 } },
          .text =
              "`dev1` is up (6/6 ready at once). With more than before, as the autoscaler has a higher minimum now: "
              "`web`.\n" },
        { .name = "partly: refused by a quota, and not ready",
          .kind = OUTCOME_PARTLY,
          .workloads = { { "web", .remembered = 2 },
                         { "api", .replicas = 2, .ready = 1, .reason = "Unschedulable: 0/3 nodes are available" } },
          .answers = { { "web", "exceeded quota: pods", .result = SCALE_FAILED } },
          .failed = 1,
          .text = "`dev1` is partly up: 1/2 ready, 1 workload stays as it is.\n"
                  "• `web` could not be changed: exceeded quota: pods\n"
                  "• `api` 1/2 ready: Unschedulable: 0/3 nodes are available\n"
                  "To try those again: `/curfew start dev1`.\n" },
        { .name = "not ready in time",
          .kind = OUTCOME_NOT_READY,
          .took_s = 300,
          .workloads = { { "web", .replicas = 2, .reason = "web: ImagePullBackOff: no such image" },
                         { "api", .replicas = 1, .ready = 1 } },
          .unread = "rollouts.argoproj.io",
          .unread_reason = "forbidden",
          .text = "`dev1` is started, but after 5 min only 1/3 ready.\n"
                  "• `web` 0/2 ready: web: ImagePullBackOff: no such image\n"
                  "• `rollouts.argoproj.io` could not be read: forbidden, so what they run is not known\n"
                  "`/curfew status dev1` shows how it goes on.\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct told_case item = cases[i];
        item.verb = VERB_START;
        check_told(&item);
    }
}

/* Beside others, each has few lines. */
static void of_several_a_few_lines_each_are_told(void)
{
    static const struct told_case item = {
        .name = "five refusals",
        .kind = OUTCOME_PARTLY,
        .verb = VERB_STOP,
        .beside = true,
        .workloads = { { "a", .replicas = 1, .deletes_data = true }, { "b", .replicas = 1, .deletes_data = true } },
        .answers = { { "c", "no", .result = SCALE_FAILED },
                     { "d", "no", .result = SCALE_FAILED },
                     { "e", "no", .result = SCALE_UNKNOWN } },
        .failed = 5,
        .text = "`dev1` is partly stopped: 0 workloads at 0, 5 workloads stay as they are.\n"
                "• `c` could not be changed: no\n• `d` could not be changed: no\n• `e` could not be changed: no\n"
                "• and 2 more that could not be changed\n"
                "To try those again: `/curfew stop dev1`.\n",
    };

    check_told(&item);
}

TEST_MAIN("bot/answer_outcome, what is left", TEST(what_a_stop_leaves_is_named),
          TEST(what_a_start_brings_back_is_counted), TEST(of_several_a_few_lines_each_are_told))

/* The answer to status, to the letter: sentences are part of the product. */
#include "bot/answer_status.h"

#include "tests/bot/outcome_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#define SINCE ", since <!date^0^{date_short_pretty} at {time}|1970-01-01 00:00 UTC> by <@U1>."

static void check_all(const struct told_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct told_case item = cases[i];
        if (item.kind != OUTCOME_FAILED)
            item.kind = OUTCOME_STATUS;
        item.verb = VERB_STATUS;
        check_told(&item);
    }
}

static void one_word_says_how_it_stands(void)
{
    static const struct told_case cases[] = {
        { .name = "up", .workloads = { { "web", .replicas = 2, .ready = 2 } }, .text = "`dev1` is up: 2/2 ready.\n" },
        { .name = "starting",
          .workloads = { { "web", .replicas = 2, .ready = 1 } },
          .is_under_way = true,
          .under_way = VERB_START,
          .text = "`dev1` is starting: 1/2 ready.\n• `web` 1/2 ready\n" },
        { .name = "starting, by the record",
          .workloads = { { "web", .replicas = 2, .ready = 2 }, { "api", .remembered = 1 } },
          .has_record = true,
          .state = RECORD_STARTING,
          .text = "`dev1` is starting: 2/2 ready, 1 workload left at 0" SINCE "\n" },
        { .name = "stopped",
          .workloads = { { "web", .remembered = 2 } },
          .has_record = true,
          .state = RECORD_ASLEEP,
          .text = "`dev1` is stopped: 1 workload at 0" SINCE "\n" },
        { .name = "stopping",
          .workloads = { { "web", .replicas = 2, .ready = 2 } },
          .is_under_way = true,
          .under_way = VERB_STOP,
          .text = "`dev1` is stopping now.\n" },
        { .name = "its pods are ending",
          .workloads = { { "web", .existing = 3, .remembered = 3 } },
          .has_record = true,
          .state = RECORD_ASLEEP,
          .text = "`dev1` is stopping: 3 pods not gone yet" SINCE "\n" },
        { .name = "degraded",
          .workloads = { { "web", .replicas = 2, .ready = 1, .reason = "ImagePullBackOff: <!channel>" } },
          .text = "`dev1` is degraded: 1/2 ready.\n"
                  "• `web` 1/2 ready: ImagePullBackOff: &lt;!channel&gt;\n" },
        { .name = "partly, awake",
          .workloads = { { "web", .replicas = 2, .ready = 2 }, { "api", .remembered = 1 } },
          .text = "`dev1` is partly up: 2/2 ready, 1 workload left at 0.\n" },
        { .name = "partly, asleep",
          .workloads = { { "web", .replicas = 2, .ready = 2 }, { "api", .remembered = 1 } },
          .has_record = true,
          .state = RECORD_ASLEEP,
          .text = "`dev1` is partly stopped: 1 workload still runs (2/2 ready)" SINCE "\n" },
        { .name = "unknown",
          .kind = OUTCOME_FAILED,
          .error = "the API server does not answer",
          .text = "`dev1` cannot be read: the API server does not answer. So how it stands is unknown.\n" },
        { .name = "at 0, by others",
          .workloads = { { "web" } },
          .text = "`dev1` is stopped, but not by Curfew: 1 workload at 0.\n" },
        { .name = "nothing in it", .text = "`dev1` has no workloads.\n" },
        { .name = "CronJobs alone",
          .workloads = { { "report", "cronjobs.batch", RESOURCE_SUSPENDED, .replicas = 1 } },
          .text = "`dev1` is up: 1 CronJob.\n" },
        { .name = "nothing of it could be started",
          .workloads = { { "web", .remembered = 1 } },
          .text = "`dev1` is partly up: 0/0 ready, 1 workload left at 0.\n" },
    };

    check_all(cases, sizeof cases / sizeof cases[0]);
}

static void its_apps_decide_whether_it_is_up(void)
{
    static const struct told_case cases[] = {
        { .name = "another one is not ready",
          .workloads = { { "app-web", .replicas = 2, .ready = 2, .is_app = true },
                         { "search", .replicas = 1, .reason = "web: CrashLoopBackOff" } },
          .text = "`dev1` is up by `app-web`: 2/3 ready.\n• `search` 0/1 ready: web: CrashLoopBackOff\n" },
        { .name = "all are ready",
          .workloads = { { "app-web", .replicas = 2, .ready = 2, .is_app = true },
                         { "search", .replicas = 1, .ready = 1 } },
          .text = "`dev1` is up: 3/3 ready.\n" },
        { .name = "another one was left at 0",
          .workloads = { { "app-web", .replicas = 2, .ready = 2, .is_app = true }, { "search", .remembered = 1 } },
          .text = "`dev1` is up: 2/2 ready, 1 workload left at 0.\n" },
        { .name = "the app itself is not ready",
          .workloads = { { "app-web", .replicas = 2, .ready = 1, .is_app = true },
                         { "search", .replicas = 1, .ready = 1 } },
          .text = "`dev1` is degraded: 2/3 ready.\n• `app-web` 1/2 ready\n" },
        { .name = "the app itself is at 0",
          .workloads = { { "app-web", .is_app = true }, { "search", .replicas = 1, .ready = 1 } },
          .text = "`dev1` is partly up: 1/1 ready, without `app-web`.\n" },
        { .name = "several",
          .workloads = { { "a", .replicas = 1, .ready = 1, .is_app = true },
                         { "b", .replicas = 1, .ready = 1, .is_app = true },
                         { "c", .replicas = 1, .ready = 1, .is_app = true },
                         { "d", .replicas = 1, .ready = 1, .is_app = true },
                         { "e", .replicas = 1 } },
          .text = "`dev1` is up by `a`, `b`, `c` and 1 more: 4/5 ready.\n• `e` 0/1 ready\n" },
    };

    check_all(cases, sizeof cases / sizeof cases[0]);
}

static void what_else_is_to_be_known_is_said(void)
{
    static const struct told_case cases[] = {
        { .name = "CronJobs, autoscalers, jobs, pods, and what has an owner",
          .workloads = { { "web", .remembered = 2 },
                         { "report", "cronjobs.batch", RESOURCE_SUSPENDED, .remembered = 1 },
                         { "clean", "cronjobs.batch", RESOURCE_SUSPENDED, .remembered = 1 },
                         { "queue", "scaledobjects.keda.sh", RESOURCE_PAUSED, .remembered = 1 },
                         { "es-data", "statefulsets.apps", .replicas = 3, .owner = "Elasticsearch es" },
                         { "web-5d9c", "replicasets.apps", .replicas = 2, .owner = "Deployment web" } },
          .jobs = 2,
          .pods = 1,
          .has_record = true,
          .state = RECORD_ASLEEP,
          .text = "`dev1` is stopped: 1 workload at 0, 2 CronJobs suspended, 1 autoscaler paused" SINCE
                  " Left to their owners: `es-data` (Elasticsearch es). 2 jobs go on. 1 pod without a controller goes "
                  "on.\n" },
        { .name = "CronJobs alone",
          .workloads = { { "report", "cronjobs.batch", RESOURCE_SUSPENDED, .remembered = 1 } },
          .jobs = -1,
          .pods = -1,
          .has_record = true,
          .state = RECORD_ASLEEP,
          .text = "`dev1` is stopped: 1 CronJob suspended" SINCE "\n" },
        { .name = "a CronJob was resumed by somebody",
          .workloads = { { "report", "cronjobs.batch", RESOURCE_SUSPENDED, .replicas = 1, .remembered = 1,
                           .manager = "kubectl-patch" } },
          .has_record = true,
          .state = RECORD_ASLEEP,
          .text = "`dev1` is partly stopped: not all of its CronJobs and autoscalers rest" SINCE
                  "\n• `report` is no longer suspended: somebody did that with `kubectl-patch`\n" },
        { .name = "awake, jobs are nobody's concern",
          .workloads = { { "web", .replicas = 1, .ready = 1 } },
          .jobs = 2,
          .pods = 2,
          .text = "`dev1` is up: 1/1 ready.\n" },
        { .name = "a kind that cannot be read",
          .workloads = { { "web", .replicas = 1, .ready = 1 } },
          .unread = "rollouts.argoproj.io",
          .unread_reason = "curfew may not list <rollouts>",
          .text = "`dev1` is up: 1/1 ready.\n• `rollouts.argoproj.io` could not be read: curfew may not list "
                  "&lt;rollouts&gt;, so what they run is not known\n" },
        { .name = "an autoscaler that 0 does not pause",
          .workloads = { { "web", .replicas = 1, .ready = 1, .wakes = true } },
          .text = "`dev1` is up: 1/1 ready.\n• `web` has an autoscaler with `minReplicas: 0`, which may start it again "
                  "after a stop: with `minReplicas: 1` it rests\n" },
        { .name = "its controller has not seen the change",
          .workloads = { { "web", .replicas = 1, .ready = 1, .unseen = true } },
          .text = "`dev1` is degraded: 1/1 ready.\n• `web` 1/1 ready: its controller has not seen the change yet\n" },
        { .name = "more than are shown",
          .workloads = { { "a", .replicas = 1 },
                         { "b", .replicas = 1 },
                         { "c", .replicas = 1 },
                         { "d", .replicas = 1 },
                         { "e", .replicas = 1 },
                         { "f", .replicas = 1 },
                         { "g", .replicas = 1 },
                         { "h", .replicas = 1 },
                         { "i", .replicas = 1 },
                         { "j", .replicas = 1 },
                         { "k", .replicas = 1 },
                         { "l", .replicas = 1 } },
          .text = "`dev1` is degraded: 0/12 ready.\n• `a` 0/1 ready\n• `b` 0/1 ready\n• `c` 0/1 ready\n"
                  "• `d` 0/1 ready\n• `e` 0/1 ready\n• `f` 0/1 ready\n• `g` 0/1 ready\n• `h` 0/1 ready\n"
                  "• `i` 0/1 ready\n• `j` 0/1 ready\n• and 2 more not ready\n" },
    };

    check_all(cases, sizeof cases / sizeof cases[0]);
}

TEST_MAIN("bot/answer_status", TEST(one_word_says_how_it_stands), TEST(its_apps_decide_whether_it_is_up),
          TEST(what_else_is_to_be_known_is_said))

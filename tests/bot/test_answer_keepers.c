/* Who brings back what was stopped, and what ends that. */
#include "bot/answer_keepers.h"

#include "tests/bot/outcome_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#define LEFT "Curfew leaves that so; `/curfew stop dev1` stops it again.\n"
#define OWN                                                                                                        \
    "it has to be told itself to scale down; with `curfew/exclude: \"true\"` on the workload, Curfew leaves that " \
    "alone"

static void who_keeps_it_is_said_beforehand(void)
{
    static const struct told_case cases[] = {
        { .name = "Argo CD",
          .workloads = { { "web", .replicas = 1, .ready = 1, .keeper = KEEPER_ARGO_CD },
                         { "api", .replicas = 1, .ready = 1, .keeper = KEEPER_ARGO_CD },
                         { "db", .replicas = 1, .ready = 1, .keeper = KEEPER_ARGO_CD },
                         { "mq", .replicas = 1, .ready = 1, .keeper = KEEPER_ARGO_CD },
                         { "left", .replicas = 1, .ready = 1, .excluded = true, .keeper = KEEPER_ARGO_CD } },
          .text =
              "`dev1` is up: 5/5 ready.\n"
              "• `web`, `api`, `db` and 1 more are kept by Argo CD, which may bring them back after a stop: let its "
              "Application ignore the difference (`spec.ignoreDifferences` with `jsonPointers: [/spec/replicas]` or "
              "`managedFieldsManagers: [curfew]`, and the sync option `RespectIgnoreDifferences=true`)\n" },
        { .name = "Flux",
          .workloads = { { "web", .replicas = 1, .ready = 1, .keeper = KEEPER_FLUX_KUSTOMIZATION },
                         { "db", .replicas = 1, .ready = 1, .keeper = KEEPER_FLUX_HELM_RELEASE } },
          .text =
              "`dev1` is up: 2/2 ready.\n"
              "• `web` is kept by a Flux Kustomization, which may bring it back after a stop: leave `spec.replicas` "
              "out of its manifest, or run `flux suspend kustomization NAME` while it is to sleep\n"
              "• `db` is kept by a Flux HelmRelease, which may bring it back after a stop: name `/spec/replicas` "
              "under `spec.driftDetection.ignore` of its HelmRelease, or run `flux suspend helmrelease NAME` while "
              "it is to sleep\n" },
        { .name = "only a CronJob",
          .workloads = { { "report", "cronjobs.batch", RESOURCE_SUSPENDED, .replicas = 1,
                           .keeper = KEEPER_FLUX_KUSTOMIZATION } },
          .text = "`dev1` is up: 1 CronJob.\n"
                  "• `report` is kept by a Flux Kustomization, which may bring it back after a stop: leave "
                  "`spec.suspend` out of its manifest, or run `flux suspend kustomization NAME` while it is to "
                  "sleep\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct told_case item = cases[i];
        item.kind = OUTCOME_STATUS;
        item.verb = VERB_STATUS;
        check_told(&item);
    }
}

static void who_brought_it_back_is_named_with_what_ends_it(void)
{
    static const struct told_case cases[] = {
        { .name = "Argo CD",
          .workloads = { { "web", .replicas = 3, .remembered = 3, .manager = "argocd-controller" },
                         { "api", .remembered = 1, .manager = "curfew" } },
          .text =
              "`web` of `dev1` runs again with 3 replicas: brought back by `argocd-controller` (Argo CD). To let it "
              "sleep: let its Application ignore the difference (`spec.ignoreDifferences` with "
              "`jsonPointers: [/spec/replicas]` or `managedFieldsManagers: [curfew]`, and the sync option "
              "`RespectIgnoreDifferences=true`).\n" LEFT },
        { .name = "Flux, both ways",
          .workloads = { { "web", .replicas = 1, .remembered = 1, .manager = "kustomize-controller" },
                         { "db", .replicas = 1, .remembered = 1, .manager = "helm-controller" } },
          .text =
              "`web` of `dev1` runs again with 1 replica: brought back by `kustomize-controller` (Flux). To let it "
              "sleep: leave `spec.replicas` out of its manifest, or run `flux suspend kustomization NAME` while it "
              "is to sleep.\n"
              "`db` of `dev1` runs again with 1 replica: brought back by `helm-controller` (Flux). To let it sleep: "
              "name `/spec/replicas` under `spec.driftDetection.ignore` of its HelmRelease, or run "
              "`flux suspend helmrelease NAME` while it is to sleep.\n" LEFT },
        { .name = "a person",
          .workloads = { { "web", .replicas = 2, .remembered = 3, .manager = "kubectl-scale" } },
          .text = "`web` of `dev1` runs again with 2 replicas: somebody did that with `kubectl-scale`.\n" LEFT },
        { .name = "an operator, several of its own",
          .workloads = { { "a", .replicas = 2, .remembered = 2, .manager = "`<@U1>`-operator" },
                         { "b", .replicas = 2, .remembered = 2, .manager = "`<@U1>`-operator" } },
          .text = "`a` and `b` of `dev1` run again: brought back by `'&lt;@U1&gt;'-operator`. To let it sleep: " OWN
                  ".\n" LEFT },
        { .name = "an autoscaler of Kubernetes",
          .workloads = { { "web", .replicas = 1, .remembered = 2, .manager = "kube-controller-manager" } },
          .text =
              "`web` of `dev1` runs again with 1 replica: brought back by `kube-controller-manager` (an "
              "autoscaler). To let it sleep: an autoscaler rests while its target is at 0 only with `minReplicas: 1` "
              "or more.\n" LEFT },
        { .name = "Helm, by hand",
          .workloads = { { "web", .replicas = 1, .remembered = 1, .manager = "helm" } },
          .text = "`web` of `dev1` runs again with 1 replica: brought back by `helm` (a Helm release was installed or "
                  "upgraded).\n" LEFT },
        { .name = "not said, but it is kept",
          .workloads = { { "web", .replicas = 1, .remembered = 1, .keeper = KEEPER_FLUX_KUSTOMIZATION } },
          .text =
              "`web` of `dev1` runs again with 1 replica: brought back by Flux, as it seems. To let it sleep: leave "
              "`spec.replicas` out of its manifest, or run `flux suspend kustomization NAME` while it is to "
              "sleep.\n" LEFT },
        { .name = "not said at all",
          .workloads = { { "web", .replicas = 1, .remembered = 1 } },
          .text = "`web` of `dev1` runs again with 1 replica: brought back by somebody whom the API server does not "
                  "name.\n" LEFT },
        { .name = "a paused autoscaler",
          .workloads = { { "queue", "scaledobjects.keda.sh", RESOURCE_PAUSED, .replicas = 1, .remembered = 1,
                           .manager = "argocd-controller" } },
          .text = "`queue` of `dev1` is no longer paused: brought back by `argocd-controller` (Argo CD). To let it "
                  "sleep: let its Application ignore the difference (`spec.ignoreDifferences` with "
                  "`jsonPointers: [/metadata/annotations]` or `managedFieldsManagers: [curfew]`, and the sync option "
                  "`RespectIgnoreDifferences=true`).\n" LEFT },
        { .name = "more than are named",
          .workloads = { { "a", .replicas = 1, .remembered = 1, .manager = "kubectl-a" },
                         { "b", .replicas = 1, .remembered = 1, .manager = "kubectl-b" },
                         { "c", .replicas = 1, .remembered = 1, .manager = "kubectl-c" },
                         { "d", .replicas = 1, .remembered = 1, .manager = "kubectl-d" },
                         { "e", .replicas = 1, .remembered = 1, .manager = "kubectl-e" } },
          .text = "`a` of `dev1` runs again with 1 replica: somebody did that with `kubectl-a`.\n"
                  "`b` of `dev1` runs again with 1 replica: somebody did that with `kubectl-b`.\n"
                  "`c` of `dev1` runs again with 1 replica: somebody did that with `kubectl-c`.\n"
                  "`d` of `dev1` runs again with 1 replica: somebody did that with `kubectl-d`.\n"
                  "1 more workload runs again, for others.\n" LEFT },
        { .name = "over already",
          .workloads = { { "web", .remembered = 1 } },
          .text = "`dev1` sleeps: what had been brought back is at 0 again.\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct told_case item = cases[i];
        item.kind = OUTCOME_BROUGHT_BACK;
        item.verb = VERB_STOP;
        item.has_record = true;
        item.state = RECORD_ASLEEP;
        check_told(&item);
    }
}

static void status_of_a_stopped_one_says_the_same(void)
{
    static const struct told_case item = {
        .name = "Argo CD, which keeps it too",
        .kind = OUTCOME_STATUS,
        .verb = VERB_STATUS,
        .workloads = { { "web", .replicas = 3, .ready = 3, .remembered = 3, .manager = "argocd-controller",
                         .keeper = KEEPER_ARGO_CD } },
        .has_record = true,
        .state = RECORD_ASLEEP,
        .text =
            "`dev1` is partly stopped: 1 workload still runs (3/3 ready), since <!date^0^{date_short_pretty} at "
            "{time}|1970-01-01 00:00 UTC> by <@U1>.\n"
            "• `web` runs again with 3 replicas: brought back by `argocd-controller` (Argo CD). To let it sleep: let "
            "its Application ignore the difference (`spec.ignoreDifferences` with "
            "`jsonPointers: [/spec/replicas]` or `managedFieldsManagers: [curfew]`, and the sync option "
            "`RespectIgnoreDifferences=true`)\n",
    };

    check_told(&item);
}

TEST_MAIN("bot/answer_keepers", TEST(who_keeps_it_is_said_beforehand),
          TEST(who_brought_it_back_is_named_with_what_ends_it), TEST(status_of_a_stopped_one_says_the_same))

/* tests/bot/test_plan_text.c - bot/plan_text.h: what a stop or a start would do, and why the rest stays. */
#include "bot/plan_text.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

enum { SEEN_MAX = 8, REMEMBERED_MAX = 4 };

#define DEPLOYMENT(name_, replicas_)                                                             \
    .resource = "deployments.apps", .name = name_, .uid = "uid-" name_, .resource_version = "1", \
    .replicas = replicas_, .replicas_existing = replicas_, .replicas_ready = replicas_, .settled = true

struct plan_case {
    const char *name;
    enum record_state state;
    struct workload seen[SEEN_MAX];
    struct journal_entry remembered[REMEMBERED_MAX];
    int32_t jobs, pods;
    const char *expected;
};

static const struct plan_case cases[] = {
    { .name = "what runs is scaled, what does not stays",
      .seen = { { DEPLOYMENT("web", 3) }, { DEPLOYMENT("idle", 0) } },
      .expected = "A stop now:\n• `web` scaled 3 → 0\n• `idle` stays at 0, also when it is started\n" },
    { .name = "everything that is left has its reason",
      .seen = { { DEPLOYMENT("alone", 1), .excluded = true },
                { DEPLOYMENT("es", 2), .owned = true, .owner = "Elasticsearch es" },
                { DEPLOYMENT("going", 1), .terminating = true },
                { .resource = "statefulsets.apps", .name = "db", .uid = "u", .replicas = 1, .deletes_data = true } },
      .expected = "A stop now:\n• nothing would change\n• `alone` left alone: `curfew/exclude`\n"
                  "• `es` left to its owner `Elasticsearch es`\n• `going` left alone: it is being deleted\n"
                  "• `db` (statefulsets.apps) refused: at 0 its volumes would be deleted (`whenScaled: Delete`)\n" },
    { .name = "groups are counted in the order of a stop",
      .seen = { { DEPLOYMENT("db", 1), .order = -10 },
                { DEPLOYMENT("web", 2), .order = 10 },
                { DEPLOYMENT("api", 1) } },
      .expected = "A stop now:\n1. `web` scaled 2 → 0\n2. `api` scaled 1 → 0\n3. `db` scaled 1 → 0\n" },
    { .name = "and in that of a start",
      .state = RECORD_ASLEEP,
      .seen = { { DEPLOYMENT("web", 0), .order = 10 }, { DEPLOYMENT("db", 0), .order = -10 } },
      .remembered = { { "deployments.apps", "web", "uid-web", "1", "", 2, NULL },
                      { "deployments.apps", "db", "uid-db", "1", "", 1, NULL } },
      .expected = "A start now:\n1. `db` scaled 0 → 1\n2. `web` scaled 0 → 2\n" },
    { .name = "what an autoscaler wants at least, what was at 0, what came back, what is gone",
      .state = RECORD_ASLEEP,
      .seen = { { DEPLOYMENT("web", 0), .minimum = 4 }, { DEPLOYMENT("idle", 0) }, { DEPLOYMENT("back", 5) } },
      .remembered = { { "deployments.apps", "web", "uid-web", "1", "", 2, NULL },
                      { "deployments.apps", "back", "uid-back", "1", "", 1, NULL },
                      { "deployments.apps", "gone", "uid-gone", "1", "", 1, NULL } },
      .expected = "A start now:\n• `web` scaled 0 → 4\n• `idle` stays at 0: it was at 0 before\n"
                  "• `back` stays at 5: somebody has brought it back\n• `gone` is remembered, and there no more\n" },
    { .name = "other actions, keepers, jobs",
      .seen = { { .resource = "cronjobs.batch",
                  .name = "nightly",
                  .uid = "a",
                  .action = RESOURCE_SUSPENDED,
                  .replicas = 1 },
                { .resource = "scaledobjects.keda.sh",
                  .name = "queue",
                  .uid = "b",
                  .action = RESOURCE_PAUSED,
                  .replicas = 1,
                  .before = "{}" },
                { DEPLOYMENT("web", 1), .keeper = KEEPER_ARGO_CD } },
      .jobs = 2,
      .pods = 1,
      .expected = "A stop now:\n1. `nightly` (cronjobs.batch) suspended\n1. `queue` (scaledobjects.keda.sh) paused\n"
                  "2. `web` scaled 1 → 0; Argo CD keeps it and may bring it back\n• 2 jobs go on\n"
                  "• 1 pod without a controller goes on\n" },
    { .name = "names from outside format nothing",
      .seen = { { .resource = "a<b>.c", .name = "x`y", .uid = "a", .replicas = 1 } },
      .expected = "A stop now:\n• `x'y` (a&lt;b&gt;.c) scaled 1 → 0\n" },
    { .name = "a stop that was begun",
      .state = RECORD_STOPPING,
      .seen = { { DEPLOYMENT("web", 0) }, { DEPLOYMENT("api", 2) } },
      .remembered = { { "deployments.apps", "web", "uid-web", "1", "", 2, NULL },
                      { "deployments.apps", "api", "uid-api", "1", "", 2, NULL } },
      .expected = "It is being stopped; what is left of that:\n• `api` scaled 2 → 0\n"
                  "• `web` stays at 0, also when it is started\n" },
};

static void every_workload_has_its_line(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct workload_list seen = { .jobs = cases[i].jobs, .pods = cases[i].pods };
        struct journal remembered = { 0 };
        struct buffer text = { 0 };

        for (size_t j = 0; j < SEEN_MAX && cases[i].seen[j].name != NULL; j++)
            workload_list_add(&seen, &cases[i].seen[j]);
        for (size_t j = 0; j < REMEMBERED_MAX && cases[i].remembered[j].name != NULL; j++)
            journal_add(&remembered, &cases[i].remembered[j]);
        plan_append(cases[i].state, &seen, &remembered, &text);
        case_text(cases[i].name, buffer_text(&text), cases[i].expected);
        workload_list_release(&seen);
        journal_release(&remembered);
        buffer_release(&text);
    }
}

static void what_cannot_be_read_is_named_and_not_forgotten(void)
{
    const struct journal_entry entry = { "rollouts.argoproj.io", "web", "u", "1", "", 2, NULL };
    struct workload_list seen = { .jobs = -1, .pods = -1 };
    struct journal remembered = { 0 };
    struct buffer text = { 0 };

    journal_add(&remembered, &entry);
    workload_list_add_unread(&seen, "rollouts.argoproj.io", "not permitted");
    plan_append(RECORD_ASLEEP, &seen, &remembered, &text);
    CU_ASSERT_STRING_EQUAL(buffer_text(&text),
                           "A start now:\n• nothing would change\n• `web` is remembered, and cannot be read now\n"
                           "• `rollouts.argoproj.io` cannot be read, so what it runs is left alone: not permitted\n");
    workload_list_release(&seen);
    journal_release(&remembered);
    buffer_release(&text);
}

TEST_MAIN("bot/plan_text", TEST(every_workload_has_its_line), TEST(what_cannot_be_read_is_named_and_not_forgotten))

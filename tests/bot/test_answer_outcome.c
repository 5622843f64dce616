/* What people read about one environment, to the letter: sentences are part of the product. */
#include "bot/answer.h"

#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void add_workload(struct workload_list *list, const char *name, int32_t replicas, int32_t ready,
                         const char *reason)
{
    struct workload workload = { .resource = "deployments.apps",
                                 .name = name,
                                 .uid = name,
                                 .reason = reason,
                                 .replicas = replicas,
                                 .replicas_ready = ready,
                                 .replicas_existing = replicas,
                                 .settled = true };

    workload_list_add(list, &workload);
}

static void remember(struct journal *journal, const char *name, int32_t replicas)
{
    struct journal_entry entry = { .resource = "deployments.apps", .name = name, .uid = name, .replicas = replicas };

    journal_add(journal, &entry);
}

/* dev1 with web and api; whatever a case does not say is empty. */
struct outcome_case {
    const char *name;
    enum outcome_kind kind;
    enum verb verb;
    int32_t web, web_ready, api, api_ready;
    int32_t web_remembered, api_remembered;
    bool web_unseen; /* its controller has not seen the wish */
    const char *web_reason;
    size_t failed;
    const char *failure; /* the server's word about web */
    const char *error;
    int64_t took_s;
    enum record_state state;
    bool has_record;
    struct outlook outlook;
    const char *wrong, *channel_error;
    enum verb under_way; /* START = 0 is nothing here */
    const char *text;
};

static void check_outcome(const struct outcome_case *item)
{
    char name[] = "dev1", uid[] = "u1";
    struct environment environment = { .name = name, .uid = uid, .present = true, .scheduler = SCHEDULER_ENABLED };
    struct workload_list seen = { 0 };
    struct transition plan = { .failed = item->failed };
    struct scale_orders answered = { 0 };
    struct error error = { 0 };
    struct buffer text = { 0 };
    struct outcome outcome = { .kind = item->kind,
                               .verb = item->verb,
                               .environment = &environment,
                               .by = "U1",
                               .plan = &plan,
                               .answered = &answered,
                               .seen = &seen,
                               .error = &error,
                               .overtaken_by = "U2",
                               .verb_since = VERB_STOP,
                               .under_way = item->under_way == VERB_STOP ? VERB_STOP : VERB_COUNT,
                               .took_s = item->took_s,
                               .outlook = item->outlook,
                               .wrong = item->wrong == NULL ? "" : item->wrong,
                               .channel = "C0DEV",
                               .channel_error = item->channel_error == NULL ? "" : item->channel_error,
                               .alone = true };

    add_workload(&seen, "web", item->web, item->web_ready, item->web_reason == NULL ? "" : item->web_reason);
    seen.items[0].settled = !item->web_unseen;
    add_workload(&seen, "api", item->api, item->api_ready, "");
    if (item->web_remembered > 0)
        remember(&plan.journal, "web", item->web_remembered);
    if (item->api_remembered > 0)
        remember(&plan.journal, "api", item->api_remembered);
    if (item->error != NULL)
        (void) error_set(&error, ERROR_NETWORK, "%s", item->error);
    if (item->failure != NULL) {
        struct scale_order order = { .name = "web", .result = SCALE_FAILED, .reason = item->failure };
        scale_orders_add(&answered, &order);
    }
    struct record record = { .uid = "u1", .state = item->state, .since_at = 0, .by = "U1" };
    environment_keep(&environment, item->has_record ? &record : NULL);
    transition_standing(&seen, &plan.journal, &outcome.standing);
    answer_outcome(&outcome, &text);
    case_text(item->name, buffer_text(&text), item->text);
    buffer_release(&text);
    workload_list_release(&seen);
    transition_release(&plan);
    scale_orders_release(&answered);
    environment_keep(&environment, NULL);
}

static void an_outcome_says_what_was_read_back(void)
{
    static const struct outcome_case cases[] = {
        { .name = "stopped",
          .kind = OUTCOME_DONE,
          .verb = VERB_STOP,
          .web_remembered = 3,
          .api_remembered = 1,
          .took_s = 2,
          .text = "`dev1` is stopped (2 workloads at 0, 4 replicas remembered, in 2 s). Start it with `/curfew start "
                  "dev1`.\n" },
        { .name = "stopped one",
          .kind = OUTCOME_DONE,
          .verb = VERB_STOP,
          .web_remembered = 1,
          .text = "`dev1` is stopped (1 workload at 0, 1 replica remembered, at once). Start it with `/curfew start "
                  "dev1`.\n" },
        { .name = "was stopped",
          .kind = OUTCOME_NOTHING,
          .verb = VERB_STOP,
          .web_remembered = 3,
          .text = "`dev1` was stopped already (1 workload at 0, 3 replicas remembered). Start it with `/curfew start "
                  "dev1`.\n" },
        { .name = "up",
          .kind = OUTCOME_DONE,
          .verb = VERB_START,
          .web = 3,
          .web_ready = 3,
          .api = 9,
          .api_ready = 9,
          .took_s = 48,
          .text = "`dev1` is up (12/12 ready in 48 s).\n" },
        { .name = "was up",
          .kind = OUTCOME_NOTHING,
          .verb = VERB_START,
          .web = 3,
          .web_ready = 3,
          .text = "`dev1` was up already (3/3 ready).\n" },
        { .name = "partly stopped",
          .kind = OUTCOME_PARTLY,
          .verb = VERB_STOP,
          .web = 3,
          .web_ready = 3,
          .api_remembered = 1,
          .failed = 1,
          .failure = "deployments.apps \"web\" is forbidden: <!channel>",
          .text = "`dev1` is partly stopped: 1 workload at 0, 1 workload stays as it is.\n"
                  "• `web` could not be changed: deployments.apps \"web\" is forbidden: &lt;!channel&gt;\n"
                  "To try those again: `/curfew stop dev1`.\n" },
        { .name = "not ready",
          .kind = OUTCOME_NOT_READY,
          .verb = VERB_START,
          .web = 3,
          .web_ready = 1,
          .api = 1,
          .api_ready = 1,
          .web_reason = "FailedCreate: exceeded quota",
          .took_s = 300,
          .text = "`dev1` is started, but after 5 min only 2/4 ready.\n"
                  "• `web` 1/3 ready: FailedCreate: exceeded quota\n"
                  "`/curfew status dev1` shows how it goes on.\n" },
        { .name = "failed",
          .kind = OUTCOME_FAILED,
          .verb = VERB_STOP,
          .error = "the API server does not answer",
          .text = "`dev1` was not stopped, and nothing was changed: the API server does not answer.\n" },
        { .name = "goes on",
          .kind = OUTCOME_CONTINUES,
          .verb = VERB_START,
          .error = "the API server does not answer",
          .text = "`dev1` is not started yet; Curfew goes on trying: the API server does not answer.\n" },
        { .name = "overtaken",
          .kind = OUTCOME_OVERTAKEN,
          .verb = VERB_START,
          .text = "The start of `dev1` was overtaken by a stop from <@U2>.\n" },
        { .name = "gone",
          .kind = OUTCOME_NO_LONGER,
          .verb = VERB_STOP,
          .text = "`dev1` is no environment any more: it was deleted or lost its label meanwhile.\n" },
        { .name = "status up",
          .kind = OUTCOME_STATUS,
          .verb = VERB_STATUS,
          .web = 3,
          .web_ready = 3,
          .api = 1,
          .api_ready = 1,
          .text = "`dev1` is up: 4/4 ready.\n" },
        { .name = "status degraded",
          .kind = OUTCOME_STATUS,
          .verb = VERB_STATUS,
          .web = 3,
          .web_ready = 0,
          .api = 1,
          .api_ready = 1,
          .text = "`dev1` is degraded: 1/4 ready.\n• `web` 0/3 ready\n" },
        { .name = "status stopped",
          .kind = OUTCOME_STATUS,
          .verb = VERB_STATUS,
          .web_remembered = 3,
          .has_record = true,
          .state = RECORD_ASLEEP,
          .text = "`dev1` is stopped: 1 workload at 0, since <!date^0^{date_short_pretty} at {time}|1970-01-01 00:00 "
                  "UTC> by "
                  "<@U1>.\n" },
        { .name = "status partly stopped",
          .kind = OUTCOME_STATUS,
          .verb = VERB_STATUS,
          .web = 2,
          .web_ready = 2,
          .api_remembered = 1,
          .has_record = true,
          .state = RECORD_ASLEEP,
          .text = "`dev1` is partly stopped: 1 workload still runs (2/2 ready), since <!date^0^{date_short_pretty} at "
                  "{time}|1970-01-01 00:00 UTC> "
                  "by <@U1>.\n" },
        { .name = "status at 0 by others",
          .kind = OUTCOME_STATUS,
          .verb = VERB_STATUS,
          .text = "`dev1` is stopped, but not by Curfew: 2 workloads at 0.\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_outcome(&cases[i]);
}

/* 1795809600 is 2026-11-27 20:00 UTC, 1795852800 is 2026-11-28 08:00 UTC. */
static void an_outcome_ends_with_what_comes_next(void)
{
    static const struct outcome_case cases[] = {
        { .name = "up",
          .kind = OUTCOME_DONE,
          .verb = VERB_START,
          .web = 3,
          .web_ready = 3,
          .took_s = 48,
          .outlook = { .stop = { 1795809600, PLAN_STOP_CURFEW },
                       .start_at = INT64_MAX,
                       .deadline_by = "",
                       .is_scheduled = true },
          .text = "`dev1` is up (3/3 ready in 48 s). It stops <!date^1795809600^{date_short_pretty} at "
                  "{time}|2026-11-27 20:00 UTC>.\n" },
        { .name = "was up, kept awake",
          .kind = OUTCOME_NOTHING,
          .verb = VERB_START,
          .web = 3,
          .web_ready = 3,
          .outlook = { .stop = { 1795809600, PLAN_STOP_DEADLINE },
                       .start_at = INT64_MAX,
                       .deadline = DEADLINE_PROLONGED,
                       .deadline_by = "U2",
                       .is_scheduled = true },
          .text = "`dev1` was up already (3/3 ready). It stops <!date^1795809600^{date_short_pretty} at "
                  "{time}|2026-11-27 20:00 UTC> (kept awake by <@U2>).\n" },
        { .name = "not ready",
          .kind = OUTCOME_NOT_READY,
          .verb = VERB_START,
          .web = 3,
          .web_ready = 1,
          .took_s = 300,
          .outlook = { .stop = { 1795809600, PLAN_STOP_CURFEW },
                       .start_at = INT64_MAX,
                       .deadline_by = "",
                       .is_scheduled = true },
          .text =
              "`dev1` is started, but after 5 min only 1/3 ready. It stops <!date^1795809600^{date_short_pretty} at "
              "{time}|2026-11-27 20:00 UTC>.\n• `web` 1/3 ready\n`/curfew status dev1` shows how it goes on.\n" },
        { .name = "partly up",
          .kind = OUTCOME_PARTLY,
          .verb = VERB_START,
          .web = 3,
          .web_ready = 3,
          .failed = 1,
          .failure = "forbidden",
          .outlook = { .stop = { 1795809600, PLAN_STOP_CURFEW },
                       .start_at = INT64_MAX,
                       .deadline_by = "",
                       .is_scheduled = true },
          .text = "`dev1` is partly up: 3/3 ready, 1 workload stays as it is. It stops "
                  "<!date^1795809600^{date_short_pretty} at {time}|2026-11-27 20:00 UTC>.\n• `web` could not be "
                  "changed: forbidden\nTo try those again: `/curfew start dev1`.\n" },
        { .name = "stopped until its window",
          .kind = OUTCOME_DONE,
          .verb = VERB_STOP,
          .web_remembered = 3,
          .took_s = 2,
          .outlook = { .stop = { INT64_MAX, PLAN_STOP_NONE },
                       .start_at = 1795852800,
                       .deadline_by = "",
                       .is_scheduled = true },
          .text = "`dev1` is stopped (1 workload at 0, 3 replicas remembered, in 2 s). It starts by itself "
                  "<!date^1795852800^{date_short_pretty} at {time}|2026-11-28 08:00 UTC>.\n" },
        { .name = "stopped until somebody starts it",
          .kind = OUTCOME_DONE,
          .verb = VERB_STOP,
          .web_remembered = 3,
          .took_s = 2,
          .outlook = { .stop = { INT64_MAX, PLAN_STOP_NONE },
                       .start_at = INT64_MAX,
                       .deadline_by = "",
                       .is_scheduled = true },
          .text = "`dev1` is stopped (1 workload at 0, 3 replicas remembered, in 2 s). Start it with `/curfew start "
                  "dev1`.\n" },
        { .name = "status up",
          .kind = OUTCOME_STATUS,
          .verb = VERB_STATUS,
          .web = 3,
          .web_ready = 3,
          .outlook = { .stop = { 1795809600, PLAN_STOP_DEADLINE },
                       .start_at = INT64_MAX,
                       .deadline = DEADLINE_PROLONGED,
                       .deadline_by = "U2",
                       .is_scheduled = true },
          .text = "`dev1` is up: 3/3 ready. It stops <!date^1795809600^{date_short_pretty} at {time}|2026-11-27 20:00 "
                  "UTC> (kept awake by <@U2>).\n" },
        { .name = "status of one without curfew",
          .kind = OUTCOME_STATUS,
          .verb = VERB_STATUS,
          .web = 3,
          .web_ready = 3,
          .outlook = { .stop = { INT64_MAX, PLAN_STOP_NONE },
                       .start_at = INT64_MAX,
                       .deadline_by = "",
                       .is_scheduled = true },
          .text = "`dev1` is up: 3/3 ready. It has no curfew.\n" },
        { .name = "status stopped",
          .kind = OUTCOME_STATUS,
          .verb = VERB_STATUS,
          .web_remembered = 3,
          .has_record = true,
          .state = RECORD_ASLEEP,
          .outlook = { .stop = { INT64_MAX, PLAN_STOP_NONE },
                       .start_at = 1795852800,
                       .deadline_by = "",
                       .is_scheduled = true },
          .text = "`dev1` is stopped: 1 workload at 0, since <!date^0^{date_short_pretty} at {time}|1970-01-01 00:00 "
                  "UTC> by <@U1>. It starts by itself <!date^1795852800^{date_short_pretty} at {time}|2026-11-28 08:00 "
                  "UTC>.\n" },
        { .name = "status stopped, nothing starts it",
          .kind = OUTCOME_STATUS,
          .verb = VERB_STATUS,
          .web_remembered = 3,
          .has_record = true,
          .state = RECORD_ASLEEP,
          .outlook = { .stop = { INT64_MAX, PLAN_STOP_NONE },
                       .start_at = INT64_MAX,
                       .deadline_by = "",
                       .is_scheduled = true },
          .text = "`dev1` is stopped: 1 workload at 0, since <!date^0^{date_short_pretty} at {time}|1970-01-01 00:00 "
                  "UTC> by <@U1>.\n" },
        { .name = "status stopped, but its pods are not counted yet",
          .kind = OUTCOME_STATUS,
          .verb = VERB_STATUS,
          .web_remembered = 3,
          .web_unseen = true,
          .has_record = true,
          .state = RECORD_ASLEEP,
          .outlook = { .stop = { INT64_MAX, PLAN_STOP_NONE },
                       .start_at = INT64_MAX,
                       .deadline_by = "",
                       .is_scheduled = true },
          .text = "`dev1` is stopping: its controllers have not seen it yet, since <!date^0^{date_short_pretty} at "
                  "{time}|1970-01-01 00:00 UTC> by <@U1>.\n" },
        { .name = "status stopping",
          .kind = OUTCOME_STATUS,
          .verb = VERB_STATUS,
          .web = 3,
          .web_ready = 3,
          .under_way = VERB_STOP,
          .outlook = { .stop = { 1795809600, PLAN_STOP_CURFEW },
                       .start_at = INT64_MAX,
                       .deadline_by = "",
                       .is_scheduled = true },
          .text = "`dev1` is stopping now.\n" },
        { .name = "status with faults",
          .kind = OUTCOME_STATUS,
          .verb = VERB_STATUS,
          .web = 3,
          .web_ready = 2,
          .wrong = "curfew/schedule: <Mon-Fry>",
          .channel_error = "is_archived",
          .outlook = { .stop = { 1795809600, PLAN_STOP_CURFEW },
                       .start_at = INT64_MAX,
                       .deadline_by = "",
                       .is_scheduled = true },
          .text = "`dev1` is degraded: 2/3 ready. It stops <!date^1795809600^{date_short_pretty} at {time}|2026-11-27 "
                  "20:00 UTC>.\n• curfew/schedule: &lt;Mon-Fry&gt;\n• its channel `C0DEV` does not take messages: "
                  "is_archived\n• `web` 2/3 ready\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_outcome(&cases[i]);
}

TEST_MAIN("bot/answer_outcome", TEST(an_outcome_says_what_was_read_back), TEST(an_outcome_ends_with_what_comes_next))

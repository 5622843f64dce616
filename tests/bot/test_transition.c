/* What a stop and a start change: DESIGN's rules for workloads, one row for each. */
#include "bot/transition.h"

#include <stdio.h>

#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* One workload as it is seen, and what is remembered of it. */
struct plan_case {
    const char *name;
    int32_t seen;               /* replicas; -1 = the workload is gone */
    int32_t remembered;         /* replicas; 0 = nothing */
    const char *remembered_uid; /* NULL = the same as seen */
    enum left_reason left;      /* made so */
    bool under_way;
    enum scale_result answered; /* SCALE_PENDING = it was not ordered yet */
    int32_t ordered;            /* expected: replicas; -1 = no order */
    bool may_be_ours;           /* a write of an earlier round may have happened */
    bool is_resumed;            /* another process began it */
    int32_t kept;               /* expected: replicas remembered afterwards; 0 = nothing */
    size_t failed;
};

static void make_workload(const struct plan_case *item, struct workload_list *list)
{
    struct workload workload = { .replicas = item->seen,
                                 .excluded = item->left == LEFT_EXCLUDED,
                                 .owned = item->left == LEFT_OWNED,
                                 .terminating = item->left == LEFT_TERMINATING,
                                 .deletes_data = item->left == LEFT_DELETES_DATA,
                                 .resource = "deployments.apps",
                                 .name = "web",
                                 .uid = "u1",
                                 .resource_version = "77" };

    if (item->seen >= 0)
        workload_list_add(list, &workload);
}

static void make_journal(const struct plan_case *item, struct journal *journal)
{
    struct journal_entry entry = { .resource = "deployments.apps",
                                   .name = "web",
                                   .uid = item->remembered_uid == NULL ? "u1" : item->remembered_uid,
                                   .replicas = item->remembered };

    if (item->remembered > 0)
        journal_add(journal, &entry);
}

static void make_answer(const struct plan_case *item, struct scale_orders *orders)
{
    struct scale_order order = {
        .resource = "deployments.apps", .name = "web", .result = item->answered, .may_be_ours = item->may_be_ours
    };

    if (item->answered != SCALE_PENDING)
        scale_orders_add(orders, &order);
}

static void check_plan(const struct plan_case *item, void (*make)(const struct transition_view *, struct transition *))
{
    struct workload_list seen = { 0 };
    struct journal remembered = { 0 };
    struct scale_orders answered = { 0 };
    struct command command = { 0 };
    struct transition plan;

    make_workload(item, &seen);
    make_journal(item, &remembered);
    make_answer(item, &answered);
    if (item->left == LEFT_EXCEPTED)
        CU_ASSERT_TRUE(text_copy(command.exceptions[command.exception_count++], COMMAND_EXCEPTION_SIZE, "web"));
    struct transition_view view = { .seen = &seen,
                                    .remembered = &remembered,
                                    .command = &command,
                                    .under_way = item->under_way,
                                    .answered = &answered,
                                    .is_resumed = item->is_resumed };
    make(&view, &plan);
    case_number(item->name, plan.orders.count == 0 ? -1 : plan.orders.items[0].replicas, item->ordered);
    case_number(item->name, plan.journal.count == 0 ? 0 : plan.journal.entries[0].replicas, item->kept);
    case_number(item->name, (int64_t) plan.failed, (int64_t) item->failed);
    if (plan.orders.count > 0) /* every write carries what its decision rests on */
        case_text(item->name, plan.orders.items[0].resource_version, "77");
    transition_release(&plan);
    workload_list_release(&seen);
    journal_release(&remembered);
    scale_orders_release(&answered);
}

static void a_stop_remembers_before_it_scales(void)
{
    static const struct plan_case cases[] = {
        { .name = "runs", .seen = 3, .ordered = 0, .kept = 3 },
        { .name = "is at 0 by somebody else", .seen = 0, .ordered = -1, .kept = 0 },
        { .name = "is at 0 by our hand", .seen = 0, .remembered = 3, .ordered = -1, .kept = 3 },
        { .name = "was scaled up while asleep", .seen = 5, .remembered = 3, .ordered = 0, .kept = 5 },
        { .name = "another one of that name is at 0",
          .seen = 0,
          .remembered = 3,
          .remembered_uid = "old",
          .ordered = -1,
          .kept = 0 },
        { .name = "another one of that name runs",
          .seen = 2,
          .remembered = 3,
          .remembered_uid = "old",
          .ordered = 0,
          .kept = 2 },
        { .name = "is gone", .seen = -1, .remembered = 3, .ordered = -1, .kept = 0 },
        { .name = "our write may have happened, then somebody scaled",
          .seen = 1,
          .remembered = 3,
          .under_way = true,
          .is_resumed = true,
          .ordered = 0,
          .kept = 3 },
        { .name = "we have not written yet, and somebody scales",
          .seen = 1,
          .remembered = 3,
          .under_way = true,
          .ordered = 0,
          .kept = 1 },
        { .name = "our answer was lost, then somebody scaled",
          .seen = 1,
          .remembered = 3,
          .under_way = true,
          .answered = SCALE_UNKNOWN,
          .ordered = 0,
          .kept = 3 },
        { .name = "our write was done, then somebody scaled",
          .seen = 1,
          .remembered = 3,
          .under_way = true,
          .answered = SCALE_DONE,
          .ordered = 0,
          .kept = 3 },
        { .name = "our write was refused as stale",
          .seen = 4,
          .remembered = 3,
          .under_way = true,
          .answered = SCALE_CHANGED,
          .ordered = 0,
          .kept = 4 },
        { .name = "our write was refused as stale, and an earlier one may have happened",
          .seen = 1,
          .remembered = 3,
          .under_way = true,
          .answered = SCALE_CHANGED,
          .may_be_ours = true,
          .ordered = 0,
          .kept = 3 },
        { .name = "our write was refused as stale, and another process may have written before",
          .seen = 1,
          .remembered = 3,
          .under_way = true,
          .answered = SCALE_CHANGED,
          .is_resumed = true,
          .ordered = 0,
          .kept = 3 },
        { .name = "our write was refused for good: it runs on, and nothing is to be remembered",
          .seen = 3,
          .remembered = 3,
          .under_way = true,
          .answered = SCALE_FAILED,
          .ordered = -1,
          .kept = 0,
          .failed = 1 },
        { .name = "refused at last, and an earlier write may have happened",
          .seen = 3,
          .remembered = 3,
          .under_way = true,
          .answered = SCALE_FAILED,
          .may_be_ours = true,
          .ordered = -1,
          .kept = 3,
          .failed = 1 },
        { .name = "something on the way made another number of our write",
          .seen = 1,
          .remembered = 3,
          .under_way = true,
          .answered = SCALE_FAILED,
          .ordered = -1,
          .kept = 3,
          .failed = 1 },
        { .name = "excluded", .seen = 3, .left = LEFT_EXCLUDED, .ordered = -1 },
        { .name = "excepted", .seen = 3, .left = LEFT_EXCEPTED, .ordered = -1 },
        { .name = "excepted, and at 0 by our hand",
          .seen = 0,
          .remembered = 3,
          .left = LEFT_EXCEPTED,
          .ordered = -1,
          .kept = 3 },
        { .name = "owned by a controller", .seen = 3, .left = LEFT_OWNED, .ordered = -1 },
        { .name = "terminating", .seen = 3, .left = LEFT_TERMINATING, .ordered = -1 },
        { .name = "would lose its volumes", .seen = 3, .left = LEFT_DELETES_DATA, .ordered = -1, .failed = 1 },
        { .name = "would lose its volumes, at 0", .seen = 0, .left = LEFT_DELETES_DATA, .ordered = -1 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_plan(&cases[i], transition_plan_stop);
}

static void a_start_brings_back_what_is_remembered_and_nothing_else(void)
{
    static const struct plan_case cases[] = {
        { .name = "is at 0 by our hand", .seen = 0, .remembered = 3, .ordered = 3, .kept = 3 },
        { .name = "is at 0 by somebody else", .seen = 0, .ordered = -1 },
        { .name = "is back", .seen = 3, .remembered = 3, .ordered = -1 },
        { .name = "was scaled up while asleep", .seen = 5, .remembered = 3, .ordered = -1 },
        { .name = "another one of that name is at 0",
          .seen = 0,
          .remembered = 3,
          .remembered_uid = "old",
          .ordered = -1 },
        { .name = "is gone", .seen = -1, .remembered = 3, .ordered = -1 },
        { .name = "terminating", .seen = 0, .remembered = 3, .left = LEFT_TERMINATING, .ordered = -1 },
        { .name = "excepted: stays remembered",
          .seen = 0,
          .remembered = 3,
          .left = LEFT_EXCEPTED,
          .ordered = -1,
          .kept = 3 },
        { .name = "excluded after it was stopped",
          .seen = 0,
          .remembered = 3,
          .left = LEFT_EXCLUDED,
          .ordered = 3,
          .kept = 3 },
        { .name = "refused for good: stays remembered",
          .seen = 0,
          .remembered = 3,
          .answered = SCALE_FAILED,
          .ordered = -1,
          .kept = 3,
          .failed = 1 },
        { .name = "stale: is ordered again",
          .seen = 0,
          .remembered = 3,
          .answered = SCALE_CHANGED,
          .ordered = 3,
          .kept = 3 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_plan(&cases[i], transition_plan_start);
}

static void how_it_stands_is_summed_over_what_takes_part(void)
{
    static const struct workload seen[] = {
        { .name = "web",
          .uid = "u1",
          .resource = "deployments.apps",
          .replicas = 3,
          .replicas_ready = 2,
          .replicas_existing = 3,
          .settled = true },
        { .name = "api",
          .uid = "u2",
          .resource = "deployments.apps",
          .replicas = 1,
          .replicas_ready = 1,
          .replicas_existing = 1,
          .settled = true },
        { .name = "new",
          .uid = "u3",
          .resource = "deployments.apps",
          .replicas = 1,
          .replicas_ready = 1,
          .replicas_existing = 1 },
        { .name = "off", .uid = "u4", .resource = "deployments.apps", .settled = true },
        { .name = "aside",
          .uid = "u5",
          .resource = "deployments.apps",
          .replicas = 2,
          .excluded = true,
          .settled = true },
        { .name = "child",
          .uid = "u6",
          .resource = "deployments.apps",
          .replicas = 9,
          .replicas_ready = 9,
          .owned = true },
    };
    struct workload_list list = { 0 };
    struct journal journal = { 0 };
    struct journal_entry entry = { .name = "off", .uid = "u4", .resource = "deployments.apps", .replicas = 2 };
    struct standing standing;

    for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++)
        workload_list_add(&list, &seen[i]);
    journal_add(&journal, &entry);
    transition_standing(&list, &journal, &standing);
    CU_ASSERT_EQUAL(standing.workloads, 5);
    CU_ASSERT_EQUAL(standing.wanted, 7);
    CU_ASSERT_EQUAL(standing.ready, 4);
    CU_ASSERT_EQUAL(standing.existing, 5);
    CU_ASSERT_EQUAL(standing.asleep, 1);
    CU_ASSERT_EQUAL(standing.unready, 2);
    CU_ASSERT_EQUAL(standing.running, 3);
    workload_list_release(&list);
    journal_release(&journal);
}

TEST_MAIN("bot/transition", TEST(a_stop_remembers_before_it_scales),
          TEST(a_start_brings_back_what_is_remembered_and_nothing_else),
          TEST(how_it_stands_is_summed_over_what_takes_part))

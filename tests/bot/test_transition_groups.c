/* The order in which a stop and a start go: autoscalers, groups of curfew/order, CronJobs, and what is waited for between them. */
#include "bot/transition.h"

#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { ITEMS_MAX = 6 };

/* A workload, what is remembered of it and what was answered about it. Its uid is its name, unless it was replaced. */
struct item {
    const char *name;
    enum resource_action action;
    int32_t order;
    int32_t replicas, ready, existing;
    int32_t remembered; /* 0 = nothing */
    enum left_reason left;
    enum scale_result answered; /* SCALE_PENDING = nothing was */
    int32_t minimum;
    bool unsettled;
};

struct group_case {
    const char *name;
    struct item items[ITEMS_MAX];
    bool waits_for_no_group, has_waited;
    int32_t waited_for;
    const char *ordered; /* expected: "queue=1 web=3", in the order of the list */
    bool waits;
    int32_t waits_for;
    size_t later;
};

static const char *resource_of(const struct item *item)
{
    static const char *const resources[] = { [RESOURCE_SCALED] = "deployments.apps",
                                             [RESOURCE_SUSPENDED] = "cronjobs.batch",
                                             [RESOURCE_PAUSED] = "scaledobjects.keda.sh" };

    return resources[item->action];
}

static void add_seen(const struct item *item, struct workload_list *seen)
{
    struct workload workload = { .resource = resource_of(item),
                                 .name = item->name,
                                 .uid = item->name,
                                 .resource_version = "7",
                                 .before = item->action == RESOURCE_PAUSED ? "{\"now\":null}" : "",
                                 .action = item->action,
                                 .order = item->order,
                                 .replicas = item->replicas,
                                 .replicas_ready = item->ready,
                                 .replicas_existing = item->existing,
                                 .minimum = item->minimum,
                                 .settled = !item->unsettled,
                                 .excluded = item->left == LEFT_EXCLUDED,
                                 .owned = item->left == LEFT_OWNED,
                                 .terminating = item->left == LEFT_TERMINATING,
                                 .deletes_data = item->left == LEFT_DELETES_DATA };

    workload_list_add(seen, &workload);
}

static void add_remembered(const struct item *item, struct journal *journal)
{
    struct journal_entry entry = { .resource = resource_of(item),
                                   .name = item->name,
                                   .uid = item->name,
                                   .before = item->action == RESOURCE_PAUSED ? "{\"then\":null}" : "",
                                   .replicas = item->remembered };

    if (item->remembered > 0)
        journal_add(journal, &entry);
}

static void add_answered(const struct item *item, struct scale_orders *answered)
{
    struct scale_order order = { .resource = resource_of(item), .name = item->name, .result = item->answered };

    if (item->answered != SCALE_PENDING)
        scale_orders_add(answered, &order);
}

/* Everything that a plan rests on, made from items. */
struct scene {
    struct workload_list seen;
    struct journal remembered;
    struct scale_orders answered;
    struct command command;
    struct transition_view view;
};

static void scene_fill(struct scene *scene, const struct item *items)
{
    *scene = (struct scene){ 0 };
    for (size_t i = 0; i < ITEMS_MAX && items[i].name != NULL; i++) {
        add_seen(&items[i], &scene->seen);
        add_remembered(&items[i], &scene->remembered);
        add_answered(&items[i], &scene->answered);
        if (items[i].left == LEFT_EXCEPTED)
            text_copy_cut(scene->command.exceptions[scene->command.exception_count++], COMMAND_EXCEPTION_SIZE,
                          items[i].name);
    }
    scene->view = (struct transition_view){
        .seen = &scene->seen,
        .remembered = &scene->remembered,
        .command = &scene->command,
        .answered = &scene->answered,
    };
}

static void scene_release(struct scene *scene)
{
    workload_list_release(&scene->seen);
    journal_release(&scene->remembered);
    scale_orders_release(&scene->answered);
}

typedef void plan_function(const struct transition_view *view, struct transition *ret_transition);

static void write_orders(const struct transition *plan, struct buffer *text)
{
    for (size_t i = 0; i < plan->orders.count; i++)
        buffer_append_format(text, "%s%s=%d", i == 0 ? "" : " ", plan->orders.items[i].name,
                             (int) plan->orders.items[i].replicas);
}

static void check_groups(const struct group_case *item, plan_function *make)
{
    struct buffer text = { 0 };
    struct transition plan;
    struct scene scene;

    scene_fill(&scene, item->items);
    scene.view.waits_for_no_group = item->waits_for_no_group;
    scene.view.has_waited = item->has_waited;
    scene.view.waited_for = item->waited_for;
    make(&scene.view, &plan);
    write_orders(&plan, &text);
    case_text(item->name, buffer_text(&text), item->ordered);
    case_number(item->name, plan.waits, item->waits);
    if (item->waits)
        case_number(item->name, plan.waits_for, item->waits_for);
    case_number(item->name, (int64_t) plan.later, (int64_t) item->later);
    buffer_release(&text);
    transition_release(&plan);
    scene_release(&scene);
}

static void a_stop_goes_down_from_the_highest_order_behind_autoscalers_and_cronjobs(void)
{
    static const struct group_case cases[] = {
        { .name = "autoscalers and CronJobs together, before all groups",
          .items = { { "db", RESOURCE_SCALED, -5, 2, 2, 2 },
                     { "web", RESOURCE_SCALED, 10, 2, 2, 2 },
                     { "backup", RESOURCE_SUSPENDED, -5, 1 },
                     { "queue", RESOURCE_PAUSED, 3, 1 } },
          .ordered = "backup=0 queue=0",
          .later = 2 },
        { .name = "then the highest",
          .items = { { "db", RESOURCE_SCALED, -5, 2, 2, 2 },
                     { "api", RESOURCE_SCALED, 0, 2, 2, 2 },
                     { "web", RESOURCE_SCALED, 10, 2, 2, 2 },
                     { "page", RESOURCE_SCALED, 10, 1, 1, 1 },
                     { "queue", RESOURCE_PAUSED, 0, 0, .remembered = 1 } },
          .ordered = "web=0 page=0",
          .later = 2 },
        { .name = "its pods are not gone: the next one waits",
          .items = { { "api", RESOURCE_SCALED, 0, 2, 2, 2 }, { "web", RESOURCE_SCALED, 10, 0, 0, 2, .remembered = 2 } },
          .ordered = "",
          .waits = true,
          .waits_for = 10,
          .later = 1 },
        { .name = "they are",
          .items = { { "api", RESOURCE_SCALED, 0, 2, 2, 2 }, { "web", RESOURCE_SCALED, 10, 0, 0, 0, .remembered = 2 } },
          .ordered = "api=0" },
        { .name = "pods of a later group keep nobody waiting",
          .items = { { "api", RESOURCE_SCALED, 0, 0, 0, 2, .remembered = 2 }, { "web", RESOURCE_SCALED, 10, 2, 2, 2 } },
          .ordered = "web=0" },
        { .name = "a CronJob that was made meanwhile does not wait for pods",
          .items = { { "backup", RESOURCE_SUSPENDED, 0, 1 },
                     { "api", RESOURCE_SCALED, 0, 2, 2, 2 },
                     { "web", RESOURCE_SCALED, 10, 0, 0, 2, .remembered = 2 } },
          .ordered = "backup=0",
          .later = 1 },
        { .name = "the lowest order there is",
          .items = { { "db", RESOURCE_SCALED, INT32_MIN, 2, 2, 2 },
                     { "web", RESOURCE_SCALED, INT32_MAX, 0, 0, 2, .remembered = 2 } },
          .ordered = "",
          .waits = true,
          .waits_for = INT32_MAX,
          .later = 1 },
        { .name = "somebody wants the opposite",
          .items = { { "api", RESOURCE_SCALED, 0, 2, 2, 2 }, { "web", RESOURCE_SCALED, 10, 0, 0, 2, .remembered = 2 } },
          .waits_for_no_group = true,
          .ordered = "api=0" },
        { .name = "it has waited for that one",
          .items = { { "api", RESOURCE_SCALED, 0, 2, 2, 2 }, { "web", RESOURCE_SCALED, 10, 0, 0, 2, .remembered = 2 } },
          .has_waited = true,
          .waited_for = 10,
          .ordered = "api=0" },
        { .name = "it has waited for that one, and not for the next",
          .items = { { "db", RESOURCE_SCALED, -5, 2, 2, 2 },
                     { "api", RESOURCE_SCALED, 0, 0, 0, 2, .remembered = 2 },
                     { "web", RESOURCE_SCALED, 10, 0, 0, 2, .remembered = 2 } },
          .has_waited = true,
          .waited_for = 10,
          .ordered = "",
          .waits = true,
          .waits_for = 0,
          .later = 1 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_groups(&cases[i], transition_plan_stop);
}

static void a_start_goes_up_from_the_lowest_order_with_autoscalers_first_and_cronjobs_last(void)
{
    static const struct group_case cases[] = {
        { .name = "autoscalers before all groups",
          .items = { { "db", RESOURCE_SCALED, -5, .remembered = 2 },
                     { "web", RESOURCE_SCALED, 10, .remembered = 2 },
                     { "backup", RESOURCE_SUSPENDED, -9, .remembered = 1 },
                     { "queue", RESOURCE_PAUSED, 3, .remembered = 1 } },
          .ordered = "queue=1",
          .later = 3 },
        { .name = "then the lowest",
          .items = { { "web", RESOURCE_SCALED, 10, .remembered = 2 },
                     { "db", RESOURCE_SCALED, -5, .remembered = 2 },
                     { "cache", RESOURCE_SCALED, -5, .remembered = 1 },
                     { "backup", RESOURCE_SUSPENDED, -9, .remembered = 1 } },
          .ordered = "db=2 cache=1",
          .later = 2 },
        { .name = "it is not ready: the next one waits",
          .items = { { "db", RESOURCE_SCALED, -5, 2, 1, 2, .remembered = 2 },
                     { "web", RESOURCE_SCALED, 10, .remembered = 2 } },
          .ordered = "",
          .waits = true,
          .waits_for = -5,
          .later = 1 },
        { .name = "its controller has not seen it: the next one waits",
          .items = { { "db", RESOURCE_SCALED, -5, 2, 2, 2, .remembered = 2, .unsettled = true },
                     { "web", RESOURCE_SCALED, 10, .remembered = 2 } },
          .ordered = "",
          .waits = true,
          .waits_for = -5,
          .later = 1 },
        { .name = "it is ready",
          .items = { { "db", RESOURCE_SCALED, -5, 2, 2, 2, .remembered = 2 },
                     { "web", RESOURCE_SCALED, 10, .remembered = 2 } },
          .ordered = "web=2" },
        { .name = "what was never stopped is waited for too",
          .items = { { "db", RESOURCE_SCALED, 0, 1, 0, 1 }, { "web", RESOURCE_SCALED, 10, .remembered = 2 } },
          .ordered = "",
          .waits = true,
          .waits_for = 0,
          .later = 1 },
        { .name = "the first that is not ready is the one",
          .items = { { "api", RESOURCE_SCALED, 0, 2, 0, 2 },
                     { "db", RESOURCE_SCALED, -5, 2, 0, 2 },
                     { "web", RESOURCE_SCALED, 10, .remembered = 2 } },
          .ordered = "",
          .waits = true,
          .waits_for = -5,
          .later = 1 },
        { .name = "one of a later group keeps nobody waiting",
          .items = { { "db", RESOURCE_SCALED, -5, .remembered = 2 }, { "web", RESOURCE_SCALED, 10, 2, 0, 2 } },
          .ordered = "db=2" },
        { .name = "CronJobs alone wait for nothing",
          .items = { { "web", RESOURCE_SCALED, 10, 2, 0, 2 }, { "backup", RESOURCE_SUSPENDED, 0, .remembered = 1 } },
          .ordered = "backup=1" },
        { .name = "somebody wants the opposite",
          .items = { { "db", RESOURCE_SCALED, -5, 2, 1, 2 }, { "web", RESOURCE_SCALED, 10, .remembered = 2 } },
          .waits_for_no_group = true,
          .ordered = "web=2" },
        { .name = "it has waited for that one, and not for the next",
          .items = { { "db", RESOURCE_SCALED, -5, 2, 1, 2 },
                     { "api", RESOURCE_SCALED, 0, 2, 1, 2 },
                     { "web", RESOURCE_SCALED, 10, .remembered = 2 } },
          .has_waited = true,
          .waited_for = -5,
          .ordered = "",
          .waits = true,
          .waits_for = 0,
          .later = 1 },
        { .name = "it has waited for both",
          .items = { { "db", RESOURCE_SCALED, -5, 2, 1, 2 },
                     { "api", RESOURCE_SCALED, 0, 2, 1, 2 },
                     { "web", RESOURCE_SCALED, 10, .remembered = 2 } },
          .has_waited = true,
          .waited_for = 0,
          .ordered = "web=2" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_groups(&cases[i], transition_plan_start);
}

static void what_is_left_keeps_nobody_waiting(void)
{
    static const enum left_reason reasons[] = { LEFT_EXCLUDED, LEFT_EXCEPTED, LEFT_OWNED, LEFT_TERMINATING,
                                                LEFT_DELETES_DATA };

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        struct group_case start = { .name = "start",
                                    .items = { { "db", RESOURCE_SCALED, -5, 2, 0, 2, .left = reasons[i] },
                                               { "web", RESOURCE_SCALED, 10, .remembered = 2 } },
                                    .ordered = "web=2" };
        struct group_case stop = { .name = "stop",
                                   .items = { { "web", RESOURCE_SCALED, 10, 0, 0, 2, .left = reasons[i] },
                                              { "db", RESOURCE_SCALED, -5, 2, 2, 2 } },
                                   .ordered = "db=0" };
        check_groups(&start, transition_plan_start);
        check_groups(&stop, transition_plan_stop);
    }
}

static void what_could_not_be_changed_keeps_nobody_waiting(void)
{
    static const struct group_case start = { .name = "start",
                                             .items = { { "db", RESOURCE_SCALED, -5, .remembered = 2,
                                                          .answered = SCALE_FAILED },
                                                        { "web", RESOURCE_SCALED, 10, .remembered = 2 } },
                                             .ordered = "web=2" };
    static const struct group_case stop = { .name = "stop",
                                            .items = { { "web", RESOURCE_SCALED, 10, 2, 2, 2,
                                                         .answered = SCALE_FAILED },
                                                       { "db", RESOURCE_SCALED, -5, 2, 2, 2 } },
                                            .ordered = "db=0" };

    check_groups(&start, transition_plan_start);
    check_groups(&stop, transition_plan_stop);
}

/* --- what was not read ----------------------------------------------------------------------------------------- */

static const struct item unread_items[] = { { .name = "web", .replicas = 2, .ready = 2, .existing = 2 },
                                            { "queue", RESOURCE_PAUSED, 0, 0, .remembered = 1 },
                                            { .name = NULL } };

static void plan_unread(plan_function *make, struct scene *scene, struct transition *plan)
{
    scene_fill(scene, unread_items);
    workload_list_cut(&scene->seen, 1);
    workload_list_add_unread(&scene->seen, "scaledobjects.keda.sh", "not permitted");
    make(&scene->view, plan);
}

static void what_could_not_be_read_stays_remembered(void)
{
    struct scene scene;
    struct transition plan;

    plan_unread(transition_plan_stop, &scene, &plan);
    CU_ASSERT_EQUAL(plan.journal.count, 2);
    CU_ASSERT_PTR_NOT_NULL(journal_find(&plan.journal, "scaledobjects.keda.sh", "queue"));
    CU_ASSERT_EQUAL(plan.failed, 0);
    transition_release(&plan);
    scene_release(&scene);
}

static void what_is_remembered_and_could_not_be_read_has_failed_to_start(void)
{
    struct scene scene;
    struct transition plan;

    plan_unread(transition_plan_start, &scene, &plan);
    CU_ASSERT_EQUAL(plan.journal.count, 1);
    CU_ASSERT_EQUAL(plan.failed, 1);
    CU_ASSERT_EQUAL(plan.gone, 0);
    CU_ASSERT_EQUAL(plan.orders.count, 0);
    transition_release(&plan);
    scene_release(&scene);
}

/* --- what is carried along ------------------------------------------------------------------------------------- */

static void what_an_autoscaler_had_goes_into_the_journal_and_from_there_into_the_order(void)
{
    static const struct item running[] = { { .name = "queue", .action = RESOURCE_PAUSED, .replicas = 1 },
                                           { .name = NULL } };
    static const struct item paused[] = { { "queue", RESOURCE_PAUSED, 0, 0, .remembered = 1 }, { .name = NULL } };
    struct scene scene;
    struct transition plan;

    scene_fill(&scene, running);
    transition_plan_stop(&scene.view, &plan);
    CU_ASSERT_EQUAL_FATAL(plan.journal.count, 1);
    CU_ASSERT_STRING_EQUAL(plan.journal.entries[0].before, "{\"now\":null}");
    CU_ASSERT_STRING_EQUAL(plan.orders.items[0].before, "");
    CU_ASSERT_EQUAL(plan.orders.items[0].action, RESOURCE_PAUSED);
    transition_release(&plan);
    scene_release(&scene);
    scene_fill(&scene, paused);
    transition_plan_start(&scene.view, &plan);
    CU_ASSERT_EQUAL_FATAL(plan.orders.count, 1);
    CU_ASSERT_STRING_EQUAL(plan.orders.items[0].before, "{\"then\":null}");
    transition_release(&plan);
    scene_release(&scene);
}

static void a_journal_that_differs_only_in_what_an_autoscaler_had_is_saved_again(void)
{
    static const struct item items[] = { { "queue", RESOURCE_PAUSED, 0, 1, .remembered = 1 }, { .name = NULL } };
    struct scene scene;
    struct transition plan;

    scene_fill(&scene, items);
    transition_plan_stop(&scene.view, &plan);
    CU_ASSERT_TRUE(plan.journal_changed);
    transition_release(&plan);
    scene_release(&scene);
}

struct back_case {
    const char *name;
    struct item item;
    const char *ordered;
    size_t kept, changed_by_others;
};

static void what_an_autoscaler_wants_at_least_is_no_change_by_others(void)
{
    static const struct back_case cases[] = {
        { "it comes back with what it had", { "web", .remembered = 3, .minimum = 2 }, "web=3", 1, 0 },
        { "the minimum is higher now", { "web", .remembered = 3, .minimum = 5 }, "web=5", 1, 0 },
        { "it is back with the minimum", { "web", .replicas = 5, .remembered = 3, .minimum = 5 }, "", 0, 0 },
        { "it is back with what it had", { "web", .replicas = 3, .remembered = 3, .minimum = 5 }, "", 0, 0 },
        { "it runs with another number", { "web", .replicas = 4, .remembered = 3, .minimum = 5 }, "", 0, 1 },
        { "it runs with more than both", { "web", .replicas = 6, .remembered = 3, .minimum = 5 }, "", 0, 1 },
        { "somebody put it to 0 again", { "web", .remembered = 3, .answered = SCALE_DONE }, "", 0, 1 },
        { "our answer was lost: it is ordered again",
          { "web", .remembered = 3, .answered = SCALE_UNKNOWN },
          "web=3",
          1,
          0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct item items[ITEMS_MAX] = { cases[i].item };
        struct buffer text = { 0 };
        struct transition plan;
        struct scene scene;
        scene_fill(&scene, items);
        transition_plan_start(&scene.view, &plan);
        write_orders(&plan, &text);
        case_text(cases[i].name, buffer_text(&text), cases[i].ordered);
        case_number(cases[i].name, (int64_t) plan.journal.count, (int64_t) cases[i].kept);
        case_number(cases[i].name, (int64_t) plan.changed_by_others, (int64_t) cases[i].changed_by_others);
        buffer_release(&text);
        transition_release(&plan);
        scene_release(&scene);
    }
}

static void cronjobs_and_autoscalers_are_counted_by_themselves(void)
{
    static const struct item items[] = { { "backup", RESOURCE_SUSPENDED, .remembered = 1 },
                                         { "report", RESOURCE_SUSPENDED, .replicas = 1 },
                                         { "aside", RESOURCE_SUSPENDED, .replicas = 1, .left = LEFT_EXCLUDED },
                                         { "queue", RESOURCE_PAUSED, .remembered = 1 },
                                         { "again", RESOURCE_PAUSED, .replicas = 1, .remembered = 1 },
                                         { "web", RESOURCE_SCALED, 0, 2, 2, 2, .remembered = 2 } };
    struct standing standing;
    struct scene scene;

    scene_fill(&scene, items);
    transition_standing(&scene.seen, &scene.remembered, &standing);
    CU_ASSERT_EQUAL(standing.workloads, 1);
    CU_ASSERT_EQUAL(standing.wanted, 2);
    CU_ASSERT_EQUAL(standing.suspended, 1);
    CU_ASSERT_EQUAL(standing.unsuspended, 1);
    CU_ASSERT_EQUAL(standing.paused, 1);
    CU_ASSERT_EQUAL(standing.unready, 0);
    CU_ASSERT_EQUAL(standing.brought_back, 2);
    scene_release(&scene);
}

TEST_MAIN("bot/transition, groups", TEST(a_stop_goes_down_from_the_highest_order_behind_autoscalers_and_cronjobs),
          TEST(a_start_goes_up_from_the_lowest_order_with_autoscalers_first_and_cronjobs_last),
          TEST(what_is_left_keeps_nobody_waiting), TEST(what_could_not_be_changed_keeps_nobody_waiting),
          TEST(what_could_not_be_read_stays_remembered),
          TEST(what_is_remembered_and_could_not_be_read_has_failed_to_start),
          TEST(what_an_autoscaler_had_goes_into_the_journal_and_from_there_into_the_order),
          TEST(a_journal_that_differs_only_in_what_an_autoscaler_had_is_saved_again),
          TEST(what_an_autoscaler_wants_at_least_is_no_change_by_others),
          TEST(cronjobs_and_autoscalers_are_counted_by_themselves))

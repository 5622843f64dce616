/* tests/bot/outcome_scene.c - see the header. */
#include "tests/bot/outcome_scene.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/error.h"
#include "bot/environments.h"
#include "bot/transition.h"
#include "tests/test_case.h"

static const char *text_of(const char *text)
{
    return text == NULL ? "" : text;
}

static void add_workload(const struct scene_workload *item, struct workload_list *seen, struct journal *journal)
{
    const char *resource = item->resource == NULL ? "deployments.apps" : item->resource;
    struct workload workload = { .resource = resource,
                                 .name = item->name,
                                 .uid = item->name,
                                 .resource_version = "1",
                                 .action = item->action,
                                 .replicas = item->replicas,
                                 .replicas_ready = item->ready,
                                 .replicas_existing = item->existing,
                                 .minimum = item->minimum,
                                 .wakes_by_itself = item->wakes,
                                 .settled = !item->unseen,
                                 .excluded = item->excluded,
                                 .owned = item->owner != NULL,
                                 .deletes_data = item->deletes_data,
                                 .is_app = item->is_app,
                                 .keeper = item->keeper,
                                 .owner = text_of(item->owner),
                                 .manager = text_of(item->manager),
                                 .before = "",
                                 .reason = text_of(item->reason) };
    struct journal_entry entry = {
        .resource = resource, .name = item->name, .uid = item->name, .replicas = item->remembered
    };

    workload_list_add(seen, &workload);
    if (item->remembered > 0)
        journal_add(journal, &entry);
}

static void add_answer(const struct scene_answer *item, struct scale_orders *answered)
{
    struct scale_order order = { .resource = "deployments.apps",
                                 .name = item->name,
                                 .action = item->action,
                                 .replicas = item->replicas,
                                 .result = item->result,
                                 .reason = item->reason };

    scale_orders_add(answered, &order);
}

char *told_of(const struct told_case *item)
{
    char name[] = "dev1", uid[] = "u1";
    struct environment environment = { .name = name, .uid = uid, .present = true, .scheduler = SCHEDULER_ENABLED };
    struct record record = { .uid = "u1", .state = item->state, .by = "U1" };
    struct workload_list seen = { .jobs = item->jobs, .pods = item->pods };
    struct transition plan = { .failed = item->failed };
    struct scale_orders answered = { 0 };
    struct error error = { 0 };
    struct buffer text = { 0 };

    for (size_t i = 0; i < SCENE_WORKLOADS_MAX && item->workloads[i].name != NULL; i++)
        add_workload(&item->workloads[i], &seen, &plan.journal);
    for (size_t i = 0; i < SCENE_ANSWERS_MAX && item->answers[i].name != NULL; i++)
        add_answer(&item->answers[i], &answered);
    if (item->unread != NULL)
        workload_list_add_unread(&seen, item->unread, item->unread_reason);
    if (item->error != NULL)
        (void) error_set(&error, ERROR_NETWORK, "%s", item->error);
    environment_keep(&environment, item->has_record ? &record : NULL);
    struct outcome outcome = { .kind = item->kind,
                               .verb = item->verb,
                               .environment = &environment,
                               .by = "U1",
                               .plan = &plan,
                               .answered = &answered,
                               .seen = &seen,
                               .remembered = &plan.journal,
                               .error = &error,
                               .under_way = item->is_under_way ? item->under_way : VERB_COUNT,
                               .now = 1795600000, /* 2026-11-25 09:46:40 UTC, a Wednesday */
                               .took_s = item->took_s,
                               .alone = !item->beside,
                               .wrong = "",
                               .channel = "C0DEV",
                               .channel_error = "" };
    if (item->outlook != NULL)
        outcome.outlook = *item->outlook;
    transition_standing(&seen, &plan.journal, &outcome.standing);
    answer_outcome(&outcome, &text);
    environment_keep(&environment, NULL);
    workload_list_release(&seen);
    scale_orders_release(&answered);
    transition_release(&plan);
    return buffer_take(&text);
}

void check_told(const struct told_case *item)
{
    char *told = told_of(item);

    case_text(item->name, told, item->text);
    free(told);
}

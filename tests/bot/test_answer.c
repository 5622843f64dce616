/* What people read, to the letter: sentences are part of the product. Instants and escapes are tested with the message. */
#include "bot/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void add_workload(struct workload_list *list, const char *name, int32_t replicas, int32_t ready,
                         const char *reason)
{
    struct workload workload = {
        .replicas = replicas, .replicas_ready = ready, .replicas_existing = replicas, .settled = true
    };

    text_copy_cut(workload.resource, sizeof workload.resource, "deployments.apps");
    text_copy_cut(workload.name, sizeof workload.name, name);
    text_copy_cut(workload.uid, sizeof workload.uid, name);
    text_copy_cut(workload.reason, sizeof workload.reason, reason);
    workload_list_add(list, &workload);
}

static void remember(struct journal *journal, const char *name, int32_t replicas)
{
    struct journal_entry entry = { .replicas = replicas };

    text_copy_cut(entry.resource, sizeof entry.resource, "deployments.apps");
    text_copy_cut(entry.name, sizeof entry.name, name);
    text_copy_cut(entry.uid, sizeof entry.uid, name);
    journal_add(journal, &entry);
}

/* dev1 with web and api; whatever a case does not say is empty. */
struct outcome_case {
    const char *name;
    enum outcome_kind kind;
    enum verb verb;
    int32_t web, web_ready, api, api_ready;
    int32_t web_remembered, api_remembered;
    const char *web_reason;
    size_t failed;
    const char *failure; /* the server's word about web */
    const char *error;
    int64_t took_s;
    enum record_state state;
    bool has_record;
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
                               .under_way = VERB_COUNT,
                               .took_s = item->took_s,
                               .alone = true };

    add_workload(&seen, "web", item->web, item->web_ready, item->web_reason == NULL ? "" : item->web_reason);
    add_workload(&seen, "api", item->api, item->api_ready, "");
    if (item->web_remembered > 0)
        remember(&plan.journal, "web", item->web_remembered);
    if (item->api_remembered > 0)
        remember(&plan.journal, "api", item->api_remembered);
    if (item->error != NULL)
        (void) error_set(&error, ERROR_NETWORK, "%s", item->error);
    if (item->failure != NULL) {
        struct scale_order order = { .name = "web", .result = SCALE_FAILED };
        text_copy_cut(order.reason, sizeof order.reason, item->failure);
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

static void an_outcome_says_what_was_read_back_and_what_comes_next(void)
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
          .text = "`dev1` is at 0, but not by Curfew.\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_outcome(&cases[i]);
}

static void check_plain(struct message *message, const char *expected)
{
    struct buffer text = { 0 };

    message_write_plain(message, &text);
    case_text("plain", buffer_text(&text), expected);
    buffer_release(&text);
    message_release(message);
}

static void a_sentence_ends_as_sentences_do(void)
{
    struct message message = { 0 };

    answer_sentence("Did you mean `stop`?", &message);
    CU_ASSERT_STRING_EQUAL(buffer_text(&message.sections[0].text), "Did you mean `stop`?");
    message_release(&message);
    answer_sentence("No <b> & no c", &message);
    CU_ASSERT_STRING_EQUAL(buffer_text(&message.sections[0].text), "No &lt;b&gt; &amp; no c.");
    message_release(&message);
}

static void help_names_every_command(void)
{
    struct message message = { 0 };
    struct command command = { .verb = VERB_HELP };

    answer_help(&command, &message);
    for (enum verb verb = 0; verb < VERB_COUNT; verb++)
        CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&message.sections[0].text), verb_words(verb)->form));
    message_release(&message);
    for (enum verb verb = 0; verb < VERB_COUNT; verb++) {
        command = (struct command){ .verb = VERB_HELP, .help_has_topic = true, .help_topic = verb };
        answer_help(&command, &message);
        CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&message.sections[0].text), verb_words(verb)->example));
        message_release(&message);
    }
}

static void make_list(struct environment *environments, struct environment **items, size_t count,
                      struct environment_list *list)
{
    static char uid[] = "u";
    static char names[51][NAMESPACE_NAME_SIZE];

    for (size_t i = 0; i < count; i++) {
        (void) snprintf(names[i], sizeof names[i], "dev%zu", i + 1);
        environments[i] =
            (struct environment){ .present = true, .scheduler = SCHEDULER_ENABLED, .name = names[i], .uid = uid };
        items[i] = &environments[i];
    }
    *list = (struct environment_list){ .items = items, .count = count };
}

static void the_list_has_a_line_for_each(void)
{
    static struct environment environments[3];
    struct environment *items[3];
    struct environment_list list;
    struct message message = { 0 };

    make_list(environments, items, 3, &list);
    environment_keep(&environments[1],
                     &(struct record){ .uid = "u", .state = RECORD_ASLEEP, .partly = true, .by = "U1" });
    environments[2].scheduler = SCHEDULER_DISABLED;
    answer_list(&list, 0, &message);
    check_plain(&message, "`dev1`  not touched by Curfew so far\n"
                          "`dev2`  partly stopped 1970-01-01 00:00 UTC by @U1\n"
                          "`dev3`  not touched by Curfew so far (by hand only: scheduler=disabled)\n");
    environment_keep(&environments[1], NULL);
}

static void a_question_names_what_its_button_does(void)
{
    static struct environment environments[51];
    struct environment *items[51];
    struct environment_list list;
    struct message message = { 0 };
    struct error error = { 0 };
    struct command command = { .verb = VERB_STOP, .exception_count = 1, .exceptions = { "db" } };

    make_list(environments, items, 2, &list);
    CU_ASSERT_TRUE(answer_confirm(&command, &list, &message, &error));
    CU_ASSERT_STRING_EQUAL(buffer_text(&message.sections[0].text), "Stop 2 environments: `dev1` and `dev2`?");
    CU_ASSERT_STRING_EQUAL(message.sections[0].buttons[0].value, "stop dev1 dev2 except db");
    CU_ASSERT_STRING_EQUAL(message.sections[0].buttons[0].text, "Stop them");
    CU_ASSERT_EQUAL(message.sections[0].button_count, 2);
    message_release(&message);
    make_list(environments, items, 51, &list);
    CU_ASSERT_FALSE(answer_confirm(&command, &list, &message, &error));
    CU_ASSERT_STRING_EQUAL(error.message,
                           "That names 51 environments; at most 50 go at once, so use a narrower pattern");
    CU_ASSERT_TRUE(message_is_empty(&message));
    message_release(&message);
}

/* Each has a line of its own, however much is told of the others. */
static void of_many_outcomes_each_is_named(void)
{
    enum { COUNT = COMMAND_NAMES_MAX, DETAILS = 200 };
    struct message message = { 0 };
    char *outcomes[COUNT];

    for (int i = 0; i < COUNT; i++) {
        struct buffer text = { 0 };
        buffer_append_format(&text, "`dev%d` is partly stopped.\n", i);
        for (int j = 0; j < DETAILS; j++)
            buffer_append_text(&text, "• `a-workload` could not be changed: the server does not like it\n");
        outcomes[i] = buffer_take(&text);
    }
    answer_outcomes(true, "U1", (const char *const *) outcomes, COUNT, &message);
    CU_ASSERT_FALSE(message.sections[0].text.overflowed);
    for (int i = 0; i < COUNT; i++) {
        char line[64];
        snprintf(line, sizeof line, "`dev%d` is partly stopped.\n", i);
        case_holds(line, strstr(buffer_text(&message.sections[0].text), line) != NULL);
        free(outcomes[i]);
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&message.sections[0].text), "that much is not told"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&message.sections[0].text), "Asked by <@U1>."));
    message_release(&message);
}

TEST_MAIN("bot/answer", TEST(of_many_outcomes_each_is_named),
          TEST(an_outcome_says_what_was_read_back_and_what_comes_next), TEST(a_sentence_ends_as_sentences_do),
          TEST(help_names_every_command), TEST(the_list_has_a_line_for_each),
          TEST(a_question_names_what_its_button_does))

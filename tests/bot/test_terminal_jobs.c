/* tests/bot/test_terminal_jobs.c - bot/terminal_jobs.c: what terminals put into the inbox, and the answers they read. */
#include "bot/runner_state.h"

#include "base/text.h"
#include "bot/button.h"
#include "tests/bot/jobs_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdlib.h>
#include <string.h>

#define OFFERED(key, members)                                                             \
    "{\"version\":1,\"key\":\"" key "\",\"accepted_at\":1795500000,\"kind\":\"command\"," \
    "\"user\":\"kubeconfig:ann\",\"text\":\"stop dev1\"," members "}"

/* looking */

static void what_a_terminal_offers_is_found_once_somebody_wrote(void)
{
    struct jobs_scene scene;

    jobs_scene_init(&scene);
    CU_ASSERT_EQUAL(jobs_scene_look(&scene), 0);
    jobs_scene_put_from_elsewhere(&scene, "I#terminal:a", OFFERED("terminal:a", "\"offered\":true"));
    CU_ASSERT_EQUAL_FATAL(jobs_scene_look(&scene), 1);
    CU_ASSERT_EQUAL(scene.events[0].kind, EVENT_REQUEST);
    CU_ASSERT_STRING_EQUAL(scene.events[0].stored.key, "terminal:a");
    CU_ASSERT_STRING_EQUAL(scene.events[0].stored.text, "stop dev1");
    CU_ASSERT_TRUE(scene.events[0].stored.offered);
    CU_ASSERT_EQUAL(strlen(scene.events[0].stored.revision), 32);
    CU_ASSERT_EQUAL(jobs_scene_look(&scene), 0); /* nobody wrote since */
    jobs_scene_release(&scene);
}

static void what_is_taken_up_done_refused_or_of_slack_is_left_alone(void)
{
    static const struct {
        const char *key, *document;
    } items[] = {
        { "I#terminal:a", OFFERED("terminal:a", "\"done\":false") },
        { "I#terminal:b", OFFERED("terminal:b", "\"offered\":true,\"done\":true") },
        { "I#terminal:c", OFFERED("terminal:c", "\"offered\":true,\"refused\":true") },
        { "I#command/T1/U1/1", OFFERED("command/T1/U1/1", "\"offered\":true") },
        { "I#terminal:d", "{\"version\":99}" },
    };
    struct jobs_scene scene;

    jobs_scene_init(&scene);
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
        jobs_scene_put_from_elsewhere(&scene, items[i].key, items[i].document);
    CU_ASSERT_EQUAL(jobs_scene_look(&scene), 0);
    CU_ASSERT_EQUAL(scene.error_lines, 1); /* of the one that cannot be read */
    jobs_scene_release(&scene);
}

static void more_than_a_page_is_found(void)
{
    struct jobs_scene scene;
    char key[32];

    jobs_scene_init(&scene);
    for (int i = 0; i < 120; i++) {
        (void) snprintf(key, sizeof key, "I#terminal:%03d", i);
        jobs_scene_put(&scene, key, OFFERED("terminal:x", "\"offered\":true"));
    }
    CU_ASSERT_EQUAL(jobs_scene_look(&scene), 120);
    jobs_scene_release(&scene);
}

/* answers */

static void answer(struct jobs_scene *scene, const char *text, const char *confirm, bool is_interim, int exit_status)
{
    struct effects effects = { 0 };
    struct effect *effect = effects_add(&effects, EFFECT_REPLY);
    struct message_button button = { .text = "Yes" };

    text_copy_cut(effect->response_url, sizeof effect->response_url, "store:terminal:a");
    buffer_append_text(message_add_section(&effect->message), text);
    buffer_append_text(message_add_section(&effect->message), "more");
    effect->message.is_interim = is_interim;
    effect->message.exit_status = exit_status;
    if (confirm != NULL) {
        text_copy_cut(button.action, sizeof button.action, action_confirm);
        text_copy_cut(button.value, sizeof button.value, confirm);
        message_add_button(&effect->message, &button);
    }
    CU_ASSERT_EQUAL(jobs_scene_carry_out(scene, &effects)->kind, EVENT_REPLIED);
}

static void expect(struct jobs_scene *scene, const char *document)
{
    struct store_item item = { 0 };

    if (!case_holds(document, jobs_scene_get(scene, "T#terminal:a", &item)))
        return;
    case_text(document, item.document, document);
    case_number(document, item.expires_at, NOW + 60 * 60);
    free(item.document);
}

static void the_answer_stands_in_the_store_for_an_hour(void)
{
    struct jobs_scene scene;

    jobs_scene_init(&scene);
    answer(&scene, "Stopping `dev1` …", NULL, true, 0);
    expect(&scene, "{\"version\":1,\"text\":\"Stopping `dev1` …\\nmore\",\"interim\":true,\"exit_status\":0}");
    answer(&scene, "`dev1` is partly stopped", NULL, false, 1);
    expect(&scene, "{\"version\":1,\"text\":\"`dev1` is partly stopped\\nmore\",\"interim\":false,\"exit_status\":1}");
    answer(&scene, "Stopping `dev1` …", NULL, true, 0); /* late: the outcome stays */
    expect(&scene, "{\"version\":1,\"text\":\"`dev1` is partly stopped\\nmore\",\"interim\":false,\"exit_status\":1}");
    CU_ASSERT_FALSE(scene.stopped);
    jobs_scene_release(&scene);
}

static void a_question_carries_the_command_that_says_yes(void)
{
    struct jobs_scene scene;

    jobs_scene_init(&scene);
    answer(&scene, "Stop 2 environments?", "stop dev1 dev2", false, 0);
    expect(&scene, "{\"version\":1,\"text\":\"Stop 2 environments?\\nmore\",\"confirm\":\"stop dev1 dev2\","
                   "\"interim\":false,\"exit_status\":0}");
    jobs_scene_release(&scene);
}

/* without a bot */

struct told_terminal {
    struct runner_terminal terminal;
    int answers, failures;
};

static void take_answer(struct runner_terminal *terminal, const struct message *message)
{
    (void) message;
    ((struct told_terminal *) terminal)->answers++;
}

static void take_failure(struct runner_terminal *terminal, const struct error *error)
{
    (void) error;
    ((struct told_terminal *) terminal)->failures++;
}

static void a_terminal_that_does_it_itself_is_told_and_the_program_ends(void)
{
    struct told_terminal told = { .terminal = { .answer = take_answer, .fail = take_failure } };
    struct jobs_scene scene;
    struct store_item item = { 0 };
    struct error error = { .kind = ERROR_NETWORK };

    jobs_scene_init(&scene);
    scene.runner.options.terminal = &told.terminal;
    answer(&scene, "Stopping `dev1` …", NULL, true, 0);
    CU_ASSERT_FALSE(scene.stopped);
    answer(&scene, "`dev1` is stopped", NULL, false, 0);
    CU_ASSERT_TRUE(scene.stopped);
    CU_ASSERT_EQUAL(told.answers, 2);
    CU_ASSERT_FALSE(jobs_scene_get(&scene, "T#terminal:a", &item));
    runner_fail_command(&scene.runner, &error); /* once it was answered nothing has failed */
    CU_ASSERT_EQUAL(told.failures, 0);
    jobs_scene_release(&scene);
}

TEST_MAIN("bot/terminal_jobs", TEST(what_a_terminal_offers_is_found_once_somebody_wrote),
          TEST(what_is_taken_up_done_refused_or_of_slack_is_left_alone), TEST(more_than_a_page_is_found),
          TEST(the_answer_stands_in_the_store_for_an_hour), TEST(a_question_carries_the_command_that_says_yes),
          TEST(a_terminal_that_does_it_itself_is_told_and_the_program_ends))

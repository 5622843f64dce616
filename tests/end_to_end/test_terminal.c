/* tests/end_to_end/test_terminal.c - the program as somebody types it into a terminal. */
#include "base/text.h"
#include "tests/end_to_end/child.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

enum { EXIT_USAGE = 2, END_MS = 30 * 1000 };

static struct stage stage;

static const struct {
    const char *name;
    const char *arguments[4]; /* behind the program's own name */
    const char *variable;
    int exit_status;
    const char *output; /* parts of it; "" = nothing is written there */
    const char *errors;
} cases[] = {
    { "version", { "--version" }, "A=", 0, "curfew ", "" },
    { "help", { "--help" }, "A=", 0, "Usage: curfew", "" },
    { "unknown argument", { "--verbose" }, "A=", EXIT_USAGE, "", "\"--verbose\" is not understood" },
    { "too many arguments", { "--version", "--help" }, "A=", EXIT_USAGE, "", "is not understood" },
    { "nothing is set", { NULL }, "A=", EXIT_USAGE, "", "SLACK_APP_TOKEN is not set" },
    { "a token of the wrong kind",
      { NULL },
      "SLACK_APP_TOKEN=xoxb-12345-planted",
      EXIT_USAGE,
      "",
      "it must begin with xapp-" },
};

static void it_says_what_it_was_asked_or_what_is_wrong(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *arguments[] = { CURFEW_PROGRAM,        cases[i].arguments[0], cases[i].arguments[1],
                                    cases[i].arguments[2], cases[i].arguments[3], NULL };
        const char *environment[] = { cases[i].variable, NULL };
        struct child child;

        CU_ASSERT_FATAL(child_start(&child, &stage, arguments, environment) && child_wait(&child, END_MS));
        const char *output = buffer_text(&child.output.text), *errors = buffer_text(&child.errors.text);
        case_number(cases[i].name, child.exit_status, cases[i].exit_status);
        case_holds(cases[i].name,
                   cases[i].output[0] == '\0' ? output[0] == '\0' : strstr(output, cases[i].output) != NULL);
        case_holds(cases[i].name,
                   cases[i].errors[0] == '\0' ? errors[0] == '\0' : strstr(errors, cases[i].errors) != NULL);
        case_holds(cases[i].name, strstr(errors, "planted") == NULL);
        child_release(&child);
    }
}

static void a_mistake_is_one_line(void)
{
    const char *arguments[] = { CURFEW_PROGRAM, NULL };
    const char *environment[] = { NULL };
    struct child child;

    CU_ASSERT_FATAL(child_start(&child, &stage, arguments, environment) && child_wait(&child, END_MS));
    const char *errors = buffer_text(&child.errors.text);
    CU_ASSERT(text_starts_with(errors, "curfew: "));
    CU_ASSERT(strchr(errors, '\n') == errors + strlen(errors) - 1);
    child_release(&child);
}

int main(void)
{
    CU_TestInfo tests[] = { TEST(it_says_what_it_was_asked_or_what_is_wrong), TEST(a_mistake_is_one_line),
                            CU_TEST_INFO_NULL };
    int status = stage_open(&stage) ? test_main_run("end_to_end/terminal", tests) : EXIT_FAILURE;

    return stage.loop != NULL && stage_close(&stage) ? status : EXIT_FAILURE;
}

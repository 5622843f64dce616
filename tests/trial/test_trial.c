/* tests/trial/test_trial.c - curfew-trial as people start it: what they read, and that nothing is left behind. */
#include "base/text.h"
#include "tests/end_to_end/child.h"
#include "tests/end_to_end/stage.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCRIPT_SIZE = 2048, VARIABLE_SIZE = STAGE_PATH_SIZE + 16 };

static const char trial[] = TRIAL_PROGRAM;

/* Nothing happens but what is typed. */
static const char by_hand_only[] = "CURFEW_SCHEDULE=never";

/* Runs a script of the shell on a stage of its own; temporary folders go there too. setting: one more variable. */
static bool start(struct child *child, struct stage *stage, const char *script, const char *setting)
{
    char temporary[VARIABLE_SIZE];
    const char *arguments[] = { "/bin/sh", "-c", script, NULL };
    /* No kubectl here: what is understood without it is tested. */
    const char *environment[] = { "PATH=/nowhere", "TZ=UTC", "CURFEW_WARNINGS=3s", temporary, setting, NULL };

    snprintf(temporary, sizeof temporary, "TMPDIR=%s", stage->folder);
    return child_start(child, stage, arguments, environment);
}

static bool has_folder_left(const struct stage *stage)
{
    DIR *folder = opendir(stage->folder);
    const struct dirent *entry = NULL;
    bool found = false;

    CU_ASSERT_PTR_NOT_NULL_FATAL(folder);
    while ((entry = readdir(folder)) != NULL)
        found = found || text_starts_with(entry->d_name, "curfew-trial");
    closedir(folder);
    return found;
}

/* Passes lines through a pipe; what is printed has to have the pieces in this order. */
static void expect_with(const char *setting, const char *lines, const char *const *pieces)
{
    struct stage stage;
    struct child child;
    char script[SCRIPT_SIZE];

    snprintf(script, sizeof script, "printf '%s' | exec %s", lines, trial);
    CU_ASSERT_FATAL(stage_open(&stage));
    CU_ASSERT_FATAL(start(&child, &stage, script, setting));
    CU_ASSERT_TRUE(child_wait(&child, STAGE_PATIENCE_MS));
    const char *rest = buffer_text(&child.output.text);
    for (; *pieces != NULL; pieces++) {
        const char *found = strstr(rest, *pieces);

        if (!case_holds(*pieces, found != NULL)) {
            printf("\n%s\n%s\n", buffer_text(&child.output.text), buffer_text(&child.errors.text));
            break;
        }
        rest = found + strlen(*pieces);
    }
    case_number("exit status", child.exit_status, 0);
    case_text("standard error", buffer_text(&child.errors.text), "");
    CU_ASSERT_FALSE(has_folder_left(&stage));
    child_release(&child);
    CU_ASSERT_TRUE(stage_close(&stage));
}

static void expect(const char *lines, const char *const *pieces)
{
    expect_with(by_hand_only, lines, pieces);
}

static void whoever_types_commands_reads_what_came_of_them(void)
{
    static const char *const pieces[] = {
        "> list\nCurfew (only you see this):\n  `dev1`",
        "`staging`",
        "> status dev1\nCurfew (only you see this): `dev1` is up: 6/6 ready. It has no curfew.\n",
        "> /curfew stop dev1\nCurfew (only you see this): Stopping `dev1` …\nCurfew:",
        "`dev1` is stopped (3 workloads at 0, 6 replicas remembered",
        "@ann",
        "> get\ndev1       enabled    api ",
        "/0, load-test 0/0, web ",
        "> start dev1\nCurfew (only you see this): Starting `dev1` …\nCurfew:",
        "`dev1` is up (6/6 ready in ",
        "> get\ndev1       enabled    api 2/2, load-test 0/0, web 3/3, postgres 1/1\n",
        NULL,
    };

    expect("list\\nstatus dev1\\n/curfew stop dev1\\nget\\nstart dev1\\nget", pieces);
}

static void buttons_have_numbers_and_are_pressed_by_them(void)
{
    static const char *const pieces[] = {
        "> stop dev*\nCurfew (only you see this): Stop 2 environments: `dev1` and `dev2`?\n    [1] Stop them  [2] ",
        "> 2\n",
        "> 1\n(there is no button 1)\n",
        "> stop dev*\n",
        "> 1\nCurfew (only you see this): Stopping `dev1` and `dev2` …\nCurfew:",
        "`dev1` is stopped",
        "`dev2` is stopped",
        NULL,
    };

    expect("stop dev*\\n2\\n1\\nstop dev*\\n1\\n", pieces);
}

static void labels_can_be_set_without_kubectl(void)
{
    static const char *const pieces[] = {
        "> kubectl label namespace dev2 scheduler=disabled\nnamespace/dev2 patched\n",
        "> get\n",
        "dev2       disabled   api 1/1",
        "> kubectl label ns dev2 scheduler-\nnamespace/dev2 patched\n",
        "> kubectl label namespace nowhere scheduler=enabled\n(namespaces \"nowhere\" not found)\n",
        "> kubectl get pods\n(kubectl is not installed; ",
        "> quit\n",
        NULL,
    };

    expect("kubectl label namespace dev2 scheduler=disabled\\nget\\nkubectl label ns dev2 scheduler-\\n"
           "kubectl label namespace nowhere scheduler=enabled\\nkubectl get pods\\nquit\\nlist\\n",
           pieces);
}

static void annotations_can_be_set_without_kubectl(void)
{
    static const char *const pieces[] = {
        "> kubectl annotate namespace dev1 \"curfew/schedule=Mon-Fri 08:00-20:00\"\nnamespace/dev1 patched\n",
        "> get\ndev1       enabled    api 2/2, load-test 0/0, web 3/3, postgres 1/1  (curfew/schedule: Mon-Fri "
        "08:00-20:00)\ndev2 ",
        NULL,
    };

    expect("kubectl annotate namespace dev1 \"curfew/schedule=Mon-Fri 08:00-20:00\"\nget\n", pieces);
}

static void a_stop_is_announced_and_moved_by_a_button(void)
{
    static const char *const pieces[] = {
        "> start dev2 for 12s\n",
        "`dev2` is up (2/2 ready in ",
        "Curfew: `dev2` stops today at ",
        "\n    [1] +1 h  [2] +2 h  [3] Until morning  [4] Stop now\n",
        "> 1\nCurfew (a message has changed): `dev2` is kept awake until ",
        " by @ann.\n",
        "> prolongate dev2 for 1h\nCurfew:\n  `dev2` is kept awake until ",
        "> cancel dev2\nCurfew:\n  `dev2` is back on its schedule.",
        "> history dev2\nCurfew (only you see this):\n  `dev2`, newest first:\n",
        "@ann (button): `prolongate for 1h`: kept awake until ",
        NULL,
    };

    expect("stop dev2\nstart dev2 for 12s\nwait [+1 h]\n1\nprolongate dev2 for 1h\ncancel dev2\nhistory dev2\n",
           pieces);
}

static void an_announced_stop_falls_and_offers_a_start(void)
{
    static const char *const pieces[] = {
        "Curfew (a message has changed): `dev2` is stopped since ", /* it may have been announced before it was up */
        "\n    [1] Start\n",
        "> 1\n",
        "`dev2` is up (2/2 ready in ",
        NULL,
    };

    expect("stop dev2\nstart dev2 for 12s\nwait is stopped\n1\n", pieces);
}

static void a_curfew_is_near_when_nobody_says_otherwise(void)
{
    static const char *const pieces[] = {
        "dev2 has its curfew ",
        "It is announced at ",
        "> get\n",
        "dev2       enabled    api 1/1, web 1/1  (curfew/schedule: daily ",
        " UTC)\n",
        NULL,
    };

    expect_with("CURFEW_LOG=info", "get\n", pieces);
}

/* Started with a pipe that nobody closes, told a signal once it asks for a line. */
static void expect_end_by(int number, int exit_status, bool leaves_folder)
{
    struct stage stage;
    struct child child;
    char script[SCRIPT_SIZE], pipe[STAGE_PATH_SIZE];

    CU_ASSERT_FATAL(stage_open(&stage));
    stage_path(&stage, "pipe", pipe);
    CU_ASSERT_EQUAL_FATAL(mkfifo(pipe, S_IRUSR | S_IWUSR), 0);
    int kept_open = open(pipe, O_RDWR | O_CLOEXEC);
    snprintf(script, sizeof script, "exec %s < %s >&2", trial, pipe);
    CU_ASSERT_FATAL(start(&child, &stage, script, by_hand_only));
    CU_ASSERT_TRUE(child_wait_for(&child, "The bot's log: ", 0, STAGE_PATIENCE_MS));
    CU_ASSERT_TRUE(has_folder_left(&stage));
    child_signal(&child, number);
    CU_ASSERT_TRUE(child_wait(&child, STAGE_PATIENCE_MS));
    case_number("exit status", child.exit_status, exit_status);
    CU_ASSERT_EQUAL(has_folder_left(&stage), leaves_folder);
    child_release(&child);
    close(kept_open);
    /* It says whether a process of this stage still runs. */
    CU_ASSERT_TRUE(stage_close(&stage));
}

static void a_signal_ends_all_of_it_in_order(void)
{
    expect_end_by(SIGTERM, 128 + SIGTERM, false);
    expect_end_by(SIGINT, 128 + SIGINT, false);
}

static void nothing_runs_on_when_the_trial_is_killed(void)
{
    expect_end_by(SIGKILL, 128 + SIGKILL, true);
}

static void a_missing_program_is_named(void)
{
    struct stage stage;
    struct child child;
    char script[SCRIPT_SIZE];

    CU_ASSERT_FATAL(stage_open(&stage));
    snprintf(script, sizeof script, "/bin/cp %s %s/alone && exec %s/alone", trial, stage.folder, stage.folder);
    CU_ASSERT_FATAL(start(&child, &stage, script, by_hand_only));
    CU_ASSERT_TRUE(child_wait(&child, STAGE_PATIENCE_MS));
    case_number("exit status", child.exit_status, 1);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(buffer_text(&child.errors.text), "/standin-slack cannot be run: No such file or directory\n"));
    CU_ASSERT_FALSE(has_folder_left(&stage));
    child_release(&child);
    CU_ASSERT_TRUE(stage_close(&stage));
}

TEST_MAIN("trial/trial", TEST(whoever_types_commands_reads_what_came_of_them),
          TEST(buttons_have_numbers_and_are_pressed_by_them), TEST(labels_can_be_set_without_kubectl),
          TEST(annotations_can_be_set_without_kubectl), TEST(a_stop_is_announced_and_moved_by_a_button),
          TEST(an_announced_stop_falls_and_offers_a_start), TEST(a_curfew_is_near_when_nobody_says_otherwise),
          TEST(a_signal_ends_all_of_it_in_order), TEST(nothing_runs_on_when_the_trial_is_killed),
          TEST(a_missing_program_is_named))

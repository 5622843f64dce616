/* tests/base/test_process.c - base/loop.h: child processes. */
#include "base/loop.h"

#include "tests/test_main.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { PATIENCE_MS = 30 * 1000 };

struct parent {
    struct flow flow;
    struct loop *loop;
    struct process process;
    struct timer timer;
    int pumps;
};

static void end_when_done(struct flow *flow)
{
    struct parent *parent = (struct parent *) flow;

    parent->pumps++;
    if (parent->process.done)
        loop_stop(parent->loop);
}

static struct parent parent_new(void)
{
    return (struct parent){ .flow.pump = end_when_done, .loop = loop_new() };
}

static void parent_release(struct parent *parent)
{
    process_cancel(parent->loop, &parent->process);
    process_release(&parent->process);
    loop_free(parent->loop);
}

/* Runs a shell's script to its end. */
static void run(struct parent *parent, const char *script, int64_t timeout_ms)
{
    const char *arguments[] = { "sh", "-c", script, NULL };

    process_start(parent->loop, &parent->process, arguments, NULL, timeout_ms, &parent->flow);
    CU_ASSERT_FALSE(parent->process.done);
    loop_run(parent->loop);
    CU_ASSERT_EQUAL(parent->pumps, 1);
}

static void output_and_exit_status_are_the_childs(void)
{
    struct parent parent = parent_new();

    run(&parent, "echo one; echo two; exit 3", PATIENCE_MS);
    CU_ASSERT_EQUAL(parent.process.error.kind, ERROR_NONE);
    CU_ASSERT_EQUAL(parent.process.exit_status, 3);
    CU_ASSERT_STRING_EQUAL(buffer_text(&parent.process.output), "one\ntwo\n");
    parent_release(&parent);
}

static void standard_input_is_empty(void)
{
    struct parent parent = parent_new();

    run(&parent, "cat; echo end", PATIENCE_MS);
    CU_ASSERT_STRING_EQUAL(buffer_text(&parent.process.output), "end\n");
    parent_release(&parent);
}

static void the_environment_is_what_was_given(void)
{
    static const char *const arguments[] = { "/usr/bin/env", NULL };
    static const char *const environment[] = { "CURFEW_A=1", "CURFEW_B=two words", NULL };
    struct parent parent = parent_new();

    process_start(parent.loop, &parent.process, arguments, environment, PATIENCE_MS, &parent.flow);
    loop_run(parent.loop);
    CU_ASSERT_STRING_EQUAL(buffer_text(&parent.process.output), "CURFEW_A=1\nCURFEW_B=two words\n");
    parent_release(&parent);
}

static void a_child_that_a_signal_ended_has_128_and_its_number(void)
{
    struct parent parent = parent_new();

    run(&parent, "kill -TERM $$", PATIENCE_MS);
    CU_ASSERT_EQUAL(parent.process.error.kind, ERROR_NONE);
    CU_ASSERT_EQUAL(parent.process.exit_status, 128 + 15);
    parent_release(&parent);
}

static void a_program_that_is_not_there_is_a_system_error_that_names_it(void)
{
    static const char *const arguments[] = { "curfew-no-such-program", NULL };
    struct parent parent = parent_new();

    process_start(parent.loop, &parent.process, arguments, NULL, PATIENCE_MS, &parent.flow);
    CU_ASSERT_EQUAL(parent.pumps, 0);
    loop_run(parent.loop);
    CU_ASSERT_EQUAL(parent.process.error.kind, ERROR_SYSTEM);
    CU_ASSERT_PTR_NOT_NULL(strstr(parent.process.error.message, "curfew-no-such-program"));
    parent_release(&parent);
}

/* The child prints the number of a grandchild that would live for long; as its reaper we see how it ends. */
static void a_child_that_takes_too_long_is_killed_with_what_it_started(void)
{
    struct parent parent = parent_new();
    pid_t grandchild = 0;
    int status = 0;

    prctl(PR_SET_CHILD_SUBREAPER, 1);
    run(&parent, "sleep 1000 & echo $!; wait", 200);
    CU_ASSERT_EQUAL(parent.process.error.kind, ERROR_TIMEOUT);
    CU_ASSERT_EQUAL(parent.process.exit_status, 128 + SIGKILL);
    CU_ASSERT_STRING_EQUAL(parent.process.error.message, "sh did not end in time");
    grandchild = (pid_t) strtol(buffer_text(&parent.process.output), NULL, 10);
    CU_ASSERT_FATAL(grandchild > 1);
    CU_ASSERT_EQUAL(waitpid(grandchild, &status, 0), grandchild);
    CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    parent_release(&parent);
}

static void output_that_a_grandchild_keeps_open_is_waited_for_until_the_time_is_over(void)
{
    struct parent parent = parent_new();

    run(&parent, "setsid sleep 3 & echo started", 200);
    CU_ASSERT_EQUAL(parent.process.error.kind, ERROR_TIMEOUT);
    CU_ASSERT_EQUAL(parent.process.exit_status, 0);
    CU_ASSERT_STRING_EQUAL(buffer_text(&parent.process.output), "started\n");
    parent_release(&parent);
}

static void output_above_the_ceiling_ends_the_child(void)
{
    struct parent parent = parent_new();

    buffer_init(&parent.process.output, 10000);
    run(&parent, "yes", PATIENCE_MS);
    CU_ASSERT_EQUAL(parent.process.error.kind, ERROR_LIMIT);
    CU_ASSERT(parent.process.output.length <= 10000);
    CU_ASSERT_PTR_NOT_NULL(strstr(parent.process.error.message, "sh: its output is larger than 10000 bytes"));
    parent_release(&parent);
}

static void stop_the_loop(struct flow *flow)
{
    struct parent *parent = (struct parent *) flow;

    loop_stop(parent->loop);
}

static void a_child_that_was_cancelled_pumps_nobody(void)
{
    static const char *const running[] = { "sleep", "1000", NULL };
    static const char *const missing[] = { "curfew-no-such-program", NULL };
    struct parent parent = parent_new();
    struct parent alarm = { .flow.pump = stop_the_loop, .loop = parent.loop };

    process_start(parent.loop, &parent.process, running, NULL, PATIENCE_MS, &parent.flow);
    process_cancel(parent.loop, &parent.process);
    process_start(parent.loop, &parent.process, missing, NULL, PATIENCE_MS, &parent.flow);
    process_cancel(parent.loop, &parent.process);
    timer_start(alarm.loop, &alarm.timer, 50, &alarm.flow);
    loop_run(parent.loop);
    CU_ASSERT_EQUAL(parent.pumps, 0);
    CU_ASSERT_FALSE(parent.process.done);
    parent_release(&parent);
}

static void run_again(struct flow *flow)
{
    static const char *const arguments[] = { "echo", "second", NULL };
    struct parent *parent = (struct parent *) flow;

    parent->pumps++;
    if (parent->pumps == 2)
        loop_stop(parent->loop);
    else
        process_start(parent->loop, &parent->process, arguments, NULL, PATIENCE_MS, flow);
}

static void a_process_can_be_started_again_from_its_pump(void)
{
    static const char *const arguments[] = { "echo", "first", NULL };
    struct parent parent = parent_new();

    parent.flow.pump = run_again;
    process_start(parent.loop, &parent.process, arguments, NULL, PATIENCE_MS, &parent.flow);
    loop_run(parent.loop);
    CU_ASSERT_TRUE(parent.process.done);
    CU_ASSERT_STRING_EQUAL(buffer_text(&parent.process.output), "second\n");
    parent_release(&parent);
}

TEST_MAIN("base/process", TEST(output_and_exit_status_are_the_childs), TEST(standard_input_is_empty),
          TEST(the_environment_is_what_was_given), TEST(a_child_that_a_signal_ended_has_128_and_its_number),
          TEST(a_program_that_is_not_there_is_a_system_error_that_names_it),
          TEST(a_child_that_takes_too_long_is_killed_with_what_it_started),
          TEST(output_that_a_grandchild_keeps_open_is_waited_for_until_the_time_is_over),
          TEST(output_above_the_ceiling_ends_the_child), TEST(a_child_that_was_cancelled_pumps_nobody),
          TEST(a_process_can_be_started_again_from_its_pump))

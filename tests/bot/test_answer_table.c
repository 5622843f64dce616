/* The status of several environments: one table, and below it what is wrong. */
#include "bot/answer_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "bot/answer.h"
#include "bot/message.h"
#include "bot/plan.h"
#include "tests/bot/outcome_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* All sections of a message, each behind a line of its own. The caller frees it. */
static char *shown(const struct message *message)
{
    struct buffer text = { 0 };

    for (size_t i = 0; i < message->section_count; i++) {
        if (message->sections[i].text.length == 0)
            continue;
        buffer_append_text(&text, text.length == 0 ? "" : "-- \n");
        buffer_append_text(&text, buffer_text(&message->sections[i].text));
    }
    return buffer_take(&text);
}

static void check_table(const char *name, const struct status_row *rows, size_t count, const char *expected)
{
    struct status_table table = { 0 };
    struct message message = { 0 };

    for (size_t i = 0; i < count; i++) {
        struct buffer line = { 0 };
        struct status_row row;
        status_row_write(&rows[i], &line);
        case_holds(name, status_row_read(buffer_text(&line), &row));
        status_table_add(&table, &row);
        buffer_release(&line);
    }
    status_table_show(&table, &message);
    char *text = shown(&message);
    case_text(name, text, expected);
    free(text);
    status_table_release(&table);
    message_release(&message);
}

static void columns_are_as_wide_as_what_stands_in_them(void)
{
    static const struct status_row one_zone[] = {
        { "dev1", STATE_UP, "12/12", "stops Fri 20:00", "Europe/Berlin", "U2" },
        { "dev2", STATE_DEGRADED, "3/4", "stops Fri 20:00", "Europe/Berlin", "" },
        { "a-longer-name", STATE_STOPPED, "-", "starts Mon 08:00", "Europe/Berlin", "" },
        { "dev4", STATE_UNKNOWN, "-", "-", "", "" },
    };
    static const struct status_row two_zones[] = {
        { "dev1", STATE_UP, "1/1", "stops Fri 20:00", "Europe/Berlin", "" },
        { "dev2", STATE_PARTLY, "1/1", "stops Fri 20:00", "UTC", "U2" },
        { "dev3", STATE_UP, "1/1", "-", "", "" },
    };
    static const struct status_row no_instant[] = { { "dev1", STATE_STOPPING, "0/0", "-", "", "" } };

    check_table("one zone", one_zone, 4,
                "4 environments: 1 up, 1 stopped, 1 degraded, 1 unknown. Times are those of Europe/Berlin.\n"
                "```\n"
                "environment    state     ready  next\n"
                "dev1           up        12/12  stops Fri 20:00 *\n"
                "dev2           degraded  3/4    stops Fri 20:00\n"
                "a-longer-name  stopped   -      starts Mon 08:00\n"
                "dev4           unknown   -      -\n"
                "```\n"
                "-- \n"
                "Stop moved (*): `dev1` by <@U2>.\n");
    check_table("two zones", two_zones, 3,
                "3 environments: 2 up, 1 partly.\n"
                "```\n"
                "environment  state     ready  next               zone\n"
                "dev1         up        1/1    stops Fri 20:00    Europe/Berlin\n"
                "dev2         partly    1/1    stops Fri 20:00 *  UTC\n"
                "dev3         up        1/1    -\n"
                "```\n"
                "-- \n"
                "Stop moved (*): `dev2` by <@U2>.\n");
    check_table("no instant", no_instant, 1,
                "1 environment: 1 stopping.\n"
                "```\n"
                "environment  state     ready  next\n"
                "dev1         stopping  0/0    -\n"
                "```\n");
}

static void who_moved_a_stop_is_mentioned_below(void)
{
    static const struct status_row rows[] = {
        { "a", STATE_UP, "1/1", "stops Fri 20:00", "UTC", "U2" },
        { "b", STATE_UP, "1/1", "stops Fri 20:00", "UTC", "U3" },
        { "c", STATE_UP, "1/1", "stops Fri 20:00", "UTC", "U2" },
        { "d", STATE_UP, "1/1", "stops Fri 20:00", "UTC", "kubeconfig:<!channel>" },
        { "e", STATE_UP, "1/1", "stops Fri 20:00", "UTC", "U4" },
        { "f", STATE_UP, "1/1", "stops Fri 20:00", "UTC", "U5" },
        { "g", STATE_UP, "1/1", "stops Fri 20:00", "UTC", "U6" },
    };

    check_table("several", rows, 7,
                "7 environments: 7 up. Times are those of UTC.\n"
                "```\n"
                "environment  state     ready  next\n"
                "a            up        1/1    stops Fri 20:00 *\n"
                "b            up        1/1    stops Fri 20:00 *\n"
                "c            up        1/1    stops Fri 20:00 *\n"
                "d            up        1/1    stops Fri 20:00 *\n"
                "e            up        1/1    stops Fri 20:00 *\n"
                "f            up        1/1    stops Fri 20:00 *\n"
                "g            up        1/1    stops Fri 20:00 *\n"
                "```\n"
                "-- \n"
                "Stop moved (*): `a` and `c` by <@U2>; `b` by <@U3>; `d` by kubeconfig:&lt;!channel&gt;; `e` by <@U4>; "
                "`f` by <@U5>; and by 1 more.\n");
}

/* Of a code block only three backticks and references are special. */
static void nothing_foreign_leaves_the_code_block(void)
{
    static const struct status_row row = { "```<!channel>\x1f\n&", STATE_UP, "1/1", "-", "", "" };
    static const struct status_row long_row = { "a-namespace-whose-name-is-as-long-as-kubernetes-allows-it-to-be",
                                                STATE_STARTING,
                                                "10000/10000",
                                                "starts 24 Dec 20:00",
                                                "America/Argentina/Buenos_Aires",
                                                "U2" };
    struct status_row rows[2] = { long_row, long_row };

    check_table("backticks, references, control characters", &row, 1,
                "1 environment: 1 up.\n"
                "```\n"
                "environment       state     ready  next\n"
                "'''&lt;!channel&gt;??&amp;  up        1/1    -\n"
                "```\n");
    text_copy_cut(rows[1].zone, sizeof rows[1].zone, "UTC");
    check_table("as wide as can be", rows, 2,
                "2 environments: 2 starting.\n"
                "```\n"
                "environment     state     ready        next                   zone\n"
                "a-namespace-w…  starting  10000/10000  starts 24 Dec 20:00 *  America/Argentina…\n"
                "a-namespace-w…  starting  10000/10000  starts 24 Dec 20:00 *  UTC\n"
                "```\n"
                "-- \n"
                "Stop moved (*): `a-namespace-whose-name-is-as-long-as-kubernetes-allows-it-to-be` and "
                "`a-namespace-whose-name-is-as-long-as-kubernetes-allows-it-to-be` by <@U2>.\n");
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    for (text = strstr(text, part); text != NULL; text = strstr(text + strlen(part), part))
        count++;
    return count;
}

/* Slack splits a section that is longer than it may be at a line, and a fence would be lost. */
static void a_section_holds_whole_code_blocks(void)
{
    enum { COUNT = 130 };
    struct status_table table = { 0 };
    struct message message = { 0 };

    for (int i = 0; i < COUNT; i++) {
        struct status_row row = { "", i < 100 ? STATE_UP : STATE_STOPPED, "100/100", "stops Fri 20:00", "UTC", "" };
        snprintf(row.name, sizeof row.name, "an-environment-with-a-rather-long-name-number-%d", i);
        status_table_add(&table, &row);
    }
    status_table_show(&table, &message);
    for (size_t i = 0; i < message.section_count; i++) {
        case_number("fences", (int64_t) count_of(buffer_text(&message.sections[i].text), "```") % 2, 0);
        case_holds("fits", message.sections[i].text.length <= MESSAGE_SECTION_CHARACTERS);
    }
    char *text = shown(&message);
    CU_ASSERT_EQUAL(count_of(text, "an-environment-with"), TABLE_ROWS_MAX);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "130 environments: 100 up, 30 stopped."));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "and 30 more.\n"));
    free(text);
    status_table_release(&table);
    message_release(&message);
}

static void what_is_no_row_is_not_read(void)
{
    static const char *const lines[] = { "", "`dev1` is up.\n", "\x1e",
                                         "\x1e"
                                         "9\x1f"
                                         "dev1\x1f"
                                         "1/1\x1f-\x1f\x1f\n",
                                         "\x1e"
                                         "00\x1f"
                                         "dev1\x1f"
                                         "1/1\x1f-\x1f\x1f\n" };
    struct status_row row;

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        case_holds(lines[i], !status_row_read(lines[i], &row));
}

/* 1795809600 is Friday 2026-11-27 20:00 UTC, two days later than it is; 1796414400 is a week behind that. */
static void what_is_wrong_stands_below_the_table(void)
{
    static const struct outlook friday = { .stop = { 1795809600, PLAN_STOP_DEADLINE },
                                           .start_at = INT64_MAX,
                                           .deadline = DEADLINE_PROLONGED,
                                           .deadline_by = "U2",
                                           .is_scheduled = true };
    static const struct outlook later = {
        .stop = { INT64_MAX, PLAN_STOP_NONE }, .start_at = 1796414400, .deadline_by = "", .is_scheduled = true
    };
    static const struct told_case cases[] = {
        { .kind = OUTCOME_STATUS, .workloads = { { "web", .replicas = 2, .ready = 2 } }, .outlook = &friday },
        { .kind = OUTCOME_STATUS,
          .workloads = { { "a", .replicas = 1, .reason = "ImagePullBackOff" },
                         { "b", .replicas = 1 },
                         { "c", .replicas = 1 },
                         { "d", .replicas = 1 },
                         { "kept", .replicas = 1, .ready = 1, .keeper = KEEPER_ARGO_CD } } },
        { .kind = OUTCOME_STATUS,
          .workloads = { { "web", .replicas = 1, .ready = 1, .remembered = 1, .manager = "argocd-controller" },
                         { "api", .remembered = 1 } },
          .has_record = true,
          .state = RECORD_ASLEEP,
          .outlook = &later },
        { .kind = OUTCOME_FAILED, .error = "the API server <does> not answer" },
        { .kind = OUTCOME_NO_LONGER },
    };
    enum { COUNT = sizeof cases / sizeof cases[0] };
    struct message message = { 0 };
    char *outcomes[COUNT];

    for (size_t i = 0; i < COUNT; i++) {
        struct told_case item = cases[i];
        item.verb = VERB_STATUS;
        item.beside = true;
        outcomes[i] = told_of(&item);
    }
    answer_outcomes(false, "U1", (const char *const *) outcomes, COUNT, &message);
    char *text = shown(&message);
    case_text("all of it", text,
              "4 environments: 1 up, 1 degraded, 1 partly, 1 unknown. Times are those of UTC.\n"
              "```\n"
              "environment  state     ready  next\n"
              "dev1         up        2/2    stops Fri 20:00 *\n"
              "dev1         degraded  1/5    -\n"
              "dev1         partly    1/1    starts 4 Dec 20:00\n"
              "dev1         unknown   -      -\n"
              "```\n"
              "-- \n"
              "Stop moved (*): `dev1` by <@U2>.\n"
              "-- \n"
              "• `dev1`: `a` 0/1 ready: ImagePullBackOff\n"
              "• `dev1`: `b` 0/1 ready\n"
              "• `dev1`: `c` 0/1 ready\n"
              "• `dev1`: and 1 more not ready\n"
              "• `dev1`: `web` runs again with 1 replica: brought back by `argocd-controller` (Argo CD)\n"
              "• `dev1`: the API server &lt;does&gt; not answer\n"
              "`dev1` is no environment any more: it was deleted or lost its label meanwhile.");
    for (size_t i = 0; i < COUNT; i++)
        free(outcomes[i]);
    free(text);
    message_release(&message);
}

TEST_MAIN("bot/answer_table", TEST(columns_are_as_wide_as_what_stands_in_them),
          TEST(who_moved_a_stop_is_mentioned_below), TEST(nothing_foreign_leaves_the_code_block),
          TEST(a_section_holds_whole_code_blocks), TEST(what_is_no_row_is_not_read),
          TEST(what_is_wrong_stands_below_the_table))

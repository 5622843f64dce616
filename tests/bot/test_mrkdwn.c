/* tests/bot/test_mrkdwn.c - bot/mrkdwn.h: Slack's markup at a terminal. Dates: the example of Slack's documentation, 1392734382 is
 * 2014-02-18 14:39:42 UTC.
 */
#include "bot/mrkdwn.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EXAMPLE_AT = 1392734382, DAY_S = 86400 };

static void expect(const struct mrkdwn_reader *reader, const char *text, const char *expected)
{
    struct buffer shown = { 0 };

    mrkdwn_render(reader, text, &shown);
    case_text(text, buffer_text(&shown), expected);
    buffer_release(&shown);
}

static const char *name_of(const char *id)
{
    if (strcmp(id, "UANN000001") == 0)
        return "ann";
    return strcmp(id, "CDEV000001") == 0 ? "dev" : id;
}

static void references_and_escapes_are_read(void)
{
    static const struct mrkdwn_reader reader = { .now = EXAMPLE_AT, .name_of = name_of };
    static const char *const cases[][2] = {
        { "plain", "plain" },
        { "a &lt; b &amp;&amp; c &gt; d", "a < b && c > d" },
        { "by <@UANN000001>.", "by @ann." },
        { "by <@U024BE7LH>", "by @U024BE7LH" },
        { "in <#CDEV000001> and <#C1|random>", "in #dev and #random" },
        { "<!here> <!channel>", "@here @channel" },
        { "<https://example.com|the log>", "the log (https://example.com)" },
        { "<https://example.com>", "https://example.com" },
        { "*bold* `code` _it_", "*bold* `code` _it_" },
        { "1 < 2", "1 < 2" },
        { "two:\n```\na  1\nb  2\n```\nbelow", "two:\na  1\nb  2\nbelow" },
        { "```\na\n```", "a\n" },
        { "```a``` b", "```a``` b" },
        { "never closed <@UANN", "never closed <@UANN" },
        { "a\u200b*\u200bb", "a*b" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(&reader, cases[i][0], cases[i][1]);
}

static void dates_stand_in_local_time(void)
{
    static const struct {
        const char *zone;
        int64_t now;
        const char *text, *expected;
    } cases[] = {
        { "UTC0", EXAMPLE_AT + 9 * DAY_S, "<!date^1392734382^Posted {date_num} {time_secs}|fallback>",
          "Posted 2014-02-18 14:39:42" },
        { "UTC0", EXAMPLE_AT + 9 * DAY_S, "<!date^1392734382^{date} at {time}|fallback>",
          "February 18th, 2014 at 14:39" },
        { "UTC0", EXAMPLE_AT + 9 * DAY_S, "<!date^1392734382^{date_short}^https://example.com/|fallback>",
          "Feb 18, 2014" },
        { "UTC0", EXAMPLE_AT + 9 * DAY_S, "<!date^1392734382^{date_long}|fallback>", "Tuesday, February 18th, 2014" },
        { "CET-1", EXAMPLE_AT + 9 * DAY_S, "<!date^1392734382^{time}|fallback>", "15:39" },
        { "UTC0", EXAMPLE_AT, "<!date^1392734382^{date_short_pretty} at {time}|fallback>", "today at 14:39" },
        { "UTC0", EXAMPLE_AT + DAY_S, "<!date^1392734382^{date_pretty}|fallback>", "yesterday" },
        { "UTC0", EXAMPLE_AT - DAY_S, "<!date^1392734382^{date_long_pretty}|fallback>", "tomorrow" },
        { "UTC0", EXAMPLE_AT + 9 * DAY_S, "<!date^1392734382^{date_short_pretty}|fallback>", "Feb 18, 2014" },
        { "UTC0", EXAMPLE_AT, "<!date^1392734382^{unheard_of}|18 February>", "18 February" },
        { "UTC0", EXAMPLE_AT, "<!date^x^{time}|18 February>", "18 February" },
        /* 1392681600 and 1392768000: the first and the last second of that day and the next. */
        { "UTC0", EXAMPLE_AT, "<!date^1392681600^{date_pretty}|fallback>", "today" },
        { "UTC0", EXAMPLE_AT, "<!date^1392681599^{date_pretty}|fallback>", "yesterday" },
        { "UTC0", EXAMPLE_AT, "<!date^1392768000^{date_pretty}|fallback>", "tomorrow" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct mrkdwn_reader reader = { .now = cases[i].now };

        setenv("TZ", cases[i].zone, 1);
        tzset();
        expect(&reader, cases[i].text, cases[i].expected);
    }
}

static void marks_become_styles_on_a_terminal(void)
{
    static const struct mrkdwn_reader reader = { .now = EXAMPLE_AT, .styled = true };
    static const char *const cases[][2] = {
        { "*bold* and `code`", "\033[1mbold\033[0m and \033[36mcode\033[0m" },
        { "`a_b*c`", "\033[36ma_b*c\033[0m" },
        { "snake_case_name", "snake_case_name" },
        { "2 * 3 * 4", "2 * 3 * 4" },
        { "not *closed", "not *closed" },
        { "over *two\nlines*", "over *two\nlines*" },
        { "`a &lt; b`", "\033[36ma < b\033[0m" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(&reader, cases[i][0], cases[i][1]);
}

static void without_names_there_are_ids(void)
{
    static const struct mrkdwn_reader reader = { .now = EXAMPLE_AT };

    expect(&reader, "by <@UANN000001> in <#CDEV000001>", "by @UANN000001 in #CDEV000001");
}

static void what_to_type_is_said_in_the_words_of_the_reader(void)
{
    static const struct mrkdwn_reader plain = { .now = EXAMPLE_AT, .command = "kubectl curfew" };
    static const struct mrkdwn_reader styled = { .now = EXAMPLE_AT, .command = "curfew", .styled = true };
    static const struct mrkdwn_reader as_it_is = { .now = EXAMPLE_AT };

    expect(&plain, "Start it with `/curfew start dev1`.", "Start it with `kubectl curfew start dev1`.");
    expect(&plain, "`/curfew` and `/curfew-x`, /curfew, `curfew/owners`",
           "`kubectl curfew` and `/curfew-x`, /curfew, `curfew/owners`");
    expect(&styled, "Start it with `/curfew start a&amp;b`.", "Start it with \033[36mcurfew start a&b\033[0m.");
    expect(&as_it_is, "`/curfew start dev1`", "`/curfew start dev1`");
}

TEST_MAIN("bot/mrkdwn", TEST(references_and_escapes_are_read), TEST(dates_stand_in_local_time),
          TEST(without_names_there_are_ids), TEST(what_to_type_is_said_in_the_words_of_the_reader),
          TEST(marks_become_styles_on_a_terminal))

/* tests/trial/test_mrkdwn.c - Slack's markup at a terminal. Dates: the example of Slack's documentation, 1392734382 is
 * 2014-02-18 14:39:42 UTC.
 */
#include "tests/trial/mrkdwn.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdlib.h>
#include <time.h>

enum { EXAMPLE_AT = 1392734382, DAY_S = 86400 };

static void expect(const struct mrkdwn_reader *reader, const char *text, const char *expected)
{
    struct buffer shown = { 0 };

    mrkdwn_render(reader, text, &shown);
    case_text(text, buffer_text(&shown), expected);
    buffer_release(&shown);
}

static void references_and_escapes_are_read(void)
{
    static const struct mrkdwn_reader reader = { .now = EXAMPLE_AT };
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

TEST_MAIN("trial/mrkdwn", TEST(references_and_escapes_are_read), TEST(dates_stand_in_local_time),
          TEST(marks_become_styles_on_a_terminal))

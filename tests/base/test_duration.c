/* tests/base/test_duration.c - base/duration.h. */
#include "base/duration.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

enum { TWELVE_HOURS_S = 12 * 3600 };

static void lengths_of_time_are_read_as_people_write_them(void)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {
        { "90s", 90 },
        { "5m", 300 },
        { "1h30m", 5400 },
        { "1h30m15s", 5415 },
        { "2 hours", 7200 },
        { "1 hour", 3600 },
        { "1 h 30 min", 5400 },
        { "  1h   5 seconds  ", 3605 },
        { "1 minute 1 second", 61 },
        { "10 Minutes", 600 },
        { "30MIN", 1800 },
        { "45 SEC", 45 },
        { "2H", 7200 },
        { "2", 7200 },
        { " 12 ", 43200 },
        { "90m", 5400 },
        { "1s", 1 },
        { "0h 10m", 600 },
        { "007m", 420 },
        { "43200s", 43200 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t seconds = 0;
        struct error error = { 0 };

        case_holds(cases[i].text, duration_read(cases[i].text, TWELVE_HOURS_S, &seconds, &error));
        case_number(cases[i].text, seconds, cases[i].seconds);
    }
}

static void what_is_no_length_of_time_is_refused_in_a_sentence(void)
{
    static const char form[] = "is no length of time: write 90s, 5m, 2h or 1h30m";
    static const struct {
        const char *text, *reason;
    } cases[] = {
        { "", form },
        { " ", form },
        { "h", form },
        { "soon", form },
        { "-1h", form },
        { "+1h", form },
        { "1.5h", form },
        { "1,5h", form },
        { "1h 30", form },
        { "1h30", form },
        { "30 1h", form },
        { "30m 1h", form },
        { "1h 1h", form },
        { "1h, 30m", form },
        { "1h and 5m", form },
        { "1d", form },
        { "5minutess", form },
        { "5 minutesandmore", form },
        { "1h!", form },
        { "0x10m", form },
        { "0", "is too short: at least 1 s is allowed" },
        { "0h 0m 0s", "is too short: at least 1 s is allowed" },
        { "43201s", "is too long: at most 12 h is allowed" },
        { "12h1s", "is too long: at most 12 h is allowed" },
        { "13", "is too long: at most 12 h is allowed" },
        { "99999999999999999999h", "is too long: at most 12 h is allowed" },
        { "18446744073709551617s", "is too long: at most 12 h is allowed" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t seconds = 7;
        struct error error = { 0 };
        char expected[200];

        case_holds(cases[i].text, !duration_read(cases[i].text, TWELVE_HOURS_S, &seconds, &error));
        case_number(cases[i].text, error.kind, ERROR_INPUT);
        case_number(cases[i].text, seconds, 7);
        snprintf(expected, sizeof expected, "\"%s\" %s", cases[i].text, cases[i].reason);
        case_text(cases[i].text, error.message, expected);
    }
}

static void a_control_character_does_not_reach_the_sentence(void)
{
    int64_t seconds;
    struct error error = { 0 };

    CU_ASSERT_FALSE(duration_read("1\th", TWELVE_HOURS_S, &seconds, &error));
    case_text("1?h", error.message, "\"1?h\" is no length of time: write 90s, 5m, 2h or 1h30m");
}

static void a_long_text_is_quoted_and_cut(void)
{
    int64_t seconds;
    struct error error = { 0 };

    CU_ASSERT_FALSE(duration_read("until the cows come home, or until tomorrow, whatever comes first", TWELVE_HOURS_S,
                                  &seconds, &error));
    CU_ASSERT_STRING_EQUAL(error.message, "\"until the cows come home, or until tomorrow,…\" is no length of time: "
                                          "write 90s, 5m, 2h or 1h30m");
}

static void lengths_are_written_in_the_shortest_exact_form(void)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {
        { 0, "0 s" },        { 1, "1 s" },           { 48, "48 s" },          { 60, "1 min" },
        { 65, "1 min 5 s" }, { 300, "5 min" },       { 3599, "59 min 59 s" }, { 3600, "1 h" },
        { 3605, "1 h 5 s" }, { 5400, "1 h 30 min" }, { 7200, "2 h" },         { 5415, "1 h 30 min 15 s" },
        { 90000, "25 h" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer target = { 0 };

        duration_write(cases[i].seconds, &target);
        case_text(cases[i].text, buffer_text(&target), cases[i].text);
    }
}

static void what_is_written_is_read_back(void)
{
    for (int64_t wanted = 1; wanted <= TWELVE_HOURS_S; wanted += 7) {
        released_by(buffer_release) struct buffer text = { 0 };
        int64_t seconds = 0;
        struct error error = { 0 };

        duration_write(wanted, &text);
        CU_ASSERT(duration_read(buffer_text(&text), TWELVE_HOURS_S, &seconds, &error));
        CU_ASSERT_EQUAL(seconds, wanted);
    }
}

TEST_MAIN("base/duration", TEST(lengths_of_time_are_read_as_people_write_them),
          TEST(what_is_no_length_of_time_is_refused_in_a_sentence),
          TEST(a_control_character_does_not_reach_the_sentence), TEST(a_long_text_is_quoted_and_cut),
          TEST(lengths_are_written_in_the_shortest_exact_form), TEST(what_is_written_is_read_back))

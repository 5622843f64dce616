/* tests/base/test_time_of_day.c - base/time_of_day.h. */
#include "base/time_of_day.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

static void times_of_day_are_read(void)
{
    static const struct {
        const char *text;
        int minute;
    } cases[] = {
        { "00:00", 0 }, { "0:00", 0 }, { "8:05", 485 }, { "08:05", 485 }, { "20:00", 1200 }, { "23:59", 1439 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int minute = -1;
        struct error error = { 0 };

        case_holds(cases[i].text, time_of_day_read(cases[i].text, false, &minute, &error));
        case_number(cases[i].text, minute, cases[i].minute);
        case_holds(cases[i].text, time_of_day_read(cases[i].text, true, &minute, &error));
    }
}

static void a_day_may_end_at_24_00_where_that_is_asked_for(void)
{
    int minute = -1;
    struct error error = { 0 };

    CU_ASSERT(time_of_day_read("24:00", true, &minute, &error));
    CU_ASSERT_EQUAL(minute, 1440);
    CU_ASSERT_FALSE(time_of_day_read("24:00", false, &minute, &error));
    CU_ASSERT_STRING_EQUAL(error.message, "no time of day \"24:00\"; allowed is HH:MM from 00:00 to 23:59");
    CU_ASSERT_FALSE(time_of_day_read("24:01", true, &minute, &error));
    CU_ASSERT_STRING_EQUAL(error.message, "no time of day \"24:01\"; allowed is HH:MM from 00:00 to 24:00");
}

static void what_is_no_time_of_day_is_refused(void)
{
    static const char *const cases[] = {
        "",      "8",     "08",     "0800",      "08:",      "08:0",  ":00",   "8:0",    "25:00",  "23:60",
        "-8:00", "+8:00", "08:00 ", " 08:00",    "08:00:00", "8.00",  "8h00",  "20:00h", "8:00pm", "99:99",
        "24:59", "1:1",   "008:00", "０８:００", "08：00",   "1e:00", "08:0x", "/1:00",  ":1:00",  "08:/0",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int minute = -1;
        struct error error = { 0 };
        char expected[200];

        case_holds(cases[i], !time_of_day_read(cases[i], true, &minute, &error));
        case_number(cases[i], minute, -1);
        case_number(cases[i], error.kind, ERROR_INPUT);
        snprintf(expected, sizeof expected, "no time of day \"%s\"; allowed is HH:MM from 00:00 to 24:00", cases[i]);
        case_text(cases[i], error.message, expected);
    }
}

static void every_minute_of_the_day_is_written_so_that_it_is_read_back(void)
{
    for (int minute = 0; minute <= 1440; minute++) {
        released_by(buffer_release) struct buffer text = { 0 };
        int read = -1;
        struct error error = { 0 };

        time_of_day_write(minute, &text);
        CU_ASSERT_EQUAL(text.length, 5);
        CU_ASSERT(time_of_day_read(buffer_text(&text), true, &read, &error));
        CU_ASSERT_EQUAL(read, minute);
    }
}

TEST_MAIN("base/time_of_day", TEST(times_of_day_are_read), TEST(a_day_may_end_at_24_00_where_that_is_asked_for),
          TEST(what_is_no_time_of_day_is_refused), TEST(every_minute_of_the_day_is_written_so_that_it_is_read_back))

/* tests/base/test_cron.c - base/cron.h. What is expected comes from crontab(5), and from cronsim in tests/data/schedules. */
#include "base/cron.h"

#include "tests/base/rows.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { TEXT_SIZE = 600 };

/* The text must have five words. */
static bool read_text(const char *text, struct cron *ret_cron, struct error *error)
{
    char copy[TEXT_SIZE];
    const char *fields[CRON_FIELDS];
    char *rest = copy;

    snprintf(copy, sizeof copy, "%s", text);
    for (int i = 0; i < CRON_FIELDS; i++) {
        fields[i] = strsep(&rest, " ");
        CU_ASSERT_PTR_NOT_NULL_FATAL(fields[i]);
    }
    CU_ASSERT_PTR_NULL(rest);
    return cron_read(fields, ret_cron, error);
}

static void its_times_are_those_that_cronsim_finds(void)
{
    struct rows rows = rows_open("schedules/cron.tsv");

    while (rows_next(&rows)) {
        struct cron cron;
        struct error error = { 0 };
        int64_t at = row_number(rows.cells[1], NULL);

        if (!case_holds(rows.cells[0], read_text(rows.cells[0], &cron, &error)))
            continue;
        struct cron_times times = cron_times(&cron);
        case_number(rows.cells[0], recurrence_next(&times.recurrence, zone_utc(), at) - at,
                    row_number(rows.cells[2], NULL));
        case_number(rows.cells[0], recurrence_last(&times.recurrence, zone_utc(), at) - at,
                    row_number(rows.cells[3], NULL));
    }
    CU_ASSERT(rows.count >= 500);
    rows_close(&rows);
}

static void what_is_written_means_the_same(void)
{
    struct rows rows = rows_open("schedules/cron.tsv");

    while (rows_next(&rows)) {
        released_by(buffer_release) struct buffer text = { 0 };
        struct cron cron = { 0 }, again = { 0 };
        struct error error = { 0 };

        CU_ASSERT_FATAL(read_text(rows.cells[0], &cron, &error));
        cron_write(&cron, &text);
        case_holds(buffer_text(&text), read_text(buffer_text(&text), &again, &error));
        case_holds(rows.cells[0], cron.minutes == again.minutes && cron.hours == again.hours &&
                                      cron.days == again.days && cron.months == again.months &&
                                      cron.weekdays == again.weekdays && cron.days_starred == again.days_starred &&
                                      cron.weekdays_starred == again.weekdays_starred);
    }
    rows_close(&rows);
}

static void it_is_written_in_the_form_that_is_common(void)
{
    static const struct {
        const char *text, *written;
    } cases[] = {
        { "0 20 * * 1-5", "0 20 * * 1-5" },
        { "00 020 * * mon-FRI", "0 20 * * 1-5" },
        { "0 20 * * Sun", "0 20 * * 0" },
        { "0 20 * * 7", "0 20 * * 0" },
        { "0 20 * * 6-7", "0 20 * * 0,6" },
        { "0 20 * * fri-sun", "0 20 * * 0,5,6" },
        { "0,15,30,45 * * * *", "*/15 * * * *" },
        { "0,30 */2 * * *", "0,30 */2 * * *" },
        { "0-59 0-23 * 1-12 *", "* * * * *" },
        { "5-59/15 1 * Jan,Mar,feb *", "5,20,35,50 1 * 1-3 *" },
        { "0 0 1-31 * 0-6", "0 0 1-31 * 0-6" }, /* not *: that would ask for both */
        { "0 0 */2 * *", "0 0 */2 * *" },
        { "0 0 */2,2 * 1", "0 0 */31,1-3,5,7,9,11,13,15,17,19,21,23,25,27,29,31 * 1" },
        { "0 0 */31 * */7", "0 0 */31 * */7" },
        { "0 0 1 1 *", "0 0 1 1 *" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer text = { 0 };
        struct cron cron;
        struct error error = { 0 };

        case_holds(cases[i].text, read_text(cases[i].text, &cron, &error));
        cron_write(&cron, &text);
        case_text(cases[i].text, buffer_text(&text), cases[i].written);
    }
}

static void what_a_field_cannot_hold_is_refused_in_a_sentence(void)
{
    static const char no_step[] = "has no step that is possible; write such as */2";
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "60 * * * *", "minute \"60\": allowed are 0 to 59" },
        { "-1 * * * *", "minute \"-1\": allowed are 0 to 59" },
        { "x * * * *", "minute \"x\": allowed are 0 to 59" },
        { "1,,2 * * * *", "minute \"1,,2\": allowed are 0 to 59" },
        { ", * * * *", "minute \",\": allowed are 0 to 59" },
        { "1- * * * *", "minute \"1-\": allowed are 0 to 59" },
        { "1-2-3 * * * *", "minute \"1-2-3\": allowed are 0 to 59" },
        { "** * * * *", "minute \"**\": allowed are 0 to 59" },
        { "*-5 * * * *", "minute \"*-5\": allowed are 0 to 59" },
        { "99999999999999999999 * * * *", "minute \"99999999999999999999\": allowed are 0 to 59" },
        { "0 24 * * *", "hour \"24\": allowed are 0 to 23" },
        { "0 mon * * *", "hour \"mon\": allowed are 0 to 23" },
        { "0 0 0 * *", "day of the month \"0\": allowed are 1 to 31" },
        { "0 0 32 * *", "day of the month \"32\": allowed are 1 to 31" },
        { "0 0 ? * *", "day of the month \"?\": allowed are 1 to 31" },
        { "0 0 L * *", "day of the month \"L\": allowed are 1 to 31" },
        { "0 0 * 13 *", "month \"13\": allowed are 1 to 12 and Jan to Dec" },
        { "0 0 * 0 *", "month \"0\": allowed are 1 to 12 and Jan to Dec" },
        { "0 0 * Juni *", "month \"Juni\": allowed are 1 to 12 and Jan to Dec" },
        { "0 0 * * 8", "day of the week \"8\": allowed are 0 to 7 and Sun to Sat" },
        { "0 0 * * Fry", "day of the week \"Fry\": allowed are 0 to 7 and Sun to Sat" },
        { "0 0 * * Friday", "day of the week \"Friday\": allowed are 0 to 7 and Sun to Sat" },
        { "0 0 * * 1#2", "day of the week \"1#2\": allowed are 0 to 7 and Sun to Sat" },
        { "0 22-6 * * *", "hour \"22-6\" ends before it begins; write two ranges with a comma" },
        { "0 0 * * fri-mon", "day of the week \"fri-mon\" ends before it begins; write two ranges with a comma" },
        { "5/15 * * * *", "minute \"5/15\" has a step without a range; write such as 5-59/15 or */15" },
        { "*/0 * * * *", "minute \"*/0\" *" },
        { "*/ * * * *", "minute \"*/\" *" },
        { "*/x * * * *", "minute \"*/x\" *" },
        { "*/60 * * * *", "minute \"*/60\" *" },
        { "1-5/2/2 * * * *", "minute \"1-5/2/2\" *" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cron cron = { .minutes = 7 };
        struct error error = { 0 };
        char expected[200];
        size_t length = strlen(cases[i].message);
        bool is_step = cases[i].message[length - 1] == '*';

        snprintf(expected, sizeof expected, "%.*s%s", (int) (is_step ? length - 1 : length), cases[i].message,
                 is_step ? no_step : "");
        case_holds(cases[i].text, !read_text(cases[i].text, &cron, &error));
        case_number(cases[i].text, error.kind, ERROR_INPUT);
        case_text(cases[i].text, error.message, expected);
        case_number(cases[i].text, (int64_t) cron.minutes, 7);
    }
}

static void a_date_that_never_comes_is_refused(void)
{
    static const struct {
        const char *text;
        bool comes;
    } cases[] = {
        { "0 20 30 2 *", false },        { "0 20 31 2,4,6,9,11 *", false },
        { "0 20 30,31 Feb */2", false }, { "0 20 31 4 1", true }, /* or on Mondays */
        { "0 20 29 2 *", true },         { "0 20 */30 2 *", true },
        { "0 20 31 1,2 *", true },       { "0 20 30-31 2-2 0-6", true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cron cron;
        struct error error = { 0 };

        case_holds(cases[i].text, read_text(cases[i].text, &cron, &error) == cases[i].comes);
    }

    struct cron cron;
    struct error error = { 0 };
    CU_ASSERT_FALSE(read_text("0 20 30 Feb *", &cron, &error));
    CU_ASSERT_STRING_EQUAL(error.message,
                           "day of the month \"30\" in month \"Feb\": there is no such date, so it never falls");
}

TEST_MAIN("base/cron", TEST(its_times_are_those_that_cronsim_finds), TEST(what_is_written_means_the_same),
          TEST(it_is_written_in_the_form_that_is_common), TEST(what_a_field_cannot_hold_is_refused_in_a_sentence),
          TEST(a_date_that_never_comes_is_refused))

/* tests/base/test_zone.c - base/zone.h, and base/zone_file.c which fills it.
 *
 * tests/data/zones/changes.tsv has every change of the clocks from 2020 to 2040 in 27 zones, readings.tsv instants of the
 * years 1970 to 2200; Python's zoneinfo read both out of the same files (tests/data/zones/make).
 */
#include "base/zone.h"

#include "base/file.h"
#include "base/zones.h"
#include "tests/base/rows.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { CELLS_BEFORE_PROBES = 8 };

struct setting {
    struct zones zones;
    struct rows rows;
};

static struct setting setting_new(const char *table)
{
    struct setting setting = { .rows = rows_open(table) };

    zones_init(&setting.zones, TEST_DATA "/zones/zoneinfo");
    return setting;
}

static void setting_release(struct setting *setting)
{
    rows_close(&setting->rows);
    zones_release(&setting->zones);
}

/* The zone of the first cell, and the instant of the second. */
static const struct zone *zone_of_row(struct setting *setting, int64_t *ret_at)
{
    struct error error = { 0 };
    const struct zone *zone = zones_find(&setting->zones, setting->rows.cells[0], &error);

    if (zone == NULL)
        CU_FAIL_FATAL("a zone of the table is missing");
    *ret_at = row_number(setting->rows.cells[1], NULL);
    return zone;
}

static void check_span(const char *name, const struct zone *zone, int64_t at, char *const expected[2])
{
    struct zone_span span = zone_span_at(zone, at);

    case_number(name, span.offset_s, row_number(expected[0], NULL));
    case_text(name, span.abbreviation, expected[1]);
    case_number(name, zone_local_s(zone, at) - at, span.offset_s);
    case_holds(name, span.from_at <= at && at < span.until_at);
}

static void check_clocks(const char *name, const struct zone *zone, int64_t at, const char *expected)
{
    struct local_time time = zone_local_time(zone, at);
    char shown[80];

    snprintf(shown, sizeof shown, "%04d-%02d-%02dT%02d:%02d:%02d", time.year, time.month, time.day, time.hour,
             time.minute, time.second);
    case_text(name, shown, expected);
}

static void row_name(const struct rows *rows, char *ret_name, size_t size)
{
    snprintf(ret_name, size, "%s %s", rows->cells[0], rows->cells[1]);
}

static void the_clocks_change_at_the_second_that_python_says(void)
{
    struct setting setting = setting_new("zones/changes.tsv");
    char name[100];
    int64_t at;

    while (rows_next(&setting.rows)) {
        const struct zone *zone = zone_of_row(&setting, &at);
        char **cells = setting.rows.cells;

        row_name(&setting.rows, name, sizeof name);
        check_span(name, zone, at - 1, cells + 2);
        check_span(name, zone, at, cells + 4);
        check_span(name, zone, at + 1, cells + 4);
        case_number(name, zone_span_at(zone, at - 1).until_at, at);
        case_number(name, zone_span_at(zone, at).from_at, at);
        case_number(name, zone_span_at(zone, at).offset_before_s, row_number(cells[2], NULL));
        check_clocks(name, zone, at - 1, cells[6]);
        check_clocks(name, zone, at, cells[7]);
    }
    CU_ASSERT(setting.rows.count > 900);
    setting_release(&setting);
}

static void skipped_and_repeated_local_times_are_the_instants_that_python_says(void)
{
    struct setting setting = setting_new("zones/changes.tsv");
    int64_t at;

    while (rows_next(&setting.rows)) {
        const struct zone *zone = zone_of_row(&setting, &at);

        for (int i = CELLS_BEFORE_PROBES; i < setting.rows.cell_count; i++) {
            const char *rest = NULL;
            int64_t local_s = at + row_number(setting.rows.cells[i], &rest);
            char name[100];

            snprintf(name, sizeof name, "%s %" PRId64 " %s", setting.rows.cells[0], at, setting.rows.cells[i]);
            case_number(name, zone_instant(zone, local_s), at + row_number(rest + 1, NULL));
        }
    }
    setting_release(&setting);
}

static void the_years_1970_to_2200_are_read_as_python_reads_them(void)
{
    struct setting setting = setting_new("zones/readings.tsv");
    char name[100];
    int64_t at;

    while (rows_next(&setting.rows)) {
        const struct zone *zone = zone_of_row(&setting, &at);
        char **cells = setting.rows.cells;

        row_name(&setting.rows, name, sizeof name);
        check_span(name, zone, at, cells + 2);
        check_clocks(name, zone, at, cells[4]);
        case_number(name, zone_local_time(zone, at).weekday, row_number(cells[5], NULL));
        case_number(name, zone_instant(zone, zone_local_s(zone, at)), row_number(cells[6], NULL));
    }
    setting_release(&setting);
}

/* The hours of 30 March 2025 in Berlin that RFC 5545 has in mind: 02:30 is 01:30 UTC, which the clocks show as 03:30. */
static void a_skipped_time_is_read_with_the_offset_before_the_gap(void)
{
    struct zones zones;
    struct error error = { 0 };

    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    const struct zone *berlin = zones_find(&zones, "Europe/Berlin", &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(berlin);

    int64_t at = zone_instant(berlin, calendar_days(2025, 3, 30) * DAY_SECONDS + 2 * 3600 + 30 * 60);
    check_clocks("02:30", berlin, at, "2025-03-30T03:30:00");
    at = zone_instant(berlin, calendar_days(2025, 10, 26) * DAY_SECONDS + 2 * 3600 + 30 * 60);
    check_clocks("02:30", berlin, at, "2025-10-26T02:30:00");
    case_text("the first of two", zone_span_at(berlin, at).abbreviation, "CEST");
    zones_release(&zones);
}

static void utc_needs_no_file(void)
{
    struct zone_span span = zone_span_at(zone_utc(), 1795478400);

    CU_ASSERT_EQUAL(span.from_at, INT64_MIN);
    CU_ASSERT_EQUAL(span.until_at, INT64_MAX);
    CU_ASSERT_EQUAL(span.offset_s, 0);
    CU_ASSERT_STRING_EQUAL(span.abbreviation, "UTC");
    CU_ASSERT_STRING_EQUAL(zone_name(zone_utc()), "UTC");
    CU_ASSERT_EQUAL(zone_instant(zone_utc(), 1795478400), 1795478400);
}

static void what_lies_beyond_all_years_is_taken_for_their_edge(void)
{
    CU_ASSERT_EQUAL(zone_local_time(zone_utc(), INT64_MAX).year, 9999);
    CU_ASSERT_EQUAL(zone_local_time(zone_utc(), INT64_MIN).year, 1);
    CU_ASSERT_EQUAL(zone_instant(zone_utc(), INT64_MAX), INT64_C(253402300799));
    CU_ASSERT_EQUAL(zone_instant(zone_utc(), INT64_MIN), INT64_C(-62135596800));
}

static void read_file(const char *name, struct buffer *content)
{
    char path[500];
    struct error error = { 0 };

    snprintf(path, sizeof path, "%s/zones/zoneinfo/%s", TEST_DATA, name);
    CU_ASSERT_FATAL(file_read(path, content, &error));
}

static void a_file_of_version_1_is_read_to_the_end_of_its_table(void)
{
    released_by(buffer_release) struct buffer content = { 0 };
    struct zone *zone = NULL;
    struct error error = { 0 };

    read_file("America/New_York", &content);
    content.data[4] = '\0'; /* no longer 2: then what follows the first block is not looked at */
    CU_ASSERT_FATAL(zone_read("America/New_York", content.data, content.length, &zone, &error));
    CU_ASSERT_EQUAL(zone_span_at(zone, 1762063199).offset_s, -4 * 3600); /* 2025-11-02 01:59:59 EDT */
    CU_ASSERT_EQUAL(zone_span_at(zone, 1762063200).offset_s, -5 * 3600);
    CU_ASSERT_EQUAL(zone_span_at(zone, 2140668000).until_at, INT64_MAX); /* the table ends in November 2037 */
    zone_free(zone);
}

/* RFC 8536, appendix B.2: Pacific/Honolulu as zic wrote it, and an all-year summer time after section 3.3.1. */
static void files_that_the_rfc_prints_are_read(void)
{
    static const char all_year[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                   "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1"
                                   "\0\0\0\0\0\0\0"
                                   "TZif3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                   "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4"
                                   "\xff\xff\xc7\xc0\1\0"
                                   "EDT\0"
                                   "\nXXX3EDT4,0/0,J365/23\n";
    struct zone *zone = NULL;
    struct error error = { 0 };

    CU_ASSERT_FATAL(zone_read("All/Year", all_year, sizeof all_year - 1, &zone, &error));
    struct zone_span span = zone_span_at(zone, 1795478400);
    CU_ASSERT_EQUAL(span.offset_s, -4 * 3600);
    CU_ASSERT_STRING_EQUAL(span.abbreviation, "EDT");
    CU_ASSERT_EQUAL(span.from_at, INT64_MIN);
    zone_free(zone);
}

static void a_file_that_is_cut_off_anywhere_is_refused(void)
{
    released_by(buffer_release) struct buffer content = { 0 };
    struct error error = { 0 };

    read_file("Europe/London", &content);
    for (size_t length = 0; length < content.length; length++) {
        struct zone *zone = NULL;
        char *piece = malloc(length + 1);

        CU_ASSERT_PTR_NOT_NULL_FATAL(piece);
        memcpy(piece, content.data, length);
        CU_ASSERT_FALSE(zone_read("Europe/London", piece, length, &zone, &error));
        CU_ASSERT_EQUAL(error.kind, ERROR_INPUT);
        CU_ASSERT_PTR_NULL(zone);
        free(piece);
    }
}

/* Europe/Berlin is slim: an empty first block; from byte 51 on the second, with 60 changes and 4 types; the rule. */
static void a_file_that_is_wrong_is_refused_in_a_sentence(void)
{
    static const char no_zone[] = "the zone file of X is no time zone in the format of RFC 9636";
    static const char contradiction[] = "the zone file of X contradicts itself";
    static const struct {
        const char *name;
        int at;    /* this byte, counted from the end if negative, ... */
        char byte; /* becomes this one */
        const char *message;
    } cases[] = {
        { "no zone file", 0, 'X', no_zone },
        { "no version", 4, '1', no_zone },
        { "more changes than bytes", 32, '\x7f', no_zone },
        { "no second header", 51, 'X', no_zone },
        { "leap seconds", 51 + 31, 1, "the zone file of X counts leap seconds, as no clock here does" },
        { "no such type", 95 + 60 * 8 + 50, 4, contradiction },
        { "a change before the one before", 95 + 59 * 8 + 4, 1, contradiction },
        { "more than a day ahead of UTC", 95 + 60 * 9, 1, contradiction },
        { "an abbreviation that is not there", 95 + 60 * 9 + 3 * 6 + 5, 18, contradiction },
        { "an abbreviation without an end", -29, 'T', contradiction },
        { "no rule", -18, 'x', "the zone file of X: \"CET-1CESTxM3.5.0,M10.5.0/3\" is no rule of a time zone" },
        { "no end of the rule", -1, ' ', "the zone file of X: ends without a rule" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer content = { 0 };
        struct zone *zone = NULL;
        struct error error = { 0 };

        read_file("Europe/Berlin", &content);
        content.data[cases[i].at < 0 ? (int) content.length + cases[i].at : cases[i].at] = cases[i].byte;
        case_holds(cases[i].name, !zone_read("X", content.data, content.length, &zone, &error));
        case_number(cases[i].name, error.kind, ERROR_INPUT);
        case_text(cases[i].name, error.message, cases[i].message);
        zone_free(zone);
    }
}

TEST_MAIN("base/zone", TEST(the_clocks_change_at_the_second_that_python_says),
          TEST(skipped_and_repeated_local_times_are_the_instants_that_python_says),
          TEST(the_years_1970_to_2200_are_read_as_python_reads_them),
          TEST(a_skipped_time_is_read_with_the_offset_before_the_gap), TEST(utc_needs_no_file),
          TEST(what_lies_beyond_all_years_is_taken_for_their_edge),
          TEST(a_file_of_version_1_is_read_to_the_end_of_its_table), TEST(files_that_the_rfc_prints_are_read),
          TEST(a_file_that_is_cut_off_anywhere_is_refused), TEST(a_file_that_is_wrong_is_refused_in_a_sentence))

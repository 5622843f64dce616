/* Annotations as people write them: what they mean, what is said of wrong ones, and that equal ones are kept once. */
#include "bot/settings.h"

#include <string.h>

#include "base/text.h"
#include "base/zones.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static struct settings_pool new_pool(struct zones *zones)
{
    struct settings_pool pool = {
        .defaults = { .zone = zone_utc(), .reset_minute = 9 * 60, .channel = "C0DEFAULT", .zones = &zones->source },
    };
    struct schedule_defaults unsaid = { .zone = zone_utc(), .reset_minute = 9 * 60 };
    struct error error = { 0 };

    zones_init(zones, NULL);
    CU_ASSERT_TRUE_FATAL(schedule_read("Mon-Fri 20:00", &unsaid, &zones->source, &pool.defaults.schedule, &error));
    return pool;
}

static struct namespace annotated(const char *schedule, const char *channel, const char *owners)
{
    struct namespace namespace = { .name = "dev1", .scheduler = SCHEDULER_ENABLED };

    CU_ASSERT_TRUE_FATAL(schedule == NULL || text_copy(namespace.schedule, sizeof namespace.schedule, schedule));
    CU_ASSERT_TRUE_FATAL(channel == NULL || text_copy(namespace.channel, sizeof namespace.channel, channel));
    CU_ASSERT_TRUE_FATAL(owners == NULL || text_copy(namespace.owners, sizeof namespace.owners, owners));
    return namespace;
}

static void check_schedule(const char *row, const struct settings *settings, const char *expected)
{
    released_by(buffer_release) struct buffer text = { 0 };

    schedule_write(&settings->schedule, &text);
    case_text(row, buffer_text(&text), expected);
}

struct reading_case {
    const char *schedule, *channel, *owners; /* annotations; NULL = absent */
    const char *expected_schedule, *expected_channel;
    bool own_schedule;
    const char *wrong; /* how it begins; "" = nothing is */
};

static void check_reading(const struct reading_case *item)
{
    struct zones zones;
    struct settings_pool pool = new_pool(&zones);
    struct namespace namespace = annotated(item->schedule, item->channel, item->owners);
    const char *row = item->schedule != NULL ? item->schedule : item->channel != NULL ? item->channel : "no annotation";
    const struct settings *settings = settings_join(&pool, &namespace);

    check_schedule(row, settings, item->expected_schedule);
    case_number(row, settings->has_own_schedule, item->own_schedule);
    case_text(row, settings->channel, item->expected_channel);
    case_text(row, settings->owners == NULL ? "" : settings->owners, item->owners == NULL ? "" : item->owners);
    case_holds(settings->wrong, text_starts_with(settings->wrong, item->wrong));
    case_holds(row, (settings->wrong[0] == '\0') == (item->wrong[0] == '\0'));
    settings_leave(&pool, settings);
    settings_pool_release(&pool);
    zones_release(&zones);
}

static void what_is_written_is_meant_and_the_rest_is_the_default(void)
{
    static const struct reading_case cases[] = {
        { NULL, NULL, NULL, "Mon-Fri 20:00 UTC", "C0DEFAULT", false, "" },
        { "", "", "", "Mon-Fri 20:00 UTC", "C0DEFAULT", false, "" },
        { "Mon-Fri 08:00-20:00 Europe/Berlin", "C024BE91L", "U024BE7LH", "Mon-Fri 08:00-20:00 Europe/Berlin",
          "C024BE91L", true, "" },
        { "sat 22:00", NULL, NULL, "Sat 22:00 UTC", "C0DEFAULT", true, "" },
        { "never", "G0PRIVATE", NULL, "never", "G0PRIVATE", true, "" },
        { "Mon-Fri 20:00", NULL, NULL, "Mon-Fri 20:00 UTC", "C0DEFAULT", true, "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_reading(&cases[i]);
}

static void what_is_wrong_is_said_and_the_default_stands(void)
{
    static const struct reading_case cases[] = {
        { "Mon-Fry 20:00", "C024BE91L", NULL, "Mon-Fri 20:00 UTC", "C024BE91L", false,
          "curfew/schedule: Mon-Fry: no day of the week \"Fry\"; allowed are Mon, Tue, Wed, Thu, Fri, Sat, Sun and "
          "daily" },
        { "Mon-Fri 25:00", NULL, NULL, "Mon-Fri 20:00 UTC", "C0DEFAULT", false,
          "curfew/schedule: 25:00: no time of day \"25:00\"; allowed is HH:MM from 00:00 to 24:00" },
        { "Mon-Fri 20:00 Europe/Berlinn", NULL, NULL, "Mon-Fri 20:00 UTC", "C0DEFAULT", false,
          "curfew/schedule: no time zone \"Europe/Berlinn\"; did you mean Europe/Berlin?" },
        { "Sat 22:00", "#general", NULL, "Sat 22:00 UTC", "C0DEFAULT", true,
          "curfew/channel: \"#general\" is no id of a Slack channel; allowed is one such as C024BE91L, not its name" },
        { "Sat 22:00", NULL, "@ann", "Sat 22:00 UTC", "C0DEFAULT", true, "curfew/owners: it holds \"?ann\"" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_reading(&cases[i]);
}

/* Bytes that a terminal or Slack's display could take for something else, and texts longer than any sentence. */
static void foreign_text_of_any_kind_ends_in_one_line(void)
{
    static const char *const cases[] = {
        "Пн-Пт 20:00",   "月-金 20:00",
        "الاثنين 20:00", "Mon-Fri 20:00 Europe/\xC3",
        "\x1B[2J",       "Mon-Fri\n20:00\rUTC\x7F extra words here",
        "; ; ;",         "0h",
        "-1h",           "9999h",
        "   ",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct zones zones;
        struct settings_pool pool = new_pool(&zones);
        struct namespace namespace = annotated(cases[i], cases[i], cases[i]);
        const struct settings *settings = settings_join(&pool, &namespace);

        check_schedule(cases[i], settings, "Mon-Fri 20:00 UTC");
        case_number(cases[i], settings->has_own_schedule, false);
        case_text(cases[i], settings->channel, "C0DEFAULT");
        case_holds(cases[i], text_starts_with(settings->wrong, "curfew/schedule: "));
        case_holds(cases[i], strstr(settings->wrong, ". curfew/channel: ") != NULL);
        case_holds(cases[i], text_is_utf8(settings->wrong, strlen(settings->wrong)));
        case_holds(cases[i], strpbrk(settings->wrong, "\n\r\x1B\x7F") == NULL);
        settings_pool_release(&pool);
        zones_release(&zones);
    }
}

static void long_complaints_leave_room_for_one_another(void)
{
    struct zones zones;
    struct settings_pool pool = new_pool(&zones);
    char words[ANNOTATION_SIZE];

    memset(words, 'w', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    struct namespace namespace = annotated(words, words, words);
    const struct settings *settings = settings_join(&pool, &namespace);
    CU_ASSERT_TRUE(
        text_starts_with(settings->wrong, "curfew/schedule: a schedule has at most 500 bytes, this one has 1023"));
    CU_ASSERT_PTR_NOT_NULL(strstr(settings->wrong, ". curfew/channel: \"www"));
    CU_ASSERT_PTR_NOT_NULL(strstr(settings->wrong, ". curfew/owners: it holds \"www"));
    CU_ASSERT_STRING_EQUAL(settings->owners, words);
    settings_pool_release(&pool);
    zones_release(&zones);
}

static void what_is_too_long_to_be_read_is_never_used_cut(void)
{
    struct zones zones;
    struct settings_pool pool = new_pool(&zones);
    struct namespace namespace = {
        .schedule_too_long = true, .channel_too_long = true, .owners_too_long = true, .app_too_long = true
    };
    struct namespace absent = { .name = "dev2" };
    const struct settings *settings = settings_join(&pool, &namespace);
    const struct settings *plain = settings_join(&pool, &absent);

    check_schedule("too long", settings, "Mon-Fri 20:00 UTC");
    CU_ASSERT_FALSE(settings->has_own_schedule);
    CU_ASSERT_STRING_EQUAL(settings->channel, "C0DEFAULT");
    CU_ASSERT_TRUE(settings->owners_too_long);
    CU_ASSERT_PTR_NULL(settings->owners);
    CU_ASSERT_PTR_NULL(settings->app);
    CU_ASSERT_STRING_EQUAL(settings->wrong, "curfew/schedule: it is longer than the 1023 bytes that are read. "
                                            "curfew/channel: it is longer than the 1023 bytes that are read. "
                                            "curfew/owners: it is longer than the 1023 bytes that are read, so nobody "
                                            "may change anything. "
                                            "curfew/app: it is longer than the 1023 bytes that are read");
    CU_ASSERT_PTR_NOT_EQUAL(plain, settings);
    CU_ASSERT_FALSE(plain->owners_too_long);
    CU_ASSERT_STRING_EQUAL(plain->wrong, "");
    settings_pool_release(&pool);
    zones_release(&zones);
}

/* FNV-1a of the canonical text, worked out by another program. */
static void the_rhythm_is_that_of_the_schedule_however_it_is_written(void)
{
    static const struct {
        const char *schedule;
        uint32_t rhythm;
    } cases[] = {
        { NULL, 0x1c4d8325 },
        { "Mon-Fri 20:00", 0x1c4d8325 },
        { " mon,tue,wed,thu,fri   20:00  UTC", 0x1c4d8325 },
        { "Mon-Fry 20:00", 0x1c4d8325 },
        { "never", 0xac95089 },
        { "Mon-Fri 21:00", 0x9dd17194 },
        { "Mon-Fri 20:00 Europe/Berlin", 0x82a72c4c },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct zones zones;
        struct settings_pool pool = new_pool(&zones);
        struct namespace namespace = annotated(cases[i].schedule, NULL, NULL);
        const char *row = cases[i].schedule == NULL ? "default" : cases[i].schedule;

        case_number(row, settings_join(&pool, &namespace)->rhythm, cases[i].rhythm);
        settings_pool_release(&pool);
        zones_release(&zones);
    }
}

static void namespaces_that_say_the_same_share_their_settings(void)
{
    struct zones zones;
    struct settings_pool pool = new_pool(&zones);
    struct namespace one = annotated("Sat 22:00", "C1", "U1"), same = one;

    CU_ASSERT_TRUE(text_copy(same.name, sizeof same.name, "dev2"));
    const struct settings *first = settings_join(&pool, &one);
    const struct settings *second = settings_join(&pool, &same);
    CU_ASSERT_PTR_EQUAL(first, second);
    CU_ASSERT_EQUAL(first->users, 2);
    CU_ASSERT_EQUAL(pool.count, 1);
    settings_leave(&pool, first);
    CU_ASSERT_EQUAL(second->users, 1);
    settings_leave(&pool, second);
    settings_leave(&pool, NULL);
    CU_ASSERT_EQUAL(pool.count, 0);
    settings_pool_release(&pool);
    zones_release(&zones);
}

/* Their texts in a row are the same; what each of them says is not. */
static void texts_do_not_run_into_one_another(void)
{
    static const char *const cases[][3] = {
        { "U1", "", "" }, { "", "U1", "" }, { "", "", "U1" }, { "U", "1", "" }, { "", "U", "1" }, { "U", "", "1" },
    };
    enum { COUNT = sizeof cases / sizeof cases[0] };
    struct zones zones;
    struct settings_pool pool = new_pool(&zones);

    for (size_t i = 0; i < COUNT; i++) {
        struct namespace namespace = annotated(cases[i][0], cases[i][1], cases[i][2]);
        const struct settings *settings = settings_join(&pool, &namespace);

        CU_ASSERT_EQUAL(settings->users, 1);
    }
    CU_ASSERT_EQUAL(pool.count, COUNT);
    settings_pool_release(&pool);
    zones_release(&zones);
}

static void what_decides_whether_it_is_up_is_a_label_selector(void)
{
    static const struct {
        const char *text, *app;
        bool is_wrong;
    } cases[] = {
        { "", NULL, false },
        { "app=web", "app=web", false },
        { "tier in (front, back),!canary", "tier in (front, back),!canary", false },
        { "app in (web", NULL, true },
        { "app=we b", NULL, true },
        { "=web", NULL, true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct zones zones;
        struct settings_pool pool = new_pool(&zones);
        struct namespace namespace = annotated(NULL, NULL, NULL);
        text_copy_cut(namespace.app, sizeof namespace.app, cases[i].text);
        const struct settings *settings = settings_join(&pool, &namespace);
        case_text(cases[i].text, settings->app == NULL ? "" : settings->app, cases[i].app == NULL ? "" : cases[i].app);
        case_number(cases[i].text, text_starts_with(settings->wrong, "curfew/app"), cases[i].is_wrong);
        settings_pool_release(&pool);
        zones_release(&zones);
    }
}

static void many_come_and_go_in_any_order(void)
{
    enum { MANY = 1000 };
    static const struct settings *joined[MANY];
    struct zones zones;
    struct settings_pool pool = new_pool(&zones);

    for (size_t i = 0; i < MANY; i++) {
        char owner[16];

        snprintf(owner, sizeof owner, "U%zu", i * 7919 % MANY);
        struct namespace namespace = annotated(NULL, NULL, owner);
        joined[i] = settings_join(&pool, &namespace);
        CU_ASSERT_STRING_EQUAL(joined[i]->owners, owner);
    }
    CU_ASSERT_EQUAL(pool.count, MANY);
    for (size_t i = 0; i < MANY; i += 2)
        settings_leave(&pool, joined[i * 17 % MANY]);
    CU_ASSERT_EQUAL(pool.count, MANY / 2);
    for (size_t i = 1; i < MANY; i += 2)
        CU_ASSERT_EQUAL(joined[i]->users, 1);
    settings_pool_release(&pool);
    zones_release(&zones);
}

static void a_channel_is_an_id(void)
{
    static const struct {
        const char *text;
        bool is_channel;
    } cases[] = {
        { "C024BE91L", true },
        { "G1", true },
        { "D0ABC", true },
        { "", false },
        { "C", false },
        { "c024be91l", false },
        { "#general", false },
        { "U024BE7LH", false },
        { "C024BE91L ", false },
        { "C1\n", false },
        { "C01234567890123456789012345678901234567890123456789012345678901", true },
        { "C012345678901234567890123456789012345678901234567890123456789012", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        case_number(cases[i].text, settings_is_channel(cases[i].text), cases[i].is_channel);
}

TEST_MAIN("bot/settings", TEST(what_is_written_is_meant_and_the_rest_is_the_default),
          TEST(what_is_wrong_is_said_and_the_default_stands), TEST(foreign_text_of_any_kind_ends_in_one_line),
          TEST(long_complaints_leave_room_for_one_another), TEST(what_is_too_long_to_be_read_is_never_used_cut),
          TEST(the_rhythm_is_that_of_the_schedule_however_it_is_written),
          TEST(namespaces_that_say_the_same_share_their_settings), TEST(texts_do_not_run_into_one_another),
          TEST(what_decides_whether_it_is_up_is_a_label_selector), TEST(many_come_and_go_in_any_order),
          TEST(a_channel_is_an_id))

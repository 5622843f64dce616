/* The variables that say when things are due: their defaults, what else they may hold, and the sentence for what not. */
#include "bot/config_night.h"

#include <string.h>

#include "base/text.h"
#include "tests/bot/config_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { MINUTE_S = 60, HOUR_S = 3600 };

static void check_schedule(const struct config *config, const char *expected)
{
    released_by(buffer_release) struct buffer text = { 0 };

    schedule_write(&config->engine.settings.schedule, &text);
    CU_ASSERT_STRING_EQUAL(buffer_text(&text), expected);
}

static void defaults_are_those_of_the_contract(void)
{
    struct given settings = { .variables = { .get = given_get } };
    struct config config;
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(config_read(&settings.variables, &config, &error));
    check_schedule(&config, "Mon-Fri 20:00 UTC");
    CU_ASSERT_STRING_EQUAL(zone_name(config.engine.settings.zone), "UTC");
    CU_ASSERT_EQUAL(config.engine.settings.reset_minute, 9 * 60);
    CU_ASSERT_EQUAL(config.engine.settings.schedule.reset_minute, 9 * 60);
    CU_ASSERT_EQUAL(config.engine.lease_s, 4 * HOUR_S);
    CU_ASSERT_EQUAL(config.engine.prolong_max_s, 24 * HOUR_S);
    CU_ASSERT_EQUAL(config.engine.ready_timeout_s, 5 * MINUTE_S);
    CU_ASSERT_EQUAL(config.engine.warnings.count, 3);
    CU_ASSERT_EQUAL(config.engine.warnings.before_s[0], 60 * MINUTE_S);
    CU_ASSERT_EQUAL(config.engine.warnings.before_s[1], 30 * MINUTE_S);
    CU_ASSERT_EQUAL(config.engine.warnings.before_s[2], 15 * MINUTE_S);
    config_release(&config);
}

static void what_is_set_is_taken(void)
{
    struct given settings = { .variables = { .get = given_get },
                              .items = { { "CURFEW_SCHEDULE", "Mon-Fri 08:00-20:00" },
                                         { "CURFEW_TIMEZONE", "Europe/Berlin" },
                                         { "CURFEW_RESET", "07:30" },
                                         { "CURFEW_LEASE", "7h 30m" },
                                         { "CURFEW_PROLONG_MAX", "168h" },
                                         { "CURFEW_READY_TIMEOUT", "90s" } } };
    struct config config;
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(config_read(&settings.variables, &config, &error));
    check_schedule(&config, "Mon-Fri 08:00-20:00 Europe/Berlin");
    CU_ASSERT_STRING_EQUAL(zone_name(config.engine.settings.zone), "Europe/Berlin");
    CU_ASSERT_EQUAL(config.engine.settings.schedule.reset_minute, 7 * 60 + 30);
    CU_ASSERT_EQUAL(config.engine.lease_s, 7 * HOUR_S + 30 * MINUTE_S);
    CU_ASSERT_EQUAL(config.engine.prolong_max_s, 168 * HOUR_S);
    CU_ASSERT_EQUAL(config.engine.ready_timeout_s, 90);
    config_release(&config);
}

/* An annotation that is read months later asks the zones of the configuration. */
static void zones_outlive_the_reading(void)
{
    struct given settings = { .variables = { .get = given_get },
                              .items = { { "CURFEW_SCHEDULE", "Sat 22:00 Europe/Berlin" } } };
    struct config config;
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(config_read(&settings.variables, &config, &error));
    struct zone_source *zones = config.engine.settings.zones;
    CU_ASSERT_PTR_EQUAL(zones->find(zones, "Europe/Berlin", &error), config.engine.settings.schedule.zone);
    CU_ASSERT_PTR_NOT_NULL(zones->find(zones, "Australia/Lord_Howe", &error));
    config_release(&config);
}

static void warnings_are_sorted_longest_first(void)
{
    static const struct {
        const char *value;
        struct plan_warnings expected;
    } cases[] = {
        { "none", { .count = 0 } },
        { "10m", { .before_s = { 600 }, .count = 1 } },
        { "40s,20s", { .before_s = { 40, 20 }, .count = 2 } },
        { "5m, 24h , 1h30m,20s", { .before_s = { 86400, 5400, 300, 20 }, .count = 4 } },
        { "1m,2m,3m,4m,5m,6m,7m,8m", { .before_s = { 480, 420, 360, 300, 240, 180, 120, 60 }, .count = 8 } },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct given settings = { .variables = { .get = given_get },
                                  .items = { { "CURFEW_WARNINGS", cases[i].value } } };
        struct config config;
        struct error error = { 0 };

        case_holds(cases[i].value, config_read(&settings.variables, &config, &error));
        case_number(cases[i].value, (int64_t) config.engine.warnings.count, (int64_t) cases[i].expected.count);
        for (size_t j = 0; j < cases[i].expected.count; j++)
            case_number(cases[i].value, config.engine.warnings.before_s[j], cases[i].expected.before_s[j]);
        config_release(&config);
    }
}

static void every_wrong_value_is_named_with_what_is_allowed(void)
{
    static const struct wrong_case cases[] = {
        { { "CURFEW_SCHEDULE", "Mon-Fry 20:00" },
          "CURFEW_SCHEDULE is \"Mon-Fry 20:00\": Mon-Fry: no day of the week \"Fry\"; allowed are Mon, Tue" },
        { { "CURFEW_SCHEDULE", "Mon-Fri 25:00" }, "CURFEW_SCHEDULE is \"Mon-Fri 25:00\": 25:00: no time of day" },
        { { "CURFEW_SCHEDULE", "Mon-Fri 20:00 Europe/Berlinn" }, "did you mean Europe/Berlin?" },
        { { "CURFEW_SCHEDULE", "\xD0\x9F\xD0\xBD 20:00" }, "CURFEW_SCHEDULE is \"\xD0\x9F\xD0\xBD 20:00\": " },
        { { "CURFEW_TIMEZONE", "Europe/Berlinn" },
          "CURFEW_TIMEZONE: no time zone \"Europe/Berlinn\"; did you mean Europe/Berlin?" },
        { { "CURFEW_TIMEZONE", "../../../etc/passwd" }, "CURFEW_TIMEZONE: no time zone \"../../../etc/passwd\"; " },
        { { "CURFEW_TIMEZONE", "+02:00" }, "allowed are IANA names such as Europe/Berlin, America/New_York and UTC" },
        { { "CURFEW_RESET", "9" }, "CURFEW_RESET: no time of day \"9\"; allowed is HH:MM from 00:00 to 23:59" },
        { { "CURFEW_RESET", "24:00" }, "CURFEW_RESET: no time of day \"24:00\"" },
        { { "CURFEW_TRIGGER", "cronjob" },
          "CURFEW_TRIGGER is \"cronjob\"; this release stops environments by its own timer: allowed is timer" },
        { { "CURFEW_LEASE", "4" }, "CURFEW_LEASE: \"4\" has no unit: write such as 90s, 5m, 2h or 1h30m" },
        { { "CURFEW_LEASE", "0h" }, "CURFEW_LEASE: \"0h\" is too short: at least 1 s is allowed" },
        { { "CURFEW_LEASE", "169h" }, "CURFEW_LEASE: \"169h\" is too long: at most 168 h" },
        { { "CURFEW_LEASE", "-1h" }, "CURFEW_LEASE: \"-1h\" is no length of time: write 90s, 5m, 2h or 1h30m" },
        { { "CURFEW_LEASE", "none" }, "CURFEW_LEASE: \"none\" is no length of time" },
        { { "CURFEW_PROLONG_MAX", "24" }, "CURFEW_PROLONG_MAX: \"24\" has no unit" },
        { { "CURFEW_PROLONG_MAX", "9999h" }, "CURFEW_PROLONG_MAX: \"9999h\" is too long: at most 168 h" },
        { { "CURFEW_READY_TIMEOUT", "5" }, "CURFEW_READY_TIMEOUT: \"5\" has no unit" },
        { { "CURFEW_READY_TIMEOUT", "soon" }, "CURFEW_READY_TIMEOUT: \"soon\" is no length of time" },
        { { "CURFEW_READY_TIMEOUT", "0s" }, "CURFEW_READY_TIMEOUT: \"0s\" is too short" },
        { { "CURFEW_READY_TIMEOUT", "25h" }, "CURFEW_READY_TIMEOUT: \"25h\" is too long: at most 24 h" },
        { { "CURFEW_WARNINGS", "60" },
          "CURFEW_WARNINGS: \"60\" has no unit: write such as 90s, 5m, 2h or 1h30m; allowed are up to 8 different "
          "durations of at most 24h, comma separated, such as 60m,30m,15m, or none" },
        { { "CURFEW_WARNINGS", "60m,30" }, "CURFEW_WARNINGS: \"30\" has no unit" },
        { { "CURFEW_WARNINGS", "60m,,15m" }, "CURFEW_WARNINGS: \"\" is no length of time" },
        { { "CURFEW_WARNINGS", "60m," }, "CURFEW_WARNINGS: \"\" is no length of time" },
        { { "CURFEW_WARNINGS", "60m,1h" }, "CURFEW_WARNINGS: \"1h\" is there already" },
        { { "CURFEW_WARNINGS", "15m,60m,30m,15m" }, "CURFEW_WARNINGS: \"15m\" is there already" },
        { { "CURFEW_WARNINGS", "25h" }, "CURFEW_WARNINGS: \"25h\" is too long: at most 24 h" },
        { { "CURFEW_WARNINGS", "none,15m" }, "CURFEW_WARNINGS: \"none\" is no length of time" },
        { { "CURFEW_WARNINGS", "1m,2m,3m,4m,5m,6m,7m,8m,9m" }, "CURFEW_WARNINGS: \"9m\" is one too many" },
        { { "CURFEW_WARNINGS", "15m;30m" }, "CURFEW_WARNINGS: \"15m;30m\" is no length of time" },
    };

    check_wrong_values(cases, sizeof cases / sizeof cases[0]);
}

static void a_machine_without_zones_is_told_what_to_install(void)
{
    static const struct setting cases[] = {
        { "CURFEW_TIMEZONE", "Europe/Berlin" },
        { "CURFEW_SCHEDULE", "Mon-Fri 20:00 Europe/Berlin" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct given settings = { .variables = { .get = given_get }, .items = { cases[i] } };
        struct config config = { 0 };
        struct error error = { 0 };

        zones_init(&config.zones, "/nowhere/zoneinfo");
        case_holds(cases[i].name, !config_read_night(&settings.variables, &config, &error));
        case_number(cases[i].name, error.kind, ERROR_SYSTEM);
        case_holds(error.message, text_starts_with(error.message, cases[i].name));
        case_holds(error.message, strstr(error.message, "there is no folder /nowhere/zoneinfo; install the package "
                                                        "tzdata") != NULL);
        settings.items[0] = (struct setting){ "CURFEW_TIMEZONE", "UTC" };
        case_holds("UTC", config_read_night(&settings.variables, &config, &error));
        config_release(&config);
    }
}

TEST_MAIN("bot/config_night", TEST(defaults_are_those_of_the_contract), TEST(what_is_set_is_taken),
          TEST(zones_outlive_the_reading), TEST(warnings_are_sorted_longest_first),
          TEST(every_wrong_value_is_named_with_what_is_allowed), TEST(a_machine_without_zones_is_told_what_to_install))

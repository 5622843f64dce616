/* tests/base/test_zones.c - base/zones.h, on the folder of tests/data/zones. */
#include "base/zones.h"

#include "tests/base/folder.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static const char folder_path[] = TEST_DATA "/zones/zoneinfo";

static void a_zone_is_read_once_and_is_the_same_every_time(void)
{
    struct zones zones;
    struct error error = { 0 };

    zones_init(&zones, folder_path);
    const struct zone *berlin = zones_find(&zones, "Europe/Berlin", &error);
    const struct zone *ushuaia = zones_find(&zones, "America/Argentina/Ushuaia", &error);
    const struct zone *apia = zones.source.find(&zones.source, "Pacific/Apia", &error);

    CU_ASSERT_PTR_NOT_NULL_FATAL(berlin);
    CU_ASSERT_PTR_NOT_NULL_FATAL(ushuaia);
    CU_ASSERT_PTR_NOT_NULL_FATAL(apia);
    CU_ASSERT_STRING_EQUAL(zone_name(berlin), "Europe/Berlin");
    CU_ASSERT_STRING_EQUAL(zone_name(ushuaia), "America/Argentina/Ushuaia");
    CU_ASSERT_PTR_EQUAL(zones_find(&zones, "Europe/Berlin", &error), berlin);
    CU_ASSERT_PTR_EQUAL(zones_find(&zones, "America/Argentina/Ushuaia", &error), ushuaia);
    CU_ASSERT_PTR_EQUAL(zones_find(&zones, "Pacific/Apia", &error), apia);
    CU_ASSERT_PTR_EQUAL(zones_find(&zones, "UTC", &error), zone_utc());
    zones_release(&zones);
}

static void the_machine_has_zones(void)
{
    struct zones zones;
    struct error error = { 0 };

    zones_init(&zones, NULL);
    CU_ASSERT_PTR_NOT_NULL(zones_find(&zones, "Europe/Berlin", &error));
    CU_ASSERT_PTR_NULL(zones_find(&zones, "Europe/Berlinn", &error));
    CU_ASSERT_STRING_EQUAL(error.message, "no time zone \"Europe/Berlinn\"; did you mean Europe/Berlin?");
    zones_release(&zones);
}

static void what_is_no_zone_is_answered_with_those_that_are_near(void)
{
    static const char form[] = "allowed are IANA names such as Europe/Berlin, America/New_York and UTC";
    static const struct {
        const char *name, *help;
    } cases[] = {
        { "Europe/Berlinn", "did you mean Europe/Berlin?" },
        { "europe/berlin", "did you mean Europe/Berlin?" },
        { "Europe/Brelin", "did you mean Europe/Berlin?" },
        { "Europe/Lindon", "did you mean Europe/London?" },
        { "Europe/Lodnon", "did you mean Europe/London?" },
        { "Europe/", "did you mean Europe/Berlin or Europe/Chisinau or Europe/Dublin?" },
        { "Berlin", "did you mean Europe/Berlin?" },
        { "new_york", "did you mean America/New_York?" },
        { "Ushuaia", "did you mean America/Argentina/Ushuaia?" },
        { "America/Argentina/Ushuaya", "did you mean America/Argentina/Ushuaia?" },
        { "Europe", "did you mean Europe/Berlin or Europe/Chisinau or Europe/Dublin?" },
        { "MEZ", form },
        { "", form },
        { "Europe/Berlin/", "did you mean Europe/Berlin?" },
        { "Европа/Берлин", form },
        { "/etc/passwd", form },
        { "../zoneinfo/Europe/Berlin", form },
        { "Europe/../Europe/Berlin", form },
        { "Europe//Berlin", "did you mean Europe/Berlin?" },
        { "/Europe/Berlin", "did you mean Europe/Berlin?" },
    };
    struct zones zones;

    zones_init(&zones, folder_path);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error = { 0 };
        char expected[300];

        case_holds(cases[i].name, zones_find(&zones, cases[i].name, &error) == NULL);
        case_number(cases[i].name, error.kind, ERROR_INPUT);
        snprintf(expected, sizeof expected, "no time zone \"%s\"; %s", cases[i].name, cases[i].help);
        case_text(cases[i].name, error.message, expected);
    }
    zones_release(&zones);
}

static void a_control_character_does_not_reach_the_answer(void)
{
    struct zones zones;
    struct error error = { 0 };

    zones_init(&zones, folder_path);
    CU_ASSERT_PTR_NULL(zones_find(&zones, "Europe/Berlin\n", &error));
    case_text("Europe/Berlin?", error.message, "no time zone \"Europe/Berlin?\"; did you mean Europe/Berlin?");
    zones_release(&zones);
}

static void a_long_name_is_cut_in_the_answer(void)
{
    struct zones zones;
    struct error error = { 0 };
    char name[10001];

    memset(name, 'A', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    zones_init(&zones, folder_path);
    CU_ASSERT_PTR_NULL(zones_find(&zones, name, &error));
    CU_ASSERT(strlen(error.message) < 200);
    CU_ASSERT_EQUAL(error.kind, ERROR_INPUT);
    zones_release(&zones);
}

static void a_file_that_is_no_zone_is_refused(void)
{
    struct zones zones;
    struct error error = { 0 };
    struct folder folder = folder_new();
    char path[300];

    snprintf(path, sizeof path, "%s/Broken", folder.path);
    FILE *file = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs("TZif2 and no more", file);
    fclose(file);
    zones_init(&zones, folder.path);
    CU_ASSERT_PTR_NULL(zones_find(&zones, "Broken", &error));
    CU_ASSERT_STRING_EQUAL(error.message, "the zone file of Broken is no time zone in the format of RFC 9636");
    CU_ASSERT_EQUAL(error.kind, ERROR_INPUT);
    zones_release(&zones);
    unlink(path);
    folder_remove(&folder);
}

static void without_a_folder_of_zones_there_is_utc_alone(void)
{
    struct zones zones;
    struct error error = { 0 };

    zones_init(&zones, "/nowhere/zoneinfo");
    CU_ASSERT_PTR_EQUAL(zones_find(&zones, "UTC", &error), zone_utc());
    CU_ASSERT_PTR_NULL(zones_find(&zones, "Europe/Berlin", &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_SYSTEM);
    CU_ASSERT_STRING_EQUAL(error.message,
                           "cannot look up the time zone \"Europe/Berlin\": there is no folder /nowhere/zoneinfo");
    zones_release(&zones);
}

TEST_MAIN("base/zones", TEST(a_zone_is_read_once_and_is_the_same_every_time), TEST(the_machine_has_zones),
          TEST(what_is_no_zone_is_answered_with_those_that_are_near),
          TEST(a_control_character_does_not_reach_the_answer), TEST(a_long_name_is_cut_in_the_answer),
          TEST(a_file_that_is_no_zone_is_refused), TEST(without_a_folder_of_zones_there_is_utc_alone))

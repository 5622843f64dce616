/* tests/base/test_zone_rule.c - base/zone_rule.h. The rules are those of RFC 8536 section 3.3.1 and of tzdata; the instants
 * were asked of date(1) with the rule as TZ, as in TZ='CET-1CEST,M3.5.0,M10.5.0/3' date -d @1774746000.
 */
#include "base/zone_rule.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

static const struct {
    const char *text;
    int32_t standard_s, summer_s;
    int year;
    int64_t summer_at, standard_at;
} rules[] = {
    { "CET-1CEST,M3.5.0,M10.5.0/3", 3600, 7200, 2026, 1774746000, 1792890000 },
    { "EST5EDT,M3.2.0,M11.1.0", -18000, -14400, 2026, 1772953200, 1793512800 },
    { "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", -10800, -7200, 2026, 1774746000, 1792890000 },
    { "IST-2IDT,M3.4.4/26,M10.5.0", 7200, 10800, 2021, 1616716800, 1635634800 },
    { "IST-1GMT0,M10.5.0,M3.5.0/1", 3600, 0, 2026, 1792890000, 1774746000 },
    { "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 37800, 39600, 2026, 1791041400, 1775314800 },
    { "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45", 45900, 49500, 2026, 1790431200, 1775311200 },
    { "NST3:30NDT,M3.2.0,M11.1.0", -12600, -9000, 2026, 1772947800, 1793507400 },
    { "XXX3EDT4,0/0,J365/23", -10800, -14400, 2026, 1767236400, 1798772400 },
    { "AAA0BBB,J60/0,59/0", 0, 3600, 2024, 1709251200, 1709161200 }, /* 1 March; 29 February */
    { "AAA0BBB,J59/0,J365/0", 0, 3600, 2024, 1709078400, 1735599600 },
};

static void a_rule_says_when_summer_begins_and_ends(void)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct zone_rule rule = { 0 };
        struct error error = { 0 };

        case_holds(rules[i].text, zone_rule_read(rules[i].text, &rule, &error));
        case_holds(rules[i].text, rule.has_summer);
        case_number(rules[i].text, rule.standard.offset_s, rules[i].standard_s);
        case_number(rules[i].text, rule.summer.offset_s, rules[i].summer_s);
        case_number(rules[i].text, zone_rule_summer_at(&rule, rules[i].year), rules[i].summer_at);
        case_number(rules[i].text, zone_rule_standard_at(&rule, rules[i].year), rules[i].standard_at);
    }
}

static void a_rule_may_have_no_summer(void)
{
    struct zone_rule rule = { 0 };
    struct error error = { 0 };

    CU_ASSERT(zone_rule_read("<+0545>-5:45", &rule, &error));
    CU_ASSERT_FALSE(rule.has_summer);
    CU_ASSERT_EQUAL(rule.standard.offset_s, 5 * 3600 + 45 * 60);
    CU_ASSERT_STRING_EQUAL(rule.standard.abbreviation, "+0545");
}

static void what_is_no_rule_is_refused(void)
{
    static const char *const cases[] = {
        "",
        "CET",
        "CE-1",
        "1",
        "<CET-1",
        "<+05é>-5",
        "CET-",
        "CET-25",
        "CET-1:60",
        "CET-1CEST",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M0.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,M3.5,M10.5.0",
        "CET-1CEST,J0,J365",
        "CET-1CEST,J1,J366",
        "CET-1CEST,366,1",
        "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/3 ",
        "CET-1CEST,M3.5.0,M10.5.0/3,M1.1.1",
        "ABCDEFGHIJKLMNOP-1",
        "CET-11111111111111111111111",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct zone_rule rule = { 0 };
        struct error error = { 0 };

        case_holds(cases[i], !zone_rule_read(cases[i], &rule, &error));
        case_number(cases[i], error.kind, ERROR_INPUT);
    }
}

TEST_MAIN("base/zone_rule", TEST(a_rule_says_when_summer_begins_and_ends), TEST(a_rule_may_have_no_summer),
          TEST(what_is_no_rule_is_refused))

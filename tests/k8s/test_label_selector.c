/* tests/k8s/test_label_selector.c - selectors as the Kubernetes documentation has them, and what is none. */
#include "k8s/label_selector.h"

#include "base/json.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* What is meant by each is said by "Labels and Selectors" of the documentation, and by apimachinery's labels.Parse. */
static void selectors_meet_the_labels_they_should(void)
{
    static const char none[] = "{}", web[] = "{\"app\":\"web\",\"tier\":\"front\",\"example.com/team\":\"a\"}";
    static const struct {
        const char *selector, *labels;
        bool matches;
    } cases[] = {
        { "environment=production,tier!=frontend", "{\"environment\":\"production\",\"tier\":\"backend\"}", true },
        { "environment=production,tier!=frontend", "{\"environment\":\"production\",\"tier\":\"frontend\"}", false },
        { "environment=production,tier!=frontend", "{\"environment\":\"production\"}", true },
        { "environment in (production, qa)", "{\"environment\":\"qa\"}", true },
        { "environment in (production, qa)", "{\"environment\":\"dev\"}", false },
        { "environment in (production, qa)", none, false },
        { "tier notin (frontend, backend)", "{\"tier\":\"backend\"}", false },
        { "tier notin (frontend, backend)", none, true },
        { "partition", "{\"partition\":\"\"}", true },
        { "partition", none, false },
        { "!partition", none, true },
        { "!partition", "{\"partition\":\"a\"}", false },
        { "partition,environment notin (qa)", "{\"partition\":\"a\",\"environment\":\"dev\"}", true },
        { "app=web", web, true },
        { "app==web", web, true },
        { "app = web", web, true },
        { " app = web , tier = front ", web, true },
        { "app=we", web, false },
        { "app=webs", web, false },
        { "ap=web", web, false },
        { "example.com/team=a", web, true },
        { "team=a", web, false },
        { "app=", web, false },
        { "app=", "{\"app\":\"\"}", true },
        { "app!=", web, true },
        { "app in ()", "{\"app\":\"\"}", true },
        { "app in (a,)", "{\"app\":\"\"}", true },
        { "app in (a,)", "{\"app\":\"a\"}", true },
        { "app in (a,)", "{\"app\":\"b\"}", false },
        { "app in(web)", web, true },
        { "app in (in,notin)", "{\"app\":\"in\"}", true },
        { "! app", none, true },
        { "app=,tier", "{\"app\":\"\",\"tier\":\"x\"}", true },
        { "app=web,tier=front,!canary", web, true },
        { "app=web,tier=front,!tier", web, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(json_release) cJSON *labels = cJSON_Parse(cases[i].labels);
        struct error error = { 0 };

        case_holds(cases[i].selector, label_selector_check(cases[i].selector, &error));
        case_number(cases[i].selector, label_selector_matches(cases[i].selector, labels), cases[i].matches);
    }
}

static void an_object_without_labels_has_none(void)
{
    CU_ASSERT_TRUE(label_selector_matches("!app", NULL));
    CU_ASSERT_FALSE(label_selector_matches("app", NULL));
    CU_ASSERT_TRUE(label_selector_matches("app!=web", NULL));
}

static void what_is_no_selector_is_refused(void)
{
    static const struct {
        const char *selector, *expected;
    } cases[] = {
        { "", "the label selector ends where more is expected; allowed is for example app=web,tier in (a, b),!canary" },
        { " ",
          "the label selector ends where more is expected; allowed is for example app=web,tier in (a, b),!canary" },
        { "app=web,",
          "the label selector ends where more is expected; allowed is for example app=web,tier in (a, b),!canary" },
        { ",app", "the label selector is wrong at \",app\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "app=web tier=a",
          "the label selector is wrong at \"tier=a\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "app===web",
          "the label selector is wrong at \"===web\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "app!web", "the label selector is wrong at \"!web\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "app>1", "the label selector is wrong at \">1\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "app within (a)",
          "the label selector is wrong at \"within (a)\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "app in a", "the label selector is wrong at \"a\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "app in (a",
          "the label selector ends where more is expected; allowed is for example app=web,tier in (a, b),!canary" },
        { "in (a)",
          "the label selector is wrong at \"in (a)\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "-app", "the label selector is wrong at \"-app\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "Example.com/app",
          "the label selector is wrong at \"Example.com/app\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "/app", "the label selector is wrong at \"/app\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "a/b/c", "the label selector is wrong at \"a/b/c\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "app=we$b",
          "the label selector is wrong at \"we$b\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "app=-web",
          "the label selector is wrong at \"-web\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "app=\"web\"",
          "the label selector is wrong at \"\"web\"\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "!app=web",
          "the label selector is wrong at \"=web\"; allowed is for example app=web,tier in (a, b),!canary" },
        { "app=w23456789012345678901234567890123456789012345678901234567890123x",
          "the label selector is wrong at \"w23456789012345678901234567890123456789012345678901234567890\"; allowed is "
          "for "
          "example app=web,tier in (a, b),!canary" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error = { 0 };

        case_holds(cases[i].selector, !label_selector_check(cases[i].selector, &error));
        case_number(cases[i].selector, error.kind, ERROR_INPUT);
        case_text(cases[i].selector, error.message, cases[i].expected);
        case_holds(cases[i].selector, !label_selector_matches(cases[i].selector, NULL));
    }
}

TEST_MAIN("k8s/label_selector", TEST(selectors_meet_the_labels_they_should), TEST(an_object_without_labels_has_none),
          TEST(what_is_no_selector_is_refused))

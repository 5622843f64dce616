/* tests/k8s/test_known_resources.c - k8s/known_resources.h: what stays known when an answer does not name it. */
#include "k8s/known_resources.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

enum { START_MS = 5000 };

static void add(struct discovery_findings *findings, const char *name, const char *path)
{
    discovery_findings_add(findings, &(struct resource){ .name = name, .path = path });
}

/* What every answer here has, but for one that is tested. */
static void add_built_in(struct discovery_findings *findings)
{
    for (size_t i = 0; i < resource_built_in()->count; i++)
        discovery_findings_add(findings, &resource_built_in()->items[i]);
}

static bool knows(const struct known_resources *known, const char *name)
{
    return resource_list_find(&known->list, name) != NULL;
}

/* Of rollouts and of the built-in ones. */
static struct known_resources make_known(void)
{
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
    struct known_resources known;

    known_resources_init(&known);
    add_built_in(&findings);
    add(&findings, "rollouts.argoproj.io", "/apis/argoproj.io/v1alpha1");
    CU_ASSERT_TRUE(known_resources_take(&known, &findings, false, START_MS));
    CU_ASSERT_TRUE(knows(&known, "rollouts.argoproj.io"));
    CU_ASSERT_EQUAL(known.list.count, resource_built_in()->count + 1);
    return known;
}

static void at_first_the_built_in_ones_are_known(void)
{
    released_by(known_resources_release) struct known_resources known = { 0 };

    known_resources_init(&known);
    CU_ASSERT_EQUAL(known.list.count, resource_built_in()->count);
    CU_ASSERT_TRUE(knows(&known, "deployments.apps"));
    CU_ASSERT_TRUE(knows(&known, "cronjobs.batch"));
}

static void the_first_answer_knows_better(void)
{
    released_by(known_resources_release) struct known_resources known = { 0 };
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };

    known_resources_init(&known);
    add(&findings, "deployments.apps", "/apis/apps/v1");
    discovery_findings_add_unread(&findings, "batch");
    CU_ASSERT_TRUE(known_resources_take(&known, &findings, false, START_MS));
    CU_ASSERT_EQUAL(known.list.count, 2);
    CU_ASSERT_TRUE(knows(&known, "cronjobs.batch"));
}

static void what_an_answer_names_replaces_what_was_known(void)
{
    released_by(known_resources_release) struct known_resources known = make_known();
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };

    add_built_in(&findings);
    add(&findings, "rollouts.argoproj.io", "/apis/argoproj.io/v1");
    CU_ASSERT_TRUE(known_resources_take(&known, &findings, false, START_MS + 1));
    CU_ASSERT_STRING_EQUAL(resource_list_find(&known.list, "rollouts.argoproj.io")->path, "/apis/argoproj.io/v1");
    CU_ASSERT_EQUAL(known.list.count, resource_built_in()->count + 1);
}

static void what_is_missing_is_kept_for_half_a_minute(void)
{
    static const struct {
        int64_t at_ms; /* of an answer without it, one after the other */
        bool is_known;
    } answers[] = { { 300000, true }, { 300001, true }, { 329999, true }, { 330000, false }, { 330001, false } };
    released_by(known_resources_release) struct known_resources known = make_known();

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
        char row[40];

        snprintf(row, sizeof row, "after %" PRId64 " ms", answers[i].at_ms);
        add_built_in(&findings);
        case_holds(row, known_resources_take(&known, &findings, false, answers[i].at_ms) == !answers[i].is_known);
        case_number(row, knows(&known, "rollouts.argoproj.io"), answers[i].is_known);
    }
}

static void what_is_named_again_is_missing_anew_later(void)
{
    static const struct {
        int64_t at_ms;
        bool is_named;
    } answers[] = { { 10000, false }, { 20000, true }, { 50000, false }, { 79999, false } };
    released_by(known_resources_release) struct known_resources known = make_known();

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        released_by(discovery_findings_release) struct discovery_findings findings = { 0 };

        add_built_in(&findings);
        if (answers[i].is_named)
            add(&findings, "rollouts.argoproj.io", "/apis/argoproj.io/v1alpha1");
        CU_ASSERT_EQUAL(known_resources_take(&known, &findings, false, answers[i].at_ms), answers[i].is_named);
        CU_ASSERT_TRUE(knows(&known, "rollouts.argoproj.io"));
    }
}

static void each_is_missing_since_its_own_time(void)
{
    released_by(known_resources_release) struct known_resources known = make_known();
    released_by(discovery_findings_release) struct discovery_findings first = { 0 };
    released_by(discovery_findings_release) struct discovery_findings second = { 0 };

    add(&first, "deployments.apps", "/apis/apps/v1");
    add(&first, "cronjobs.batch", "/apis/batch/v1");
    CU_ASSERT_FALSE(known_resources_take(&known, &first, false, 10000));
    add(&second, "deployments.apps", "/apis/apps/v1");
    CU_ASSERT_FALSE(known_resources_take(&known, &second, false, 40000));
    CU_ASSERT_EQUAL(known.list.count, 2);
    CU_ASSERT_TRUE(knows(&known, "cronjobs.batch"));
}

static void what_somebody_found_gone_is_not_kept(void)
{
    released_by(known_resources_release) struct known_resources known = make_known();
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };

    add_built_in(&findings);
    CU_ASSERT_TRUE(known_resources_take(&known, &findings, true, START_MS + 1));
    CU_ASSERT_FALSE(knows(&known, "rollouts.argoproj.io"));
}

static void what_is_of_an_unread_group_is_kept_as_long_as_that_is_unread(void)
{
    static const struct {
        bool gone_is_seen;
        int64_t at_ms;
    } answers[] = { { false, 10000 }, { false, 400000 }, { true, 400001 }, { false, 900000 } };
    released_by(known_resources_release) struct known_resources known = make_known();
    released_by(discovery_findings_release) struct discovery_findings whole = { 0 };

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        released_by(discovery_findings_release) struct discovery_findings findings = { 0 };

        add_built_in(&findings);
        discovery_findings_add_unread(&findings, "argoproj.io");
        CU_ASSERT_TRUE(known_resources_take(&known, &findings, answers[i].gone_is_seen, answers[i].at_ms));
        CU_ASSERT_TRUE(knows(&known, "rollouts.argoproj.io"));
    }
    /* It is missing since now, not since the group was unread. */
    add_built_in(&whole);
    CU_ASSERT_FALSE(known_resources_take(&known, &whole, false, 1000000));
    CU_ASSERT_TRUE(knows(&known, "rollouts.argoproj.io"));
}

static void where_there_is_no_room_what_is_named_comes_first(void)
{
    released_by(known_resources_release) struct known_resources known = make_known();
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
    char name[40];

    for (int i = 0; i < RESOURCES_MAX; i++) {
        snprintf(name, sizeof name, "r%d.example.test", i);
        add(&findings, name, "/apis/example.test/v1");
    }
    CU_ASSERT_TRUE(known_resources_take(&known, &findings, false, START_MS + 1));
    CU_ASSERT_EQUAL(known.list.count, RESOURCES_MAX);
    CU_ASSERT_TRUE(knows(&known, "r199.example.test"));
    CU_ASSERT_TRUE(findings.has_more);
}

TEST_MAIN("k8s/known_resources", TEST(at_first_the_built_in_ones_are_known), TEST(the_first_answer_knows_better),
          TEST(what_an_answer_names_replaces_what_was_known), TEST(what_is_missing_is_kept_for_half_a_minute),
          TEST(what_is_named_again_is_missing_anew_later), TEST(each_is_missing_since_its_own_time),
          TEST(what_somebody_found_gone_is_not_kept),
          TEST(what_is_of_an_unread_group_is_kept_as_long_as_that_is_unread),
          TEST(where_there_is_no_room_what_is_named_comes_first))

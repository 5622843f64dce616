/* tests/k8s/test_discovery_findings.c - k8s/discovery_findings.h. */
#include "k8s/discovery_findings.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

static const struct discovery_sighting deployments = {
    .group = "apps",
    .version = "v1",
    .plural = "deployments",
    .kind = "Deployment",
    .is_namespaced = true,
    .can_list = true,
    .can_patch = true,
    .can_scale = true,
};

/* The one thing that was found; NULL: there is none, or more. */
static const struct resource *see_one(struct discovery_findings *findings, const struct discovery_sighting *sighting)
{
    discovery_findings_see(findings, sighting);
    return findings->resources.count == 1 ? &findings->resources.items[0] : NULL;
}

static const struct {
    struct discovery_sighting seen; /* kind "Any", namespaced, can be listed */
    const char *name, *path;        /* NULL: it cannot be put to sleep */
    enum resource_action action;
    bool counts_in_object, is_built_in;
} kinds[] = {
    { { "apps", "v1", "deployments", "", .can_patch = true, .can_scale = true },
      "deployments.apps",
      "/apis/apps/v1",
      RESOURCE_SCALED,
      true,
      true },
    { { "", "v1", "replicationcontrollers", "", .can_patch = true, .can_scale = true },
      "replicationcontrollers",
      "/api/v1",
      RESOURCE_SCALED,
      true,
      true },
    { { "argoproj.io", "v1alpha1", "rollouts", "", .can_patch = true, .can_scale = true },
      "rollouts.argoproj.io",
      "/apis/argoproj.io/v1alpha1",
      RESOURCE_SCALED,
      true,
      false },
    { { "example.test", "v1", "rollouts", "", .can_patch = true, .can_scale = true },
      "rollouts.example.test",
      "/apis/example.test/v1",
      RESOURCE_SCALED,
      false,
      false },
    { { "example.test", "v1", "replicationcontrollers", "", .can_scale = true },
      "replicationcontrollers.example.test",
      "/apis/example.test/v1",
      RESOURCE_SCALED,
      false,
      false },
    { { "batch", "v1", "cronjobs", "", .can_patch = true },
      "cronjobs.batch",
      "/apis/batch/v1",
      RESOURCE_SUSPENDED,
      false,
      true },
    { { "keda.sh", "v1alpha1", "scaledobjects", "", .can_patch = true },
      "scaledobjects.keda.sh",
      "/apis/keda.sh/v1alpha1",
      RESOURCE_PAUSED,
      false,
      false },
    { { "keda.sh", "v1alpha1", "scaledjobs", "", .can_patch = true, .can_scale = true },
      "scaledjobs.keda.sh",
      "/apis/keda.sh/v1alpha1",
      RESOURCE_PAUSED,
      false,
      false },
    { .seen = { "batch", "v1", "cronjobs", "", .can_scale = true } },
    { .seen = { "keda.sh", "v1alpha1", "scaledobjects", "", .can_scale = true } },
    { .seen = { "batch", "v1", "jobs", "", .can_patch = true } },
    { .seen = { "apps", "v1", "daemonsets", "", .can_patch = true } },
    { .seen = { "example.test", "v1", "scaledobjects", "", .can_patch = true } },
    { .seen = { "example.test", "v1", "cronjobs", "", .can_patch = true } },
};

static void each_kind_is_put_to_sleep_in_its_way(void)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
        struct discovery_sighting sighting = kinds[i].seen;
        const char *row = kinds[i].name != NULL ? kinds[i].name : sighting.plural;

        sighting.kind = "Any";
        sighting.is_namespaced = sighting.can_list = true;
        const struct resource *found = see_one(&findings, &sighting);
        if (!case_holds(row, (found != NULL) == (kinds[i].name != NULL)) || found == NULL)
            continue;
        case_text(row, found->name, kinds[i].name);
        case_text(row, found->path, kinds[i].path);
        case_text(row, found->plural, sighting.plural);
        case_text(row, found->kind, "Any");
        case_number(row, found->action, kinds[i].action);
        case_number(row, found->counts_in_object, kinds[i].counts_in_object);
        case_number(row, found->is_built_in, kinds[i].is_built_in);
    }
}

static void what_cannot_be_listed_or_is_in_no_namespace_is_left(void)
{
    struct discovery_sighting of_the_cluster = deployments, unlisted = deployments;
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };

    of_the_cluster.is_namespaced = false;
    unlisted.can_list = false;
    discovery_findings_see(&findings, &of_the_cluster);
    discovery_findings_see(&findings, &unlisted);
    CU_ASSERT_EQUAL(findings.resources.count, 0);
    CU_ASSERT_STRING_EQUAL(buffer_text(&findings.unread), "");
}

static void the_version_that_is_seen_first_counts(void)
{
    struct discovery_sighting newer = deployments, older = deployments;
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };

    newer.version = "v2";
    older.version = "v2beta1";
    discovery_findings_see(&findings, &newer);
    discovery_findings_see(&findings, &older);
    CU_ASSERT_EQUAL_FATAL(findings.resources.count, 1);
    CU_ASSERT_STRING_EQUAL(findings.resources.items[0].path, "/apis/apps/v2");
}

static void a_group_with_impossible_names_is_unread(void)
{
    static const char long_name[] = "a-name-of-more-than-sixty-three-characters-which-no-version-and-no-kind-can-have";
    static const struct {
        const char *group, *version, *plural, *kind;
        const char *unread;
    } cases[] = {
        { "apps", "v1/../..", "deployments", "Deployment", "apps " },
        { "apps", "", "deployments", "Deployment", "apps " },
        { "apps", "-v1", "deployments", "Deployment", "apps " },
        { "apps", long_name, "deployments", "Deployment", "apps " },
        { "apps", "v1", "deployments?x", "Deployment", "apps " },
        { "apps", "v1", "de.ployments", "Deployment", "apps " },
        { "apps", "v1", "", "Deployment", "apps " },
        { "apps", "v1", "deployments", "", "apps " },
        { "apps", "v1", "deployments", "De ployment", "apps " },
        { "apps", "v1", "deployments", long_name, "apps " },
        { "", "v 1", "deployments", "Deployment", "core " },
        { "ap ps", "v1", "deployments", "Deployment", "? " },
        { "Apps", "v1", "deployments", "Deployment", "? " },
        { "group-of-a-length-that-leaves-no-room.for-the-name-of-a-resource.before-it.example.test", "v1",
          "resources-of-a-length-that-is-too-much-x", "Any",
          "group-of-a-length-that-leaves-no-room.for-the-name-of-a-resource.before-it.example.test " },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
        struct discovery_sighting sighting = deployments;

        sighting.group = cases[i].group;
        sighting.version = cases[i].version;
        sighting.plural = cases[i].plural;
        sighting.kind = cases[i].kind;
        discovery_findings_see(&findings, &sighting);
        case_number(cases[i].plural, (int64_t) findings.resources.count, 0);
        case_text(cases[i].plural, buffer_text(&findings.unread), cases[i].unread);
    }
}

static void unread_groups_are_named_once_and_known_again(void)
{
    static const struct {
        const char *resource;
        bool is_unread;
    } cases[] = {
        { "nodes.metrics.k8s.io", true }, { "replicationcontrollers", true }, { "rollouts.argoproj.io", false },
        { "x.metrics.k8s.i", false },     { "x.etrics.k8s.io", false },       { "x.k8s.io", false },
    };
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };

    CU_ASSERT_FALSE(discovery_findings_is_unread(&findings, "nodes.metrics.k8s.io"));
    discovery_findings_add_unread(&findings, "metrics.k8s.io");
    discovery_findings_add_unread(&findings, "");
    discovery_findings_add_unread(&findings, "metrics.k8s.io");
    CU_ASSERT_STRING_EQUAL(buffer_text(&findings.unread), "metrics.k8s.io core ");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        case_number(cases[i].resource, discovery_findings_is_unread(&findings, cases[i].resource), cases[i].is_unread);
}

static void where_too_many_groups_are_unread_all_are(void)
{
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
    released_by(discovery_findings_release) struct discovery_findings merged = { 0 };
    char group[64];

    for (int i = 0; i < 200; i++) {
        snprintf(group, sizeof group, "group-%d.example.test", i);
        discovery_findings_add_unread(&findings, group);
    }
    CU_ASSERT_TRUE(discovery_findings_is_unread(&findings, "deployments.apps"));
    CU_ASSERT_TRUE(findings.unread.length <= DISCOVERY_UNREAD_BYTES_MAX);
    discovery_findings_merge(&merged, &findings);
    CU_ASSERT_TRUE(discovery_findings_is_unread(&merged, "deployments.apps"));
    CU_ASSERT_STRING_EQUAL(buffer_text(&merged.unread), buffer_text(&findings.unread));
}

static void more_than_the_most_are_left_out_and_that_is_said(void)
{
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
    struct discovery_sighting sighting = deployments;
    char plural[32];

    sighting.plural = plural;
    for (int i = 0; i <= RESOURCES_MAX; i++) {
        CU_ASSERT_FALSE(findings.has_more);
        snprintf(plural, sizeof plural, "r%d", i);
        discovery_findings_see(&findings, &sighting);
    }
    CU_ASSERT_TRUE(findings.has_more);
    CU_ASSERT_EQUAL(findings.resources.count, RESOURCES_MAX);
}

static void what_was_there_first_stays_in_a_merge(void)
{
    released_by(discovery_findings_release) struct discovery_findings first = { 0 };
    released_by(discovery_findings_release) struct discovery_findings second = { 0 };
    struct discovery_sighting older = deployments, sets = deployments;

    older.version = "v1beta1";
    sets.plural = "statefulsets";
    discovery_findings_see(&first, &deployments);
    discovery_findings_see(&second, &older);
    discovery_findings_see(&second, &sets);
    discovery_findings_add_unread(&second, "");
    discovery_findings_add_unread(&second, "keda.sh");
    second.has_more = true;
    discovery_findings_merge(&first, &second);
    CU_ASSERT_EQUAL_FATAL(first.resources.count, 2);
    CU_ASSERT_STRING_EQUAL(first.resources.items[0].path, "/apis/apps/v1");
    CU_ASSERT_STRING_EQUAL(first.resources.items[1].name, "statefulsets.apps");
    CU_ASSERT_STRING_EQUAL(buffer_text(&first.unread), "core keda.sh ");
    CU_ASSERT_TRUE(first.has_more);
}

TEST_MAIN("k8s/discovery_findings", TEST(each_kind_is_put_to_sleep_in_its_way),
          TEST(what_cannot_be_listed_or_is_in_no_namespace_is_left), TEST(the_version_that_is_seen_first_counts),
          TEST(a_group_with_impossible_names_is_unread), TEST(unread_groups_are_named_once_and_known_again),
          TEST(where_too_many_groups_are_unread_all_are), TEST(more_than_the_most_are_left_out_and_that_is_said),
          TEST(what_was_there_first_stays_in_a_merge))

/* tests/bot/test_check_grants.c - bot/check.h: what a manifest of RBAC grants. */
#include "bot/check.h"

#include <string.h>

#include "tests/test_case.h"
#include "tests/test_main.h"

struct list {
    struct grant_listener base;
    struct buffer text;
};

static void found(struct grant_listener *base, const char *verb, const char *group, const char *resource,
                  bool is_namespaced)
{
    buffer_append_format(&((struct list *) base)->text, "%s %s %s%s\n", verb, resource, group,
                         is_namespaced ? " namespaced" : "");
}

static void every_verb_of_every_resource_is_told(void)
{
    static const char manifest[] = "kind: ServiceAccount\nmetadata: {name: curfew}\n"
                                   "---\n"
                                   "kind: ClusterRole\n"
                                   "rules:\n"
                                   "  - apiGroups: [\"\"]\n"
                                   "    resources: [namespaces]\n"
                                   "    verbs: [list, watch]\n"
                                   "  - {apiGroups: [apps, batch], resources: [a, b/scale], verbs: [patch]}\n"
                                   "---\n"
                                   "kind: Role\n"
                                   "rules: [{apiGroups: [x], resources: [leases], verbs: [get]}]\n";
    struct list list = { .base = { .found = found } };
    struct error error = { 0 };

    CU_ASSERT_TRUE(grants_read(manifest, &list.base, &error));
    CU_ASSERT_STRING_EQUAL(buffer_text(&list.text),
                           "list namespaces \nwatch namespaces \n"
                           "patch a apps\npatch b/scale apps\npatch a batch\npatch b/scale batch\n"
                           "get leases x namespaced\n");
    buffer_release(&list.text);
}

static void what_this_program_was_built_with_can_be_read(void)
{
    struct list list = { .base = { .found = found } };
    struct error error = { 0 };

    CU_ASSERT_TRUE(grants_read(deploy_rbac, &list.base, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&list.text), "patch deployments/scale apps\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&list.text), "watch namespaces \n"));
    buffer_release(&list.text);
}

static void what_is_no_manifest_is_refused_or_grants_nothing(void)
{
    static const char *const texts[] = { "", "rules: 5", "kind: ClusterRole\nrules: [5, {}]", "- a" };
    struct list list = { .base = { .found = found } };
    struct error error = { 0 };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        case_holds(texts[i], grants_read(texts[i], &list.base, &error));
    CU_ASSERT_EQUAL(list.text.length, 0);
    CU_ASSERT_FALSE(grants_read("rules: [", &list.base, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_INPUT);
}

TEST_MAIN("bot/check_grants", TEST(every_verb_of_every_resource_is_told),
          TEST(what_this_program_was_built_with_can_be_read), TEST(what_is_no_manifest_is_refused_or_grants_nothing))

/* tests/k8s/test_known_namespaces.c - who is gone after a list. */
#include "k8s/known_namespaces.h"

#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* "" = as expected; the former uid of a name that was taken over. */
static const char *see(struct known_namespaces *known, const char *name, const char *uid)
{
    static char former_uid[KUBERNETES_UID_SIZE];
    struct error error = { 0 };

    case_holds(error.message, known_namespaces_see(known, name, uid, former_uid, &error));
    return former_uid;
}

static void who_was_not_seen_again_is_gone_once(void)
{
    released_by(known_namespaces_release) struct known_namespaces known = { 0 };
    released_by(known_namespaces_release) struct known_namespaces nobody = { 0 };
    released_by(known_namespaces_release) struct known_namespaces gone = { 0 };
    released_by(known_namespaces_release) struct known_namespaces again = { 0 };

    known_namespaces_begin(&known);
    CU_ASSERT_STRING_EQUAL(see(&known, "blue", "1"), "");
    CU_ASSERT_STRING_EQUAL(see(&known, "red", "2"), "");
    CU_ASSERT_STRING_EQUAL(see(&known, "amber", "3"), "");
    known_namespaces_take_gone(&known, &nobody);
    CU_ASSERT_EQUAL(nobody.count, 0);

    known_namespaces_begin(&known);
    CU_ASSERT_STRING_EQUAL(see(&known, "blue", "1"), "");
    known_namespaces_take_gone(&known, &gone);
    CU_ASSERT_EQUAL_FATAL(gone.count, 2);
    CU_ASSERT_STRING_EQUAL(gone.items[0].name, "amber");
    CU_ASSERT_STRING_EQUAL(gone.items[0].uid, "3");
    CU_ASSERT_STRING_EQUAL(gone.items[1].name, "red");
    known_namespaces_take_gone(&known, &again);
    CU_ASSERT_EQUAL(again.count, 0);
    CU_ASSERT_EQUAL(known.count, 1);
    CU_ASSERT_STRING_EQUAL(known.items[0].name, "blue");
}

static void another_of_the_same_name_tells_the_former(void)
{
    released_by(known_namespaces_release) struct known_namespaces known = { 0 };

    CU_ASSERT_STRING_EQUAL(see(&known, "blue", "1"), "");
    CU_ASSERT_STRING_EQUAL(see(&known, "blue", "2"), "1");
    CU_ASSERT_STRING_EQUAL(see(&known, "blue", "2"), "");
    CU_ASSERT_EQUAL(known.count, 1);
}

static void only_the_very_one_is_forgotten(void)
{
    released_by(known_namespaces_release) struct known_namespaces known = { 0 };

    CU_ASSERT_STRING_EQUAL(see(&known, "blue", "2"), "");
    CU_ASSERT_FALSE(known_namespaces_forget(&known, "blue", "1"));
    CU_ASSERT_FALSE(known_namespaces_forget(&known, "blu", "2"));
    CU_ASSERT_FALSE(known_namespaces_forget(&known, "red", "2"));
    CU_ASSERT_TRUE(known_namespaces_forget(&known, "blue", "2"));
    CU_ASSERT_FALSE(known_namespaces_forget(&known, "blue", "2"));
    CU_ASSERT_EQUAL(known.count, 0);
}

static void many_are_found_in_any_order_and_too_many_are_refused(void)
{
    released_by(known_namespaces_release) struct known_namespaces known = { 0 };
    char former_uid[KUBERNETES_UID_SIZE];
    struct error error = { 0 };
    char name[NAMESPACE_NAME_SIZE];

    /* 619 is prime to 1000: so far every number comes once, away from its neighbours. The others come in their order. */
    for (int i = 0; i < KNOWN_NAMESPACES_MAX; i++) {
        snprintf(name, sizeof name, "n%05d", i < 1000 ? i * 619 % 1000 : i);
        if (!known_namespaces_see(&known, name, "1", former_uid, &error))
            CU_FAIL("a namespace was refused");
    }
    CU_ASSERT_EQUAL(known.count, KNOWN_NAMESPACES_MAX);
    for (size_t i = 1; i < known.count; i++)
        if (strcmp(known.items[i - 1].name, known.items[i].name) >= 0)
            CU_FAIL("they are not sorted");
    CU_ASSERT_FALSE(known_namespaces_see(&known, "one-more", "1", former_uid, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
    CU_ASSERT_TRUE(known_namespaces_forget(&known, "n00000", "1"));
    CU_ASSERT_TRUE(known_namespaces_see(&known, "one-more", "1", former_uid, &error));
}

TEST_MAIN("k8s/known_namespaces", TEST(who_was_not_seen_again_is_gone_once),
          TEST(another_of_the_same_name_tells_the_former), TEST(only_the_very_one_is_forgotten),
          TEST(many_are_found_in_any_order_and_too_many_are_refused))

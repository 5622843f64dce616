/* Who may do what: by user id alone, and a list that cannot be read permits nobody. */
#include "bot/access.h"

#include <string.h>

#include "tests/test_case.h"
#include "tests/test_main.h"

struct touch_case {
    const char *name, *owners, *user;
    enum verb verb;
    bool may;
};

static void owners_narrow_what_changes_and_nothing_else(void)
{
    static const struct touch_case cases[] = {
        { "no owners", "", "U1", VERB_STOP, true },
        { "an owner", "U1", "U1", VERB_STOP, true },
        { "one of several", "U2, U1", "U1", VERB_START, true },
        { "a stranger stops", "U2,U3", "U1", VERB_STOP, false },
        { "a stranger starts", "U2", "U1", VERB_START, false },
        { "a stranger looks", "U2", "U1", VERB_STATUS, true },
        { "a stranger lists", "U2", "U1", VERB_LIST, true },
        { "the beginning of an id", "U12", "U1", VERB_STOP, false },
        { "an id that begins so", "U1", "U12", VERB_STOP, false },
        { "another case", "u1", "U1", VERB_STOP, false },
        { "a name is no id", "ann", "ann", VERB_STOP, false },
        { "a user group, which cannot be looked into", "S1,U1", "U1", VERB_STOP, false },
        { "blanks only", " , ", "U1", VERB_STOP, false },
        { "nobody's id", "U1", "", VERB_STOP, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error = { 0 };
        bool may = access_may_touch(cases[i].owners, NULL, "dev1", &(struct command){ .verb = cases[i].verb },
                                    cases[i].user, &error);
        case_holds(cases[i].name, may == cases[i].may);
        case_holds(cases[i].name, (error.kind == ERROR_REFUSED) == !cases[i].may);
    }
}

static void a_refusal_names_the_owners(void)
{
    struct error error = { 0 };

    CU_ASSERT_FALSE(access_may_touch("U7,U8", NULL, "dev1", &(struct command){ .verb = VERB_STOP }, "U1", &error));
    CU_ASSERT_STRING_EQUAL(error.message, "Only its owners (U7,U8) may stop `dev1`");
}

static void an_annotation_that_is_wrong_permits_nobody_and_says_why(void)
{
    struct error error = { 0 };

    CU_ASSERT_FALSE(
        access_may_touch("<!channel>`", NULL, "dev1", &(struct command){ .verb = VERB_START }, "U1", &error));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(error.message, "Nobody may start `dev1`: its annotation curfew/owners holds \"??channel??\""));
    CU_ASSERT_PTR_NULL(strstr(error.message, "<!channel>"));
}

static void without_a_list_everybody_may_command(void)
{
    struct error error = { 0 };

    CU_ASSERT_TRUE(access_may_command("", NULL, "U1", &error));
    CU_ASSERT_TRUE(access_may_command("U2 U1", NULL, "U1", &error));
    CU_ASSERT_FALSE(access_may_command("U2,U3", NULL, "U1", &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_REFUSED);
}

struct list_case {
    const char *text;
    bool valid;
    const char *part; /* of the sentence */
};

static void lists_of_ids_are_checked(void)
{
    static const struct list_case cases[] = {
        { "", true, "" },
        { "U024BE7LH", true, "" },
        { "U024BE7LH, W0AAAAAAA\tU3", true, "" },
        { "S0614TZR7", false, "user group \"S0614TZR7\"" },
        { "@ann", false, "\"?ann\"" },
        { "U", false, "\"U\"" },
        { "C024BE91L", false, "\"C024BE91L\"" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error = { 0 };
        case_holds(cases[i].text, access_read_ids(cases[i].text, &error) == cases[i].valid);
        case_holds(cases[i].text, strstr(error.message, cases[i].part) != NULL);
    }
}

TEST_MAIN("bot/access", TEST(owners_narrow_what_changes_and_nothing_else), TEST(a_refusal_names_the_owners),
          TEST(an_annotation_that_is_wrong_permits_nobody_and_says_why), TEST(without_a_list_everybody_may_command),
          TEST(lists_of_ids_are_checked))

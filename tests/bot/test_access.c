/* Who may do what: by user id alone, and a list that cannot be read permits nobody. */
#include "bot/access.h"

#include <string.h>

#include "bot/groups.h"
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
        { "beside a user group that is not known", "S1,U1", "U1", VERB_STOP, true },
        { "in a user group that is not known", "S1", "U1", VERB_STOP, false },
        { "who calls himself like a group", "S1", "S1", VERB_STOP, false },
        { "who calls himself like a list", "U1,U2", "U1,U2", VERB_STOP, false },
        { "a wrong entry beside it", "U1,@ann", "U1", VERB_STOP, false },
        { "as long as an id that was cut", "U1234567890123456789012345678901", "U123456789012345678901234567890",
          VERB_STOP, false },
        { "a stranger prolongs", "U2", "U1", VERB_PROLONGATE, false },
        { "an owner prolongs", "U1", "U1", VERB_PROLONGATE, true },
        { "a stranger cancels", "U2", "U1", VERB_CANCEL, false },
        { "a stranger reads the schedule", "U2", "U1", VERB_SCHEDULE, true },
        { "a stranger reads the history", "U2", "U1", VERB_HISTORY, true },
        { "a stranger asks for help", "U2", "U1", VERB_HELP, true },
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

static void a_schedule_is_set_by_owners_alone(void)
{
    struct command command = { .verb = VERB_SCHEDULE, .sets_schedule = true };
    struct error error = { 0 };

    CU_ASSERT_TRUE(access_may_touch("U1", NULL, "dev1", &command, "U1", &error));
    CU_ASSERT_FALSE(access_may_touch("U2", NULL, "dev1", &command, "U1", &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_REFUSED);
}

/* S1 has U1 and U2, S2 has nobody, S3 may not be looked into, S4 was not asked yet. */
static struct groups known_groups(void)
{
    struct groups groups = { 0 };

    groups_note(&groups, "S1,S2,S3,S4", 0);
    groups_learn(&groups, "S1", "U1,U2", "", 0);
    groups_learn(&groups, "S2", "", "", 0);
    groups_learn(&groups, "S3", NULL, "missing_scope", 0);
    return groups;
}

struct group_case {
    const char *ids, *user;
    const char *refusal_to_command, *refusal_to_stop; /* "" = permitted */
};

static void members_of_user_groups_are_permitted_and_nobody_by_a_group_that_is_not_known(void)
{
    static const struct group_case cases[] = {
        { "S1", "U1", "", "" },
        { "U9 S2,S1", "U2", "", "" },
        { "S3,S1", "U1", "", "" },
        { "S3,U1", "U1", "", "" },
        { "S1,S2", "U3",
          "You may not give commands here: your id `U3` is not in CURFEW_ALLOW. Ask those who run Curfew",
          "Only its owners (S1,S2) may stop `dev1`" },
        { "S1,S3", "U3",
          "You may not give commands here: your id `U3` is not in CURFEW_ALLOW; Curfew cannot look into the user group "
          "S3 (missing_scope), so nobody is permitted by it. Ask those who run Curfew",
          "Only its owners (S1,S3) may stop `dev1`; Curfew cannot look into the user group S3 (missing_scope), so "
          "nobody "
          "is permitted by it" },
        { "S4,S3", "U1",
          "You may not give commands here: your id `U1` is not in CURFEW_ALLOW; Curfew cannot look into the user group "
          "S4 (not asked yet), so nobody is permitted by it. Ask those who run Curfew",
          "Only its owners (S4,S3) may stop `dev1`; Curfew cannot look into the user group S4 (not asked yet), so "
          "nobody "
          "is permitted by it" },
        { "S1", "S1", "You may not give commands here: your id `?` is not in CURFEW_ALLOW. Ask those who run Curfew",
          "Only its owners (S1) may stop `dev1`" },
    };
    released_by(groups_release) struct groups groups = known_groups();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct group_case *item = &cases[i];
        struct command command = { .verb = VERB_STOP };
        struct error to_command = { 0 }, to_stop = { 0 };

        case_holds(item->ids, access_may_command(item->ids, &groups, item->user, &to_command) ==
                                  (item->refusal_to_command[0] == '\0'));
        case_text(item->ids, to_command.message, item->refusal_to_command);
        case_holds(item->ids, access_may_touch(item->ids, &groups, "dev1", &command, item->user, &to_stop) ==
                                  (item->refusal_to_stop[0] == '\0'));
        case_text(item->ids, to_stop.message, item->refusal_to_stop);
    }
}

static void what_slack_says_about_a_group_formats_nothing(void)
{
    released_by(groups_release) struct groups groups = { 0 };
    struct error error = { 0 };

    groups_note(&groups, "S1", 0);
    groups_learn(&groups, "S1", NULL, "<!channel> `*x*` it", 0);
    CU_ASSERT_FALSE(access_may_command("S1", &groups, "U1", &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "the user group S1 (??channel? ??x?? it), so nobody"));
}

static void groups_of_a_list_are_found(void)
{
    const char *list = "U1,S1 W2\tS2,@ann,S,S2x,,S3 ";
    char group[ACCESS_ID_SIZE] = "";

    CU_ASSERT_TRUE(access_next_group(&list, group));
    CU_ASSERT_STRING_EQUAL(group, "S1");
    CU_ASSERT_TRUE(access_next_group(&list, group));
    CU_ASSERT_STRING_EQUAL(group, "S2");
    CU_ASSERT_TRUE(access_next_group(&list, group));
    CU_ASSERT_STRING_EQUAL(group, "S3");
    CU_ASSERT_FALSE(access_next_group(&list, group));
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
        { "S0614TZR7", true, "" },
        { "U1, S0614TZR7", true, "" },
        { "S", false, "\"S\", which is no id of a Slack user or user group: allowed are ids such as U024BE7LH and" },
        { "s0614tzr7", false, "\"s0614tzr7\"" },
        { "<!subteam^S0614TZR7>", false, "\"??subteam?S0614TZR7?\"" },
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

static void lists_of_slack_ids_say_nothing_of_whoever_is_at_a_terminal(void)
{
    const struct command stop = { .verb = VERB_STOP };
    struct error error = { 0 };

    CU_ASSERT_TRUE(access_is_operator("kubeconfig:ann"));
    CU_ASSERT_TRUE(access_is_operator("kubeconfig:"));
    CU_ASSERT_FALSE(access_is_operator("U024BE7LH"));
    CU_ASSERT_FALSE(access_is_operator(""));
    CU_ASSERT_FALSE(access_is_operator("KUBECONFIG:ANN"));
    CU_ASSERT_TRUE(access_may_command("U7", NULL, "kubeconfig:ann", &error));
    CU_ASSERT_TRUE(access_may_touch("U7", NULL, "dev1", &stop, "kubeconfig:ann", &error));
    CU_ASSERT_TRUE(access_may_touch("no ids", NULL, "dev1", &stop, "kubeconfig:ann", &error));
    CU_ASSERT_FALSE(access_may_command("U7", NULL, "kubeconfi:ann", &error));
}

TEST_MAIN("bot/access", TEST(owners_narrow_what_changes_and_nothing_else), TEST(a_refusal_names_the_owners),
          TEST(an_annotation_that_is_wrong_permits_nobody_and_says_why), TEST(a_schedule_is_set_by_owners_alone),
          TEST(members_of_user_groups_are_permitted_and_nobody_by_a_group_that_is_not_known),
          TEST(what_slack_says_about_a_group_formats_nothing), TEST(groups_of_a_list_are_found),
          TEST(without_a_list_everybody_may_command), TEST(lists_of_ids_are_checked),
          TEST(lists_of_slack_ids_say_nothing_of_whoever_is_at_a_terminal))

/* User groups: when they are asked for, what a failure leaves in force, and for how long. */
#include "bot/groups.h"

#include <stdio.h>
#include <string.h>

#include "tests/test_case.h"
#include "tests/test_main.h"

enum { NOW = 1764007200 };

/* What is asked for at that instant: "S1 S2". The caller releases it. */
static struct buffer asked(struct groups *groups, int64_t now)
{
    struct effects effects = { 0 };
    struct buffer text = { 0 };

    groups_tick(groups, now, &effects);
    for (size_t i = 0; i < effects.count; i++) {
        CU_ASSERT_EQUAL(effects.items[i].kind, EFFECT_LOOK_UP);
        buffer_append_format(&text, "%s%s", i == 0 ? "" : " ", effects.items[i].group);
    }
    effects_release(&effects);
    return text;
}

static void check_asked(const char *name, struct groups *groups, int64_t now, const char *expected)
{
    struct buffer text = asked(groups, now);

    case_text(name, buffer_text(&text), expected);
    buffer_release(&text);
}

/* "has", "has not", "unknown: missing_scope" */
static void check_answer(const char *name, const struct groups *groups, const char *id, const char *user,
                         const char *expected)
{
    const char *slack_error = "";
    char text[100];

    switch (groups_ask(groups, id, user, &slack_error)) {
    case GROUP_HAS:
        (void) snprintf(text, sizeof text, "has");
        break;
    case GROUP_HAS_NOT:
        (void) snprintf(text, sizeof text, "has not");
        break;
    case GROUP_UNKNOWN:
        (void) snprintf(text, sizeof text, "unknown: %.60s", slack_error);
        break;
    }
    case_text(name, text, expected);
}

static void nothing_is_due_where_no_group_is_named(void)
{
    released_by(groups_release) struct groups groups = { 0 };

    groups_note(&groups, "", NOW);
    groups_note(&groups, "U1, W2", NOW);
    CU_ASSERT_EQUAL(groups_due_at(&groups), INT64_MAX);
    check_asked("users only", &groups, NOW, "");
    check_answer("never noted", &groups, "S1", "U1", "unknown: ");
}

static void a_named_group_is_asked_for_at_once_and_once(void)
{
    released_by(groups_release) struct groups groups = { 0 };

    groups_note(&groups, "U1,S1 S2", NOW);
    groups_note(&groups, "S2,S1", NOW + 1);
    CU_ASSERT_EQUAL(groups_due_at(&groups), NOW);
    check_asked("both", &groups, NOW, "S1 S2");
    CU_ASSERT_EQUAL(groups_due_at(&groups), INT64_MAX);
    check_asked("under way", &groups, NOW + 100000, "");
    check_answer("under way", &groups, "S1", "U1", "unknown: ");
}

static void members_are_found_whole_and_by_id_alone(void)
{
    static const struct {
        const char *members, *user, *answer;
    } cases[] = {
        { "U1", "U1", "has" },           { "U1,U2,U3", "U1", "has" },     { "U1,U2,U3", "U2", "has" },
        { "U1,U2,U3", "U3", "has" },     { "U1,U2,U3", "U4", "has not" }, { "U12,U21", "U1", "has not" },
        { "U12,U21", "U2", "has not" },  { "U1", "U12", "has not" },      { "U1", "u1", "has not" },
        { "U1,U2", "U1,U2", "has not" }, { "U1,,U2", "", "has not" },     { "", "", "has not" },
        { "", "U1", "has not" },         { ",", "", "has not" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(groups_release) struct groups groups = { 0 };

        groups_note(&groups, "S1", NOW);
        groups_learn(&groups, "S1", cases[i].members, "", NOW);
        check_answer(cases[i].members, &groups, "S1", cases[i].user, cases[i].answer);
    }
}

static void what_is_known_is_read_again_after_five_minutes(void)
{
    released_by(groups_release) struct groups groups = { 0 };

    groups_note(&groups, "S1", NOW);
    check_asked("first", &groups, NOW, "S1");
    groups_learn(&groups, "S1", "U1", "", NOW + 2);
    CU_ASSERT_EQUAL(groups_due_at(&groups), NOW + 302);
    check_asked("too early", &groups, NOW + 301, "");
    check_asked("again", &groups, NOW + 302, "S1");
    check_answer("while it is asked again", &groups, "S1", "U1", "has");
    groups_learn(&groups, "S1", "U2", "", NOW + 303);
    check_answer("who left", &groups, "S1", "U1", "has not");
    check_answer("who came", &groups, "S1", "U2", "has");
}

static void a_failure_says_why_and_is_tried_again_after_half_a_minute(void)
{
    released_by(groups_release) struct groups groups = { 0 };

    groups_note(&groups, "S1", NOW);
    check_asked("first", &groups, NOW, "S1");
    groups_learn(&groups, "S1", NULL, "missing_scope", NOW);
    check_answer("failed", &groups, "S1", "U1", "unknown: missing_scope");
    CU_ASSERT_EQUAL(groups_due_at(&groups), NOW + 30);
    check_asked("again", &groups, NOW + 30, "S1");
    groups_learn(&groups, "S1", NULL, "", NOW + 30);
    check_answer("no answer", &groups, "S1", "U1", "unknown: no answer");
    groups_learn(&groups, "S1", NULL, NULL, NOW + 31);
    check_answer("no word at all", &groups, "S1", "U1", "unknown: no answer");
    groups_learn(&groups, "S1", "U1", "", NOW + 60);
    check_answer("mended", &groups, "S1", "U1", "has");
}

static void what_was_known_holds_for_an_hour_of_failures(void)
{
    released_by(groups_release) struct groups groups = { 0 };

    groups_note(&groups, "S1", NOW);
    check_asked("first", &groups, NOW, "S1");
    groups_learn(&groups, "S1", "U1", "", NOW);
    for (int64_t at = NOW + 300; at < NOW + 3600; at += 30) {
        check_asked("each half minute", &groups, at, "S1");
        groups_learn(&groups, "S1", NULL, "ratelimited", at);
        check_answer("kept", &groups, "S1", "U1", "has");
    }
    check_asked("after an hour", &groups, NOW + 3600, "S1");
    check_answer("after an hour", &groups, "S1", "U1", "unknown: ratelimited");
    groups_learn(&groups, "S1", "U1", "", NOW + 3601);
    check_answer("after that", &groups, "S1", "U1", "has");
}

static void what_was_known_ends_also_while_no_answer_comes(void)
{
    released_by(groups_release) struct groups groups = { 0 };

    groups_note(&groups, "S1", NOW);
    groups_learn(&groups, "S1", NULL, "fatal_error", NOW - 30);
    groups_learn(&groups, "S1", "U1", "", NOW);
    check_asked("again", &groups, NOW + 300, "S1");
    CU_ASSERT_EQUAL(groups_due_at(&groups), NOW + 3600);
    check_asked("just before", &groups, NOW + 3599, "");
    check_answer("just before", &groups, "S1", "U1", "has");
    check_asked("an hour later", &groups, NOW + 3600, "");
    check_answer("an hour later", &groups, "S1", "U1", "unknown: ");
    CU_ASSERT_EQUAL(groups_due_at(&groups), INT64_MAX);
}

static void an_answer_about_a_group_that_nobody_named_is_nothing(void)
{
    released_by(groups_release) struct groups groups = { 0 };

    groups_learn(&groups, "S1", "U1", "", NOW);
    check_answer("not noted", &groups, "S1", "U1", "unknown: ");
    CU_ASSERT_EQUAL(groups.count, 0);
}

static void a_group_too_many_permits_nobody_and_is_not_asked_for(void)
{
    released_by(groups_release) struct groups groups = { 0 };
    struct effects effects = { 0 };
    char id[ACCESS_ID_SIZE];

    for (int i = 0; i < GROUPS_MAX + 5; i++) {
        (void) snprintf(id, sizeof id, "S%d", i);
        groups_note(&groups, id, NOW);
    }
    groups_tick(&groups, NOW, &effects);
    CU_ASSERT_EQUAL(effects.count, GROUPS_MAX);
    effects_release(&effects);
    groups_learn(&groups, "S199", "U1", "", NOW);
    groups_learn(&groups, "S200", "U1", "", NOW);
    check_answer("the last", &groups, "S199", "U1", "has");
    check_answer("one too many", &groups, "S200", "U1", "unknown: too many user groups");
}

static void a_clock_that_went_back_delays_no_look_up(void)
{
    released_by(groups_release) struct groups groups = { 0 };

    groups_note(&groups, "S1", NOW);
    groups_learn(&groups, "S1", "U1", "", NOW);
    groups_clock_stepped(&groups, NOW - 86400);
    CU_ASSERT_EQUAL(groups_due_at(&groups), NOW - 86400);
    check_asked("at once", &groups, NOW - 86400, "S1");
    check_answer("still known", &groups, "S1", "U1", "has");
    check_asked("for an hour from then", &groups, NOW - 86400 + 3600, "");
    check_answer("and no longer", &groups, "S1", "U1", "unknown: ");
}

static void a_small_step_of_the_clock_changes_nothing(void)
{
    released_by(groups_release) struct groups groups = { 0 };

    groups_note(&groups, "S1", NOW);
    groups_learn(&groups, "S1", NULL, "fatal_error", NOW);
    groups_clock_stepped(&groups, NOW - 5);
    CU_ASSERT_EQUAL(groups_due_at(&groups), NOW + 30);
}

TEST_MAIN("bot/groups", TEST(nothing_is_due_where_no_group_is_named), TEST(a_named_group_is_asked_for_at_once_and_once),
          TEST(members_are_found_whole_and_by_id_alone), TEST(what_is_known_is_read_again_after_five_minutes),
          TEST(a_failure_says_why_and_is_tried_again_after_half_a_minute),
          TEST(what_was_known_holds_for_an_hour_of_failures), TEST(what_was_known_ends_also_while_no_answer_comes),
          TEST(an_answer_about_a_group_that_nobody_named_is_nothing),
          TEST(a_group_too_many_permits_nobody_and_is_not_asked_for), TEST(a_clock_that_went_back_delays_no_look_up),
          TEST(a_small_step_of_the_clock_changes_nothing))

/* prolongate and cancel: what they make of a record, by DESIGN's rules that decide. 2026-11-26 is a Thursday, 2026-11-27 a
 * Friday; days begin at 09:00. */
#include "bot/wish.h"

#include "tests/bot/wish_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

struct prolong_case {
    const char *name, *schedule;
    enum record_state state;
    const char *settled, *had, *span, *at;
    enum decided_kind kind;      /* 0: it is moved */
    const char *before, *wanted; /* the stop that stood; what was asked for */
    const char *stop;            /* the one that stands then */
};

/* Said by U1. What is refused changes nothing. */
static void check_prolong(const struct prolong_case *item, int64_t prolong_max_s)
{
    struct wish_scene scene;
    struct wish_answer answer;
    struct record record = wish_record(item->state, item->settled, item->had);
    const struct record before = record;
    struct span span = wish_span(item->span);

    wish_set_up(&scene, item->schedule);
    scene.rules.prolong_max_s = prolong_max_s;
    wish_prolong(&scene.rules, &span, "U1", wish_at(item->at), &record, &answer);
    case_number(item->name, answer.kind, item->kind);
    if (item->before != NULL)
        case_number(item->name, answer.stop_before_at, wish_at(item->before));
    case_number(item->name, answer.wanted_at, wish_at(item->wanted));
    if (item->stop != NULL)
        wish_check_stop(item->name, &scene, &record, item->stop);
    if (item->kind == DECIDED_MOVED) {
        case_number(item->name, record.deadline, DEADLINE_PROLONGED);
        case_number(item->name, record.deadline_at, wish_at(item->wanted));
        case_number(item->name, record.deadline_set_at, wish_at(item->at));
        case_text(item->name, record.deadline_by, "U1");
        case_number(item->name, record.settled_at, before.settled_at);
    } else {
        wish_check_same(item->name, &record, &before);
    }
    wish_tear_down(&scene);
}

static void prolonging_counts_from_the_stop_that_stands(void)
{
    static const struct prolong_case cases[] = {
        { .name = "for, by day: from the curfew and not from now",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .span = "for 2h",
          .at = "11-27 10:00",
          .before = "11-27 20:00",
          .wanted = "11-27 22:00",
          .stop = "deadline 11-27 22:00" },
        { .name = "Friday 22:00 plus 3 h is Saturday 01:00",
          .schedule = "Mon-Fri 22:00",
          .settled = "11-26 22:00",
          .span = "for 3h",
          .at = "11-27 21:40",
          .before = "11-27 22:00",
          .wanted = "11-28 01:00",
          .stop = "deadline 11-28 01:00" },
        { .name = "over midnight inside the week",
          .schedule = "Mon-Fri 22:00",
          .settled = "11-25 22:00",
          .span = "for 4h",
          .at = "11-26 21:00",
          .before = "11-26 22:00",
          .wanted = "11-27 02:00",
          .stop = "deadline 11-27 02:00" },
        { .name = "into the weekend, which has no day",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .span = "for 24h",
          .at = "11-27 19:00",
          .before = "11-27 20:00",
          .wanted = "11-28 20:00",
          .stop = "deadline 11-28 20:00" },
        { .name = "two add up, whoever asked first",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "prolonged 11-27 22:00 set 11-27 10:00 by U2",
          .span = "for 2h",
          .at = "11-27 19:30",
          .before = "11-27 22:00",
          .wanted = "11-28 00:00",
          .stop = "deadline 11-28 00:00" },
        { .name = "a lease on a Saturday",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-28 10:00",
          .had = "lease 11-28 14:00 set 11-28 10:00 by U1",
          .span = "for 2h",
          .at = "11-28 12:00",
          .before = "11-28 14:00",
          .wanted = "11-28 16:00",
          .stop = "deadline 11-28 16:00" },
        { .name = "a stop that was postponed",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "postponed 11-27 23:15 set 11-27 23:00 by curfew",
          .span = "for 1h",
          .at = "11-27 23:05",
          .before = "11-27 23:15",
          .wanted = "11-28 00:15",
          .stop = "deadline 11-28 00:15" },
        { .name = "a stop whose time has come: from now",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .span = "for 1h",
          .at = "11-27 20:10",
          .before = "11-27 20:00",
          .wanted = "11-27 21:10",
          .stop = "deadline 11-27 21:10" },
        { .name = "a deadline that the next day took up: from that day's curfew",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-25 20:00",
          .had = "prolonged 11-27 10:00 set 11-26 19:00 by U2",
          .span = "for 2h",
          .at = "11-26 19:30",
          .before = "11-27 20:00",
          .wanted = "11-27 22:00",
          .stop = "deadline 11-27 22:00" },
        { .name = "a deadline inside its own day",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-27 12:00",
          .had = "prolonged 11-27 15:00 set 11-27 12:00 by U2",
          .span = "for 1h",
          .at = "11-27 14:00",
          .before = "11-27 15:00",
          .wanted = "11-27 16:00",
          .stop = "deadline 11-27 16:00" },
        { .name = "a window over midnight belongs to the day it starts on",
          .schedule = "Mon-Fri 18:00-02:00",
          .settled = "11-27 18:00",
          .span = "for 1h",
          .at = "11-27 20:00",
          .before = "11-28 02:00",
          .wanted = "11-28 03:00",
          .stop = "deadline 11-28 03:00" },
        { .name = "a cron expression",
          .schedule = "0 20 * * 1-5",
          .settled = "11-26 20:00",
          .span = "for 90m",
          .at = "11-27 10:00",
          .before = "11-27 20:00",
          .wanted = "11-27 21:30",
          .stop = "deadline 11-27 21:30" },
        { .name = "one that is still starting is awake",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_STARTING,
          .settled = "11-26 20:00",
          .span = "for 2h",
          .at = "11-27 19:59",
          .before = "11-27 20:00",
          .wanted = "11-27 22:00",
          .stop = "deadline 11-27 22:00" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_prolong(&cases[i], 24 * 3600);
}

static void until_is_the_next_such_time_and_a_later_day_takes_it_up(void)
{
    static const struct prolong_case cases[] = {
        { .name = "22:00 of the same day",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .span = "until 22:00",
          .at = "11-27 10:00",
          .before = "11-27 20:00",
          .wanted = "11-27 22:00",
          .stop = "deadline 11-27 22:00" },
        { .name = "22:00 of the next day, when it is later than that",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-27 23:00",
          .had = "lease 11-28 03:00 set 11-27 23:00 by U2",
          .span = "until 22:00",
          .at = "11-27 23:30",
          .before = "11-28 03:00",
          .wanted = "11-28 22:00",
          .stop = "deadline 11-28 22:00" },
        { .name = "02:00 is that of the coming night",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .span = "until 02:00",
          .at = "11-27 19:00",
          .before = "11-27 20:00",
          .wanted = "11-28 02:00",
          .stop = "deadline 11-28 02:00" },
        { .name = "08:59 is before the next day",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-25 20:00",
          .span = "until 08:59",
          .at = "11-26 19:00",
          .before = "11-26 20:00",
          .wanted = "11-27 08:59",
          .stop = "deadline 11-27 08:59" },
        { .name = "10:00 lies inside the next day: its curfew",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-25 20:00",
          .span = "until 10:00",
          .at = "11-26 19:00",
          .before = "11-26 20:00",
          .wanted = "11-27 10:00",
          .stop = "taken up 11-27 20:00" },
        { .name = "inside the window of the next day",
          .schedule = "Mon-Fri 08:00-20:00",
          .settled = "11-26 08:00",
          .span = "until 08:30",
          .at = "11-26 19:00",
          .before = "11-26 20:00",
          .wanted = "11-27 08:30",
          .stop = "taken up 11-27 20:00" },
        { .name = "morning of a weekday: taken up by that day",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-25 20:00",
          .span = "until morning",
          .at = "11-26 19:15",
          .before = "11-26 20:00",
          .wanted = "11-27 09:00",
          .stop = "taken up 11-27 20:00" },
        { .name = "morning on a Friday: on Saturday, where no day begins",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .span = "until morning",
          .at = "11-27 19:15",
          .before = "11-27 20:00",
          .wanted = "11-28 09:00",
          .stop = "deadline 11-28 09:00" },
        { .name = "morning is after the stop that stands, not after now",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-25 20:00",
          .had = "prolonged 11-27 10:00 set 11-26 19:00 by U2",
          .span = "until morning",
          .at = "11-26 19:30",
          .before = "11-27 20:00",
          .wanted = "11-28 09:00",
          .stop = "deadline 11-28 09:00" },
        { .name = "morning, prolonged over midnight already",
          .schedule = "Mon-Fri 22:00",
          .settled = "11-26 22:00",
          .had = "prolonged 11-28 01:00 set 11-27 21:40 by U2",
          .span = "until morning",
          .at = "11-28 00:30",
          .before = "11-28 01:00",
          .wanted = "11-28 09:00",
          .stop = "deadline 11-28 09:00" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_prolong(&cases[i], 24 * 3600);
}

static void what_cannot_be_prolonged_is_left_as_it_is(void)
{
    static const struct prolong_case cases[] = {
        { .name = "until a time before the stop",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .span = "until 19:00",
          .at = "11-27 10:00",
          .kind = DECIDED_NOT_LATER,
          .before = "11-27 20:00",
          .wanted = "11-27 19:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "until the stop itself",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .span = "until 20:00",
          .at = "11-27 10:00",
          .kind = DECIDED_NOT_LATER,
          .before = "11-27 20:00",
          .wanted = "11-27 20:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "until a time before what somebody else was promised",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "prolonged 11-28 01:00 set 11-27 19:00 by U2",
          .span = "until 22:00",
          .at = "11-27 19:30",
          .kind = DECIDED_NOT_LATER,
          .before = "11-28 01:00",
          .wanted = "11-27 22:00",
          .stop = "deadline 11-28 01:00" },
        { .name = "asleep",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-27 20:00",
          .span = "for 2h",
          .at = "11-27 21:00",
          .kind = DECIDED_ASLEEP },
        { .name = "being stopped",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_STOPPING,
          .settled = "11-27 20:00",
          .span = "for 2h",
          .at = "11-27 20:00",
          .kind = DECIDED_STOPPING },
        { .name = "never has no stop",
          .schedule = "never",
          .settled = "11-26 20:00",
          .span = "for 2h",
          .at = "11-27 10:00",
          .kind = DECIDED_NO_STOP,
          .stop = "none" },
        { .name = "disabled has no stop, whatever is recorded",
          .settled = "11-26 20:00",
          .had = "prolonged 11-28 01:00 set 11-27 19:00 by U2",
          .span = "for 2h",
          .at = "11-27 20:30",
          .kind = DECIDED_NO_STOP,
          .stop = "none" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_prolong(&cases[i], 24 * 3600);
}

static void no_more_is_added_at_a_time_than_the_configuration_allows(void)
{
    static const struct prolong_case cases[] = {
        { .name = "until morning is 13 h",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .span = "until morning",
          .at = "11-27 19:00",
          .kind = DECIDED_TOO_FAR,
          .before = "11-27 20:00",
          .wanted = "11-28 09:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "until a minute too late",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .span = "until 00:01",
          .at = "11-27 19:00",
          .kind = DECIDED_TOO_FAR,
          .before = "11-27 20:00",
          .wanted = "11-28 00:01",
          .stop = "curfew 11-27 20:00" },
        { .name = "all of it",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .span = "until 00:00",
          .at = "11-27 19:00",
          .before = "11-27 20:00",
          .wanted = "11-28 00:00",
          .stop = "deadline 11-28 00:00" },
        { .name = "all of it once more",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "prolonged 11-28 00:00 set 11-27 19:00 by U1",
          .span = "for 4h",
          .at = "11-27 19:01",
          .before = "11-28 00:00",
          .wanted = "11-28 04:00",
          .stop = "deadline 11-28 04:00" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_prolong(&cases[i], 4 * 3600);
}

TEST_MAIN("bot/wish", TEST(prolonging_counts_from_the_stop_that_stands),
          TEST(until_is_the_next_such_time_and_a_later_day_takes_it_up),
          TEST(what_cannot_be_prolonged_is_left_as_it_is),
          TEST(no_more_is_added_at_a_time_than_the_configuration_allows))

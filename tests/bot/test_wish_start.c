/* start: a lease at night, none by day, and never an earlier stop. 2026-11-26 is a Thursday, 2026-11-27 a Friday, 2026-11-28 a
 * Saturday; days begin at 09:00. */
#include "bot/wish.h"

#include "tests/bot/wish_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

struct start_case {
    const char *name, *schedule;
    enum record_state state;
    const char *settled, *had, *span;
    bool by_itself;
    const char *at;
    const char *has;          /* the deadline it has then */
    const char *settled_then; /* NULL: that is not the point here */
    const char *stop;         /* the stop that stands then */
};

/* Said by U1. */
static void check_start(const struct start_case *item)
{
    struct wish_scene scene;
    struct record record = wish_record(item->state, item->settled, item->had);
    struct span span = wish_span(item->span == NULL ? "" : item->span);
    bool was_awake = item->state == RECORD_AWAKE || item->state == RECORD_STARTING;

    wish_set_up(&scene, item->schedule);
    record.rhythm = 1;
    wish_start(&scene.rules, &span, item->by_itself, item->by_itself ? by_schedule : "U1", wish_at(item->at), &record);
    record.state = RECORD_STARTING;
    wish_check_deadline(item->name, &record, item->has);
    if (item->settled_then != NULL)
        case_number(item->name, record.settled_at, wish_at(item->settled_then));
    case_number(item->name, record.rhythm, scene.rules.rhythm);
    case_number(item->name, record.warned_stop_at, was_awake ? wish_at("11-20 20:00") : 0);
    wish_check_stop(item->name, &scene, &record, item->stop);
    wish_tear_down(&scene);
}

static void a_start_at_night_gets_a_lease_and_one_by_day_none(void)
{
    static const struct start_case cases[] = {
        { .name = "at night",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-26 20:00",
          .at = "11-26 22:00",
          .has = "lease 11-27 02:00 set 11-26 22:00 by U1",
          .settled_then = "11-26 22:00",
          .stop = "deadline 11-27 02:00" },
        { .name = "at night, so late that the lease ends in the day to come",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-26 20:00",
          .at = "11-27 06:30",
          .has = "lease 11-27 10:30 set 11-27 06:30 by U1",
          .settled_then = "11-27 06:30",
          .stop = "taken up 11-27 20:00" },
        { .name = "on a Saturday",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-27 20:00",
          .at = "11-28 12:00",
          .has = "lease 11-28 16:00 set 11-28 12:00 by U1",
          .settled_then = "11-28 12:00",
          .stop = "deadline 11-28 16:00" },
        { .name = "by day",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-26 20:00",
          .at = "11-27 12:00",
          .settled_then = "11-27 12:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "in the window",
          .schedule = "Mon-Fri 08:00-20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-27 11:00",
          .at = "11-27 12:00",
          .settled_then = "11-27 12:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "before the window",
          .schedule = "Mon-Fri 08:00-20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-26 20:00",
          .at = "11-27 03:00",
          .has = "lease 11-27 07:00 set 11-27 03:00 by U1",
          .settled_then = "11-27 03:00",
          .stop = "deadline 11-27 07:00" },
        { .name = "never: always day",
          .schedule = "never",
          .state = RECORD_ASLEEP,
          .settled = "11-26 20:00",
          .at = "11-27 03:00",
          .stop = "none" },
        { .name = "disabled", .state = RECORD_ASLEEP, .settled = "11-26 20:00", .at = "11-27 03:00", .stop = "none" },
        { .name = "while the stop by the schedule is under way",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_STOPPING,
          .settled = "11-26 20:00",
          .at = "11-26 20:01",
          .has = "lease 11-27 00:01 set 11-26 20:01 by U1",
          .settled_then = "11-26 20:01",
          .stop = "deadline 11-27 00:01" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_start(&cases[i]);
}

static void a_start_may_say_how_long(void)
{
    static const struct start_case cases[] = {
        { .name = "for 1h at night",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-26 20:00",
          .span = "for 1h",
          .at = "11-26 22:00",
          .has = "prolonged 11-26 23:00 set 11-26 22:00 by U1",
          .stop = "deadline 11-26 23:00" },
        { .name = "for 3h at noon: inside the present day it stands",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-26 20:00",
          .span = "for 3h",
          .at = "11-27 12:00",
          .has = "prolonged 11-27 15:00 set 11-27 12:00 by U1",
          .stop = "deadline 11-27 15:00" },
        { .name = "for 10h at noon: behind the curfew, which does not fall",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-26 20:00",
          .span = "for 10h",
          .at = "11-27 12:00",
          .has = "prolonged 11-27 22:00 set 11-27 12:00 by U1",
          .stop = "deadline 11-27 22:00" },
        { .name = "until 23:30",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-26 20:00",
          .span = "until 23:30",
          .at = "11-26 22:00",
          .has = "prolonged 11-26 23:30 set 11-26 22:00 by U1",
          .stop = "deadline 11-26 23:30" },
        { .name = "until 02:00, after midnight",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-26 20:00",
          .span = "until 02:00",
          .at = "11-26 22:00",
          .has = "prolonged 11-27 02:00 set 11-26 22:00 by U1",
          .stop = "deadline 11-27 02:00" },
        { .name = "until 10:00, which the next day takes up",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-26 20:00",
          .span = "until 10:00",
          .at = "11-26 22:00",
          .has = "prolonged 11-27 10:00 set 11-26 22:00 by U1",
          .stop = "taken up 11-27 20:00" },
        { .name = "until morning on a Thursday",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-26 20:00",
          .span = "until morning",
          .at = "11-26 22:00",
          .has = "prolonged 11-27 09:00 set 11-26 22:00 by U1",
          .stop = "taken up 11-27 20:00" },
        { .name = "until morning on a Friday",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-27 20:00",
          .span = "until morning",
          .at = "11-27 22:00",
          .has = "prolonged 11-28 09:00 set 11-27 22:00 by U1",
          .stop = "deadline 11-28 09:00" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_start(&cases[i]);
}

static void a_start_of_what_is_awake_never_makes_it_stop_earlier(void)
{
    static const struct start_case cases[] = {
        { .name = "without a word about how long",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "prolonged 11-28 01:00 set 11-27 19:30 by U2",
          .at = "11-27 22:00",
          .has = "prolonged 11-28 01:00 set 11-27 19:30 by U2",
          .stop = "deadline 11-28 01:00" },
        { .name = "nor is a longer lease cut",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-27 22:00",
          .had = "lease 11-28 02:00 set 11-27 22:00 by U2",
          .span = "for 1h",
          .at = "11-27 23:00",
          .has = "lease 11-28 02:00 set 11-27 22:00 by U2",
          .stop = "deadline 11-28 02:00" },
        { .name = "for 1h, which is shorter",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "prolonged 11-28 01:00 set 11-27 19:30 by U2",
          .span = "for 1h",
          .at = "11-27 22:00",
          .has = "prolonged 11-28 01:00 set 11-27 19:30 by U2",
          .stop = "deadline 11-28 01:00" },
        { .name = "for 3h, which is as long",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "prolonged 11-28 01:00 set 11-27 19:30 by U2",
          .span = "for 3h",
          .at = "11-27 22:00",
          .has = "prolonged 11-28 01:00 set 11-27 19:30 by U2",
          .stop = "deadline 11-28 01:00" },
        { .name = "for 4h, which is longer, counted from now",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "prolonged 11-28 01:00 set 11-27 19:30 by U2",
          .span = "for 4h",
          .at = "11-27 22:00",
          .has = "prolonged 11-28 02:00 set 11-27 22:00 by U1",
          .stop = "deadline 11-28 02:00" },
        { .name = "by day, for 3h: before the curfew",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .span = "for 3h",
          .at = "11-27 12:00",
          .settled_then = "11-26 20:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "by day, until 22:00",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .span = "until 22:00",
          .at = "11-27 12:00",
          .has = "prolonged 11-27 22:00 set 11-27 12:00 by U1",
          .stop = "deadline 11-27 22:00" },
        { .name = "by day, without a word: nothing moves",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .at = "11-27 12:00",
          .settled_then = "11-26 20:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "by day, when that day has taken up a deadline: its curfew stays",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-25 20:00",
          .had = "prolonged 11-27 10:00 set 11-26 19:30 by U2",
          .at = "11-27 12:00",
          .has = "prolonged 11-27 10:00 set 11-26 19:30 by U2",
          .stop = "taken up 11-27 20:00" },
        { .name = "and for 3h as well",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-25 20:00",
          .had = "prolonged 11-27 10:00 set 11-26 19:30 by U2",
          .span = "for 3h",
          .at = "11-27 12:00",
          .has = "prolonged 11-27 10:00 set 11-26 19:30 by U2",
          .stop = "taken up 11-27 20:00" },
        { .name = "for 9h: behind that curfew",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-25 20:00",
          .had = "prolonged 11-27 10:00 set 11-26 19:30 by U2",
          .span = "for 9h",
          .at = "11-27 12:00",
          .has = "prolonged 11-27 21:00 set 11-27 12:00 by U1",
          .stop = "deadline 11-27 21:00" },
        { .name = "until morning is after the stop that stands",
          .schedule = "Mon-Fri 22:00",
          .settled = "11-26 22:00",
          .had = "prolonged 11-28 01:00 set 11-27 21:40 by U2",
          .span = "until morning",
          .at = "11-27 23:00",
          .has = "prolonged 11-28 09:00 set 11-27 23:00 by U1",
          .stop = "deadline 11-28 09:00" },
        { .name = "at night over a curfew that was missed: a start at night gets a lease",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .at = "11-27 22:00",
          .has = "lease 11-28 02:00 set 11-27 22:00 by U1",
          .stop = "deadline 11-28 02:00" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_start(&cases[i]);
}

static void the_start_of_a_day_drops_the_deadline(void)
{
    static const struct start_case cases[] = {
        { .name = "asleep",
          .schedule = "Mon-Fri 08:00-20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-26 20:00",
          .by_itself = true,
          .at = "11-27 08:00",
          .settled_then = "11-27 08:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "a prolongation into it",
          .schedule = "Mon-Fri 08:00-20:00",
          .settled = "11-26 08:00",
          .had = "prolonged 11-27 09:00 set 11-26 19:00 by U2",
          .by_itself = true,
          .at = "11-27 08:00",
          .settled_then = "11-27 08:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "settled later already",
          .schedule = "Mon-Fri 08:00-20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-27 09:30",
          .by_itself = true,
          .at = "11-27 08:00",
          .settled_then = "11-27 09:30",
          .stop = "curfew 11-27 20:00" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_start(&cases[i]);
}

TEST_MAIN("bot/wish, start", TEST(a_start_at_night_gets_a_lease_and_one_by_day_none), TEST(a_start_may_say_how_long),
          TEST(a_start_of_what_is_awake_never_makes_it_stop_earlier), TEST(the_start_of_a_day_drops_the_deadline))

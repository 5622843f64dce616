/* cancel, and the stop by hand: the schedule is back. 2026-11-26 is a Thursday, 2026-11-27 a Friday; days begin at 09:00. */
#include "bot/wish.h"

#include "tests/bot/wish_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

struct cancel_case {
    const char *name, *schedule;
    enum record_state state;
    const char *settled, *had;
    const char *accepted, *now; /* accepted NULL: at once */
    bool unwarned;              /* the configuration has no warnings */
    enum decided_kind kind;
    const char *before; /* the stop that stood */
    const char *has;    /* CANCELLED: the deadline it has then */
    const char *stop;   /* the stop that stands then */
};

/* Said by U1. */
static void check_cancel(const struct cancel_case *item)
{
    struct wish_scene scene;
    struct wish_answer answer;
    struct record record = wish_record(item->state, item->settled, item->had);
    const struct record before = record;
    int64_t now = wish_at(item->now);

    wish_set_up(&scene, item->schedule);
    if (item->unwarned)
        scene.warnings.count = 0;
    wish_cancel(&scene.rules, "U1", item->accepted == NULL ? now : wish_at(item->accepted), now, &record, &answer);
    case_number(item->name, answer.kind, item->kind);
    if (item->before != NULL)
        case_number(item->name, answer.stop_before_at, wish_at(item->before));
    if (item->kind == DECIDED_CANCELLED)
        wish_check_deadline(item->name, &record, item->has);
    else
        wish_check_same(item->name, &record, &before);
    if (item->stop != NULL)
        wish_check_stop(item->name, &scene, &record, item->stop);
    wish_tear_down(&scene);
}

static void cancelling_by_day_brings_back_the_curfew_of_that_day(void)
{
    static const struct cancel_case cases[] = {
        { .name = "a prolongation",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "prolonged 11-27 22:00 set 11-27 10:00 by U2",
          .now = "11-27 12:00",
          .kind = DECIDED_CANCELLED,
          .before = "11-27 22:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "one into the next day, which that would have taken up",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-25 20:00",
          .had = "prolonged 11-27 10:00 set 11-26 19:00 by U2",
          .now = "11-26 19:45",
          .kind = DECIDED_CANCELLED,
          .before = "11-27 20:00",
          .stop = "curfew 11-26 20:00" },
        { .name = "a start for some hours",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-27 12:00",
          .had = "prolonged 11-27 15:00 set 11-27 12:00 by U2",
          .now = "11-27 13:00",
          .kind = DECIDED_CANCELLED,
          .before = "11-27 15:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "in the day after: that day's curfew, and not the one before that had been held up",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-25 20:00",
          .had = "prolonged 11-27 21:00 set 11-26 19:30 by U2",
          .now = "11-27 10:00",
          .kind = DECIDED_CANCELLED,
          .before = "11-27 21:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "in a window",
          .schedule = "Mon-Fri 08:00-20:00",
          .settled = "11-27 08:00",
          .had = "prolonged 11-28 01:00 set 11-27 10:00 by U2",
          .now = "11-27 12:00",
          .kind = DECIDED_CANCELLED,
          .before = "11-28 01:00",
          .stop = "curfew 11-27 20:00" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_cancel(&cases[i]);
}

static void cancelling_at_night_stops_when_the_shortest_warning_has_run_out(void)
{
    static const struct cancel_case cases[] = {
        { .name = "a prolongation",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "prolonged 11-28 01:00 set 11-27 19:30 by U2",
          .now = "11-27 23:00",
          .kind = DECIDED_CANCELLED,
          .before = "11-28 01:00",
          .has = "postponed 11-27 23:15 set 11-27 23:00 by U1",
          .stop = "deadline 11-27 23:15" },
        { .name = "a lease",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-28 12:00",
          .had = "lease 11-28 16:00 set 11-28 12:00 by U1",
          .now = "11-28 13:00",
          .kind = DECIDED_CANCELLED,
          .before = "11-28 16:00",
          .has = "postponed 11-28 13:15 set 11-28 13:00 by U1",
          .stop = "deadline 11-28 13:15" },
        { .name = "a prolongation that the day to come would have taken up",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-25 20:00",
          .had = "prolonged 11-27 10:00 set 11-26 19:00 by U2",
          .now = "11-26 23:00",
          .kind = DECIDED_CANCELLED,
          .before = "11-27 20:00",
          .has = "postponed 11-26 23:15 set 11-26 23:00 by U1",
          .stop = "deadline 11-26 23:15" },
        { .name = "one that waited in the inbox: from now, so that it can be announced",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "prolonged 11-28 01:00 set 11-27 19:30 by U2",
          .accepted = "11-27 22:00",
          .now = "11-27 23:00",
          .kind = DECIDED_CANCELLED,
          .before = "11-28 01:00",
          .has = "postponed 11-27 23:15 set 11-27 23:00 by U1",
          .stop = "deadline 11-27 23:15" },
        { .name = "without warnings at once",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "prolonged 11-28 01:00 set 11-27 19:30 by U2",
          .now = "11-27 23:00",
          .unwarned = true,
          .kind = DECIDED_CANCELLED,
          .before = "11-28 01:00",
          .has = "postponed 11-27 23:00 set 11-27 23:00 by U1",
          .stop = "deadline 11-27 23:00" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_cancel(&cases[i]);
}

static void where_nothing_is_to_be_cancelled_nothing_is_changed(void)
{
    static const struct cancel_case cases[] = {
        { .name = "nobody moved the stop",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .now = "11-27 12:00",
          .kind = DECIDED_NOT_MOVED,
          .stop = "curfew 11-27 20:00" },
        { .name = "it is only postponed, which is the schedule with its announcement",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "postponed 11-27 23:15 set 11-27 23:00 by curfew",
          .now = "11-27 23:05",
          .kind = DECIDED_NOT_MOVED,
          .stop = "deadline 11-27 23:15" },
        { .name = "somebody prolonged it while the wish waited in the inbox",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-26 20:00",
          .had = "prolonged 11-27 22:00 set 11-27 12:00 by U2",
          .accepted = "11-27 11:59",
          .now = "11-27 12:01",
          .kind = DECIDED_NOT_MOVED,
          .stop = "deadline 11-27 22:00" },
        { .name = "the day has taken it up: the schedule is back already",
          .schedule = "Mon-Fri 20:00",
          .settled = "11-25 20:00",
          .had = "prolonged 11-27 10:00 set 11-26 19:00 by U2",
          .now = "11-27 12:00",
          .kind = DECIDED_NOT_MOVED,
          .stop = "taken up 11-27 20:00" },
        { .name = "asleep",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .settled = "11-27 20:00",
          .now = "11-27 21:00",
          .kind = DECIDED_ASLEEP },
        { .name = "being stopped",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_STOPPING,
          .settled = "11-27 20:00",
          .now = "11-27 20:00",
          .kind = DECIDED_STOPPING },
        { .name = "disabled",
          .settled = "11-26 20:00",
          .had = "prolonged 11-27 22:00 set 11-27 10:00 by U2",
          .now = "11-27 12:00",
          .kind = DECIDED_NO_STOP },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_cancel(&cases[i]);
}

static void a_stop_drops_the_deadline_and_settles_what_was_before_it(void)
{
    static const struct {
        const char *name, *had, *settled, *at, *expected;
    } cases[] = {
        { "by the schedule", NULL, "11-26 20:00", "11-27 20:00", "11-27 20:00" },
        { "by hand, before a deadline", "prolonged 11-28 01:00 set 11-27 19:00 by U2", "11-26 20:00", "11-27 22:00",
          "11-27 22:00" },
        { "older than what is settled", "lease 11-28 03:00 set 11-27 23:00 by U2", "11-27 23:00", "11-27 20:00",
          "11-27 23:00" },
    };
    struct wish_scene scene;

    wish_set_up(&scene, "Mon-Fri 20:00");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct record record = wish_record(RECORD_AWAKE, cases[i].settled, cases[i].had);
        record.rhythm = 1;
        wish_stop(&scene.rules, wish_at(cases[i].at), &record);
        wish_check_deadline(cases[i].name, &record, NULL);
        case_number(cases[i].name, record.settled_at, wish_at(cases[i].expected));
        case_number(cases[i].name, record.rhythm, WISH_RHYTHM);
    }
    wish_tear_down(&scene);
}

static void a_deadline_counts_as_a_promise_when_a_person_was_told_of_it(void)
{
    static const struct {
        const char *had;
        bool expected;
    } cases[] = {
        { "prolonged 11-27 22:00 set 11-27 10:00 by U2", true },
        { "lease 11-28 02:00 set 11-27 22:00 by U2", true },
        { "lease 11-28 02:00 set 11-27 22:00 by curfew", false },
        { "postponed 11-27 23:15 set 11-27 23:00 by curfew", false },
        { "postponed 11-27 23:15 set 11-27 23:00 by U2", false },
        { NULL, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct record record = wish_record(RECORD_AWAKE, "11-26 20:00", cases[i].had);
        case_number(cases[i].had == NULL ? "none" : cases[i].had, record_is_kept_awake(&record), cases[i].expected);
    }
}

TEST_MAIN("bot/wish, cancel and stop", TEST(cancelling_by_day_brings_back_the_curfew_of_that_day),
          TEST(cancelling_at_night_stops_when_the_shortest_warning_has_run_out),
          TEST(where_nothing_is_to_be_cancelled_nothing_is_changed),
          TEST(a_stop_drops_the_deadline_and_settles_what_was_before_it),
          TEST(a_deadline_counts_as_a_promise_when_a_person_was_told_of_it))

/* What people read about the night, to the letter. 2026-11-27 is a Friday. */
#include "bot/answer.h"

#include "base/text.h"
#include "base/zones.h"
#include "tests/bot/answer_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* "" where nothing is said. */
struct outlook_case {
    const char *name;
    enum plan_stop_source source;
    const char *stop, *start;
    enum record_deadline deadline;
    const char *by;
    bool disabled;
    const char *text;
};

static struct outlook outlook_of(const struct outlook_case *item)
{
    return (struct outlook){ .stop = { .at = item->stop == NULL ? INT64_MAX : at(item->stop), .source = item->source },
                             .start_at = item->start == NULL ? INT64_MAX : at(item->start),
                             .deadline = item->deadline,
                             .deadline_by = item->by == NULL ? "" : item->by,
                             .is_scheduled = !item->disabled };
}

static void an_outlook_says_when_it_stops_and_why_then(void)
{
    static const struct outlook_case cases[] = {
        { .name = "schedule",
          .source = PLAN_STOP_CURFEW,
          .stop = "2026-11-27 20:00",
          .text = " It stops 2026-11-27 20:00 UTC.\n" },
        { .name = "prolonged",
          .source = PLAN_STOP_DEADLINE,
          .stop = "2026-11-27 22:00",
          .deadline = DEADLINE_PROLONGED,
          .by = "U0ANN",
          .text = " It stops 2026-11-27 22:00 UTC (kept awake by @U0ANN).\n" },
        { .name = "lease of a person",
          .source = PLAN_STOP_DEADLINE,
          .stop = "2026-11-28 01:00",
          .deadline = DEADLINE_LEASE,
          .by = "U0ANN",
          .text = " It was started at night, so it stops 2026-11-28 01:00 UTC; `/curfew prolongate dev1 for 2h` keeps "
                  "it longer.\n" },
        { .name = "lease of one that was found",
          .source = PLAN_STOP_DEADLINE,
          .stop = "2026-11-28 01:00",
          .deadline = DEADLINE_LEASE,
          .by = "curfew",
          .text = " It was found running at night, so it stops 2026-11-28 01:00 UTC; `/curfew prolongate dev1 for 2h` "
                  "keeps it longer.\n" },
        { .name = "postponed",
          .source = PLAN_STOP_DEADLINE,
          .stop = "2026-11-27 20:15",
          .deadline = DEADLINE_POSTPONED,
          .by = "curfew",
          .text = " It stops 2026-11-27 20:15 UTC: later than meant, so that it is announced before.\n" },
        { .name = "prolonged into the next day",
          .source = PLAN_STOP_TAKEN_UP,
          .stop = "2026-11-30 20:00",
          .deadline = DEADLINE_PROLONGED,
          .by = "U0ANN",
          .text = " It was kept awake by @U0ANN into the next day, so it stops with that day 2026-11-30 20:00 UTC.\n" },
        { .name = "lease into the next day",
          .source = PLAN_STOP_TAKEN_UP,
          .stop = "2026-11-30 20:00",
          .deadline = DEADLINE_LEASE,
          .by = "U0ANN",
          .text = " It was started at night and runs into the next day, so it stops with that day 2026-11-30 20:00 "
                  "UTC.\n" },
        { .name = "the day that took it up has begun",
          .source = PLAN_STOP_TAKEN_UP,
          .stop = "2026-11-30 20:00",
          .text = " It stops 2026-11-30 20:00 UTC.\n" },
        { .name = "asleep, with a window",
          .start = "2026-11-30 08:00",
          .text = " It starts by itself 2026-11-30 08:00 UTC.\n" },
        { .name = "asleep, by hand only", .start = "2026-11-30 08:00", .disabled = true, .text = "" },
        { .name = "nothing stops it", .text = "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct outlook outlook = outlook_of(&cases[i]);
        struct buffer text = { 0 };
        answer_outlook("dev1", &outlook, &text);
        check_lines(cases[i].name, &text, cases[i].text);
    }
}

static void instants_stand_in_the_time_zone_of_who_reads(void)
{
    struct outlook outlook = { .stop = { .at = 1795809600, .source = PLAN_STOP_CURFEW } };
    struct buffer text = { 0 };

    answer_outlook("dev1", &outlook, &text);
    CU_ASSERT_STRING_EQUAL(buffer_text(&text),
                           " It stops <!date^1795809600^{date_short_pretty} at {time}|2026-11-27 20:00 UTC>.");
    buffer_release(&text);
}

struct decided_case {
    enum decided_kind kind;
    enum verb verb;
    struct outlook_case now; /* .name names the row */
    const char *before, *wanted, *pressed;
    const char *text;
};

static void check_decided(const struct decided_case *item)
{
    struct error error = { 0 };
    struct buffer text = { 0 };
    struct decided decided = { .kind = item->kind,
                               .verb = item->verb,
                               .name = "dev1",
                               .outlook = outlook_of(&item->now),
                               .stop_before_at = item->before == NULL ? INT64_MAX : at(item->before),
                               .wanted_at = at(item->wanted),
                               .max_s = 24 * 60 * 60,
                               .pressed_stop_at = at(item->pressed),
                               .error = &error };

    (void) error_set(&error, ERROR_NETWORK, "the store says <!channel>");
    answer_decided(&decided, &text);
    check_lines(item->now.name, &text, item->text);
}

static void a_stop_that_was_moved_is_said_with_the_one_before(void)
{
    static const struct decided_case cases[] = {
        { .kind = DECIDED_MOVED,
          .verb = VERB_PROLONGATE,
          .now = { .name = "moved",
                   .source = PLAN_STOP_DEADLINE,
                   .stop = "2026-11-27 22:00",
                   .deadline = DEADLINE_PROLONGED,
                   .by = "U0ANN" },
          .before = "2026-11-27 20:00",
          .wanted = "2026-11-27 22:00",
          .text = "`dev1` is kept awake until 2026-11-27 22:00 UTC instead of 2026-11-27 20:00 UTC.\n" },
        { .kind = DECIDED_MOVED,
          .verb = VERB_PROLONGATE,
          .now = { .name = "what stood before is not known",
                   .source = PLAN_STOP_DEADLINE,
                   .stop = "2026-11-27 22:00",
                   .deadline = DEADLINE_PROLONGED,
                   .by = "U0ANN" },
          .wanted = "2026-11-27 22:00",
          .text = "`dev1` is kept awake until 2026-11-27 22:00 UTC.\n" },
        { .kind = DECIDED_MOVED,
          .verb = VERB_PROLONGATE,
          .now = { .name = "taken up",
                   .source = PLAN_STOP_TAKEN_UP,
                   .stop = "2026-11-30 20:00",
                   .deadline = DEADLINE_PROLONGED,
                   .by = "U0ANN" },
          .before = "2026-11-27 20:00",
          .wanted = "2026-11-30 10:00",
          .text = "`dev1` is kept awake: 2026-11-30 10:00 UTC lies inside the next day, so it stops with that day "
                  "2026-11-30 20:00 UTC.\n" },
        { .kind = DECIDED_MOVED,
          .verb = VERB_PROLONGATE,
          .now = { .name = "taken up, after a crash",
                   .source = PLAN_STOP_TAKEN_UP,
                   .stop = "2026-11-30 20:00",
                   .deadline = DEADLINE_PROLONGED,
                   .by = "U0ANN" },
          .wanted = "2026-11-30 20:00",
          .text = "`dev1` is kept awake until 2026-11-30 20:00 UTC.\n" },
        { .kind = DECIDED_CANCELLED,
          .verb = VERB_CANCEL,
          .now = { .name = "back to a stop of the schedule", .source = PLAN_STOP_CURFEW, .stop = "2026-11-27 20:00" },
          .before = "2026-11-27 22:00",
          .text = "`dev1` is back on its schedule and stops 2026-11-27 20:00 UTC instead of 2026-11-27 22:00 UTC.\n" },
        { .kind = DECIDED_CANCELLED,
          .verb = VERB_CANCEL,
          .now = { .name = "back at night",
                   .source = PLAN_STOP_DEADLINE,
                   .stop = "2026-11-27 20:15",
                   .deadline = DEADLINE_POSTPONED,
                   .by = "U0ANN" },
          .before = "2026-11-27 22:00",
          .text = "`dev1` is back on its schedule. It stops 2026-11-27 20:15 UTC: later than meant, so that it is "
                  "announced before.\n" },
        { .kind = DECIDED_CANCELLED,
          .verb = VERB_CANCEL,
          .now = { .name = "back to never" },
          .before = "2026-11-27 22:00",
          .text = "`dev1` is back on its schedule. It has no curfew.\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_decided(&cases[i]);
}

static void what_was_not_changed_is_said_with_the_reason(void)
{
    static const struct decided_case cases[] = {
        { .kind = DECIDED_NOT_LATER,
          .verb = VERB_PROLONGATE,
          .now = { .name = "not later",
                   .source = PLAN_STOP_DEADLINE,
                   .stop = "2026-11-27 22:00",
                   .deadline = DEADLINE_PROLONGED,
                   .by = "U0ANN" },
          .wanted = "2026-11-27 21:00",
          .text = "`dev1` runs until 2026-11-27 22:00 UTC anyway: 2026-11-27 21:00 UTC is not later, so nothing was "
                  "changed.\n" },
        { .kind = DECIDED_TOO_FAR,
          .verb = VERB_PROLONGATE,
          .now = { .name = "too far", .source = PLAN_STOP_CURFEW, .stop = "2026-11-27 20:00" },
          .wanted = "2026-11-28 21:00",
          .text = "`dev1` stops 2026-11-27 20:00 UTC, and 2026-11-28 21:00 UTC is more than 24 h later, the most that "
                  "is added at a time. Nothing was changed.\n" },
        { .kind = DECIDED_ASLEEP,
          .verb = VERB_PROLONGATE,
          .now = { .name = "asleep" },
          .text = "`dev1` is stopped: only a start wakes it. Start it with `/curfew start dev1`.\n" },
        { .kind = DECIDED_ASLEEP,
          .verb = VERB_PROLONGATE,
          .now = { .name = "asleep until its window", .start = "2026-11-30 08:00" },
          .text = "`dev1` is stopped: only a start wakes it. It starts by itself 2026-11-30 08:00 UTC.\n" },
        { .kind = DECIDED_ASLEEP,
          .verb = VERB_CANCEL,
          .now = { .name = "nothing to cancel" },
          .text = "`dev1` is stopped, so there is no stop to move back. Start it with `/curfew start dev1`.\n" },
        { .kind = DECIDED_STOPPING,
          .verb = VERB_PROLONGATE,
          .now = { .name = "stopping" },
          .text = "`dev1` is being stopped already; `/curfew start dev1` starts it again.\n" },
        { .kind = DECIDED_NO_STOP,
          .verb = VERB_PROLONGATE,
          .now = { .name = "never" },
          .text = "`dev1` has no curfew: nothing stops it by itself.\n" },
        { .kind = DECIDED_NO_STOP,
          .verb = VERB_PROLONGATE,
          .now = { .name = "disabled", .disabled = true },
          .text = "`dev1` has no curfew: it is `scheduler=disabled`.\n" },
        { .kind = DECIDED_NOT_MOVED,
          .verb = VERB_CANCEL,
          .now = { .name = "not moved", .source = PLAN_STOP_CURFEW, .stop = "2026-11-27 20:00" },
          .text = "`dev1` is on its schedule already: nobody has moved its stop. It stops 2026-11-27 20:00 UTC.\n" },
        { .kind = DECIDED_STALE,
          .verb = VERB_PROLONGATE,
          .now = { .name = "a stop that was moved",
                   .source = PLAN_STOP_DEADLINE,
                   .stop = "2026-11-27 22:00",
                   .deadline = DEADLINE_PROLONGED,
                   .by = "U0ANN" },
          .pressed = "2026-11-27 20:00",
          .text = "`dev1`: this button is of a stop 2026-11-27 20:00 UTC that no longer stands, so nothing was "
                  "changed. It stops 2026-11-27 22:00 UTC (kept awake by @U0ANN).\n" },
        { .kind = DECIDED_STALE,
          .verb = VERB_PROLONGATE,
          .now = { .name = "another namespace", .source = PLAN_STOP_CURFEW, .stop = "2026-11-27 20:00" },
          .pressed = "2026-11-27 20:00",
          .text = "`dev1`: this button is of an earlier namespace of that name, so nothing was changed. It stops "
                  "2026-11-27 20:00 UTC.\n" },
        { .kind = DECIDED_STALE,
          .verb = VERB_PROLONGATE,
          .now = { .name = "a stop of a whole notice", .source = PLAN_STOP_CURFEW, .stop = "2026-11-27 20:00" },
          .text = "`dev1`: this button is not of how it stands now, so nothing was changed. It stops 2026-11-27 20:00 "
                  "UTC.\n" },
        { .kind = DECIDED_FAILED,
          .verb = VERB_PROLONGATE,
          .now = { .name = "not prolonged", .source = PLAN_STOP_CURFEW, .stop = "2026-11-27 20:00" },
          .text = "`dev1` was not prolonged, and nothing was changed: the store says <!channel>.\n" },
        { .kind = DECIDED_FAILED,
          .verb = VERB_CANCEL,
          .now = { .name = "not cancelled", .source = PLAN_STOP_CURFEW, .stop = "2026-11-27 20:00" },
          .text = "`dev1` was not put back on its schedule, and nothing was changed: the store says <!channel>.\n" },
        { .kind = DECIDED_FAILED,
          .verb = VERB_SCHEDULE,
          .now = { .name = "no other schedule", .source = PLAN_STOP_CURFEW, .stop = "2026-11-27 20:00" },
          .text = "`dev1` was not given another schedule, and nothing was changed: the store says <!channel>.\n" },
        { .kind = DECIDED_FAILED,
          .verb = VERB_HISTORY,
          .now = { .name = "history", .source = PLAN_STOP_CURFEW, .stop = "2026-11-27 20:00" },
          .text = "`dev1`: its history cannot be read: the store says <!channel>.\n" },
        { .kind = DECIDED_NO_LONGER,
          .verb = VERB_PROLONGATE,
          .now = { .name = "gone", .source = PLAN_STOP_CURFEW, .stop = "2026-11-27 20:00" },
          .text = "`dev1` is no environment any more: it was deleted or lost its label meanwhile.\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_decided(&cases[i]);
}

/* Foreign words neither mention nor format. */
static void errors_are_escaped(void)
{
    struct error error = { 0 };
    struct buffer text = { 0 };
    struct decided decided = { .kind = DECIDED_FAILED,
                               .verb = VERB_PROLONGATE,
                               .name = "dev1",
                               .outlook = { .deadline_by = "" },
                               .error = &error };

    (void) error_set(&error, ERROR_NETWORK, "<!channel> & co");
    answer_decided(&decided, &text);
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&text), ": &lt;!channel&gt; &amp; co.\n"));
    buffer_release(&text);
}

struct schedule_case {
    const char *name;
    const char *schedule;
    bool is_own, changed;
    const char *wrong;
    struct outlook_case outlook;
    const char *now;
    const char *text;
};

static void check_schedule(const struct schedule_case *item)
{
    struct zones zones;
    struct schedule schedule;
    struct schedule_defaults defaults = { .zone = zone_utc(), .reset_minute = 9 * 60 };
    struct error error = { 0 };
    struct buffer text = { 0 };
    struct outlook outlook = outlook_of(&item->outlook);

    zones_init(&zones, NULL);
    CU_ASSERT_TRUE_FATAL(schedule_read(item->schedule, &defaults, &zones.source, &schedule, &error));
    answer_schedule("dev1", &schedule, item->is_own, item->changed, item->wrong == NULL ? "" : item->wrong, &outlook,
                    at(item->now), &text);
    check_lines(item->name, &text, item->text);
    zones_release(&zones);
}

/* Days are those of the schedule's zone: 00:30 in Berlin is 23:30 UTC of the day before. */
static void a_schedule_is_shown_with_the_week_to_come(void)
{
    static const struct schedule_case cases[] = {
        { .name = "windows",
          .schedule = "Mon,Fri 08:00-20:00 Europe/Berlin",
          .is_own = true,
          .now = "2026-11-27 12:00",
          .text = "`dev1` has a schedule of its own: `Mon,Fri 08:00-20:00 Europe/Berlin`.\n"
                  "• Fri: stops 2026-11-27 19:00 UTC\n"
                  "• Mon: starts 2026-11-30 07:00 UTC, stops 2026-11-30 19:00 UTC\n"
                  "• Fri: starts 2026-12-04 07:00 UTC\n" },
        { .name = "the day of the zone",
          .schedule = "Sat 00:30 Europe/Berlin",
          .now = "2026-11-27 12:00",
          .text = "`dev1` has the default schedule: `Sat 00:30 Europe/Berlin`.\n"
                  "• Sat: stops 2026-11-27 23:30 UTC\n" },
        { .name = "set, with a stop that somebody moved",
          .schedule = "Fri 20:00",
          .is_own = true,
          .changed = true,
          .now = "2026-11-27 12:00",
          .outlook = { .source = PLAN_STOP_DEADLINE,
                       .stop = "2026-11-27 22:00",
                       .deadline = DEADLINE_PROLONGED,
                       .by = "U0ANN" },
          .text = "`dev1` has a new schedule: `Fri 20:00 UTC`.\n"
                  "• Fri: stops 2026-11-27 20:00 UTC\n"
                  "For now: It stops 2026-11-27 22:00 UTC (kept awake by @U0ANN).\n" },
        { .name = "never",
          .schedule = "never",
          .is_own = true,
          .now = "2026-11-27 12:00",
          .text = "`dev1` has a schedule of its own: `never`.\nIt has no curfew.\n" },
        { .name = "the default again, and not in force",
          .schedule = "Fri 20:00",
          .changed = true,
          .now = "2026-11-27 12:00",
          .outlook = { .disabled = true },
          .text = "`dev1` has the default schedule again: `Fri 20:00 UTC`.\n"
                  "It does not count now: the namespace is `scheduler=disabled`.\n" },
        { .name = "a wrong annotation",
          .schedule = "Fri 20:00",
          .wrong = "curfew/schedule: Mon-Fry: no day of the week \"Fry\"",
          .now = "2026-11-27 21:00",
          .text = "`dev1` has the default schedule: `Fri 20:00 UTC`.\n"
                  "• curfew/schedule: Mon-Fry: no day of the week \"Fry\"\n"
                  "• Fri: stops 2026-12-04 20:00 UTC\n" },
        { .name = "nothing within the week",
          .schedule = "0 20 1 1 *",
          .is_own = true,
          .now = "2026-11-27 12:00",
          .text = "`dev1` has a schedule of its own: `0 20 1 1 * UTC`.\n"
                  "Nothing starts or stops it in the next 7 days.\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_schedule(&cases[i]);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    for (text = strstr(text, part); text != NULL; text = strstr(text + 1, part))
        count++;
    return count;
}

static void a_schedule_of_every_minute_stays_a_short_answer(void)
{
    struct schedule schedule;
    struct schedule_defaults defaults = { .zone = zone_utc() };
    struct outlook outlook = { .is_scheduled = true, .deadline_by = "" };
    struct error error = { 0 };
    struct buffer text = { 0 };

    CU_ASSERT_TRUE_FATAL(schedule_read("* * * * *", &defaults, NULL, &schedule, &error));
    answer_schedule("dev1", &schedule, true, false, "", &outlook, at("2026-11-27 12:00"), &text);
    CU_ASSERT_EQUAL(count_of(buffer_text(&text), "stops "), 40);
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&text), "\n• and so on\n"));
    buffer_release(&text);
}

static void the_history_says_who_did_what_from_where(void)
{
    static const struct history_entry acts[] = {
        { .at = 1795809600, .by = "U0ANN", .from = "button", .act = "prolongate for 2h", .outcome = "kept awake" },
        { .at = 1795806000,
          .by = "U0BOB",
          .from = "command",
          .act = "stop except web",
          .refused = true,
          .outcome = "only `owners` may" },
        { .at = 1795806000, .by = "U0BOB", .from = "command", .act = "stop", .refused = true },
        { .at = 1795802400, .by = "schedule", .from = "schedule", .act = "stop" },
        { .at = 1795798800, .by = "curfew", .from = "namespace", .act = "adopt", .outcome = "it runs" },
        { .at = 1795795200, .by = "kubeconfig:ann", .from = "command", .act = "start", .outcome = "12/12 ready" },
    };
    struct buffer text = { 0 };

    answer_history("dev1", acts, sizeof acts / sizeof acts[0], &text);
    check_lines("acts", &text,
                "`dev1`, newest first:\n"
                "• 2026-11-27 20:00 UTC  @U0ANN (button): `prolongate for 2h`: kept awake\n"
                "• 2026-11-27 19:00 UTC  @U0BOB (command): `stop except web` refused: only `owners` may\n"
                "• 2026-11-27 19:00 UTC  @U0BOB (command): `stop` refused\n"
                "• 2026-11-27 18:00 UTC  the schedule: `stop`, outcome not known\n"
                "• 2026-11-27 17:00 UTC  Curfew (namespace): `adopt`: it runs\n"
                "• 2026-11-27 16:00 UTC  kubeconfig:ann (command): `start`: 12/12 ready\n");
    answer_history("dev1", NULL, 0, &text);
    check_lines("none", &text, "`dev1`: no act in the last 90 days.\n");
}

static void a_long_history_is_cut_with_a_line_that_says_so(void)
{
    enum { COUNT = 200 };
    static struct history_entry acts[COUNT];
    struct buffer text = { 0 };

    for (size_t i = 0; i < COUNT; i++)
        acts[i] = (struct history_entry){ .at = (int64_t) i, .by = "U0ANN", .from = "command", .act = "stop" };
    answer_history("dev1", acts, COUNT, &text);
    CU_ASSERT_EQUAL(count_of(buffer_text(&text), "`stop`"), 50);
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&text), "\n• and older ones\n"));
    buffer_release(&text);
}

static void an_outcome_becomes_one_line_of_plain_text(void)
{
    struct buffer text = { 0 };

    answer_write_plain("`dev1` &lt;is&gt; up, by <@U0ANN>.\n• `web` stops <!date^0^{time}|1970-01-01 00:00 UTC>\n",
                       &text);
    CU_ASSERT_STRING_EQUAL(buffer_text(&text), "`dev1` <is> up, by @U0ANN. • `web` stops 1970-01-01 00:00 UTC");
    buffer_release(&text);
}

TEST_MAIN("bot/answer_night", TEST(an_outlook_says_when_it_stops_and_why_then),
          TEST(instants_stand_in_the_time_zone_of_who_reads), TEST(a_stop_that_was_moved_is_said_with_the_one_before),
          TEST(what_was_not_changed_is_said_with_the_reason), TEST(errors_are_escaped),
          TEST(a_schedule_is_shown_with_the_week_to_come), TEST(a_schedule_of_every_minute_stays_a_short_answer),
          TEST(the_history_says_who_did_what_from_where), TEST(a_long_history_is_cut_with_a_line_that_says_so),
          TEST(an_outcome_becomes_one_line_of_plain_text))

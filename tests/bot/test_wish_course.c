/* Weeks of one environment, played from a seed: what is due by itself, and people who wish anything at any time. After each
 * step what DESIGN says of the next stop must hold, reckoned from the schedule anew.
 *
 * The played bot is away now and then, and then catches up. A course that fails names its seed and the instant. */
#include "bot/wish.h"

#include <stdio.h>
#include <time.h>

#include "tests/bot/wish_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { SEEDS = 400, STEPS = 300, DUE_MAX = 200, HOUR_S = 3600 };

static const char *const schedules[] = {
    "Mon-Fri 20:00",
    "Mon-Fri 08:00-20:00",
    "Mon-Thu 18:00-02:00; Sat 10:00-14:00",
    "daily 02:30 Europe/Berlin",
    "daily 01:45 Australia/Lord_Howe",
    "Mon-Fri 12:00; daily 23:00",
    "0 20 * * 1-5 Europe/Berlin",
    "never",
    "Mon-Fri 22:00-06:00 America/New_York",
};

struct course {
    struct wish_scene scenes[sizeof schedules / sizeof schedules[0]];
    const struct wish_rules *rules;
    struct record record;
    int64_t now;
    int64_t promised_at; /* the stop that somebody was told last; 0 = none */
    bool was_away;       /* over what was due */
    uint64_t dice;
    uint64_t seed;
};

static uint32_t roll(struct course *course, uint32_t sides)
{
    course->dice = course->dice * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t) (course->dice >> 33) % sides;
}

/* What is to hold, with the seed and the instant at which it does not. */
static void holds(const struct course *course, const char *what, bool is_so)
{
    char sentence[200];
    struct tm parts;
    char moment[32];

    CU_ASSERT_PTR_NOT_NULL_FATAL(gmtime_r(&course->now, &parts));
    strftime(moment, sizeof moment, "%m-%d %H:%M", &parts);
    (void) snprintf(sentence, sizeof sentence, "seed %d, %s: %.100s", (int) course->seed, moment, what);
    case_holds(sentence, is_so);
}

static bool is_awake(const struct course *course)
{
    return course->record.state == RECORD_AWAKE || course->record.state == RECORD_STARTING;
}

static struct plan_view view_of(const struct course *course)
{
    struct plan_view view;

    wish_fill_plan(course->rules, &course->record, &view);
    return view;
}

static int64_t stop_of(const struct course *course)
{
    const struct plan_view view = view_of(course);

    return plan_next_stop(&view).at;
}

/* --- what must hold --------------------------------------------------------------------------------------------- */

/* The next stop by DESIGN's rule 2: the deadline, or the curfew of the later day that took it up; else the next curfew. */
static int64_t stop_by_the_book(const struct course *course)
{
    const struct schedule *schedule = course->rules->schedule;
    int64_t deadline_at = course->record.deadline_at;

    if (deadline_at == 0)
        return schedule_next_stop(schedule, course->now);
    int64_t day_began_at = schedule_day_began(schedule, deadline_at);
    bool is_taken_up = day_began_at != INT64_MAX && day_began_at > course->record.deadline_set_at;
    return is_taken_up ? schedule_next_stop(schedule, deadline_at - 1) : deadline_at;
}

/* All that was due is done, so the next stop lies ahead. */
static void check_rest(const struct course *course)
{
    if (!is_awake(course))
        return;
    holds(course, "the next stop is that of the book", stop_of(course) == stop_by_the_book(course));
    holds(course, "the next stop lies ahead", stop_of(course) >= course->now);
}

/* Nobody is stopped before what was said last, nor at any instant but a curfew, a deadline, or when it is made up for. */
static void check_stop(const struct course *course, const struct plan *plan)
{
    holds(course, "nobody was promised more", course->now >= course->promised_at);
    holds(course, "a stop is not early", plan->stop_at <= course->now);
    if (course->record.deadline_at == plan->stop_at || course->was_away)
        return;
    holds(course, "it is a curfew", schedule_last_stop(course->rules->schedule, course->now) == course->now);
}

/* --- by itself -------------------------------------------------------------------------------------------------- */

static void act(struct course *course, const struct plan *plan)
{
    static const struct span no_span;
    struct record *record = &course->record;

    switch (plan->action) {
    case PLAN_WARN:
    case PLAN_POSTPONE:
        holds(course, "it is announced, or a day takes it up",
              wish_announce(course->rules, plan, 1, course->now, record) || record->deadline_at != 0);
        break;
    case PLAN_STOP:
        check_stop(course, plan);
        wish_stop(course->rules, plan->stop_at, record);
        record->state = RECORD_ASLEEP;
        course->promised_at = 0;
        break;
    case PLAN_START:
        wish_start(course->rules, &no_span, true, by_schedule, plan->at, record);
        record->state = RECORD_AWAKE;
        break;
    case PLAN_SETTLE:
        wish_settle(course->rules, plan, course->now, record);
        break;
    case PLAN_NOTHING:
        break;
    }
}

/* Everything until then is done when it is due or, by a bot that was away, all of it then. */
static void pass(struct course *course, int64_t until_at)
{
    course->was_away = roll(course, 6) == 0;
    for (int i = 0; i < DUE_MAX; i++) {
        const struct plan_view view = view_of(course);
        struct plan plan = plan_next(&view, course->was_away ? until_at : course->now);
        if (plan.at > until_at) {
            course->now = until_at;
            return;
        }
        if (course->was_away)
            course->now = until_at;
        else if (plan.at > course->now)
            course->now = plan.at;
        act(course, &plan);
    }
    holds(course, "it comes to rest", false);
}

/* --- people ----------------------------------------------------------------------------------------------------- */

static struct span any_span(struct course *course)
{
    switch (roll(course, 4)) {
    case 0:
        return (struct span){ .kind = SPAN_FOR, .seconds = 60 * (1 + roll(course, 24 * 60)) };
    case 1:
        return (struct span){ .kind = SPAN_UNTIL, .minute = (int) roll(course, 24 * 60) };
    case 2:
        return (struct span){ .kind = SPAN_MORNING };
    default:
        return (struct span){ .kind = SPAN_FOR, .seconds = HOUR_S };
    }
}

static void prolong(struct course *course)
{
    struct span span = any_span(course);
    int64_t before_at = stop_of(course);
    bool was_awake = is_awake(course);
    struct wish_answer answer;

    wish_prolong(course->rules, &span, "U1", course->now, &course->record, &answer);
    if (answer.kind != DECIDED_MOVED) {
        holds(course, "what is awake is not called asleep", answer.kind != DECIDED_ASLEEP || !was_awake);
        return;
    }
    holds(course, "only what is awake is prolonged", was_awake);
    holds(course, "prolonged is later", answer.wanted_at > before_at);
    holds(course, "prolonged is as long as was asked for", stop_of(course) >= answer.wanted_at);
    if (span.kind == SPAN_FOR)
        holds(course, "prolonged from the stop that stood", answer.wanted_at == before_at + span.seconds);
    course->promised_at = stop_of(course);
}

static void cancel(struct course *course)
{
    struct wish_answer answer;

    wish_cancel(course->rules, "U1", course->now, course->now, &course->record, &answer);
    if (answer.kind == DECIDED_CANCELLED)
        course->promised_at = 0;
}

/* Where nothing stops it, or nothing runs at night although it counts as awake, a start may set an end. */
static bool is_unbounded(const struct course *course)
{
    const struct wish_rules *rules = course->rules;

    return stop_of(course) == INT64_MAX ||
           (course->record.deadline_at == 0 && !schedule_is_day(rules->schedule, course->now));
}

static void start(struct course *course)
{
    struct span span = roll(course, 2) == 0 ? (struct span){ .kind = SPAN_NONE } : any_span(course);
    bool was_awake = is_awake(course), was_unbounded = is_unbounded(course);
    int64_t before_at = stop_of(course);

    wish_start(course->rules, &span, false, "U1", course->now, &course->record);
    course->record.state = RECORD_AWAKE;
    holds(course, "a start makes nothing stop earlier", !was_awake || was_unbounded || stop_of(course) >= before_at);
    holds(course, "what is started runs", stop_of(course) > course->now || (was_awake && stop_of(course) == before_at));
    if (record_is_kept_awake(&course->record))
        course->promised_at = stop_of(course);
}

static void stop(struct course *course)
{
    if (!is_awake(course))
        return;
    wish_stop(course->rules, course->now, &course->record);
    course->record.state = RECORD_ASLEEP;
    course->promised_at = 0;
}

/* Another schedule. What was promised is kept as an instant, though another day may take it up. */
static void change(struct course *course)
{
    course->rules = &course->scenes[roll(course, sizeof schedules / sizeof schedules[0])].rules;
    wish_adopt(course->rules, roll(course, 2) == 0, course->now, &course->record);
    bool is_promised = course->promised_at != 0 && course->record.deadline == DEADLINE_PROLONGED;
    course->promised_at = is_promised ? course->record.deadline_at : 0;
}

static void wish(struct course *course)
{
    switch (roll(course, 10)) {
    case 0:
    case 1:
    case 2:
        prolong(course);
        break;
    case 3:
        cancel(course);
        break;
    case 4:
    case 5:
        start(course);
        break;
    case 6:
        stop(course);
        break;
    case 7:
        change(course);
        break;
    default:
        break;
    }
}

/* --- the play --------------------------------------------------------------------------------------------------- */

static void begin(struct course *course, uint64_t seed)
{
    course->seed = seed;
    course->dice = seed * 2654435761u;
    course->now = wish_at("01-05 12:00") + HOUR_S * (int64_t) roll(course, 350 * 24);
    course->record = wish_record(RECORD_AWAKE, NULL, NULL);
    course->record.warned_stop_at = course->record.warned_before_s = 0;
    course->promised_at = 0;
    change(course);
}

static void play(struct course *course, uint64_t seed)
{
    begin(course, seed);
    for (int i = 0; i < STEPS; i++) {
        static const uint32_t pauses_minutes[] = { 10, 90, 12 * 60, 40 * 60 };
        uint32_t minutes = pauses_minutes[roll(course, 4)];
        pass(course, course->now + 60 * (int64_t) (1 + roll(course, minutes)));
        check_rest(course);
        wish(course);
        pass(course, course->now);
        check_rest(course);
    }
}

static void whatever_people_wish_the_next_stop_is_that_of_the_book(void)
{
    static struct course course;

    for (size_t i = 0; i < sizeof schedules / sizeof schedules[0]; i++)
        wish_set_up(&course.scenes[i], schedules[i]);
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        play(&course, seed);
    for (size_t i = 0; i < sizeof schedules / sizeof schedules[0]; i++)
        wish_tear_down(&course.scenes[i]);
}

TEST_MAIN("bot/wish, courses", TEST(whatever_people_wish_the_next_stop_is_that_of_the_book))

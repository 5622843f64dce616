/* tests/k8s/test_pace.c - how the window of requests in flight follows what the server says. */
#include "k8s/pace.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

enum { FLIGHT_MAX = 80, START_MS = 1000 * 1000 };

/* A server that answers in the order of the requests, and its clock. */
struct flight {
    struct pace pace;
    int64_t now_ms;
    struct pace_ticket tickets[FLIGHT_MAX];
    int first, count;
};

static void take_off(struct flight *flight)
{
    *flight = (struct flight){ .now_ms = START_MS };
    pace_init(&flight->pace);
}

static bool may_send(const struct flight *flight, enum pace_kind kind)
{
    int64_t when_ms;

    return pace_may_send(&flight->pace, kind, flight->now_ms, &when_ms);
}

/* As many as may be, at most so many. */
static int send_up_to(struct flight *flight, int most)
{
    int sent = 0;

    while (sent < most && may_send(flight, PACE_CALL)) {
        pace_sent(&flight->pace, PACE_CALL, flight->now_ms,
                  &flight->tickets[(flight->first + flight->count) % FLIGHT_MAX]);
        flight->count++;
        sent++;
    }
    return sent;
}

static int send_all(struct flight *flight)
{
    return send_up_to(flight, FLIGHT_MAX);
}

static void answer(struct flight *flight, int count, enum pace_answer answer, int64_t retry_after_ms)
{
    for (int i = 0; i < count; i++) {
        pace_answered(&flight->pace, &flight->tickets[flight->first], answer, retry_after_ms, flight->now_ms);
        flight->first = (flight->first + 1) % FLIGHT_MAX;
        flight->count--;
    }
}

/* Rounds of a full window, each answered well after so long. What is in flight in the last of them. */
static int fly(struct flight *flight, int rounds, int64_t latency_ms)
{
    int sent = 0;

    for (int i = 0; i < rounds; i++) {
        sent = send_all(flight);
        flight->now_ms += latency_ms;
        answer(flight, sent, PACE_GOOD, 0);
    }
    return sent;
}

static void sixty_four_are_in_flight_as_long_as_all_is_well(void)
{
    struct flight flight;
    int64_t when_ms = 0;

    take_off(&flight);
    case_number("at first", send_all(&flight), 64);
    CU_ASSERT_FALSE(pace_may_send(&flight.pace, PACE_CALL, flight.now_ms, &when_ms));
    CU_ASSERT_EQUAL(when_ms, PACE_NOT_BEFORE_AN_ANSWER);
    for (int i = 0; i < 1000; i++) {
        flight.now_ms += 3;
        answer(&flight, 1, PACE_GOOD, 0);
        case_number("for one that is answered", send_all(&flight), 1);
    }
}

static void refusals_of_one_round_halve_the_window_once(void)
{
    static const int windows[] = { 64, 32, 16, 8, 4, 4, 4 };
    struct flight flight;

    take_off(&flight);
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        int sent = send_all(&flight);

        case_number("window", sent, windows[i]);
        answer(&flight, sent, PACE_REFUSED, 0);
    }
}

static void answers_to_what_was_sent_before_a_cut_neither_cut_nor_widen(void)
{
    struct flight flight;

    take_off(&flight);
    send_all(&flight);
    answer(&flight, 1, PACE_REFUSED, 0);
    case_number("sent behind the cut, 63 are in flight", send_all(&flight), 0);
    answer(&flight, 33, PACE_GOOD, 0);
    answer(&flight, 20, PACE_REFUSED, 0);
    case_number("10 of before are left", send_all(&flight), 22);
    answer(&flight, 10, PACE_REFUSED, 0);
    case_number("32 still", send_all(&flight), 10);
    answer(&flight, 1, PACE_REFUSED, 0);
    answer(&flight, 31, PACE_GOOD, 0);
    case_number("and now a round later", send_all(&flight), 16);
}

static void a_window_of_good_answers_widens_it_by_one(void)
{
    struct flight flight;

    take_off(&flight);
    send_all(&flight);
    answer(&flight, 64, PACE_REFUSED, 0);
    case_number("after the cut", fly(&flight, 1, 10), 32);
    case_number("after 32 good ones", fly(&flight, 1, 10), 33);
    case_number("after 33 good ones", fly(&flight, 1, 10), 34);
    case_number("after 30 rounds more", fly(&flight, 30, 10), 64);
    case_number("and never more", fly(&flight, 100, 10), 64);
}

static void failures_say_nothing_about_the_load(void)
{
    struct flight flight;

    take_off(&flight);
    send_all(&flight);
    answer(&flight, 64, PACE_REFUSED, 0);
    for (int i = 0; i < 10; i++) {
        int sent = send_all(&flight);

        case_number("window", sent, 32);
        flight.now_ms += 20 * 1000;
        answer(&flight, sent, PACE_NONE, 0);
    }
}

static void nothing_is_sent_before_retry_after_has_passed(void)
{
    static const struct {
        const char *name;
        int64_t retry_after_ms[2]; /* of two answers, the second 100 ms after the first */
        int64_t held_ms;           /* behind the first */
    } cases[] = {
        { "the second is later", { 1000, 1000 }, 1100 },
        { "the first is later", { 2000, 1000 }, 2000 },
        { "the second does not say", { 1000, 0 }, 1000 },
        { "longer than is waited for by all", { 86400 * 1000, 1000 }, 60 * 1000 },
    };
    static const enum pace_kind kinds[] = { PACE_CALL, PACE_LIST, PACE_WATCH };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct flight flight;

        take_off(&flight);
        send_all(&flight);
        answer(&flight, 1, PACE_REFUSED, cases[i].retry_after_ms[0]);
        flight.now_ms += 100;
        answer(&flight, 63, PACE_REFUSED, cases[i].retry_after_ms[1]);
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            int64_t end_ms = START_MS + cases[i].held_ms, when_ms = 0;

            CU_ASSERT_FALSE(pace_may_send(&flight.pace, kinds[k], flight.now_ms, &when_ms));
            case_number(cases[i].name, when_ms - START_MS, cases[i].held_ms);
            case_number(cases[i].name, pace_may_send(&flight.pace, kinds[k], end_ms - 1, &when_ms), false);
            case_number(cases[i].name, pace_may_send(&flight.pace, kinds[k], end_ms, &when_ms), true);
        }
    }
}

/* 40 rounds of small latencies, then slow ones. Smoothed over eight answers, so a round of 64 is quite at the new one. */
static void answers_that_become_slow_narrow_the_window_by_a_quarter_each_second(void)
{
    static const struct {
        const char *name;
        int64_t before_ms, then_ms;
        int windows[5]; /* of the rounds that follow the first slow one */
    } cases[] = {
        { "slow, but always was", 200, 750, { 64, 64, 64, 64, 64 } },
        { "much slower, but quick", 2, 499, { 64, 64, 64, 64, 64 } },
        { "slow", 100, 1000, { 48, 36, 27, 21, 16 } },
        { "a cut each second round", 100, 600, { 48, 48, 36, 36, 27 } },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct flight flight;

        take_off(&flight);
        case_number(cases[i].name, fly(&flight, 40, cases[i].before_ms), 64);
        fly(&flight, 1, cases[i].then_ms);
        for (int k = 0; k < 5; k++)
            case_number(cases[i].name, fly(&flight, 1, cases[i].then_ms), cases[i].windows[k]);
    }
}

static void a_single_slow_answer_is_not_a_slow_server(void)
{
    struct flight flight;

    take_off(&flight);
    fly(&flight, 10, 10);
    send_up_to(&flight, 1);
    flight.now_ms += 3000;
    answer(&flight, 1, PACE_GOOD, 0);
    case_number("window", fly(&flight, 1, 10), 64);
}

static void what_was_quick_is_forgotten_after_a_minute(void)
{
    static const struct {
        int64_t pause_ms;
        int window;
    } cases[] = { { 40 * 1000, 48 }, { 61 * 1000, 64 } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct flight flight;

        take_off(&flight);
        fly(&flight, 10, 10);
        flight.now_ms += cases[i].pause_ms;
        fly(&flight, 1, 800);
        case_number("window", send_all(&flight), cases[i].window);
    }
}

static void what_was_slow_is_forgotten_after_a_minute(void)
{
    struct flight flight;

    take_off(&flight);
    fly(&flight, 10, 900);
    flight.now_ms += 120 * 1000;
    send_up_to(&flight, 2);
    flight.now_ms += 10;
    answer(&flight, 2, PACE_GOOD, 0);
    case_number("window", send_all(&flight), 64);
}

static void slow_answers_to_what_was_sent_before_a_cut_do_not_cut_again(void)
{
    struct flight flight;

    take_off(&flight);
    fly(&flight, 10, 10);
    send_all(&flight);
    flight.now_ms += 1100;
    answer(&flight, 32, PACE_GOOD, 0);
    flight.now_ms += 1100;
    answer(&flight, 32, PACE_GOOD, 0);
    case_number("window", send_all(&flight), 48);
}

static void watches_are_without_number_and_widen_nothing(void)
{
    struct pace_ticket watches[PACE_WINDOW_MAX + 1] = { 0 };
    struct flight flight;

    take_off(&flight);
    send_all(&flight);
    answer(&flight, 64, PACE_REFUSED, 0);
    for (int i = 0; i <= PACE_WINDOW_MAX; i++) {
        CU_ASSERT_TRUE(may_send(&flight, PACE_WATCH));
        pace_sent(&flight.pace, PACE_WATCH, flight.now_ms, &watches[i]);
    }
    for (int i = 0; i <= PACE_WINDOW_MAX; i++)
        pace_answered(&flight.pace, &watches[i], PACE_GOOD, 0, flight.now_ms);
    case_number("window", send_all(&flight), 32);
}

static void lists_and_watches_have_their_own_place_and_no_latency(void)
{
    struct flight flight;
    struct pace_ticket lists[PACE_WINDOW_MAX] = { 0 }, watch = { 0 };

    take_off(&flight);
    fly(&flight, 10, 10);
    send_all(&flight);
    for (int i = 0; i < PACE_WINDOW_MAX; i++) {
        case_number("a list does not wait behind calls", may_send(&flight, PACE_LIST), true);
        pace_sent(&flight.pace, PACE_LIST, flight.now_ms, &lists[i]);
    }
    CU_ASSERT_FALSE(may_send(&flight, PACE_LIST));
    CU_ASSERT_TRUE(may_send(&flight, PACE_WATCH));
    pace_sent(&flight.pace, PACE_WATCH, flight.now_ms, &watch);
    answer(&flight, 64, PACE_GOOD, 0);
    case_number("with 65 in flight", send_all(&flight), 0);
    flight.now_ms += 30 * 1000;
    for (int i = 0; i < PACE_WINDOW_MAX; i++)
        pace_answered(&flight.pace, &lists[i], PACE_GOOD, 0, flight.now_ms);
    case_number("beside one watch", send_all(&flight), 63);
    pace_answered(&flight.pace, &watch, PACE_GOOD, 0, flight.now_ms);
    case_number("window", send_all(&flight), 1);
}

static void a_list_that_is_refused_narrows_the_window_of_both(void)
{
    struct flight flight;
    struct pace_ticket lists[PACE_WINDOW_MAX] = { 0 };
    int sent = 0;

    take_off(&flight);
    pace_sent(&flight.pace, PACE_LIST, flight.now_ms, &lists[0]);
    pace_answered(&flight.pace, &lists[0], PACE_REFUSED, 0, flight.now_ms);
    case_number("calls", send_all(&flight), 32);
    while (sent < PACE_WINDOW_MAX && may_send(&flight, PACE_LIST)) {
        pace_sent(&flight.pace, PACE_LIST, flight.now_ms, &lists[sent]);
        sent++;
    }
    case_number("lists", sent, 32);
}

static void a_ticket_is_answered_once(void)
{
    struct flight flight;
    struct pace_ticket ticket = { 0 };

    take_off(&flight);
    pace_answered(&flight.pace, &ticket, PACE_REFUSED, 1000, flight.now_ms);
    case_number("without a request", send_up_to(&flight, 63), 63);
    pace_sent(&flight.pace, PACE_CALL, flight.now_ms, &ticket);
    CU_ASSERT_FALSE(may_send(&flight, PACE_CALL));
    pace_answered(&flight.pace, &ticket, PACE_NONE, 0, flight.now_ms);
    pace_answered(&flight.pace, &ticket, PACE_REFUSED, 0, flight.now_ms);
    case_number("one place is free", send_all(&flight), 1);
}

TEST_MAIN("k8s/pace", TEST(sixty_four_are_in_flight_as_long_as_all_is_well),
          TEST(refusals_of_one_round_halve_the_window_once),
          TEST(answers_to_what_was_sent_before_a_cut_neither_cut_nor_widen),
          TEST(a_window_of_good_answers_widens_it_by_one), TEST(failures_say_nothing_about_the_load),
          TEST(nothing_is_sent_before_retry_after_has_passed),
          TEST(answers_that_become_slow_narrow_the_window_by_a_quarter_each_second),
          TEST(a_single_slow_answer_is_not_a_slow_server), TEST(what_was_quick_is_forgotten_after_a_minute),
          TEST(what_was_slow_is_forgotten_after_a_minute),
          TEST(slow_answers_to_what_was_sent_before_a_cut_do_not_cut_again),
          TEST(watches_are_without_number_and_widen_nothing),
          TEST(lists_and_watches_have_their_own_place_and_no_latency),
          TEST(a_list_that_is_refused_narrows_the_window_of_both), TEST(a_ticket_is_answered_once))

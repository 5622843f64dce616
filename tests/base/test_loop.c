/* tests/base/test_loop.c - base/loop.h: posts, clocks, timers, descriptors, signals. No test depends on how fast the
 * machine is: what is asserted is order, number, and that nothing comes early. */
#include "base/loop.h"

#include "tests/test_main.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { NAMES_SIZE = 32 };

/* What was pumped, in that order, as one letter each. */
struct scene {
    struct loop *loop;
    char names[NAMES_SIZE];
    size_t count;
    size_t count_wanted; /* the loop ends when so many were pumped */
};

static void note(struct scene *scene, char name)
{
    CU_ASSERT_FATAL(scene->count < NAMES_SIZE - 1);
    scene->names[scene->count++] = name;
    if (scene->count == scene->count_wanted)
        loop_stop(scene->loop);
}

/* Something with a timer, a post, a descriptor and a signal, and what it does when it is pumped. */
struct actor {
    struct flow flow;
    struct scene *scene;
    char name;
    struct timer timer;
    struct descriptor descriptor;
    struct signal_watch signal;
    struct actor *other;
    int64_t seen_at;
};

static void only_note(struct flow *flow)
{
    struct actor *actor = (struct actor *) flow;

    note(actor->scene, actor->name);
}

static struct actor actor_new(struct scene *scene, char name, void (*pump)(struct flow *flow))
{
    return (struct actor){ .flow.pump = pump, .scene = scene, .name = name };
}

/* timers */

static void timers_ring_in_the_order_in_which_they_are_due(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 5 };
    /* Far apart: valgrind on a busy machine starts them all in time, too. */
    static const int64_t delays_ms[] = { 450, 150, 300, 150, 0 };
    struct actor actors[5];

    for (int i = 0; i < 5; i++) {
        actors[i] = actor_new(&scene, (char) ('a' + i), only_note);
        timer_start(scene.loop, &actors[i].timer, delays_ms[i], &actors[i].flow);
    }
    CU_ASSERT_EQUAL(scene.count, 0);
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(scene.names, "ebdca");
    for (int i = 0; i < 5; i++)
        CU_ASSERT_FALSE(actors[i].timer.armed);
    loop_free(scene.loop);
}

static void note_the_time(struct flow *flow)
{
    struct actor *actor = (struct actor *) flow;

    actor->seen_at = loop_monotonic_ms(actor->scene->loop);
    note(actor->scene, actor->name);
}

static void a_timer_never_rings_early(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 1 };
    struct actor actor = actor_new(&scene, 'a', note_the_time);
    int64_t started_at = loop_monotonic_ms(scene.loop);

    timer_start(scene.loop, &actor.timer, 25, &actor.flow);
    loop_run(scene.loop);
    CU_ASSERT(actor.seen_at - started_at >= 25);
    loop_free(scene.loop);
}

static void a_timer_that_is_started_twice_rings_once_at_the_later_start(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 3 };
    struct actor a = actor_new(&scene, 'a', only_note);
    struct actor b = actor_new(&scene, 'b', only_note);
    struct actor c = actor_new(&scene, 'c', only_note);

    timer_start(scene.loop, &a.timer, 1, &a.flow);
    timer_start(scene.loop, &b.timer, 10, &b.flow);
    timer_start(scene.loop, &a.timer, 20, &a.flow);
    timer_start(scene.loop, &c.timer, 30, &c.flow);
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(scene.names, "bac");
    loop_free(scene.loop);
}

static void restart_with_no_delay(struct flow *flow)
{
    struct actor *actor = (struct actor *) flow;

    if (actor->scene->count == 0)
        timer_start(actor->scene->loop, &actor->timer, 0, &actor->flow);
    else
        note(actor->scene, actor->name);
}

static void a_timer_that_restarts_itself_from_its_pump_lets_others_in(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 2 };
    struct actor a = actor_new(&scene, 'a', restart_with_no_delay);
    struct actor b = actor_new(&scene, 'b', only_note);

    timer_start(scene.loop, &a.timer, 0, &a.flow);
    timer_start(scene.loop, &b.timer, 5, &b.flow);
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(scene.names, "ba");
    loop_free(scene.loop);
}

static void stop_the_other_timer(struct flow *flow)
{
    struct actor *actor = (struct actor *) flow;

    timer_stop(actor->scene->loop, &actor->other->timer);
    note(actor->scene, actor->name);
}

static void a_timer_that_was_stopped_does_not_ring_even_when_it_was_due(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 2 };
    struct actor a = actor_new(&scene, 'a', stop_the_other_timer);
    struct actor b = actor_new(&scene, 'b', only_note);
    struct actor c = actor_new(&scene, 'c', only_note);

    a.other = &b;
    timer_start(scene.loop, &a.timer, 0, &a.flow);
    timer_start(scene.loop, &b.timer, 0, &b.flow);
    timer_start(scene.loop, &c.timer, 5, &c.flow);
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(scene.names, "ac");
    timer_stop(scene.loop, &b.timer);
    loop_free(scene.loop);
}

static void a_timer_in_the_far_future_does_no_harm(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 1 };
    struct actor a = actor_new(&scene, 'a', only_note);
    struct actor b = actor_new(&scene, 'b', only_note);

    timer_start(scene.loop, &a.timer, INT64_MAX, &a.flow);
    timer_start(scene.loop, &b.timer, -1, &b.flow);
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(scene.names, "b");
    timer_stop(scene.loop, &a.timer);
    loop_free(scene.loop);
}

/* posts */

static void several_posts_before_a_turn_are_one_pump(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 3 };
    struct actor a = actor_new(&scene, 'a', only_note);
    struct actor b = actor_new(&scene, 'b', only_note);
    struct actor c = actor_new(&scene, 'c', only_note);

    loop_post(scene.loop, &a.flow);
    loop_post(scene.loop, &b.flow);
    loop_post(scene.loop, &a.flow);
    timer_start(scene.loop, &c.timer, 10, &c.flow);
    CU_ASSERT_EQUAL(scene.count, 0);
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(scene.names, "abc");
    loop_free(scene.loop);
}

static void post_itself_again(struct flow *flow)
{
    struct actor *actor = (struct actor *) flow;

    loop_post(actor->scene->loop, flow);
    note(actor->scene, actor->name);
}

static void a_flow_that_posts_itself_is_pumped_in_the_next_turn_after_the_others(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 4 };
    struct actor a = actor_new(&scene, 'a', post_itself_again);
    struct actor b = actor_new(&scene, 'b', post_itself_again);

    loop_post(scene.loop, &a.flow);
    loop_post(scene.loop, &b.flow);
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(scene.names, "abab");
    loop_unpost(scene.loop, &a.flow);
    loop_unpost(scene.loop, &b.flow);
    loop_free(scene.loop);
}

static void unpost_the_other(struct flow *flow)
{
    struct actor *actor = (struct actor *) flow;

    loop_unpost(actor->scene->loop, &actor->other->flow);
    note(actor->scene, actor->name);
}

static void a_post_that_was_withdrawn_is_not_pumped_even_in_the_same_turn(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 2 };
    struct actor a = actor_new(&scene, 'a', unpost_the_other);
    struct actor b = actor_new(&scene, 'b', only_note);
    struct actor c = actor_new(&scene, 'c', only_note);

    a.other = &b;
    loop_post(scene.loop, &a.flow);
    loop_post(scene.loop, &b.flow);
    timer_start(scene.loop, &c.timer, 10, &c.flow);
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(scene.names, "ac");
    loop_free(scene.loop);
}

static void more_posts_than_there_was_room_for_are_all_pumped(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 26 };
    struct actor actors[26];

    for (int i = 0; i < 26; i++) {
        actors[i] = actor_new(&scene, (char) ('a' + i), only_note);
        loop_post(scene.loop, &actors[i].flow);
    }
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(scene.names, "abcdefghijklmnopqrstuvwxyz");
    loop_free(scene.loop);
}

/* clocks */

static void the_wall_clock_is_the_systems(void)
{
    struct loop *loop = loop_new();
    int64_t before = time(NULL);
    int64_t now = loop_now(loop);

    CU_ASSERT(now >= before && now <= time(NULL));
    loop_free(loop);
}

static void look_at_the_clock_twice(struct flow *flow)
{
    struct actor *actor = (struct actor *) flow;
    int64_t first = loop_now(actor->scene->loop);
    time_t started_at = time(NULL);

    while (time(NULL) == started_at)
        continue;
    CU_ASSERT_EQUAL(loop_now(actor->scene->loop), first);
    actor->seen_at = first;
    note(actor->scene, actor->name);
}

static void the_wall_clock_stands_still_within_a_turn_and_moves_on_between_turns(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 1 };
    struct actor a = actor_new(&scene, 'a', look_at_the_clock_twice);

    loop_post(scene.loop, &a.flow);
    loop_run(scene.loop);
    scene.count = 0;
    a.flow.pump = only_note;
    timer_start(scene.loop, &a.timer, 0, &a.flow);
    loop_run(scene.loop);
    CU_ASSERT(loop_now(scene.loop) > a.seen_at);
    loop_free(scene.loop);
}

/* descriptors */

static void read_one_byte(struct flow *flow)
{
    struct actor *actor = (struct actor *) flow;
    char byte = '-';

    CU_ASSERT_TRUE(actor->descriptor.readable);
    CU_ASSERT_FALSE(actor->descriptor.writable);
    if (read(actor->descriptor.number, &byte, 1) == 0)
        byte = '.';
    note(actor->scene, byte);
}

static void a_descriptor_is_reported_as_long_as_there_is_something_to_read(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 4 };
    struct actor a = actor_new(&scene, 'a', read_one_byte);
    int ends[2];

    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    CU_ASSERT_EQUAL(write(ends[1], "xyz", 3), 3);
    close(ends[1]);
    descriptor_start(scene.loop, &a.descriptor, ends[0], true, false, &a.flow);
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(scene.names, "xyz.");
    descriptor_stop(scene.loop, &a.descriptor);
    descriptor_stop(scene.loop, &a.descriptor);
    close(ends[0]);
    loop_free(scene.loop);
}

static void write_then_read(struct flow *flow)
{
    struct actor *actor = (struct actor *) flow;
    struct descriptor *descriptor = &actor->descriptor;
    char byte = '-';

    if (descriptor->writable) {
        CU_ASSERT_EQUAL(write(descriptor->number, "w", 1), 1);
        descriptor_start(actor->scene->loop, descriptor, descriptor->number, true, false, flow);
        note(actor->scene, 'w');
        return;
    }
    CU_ASSERT_EQUAL(read(descriptor->number, &byte, 1), 1);
    note(actor->scene, byte);
}

static void what_is_wanted_of_a_descriptor_can_change_in_its_pump(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 2 };
    struct actor a = actor_new(&scene, 'a', write_then_read);
    int ends[2];

    CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    CU_ASSERT_EQUAL(write(ends[1], "r", 1), 1);
    descriptor_start(scene.loop, &a.descriptor, ends[0], false, true, &a.flow);
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(scene.names, "wr");
    descriptor_stop(scene.loop, &a.descriptor);
    close(ends[0]);
    close(ends[1]);
    loop_free(scene.loop);
}

static void the_number_of_a_stopped_descriptor_can_be_watched_anew_at_once(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 1 };
    struct actor a = actor_new(&scene, 'a', only_note);
    struct actor b = actor_new(&scene, 'b', only_note);
    int ends[2];

    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    descriptor_start(scene.loop, &a.descriptor, ends[0], true, false, &a.flow);
    descriptor_stop(scene.loop, &a.descriptor);
    descriptor_start(scene.loop, &b.descriptor, ends[0], true, false, &b.flow);
    CU_ASSERT_EQUAL(write(ends[1], "x", 1), 1);
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(scene.names, "b");
    descriptor_stop(scene.loop, &b.descriptor);
    close(ends[0]);
    close(ends[1]);
    loop_free(scene.loop);
}

static void a_descriptor_in_error_is_reported_until_it_is_stopped(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 3 };
    struct actor a = actor_new(&scene, 'a', only_note);
    int ends[2];

    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    close(ends[0]);
    descriptor_start(scene.loop, &a.descriptor, ends[1], false, true, &a.flow);
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(scene.names, "aaa");
    CU_ASSERT_TRUE(a.descriptor.readable && a.descriptor.writable);
    /* SIGPIPE would end the test here. */
    CU_ASSERT_EQUAL(write(ends[1], "x", 1), -1);
    descriptor_stop(scene.loop, &a.descriptor);
    close(ends[1]);
    loop_free(scene.loop);
}

/* signals */

static void signals_are_counted(void)
{
    struct scene scene = { .loop = loop_new(), .count_wanted = 2 };
    struct actor hang_up = actor_new(&scene, 'h', only_note);
    struct actor terminate = actor_new(&scene, 't', only_note);

    signal_start(scene.loop, &hang_up.signal, SIGHUP, &hang_up.flow);
    signal_start(scene.loop, &terminate.signal, SIGTERM, &terminate.flow);
    raise(SIGHUP);
    raise(SIGHUP);
    loop_run(scene.loop);
    CU_ASSERT_EQUAL(hang_up.signal.count, 2);
    CU_ASSERT_EQUAL(terminate.signal.count, 0);
    scene.count_wanted = 3;
    raise(SIGTERM);
    loop_run(scene.loop);
    CU_ASSERT_EQUAL(terminate.signal.count, 1);
    CU_ASSERT_STRING_EQUAL(scene.names, "hht");
    signal_stop(scene.loop, &hang_up.signal);
    signal_stop(scene.loop, &terminate.signal);
    signal_stop(scene.loop, &terminate.signal);
    loop_free(scene.loop);
}

TEST_MAIN("base/loop", TEST(timers_ring_in_the_order_in_which_they_are_due), TEST(a_timer_never_rings_early),
          TEST(a_timer_that_is_started_twice_rings_once_at_the_later_start),
          TEST(a_timer_that_restarts_itself_from_its_pump_lets_others_in),
          TEST(a_timer_that_was_stopped_does_not_ring_even_when_it_was_due),
          TEST(a_timer_in_the_far_future_does_no_harm), TEST(several_posts_before_a_turn_are_one_pump),
          TEST(a_flow_that_posts_itself_is_pumped_in_the_next_turn_after_the_others),
          TEST(a_post_that_was_withdrawn_is_not_pumped_even_in_the_same_turn),
          TEST(more_posts_than_there_was_room_for_are_all_pumped), TEST(the_wall_clock_is_the_systems),
          TEST(the_wall_clock_stands_still_within_a_turn_and_moves_on_between_turns),
          TEST(a_descriptor_is_reported_as_long_as_there_is_something_to_read),
          TEST(what_is_wanted_of_a_descriptor_can_change_in_its_pump),
          TEST(the_number_of_a_stopped_descriptor_can_be_watched_anew_at_once),
          TEST(a_descriptor_in_error_is_reported_until_it_is_stopped), TEST(signals_are_counted))

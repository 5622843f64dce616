/* tests/bot/test_engine_terminal.c - what a terminal offers in the inbox: taken up once, answered, and the latest wish. */
#include "bot/engine.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tests/bot/scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* As a terminal puts it there. */
static struct inbox_entry *offer(struct world *world, const char *key, const char *text)
{
    struct inbox_entry *entry = &world->inbox[world->inbox_count++];

    *entry = (struct inbox_entry){ .offered = true, .accepted_at = world->now };
    text_copy_cut(entry->key, sizeof entry->key, key);
    text_copy_cut(entry->kind, sizeof entry->kind, "command");
    text_copy_cut(entry->user, sizeof entry->user, "kubeconfig:ann");
    text_copy_cut(entry->text, sizeof entry->text, text);
    (void) snprintf(entry->response_url, sizeof entry->response_url, "store:%s", key);
    (void) snprintf(entry->revision, sizeof entry->revision, "offered-%s", key);
    return entry;
}

/* As the runner hands it over, once it has found it. */
static void find(struct world *world, const struct inbox_entry *entry)
{
    struct inbox_entry copy = *entry;
    struct event event = { .kind = EVENT_REQUEST, .request = &copy };

    world_tell(world, &event);
}

static void an_offer_is_taken_up_and_answered(void)
{
    struct world world;

    scene_set_up(&world);
    struct inbox_entry *entry = offer(&world, "terminal:1", "stop dev1");
    find(&world, entry);
    world_run(&world);
    CU_ASSERT_TRUE(world_said_contains(&world, "Stopping dev1"));
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is stopped (2 workloads at 0, 4 replicas remembered"));
    CU_ASSERT_TRUE(scene_last_contains(&world, "Asked by kubeconfig:ann"));
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    CU_ASSERT_TRUE(entry->done);
    CU_ASSERT_FALSE(entry->offered);
    world_release(&world);
}

static void an_offer_that_is_found_again_has_one_effect(void)
{
    struct world world;

    scene_set_up(&world);
    struct inbox_entry *entry = offer(&world, "terminal:1", "prolongate dev1 for 2h");
    find(&world, entry);
    find(&world, entry);
    world_run(&world);
    size_t said = world.said_count;
    find(&world, entry);
    world_run(&world);
    CU_ASSERT_EQUAL(world.said_count, said);
    world_release(&world);
}

static void what_was_withdrawn_meanwhile_is_not_done(void)
{
    struct world world;

    scene_set_up(&world);
    struct inbox_entry *entry = offer(&world, "terminal:1", "stop dev1");
    struct inbox_entry seen = *entry;
    size_t said = world.said_count;
    world.inbox_count--; /* gone */
    find(&world, &seen);
    world_run(&world);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
    CU_ASSERT_EQUAL(world.said_count, said);
    world_release(&world);
}

static void the_later_of_an_offer_and_a_command_wins(void)
{
    struct world world;

    scene_set_up(&world);
    scene_say(&world, "stop dev1");
    struct inbox_entry *entry = offer(&world, "terminal:1", "start dev1");
    entry->accepted_at = world.now - 3600; /* whatever clock the terminal has */
    find(&world, entry);
    world_run(&world);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is up"));
    world_release(&world);
}

static void a_pattern_asks_and_a_mistake_is_answered_with_its_exit_status(void)
{
    struct world world;

    scene_set_up(&world);
    struct inbox_entry *question = offer(&world, "terminal:1", "stop dev*");
    find(&world, question);
    world_run(&world);
    CU_ASSERT_TRUE(scene_last_contains(&world, "Stop 2 environments"));
    CU_ASSERT_STRING_EQUAL(world_last(&world)->button_value, "stop dev1 dev2");
    CU_ASSERT_TRUE(question->done);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
    struct inbox_entry *mistake = offer(&world, "terminal:2", "stop dv1");
    find(&world, mistake);
    world_run(&world);
    CU_ASSERT_TRUE(scene_last_contains(&world, "No environment dv1"));
    CU_ASSERT_EQUAL(world.said[world.said_count - 1].exit_status, 2);
    CU_ASSERT_TRUE(mistake->done);
    world_release(&world);
}

static void how_it_came_out_is_the_exit_status(void)
{
    static const struct {
        const char *text;
        int exit_status;
    } cases[] = {
        { "status dev1", 0 },
        { "stop dev1", 0 },
        { "stop dev1", 0 },
        { "prolongate dev1 for 2h", 1 },
        { "start dev1", 0 },
        { "history dev1", 0 },
        { "schedule dev1 sometimes", 2 },
        { "start dev1 for 400h", 2 },
    };
    struct world world;
    char key[32];

    scene_set_up(&world);
    world.options.prolong_max_s = 24 * 3600;
    world_crash(&world);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void) snprintf(key, sizeof key, "terminal:%zu", i);
        find(&world, offer(&world, key, cases[i].text));
        world_run(&world);
        case_number(cases[i].text, world_last(&world)->exit_status, cases[i].exit_status);
    }
    world_release(&world);
}

static enum world_fault everything_is_refused(struct world *world, enum effect_kind kind, const char *name)
{
    (void) world;
    (void) name;
    return kind == EFFECT_SCALE ? FAULT_REFUSED : FAULT_NONE;
}

static void what_came_about_in_part_or_not_at_all_has_failed(void)
{
    struct world world;

    scene_set_up(&world);
    world.fault = everything_is_refused;
    find(&world, offer(&world, "terminal:1", "stop dev1"));
    world_run(&world);
    CU_ASSERT_EQUAL(world_last(&world)->exit_status, 1);
    world_release(&world);
}

/* Found by the next bot when it starts: nobody has taken it up, so it is a wish of now. */
static void an_offer_that_no_bot_saw_is_taken_up_by_the_next(void)
{
    struct world world;

    scene_set_up(&world);
    struct inbox_entry *entry = offer(&world, "terminal:1", "stop dev1");
    world_crash(&world);
    world_run(&world);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    CU_ASSERT_TRUE(entry->done);
    CU_ASSERT_FALSE(entry->offered);
    world_release(&world);
}

/* Killed between any two effects: the next one ends it, and it is answered. */
static void an_offer_outlives_the_bot(void)
{
    for (int steps = 0; steps < 40; steps++) {
        struct world world;

        scene_set_up(&world);
        struct inbox_entry *entry = offer(&world, "terminal:1", "stop dev1");
        find(&world, entry);
        for (int i = 0; i < steps; i++)
            (void) world_step(&world);
        world_crash(&world);
        world_run(&world);
        case_number("web", scene_replicas(&world, "web"), 0);
        case_holds("it is done", entry->done);
        case_holds("its outcome was said", world_said_contains(&world, "dev1 is stopped") ||
                                               world_said_contains(&world, "dev1 was stopped already"));
        world_release(&world);
    }
}

static void owners_and_the_list_of_those_who_may_do_not_bind_a_terminal(void)
{
    struct world world;

    scene_set_up(&world);
    text_copy_cut(world.options.allow, sizeof world.options.allow, "U7");
    text_copy_cut(world.namespaces[0].owners, sizeof world.namespaces[0].owners, "U7");
    world_crash(&world);
    world_run(&world);
    find(&world, offer(&world, "terminal:1", "stop dev1"));
    world_run(&world);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    world_release(&world);
}

/* A terminal does one thing: what else is under way or due waits for a bot. */
static void an_engine_that_begins_nothing_by_itself_leaves_what_others_began(void)
{
    struct world world;

    scene_set_up(&world);
    world_type(&world, "U1", "stop dev2");
    for (int i = 0; i < 64 && (world_record(&world, "dev2") == NULL ||
                               world_record(&world, "dev2")->record.state != RECORD_STOPPING);
         i++)
        (void) world_step(&world);
    CU_ASSERT_EQUAL_FATAL(world_record(&world, "dev2")->record.state, RECORD_STOPPING);
    world.ends_at_boot = true;
    for (size_t i = 0; i < world.inbox_count; i++)
        world.inbox[i].done = true; /* the terminal hands over its own alone */
    world_crash(&world);
    find(&world, offer(&world, "terminal:1", "stop dev1"));
    world_run(&world);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    CU_ASSERT_EQUAL(world_record(&world, "dev2")->record.state, RECORD_STOPPING);
    CU_ASSERT_TRUE(engine_is_idle(world.engine));
    find(&world, offer(&world, "terminal:2", "start dev2")); /* unless it is wanted */
    world_run(&world);
    CU_ASSERT_EQUAL(world_record(&world, "dev2")->record.state, RECORD_AWAKE);
    world_release(&world);
}

TEST_MAIN("bot/engine_terminal", TEST(an_offer_is_taken_up_and_answered),
          TEST(an_offer_that_is_found_again_has_one_effect), TEST(what_was_withdrawn_meanwhile_is_not_done),
          TEST(the_later_of_an_offer_and_a_command_wins),
          TEST(a_pattern_asks_and_a_mistake_is_answered_with_its_exit_status), TEST(how_it_came_out_is_the_exit_status),
          TEST(what_came_about_in_part_or_not_at_all_has_failed),
          TEST(an_offer_that_no_bot_saw_is_taken_up_by_the_next), TEST(an_offer_outlives_the_bot),
          TEST(owners_and_the_list_of_those_who_may_do_not_bind_a_terminal),
          TEST(an_engine_that_begins_nothing_by_itself_leaves_what_others_began))

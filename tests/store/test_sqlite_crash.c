/* tests/store/test_sqlite_crash.c - store/sqlite.h with several processes on one file, and processes that are killed.
 *
 * SIGKILL shows what survives the end of a process; what survives the loss of power is up to synchronous=FULL.
 */
#include "store/sqlite.h"

#include "tests/store/place.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KILLS = 60, RACERS = 3, RACED_KEYS = 300, OPENERS = 6, OPENING_ROUNDS = 5 };

/* A process of ours, and what it says. */
struct child {
    pid_t pid;
    int words; /* reads what it writes */
};

/* What a child does: it has a loop of its own, writes its words, and never returns. */
typedef void child_work(struct place *place, int words);

static struct child child_start(struct place *place, child_work *work)
{
    int ends[2];
    bool piped = pipe(ends) == 0;
    struct child child = { .pid = piped ? fork() : -1, .words = ends[0] };

    CU_ASSERT_TRUE_FATAL(child.pid >= 0);
    if (child.pid == 0) {
        close(ends[0]);
        fixture_init_empty(&place->fixture);
        work(place, ends[1]);
        _exit(EXIT_FAILURE);
    }
    close(ends[1]);
    return child;
}

static void child_end(struct child *child, int signal_number)
{
    int status = -1;

    if (signal_number != 0)
        kill(child->pid, signal_number);
    CU_ASSERT_EQUAL(waitpid(child->pid, &status, 0), child->pid);
    if (signal_number == 0)
        case_number("status of the child", status, 0);
    close(child->words);
}

static void say(int words, int number)
{
    if (write(words, &number, sizeof number) != sizeof number)
        _exit(EXIT_FAILURE);
}

/* false: the child says no more. */
static bool hear(const struct child *child, int *ret_number)
{
    return read(child->words, ret_number, sizeof *ret_number) == sizeof *ret_number;
}

static struct store *open_or_end(struct place *place, enum sqlite_use use)
{
    struct store *store = NULL;
    struct error error = { 0 };

    if (!sqlite_store_new(place->fixture.loop, place->folder.database, use, &store, &error)) {
        fprintf(stderr, "%s\n", error.message);
        _exit(EXIT_FAILURE);
    }
    return store;
}

/* killed */

static int number_of(struct fixture *fixture, const char *sort_key)
{
    char *document = fixture_document(fixture, sort_key, NOW);
    int number = document != NULL ? (int) strtol(document, NULL, 10) : -1;

    free(document);
    return number;
}

/* Writes pairs of items, one write each, and says which pair was answered with ok. Begins behind what stands there. */
static void write_pairs(struct place *place, int words)
{
    place->fixture.store = open_or_end(place, SQLITE_ALONE);
    for (int number = number_of(&place->fixture, "left") + 1;; number++) {
        struct store_call call = { .now = NOW };
        char document[20];

        snprintf(document, sizeof document, "%d", number);
        store_call_put(&call, "P", "left", document, 0, STORE_IF_ANY, NULL);
        store_call_put(&call, "P", "right", document, 0, STORE_IF_ANY, NULL);
        if (fixture_run(&place->fixture, place->fixture.store, &call) != STORE_OK)
            _exit(EXIT_FAILURE);
        store_call_release(&call);
        say(words, number);
    }
}

static void what_was_answered_outlives_a_killed_process_and_its_lock_does_not(void)
{
    struct place place;
    int acknowledged = -1;

    place_init(&place);
    for (int round = 0; round < KILLS; round++) {
        struct place of_child = place;
        struct child child = child_start(&of_child, write_pairs);
        int number = -1;

        for (int heard = 0; heard < 1 + round * 7 % 20 && hear(&child, &number); heard++)
            acknowledged = number;
        kill(child.pid, SIGKILL);
        while (hear(&child, &number))
            acknowledged = number;
        child_end(&child, SIGKILL);

        /* At once: it may not wait for a lock of the dead. */
        place.fixture.store = place_open(&place, SQLITE_ALONE);
        int left = number_of(&place.fixture, "left");
        case_holds("what was acknowledged is there", left >= acknowledged);
        case_holds("at most one write was not acknowledged", left <= acknowledged + 1);
        case_number("both or none", number_of(&place.fixture, "right"), left);
        store_free(place.fixture.store);
        place.fixture.store = NULL;
        acknowledged = left;
    }
    CU_ASSERT_TRUE(acknowledged > KILLS);
    place_release(&place);
}

static void hold(struct place *place, int words)
{
    place->fixture.store = open_or_end(place, SQLITE_ALONE);
    say(words, 1);
    for (;;)
        pause();
}

static void a_second_bot_in_another_process_is_refused_until_the_first_is_dead(void)
{
    struct place place;
    int word = 0;

    place_init(&place);
    struct place of_child = place;
    struct child child = child_start(&of_child, hold);
    CU_ASSERT_TRUE_FATAL(hear(&child, &word));
    place_refuses(&place, place.folder.database, SQLITE_ALONE, ERROR_BUSY, "another bot holds ");
    store_free(place_open(&place, SQLITE_SHARED));
    place_refuses(&place, place.folder.database, SQLITE_ALONE, ERROR_BUSY, "another bot holds ");
    child_end(&child, SIGKILL);
    place.fixture.store = place_open(&place, SQLITE_ALONE);
    place_release(&place);
}

static void a_program_that_the_bot_started_does_not_keep_the_lock(void)
{
    struct place place;
    int ends[2];
    char byte = 0;

    place_init(&place);
    place.fixture.store = place_open(&place, SQLITE_ALONE);
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    pid_t child = fork();
    CU_ASSERT_TRUE_FATAL(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execlp("sh", "sh", "-c", "echo; exec sleep 60", (char *) NULL);
        _exit(EXIT_FAILURE);
    }
    CU_ASSERT_EQUAL(read(ends[0], &byte, 1), 1); /* it runs: what closes at exec is closed */
    store_free(place.fixture.store);
    place.fixture.store = place_open(&place, SQLITE_ALONE);
    kill(child, SIGKILL);
    CU_ASSERT_EQUAL(waitpid(child, NULL, 0), child);
    close(ends[0]);
    close(ends[1]);
    place_release(&place);
}

/* at the same time */

static void wait_for_the_others(void)
{
    raise(SIGSTOP);
}

static void let_go(const struct child *children, int count)
{
    for (int i = 0; i < count; i++) {
        int status = 0;

        CU_ASSERT_EQUAL(waitpid(children[i].pid, &status, WUNTRACED), children[i].pid);
        case_holds("the child waits for the others", WIFSTOPPED(status));
    }
    for (int i = 0; i < count; i++)
        kill(children[i].pid, SIGCONT);
}

static enum store_result claim(struct fixture *fixture, int number)
{
    struct store_call call = { .now = NOW };
    char sort_key[20];

    snprintf(sort_key, sizeof sort_key, "k%04d", number);
    store_call_put(&call, "P", sort_key, "{}", 0, STORE_IF_ABSENT, NULL);
    while (fixture_run(fixture, fixture->store, &call) == STORE_RETRY_LATER) {
    }
    enum store_result result = call.result;
    store_call_release(&call);
    return result;
}

static void race(struct place *place, int words)
{
    place->fixture.store = open_or_end(place, SQLITE_SHARED);
    wait_for_the_others();
    for (int number = 0; number < RACED_KEYS; number++) {
        enum store_result result = claim(&place->fixture, number);

        if (result == STORE_OK)
            say(words, number);
        else if (result != STORE_LOST)
            _exit(EXIT_FAILURE);
    }
    store_free(place->fixture.store);
    _exit(EXIT_SUCCESS);
}

static void of_three_processes_that_claim_a_key_one_gets_it(void)
{
    struct place place;
    struct child children[RACERS];
    int winners[RACED_KEYS] = { 0 };

    place_init(&place);
    for (int i = 0; i < RACERS; i++) {
        struct place of_child = place;

        children[i] = child_start(&of_child, race);
    }
    let_go(children, RACERS);
    for (int i = 0; i < RACERS; i++) {
        int number = 0;

        while (hear(&children[i], &number))
            winners[number]++;
        child_end(&children[i], 0);
    }
    for (int number = 0; number < RACED_KEYS; number++)
        if (winners[number] != 1)
            case_number("winners", winners[number], 1);
    place_release(&place);
}

/* Holds a write open for a moment that is short for whoever waits. */
static void write_slowly(struct place *place, int words)
{
    const struct timespec moment = { .tv_nsec = 50 * 1000 * 1000 };
    sqlite3 *database = place_open_raw(place->folder.database);

    place_run_raw(database, "BEGIN IMMEDIATE; INSERT INTO item VALUES ('P', 'slow', 'r', NULL, '1')");
    say(words, 1);
    nanosleep(&moment, NULL);
    place_run_raw(database, "COMMIT");
    sqlite3_close(database);
    _exit(EXIT_SUCCESS);
}

static void a_write_waits_for_one_that_is_under_way_and_sees_what_it_wrote(void)
{
    struct place place;
    struct store_call call = { .now = NOW };
    int word = 0;

    place_init(&place);
    place.fixture.store = place_open(&place, SQLITE_ALONE);
    struct place of_child = place;
    struct child child = child_start(&of_child, write_slowly);
    CU_ASSERT_TRUE_FATAL(hear(&child, &word));
    store_call_put(&call, "P", "slow", "2", 0, STORE_IF_ABSENT, NULL);
    CU_ASSERT_EQUAL(fixture_run(&place.fixture, place.fixture.store, &call), STORE_LOST);
    CU_ASSERT_EQUAL(call.items.count, 1);
    store_call_release(&call);
    child_end(&child, 0);
    place_release(&place);
}

static void open_and_claim(struct place *place, int words)
{
    wait_for_the_others();
    place->fixture.store = open_or_end(place, SQLITE_SHARED);
    if (claim(&place->fixture, 0) == STORE_OK)
        say(words, 1);
    store_free(place->fixture.store);
    _exit(EXIT_SUCCESS);
}

static void processes_that_meet_at_a_file_new_to_all_find_one_table(void)
{
    for (int round = 0; round < OPENING_ROUNDS; round++) {
        struct place place;
        struct child children[OPENERS];
        int winners = 0;

        place_init(&place);
        for (int i = 0; i < OPENERS; i++) {
            struct place of_child = place;

            children[i] = child_start(&of_child, open_and_claim);
        }
        let_go(children, OPENERS);
        for (int i = 0; i < OPENERS; i++) {
            int number = 0;

            while (hear(&children[i], &number))
                winners += number;
            child_end(&children[i], 0);
        }
        CU_ASSERT_EQUAL(winners, 1);
        place_release(&place);
    }
}

TEST_MAIN("store/sqlite_crash", TEST(what_was_answered_outlives_a_killed_process_and_its_lock_does_not),
          TEST(a_second_bot_in_another_process_is_refused_until_the_first_is_dead),
          TEST(a_program_that_the_bot_started_does_not_keep_the_lock),
          TEST(of_three_processes_that_claim_a_key_one_gets_it),
          TEST(a_write_waits_for_one_that_is_under_way_and_sees_what_it_wrote),
          TEST(processes_that_meet_at_a_file_new_to_all_find_one_table))

/* The figures are those of Slack's page on rate limits: a message a second and channel, 20 calls a minute of tier 2, 50 of
 * tier 3. */
#include "bot/channel_queue.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdio.h>

/* What the queue hands back. */
struct channel_job {
    const char *name;
    const char *lane;
};

enum { MINUTE_MS = 60 * 1000 };

static void add(struct channel_queue *queue, enum channel_call call, struct channel_job *job)
{
    CU_ASSERT_TRUE(channel_queue_add(queue, call, job->lane, 1, job));
}

static const char *next(struct channel_queue *queue, int64_t now_ms)
{
    const struct channel_job *job = channel_queue_next(queue, now_ms);

    return job != NULL ? job->name : "nothing";
}

static void a_channel_gets_one_message_a_second_in_the_order_of_coming(void)
{
    static const struct {
        int64_t at_ms;
        const char *goes, *done; /* done: its lane, behind it; NULL = still under way */
    } cases[] = {
        { 0, "first", NULL },     { 0, "nothing", NULL },    { 5000, "nothing", "C1" }, /* one at a time */
        { 5000, "second", "C1" }, { 5999, "nothing", NULL }, { 6000, "third", "C1" },   { 7000, "nothing", NULL },
    };
    struct channel_job first = { "first", "C1" }, second = { "second", "C1" }, third = { "third", "C1" };
    struct channel_queue *queue = channel_queue_new();

    add(queue, CHANNEL_POST, &first);
    add(queue, CHANNEL_UPDATE, &second);
    add(queue, CHANNEL_POST, &third);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[32];

        snprintf(name, sizeof name, "row %zu", i);
        case_text(name, next(queue, cases[i].at_ms), cases[i].goes);
        if (cases[i].done != NULL)
            channel_queue_done(queue, cases[i].done);
    }
    channel_queue_free(queue);
}

static void the_second_counts_from_the_call_and_also_when_nothing_waited_between(void)
{
    struct channel_job first = { "first", "C1" }, second = { "second", "C1" };
    struct channel_queue *queue = channel_queue_new();

    add(queue, CHANNEL_POST, &first);
    CU_ASSERT_STRING_EQUAL(next(queue, 100), "first");
    channel_queue_done(queue, "C1");
    CU_ASSERT_STRING_EQUAL(next(queue, 500), "nothing"); /* the lane is empty now */
    add(queue, CHANNEL_POST, &second);
    CU_ASSERT_EQUAL(channel_queue_due_ms(queue), 1100);
    CU_ASSERT_STRING_EQUAL(next(queue, 1099), "nothing");
    CU_ASSERT_STRING_EQUAL(next(queue, 1100), "second");
    channel_queue_free(queue);
}

static void channels_do_not_wait_for_each_other(void)
{
    struct channel_job first = { "first", "C1" }, behind = { "behind", "C1" }, other = { "other", "C2" };
    struct channel_queue *queue = channel_queue_new();

    add(queue, CHANNEL_POST, &first);
    add(queue, CHANNEL_POST, &behind);
    add(queue, CHANNEL_POST, &other);
    CU_ASSERT_STRING_EQUAL(next(queue, 0), "first");
    CU_ASSERT_STRING_EQUAL(next(queue, 0), "other");
    CU_ASSERT_STRING_EQUAL(next(queue, 0), "nothing");
    CU_ASSERT_EQUAL(channel_queue_due_ms(queue), INT64_MAX); /* C1 is occupied */
    channel_queue_done(queue, "C1");
    CU_ASSERT_EQUAL(channel_queue_due_ms(queue), 1000);
    CU_ASSERT_STRING_EQUAL(next(queue, 1000), "behind");
    channel_queue_free(queue);
}

static void who_waits_longest_goes_first(void)
{
    struct channel_job jobs[] = { { "a", "C1" }, { "b", "C2" }, { "c", "C3" }, { "d", "C1" }, { "e", "C2" } };
    struct channel_queue *queue = channel_queue_new();

    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        add(queue, CHANNEL_POST, &jobs[i]);
    for (size_t i = 0; i < 3; i++)
        CU_ASSERT_STRING_EQUAL(next(queue, 0), jobs[i].name);
    channel_queue_done(queue, "C2");
    channel_queue_done(queue, "C1");
    CU_ASSERT_STRING_EQUAL(next(queue, 1000), "d");
    CU_ASSERT_STRING_EQUAL(next(queue, 1000), "e");
    channel_queue_free(queue);
}

/* So many calls of a method go out in the first minute, and in the tenth, whichever the channels. */
static int calls_of_a_minute(enum channel_call call, int minute)
{
    static struct channel_job jobs[CHANNEL_QUEUE_MAX];
    static char lanes[CHANNEL_QUEUE_MAX][16];
    struct channel_queue *queue = channel_queue_new();
    int count = 0;

    for (int i = 0; i < CHANNEL_QUEUE_MAX; i++) {
        snprintf(lanes[i], sizeof lanes[i], "C%d", i);
        jobs[i] = (struct channel_job){ "job", lanes[i] };
    }
    for (int64_t now_ms = 0, added = 0; now_ms < (minute + 1) * MINUTE_MS; now_ms += 100) {
        const struct channel_job *job;

        while (added < CHANNEL_QUEUE_MAX && channel_queue_add(queue, call, jobs[added].lane, 1, &jobs[added]))
            added++;
        for (job = channel_queue_next(queue, now_ms); job != NULL; job = channel_queue_next(queue, now_ms)) {
            count += now_ms >= minute * MINUTE_MS;
            channel_queue_done(queue, job->lane);
        }
    }
    channel_queue_free(queue);
    return count;
}

static void a_method_keeps_below_what_slack_allows_in_a_minute(void)
{
    static const struct {
        const char *name;
        enum channel_call call;
        int allowed; /* in a minute, after what was spared before */
    } cases[] = {
        { "chat.update", CHANNEL_UPDATE, 50 },
        { "conversations.history", CHANNEL_FIND, 50 },
        { "usergroups.users.list", CHANNEL_LOOK_UP, 20 },
        { "chat.postMessage", CHANNEL_POST, 300 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int first = calls_of_a_minute(cases[i].call, 0), later = calls_of_a_minute(cases[i].call, 2);

        case_number(cases[i].name, later, cases[i].allowed);
        case_holds(cases[i].name, first > later && first <= 2 * cases[i].allowed);
    }
}

static void one_method_does_not_wait_for_another(void)
{
    static char lanes[20][16];
    struct channel_job jobs[20];
    struct channel_job post = { "post", "C99" };
    struct channel_queue *queue = channel_queue_new();

    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        snprintf(lanes[i], sizeof lanes[i], "C%zu", i);
        jobs[i] = (struct channel_job){ "update", lanes[i] };
        add(queue, CHANNEL_UPDATE, &jobs[i]);
    }
    add(queue, CHANNEL_POST, &post);
    const char *last = "";
    for (int i = 0; i < 11; i++)
        last = next(queue, 0);
    CU_ASSERT_STRING_EQUAL(last, "post");
    CU_ASSERT_STRING_EQUAL(next(queue, 0), "nothing");
    CU_ASSERT_EQUAL(channel_queue_due_ms(queue), 1200);
    channel_queue_free(queue);
}

static void what_does_not_fit_is_not_taken(void)
{
    static struct channel_job jobs[CHANNEL_QUEUE_MAX + 1];
    struct channel_queue *queue = channel_queue_new();

    for (int i = 0; i < CHANNEL_QUEUE_MAX; i++)
        CU_ASSERT_TRUE(channel_queue_add(queue, CHANNEL_POST, "C1", 1, &jobs[i]));
    CU_ASSERT_FALSE(channel_queue_add(queue, CHANNEL_POST, "C1", 1, &jobs[CHANNEL_QUEUE_MAX]));
    CU_ASSERT_FALSE(channel_queue_add(queue, CHANNEL_POST, "C2", 1, &jobs[CHANNEL_QUEUE_MAX]));
    CU_ASSERT_PTR_NOT_NULL(channel_queue_next(queue, 0));
    CU_ASSERT_TRUE(channel_queue_add(queue, CHANNEL_POST, "C2", 1, &jobs[CHANNEL_QUEUE_MAX]));
    channel_queue_free(queue);

    queue = channel_queue_new();
    CU_ASSERT_FALSE(channel_queue_add(queue, CHANNEL_POST, "C1", CHANNEL_QUEUE_BYTES_MAX + 1, &jobs[0]));
    CU_ASSERT_TRUE(channel_queue_add(queue, CHANNEL_POST, "C1", CHANNEL_QUEUE_BYTES_MAX, &jobs[0]));
    CU_ASSERT_FALSE(channel_queue_add(queue, CHANNEL_POST, "C1", 1, &jobs[1]));
    CU_ASSERT_PTR_EQUAL(channel_queue_next(queue, 0), &jobs[0]);
    CU_ASSERT_TRUE(channel_queue_add(queue, CHANNEL_POST, "C1", 1, &jobs[1]));
    channel_queue_free(queue);
}

static void what_waits_can_be_dropped(void)
{
    struct channel_job jobs[] = { { "a", "C1" }, { "b", "C1" }, { "c", "C2" } };
    struct channel_queue *queue = channel_queue_new();
    int dropped = 0;

    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        add(queue, CHANNEL_POST, &jobs[i]);
    CU_ASSERT_STRING_EQUAL(next(queue, 0), "a");
    while (channel_queue_drop(queue) != NULL)
        dropped++;
    CU_ASSERT_EQUAL(dropped, 2);
    channel_queue_done(queue, "C1");
    CU_ASSERT_STRING_EQUAL(next(queue, 10 * MINUTE_MS), "nothing");
    CU_ASSERT_EQUAL(channel_queue_due_ms(queue), INT64_MAX);
    channel_queue_free(queue);
    channel_queue_free(NULL);
}

TEST_MAIN("bot/channel_queue", TEST(a_channel_gets_one_message_a_second_in_the_order_of_coming),
          TEST(the_second_counts_from_the_call_and_also_when_nothing_waited_between),
          TEST(channels_do_not_wait_for_each_other), TEST(who_waits_longest_goes_first),
          TEST(a_method_keeps_below_what_slack_allows_in_a_minute), TEST(one_method_does_not_wait_for_another),
          TEST(what_does_not_fit_is_not_taken), TEST(what_waits_can_be_dropped))

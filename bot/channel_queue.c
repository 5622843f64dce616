/* bot/channel_queue.c - short lists: lanes, and what waits in each. A lane goes when nothing depends on it any more. */
#include "bot/channel_queue.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

/* So many calls in a row, then one every gap_ms. */
struct pace {
    int64_t gap_ms;
    int burst;
    int64_t used_until_ms; /* it is as good as new from then on */
};

struct waiting {
    struct channel_job *job;
    enum channel_call call;
    size_t bytes;
    uint64_t number; /* in the order of coming */
    struct waiting *next;
};

struct lane {
    char name[CHANNEL_QUEUE_NAME_SIZE];
    struct pace pace;
    bool occupied;
    struct waiting *first, **end;
    struct lane *next;
};

struct channel_queue {
    struct lane *lanes;
    struct pace paces[CHANNEL_CALLS];
    size_t count, bytes; /* of what waits */
    uint64_t last_number;
};

/* --- pace ------------------------------------------------------------------------------------------------------ */

static const struct pace pace_of_lane = { .gap_ms = CHANNEL_QUEUE_GAP_MS, .burst = 1, .used_until_ms = INT64_MIN / 2 };

/* Below what Slack allows, since others may call the same methods with this token: the answers to old commands. */
static const struct pace paces[CHANNEL_CALLS] = {
    [CHANNEL_POST] = { .gap_ms = 200, .burst = 10, .used_until_ms = INT64_MIN / 2 },
    [CHANNEL_UPDATE] = { .gap_ms = 1200, .burst = 10, .used_until_ms = INT64_MIN / 2 },
    [CHANNEL_FIND] = { .gap_ms = 1200, .burst = 10, .used_until_ms = INT64_MIN / 2 },
    [CHANNEL_LOOK_UP] = { .gap_ms = 3000, .burst = 10, .used_until_ms = INT64_MIN / 2 },
};

static int64_t pace_allows_ms(const struct pace *pace)
{
    return pace->used_until_ms - (pace->burst - 1) * pace->gap_ms;
}

static void pace_use(struct pace *pace, int64_t now_ms)
{
    if (pace->used_until_ms < now_ms)
        pace->used_until_ms = now_ms;
    pace->used_until_ms += pace->gap_ms;
}

/* --- lanes ----------------------------------------------------------------------------------------------------- */

static struct lane *find_lane(const struct channel_queue *queue, const char *name)
{
    char cut[CHANNEL_QUEUE_NAME_SIZE];

    text_copy_cut(cut, sizeof cut, name);
    for (struct lane *lane = queue->lanes; lane != NULL; lane = lane->next)
        if (text_equal(lane->name, cut))
            return lane;
    return NULL;
}

static struct lane *add_lane(struct channel_queue *queue, const char *name)
{
    struct lane *lane = memory_new(1, sizeof *lane);

    text_copy_cut(lane->name, sizeof lane->name, name);
    lane->pace = pace_of_lane;
    lane->end = &lane->first;
    lane->next = queue->lanes;
    queue->lanes = lane;
    return lane;
}

/* One whose pace is used up is kept: it must not begin anew. */
static void drop_idle_lanes(struct channel_queue *queue, int64_t now_ms)
{
    struct lane **link = &queue->lanes;

    while (*link != NULL) {
        struct lane *lane = *link;
        bool idle = lane->first == NULL && !lane->occupied && lane->pace.used_until_ms <= now_ms;

        if (!idle) {
            link = &lane->next;
            continue;
        }
        *link = lane->next;
        free(lane);
    }
}

/* When its first may go out. */
static int64_t due_of(const struct channel_queue *queue, const struct lane *lane)
{
    if (lane->first == NULL || lane->occupied)
        return INT64_MAX;
    int64_t by_lane_ms = pace_allows_ms(&lane->pace);
    int64_t by_method_ms = pace_allows_ms(&queue->paces[lane->first->call]);
    return by_lane_ms > by_method_ms ? by_lane_ms : by_method_ms;
}

static struct channel_job *take_first(struct channel_queue *queue, struct lane *lane)
{
    struct waiting *waiting = lane->first;
    struct channel_job *job = waiting->job;

    lane->first = waiting->next;
    if (lane->first == NULL)
        lane->end = &lane->first;
    queue->count--;
    queue->bytes -= waiting->bytes;
    free(waiting);
    return job;
}

/* --- the queue ------------------------------------------------------------------------------------------------- */

struct channel_queue *channel_queue_new(void)
{
    struct channel_queue *queue = memory_new(1, sizeof *queue);

    for (int call = 0; call < CHANNEL_CALLS; call++)
        queue->paces[call] = paces[call];
    return queue;
}

void channel_queue_free(struct channel_queue *queue)
{
    if (queue == NULL)
        return;
    while (queue->lanes != NULL) {
        struct lane *lane = queue->lanes;

        while (lane->first != NULL)
            (void) take_first(queue, lane);
        queue->lanes = lane->next;
        free(lane);
    }
    free(queue);
}

bool channel_queue_add(struct channel_queue *queue, enum channel_call call, const char *lane_name, size_t bytes,
                       struct channel_job *job)
{
    if (queue->count >= CHANNEL_QUEUE_MAX || bytes > CHANNEL_QUEUE_BYTES_MAX - queue->bytes)
        return false;

    struct lane *lane = find_lane(queue, lane_name);
    if (lane == NULL)
        lane = add_lane(queue, lane_name);
    struct waiting *waiting = memory_new(1, sizeof *waiting);
    *waiting = (struct waiting){ .job = job, .call = call, .bytes = bytes, .number = ++queue->last_number };
    *lane->end = waiting;
    lane->end = &waiting->next;
    queue->count++;
    queue->bytes += bytes;
    return true;
}

struct channel_job *channel_queue_next(struct channel_queue *queue, int64_t now_ms)
{
    struct lane *oldest = NULL;

    drop_idle_lanes(queue, now_ms);
    for (struct lane *lane = queue->lanes; lane != NULL; lane = lane->next)
        if (due_of(queue, lane) <= now_ms && (oldest == NULL || lane->first->number < oldest->first->number))
            oldest = lane;
    if (oldest == NULL)
        return NULL;
    pace_use(&oldest->pace, now_ms);
    pace_use(&queue->paces[oldest->first->call], now_ms);
    oldest->occupied = true;
    return take_first(queue, oldest);
}

void channel_queue_done(struct channel_queue *queue, const char *name)
{
    struct lane *lane = find_lane(queue, name);

    if (lane != NULL)
        lane->occupied = false;
}

int64_t channel_queue_due_ms(const struct channel_queue *queue)
{
    int64_t due_ms = INT64_MAX;

    for (const struct lane *lane = queue->lanes; lane != NULL; lane = lane->next)
        if (due_of(queue, lane) < due_ms)
            due_ms = due_of(queue, lane);
    return due_ms;
}

struct channel_job *channel_queue_drop(struct channel_queue *queue)
{
    for (struct lane *lane = queue->lanes; lane != NULL; lane = lane->next)
        if (lane->first != NULL)
            return take_first(queue, lane);
    return NULL;
}

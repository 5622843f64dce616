/* base/loop.c - the loop, its posts, clocks and timers, on libuv.
 *
 * libuv's own timers stand still while the machine is suspended, so the alarm is a timerfd on CLOCK_BOOTTIME that
 * rings for the first of a sorted list.
 */
#include "base/loop.h"

#include "base/memory.h"

#include <uv.h>

#include <assert.h>
#include <signal.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { LINGER_MS = 500, MS_PER_S = 1000, NS_PER_MS = 1000 * 1000 };

struct posts {
    struct flow **flows; /* NULL where one was withdrawn */
    int count, capacity;
};

struct loop {
    uv_loop_t uv;
    uv_idle_t post_idle;   /* active while there are posts: then the loop does not wait */
    uv_prepare_t turn_end; /* before each wait */
    uv_poll_t alarm;       /* the timerfd; always active, so that uv_run() does not end by itself */
    int alarm_number;      /* its descriptor */
    int64_t alarm_due_ms;  /* what it is set to; 0 = it is not */
    struct timer *timers;  /* sorted by due_ms, equal ones in the order of their start */
    int timer_count;
    struct posts posts;      /* for the next turn */
    struct posts posts_now;  /* being pumped */
    bool wall_clock_is_read; /* in this turn */
    int64_t wall_clock_s;
    uv_timer_t patience; /* of loop_free() */
};

static void end_turn(uv_prepare_t *prepare)
{
    struct loop *loop = prepare->data;

    loop->wall_clock_is_read = false;
}

/* posts */

static bool posts_contain(const struct posts *posts, const struct flow *flow)
{
    for (int i = 0; i < posts->count; i++)
        if (posts->flows[i] == flow)
            return true;
    return false;
}

static void posts_withdraw(struct posts *posts, const struct flow *flow)
{
    for (int i = 0; i < posts->count; i++)
        if (posts->flows[i] == flow)
            posts->flows[i] = NULL;
}

static void pump_posts(uv_idle_t *idle)
{
    struct loop *loop = idle->data;
    struct posts emptied = loop->posts_now;

    loop->posts_now = loop->posts;
    loop->posts = emptied;
    for (int i = 0; i < loop->posts_now.count; i++) {
        struct flow *flow = loop->posts_now.flows[i];

        loop->posts_now.flows[i] = NULL;
        if (flow != NULL)
            flow->pump(flow);
    }
    loop->posts_now.count = 0;
    if (loop->posts.count == 0)
        uv_idle_stop(&loop->post_idle);
}

void loop_post(struct loop *loop, struct flow *flow)
{
    struct posts *posts = &loop->posts;

    if (posts_contain(posts, flow) || posts_contain(&loop->posts_now, flow))
        return;
    if (posts->count == posts->capacity) {
        posts->capacity = posts->capacity == 0 ? 16 : posts->capacity * 2;
        posts->flows = memory_grow(posts->flows, (size_t) posts->capacity, sizeof posts->flows[0]);
    }
    posts->flows[posts->count++] = flow;
    uv_idle_start(&loop->post_idle, pump_posts);
}

void loop_unpost(struct loop *loop, struct flow *flow)
{
    posts_withdraw(&loop->posts, flow);
    posts_withdraw(&loop->posts_now, flow);
}

/* clocks */

int64_t loop_now(struct loop *loop)
{
    if (!loop->wall_clock_is_read) {
        loop->wall_clock_s = time(NULL);
        loop->wall_clock_is_read = true;
    }
    return loop->wall_clock_s;
}

int64_t loop_wall_ms(const struct loop *loop)
{
    struct timespec now;

    (void) loop;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t loop_monotonic_ms(const struct loop *loop)
{
    struct timespec now;

    (void) loop;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t) now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

/* timers */

/* A timer that was stopped leaves the alarm as it is: one idle turn costs less than a system call per stop. */
static void set_alarm(struct loop *loop)
{
    int64_t due_ms = loop->timers != NULL ? loop->timers->due_ms : 0;
    struct itimerspec alarm = { .it_value = { .tv_sec = due_ms / MS_PER_S, .tv_nsec = due_ms % MS_PER_S * NS_PER_MS } };

    if (due_ms == 0 || due_ms == loop->alarm_due_ms)
        return;
    timerfd_settime(loop->alarm_number, TFD_TIMER_ABSTIME, &alarm, NULL);
    loop->alarm_due_ms = due_ms;
}

static void ring(uv_poll_t *alarm, int status, int events)
{
    struct loop *loop = alarm->data;
    int64_t now_ms = loop_monotonic_ms(loop);
    uint64_t expirations = 0;
    ssize_t length = read(loop->alarm_number, &expirations, sizeof expirations);

    (void) length;
    (void) status;
    (void) events;
    loop->alarm_due_ms = 0;
    /* No more than there are, so that one which starts itself with no delay lets the others in. */
    for (int left = loop->timer_count; left > 0; left--) {
        struct timer *timer = loop->timers;

        if (timer == NULL || timer->due_ms > now_ms)
            break;
        timer_stop(loop, timer);
        timer->flow->pump(timer->flow);
    }
    set_alarm(loop);
}

void timer_start(struct loop *loop, struct timer *timer, int64_t delay_ms, struct flow *flow)
{
    int64_t now_ms = loop_monotonic_ms(loop);
    struct timer **place = &loop->timers;

    timer_stop(loop, timer);
    timer->flow = flow;
    timer->armed = true;
    timer->due_ms = now_ms;
    if (delay_ms > 0)
        timer->due_ms = delay_ms < INT64_MAX - now_ms ? now_ms + delay_ms : INT64_MAX;
    while (*place != NULL && (*place)->due_ms <= timer->due_ms)
        place = &(*place)->next;
    timer->next = *place;
    *place = timer;
    loop->timer_count++;
    set_alarm(loop);
}

void timer_stop(struct loop *loop, struct timer *timer)
{
    struct timer **place = &loop->timers;

    if (!timer->armed)
        return;
    while (*place != timer)
        place = &(*place)->next;
    *place = timer->next;
    timer->next = NULL;
    timer->armed = false;
    loop->timer_count--;
}

/* the loop itself */

struct loop *loop_new(void)
{
    struct loop *loop = memory_new(1, sizeof *loop);
    int failed = uv_loop_init(&loop->uv);

    /* A machine that has no descriptor left for the loop cannot run the program. */
    assert(failed == 0);
    loop->alarm_number = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    assert(loop->alarm_number >= 0);
    failed = uv_poll_init(&loop->uv, &loop->alarm, loop->alarm_number);
    assert(failed == 0);
    loop->alarm.data = loop;
    uv_poll_start(&loop->alarm, UV_READABLE, ring);
    uv_idle_init(&loop->uv, &loop->post_idle);
    loop->post_idle.data = loop;
    uv_prepare_init(&loop->uv, &loop->turn_end);
    loop->turn_end.data = loop;
    uv_prepare_start(&loop->turn_end, end_turn);
    /* Neither libcurl (with CURLOPT_NOSIGNAL) nor OpenSSL keeps it away: a peer that hangs up would end the process. */
    signal(SIGPIPE, SIG_IGN);
    return loop;
}

void loop_run(struct loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
    uv_stop(&loop->uv);
}

static void stop_waiting(uv_timer_t *timer)
{
    uv_close((uv_handle_t *) timer, NULL);
}

/* Lets libuv close what was stopped and reap what was killed. A name look-up cannot be called back from the resolver,
 * which may take a minute: whoever ends the program need not wait for that, so what is left then stays behind. */
static bool close_what_was_stopped(struct loop *loop)
{
    uv_handle_t *patience = (uv_handle_t *) &loop->patience;

    uv_timer_init(&loop->uv, &loop->patience);
    uv_timer_start(&loop->patience, stop_waiting, LINGER_MS, 0);
    uv_unref(patience);
    while (uv_loop_alive(&loop->uv) && !uv_is_closing(patience))
        uv_run(&loop->uv, UV_RUN_ONCE);
    if (!uv_is_closing(patience))
        uv_close(patience, NULL);
    uv_run(&loop->uv, UV_RUN_NOWAIT);
    return uv_loop_close(&loop->uv) == 0;
}

bool loop_free(struct loop *loop)
{
    if (loop == NULL)
        return true;
    assert(loop->timers == NULL);
    uv_close((uv_handle_t *) &loop->alarm, NULL);
    uv_close((uv_handle_t *) &loop->post_idle, NULL);
    uv_close((uv_handle_t *) &loop->turn_end, NULL);
    if (!close_what_was_stopped(loop))
        return false;
    close(loop->alarm_number);
    free(loop->posts.flows);
    free(loop->posts_now.flows);
    free(loop);
    return true;
}

struct uv_loop_s *loop_uv(struct loop *loop)
{
    return &loop->uv;
}

/* base/loop.h - the only wait of the program: timers, descriptors, signals, look-ups, and its two clocks.
 *
 * One thread (libuv's own helpers do name look-ups). Every object below is a struct that the caller holds, zeroed
 * before its first use; starting it twice restarts it, stopping or cancelling an idle one is a no-op. Objects must
 * be stopped before their memory goes away. After a stop the flow is not pumped for that object any more.
 */
#ifndef CURFEW_BASE_LOOP_H
#define CURFEW_BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/flow.h"

struct loop;
struct uv_loop_s;

struct loop *loop_new(void) must_check;

/* Everything on it must have been stopped. false: a name look-up that was cancelled is still with the resolver, which
 * may take a minute; exit() would wait for it, _exit() does not. */
bool loop_free(struct loop *loop);

/* Runs until loop_stop(). */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Pumps flow in the next turn; several posts before it are one. loop_unpost() before the flow goes away. */
void loop_post(struct loop *loop, struct flow *flow);
void loop_unpost(struct loop *loop, struct flow *flow);

/* The wall clock: UTC seconds since 1970. It may jump. Read once a turn. */
int64_t loop_now(struct loop *loop) must_check;

/* The wall clock in ms, read at the call: how long it is until one of its seconds. */
int64_t loop_wall_ms(const struct loop *loop) must_check;

/* The monotonic clock in ms, which counts time in suspension (CLOCK_BOOTTIME). For deadlines. Read at the call. */
int64_t loop_monotonic_ms(const struct loop *loop) must_check;

/* For base/http.c and libwebsockets, which bring their own glue. */
struct uv_loop_s *loop_uv(struct loop *loop) must_check;

/* One alarm. When it rings it is no longer armed, and its flow is pumped. */
struct timer {
    struct flow *flow;
    int64_t due_ms; /* by loop_monotonic_ms() */
    bool armed;
    struct timer *next; /* the loop's list, sorted by due_ms */
};

void timer_start(struct loop *loop, struct timer *timer, int64_t delay_ms, struct flow *flow);
void timer_stop(struct loop *loop, struct timer *timer);

/* One descriptor. Its flow is pumped as long as it is ready for what was asked (level-triggered). */
struct descriptor {
    struct flow *flow;
    int number;
    bool readable, writable;          /* set before each pump */
    struct descriptor_handle *handle; /* the loop's */
};

void descriptor_start(struct loop *loop, struct descriptor *descriptor, int number, bool want_read, bool want_write,
                      struct flow *flow);
void descriptor_stop(struct loop *loop, struct descriptor *descriptor);

/* One signal (SIGTERM, SIGINT, SIGHUP). count grows before each pump. */
struct signal_watch {
    struct flow *flow;
    int count;
    struct signal_handle *handle;
};

void signal_start(struct loop *loop, struct signal_watch *watch, int signal_number, struct flow *flow);
void signal_stop(struct loop *loop, struct signal_watch *watch);

/* One name look-up, off the loop's thread. done, then either address or error is set. */
struct lookup {
    struct flow *flow;
    bool done;
    char address[46];   /* numeric IPv4 or IPv6; the first the resolver gave */
    struct error error; /* ERROR_NETWORK: names the host and the reason */
    struct lookup_handle *handle;
};

void lookup_start(struct loop *loop, struct lookup *lookup, const char *host, struct flow *flow);
void lookup_cancel(struct loop *loop, struct lookup *lookup);

/* One child process: its standard output is collected, its standard input is empty, its standard error is ours. */
struct process {
    struct flow *flow;
    bool done;
    int exit_status;      /* valid without error; 128 + signal when killed */
    struct buffer output; /* limit set by the caller before the start */
    struct error
        error; /* could not be started (SYSTEM), no end in time (TIMEOUT, it was killed), too much output (LIMIT) */
    struct process_handle *handle;
};

/* arguments[0] is looked up in PATH; arguments and environment end with NULL; environment NULL = our own. */
void process_start(struct loop *loop, struct process *process, const char *const *arguments,
                   const char *const *environment, int64_t timeout_ms, struct flow *flow);
void process_cancel(struct loop *loop, struct process *process); /* kills it */
void process_release(struct process *process);                   /* frees the output; after the end or the cancel */

#endif

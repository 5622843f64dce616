/* tests/sim/process.h - a running bot: an engine, its clock, and what it asked for.
 *
 * Two can run at once. One can die between any two effects, or sleep there: then what it had not sent yet is sent when it
 * wakes up, and what comes for it meanwhile waits.
 */
#ifndef CURFEW_TESTS_SIM_PROCESS_H
#define CURFEW_TESTS_SIM_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/schedule.h"
#include "bot/engine.h"
#include "tests/sim/channels.h"
#include "tests/sim/queue.h"

enum { PROCESSES = 2, SITES_MAX = 64 };

struct sim;

/* What a process was last told of a namespace. */
struct told {
    bool present;
    char uid[KUBERNETES_UID_SIZE];
    char resource_version[RESOURCE_VERSION_SIZE];
    enum scheduler_label scheduler;
    struct schedule schedule;
    char owners[ANNOTATION_SIZE];
    int64_t changed_ms; /* when it was told of another schedule or label last */
};

/* What a process last read of the workloads of a namespace. */
struct last_reading {
    bool known;
    unsigned running; /* bits of the workloads of the site: in scope, and wanting pods */
    unsigned unready;
};

struct process {
    struct engine *engine; /* NULL: it does not run */
    bool is_live;          /* it has listed everything and takes envelopes */
    unsigned incarnation;
    int64_t resume_ms; /* above 0: it sleeps until then */
    int64_t slept_ms;  /* when it woke up last */
    int64_t clock_ms;  /* how far its clock is ahead */
    int64_t timer_ms;  /* of the happening that wakes it; INT64_MAX = none */
    int64_t booted_ms, died_ms;
    int64_t wrote_ms;    /* when a record of it was written last */
    int64_t accepted_ms; /* when it accepted something last */
    size_t calls;        /* that are under way */
    int64_t deliveries;
    int64_t channel_free_ms[CHANNELS_MAX];
    struct told told[SITES_MAX];
    struct last_reading readings[SITES_MAX];
    struct inbox_entry *unfinished; /* that stood open in the inbox when it read it */
    size_t unfinished_count;
    struct record planted; /* what a planted fault made of what it is told */
    struct namespace planted_namespace;
    struct inbox_entry planted_entry;
};

/* The clock of that process, UTC seconds. */
int64_t process_now(const struct sim *sim, const struct process *process) must_check;

/* Begins one after delay_ms, if none runs there. */
void process_boot_in(struct sim *sim, int process, int64_t delay_ms);

void process_boot(struct sim *sim, const struct happening *happening);
void process_listed(struct sim *sim, const struct happening *happening);
void process_timer(struct sim *sim, const struct happening *happening);
void process_resume(struct sim *sim, const struct happening *happening);
void process_watch(struct sim *sim, const struct happening *happening);
void process_step_clock(struct sim *sim, struct process *process, int64_t clock_ms);
void process_reread(struct sim *sim, const struct call *call); /* the answer: the records as they stood */
void process_retire(struct sim *sim, int process);             /* one of two that lead ends */
void process_survive(struct sim *sim, int process);            /* one of two that led has ended: what of the other? */
void process_die(struct sim *sim, int process);

/* Tells it, and carries out what it asks for. */
void process_tell(struct sim *sim, int process, const struct event *event);

/* Looks at when it wants to be woken. */
void process_set_timer(struct sim *sim, int process);

/* One that runs and takes envelopes, the one that is given if it does; -1 = none. */
int process_live(const struct sim *sim, int preferred) must_check;
size_t process_count(const struct sim *sim) must_check; /* that run */

#endif

/* bot/engine.h - the decisions: events go in, effects come out. Pure.
 *
 * It owns no clock, no socket, no file and no thread: the same events at the same instants give the same effects, on
 * any machine. bot/runner.h turns effects into calls and answers into events; the simulator plays both.
 */
#ifndef CURFEW_BOT_ENGINE_H
#define CURFEW_BOT_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "bot/access.h"
#include "bot/effects.h"
#include "bot/event.h"
#include "bot/plan.h"
#include "bot/settings.h"

enum {
    ENGINE_REQUESTS_MAX = 256,   /* under way at once; more are answered with "busy" */
    ENGINE_RECENT_MAX = 2048,    /* requests of which a repeat is recognised without the store */
    ENGINE_OPERATING_MAX = 1000, /* stops and starts by themselves at once */
    ENGINE_STATUS_MAX = 100,     /* environments that one status reads */
    ENGINE_PROTECTED_SIZE = 4096,
};

/* A plain value; copied by engine_new(). */
struct engine_options {
    struct settings_defaults settings; /* CURFEW_SCHEDULE, CURFEW_TIMEZONE, CURFEW_RESET, CURFEW_CHANNEL */
    struct plan_warnings warnings;     /* CURFEW_WARNINGS */
    int64_t lease_s;                   /* CURFEW_LEASE */
    int64_t prolong_max_s;             /* CURFEW_PROLONG_MAX */
    uint32_t identity;           /* of this process, drawn at random: no other one gives the same ids to notices */
    char allow[ACCESS_IDS_SIZE]; /* CURFEW_ALLOW, checked; "" = everybody */
    char protected_names[ENGINE_PROTECTED_SIZE]; /* CURFEW_PROTECTED, checked; comma separated */
    char own_namespace[NAMESPACE_NAME_SIZE];
    int64_t ready_timeout_s; /* CURFEW_READY_TIMEOUT */
    size_t operating_max;    /* stops and starts by themselves at once; 0 = ENGINE_OPERATING_MAX */
};

struct engine;

struct engine *engine_new(const struct engine_options *options) must_check;
void engine_free(struct engine *engine);

/* Takes one event at the instant now (UTC seconds) and appends what is to be done to *effects. */
void engine_handle(struct engine *engine, const struct event *event, int64_t now, struct effects *effects);

/* When EVENT_TIME is wanted next; INT64_MAX = not at all. */
int64_t engine_due_at(const struct engine *engine) must_check;

/* Nothing is begun by itself any more; what is under way goes on. */
void engine_end(struct engine *engine);

/* true: nothing is under way, so that the program can end without leaving anything to be resumed. */
bool engine_is_idle(const struct engine *engine) must_check;

#endif

/* bot/settings.h - what a namespace's annotations say, read once and shared by all namespaces that say the same. Pure.
 *
 * A thousand namespaces with the same annotations have one struct settings, so that an environment costs a pointer. What
 * is wrong in an annotation does not stop the rest: the default stands, and `wrong` says what is wrong.
 */
#ifndef CURFEW_BOT_SETTINGS_H
#define CURFEW_BOT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/schedule.h"
#include "k8s/namespace.h"
#include "store/record.h"

enum { SETTINGS_WRONG_SIZE = 400 };

struct settings {
    struct schedule schedule;
    bool has_own_schedule; /* from a curfew/schedule that could be read */
    uint32_t rhythm;       /* fingerprint of the schedule's canonical text; above 0 */
    char channel[RECORD_PERSON_SIZE];
    char *owners;                    /* curfew/owners as it stands; NULL = none */
    bool owners_too_long;            /* there are owners, but it is not known who: nobody may change it */
    char *app;                       /* curfew/app, checked; NULL = the default */
    char wrong[SETTINGS_WRONG_SIZE]; /* one sentence about each wrong annotation; "" = all is well */
    size_t users;                    /* environments that have it; the rest is the module's */
    char *key;
};

/* What stands where an annotation is absent or wrong. */
struct settings_defaults {
    struct schedule schedule; /* CURFEW_SCHEDULE in CURFEW_TIMEZONE */
    const struct zone *zone;  /* CURFEW_TIMEZONE */
    int reset_minute;         /* CURFEW_RESET */
    char channel[RECORD_PERSON_SIZE];
    struct zone_source *zones; /* borrowed */
};

/* All that are in use. { .defaults = ... } is empty. */
struct settings_pool {
    struct settings_defaults defaults;
    size_t count; /* different ones */
    void *tree;   /* of <search.h>, by key */
};

void settings_pool_release(struct settings_pool *pool);

/* The settings of a namespace; the caller gives them back with settings_leave(). */
const struct settings *settings_join(struct settings_pool *pool, const struct namespace *namespace) must_check;
void settings_leave(struct settings_pool *pool, const struct settings *settings); /* NULL is fine */

/* Reads a schedule as an annotation is read; false: as schedule_read(). */
bool settings_read_schedule(const struct settings_defaults *defaults, const char *text, struct schedule *ret_schedule,
                            struct error *error) must_check;

/* true: a Slack channel id (C, G or D, then capitals and digits). */
bool settings_is_channel(const char *text) must_check;

#endif

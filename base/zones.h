/* base/zones.h - the zones of the machine, by name, each read once and kept.
 *
 * The only part of base/zone.h's business that touches files. It reads FOLDER/NAME, and the names in the folder only to
 * help with a misspelt one. The environment variable TZDIR is not asked.
 */
#ifndef CURFEW_BASE_ZONES_H
#define CURFEW_BASE_ZONES_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/zone.h"

enum { ZONES_MAX = 1000 }; /* more than tzdata has: only somebody who tries gets there */

struct zones {
    struct zone_source source; /* hand &zones.source to whoever needs zones */
    char *folder;
    struct zone **items; /* sorted by name */
    size_t count, capacity;
};

/* folder  NULL: /usr/share/zoneinfo */
void zones_init(struct zones *zones, const char *folder);

/* Ends all zones that it has handed out. */
void zones_release(struct zones *zones);

/* The zone of that name; owned by zones, the same pointer every time. "UTC" needs no file.
 * NULL: ERROR_INPUT (no such zone; the sentence names those that are near), ERROR_SYSTEM, ERROR_LIMIT. */
const struct zone *zones_find(struct zones *zones, const char *name, struct error *error) must_check;

#endif

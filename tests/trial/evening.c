/* tests/trial/evening.c - the zone of this machine, and a minute in it. */
#include "tests/trial/evening.h"

#include "base/text.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MINUTE_S = 60, MARGIN_S = 10 }; /* so that the first warning does not come before the greeting was read */

const char evening_warnings[] = "2m,1m";

static const char zones_folder[] = "/usr/share/zoneinfo/";

/* As schedules are read by the same files: what is not there is no zone. */
static bool is_zone(const char *name)
{
    char path[PATH_MAX];

    return name[0] != '\0' && strlen(name) < EVENING_ZONE_SIZE &&
           snprintf(path, sizeof path, "%s%s", zones_folder, name) < (int) sizeof path && access(path, R_OK) == 0;
}

static bool read_link(char name[EVENING_ZONE_SIZE])
{
    char target[PATH_MAX];
    ssize_t length = readlink("/etc/localtime", target, sizeof target - 1);

    target[length > 0 ? length : 0] = '\0';
    const char *found = strstr(target, zones_folder + 1); /* the link may be a relative one */
    return found != NULL && text_copy(name, EVENING_ZONE_SIZE, found + strlen(zones_folder) - 1) && is_zone(name);
}

/* The same that localtime_r() goes by. */
static bool find_zone(char name[EVENING_ZONE_SIZE])
{
    const char *variable = getenv("TZ");

    if (variable == NULL)
        return read_link(name);
    return is_zone(variable) && text_copy(name, EVENING_ZONE_SIZE, variable);
}

void evening_plan(int64_t now, struct evening *ret_evening)
{
    time_t earliest = (time_t) now + EVENING_FIRST_WARNING_S + MARGIN_S;
    time_t minute = earliest + MINUTE_S - 1 - (earliest + MINUTE_S - 1) % MINUTE_S;
    struct tm parts = { 0 };
    char clock[16];

    if (find_zone(ret_evening->zone)) {
        (void) localtime_r(&minute, &parts);
    } else {
        text_copy_cut(ret_evening->zone, sizeof ret_evening->zone, "UTC");
        (void) gmtime_r(&minute, &parts);
    }
    (void) strftime(clock, sizeof clock, "%H:%M", &parts);
    (void) snprintf(ret_evening->schedule, sizeof ret_evening->schedule, "daily %s %s", clock, ret_evening->zone);
    ret_evening->curfew_at = minute;
}

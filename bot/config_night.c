/* bot/config_night.c - the part of the configuration that says when things are due. */
#include "bot/config_night.h"

#include <string.h>

#include "base/duration.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time_of_day.h"

enum {
    DAY_S = 24 * 60 * 60,
    WEEK_S = 7 * DAY_S,
    SHOWN_SIZE = 64,
};

/* --- the schedule ---------------------------------------------------------------------------------------------- */

/* A machine may have no zones but UTC. */
static void advise_on_zones(struct error *error)
{
    if (error->kind == ERROR_SYSTEM)
        error_set(error, ERROR_SYSTEM, "%s; install the package tzdata", error->message);
}

static bool read_time_zone(const struct variables *variables, struct config *config, struct error *error)
{
    const char *value = variables_get(variables, "CURFEW_TIMEZONE", "UTC");

    config->engine.settings.zone = zones_find(&config->zones, value, error);
    if (config->engine.settings.zone != NULL)
        return true;
    advise_on_zones(error);
    return error_context(error, "CURFEW_TIMEZONE");
}

static bool read_reset(const struct variables *variables, struct config *config, struct error *error)
{
    const char *value = variables_get(variables, "CURFEW_RESET", "09:00");

    return time_of_day_read(value, false, &config->engine.settings.reset_minute, error) ||
           error_context(error, "CURFEW_RESET");
}

static bool read_schedule(const struct variables *variables, struct config *config, struct error *error)
{
    const char *value = variables_get(variables, "CURFEW_SCHEDULE", "Mon-Fri 20:00");
    struct settings_defaults *settings = &config->engine.settings;
    char shown[SHOWN_SIZE];

    settings->zones = &config->zones.source;
    if (settings_read_schedule(settings, value, &settings->schedule, error))
        return true;
    text_copy_cut(shown, sizeof shown, value);
    advise_on_zones(error);
    return error_context(error, "CURFEW_SCHEDULE is \"%s\"", shown);
}

/* --- durations ------------------------------------------------------------------------------------------------- */

/* For people a bare number counts hours; whoever configures says the unit. */
static bool read_with_unit(const char *text, int64_t maximum_s, int64_t *ret_seconds, struct error *error)
{
    char shown[SHOWN_SIZE];

    text_copy_cut(shown, sizeof shown, text);
    if (text[0] != '\0' && text[strspn(text, "0123456789 ")] == '\0')
        return error_set(error, ERROR_INPUT, "\"%s\" has no unit: write such as 90s, 5m, 2h or 1h30m", shown);
    return duration_read(text, maximum_s, ret_seconds, error);
}

struct duration_variable {
    const char *name, *fallback;
    int64_t maximum_s;
    int64_t *target;
};

static bool read_durations(const struct variables *variables, struct config *config, struct error *error)
{
    const struct duration_variable durations[] = {
        { "CURFEW_LEASE", "4h", WEEK_S, &config->engine.lease_s },
        { "CURFEW_PROLONG_MAX", "24h", WEEK_S, &config->engine.prolong_max_s },
        { "CURFEW_READY_TIMEOUT", "5m", DAY_S, &config->engine.ready_timeout_s },
    };

    for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++) {
        const char *value = variables_get(variables, durations[i].name, durations[i].fallback);

        if (!read_with_unit(value, durations[i].maximum_s, durations[i].target, error))
            return error_context(error, "%s", durations[i].name);
    }
    return true;
}

/* --- warnings -------------------------------------------------------------------------------------------------- */

/* Keeps them longest first. */
static bool add_warning(struct plan_warnings *warnings, int64_t before_s, const char *text, struct error *error)
{
    size_t place = warnings->count;
    char shown[SHOWN_SIZE];

    text_copy_cut(shown, sizeof shown, text);
    if (warnings->count == PLAN_WARNINGS_MAX)
        return error_set(error, ERROR_INPUT, "\"%s\" is one too many", shown);
    while (place > 0 && warnings->before_s[place - 1] <= before_s)
        place--;
    if (place < warnings->count && warnings->before_s[place] == before_s)
        return error_set(error, ERROR_INPUT, "\"%s\" is there already", shown);
    memmove(warnings->before_s + place + 1, warnings->before_s + place,
            (warnings->count - place) * sizeof warnings->before_s[0]);
    warnings->before_s[place] = before_s;
    warnings->count++;
    return true;
}

static bool read_warning_list(const char *list, struct plan_warnings *warnings, struct error *error)
{
    released_by(memory_release_text) char *copy = memory_text(list);
    char *rest = copy;
    int64_t before_s = 0;

    warnings->count = 0;
    if (text_equal(list, "none"))
        return true;
    while (rest != NULL) {
        const char *item = strsep(&rest, ",");

        if (!read_with_unit(item, DAY_S, &before_s, error) || !add_warning(warnings, before_s, item, error))
            return false;
    }
    return true;
}

static bool read_warnings(const struct variables *variables, struct config *config, struct error *error)
{
    const char *value = variables_get(variables, "CURFEW_WARNINGS", "60m,30m,15m");
    struct error wrong;

    if (read_warning_list(value, &config->engine.warnings, &wrong))
        return true;
    return error_set(error, wrong.kind,
                     "CURFEW_WARNINGS: %s; allowed are up to %d different durations of at most 24h, comma separated, "
                     "such as 60m,30m,15m, or none",
                     wrong.message, PLAN_WARNINGS_MAX);
}

/* Whoever sets it to what is not there yet is not to wait for a CronJob all night. */
static bool read_trigger(const struct variables *variables, struct error *error)
{
    const char *value = variables_get(variables, "CURFEW_TRIGGER", "timer");
    char shown[SHOWN_SIZE];

    text_copy_cut(shown, sizeof shown, value);
    return text_equal(value, "timer") ||
           error_set(error, ERROR_INPUT,
                     "CURFEW_TRIGGER is \"%s\"; this release stops environments by its own timer: allowed is timer",
                     shown);
}

bool config_read_night(const struct variables *variables, struct config *config, struct error *error)
{
    return read_time_zone(variables, config, error) && read_reset(variables, config, error) &&
           read_schedule(variables, config, error) && read_trigger(variables, error) &&
           read_warnings(variables, config, error) && read_durations(variables, config, error);
}

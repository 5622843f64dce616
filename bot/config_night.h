/* bot/config_night.h - the part of the configuration that says when things are due. Only bot/config.c calls it.
 *
 * CURFEW_SCHEDULE, CURFEW_TIMEZONE, CURFEW_RESET, CURFEW_WARNINGS, CURFEW_LEASE, CURFEW_PROLONG_MAX, CURFEW_READY_TIMEOUT
 */
#ifndef CURFEW_BOT_CONFIG_NIGHT_H
#define CURFEW_BOT_CONFIG_NIGHT_H

#include "bot/config.h"

/* Fills config->engine. The zones are looked up in config->zones, which is initialised.
 * false, ERROR_INPUT or ERROR_SYSTEM: a sentence that names the variable, what it holds and what is allowed. */
bool config_read_night(const struct variables *variables, struct config *config, struct error *error) must_check;

#endif

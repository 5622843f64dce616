/* bot/plan_command.h - `curfew plan [ENV…]`: the next transitions, and what a stop or a start would do now and why.
 *
 * It reads the cluster and the store, takes no lock, and changes nothing. One engine, which is never told to begin, holds what is
 * known.
 */
#ifndef CURFEW_BOT_PLAN_COMMAND_H
#define CURFEW_BOT_PLAN_COMMAND_H

#include <stddef.h>

#include "base/attributes.h"

/* Returns the exit status: 0, 1 when something did not answer, 2 for wrong words or a wrong configuration. */
int plan_main(const char *program, const char *const *words, size_t count) must_check;

#endif

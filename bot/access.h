/* bot/access.h - who may do what to which environment. Pure.
 *
 * By user id only: names are shown, never trusted. A button grants nothing: whoever presses it is asked here again.
 */
#ifndef CURFEW_BOT_ACCESS_H
#define CURFEW_BOT_ACCESS_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/error.h"
#include "bot/command.h"

enum { ACCESS_IDS_SIZE = 4096 };

/* Checks a list of Slack user ids (CURFEW_ALLOW, curfew/owners): comma or blank separated, U… or W….
 * false, ERROR_INPUT: names the entry that is none. User groups (S…) are refused too: this release cannot look into them,
 * and an entry that is silently ignored would shut people out without a word. */
bool access_read_ids(const char *text, struct error *error) must_check;

/* Whether user may give commands at all. allow "" = everybody in the workspace. false, ERROR_REFUSED: a sentence for the user. */
bool access_may_command(const char *allow, const char *user, struct error *error) must_check;

/* Whether user may do verb to an environment with these owners (its annotation; "" = no narrowing).
 * status, list and help are for everybody who may command. Owners that cannot be read permit nobody (P13: not stop blind).
 * false, ERROR_REFUSED: a sentence that names the owners. */
bool access_may_touch(const char *owners, const char *environment, enum verb verb, const char *user,
                      struct error *error) must_check;

#endif

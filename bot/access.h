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

enum { ACCESS_IDS_SIZE = 4096, ACCESS_ID_SIZE = 32 };

/* Somebody at a terminal: whoever can write to the store with a kubeconfig runs Curfew anyway. No user of Slack has such an id
 * (bot/envelope.h). Lists of Slack ids do not speak of them, and narrow nothing for them. */
bool access_is_operator(const char *user) must_check;

/* Checks a list of Slack ids (CURFEW_ALLOW, curfew/owners): users (U… or W…) and user groups (S…), comma or blank separated.
 * false, ERROR_INPUT: names the entry that is none. */
bool access_read_ids(const char *text, struct error *error) must_check;

/* The next id of *text that is a user group's; *text moves behind it. false: there is none left. */
bool access_next_group(const char **text, char ret_group[ACCESS_ID_SIZE]) must_check;

/* Who is in which user group, as far as it is known (bot/groups.h). */
struct groups;

/* Whether user may give commands at all. allow "" = everybody in the workspace. A group that cannot be looked into permits
 * nobody. false, ERROR_REFUSED: a sentence for the user, which names such a group. */
bool access_may_command(const char *allow, const struct groups *groups, const char *user, struct error *error)
    must_check;

/* Whether user may do that to an environment with these owners (its annotation; "" = no narrowing).
 * What changes nothing (command_changes()) is for everybody who may command. Owners that cannot be read permit nobody (P13: not stop blind).
 * false, ERROR_REFUSED: a sentence that names the owners. */
bool access_may_touch(const char *owners, const struct groups *groups, const char *environment,
                      const struct command *command, const char *user, struct error *error) must_check;

#endif

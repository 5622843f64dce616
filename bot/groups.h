/* bot/groups.h - who is in which Slack user group, kept for some minutes. Pure.
 *
 * A group becomes known when CURFEW_ALLOW or an annotation names it, is looked up at once and again every
 * GROUPS_REFRESH_S while it is in use, so that permission is decided without waiting. A look-up that fails leaves what was
 * known in force for GROUPS_KEPT_S; after that the group permits nobody.
 */
#ifndef CURFEW_BOT_GROUPS_H
#define CURFEW_BOT_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "bot/access.h"
#include "bot/effects.h"

enum {
    GROUPS_MAX = 200, /* more are not looked up, and permit nobody */
    GROUPS_REFRESH_S = 5 * 60,
    GROUPS_RETRY_S = 30,
    GROUPS_KEPT_S = 60 * 60,
};

/* Once noted a group stays: lists that name it come and go, and asking for one too many costs a request in five minutes. */
struct group {
    char id[ACCESS_ID_SIZE];
    char *members;    /* user ids, comma separated; NULL = not known */
    int64_t known_at; /* when they were read */
    int64_t due_at;   /* of the next look-up */
    bool asking;
    char slack_error[64]; /* why it cannot be looked into; "" = it can, or was not asked yet */
};

/* { 0 } is empty. */
struct groups {
    struct group *items;
    size_t count, capacity;
};

void groups_release(struct groups *groups);

/* Every group of a list of ids becomes known. */
void groups_note(struct groups *groups, const char *ids, int64_t now);

/* Asks for what is due. */
void groups_tick(struct groups *groups, int64_t now, struct effects *effects);
int64_t groups_due_at(const struct groups *groups) must_check; /* INT64_MAX = nothing is */

/* An answer. members NULL: it failed, and slack_error is Slack's word for it ("" = no answer). A group that nobody noted is
 * none of ours. */
void groups_learn(struct groups *groups, const char *id, const char *members, const char *slack_error, int64_t now);

enum group_answer { GROUP_HAS, GROUP_HAS_NOT, GROUP_UNKNOWN };

/* Whether user is in the group. UNKNOWN, then only *ret_slack_error is set: it cannot be looked into, for that reason
 * ("" = it was not asked yet; borrowed until the next change). */
enum group_answer groups_ask(const struct groups *groups, const char *id, const char *user,
                             const char **ret_slack_error) must_check;

/* The clock went back: what would be due later than GROUPS_REFRESH_S from now is due now, and what is known counts as read
 * now at the latest. */
void groups_clock_stepped(struct groups *groups, int64_t now);

#endif

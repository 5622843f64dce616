/* bot/button.h - what a button of ours carries: a command, and what must still be so when it is pressed. Pure.
 *
 *     prolongate dev1 for 1h|4b0e2d7c-...|1764007200       the stop that the button speaks of, of that very namespace
 *     prolongate * for 2h|9f3ac2d1e0b54768                 all of one notice
 *     start dev1|4b0e2d7c-...                              that very namespace, whenever it stops
 *
 * It grants nothing: whoever presses is asked for permission like somebody who types. A press that comes too late, or a
 * second one, finds that the condition does not hold, is answered, and changes nothing.
 */
#ifndef CURFEW_BOT_BUTTON_H
#define CURFEW_BOT_BUTTON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "k8s/namespace.h"
#include "store/record.h"

/* The action_ids of our buttons. */
extern const char action_confirm[]; /* a command as it would be typed, without condition */
extern const char action_dismiss[]; /* nothing is to be done */
extern const char action_keep_1h[]; /* the rest: a command with its condition */
extern const char action_keep_2h[];
extern const char action_keep_morning[];
extern const char action_stop[];
extern const char action_start[];
extern const char action_choose[]; /* a menu whose options are such commands */

struct button_condition {
    char uid[KUBERNETES_UID_SIZE]; /* "" = any */
    int64_t stop_at;               /* the stop that must be the next one, after 1970; 0 = any */
    uint64_t notice;               /* the environments that this notice speaks of; 0 = those that are named */
};

/* Appends the value of a button. Neither command nor uid holds a '|': such a value is refused when it is read. A condition
 * with a notice has no other part. */
void button_write(const char *command, const struct button_condition *condition, struct buffer *target);

/* Takes a value apart; a value without '|' is a command without condition.
 * false: it is no value of ours; nothing is changed. */
bool button_read(const char *value, char ret_command[INBOX_TEXT_SIZE], struct button_condition *ret_condition)
    must_check;

/* true: the action is one of those whose value is a command. */
bool button_is_command(const char *action) must_check;

#endif

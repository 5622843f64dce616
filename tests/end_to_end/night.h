/* tests/end_to_end/night.h - a night that is played: a bot whose clock the test sets, and the channel in which it warns.
 *
 * Only the bot's time of day is set (shifted_clock.c); its timeouts, Slack and the cluster stay as they are. Each night has a
 * store and a channel of its own, and takes its environments away at the end, so that none disturbs the next.
 *
 *     night_open(&night, &world, "friday", at) && night_start_bot(&night, NULL) && night_make(&night, "dev1", "Mon-Fri 22:00")
 *     night_set(&night, at + 60);
 *     night_shows(&night, 1, "`dev1` stops <!date^%" PRId64 "^", at + 100);
 */
#ifndef CURFEW_TESTS_END_TO_END_NIGHT_H
#define CURFEW_TESTS_END_TO_END_NIGHT_H

#include "base/attributes.h"
#include "tests/end_to_end/world.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    NIGHT_ENVIRONMENTS_MAX = 8,
    NIGHT_NAME_SIZE = 64,
    NIGHT_MINUTE_S = 60,
    NIGHT_HOUR_S = 60 * NIGHT_MINUTE_S,
    NIGHT_DAY_S = 24 * NIGHT_HOUR_S,

    /* The bot's, unless variables say otherwise. */
    NIGHT_WARNED_S = 40, /* before a stop, first */
    NIGHT_WARNED_AGAIN_S = 20,
    NIGHT_LEASE_S = 10 * NIGHT_MINUTE_S,
};

/* Replicas of an environment that world_make_environment() made, and the buttons of a warning. */
extern const char night_all_up[];
extern const char night_all_down[];
extern const char night_buttons[];

struct night {
    struct world *world;
    char channel[16];
    char clock_file[STAGE_PATH_SIZE];
    char variables[6][STAGE_PATH_SIZE + 32];
    int64_t ahead_s;
    char environments[NIGHT_ENVIRONMENTS_MAX][NIGHT_NAME_SIZE];
    size_t environment_count;
};

/* number (1 .. 999): tells its channel and store from those of other nights. now: what the bot's clock says. */
bool night_open(struct night *night, struct world *world, int number, int64_t now) must_check;

/* Warnings 40 s and 20 s before, a lease of ten minutes; what is given in variables (ends with NULL) comes first. */
bool night_start_bot(struct night *night, const char *const *variables) must_check;

/* An environment with that schedule, or with those annotations (a JSON object), which the bot knows. */
bool night_make(struct night *night, const char *name, const char *schedule) must_check;
bool night_make_with(struct night *night, const char *name, const char *annotations) must_check;

/* The bot's clock jumps there, forwards, and the bot notices. */
void night_set(struct night *night, int64_t now);
void night_set_while_down(struct night *night, int64_t now);
int64_t night_now(const struct night *night) must_check;

/* Ends it: Slack and the log have nothing to complain about. */
bool night_close(struct night *night) must_check;

/* What is read in the message, its number from 1: its lines, then "[text]" for each button. "" = there is none (yet). Valid
 * until the next call. */
const char *night_message(struct night *night, int number) must_check;
int night_message_count(struct night *night) must_check;

/* Appends all messages as they are read. */
void night_read_messages(struct night *night, struct buffer *target);

/* The first instant in the message; 0 = there is none. */
int64_t night_read_stop(struct night *night, int number) must_check;

/* Claims, printed when they do not come true in time: the message comes to hold the text; the environment comes to have these
 * replicas; an answer of the bot to the command holds the text. */
bool night_shows(struct night *night, int number, const char *format, ...) printf_like(3, 4) must_check;
bool night_comes_to(struct night *night, const char *name, const char *replicas) must_check;
bool night_says(struct night *night, const char *command, const char *format, ...) printf_like(3, 4) must_check;

/* What a night consists of. The clock is set to both marks: message number and the one behind it announce that stop, and the
 * second one has the buttons. */
bool night_is_warned_twice(struct night *night, const char *name, int number, int64_t stop_at) must_check;

/* The clock is set to just before the stop, and it runs; then to the stop, and it is stopped: so says the message, too. */
bool night_is_stopped_at(struct night *night, const char *name, int number, int64_t stop_at) must_check;

/* The clock is set there. Whatever was due had its chance, and it runs. */
bool night_still_runs(struct night *night, const char *name, int64_t at) must_check;

/* true: the message does not hold that. */
bool night_lacks(struct night *night, int number, const char *part) must_check;

/* Somebody presses a button of the message. value: what is sent instead of what the button carries; NULL = that. */
struct sent night_press(struct night *night, int number, const char *user, const char *action, const char *value);

/* Somebody presses the button of the last row, for all that the message speaks of. */
struct sent night_press_for_all(struct night *night, int number, const char *user, const char *action);

/* What a button of the message carries. "" = there is no such button. */
bool night_read_button(struct night *night, int number, const char *action, char ret_value[512]) must_check;

/* The next instant of that weekday (0 = Sunday) and UTC time that is at least a day from now; by the machine's clock. */
int64_t night_next(int weekday, int hour, int minute) must_check;

/* Sets the label of an environment: "enabled", "disabled", NULL = none. */
bool night_label(struct night *night, const char *name, const char *value) must_check;

#endif

/* bot/answer_table.h - several environments as a table of fixed width, for Slack and for terminals. Pure.
 *
 * The outcome of each environment is a text of its own until all are there. A row stands in it as a line that begins with a
 * control character, which no foreign text can hold (message_append_escaped() drops them), and is taken out again here.
 */
#ifndef CURFEW_BOT_ANSWER_TABLE_H
#define CURFEW_BOT_ANSWER_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/zone.h"
#include "bot/message.h"
#include "store/record.h"

enum {
    TABLE_WIDTH_MAX = 80,
    TABLE_ROWS_MAX = 100, /* more are counted */
};

/* How an environment stands. */
enum answer_state {
    STATE_UP,
    STATE_STARTING,
    STATE_STOPPED,
    STATE_STOPPING,
    STATE_DEGRADED, /* it is meant to run, and not all that decides is ready */
    STATE_PARTLY,   /* some of it is at 0 by our hand and some of it runs */
    STATE_UNKNOWN,  /* it could not be read */
    STATE_COUNT,
};

/* "up", "starting", ...: what people read. Constant. */
const char *answer_state_word(enum answer_state state) must_check;

/* A plain value. Texts without control characters. */
struct status_row {
    char name[RECORD_NAMESPACE_SIZE];
    enum answer_state state;
    char ready[24];                 /* "3/4"; "-" = nothing is wanted */
    char next[24];                  /* "stops Fri 20:00" by the clocks of the zone; "-" = nothing by itself */
    char zone[ZONE_NAME_SIZE];      /* "" = there is no instant in the row */
    char mover[RECORD_PERSON_SIZE]; /* who moved the next stop; "" = nobody */
};

void status_row_write(const struct status_row *row, struct buffer *target);

/* false: the line is no row. */
bool status_row_read(const char *line, struct status_row *ret_row) must_check;

struct status_table {
    struct status_row *rows; /* owned */
    size_t count, capacity;
};

void status_table_add(struct status_table *table, const struct status_row *row);
void status_table_release(struct status_table *table);

/* Adds sections to the message: how many there are of each state, the rows as code blocks, and who moved a stop. */
void status_table_show(const struct status_table *table, struct message *message);

#endif

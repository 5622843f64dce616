/* bot/answer_table.c - rows written and read, columns measured, names cut. */
#include "bot/answer_table.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/answer.h"
#include "bot/answer_names.h"

enum {
    ROW_MARK = '\x1e', /* record separator */
    FIELD_MARK = '\x1f',
    BLOCK_CHARACTERS_MAX = MESSAGE_SECTION_CHARACTERS - 200, /* the fences, the heading and the sentence before it */
    NAME_WIDTH_MIN = 12,
    GAP = 2,
    MOVERS_SHOWN_MAX = 5,
};

const char *answer_state_word(enum answer_state state)
{
    static const char *const words[STATE_COUNT] = { [STATE_UP] = "up",
                                                    [STATE_STARTING] = "starting",
                                                    [STATE_STOPPED] = "stopped",
                                                    [STATE_STOPPING] = "stopping",
                                                    [STATE_DEGRADED] = "degraded",
                                                    [STATE_PARTLY] = "partly",
                                                    [STATE_UNKNOWN] = "unknown" };

    return words[state];
}

/* --- rows in a text -------------------------------------------------------------------------------------------- */

static void append_field(struct buffer *target, const char *text, char end)
{
    for (; *text != '\0'; text++)
        buffer_append_char(target, (unsigned char) *text < ' ' ? '?' : *text);
    buffer_append_char(target, end);
}

void status_row_write(const struct status_row *row, struct buffer *target)
{
    buffer_append_format(target, "%c%d%c", ROW_MARK, (int) row->state, FIELD_MARK);
    append_field(target, row->name, FIELD_MARK);
    append_field(target, row->ready, FIELD_MARK);
    append_field(target, row->next, FIELD_MARK);
    append_field(target, row->zone, FIELD_MARK);
    append_field(target, row->mover, '\n');
}

static bool take_field(const char **rest, char *target, size_t size)
{
    size_t length = strcspn(*rest, "\x1f\n");

    if (length >= size)
        return false;
    memcpy(target, *rest, length);
    target[length] = '\0';
    *rest += length;
    if (**rest == FIELD_MARK)
        (*rest)++;
    return true;
}

bool status_row_read(const char *line, struct status_row *ret_row)
{
    struct status_row row = { .state = STATE_UNKNOWN };
    char state[4];

    if (line[0] != ROW_MARK)
        return false;
    line++;
    if (!take_field(&line, state, sizeof state) || !take_field(&line, row.name, sizeof row.name) ||
        !take_field(&line, row.ready, sizeof row.ready) || !take_field(&line, row.next, sizeof row.next) ||
        !take_field(&line, row.zone, sizeof row.zone) || !take_field(&line, row.mover, sizeof row.mover))
        return false;
    if (state[0] < '0' || state[0] >= '0' + STATE_COUNT || state[1] != '\0')
        return false;
    row.state = (enum answer_state)(state[0] - '0');
    *ret_row = row;
    return true;
}

void status_table_add(struct status_table *table, const struct status_row *row)
{
    if (table->count == table->capacity) {
        table->capacity = table->capacity == 0 ? 16 : 2 * table->capacity;
        table->rows = memory_grow(table->rows, table->capacity, sizeof *table->rows);
    }
    table->rows[table->count++] = *row;
}

void status_table_release(struct status_table *table)
{
    free(table->rows);
    *table = (struct status_table){ 0 };
}

/* --- columns --------------------------------------------------------------------------------------------------- */

/* What stands between the columns is not counted. */
struct columns {
    size_t name, state, ready, next, zone; /* zone: 0 = there is one for all */
    const char *common_zone;               /* NULL = there is no instant at all, or they differ */
};

static size_t shown_count(const struct status_table *table)
{
    return table->count < TABLE_ROWS_MAX ? table->count : TABLE_ROWS_MAX;
}

static void widen(size_t *width, const char *text)
{
    size_t length = strlen(text);

    *width = length > *width ? length : *width;
}

/* Instants of one zone need not name it each. */
static bool zones_differ(const struct status_table *table, const char **ret_common)
{
    *ret_common = NULL;
    for (size_t i = 0; i < shown_count(table); i++) {
        const char *zone = table->rows[i].zone;
        if (zone[0] == '\0')
            continue;
        if (*ret_common != NULL && !text_equal(*ret_common, zone))
            return true;
        *ret_common = zone;
    }
    return false;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static struct columns measure(const struct status_table *table)
{
    struct columns columns = {
        .name = strlen("environment"), .state = strlen("degraded"), .ready = strlen("ready"), .next = strlen("next")
    };
    bool differ = zones_differ(table, &columns.common_zone);

    for (size_t i = 0; i < shown_count(table); i++) {
        const struct status_row *row = &table->rows[i];
        widen(&columns.name, row->name);
        widen(&columns.ready, row->ready);
        widen(&columns.next, row->next);
        if (differ)
            widen(&columns.zone, row->zone);
    }
    columns.next += strlen(" *");
    size_t others = columns.state + columns.ready + columns.next + 3 * GAP;
    if (differ) {
        columns.common_zone = NULL;
        columns.zone = least(columns.zone, TABLE_WIDTH_MAX - others - 2 * GAP - NAME_WIDTH_MIN);
        others += columns.zone + GAP;
    }
    columns.name = least(columns.name, TABLE_WIDTH_MAX - others);
    return columns;
}

/* Foreign text in a code block: nothing in it may end the block, link or mention. */
static void append_plain(struct buffer *target, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char character = (unsigned char) text[i];
        if (character == '&' || character == '<' || character == '>')
            buffer_append_text(target, character == '&' ? "&amp;" : character == '<' ? "&lt;" : "&gt;");
        else
            buffer_append_char(target, character == '`' ? '\'' : character < ' ' || character > '~' ? '?' : text[i]);
    }
}

/* Padded, or cut with an ellipsis. The last column of a line is not padded. */
static void append_cell(struct buffer *target, const char *text, size_t width, bool is_last)
{
    size_t length = strlen(text);

    if (length > width) {
        append_plain(target, text, width - 1);
        buffer_append_text(target, "…");
        length = width;
    } else {
        append_plain(target, text, length);
    }
    for (size_t i = length; !is_last && i < width + GAP; i++)
        buffer_append_char(target, ' ');
}

static void append_line(struct buffer *target, const struct columns *columns, const char *const cells[5])
{
    append_cell(target, cells[0], columns->name, false);
    append_cell(target, cells[1], columns->state, false);
    append_cell(target, cells[2], columns->ready, false);
    append_cell(target, cells[3], columns->next, columns->zone == 0);
    if (columns->zone > 0)
        append_cell(target, cells[4], columns->zone, true);
    buffer_trim_end(target, ' ');
    buffer_append_char(target, '\n');
}

static void append_row(struct buffer *target, const struct columns *columns, const struct status_row *row)
{
    char next[sizeof row->next + sizeof " *"];
    const char *cells[] = { row->name, answer_state_word(row->state), row->ready, next, row->zone };

    snprintf(next, sizeof next, "%s%s", row->next, row->mover[0] == '\0' ? "" : " *");
    append_line(target, columns, cells);
}

/* --- around it ------------------------------------------------------------------------------------------------- */

/* "12 environments: 9 up, 2 stopped, 1 degraded. Times are of Europe/Berlin." */
static void append_summary(struct buffer *target, const struct status_table *table, const char *zone)
{
    size_t counts[STATE_COUNT] = { 0 };
    const char *separator = ": ";

    for (size_t i = 0; i < table->count; i++)
        counts[table->rows[i].state]++;
    answer_append_count(target, table->count, "environment");
    for (enum answer_state state = 0; state < STATE_COUNT; state++) {
        if (counts[state] == 0)
            continue;
        buffer_append_format(target, "%s%zu %s", separator, counts[state], answer_state_word(state));
        separator = ", ";
    }
    buffer_append_char(target, '.');
    if (zone != NULL) {
        buffer_append_text(target, " Times are those of ");
        message_append_escaped(target, zone);
        buffer_append_char(target, '.');
    }
    buffer_append_char(target, '\n');
}

static void append_mover(struct buffer *target, const struct status_table *table, size_t first)
{
    struct answer_names names = { .count = 0 };

    for (size_t i = first; i < shown_count(table); i++)
        if (text_equal(table->rows[i].mover, table->rows[first].mover))
            answer_names_add(&names, table->rows[i].name);
    answer_append_names(target, &names);
    buffer_append_text(target, " by ");
    answer_append_by(target, table->rows[first].mover);
}

static bool is_first_of_mover(const struct status_table *table, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (text_equal(table->rows[i].mover, table->rows[index].mover))
            return false;
    return table->rows[index].mover[0] != '\0';
}

/* Persons can not be mentioned inside a code block: they stand below it. */
static void append_movers(struct buffer *target, const struct status_table *table)
{
    size_t count = 0;

    for (size_t i = 0; i < shown_count(table); i++) {
        if (!is_first_of_mover(table, i))
            continue;
        if (count < MOVERS_SHOWN_MAX) {
            buffer_append_text(target, count == 0 ? "Stop moved (*): " : "; ");
            append_mover(target, table, i);
        }
        count++;
    }
    if (count > MOVERS_SHOWN_MAX)
        buffer_append_format(target, "; and by %zu more", count - MOVERS_SHOWN_MAX);
    if (count > 0)
        buffer_append_text(target, ".\n");
}

/* Rows from first on, as many as a section holds: a block that is split would lose its fence. */
static size_t append_block(struct buffer *target, const struct status_table *table, const struct columns *columns,
                           size_t first)
{
    static const char *const heading[] = { "environment", "state", "ready", "next", "zone" };
    size_t index = first;

    buffer_append_text(target, "```\n");
    append_line(target, columns, heading);
    while (index < shown_count(table) && target->length < BLOCK_CHARACTERS_MAX - TABLE_WIDTH_MAX)
        append_row(target, columns, &table->rows[index++]);
    buffer_append_text(target, "```\n");
    return index;
}

void status_table_show(const struct status_table *table, struct message *message)
{
    struct columns columns = measure(table);
    size_t shown = 0;

    assert(table->count > 0);
    while (shown < shown_count(table)) {
        struct buffer *text = message_add_section(message);
        if (shown == 0)
            append_summary(text, table, columns.common_zone);
        shown = append_block(text, table, &columns, shown);
    }
    struct buffer *text = message_add_section(message);
    if (table->count > shown)
        buffer_append_format(text, "and %zu more.\n", table->count - shown);
    append_movers(text, table);
}

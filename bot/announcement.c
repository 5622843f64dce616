/* bot/announcement.c - the message in a channel that announces stops, as it is to be read now.
 *
 * Pure. One section a line. Up to ANNOUNCEMENT_ROOMY lines have a row of buttons each; more have a menu each, which takes no
 * block of its own: with ANNOUNCEMENT_LINES_MAX lines, headline and last row the message stays below Slack's 50 blocks.
 */
#include "bot/announcement.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "bot/answer.h"
#include "bot/button.h"

enum { NAMES_SHOWN_MAX = 3 };

static_assert(ANNOUNCEMENT_LINES_MAX + 3 <= MESSAGE_BLOCKS_MAX, "headline, lines, and the last row with its text");
static_assert(2 * ANNOUNCEMENT_ROOMY + 3 <= MESSAGE_BLOCKS_MAX, "headline, lines with a row each, and the last row");

/* One thing that a line offers: a button, or an option of a menu. */
struct offer {
    const char *action;
    const char *text;
    const char *verb, *rest; /* of the command, around the name */
    enum message_style style;
};

static const struct offer keeping[] = {
    { action_keep_1h, "+1 h", "prolongate", " for 1h", MESSAGE_PLAIN },
    { action_keep_2h, "+2 h", "prolongate", " for 2h", MESSAGE_PLAIN },
    { action_keep_morning, "Until morning", "prolongate", " until morning", MESSAGE_PLAIN },
    { action_stop, "Stop now", "stop", "", MESSAGE_DANGER },
};

static_assert(sizeof keeping / sizeof keeping[0] <= MESSAGE_BUTTONS_MAX, "they fit into a row");

/* A menu has two options at least, so the second one is there only in a menu. */
static const struct offer starting[] = {
    { action_start, "Start", "start", "", MESSAGE_PRIMARY },
    { action_start, "Start for 1 h", "start", " for 1h", MESSAGE_PLAIN },
};

/* What a line offers, and about what. */
struct offers {
    const struct offer *items;
    size_t count, count_in_row;
    const char *name;
    struct button_condition condition;
};

static struct offers offers_of(const struct announcement_line *line)
{
    struct offers offers = { .name = line->name };

    if (line->state == ANNOUNCEMENT_STANDS) {
        offers.items = keeping;
        offers.count = offers.count_in_row = sizeof keeping / sizeof keeping[0];
        offers.condition.stop_at = line->stop_at;
    } else if (line->state == ANNOUNCEMENT_STOPPED || line->state == ANNOUNCEMENT_PARTLY) {
        offers.items = starting;
        offers.count = sizeof starting / sizeof starting[0];
        offers.count_in_row = 1;
    }
    text_copy_cut(offers.condition.uid, sizeof offers.condition.uid, line->uid);
    return offers;
}

static void write_value(const struct offers *offers, const struct offer *offer, struct buffer *target)
{
    released_by(buffer_release) struct buffer command = { 0 };

    buffer_append_format(&command, "%s %s%s", offer->verb, offers->name, offer->rest);
    button_write(buffer_text(&command), &offers->condition, target);
}

/* Names and uids of the API server always fit; longer ones, which the formats would allow, do not make a broken message. */
static bool fit_into_menu(const struct offers *offers)
{
    bool fit = true;

    for (size_t i = 0; i < offers->count; i++) {
        released_by(buffer_release) struct buffer value = { 0 };
        write_value(offers, &offers->items[i], &value);
        fit = fit && value.length <= MESSAGE_OPTION_CHARACTERS;
    }
    return fit;
}

static void add_offer(struct message *message, const struct offers *offers, const struct offer *offer)
{
    struct message_button button = { .style = offer->style };
    released_by(buffer_release) struct buffer value = { 0 };

    write_value(offers, offer, &value);
    text_copy_cut(button.action, sizeof button.action, offer->action);
    text_copy_cut(button.text, sizeof button.text, offer->text);
    text_copy_cut(button.value, sizeof button.value, buffer_text(&value));
    message_add_button(message, &button);
}

static void add_row(struct message *message, const struct offers *offers)
{
    for (size_t i = 0; i < offers->count_in_row; i++)
        add_offer(message, offers, &offers->items[i]);
}

static void add_menu(struct message *message, const struct offers *offers, struct buffer *text)
{
    if (offers->count == 0)
        return;
    if (!fit_into_menu(offers)) {
        buffer_append_format(text, " Use `/curfew %s %s%s`.", offers->items[0].verb, offers->name,
                             offers->items[0].rest);
        return;
    }
    for (size_t i = 0; i < offers->count; i++)
        add_offer(message, offers, &offers->items[i]);
    message_show_as_menu(message, action_choose);
}

/* --- lines ----------------------------------------------------------------------------------------------------- */

static bool is_person(const char *by)
{
    return by[0] != '\0' && !text_equal(by, "schedule") && !text_equal(by, "curfew");
}

static void append_by(const char *before, const char *by, const char *after, struct buffer *text)
{
    if (by[0] == '\0')
        return;
    buffer_append_text(text, before);
    answer_append_by(text, by);
    buffer_append_text(text, after);
}

static void append_moved(const struct announcement_line *line, struct buffer *text)
{
    if (line->next_stop_at == INT64_MAX) {
        buffer_append_text(text, " is not stopped by itself any more");
        append_by(" (changed by ", is_person(line->by) ? line->by : "", ")", text);
        return;
    }
    if (line->deadline == DEADLINE_PROLONGED) {
        buffer_append_text(text, " is kept awake until ");
        message_append_instant(text, line->next_stop_at);
        append_by(" by ", line->by, "", text);
        return;
    }
    buffer_append_text(text, line->deadline == DEADLINE_LEASE ? " runs until " : " stops ");
    message_append_instant(text, line->next_stop_at);
    if (line->deadline == DEADLINE_POSTPONED) {
        buffer_append_text(text, " instead, so that it is announced before");
    } else if (line->deadline == DEADLINE_LEASE) {
        append_by(", started at night by ", is_person(line->by) ? line->by : "", "", text);
    } else {
        buffer_append_text(text, " again, by its schedule");
        append_by(" (set by ", is_person(line->by) ? line->by : "", ")", text);
    }
}

static void append_stopped(const struct announcement_line *line, struct buffer *text)
{
    buffer_append_text(text, line->state == ANNOUNCEMENT_PARTLY ? " is partly stopped" : " is stopped");
    if (line->since_at != 0) {
        buffer_append_text(text, " since ");
        message_append_instant(text, line->since_at);
    }
    buffer_append_format(text, " (%d workload%s at 0)", (int) line->workloads, line->workloads == 1 ? "" : "s");
    append_by(", by ", line->by, "", text);
    if (line->state == ANNOUNCEMENT_PARTLY)
        buffer_append_format(text, "; `/curfew status %s` says what still runs", line->name);
}

static void append_started(const struct announcement_line *line, struct buffer *text)
{
    buffer_append_text(text, " was started again");
    append_by(" by ", line->by, "", text);
    if (line->next_stop_at == INT64_MAX)
        return;
    buffer_append_text(text, " and stops ");
    message_append_instant(text, line->next_stop_at);
}

static void append_line(const struct announcement_line *line, struct buffer *text)
{
    message_append_code(text, line->name);
    switch (line->state) {
    case ANNOUNCEMENT_STANDS:
        buffer_append_text(text, " stops ");
        message_append_instant(text, line->stop_at);
        break;
    case ANNOUNCEMENT_MOVED:
        append_moved(line, text);
        break;
    case ANNOUNCEMENT_STOPPING:
        buffer_append_text(text, " is being stopped");
        append_by(" by ", line->by, "", text);
        break;
    case ANNOUNCEMENT_STOPPED:
    case ANNOUNCEMENT_PARTLY:
        append_stopped(line, text);
        break;
    case ANNOUNCEMENT_STARTED:
        append_started(line, text);
        break;
    case ANNOUNCEMENT_RENEWED:
        buffer_append_text(text, ": a later message says when it stops");
        break;
    case ANNOUNCEMENT_SILENCED:
        buffer_append_text(text, " has no curfew any more: `scheduler=disabled`, or no environment");
        break;
    }
    buffer_append_char(text, '.');
}

static void add_line(struct message *message, const struct announcement_line *line, bool roomy)
{
    struct buffer *text = message_add_section(message);
    struct offers offers = offers_of(line);

    append_line(line, text);
    if (roomy)
        add_row(message, &offers);
    else
        add_menu(message, &offers, text);
}

/* --- the whole ------------------------------------------------------------------------------------------------- */

/* Of the lines that stand. */
struct summary {
    size_t count;
    int64_t first_stop_at;
    bool differ; /* they do not all stop at once */
};

static struct summary summary_of(const struct announcement *announcement)
{
    struct summary summary = { .first_stop_at = INT64_MAX };

    for (size_t i = 0; i < announcement->count; i++) {
        const struct announcement_line *line = &announcement->lines[i];
        if (line->state != ANNOUNCEMENT_STANDS)
            continue;
        summary.differ = summary.differ || (summary.count > 0 && line->stop_at != summary.first_stop_at);
        if (line->stop_at < summary.first_stop_at)
            summary.first_stop_at = line->stop_at;
        summary.count++;
    }
    return summary;
}

static void append_names(const struct announcement *announcement, size_t standing, struct buffer *text)
{
    size_t shown = 0;

    for (size_t i = 0; i < announcement->count && shown < NAMES_SHOWN_MAX; i++) {
        const struct announcement_line *line = &announcement->lines[i];
        if (line->state != ANNOUNCEMENT_STANDS)
            continue;
        shown++;
        buffer_append_text(text, shown == 1 ? "" : shown == standing ? " and " : ", ");
        message_append_escaped(text, line->name);
    }
    if (standing > shown)
        buffer_append_format(text, " and %zu more", standing - shown);
}

/* What a phone shows. Where nothing stands any more, the lines serve. */
static void write_fallback(const struct announcement *announcement, const struct summary *standing,
                           struct message *message)
{
    released_by(buffer_release) struct buffer text = { 0 };
    const char *them = standing->count == 1 ? "it" : "them";

    append_names(announcement, standing->count, &text);
    buffer_append_text(&text, standing->count == 1 ? " stops " : " stop ");
    buffer_append_text(&text, standing->differ ? "soon, the first one " : "");
    message_append_instant(&text, standing->first_stop_at);
    buffer_append_format(&text, ": keep %s awake or stop %s now", them, them);
    message_set_fallback(message, buffer_text(&text));
}

static void add_row_for_all(const struct announcement *announcement, struct message *message)
{
    struct offers offers = { .items = keeping,
                             .count_in_row = sizeof keeping / sizeof keeping[0],
                             .name = "*",
                             .condition = { .notice = announcement->notice } };

    buffer_append_text(message_add_section(message), "All of them:");
    add_row(message, &offers);
}

void announcement_write(const struct announcement *announcement, struct message *message)
{
    assert(announcement->count > 0 && announcement->count <= ANNOUNCEMENT_LINES_MAX);
    struct summary standing = summary_of(announcement);
    bool roomy = announcement->count <= ANNOUNCEMENT_ROOMY;

    if (standing.count > 0 && announcement->count > 1)
        buffer_append_text(message_add_section(message), "*Stopping soon:*");
    for (size_t i = 0; i < announcement->count; i++)
        add_line(message, &announcement->lines[i], roomy);
    if (standing.count > 1)
        add_row_for_all(announcement, message);
    if (standing.count > 0)
        write_fallback(announcement, &standing, message);
}

/* The message that announces stops: its lines to the letter, its buttons, and Slack's limits by the stand-in's checker.
 * 2026-11-27 is a Friday. */
#include "bot/announcement.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "bot/button.h"
#include "bot/command.h"
#include "k8s/namespace.h"
#include "tests/bot/answer_scene.h"
#include "tests/bot/message_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static const uint64_t notice = 0x9f3ac2d1e0b54768;

/* What message_write_plain() makes of it: instants in UTC, buttons in brackets. */
static void check_plain(const char *row, const struct message *message, const char *expected)
{
    struct buffer text = { 0 };

    message_write_plain(message, &text);
    case_text(row, buffer_text(&text), expected);
    buffer_release(&text);
}

static void check_body(const struct message *message)
{
    cJSON *body = written(message);

    check_limits(body);
    cJSON_Delete(body);
}

struct line_case {
    const char *name;
    enum announcement_state state;
    const char *stop, *next, *since;
    enum record_deadline deadline;
    int32_t workloads;
    const char *by;
    const char *text;
};

static void check_line(const struct line_case *item)
{
    struct announcement_line line = { .name = "dev1",
                                      .uid = "4b0e2d7c",
                                      .state = item->state,
                                      .stop_at = at("2026-11-27 20:00"),
                                      .next_stop_at = item->next == NULL ? INT64_MAX : at(item->next),
                                      .deadline = item->deadline,
                                      .since_at = at(item->since),
                                      .workloads = item->workloads,
                                      .by = item->by == NULL ? "" : item->by };
    struct announcement announcement = { .notice = notice, .lines = &line, .count = 1 };
    struct message message = { 0 };

    announcement_write(&announcement, &message);
    check_plain(item->name, &message, item->text);
    check_body(&message);
    message_release(&message);
}

static void a_line_says_how_it_stands_and_offers_what_counts(void)
{
    static const struct line_case cases[] = {
        { .name = "stands",
          .state = ANNOUNCEMENT_STANDS,
          .text = "`dev1` stops 2026-11-27 20:00 UTC.\n[+1 h] [+2 h] [Until morning] [Stop now]\n" },
        { .name = "prolonged",
          .state = ANNOUNCEMENT_MOVED,
          .next = "2026-11-27 22:00",
          .deadline = DEADLINE_PROLONGED,
          .by = "U0ANN",
          .text = "`dev1` is kept awake until 2026-11-27 22:00 UTC by @U0ANN.\n" },
        { .name = "cancelled",
          .state = ANNOUNCEMENT_MOVED,
          .next = "2026-11-30 20:00",
          .by = "U0ANN",
          .text = "`dev1` stops 2026-11-30 20:00 UTC again, by its schedule (set by @U0ANN).\n" },
        { .name = "the schedule says so",
          .state = ANNOUNCEMENT_MOVED,
          .next = "2026-11-30 20:00",
          .by = "schedule",
          .text = "`dev1` stops 2026-11-30 20:00 UTC again, by its schedule.\n" },
        { .name = "lease",
          .state = ANNOUNCEMENT_MOVED,
          .next = "2026-11-28 01:00",
          .deadline = DEADLINE_LEASE,
          .by = "U0ANN",
          .text = "`dev1` runs until 2026-11-28 01:00 UTC, started at night by @U0ANN.\n" },
        { .name = "lease of one that was found",
          .state = ANNOUNCEMENT_MOVED,
          .next = "2026-11-28 01:00",
          .deadline = DEADLINE_LEASE,
          .by = "curfew",
          .text = "`dev1` runs until 2026-11-28 01:00 UTC.\n" },
        { .name = "postponed",
          .state = ANNOUNCEMENT_MOVED,
          .next = "2026-11-27 20:15",
          .deadline = DEADLINE_POSTPONED,
          .by = "curfew",
          .text = "`dev1` stops 2026-11-27 20:15 UTC instead, so that it is announced before.\n" },
        { .name = "never any more",
          .state = ANNOUNCEMENT_MOVED,
          .by = "U0ANN",
          .text = "`dev1` is not stopped by itself any more (changed by @U0ANN).\n" },
        { .name = "never any more, nobody knows why",
          .state = ANNOUNCEMENT_MOVED,
          .text = "`dev1` is not stopped by itself any more.\n" },
        { .name = "stopping",
          .state = ANNOUNCEMENT_STOPPING,
          .by = "U0ANN",
          .text = "`dev1` is being stopped by @U0ANN.\n" },
        { .name = "stopping by the schedule",
          .state = ANNOUNCEMENT_STOPPING,
          .by = "schedule",
          .text = "`dev1` is being stopped by the schedule.\n" },
        { .name = "stopped",
          .state = ANNOUNCEMENT_STOPPED,
          .since = "2026-11-27 20:00",
          .workloads = 12,
          .by = "schedule",
          .text = "`dev1` is stopped since 2026-11-27 20:00 UTC (12 workloads at 0), by the schedule.\n[Start]\n" },
        { .name = "stopped, one workload",
          .state = ANNOUNCEMENT_STOPPED,
          .workloads = 1,
          .by = "U0ANN",
          .text = "`dev1` is stopped (1 workload at 0), by @U0ANN.\n[Start]\n" },
        { .name = "partly",
          .state = ANNOUNCEMENT_PARTLY,
          .since = "2026-11-27 20:00",
          .workloads = 3,
          .by = "schedule",
          .text = "`dev1` is partly stopped since 2026-11-27 20:00 UTC (3 workloads at 0), by the schedule; `/curfew "
                  "status dev1` says what still runs.\n[Start]\n" },
        { .name = "started",
          .state = ANNOUNCEMENT_STARTED,
          .next = "2026-11-28 01:00",
          .by = "U0ANN",
          .text = "`dev1` was started again by @U0ANN and stops 2026-11-28 01:00 UTC.\n" },
        { .name = "started by its window",
          .state = ANNOUNCEMENT_STARTED,
          .by = "schedule",
          .text = "`dev1` was started again by the schedule.\n" },
        { .name = "renewed", .state = ANNOUNCEMENT_RENEWED, .text = "`dev1`: a later message says when it stops.\n" },
        { .name = "silenced",
          .state = ANNOUNCEMENT_SILENCED,
          .text = "`dev1` has no curfew any more: `scheduler=disabled`, or no environment.\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_line(&cases[i]);
}

struct button_case {
    size_t section;
    const char *action, *value;
    enum message_style style;
};

static void check_button(const struct message *message, const struct button_case *item, size_t position)
{
    const struct section_button *button = &message->sections[item->section].buttons[position];

    case_text(item->value, button->action, item->action);
    case_text(item->value, button->value, item->value);
    case_number(item->value, button->style, item->style);
}

/* 1795809600 is 2026-11-27 20:00 UTC. */
static void buttons_carry_the_namespace_and_the_stop_they_speak_of(void)
{
    static const struct announcement_line lines[] = {
        { .name = "dev1", .uid = "u-1", .state = ANNOUNCEMENT_STANDS, .stop_at = 1795809600, .by = "" },
        { .name = "dev2", .uid = "u-2", .state = ANNOUNCEMENT_STOPPED, .by = "schedule" },
        { .name = "dev3", .uid = "u-3", .state = ANNOUNCEMENT_STANDS, .stop_at = 1795809600, .by = "" },
    };
    static const struct button_case cases[] = {
        { 1, "keep_1h", "prolongate dev1 for 1h|u-1|1795809600", MESSAGE_PLAIN },
        { 1, "keep_2h", "prolongate dev1 for 2h|u-1|1795809600", MESSAGE_PLAIN },
        { 1, "keep_morning", "prolongate dev1 until morning|u-1|1795809600", MESSAGE_PLAIN },
        { 1, "stop", "stop dev1|u-1|1795809600", MESSAGE_DANGER },
        { 2, "start", "start dev2|u-2", MESSAGE_PRIMARY },
        { 4, "keep_1h", "prolongate * for 1h|9f3ac2d1e0b54768", MESSAGE_PLAIN },
        { 4, "keep_2h", "prolongate * for 2h|9f3ac2d1e0b54768", MESSAGE_PLAIN },
        { 4, "keep_morning", "prolongate * until morning|9f3ac2d1e0b54768", MESSAGE_PLAIN },
        { 4, "stop", "stop *|9f3ac2d1e0b54768", MESSAGE_DANGER },
    };
    struct announcement announcement = { .notice = notice, .lines = lines, .count = 3 };
    struct message message = { 0 };
    size_t position = 0;

    announcement_write(&announcement, &message);
    CU_ASSERT_EQUAL_FATAL(message.section_count, 5);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        position = i > 0 && cases[i].section == cases[i - 1].section ? position + 1 : 0;
        check_button(&message, &cases[i], position);
    }
    check_plain("all", &message,
                "*Stopping soon:*\n"
                "`dev1` stops 2026-11-27 20:00 UTC.\n[+1 h] [+2 h] [Until morning] [Stop now]\n"
                "`dev2` is stopped (0 workloads at 0), by the schedule.\n[Start]\n"
                "`dev3` stops 2026-11-27 20:00 UTC.\n[+1 h] [+2 h] [Until morning] [Stop now]\n"
                "All of them:\n[+1 h] [+2 h] [Until morning] [Stop now]\n");
    check_body(&message);
    message_release(&message);
}

static void a_message_in_which_nothing_stands_any_more_has_no_headline(void)
{
    static const struct announcement_line lines[] = {
        { .name = "dev1", .uid = "u-1", .state = ANNOUNCEMENT_STOPPING, .by = "U0ANN" },
        { .name = "dev2", .uid = "u-2", .state = ANNOUNCEMENT_RENEWED, .by = "" },
    };
    struct announcement announcement = { .notice = notice, .lines = lines, .count = 2 };
    struct message message = { 0 };

    announcement_write(&announcement, &message);
    check_plain("none stands", &message,
                "`dev1` is being stopped by @U0ANN.\n`dev2`: a later message says when it stops.\n");
    CU_ASSERT_PTR_NULL(message.fallback);
    check_body(&message);
    message_release(&message);
}

/* --- what a phone shows ---------------------------------------------------------------------------------------- */

struct fallback_case {
    const char *name;
    size_t standing, stopped; /* lines: dev1, dev2 ... */
    bool differ;              /* the last one that stands stops an hour before the others */
    const char *text;
};

static void check_fallback(const struct fallback_case *item)
{
    static char names[ANNOUNCEMENT_LINES_MAX][32];
    struct announcement_line lines[ANNOUNCEMENT_LINES_MAX];
    struct announcement announcement = { .notice = notice, .lines = lines, .count = item->standing + item->stopped };
    struct message message = { 0 };

    for (size_t i = 0; i < announcement.count; i++) {
        (void) snprintf(names[i], sizeof names[i], "dev%zu", i + 1);
        lines[i] = (struct announcement_line){ .name = names[i],
                                               .uid = "u",
                                               .state = i < item->standing ? ANNOUNCEMENT_STANDS : ANNOUNCEMENT_STOPPED,
                                               .stop_at = at("2026-11-27 20:00"),
                                               .by = "schedule" };
    }
    if (item->differ)
        lines[item->standing - 1].stop_at = at("2026-11-27 19:00");
    announcement_write(&announcement, &message);
    case_text(item->name, message.fallback == NULL ? "none" : message.fallback, item->text);
    message_release(&message);
}

static void a_phone_shows_names_and_the_first_stop(void)
{
    static const struct fallback_case cases[] = {
        { "one", 1, 2, false,
          "dev1 stops <!date^1795809600^{date_short_pretty} at {time}|2026-11-27 20:00 UTC>: keep it awake or stop it "
          "now" },
        { "two", 2, 0, false,
          "dev1 and dev2 stop <!date^1795809600^{date_short_pretty} at {time}|2026-11-27 20:00 UTC>: keep them awake "
          "or "
          "stop them now" },
        { "three", 3, 0, false,
          "dev1, dev2 and dev3 stop <!date^1795809600^{date_short_pretty} at {time}|2026-11-27 20:00 UTC>: keep them "
          "awake or stop them now" },
        { "many", 40, 5, false,
          "dev1, dev2, dev3 and 37 more stop <!date^1795809600^{date_short_pretty} at {time}|2026-11-27 20:00 UTC>: "
          "keep "
          "them awake or stop them now" },
        { "not all at once", 2, 0, true,
          "dev1 and dev2 stop soon, the first one <!date^1795806000^{date_short_pretty} at {time}|2026-11-27 19:00 "
          "UTC>: "
          "keep them awake or stop them now" },
        { "none", 0, 3, false, "none" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_fallback(&cases[i]);
}

/* --- Slack's limits -------------------------------------------------------------------------------------------- */

/* Names as long as Kubernetes allows, uids as it makes them. */
static void fill_lines(struct announcement_line *lines, char names[][NAMESPACE_NAME_SIZE], size_t count,
                       enum announcement_state state)
{
    for (size_t i = 0; i < count; i++) {
        memset(names[i], 'a', 63);
        names[i][63] = '\0';
        names[i][61] = (char) ('0' + i / 10);
        names[i][62] = (char) ('0' + i % 10);
        lines[i] = (struct announcement_line){ .name = names[i],
                                               .uid = "7d3ff2f1-2f0a-4f0e-9f5b-0d6f3c1a2b4c",
                                               .state = state,
                                               .stop_at = at("2026-11-27 20:00"),
                                               .next_stop_at = at("2026-11-27 22:00"),
                                               .since_at = at("2026-11-27 20:00"),
                                               .workloads = 1000,
                                               .by = "U024BE7LH" };
    }
}

/* What is pressed comes back as this value: it has to be a command that is understood. */
static void check_value(const char *value)
{
    static struct command command;
    char text[INBOX_TEXT_SIZE];
    struct command_rules rules = { .prolong_max_s = 24 * 60 * 60 };
    struct button_condition condition;
    struct error error = { 0 };

    case_holds(value, button_read(value, text, &condition) && command_read(text, &rules, &command, &error) &&
                          command.name_count == 1 && command_changes(&command));
}

static int check_values(const cJSON *items)
{
    const cJSON *item = NULL;
    int count = 0;

    cJSON_ArrayForEach(item, items)
    {
        check_value(json_text(item, "value"));
        count++;
    }
    return count;
}

static int count_checked_values(const cJSON *body)
{
    const cJSON *block = NULL;
    int count = 0;

    cJSON_ArrayForEach(block, json_find(body, "blocks")) count +=
        check_values(json_find(block, "elements")) + check_values(json_find(block, "accessory/options"));
    return count;
}

struct size_case {
    const char *name;
    size_t lines;
    enum announcement_state state;
    int blocks, values;
};

static void check_size(const struct size_case *item)
{
    static char names[ANNOUNCEMENT_LINES_MAX][NAMESPACE_NAME_SIZE];
    static struct announcement_line lines[ANNOUNCEMENT_LINES_MAX];
    struct announcement announcement = { .notice = notice, .lines = lines, .count = item->lines };
    struct message message = { 0 };

    fill_lines(lines, names, item->lines, item->state);
    announcement_write(&announcement, &message);
    cJSON *body = written(&message);
    check_limits(body);
    case_number(item->name, block_count(body), item->blocks);
    case_number(item->name, count_checked_values(body), item->values);
    cJSON_Delete(body);
    message_release(&message);
}

/* Headline, a block or two for each line, and two for all. Slack takes 50. */
static void as_many_lines_as_there_may_be_fit_into_one_message(void)
{
    static const struct size_case cases[] = {
        { "rows", 10, ANNOUNCEMENT_STANDS, 1 + 10 * 2 + 2, 4 * 11 },
        { "menus", 11, ANNOUNCEMENT_STANDS, 1 + 11 + 2, 4 * 12 },
        { "all stand", 45, ANNOUNCEMENT_STANDS, 1 + 45 + 2, 4 * 46 },
        { "all stopped, rows", 10, ANNOUNCEMENT_STOPPED, 10 * 2, 10 },
        { "all stopped", 45, ANNOUNCEMENT_STOPPED, 45, 2 * 45 },
        { "all partly", 45, ANNOUNCEMENT_PARTLY, 45, 2 * 45 },
        { "all moved", 45, ANNOUNCEMENT_MOVED, 45, 0 },
        { "all silenced", 45, ANNOUNCEMENT_SILENCED, 45, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_size(&cases[i]);
}

/* No API server makes such a uid; the format allows it. */
static void what_does_not_fit_into_a_menu_is_a_command_to_type(void)
{
    static char names[ANNOUNCEMENT_LINES_MAX][NAMESPACE_NAME_SIZE];
    static struct announcement_line lines[ANNOUNCEMENT_LINES_MAX];
    struct announcement announcement = { .notice = notice, .lines = lines, .count = 11 };
    struct message message = { 0 };
    char uid[KUBERNETES_UID_SIZE] = "", expected[256];

    memset(uid, 'b', sizeof uid - 1);
    fill_lines(lines, names, 11, ANNOUNCEMENT_STANDS);
    lines[1].uid = uid;
    announcement_write(&announcement, &message);
    (void) snprintf(expected, sizeof expected, "Use `/curfew prolongate %s for 1h`.", names[1]);
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&message.sections[2].text), expected));
    CU_ASSERT_EQUAL(message.sections[2].button_count, 0);
    CU_ASSERT_EQUAL(message.sections[1].button_count, 4);
    check_body(&message);
    message_release(&message);
}

TEST_MAIN("bot/announcement", TEST(a_line_says_how_it_stands_and_offers_what_counts),
          TEST(buttons_carry_the_namespace_and_the_stop_they_speak_of),
          TEST(a_message_in_which_nothing_stands_any_more_has_no_headline),
          TEST(a_phone_shows_names_and_the_first_stop), TEST(as_many_lines_as_there_may_be_fit_into_one_message),
          TEST(what_does_not_fit_into_a_menu_is_a_command_to_type))

/* tests/bot/wish_scene.c - records, wishes and stops of the tests of bot/wish, as text. */
#include "tests/bot/wish_scene.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "tests/test_case.h"

static const char *const deadline_words[] = {
    [DEADLINE_PROLONGED] = "prolonged", [DEADLINE_LEASE] = "lease", [DEADLINE_POSTPONED] = "postponed"
};

void wish_set_up(struct wish_scene *scene, const char *schedule)
{
    struct schedule_defaults defaults = { .zone = zone_utc(), .reset_minute = 9 * 60 };
    struct error error = { 0 };

    *scene = (struct wish_scene){ .warnings = { .before_s = { 3600, 1800, 900 }, .count = 3 } };
    zones_init(&scene->zones, NULL);
    scene->rules = (struct wish_rules){ .warnings = &scene->warnings, .lease_s = 4 * 3600, .prolong_max_s = 24 * 3600 };
    if (schedule == NULL)
        return;
    if (!schedule_read(schedule, &defaults, &scene->zones.source, &scene->schedule, &error))
        printf("\n    %s\n", error.message);
    CU_ASSERT_STRING_EQUAL_FATAL(error.message, "");
    scene->rules.schedule = &scene->schedule;
    scene->rules.rhythm = WISH_RHYTHM;
}

void wish_tear_down(struct wish_scene *scene)
{
    zones_release(&scene->zones);
}

int64_t wish_at(const char *text)
{
    struct tm parts = { .tm_year = 126 };

    if (text == NULL)
        return 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(strptime(text, "%m-%d %H:%M", &parts));
    return timegm(&parts);
}

struct span wish_span(const char *text)
{
    const struct command_rules rules = { .prolong_max_s = 100 * 3600 };
    static struct command command;
    struct error error = { 0 };
    char line[64];

    (void) snprintf(line, sizeof line, "start dev1 %.40s", text);
    CU_ASSERT_TRUE_FATAL(command_read(line, &rules, &command, &error));
    return command.span;
}

/* Reads the first word of a deadline; returns what follows it. */
static const char *read_kind(const char *text, enum record_deadline *ret_deadline)
{
    for (int i = DEADLINE_PROLONGED; i <= DEADLINE_POSTPONED; i++) {
        size_t length = strlen(deadline_words[i]);
        if (strncmp(text, deadline_words[i], length) != 0)
            continue;
        *ret_deadline = (enum record_deadline) i;
        return text + length;
    }
    CU_FAIL_FATAL("no such deadline");
    return text;
}

static void read_deadline(const char *text, struct record *record)
{
    struct tm at = { .tm_year = 126 }, set = { .tm_year = 126 };

    text = read_kind(text, &record->deadline);
    text = strptime(text, " %m-%d %H:%M set ", &at);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    text = strptime(text, "%m-%d %H:%M by ", &set);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    record->deadline_at = timegm(&at);
    record->deadline_set_at = timegm(&set);
    text_copy_cut(record->deadline_by, sizeof record->deadline_by, text);
}

struct record wish_record(enum record_state state, const char *settled, const char *deadline)
{
    struct record record = { .namespace = "dev1", .uid = "u", .state = state, .by = "U9", .revision = "1" };

    record.settled_at = wish_at(settled);
    record.warned_stop_at = wish_at("11-20 20:00");
    record.warned_before_s = 900;
    record.notice = 5;
    record.rhythm = WISH_RHYTHM;
    if (deadline != NULL)
        read_deadline(deadline, &record);
    return record;
}

void wish_check_deadline(const char *name, const struct record *record, const char *expected)
{
    const struct record wanted = wish_record(RECORD_AWAKE, NULL, expected);

    case_number(name, record->deadline, wanted.deadline);
    case_number(name, record->deadline_at, wanted.deadline_at);
    case_number(name, record->deadline_set_at, wanted.deadline_set_at);
    case_text(name, record->deadline_by, wanted.deadline_by);
}

void wish_check_stop(const char *name, const struct wish_scene *scene, const struct record *record,
                     const char *expected)
{
    static const char *const words[] = { [PLAN_STOP_NONE] = "none",
                                         [PLAN_STOP_CURFEW] = "curfew",
                                         [PLAN_STOP_DEADLINE] = "deadline",
                                         [PLAN_STOP_TAKEN_UP] = "taken up" };
    struct plan_view view;
    char actual[64], moment[32];
    struct tm parts;

    wish_fill_plan(&scene->rules, record, &view);
    struct plan_stop stop = plan_next_stop(&view);
    if (stop.source == PLAN_STOP_NONE) {
        case_text(name, words[stop.source], expected);
        return;
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(gmtime_r(&stop.at, &parts));
    strftime(moment, sizeof moment, "%m-%d %H:%M", &parts);
    (void) snprintf(actual, sizeof actual, "%s %s", words[stop.source], moment);
    case_text(name, actual, expected);
}

void wish_check_same(const char *name, const struct record *record, const struct record *before)
{
    char sentence[200];

    (void) snprintf(sentence, sizeof sentence, "%.150s: nothing is changed", name);
    case_holds(sentence, memcmp(record, before, sizeof *record) == 0);
}

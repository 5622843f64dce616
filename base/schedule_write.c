/* base/schedule_write.c - a schedule in its shortest text, the zone named. */
#include "base/schedule.h"
#include "base/schedule_days.h"
#include "base/time_of_day.h"

static void write_rule(const struct schedule_rule *rule, struct buffer *target)
{
    int end_minute = rule->end_minute > DAY_MINUTES ? rule->end_minute - DAY_MINUTES : rule->end_minute;

    schedule_days_write(rule->days, target);
    buffer_append_char(target, ' ');
    if (rule->is_window) {
        time_of_day_write(rule->start_minute, target);
        buffer_append_char(target, '-');
    }
    time_of_day_write(end_minute, target);
}

void schedule_write(const struct schedule *schedule, struct buffer *target)
{
    if (schedule->kind == SCHEDULE_NONE) {
        buffer_append_text(target, "never");
        return;
    }
    if (schedule->kind == SCHEDULE_CRON)
        cron_write(&schedule->cron, target);
    for (int i = 0; i < schedule->rule_count; i++) {
        if (i > 0)
            buffer_append_text(target, "; ");
        write_rule(&schedule->rules[i], target);
    }
    buffer_append_format(target, " %s", zone_name(schedule->zone));
}

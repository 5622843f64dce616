/* tests/sim/people.c - what people type and press, and when: often just before a stop, in the very second, or right after a
 * warning; buttons that are old, pressed twice, or by two at once.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tests/sim/sim.h"

enum { HOUR_MS = 60 * 60 * 1000, BEFORE_MS = 70 * 60 * 1000 };

static const char *const users[] = { "U1", "U2", "U3", "U4", "U5", "U6" };

static const char *draw_user(struct sim *sim, struct dice *dice, int site)
{
    if (dice_below(dice, 10000) < sim_rate(sim, KIND_STRANGER, site))
        return "U9";
    return users[dice_below(dice, sizeof users / sizeof users[0])];
}

/* ---- typing ---- */

static void write_name(const struct sim *sim, struct dice *dice, int site, char *target, size_t size)
{
    const char *name = sim->sites[site].name;

    if (dice_falls(dice, 300))
        text_copy_cut(target, size, "dev-*");
    else if (dice_falls(dice, 800))
        (void) snprintf(target, size, "%s %s", name, sim->sites[dice_below(dice, (int64_t) sim->site_count)].name);
    else
        text_copy_cut(target, size, name);
}

static void write_command(const struct sim *sim, struct dice *dice, int site, char *target, size_t size)
{
    static const char *const spans[] = {
        "for 2h",      "for 45m",     "for 1h30m", "for 10h", "for 24h", "until 22:00",
        "until 01:30", "until 07:00", "for 90s",   "2",       "for 25h", "until 25:00"
    };
    static const char *const specs[] = {
        "", "default", "Mon-Fri 20:00 Europe/Berlin", "never", "daily 22:00-06:00 Asia/Kolkata", "nonsense"
    };
    char name[2 * NAMESPACE_NAME_SIZE];
    const char *span = spans[dice_below(dice, sizeof spans / sizeof spans[0])];
    int64_t choice = dice_below(dice, 100);

    write_name(sim, dice, site, name, sizeof name);
    if (choice < 22)
        (void) snprintf(target, size, "stop %s%s", name, dice_falls(dice, 1500) ? " except web" : "");
    else if (choice < 40)
        (void) snprintf(target, size, "start %s", name);
    else if (choice < 50)
        (void) snprintf(target, size, "start %s %s", name, span);
    else if (choice < 78)
        (void) snprintf(target, size, "prolongate %s %s", name, span);
    else if (choice < 86)
        (void) snprintf(target, size, "cancel %s", name);
    else if (choice < 91)
        (void) snprintf(target, size, "status %s", name);
    else if (choice < 95)
        (void) snprintf(target, size, "schedule %s %s", sim->sites[site].name,
                        specs[dice_below(dice, sizeof specs / sizeof specs[0])]);
    else
        (void) snprintf(target, size, "%s", choice < 97 ? "list" : choice < 98 ? "help" : "history dev-01");
}

static void type(struct sim *sim, struct dice *dice, int site)
{
    struct request *request = requests_new(sim, "command", draw_user(sim, dice, site));

    request->site = site;
    text_copy_cut(request->sent.channel, sizeof request->sent.channel, "C0DEFAULT");
    write_command(sim, dice, site, request->sent.text, sizeof request->sent.text);
    requests_send(sim, request);
    sim->sites[site].disturbed_ms = sim->now_ms;
}

/* ---- pressing ---- */

static void press(struct sim *sim, const char *user, int site, const struct offered_button *button, const char *channel,
                  const char *message)
{
    struct request *request = requests_new(sim, "click", user);

    request->site = site;
    text_copy_cut(request->sent.action, sizeof request->sent.action, button->action);
    text_copy_cut(request->sent.text, sizeof request->sent.text, button->value);
    text_copy_cut(request->sent.channel, sizeof request->sent.channel, channel);
    text_copy_cut(request->sent.message, sizeof request->sent.message, message);
    requests_send(sim, request);
    sim->sites[site].disturbed_ms = sim->now_ms;
}

/* Pressed once, by one; or again by the same, or by another, before anything has changed. */
static void press_some(struct sim *sim, struct dice *dice, int site, const struct offered_button *button,
                       const char *channel, const char *message)
{
    const char *user = draw_user(sim, dice, site);

    press(sim, user, site, button, channel, message);
    if (dice_falls(dice, 1500))
        press(sim, user, site, button, channel, message);
    if (dice_falls(dice, 1500))
        press(sim, draw_user(sim, dice, site), site, button, channel, message);
}

static bool is_about(const struct sim *sim, const struct offered_button *button, int site)
{
    return strstr(button->value, sim->sites[site].name) != NULL || strchr(button->value, '*') != NULL;
}

/* One button of a message that is about the site; of one message all are as likely. */
static const struct offered_button *choose_button(const struct sim *sim, struct dice *dice, const struct shown *shown,
                                                  int site)
{
    const struct offered_button *chosen = NULL;
    int64_t seen = 0;

    for (size_t i = 0; i < shown->button_count; i++)
        if (is_about(sim, &shown->buttons[i], site) && dice_below(dice, ++seen) == 0)
            chosen = &shown->buttons[i];
    return chosen;
}

/* In a message of a channel, mostly the latest about it. */
static bool press_in_channel(struct sim *sim, struct dice *dice, int site)
{
    for (size_t i = sim->channels.message_count; i-- > 0;) {
        const struct posted *posted = sim->channels.messages[i];
        const struct offered_button *button = choose_button(sim, dice, &posted->shown, site);
        if (button == NULL || dice_falls(dice, 2000))
            continue;
        struct offered_button copy = *button; /* the message may change while it is pressed */
        char value[MESSAGE_BUTTON_VALUE_SIZE], channel[RECORD_PERSON_SIZE], ts[32];
        text_copy_cut(value, sizeof value, button->value);
        text_copy_cut(channel, sizeof channel, posted->channel);
        text_copy_cut(ts, sizeof ts, posted->ts);
        copy.value = value;
        press_some(sim, dice, site, &copy, channel, ts);
        return true;
    }
    return false;
}

/* In what somebody was shown alone: a question that asks to confirm, an offer to start. */
static bool press_private(struct sim *sim, struct dice *dice, int site)
{
    for (size_t i = sim->requests.count; i-- > 0 && i + 200 > sim->requests.count;) {
        const struct request *request = sim->requests.items[i];
        if (request->site != site || request->private.button_count == 0)
            continue;
        const struct offered_button *button =
            &request->private.buttons[dice_below(dice, (int64_t) request->private.button_count)];
        press(sim, request->sent.user, site, button, "C0DEFAULT", "1.1");
        return true;
    }
    return false;
}

/* ---- when ---- */

static const int64_t around_ms[] = { -2000, -1000, -500, -100, 0, 50, 300, 1000, 1500, 3000, 60000 };

/* Around the next stop or a warning of it, or at any time. */
static int64_t draw_delay_ms(const struct sim *sim, struct dice *dice, int site)
{
    int64_t stop_at = sim->judge.sites[site].next_stop_at;
    int64_t ahead_ms = stop_at == INT64_MAX || stop_at == 0 ? -1 : stop_at * 1000 - sim->now_ms;
    int64_t any_ms = dice_between(dice, HOUR_MS / 4, 20 * HOUR_MS);
    int64_t close_ms = around_ms[dice_below(dice, sizeof around_ms / sizeof around_ms[0])];
    size_t marks = sim->options.warnings.count;

    if (ahead_ms < 1000 || ahead_ms > 30 * HOUR_MS || dice_falls(dice, 4500))
        return any_ms;
    if (marks > 0 && dice_falls(dice, 5000))
        close_ms -= sim->options.warnings.before_s[dice_below(dice, (int64_t) marks)] * 1000;
    else if (dice_falls(dice, 4000))
        close_ms = -dice_below(dice, BEFORE_MS);
    return ahead_ms + close_ms > 0 ? ahead_ms + close_ms : dice_between(dice, 1000, 60000);
}

void people_begin(struct sim *sim)
{
    for (int i = 0; i < (int) sim->site_count; i++)
        sim_after(sim, dice_below(sim_dice(sim, KIND_TYPE, i), 12 * HOUR_MS), HAPPEN_ACT, NOBODY, i, 0);
}

void people_act(struct sim *sim, const struct happening *happening)
{
    int site = happening->environment;
    struct dice *dice = sim_dice(sim, KIND_TYPE, site);
    struct dice *pressing = sim_dice(sim, KIND_PRESS, site);
    bool types = dice_below(dice, 10000) < sim_rate(sim, KIND_TYPE, site) * 6 / 10;
    bool presses = dice_below(pressing, 10000) < sim_rate(sim, KIND_PRESS, site) * 8 / 10;

    sim_after(sim, draw_delay_ms(sim, dice, site), HAPPEN_ACT, NOBODY, site, 0);
    if (presses && dice_falls(pressing, 2000) && press_private(sim, pressing, site))
        return;
    if (presses && dice_falls(pressing, 7000) && press_in_channel(sim, pressing, site))
        return;
    if (types)
        type(sim, dice, site);
}

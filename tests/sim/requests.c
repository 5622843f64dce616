/* tests/sim/requests.c - what people asked for, and its way to a process. */
#include "tests/sim/requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/sim/sim.h"

const char group_members[] = "U2,U6";

/* ---- who may ---- */

static bool is_listed(const char *list, const char *user)
{
    size_t length = strlen(user);

    for (const char *found = strstr(list, user); found != NULL; found = strstr(found + 1, user))
        if ((found == list || found[-1] == ',') && (found[length] == '\0' || found[length] == ','))
            return true;
    return false;
}

bool requests_may_command(const char *user)
{
    return is_listed("U1,U2,U3,U4,U5", user) || is_listed(group_members, user);
}

bool requests_may_touch(const char *owners, const char *user)
{
    return owners[0] == '\0' || is_listed(owners, user) || (is_listed(owners, "S7") && is_listed(group_members, user));
}

/* ---- what is shown ---- */

void shown_release(struct shown *shown)
{
    free(shown->text);
    for (size_t i = 0; i < shown->button_count; i++)
        free(shown->buttons[i].value);
    free(shown->buttons);
    *shown = (struct shown){ 0 };
}

void shown_set(struct shown *shown, const struct message *message)
{
    struct buffer text = { .limit = MESSAGE_TEXT_BYTES_MAX };

    shown_release(shown);
    message_write_plain(message, &text);
    shown->text = buffer_take(&text);
    for (size_t i = 0; i < message->section_count; i++) {
        const struct message_section *section = &message->sections[i];
        shown->buttons =
            memory_grow(shown->buttons, shown->button_count + section->button_count + 1, sizeof *shown->buttons);
        for (size_t j = 0; j < section->button_count; j++) {
            struct offered_button *button = &shown->buttons[shown->button_count++];
            text_copy_cut(button->action, sizeof button->action,
                          section->as_menu ? section->menu_action : section->buttons[j].action);
            button->value = memory_text(section->buttons[j].value);
        }
    }
}

/* ---- requests ---- */

void requests_free(struct requests *requests)
{
    for (size_t i = 0; i < requests->count; i++) {
        shown_release(&requests->items[i]->private);
        free(requests->items[i]->answer);
        free(requests->items[i]);
    }
    free(requests->items);
    *requests = (struct requests){ 0 };
}

struct request *requests_new(struct sim *sim, const char *kind, const char *user)
{
    struct requests *requests = &sim->requests;
    struct request *request = memory_new(1, sizeof *request);

    if (requests->count == requests->capacity) {
        requests->capacity = requests->capacity == 0 ? 64 : requests->capacity * 2;
        requests->items = memory_grow(requests->items, requests->capacity, sizeof(struct request *));
    }
    request->number = (int) requests->count;
    requests->items[requests->count++] = request;
    request->site = NOBODY;
    request->is_stranger = !requests_may_command(user);
    struct inbox_entry *sent = &request->sent;
    text_copy_cut(sent->kind, sizeof sent->kind, kind);
    text_copy_cut(sent->user, sizeof sent->user, user);
    text_copy_cut(sent->team, sizeof sent->team, "T1");
    (void) snprintf(sent->key, sizeof sent->key, "%s/T1/%s/%d", kind, user, request->number);
    (void) snprintf(sent->response_url, sizeof sent->response_url, "https://hooks.slack.com/%d", request->number);
    return request;
}

struct request *requests_find(const struct requests *requests, const char *text)
{
    const char *slash = strrchr(text, '/');
    long number = slash == NULL ? -1 : strtol(slash + 1, NULL, 10);

    return number < 0 || (size_t) number >= requests->count ? NULL : requests->items[number];
}

bool requests_is_refused(const struct request *request, int process)
{
    return request->told_refused && (request->told_by == process || (request->has_entry && request->entry.refused));
}

/* ---- under way ---- */

static void read_meaning(struct sim *sim, struct request *request)
{
    struct command_rules rules = { .prolong_max_s = sim->options.prolong_max_s };
    char text[INBOX_TEXT_SIZE];
    struct error error;
    bool is_click = text_equal(request->sent.kind, "click");

    text_copy_cut(text, sizeof text, request->sent.text);
    if (is_click && text_equal(request->sent.action, action_dismiss))
        return;
    if (is_click && !button_read(request->sent.text, text, &request->condition))
        return;
    request->understood = command_read(text, &rules, &request->command, &error);
    if (request->understood && request->site == NOBODY && request->command.name_count > 0)
        request->site = sim_site(sim, request->command.names[0]);
}

void requests_send(struct sim *sim, struct request *request)
{
    int site = request->site;

    read_meaning(sim, request);
    request->sent_ms = sim->now_ms;
    sim->counts.requests++;
    struct dice *dice = sim_dice(sim, KIND_DELAYED, site);
    int64_t delay_ms = dice_between(dice, 20, 120);
    if (sim_strikes(sim, KIND_DELAYED, site))
        delay_ms = dice_between(dice, 500, 20000);
    int first = (int) dice_below(dice, PROCESSES);
    sim_after(sim, delay_ms, HAPPEN_DELIVER, NOBODY, first, request->number);
    for (int again = 0; again < 3 && sim_strikes(sim, KIND_REPEATED, site); again++) {
        int64_t later_ms = dice_falls(dice, 5000) ? dice_between(dice, 1, 400) : dice_between(dice, 1000, 600000);
        sim_after(sim, delay_ms + later_ms, HAPPEN_DELIVER, NOBODY, (int) dice_below(dice, PROCESSES), request->number);
    }
}

/* To the process that Slack chose, or to the other; to nobody, and then it is lost, where none has a connection. */
void requests_deliver(struct sim *sim, const struct happening *happening)
{
    struct request *request = sim->requests.items[happening->number];
    int number = process_live(sim, happening->environment);

    if (number == NOBODY) {
        story_tell(sim, request->site, "%s's %s reaches nobody", request->sent.user, request->sent.kind);
        return;
    }
    struct process *process = &sim->processes[number];
    if (process->resume_ms > sim->now_ms) { /* it waits in the connection */
        struct happening later = *happening;
        later.at_ms = process->resume_ms + 2;
        queue_add(&sim->queue, &later);
        return;
    }
    struct event event = { .kind = EVENT_REQUEST,
                           .request = &request->sent,
                           .delivery = ((uint64_t) ++process->deliveries << 20) + (uint64_t) request->number + 1,
                           .accepts_payload = request->number % 3 != 0 };
    bool repeated = request->delivered;
    request->processes |= 1u << number;
    request->delivered = true;
    story_tell(sim, request->site, "%s%s %s \"%s\" (request %d, to process %d)", repeated ? "again: " : "",
               request->sent.user, text_equal(request->sent.kind, "click") ? "presses" : "types", request->sent.text,
               request->number, number);
    process_tell(sim, number, &event);
}

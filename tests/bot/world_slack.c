/* tests/bot/world_slack.c - the Slack of the world: what is said in it, typed and pressed. */
#include "tests/bot/world.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Tests read words; that names stand between backticks is the business of the message's own tests. */
static void copy_without_marks(char *target, size_t size, const char *text)
{
    size_t length = 0;

    for (; *text != '\0' && length + 1 < size; text++)
        if (*text != '`')
            target[length++] = *text;
    target[length] = '\0';
}

static void keep_buttons(const struct message_section *section, struct world_said *said)
{
    for (size_t i = 0; i < section->button_count && said->button_count < WORLD_BUTTONS_MAX; i++) {
        struct world_button *button = &said->buttons[said->button_count++];
        text_copy_cut(button->action, sizeof button->action, section->buttons[i].action);
        text_copy_cut(button->value, sizeof button->value, section->buttons[i].value);
    }
}

void world_hear(struct world *world, const struct effect *effect)
{
    struct world_said *said = &world->said[world->said_count % WORLD_SAID_MAX];
    struct buffer text = { .limit = sizeof said->text - 1 };

    world->said_count++;
    *said = (struct world_said){ .is_ack = effect->kind == EFFECT_ACK, .kind = effect->kind };
    message_write_plain(&effect->message, &text);
    copy_without_marks(said->text, sizeof said->text, buffer_text(&text));
    buffer_release(&text);
    text_copy_cut(said->user, sizeof said->user, effect->user);
    said->in_channel = effect->message.in_channel;
    said->replaces = effect->message.replaces_original;
    text_copy_cut(said->channel, sizeof said->channel, effect->post.channel);
    text_copy_cut(said->message, sizeof said->message, effect->post.message);
    if (effect->message.section_count > 0 && effect->message.sections[0].button_count > 0)
        text_copy_cut(said->button_value, sizeof said->button_value, effect->message.sections[0].buttons[0].value);
    for (size_t i = 0; i < effect->message.section_count; i++)
        keep_buttons(&effect->message.sections[i], said);
}

static void request(struct world *world, struct inbox_entry *entry, bool accepts_payload)
{
    struct event event = {
        .kind = EVENT_REQUEST, .request = entry, .delivery = ++world->deliveries, .accepts_payload = accepts_payload
    };

    world_tell(world, &event);
}

void world_type_with_trigger(struct world *world, const char *user, const char *text, const char *trigger)
{
    struct inbox_entry entry = { .kind = "command", .response_url = "https://hooks.slack.com/commands/T1/1/x" };

    (void) snprintf(entry.key, sizeof entry.key, "command/T1/%.60s/%.60s", user, trigger);
    text_copy_cut(entry.user, sizeof entry.user, user);
    text_copy_cut(entry.text, sizeof entry.text, text);
    request(world, &entry, true);
}

void world_type(struct world *world, const char *user, const char *text)
{
    char trigger[32];

    (void) snprintf(trigger, sizeof trigger, "trigger-%d", ++world->versions);
    world_type_with_trigger(world, user, text, trigger);
}

void world_click(struct world *world, const char *user, const char *action, const char *value)
{
    struct inbox_entry entry = { .kind = "click", .response_url = "https://hooks.slack.com/actions/T1/1/x" };

    (void) snprintf(entry.key, sizeof entry.key, "click/T1/%.60s/%d", user, ++world->versions);
    text_copy_cut(entry.user, sizeof entry.user, user);
    text_copy_cut(entry.action, sizeof entry.action, action);
    text_copy_cut(entry.text, sizeof entry.text, value);
    request(world, &entry, false);
}

void world_press(struct world *world, const char *user, const struct world_said *said, const char *action)
{
    struct inbox_entry entry = { .kind = "click", .response_url = "https://hooks.slack.com/actions/T1/1/x" };
    size_t i = 0;

    while (i < said->button_count && !text_equal(said->buttons[i].action, action))
        i++;
    CU_ASSERT_TRUE_FATAL(i < said->button_count);
    (void) snprintf(entry.key, sizeof entry.key, "click/T1/%.60s/%d", user, ++world->versions);
    text_copy_cut(entry.user, sizeof entry.user, user);
    text_copy_cut(entry.action, sizeof entry.action, action);
    text_copy_cut(entry.text, sizeof entry.text, said->buttons[i].value);
    text_copy_cut(entry.channel, sizeof entry.channel, said->channel);
    text_copy_cut(entry.message, sizeof entry.message, said->message);
    request(world, &entry, false);
}

const struct world_said *world_last_notice(const struct world *world)
{
    for (size_t i = world->said_count; i-- > 0 && i + WORLD_SAID_MAX > world->said_count;) {
        const struct world_said *said = &world->said[i % WORLD_SAID_MAX];
        if (said->kind == EFFECT_POST || said->kind == EFFECT_UPDATE)
            return said;
    }
    return NULL;
}

const struct world_said *world_last(const struct world *world)
{
    static const struct world_said nothing;

    return world->said_count == 0 ? &nothing : &world->said[(world->said_count - 1) % WORLD_SAID_MAX];
}

bool world_said_contains(const struct world *world, const char *part)
{
    for (size_t i = 0; i < world->said_count && i < WORLD_SAID_MAX; i++)
        if (strstr(world->said[i].text, part) != NULL)
            return true;
    return false;
}

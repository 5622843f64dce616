/* tests/bot/world_slack.c - the Slack of the world: what is said in it, typed and pressed. */
#include "tests/bot/world_parts.h"

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
    said->exit_status = effect->message.exit_status;
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

/* ---- What is asked of Slack ---- */

static void play_reply(struct world *world, const struct effect *effect)
{
    struct event event = { .kind = EVENT_REPLIED, .ticket = effect->ticket };

    world_tell(world, &event);
}

static struct world_answer answer_of(struct world *world, const struct effect *effect)
{
    struct world_answer answer = { .posted = POST_OK, .found = FIND_ABSENT, .slack_error = "" };

    for (size_t i = 0; effect->kind == EFFECT_FIND && i < world->post_count; i++)
        if (world->posts[i].notice == effect->post.notice && text_equal(world->posts[i].channel, effect->post.channel))
            answer.found = FIND_FOUND;
    if (world->slack != NULL)
        world->slack(world, effect, &answer);
    return answer;
}

/* A message in a channel is heard like any other. */
static void put_post(struct world *world, const struct effect *effect, const char *message)
{
    world_hear(world, effect);
    struct world_said *said = &world->said[(world->said_count - 1) % WORLD_SAID_MAX];
    text_copy_cut(said->message, sizeof said->message, message);
    if (effect->kind != EFFECT_POST)
        return;
    CU_ASSERT_TRUE_FATAL(world->post_count < WORLD_NOTICES_MAX);
    world->posts[world->post_count] = effect->post;
    text_copy_cut(world->posts[world->post_count++].message, RECORD_PERSON_SIZE, message);
}

static void play_post(struct world *world, const struct effect *effect)
{
    struct world_answer answer = answer_of(world, effect);
    char message[RECORD_PERSON_SIZE];

    (void) snprintf(message, sizeof message, "1763999000.%06d", ++world->versions);
    if (effect->kind == EFFECT_UPDATE)
        text_copy_cut(message, sizeof message, effect->post.message);
    if (answer.posted == POST_OK || answer.is_there)
        put_post(world, effect, message);
    struct event event = { .kind = EVENT_POSTED,
                           .ticket = effect->ticket,
                           .posted = answer.posted,
                           .message = answer.posted == POST_OK ? message : "",
                           .slack_error = answer.slack_error };
    world_tell(world, &event);
}

static void play_find(struct world *world, const struct effect *effect)
{
    struct world_answer answer = answer_of(world, effect);
    struct event event = { .kind = EVENT_FOUND,
                           .ticket = effect->ticket,
                           .found = answer.found,
                           .message = "",
                           .slack_error = answer.slack_error };

    for (size_t i = 0; i < world->post_count; i++)
        if (answer.found == FIND_FOUND && world->posts[i].notice == effect->post.notice)
            event.message = world->posts[i].message;
    world_tell(world, &event);
}

static void play_look_up(struct world *world, const struct effect *effect)
{
    struct event event = {
        .kind = EVENT_GROUP, .ticket = effect->ticket, .group = effect->group, .slack_error = "no_such_subteam"
    };

    for (size_t i = 0; i < WORLD_GROUPS_MAX; i++)
        if (text_equal(world->groups[i].id, effect->group) && world->groups[i].members != NULL)
            event.members = world->groups[i].members;
    event.slack_error = event.members == NULL ? event.slack_error : "";
    world_tell(world, &event);
}

bool world_play_slack(struct world *world, struct effect *effect)
{
    if (effect->kind == EFFECT_REPLY)
        play_reply(world, effect);
    else if (effect->kind == EFFECT_POST || effect->kind == EFFECT_UPDATE)
        play_post(world, effect);
    else if (effect->kind == EFFECT_FIND)
        play_find(world, effect);
    else if (effect->kind == EFFECT_LOOK_UP)
        play_look_up(world, effect);
    else
        return false;
    return true;
}

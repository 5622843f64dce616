/* tests/end_to_end/night.c - the clock is a file, the channel is read through the control port. */
#include "tests/end_to_end/night.h"

#include "base/json.h"
#include "base/text.h"

#include <CUnit/CUnit.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOOK_AGAIN_MS = 50, TEXT_SIZE = 16 * 1024, THURSDAY = 4, WEEK_DAYS = 7 };

const char night_all_up[] = "web 3 api 1 idle 0 db 2";
const char night_all_down[] = "web 0 api 0 idle 0 db 0";
const char night_buttons[] = "[+1 h][+2 h][Until morning][Stop now]";

/* --- the clock ------------------------------------------------------------------------------------------------- */

int64_t night_now(const struct night *night)
{
    return (int64_t) time(NULL) + night->ahead_s;
}

/* Whole or not at all: the bot may look at any moment. */
static bool write_clock(const struct night *night)
{
    char next[STAGE_PATH_SIZE + 8];
    FILE *file;

    snprintf(next, sizeof next, "%s.next", night->clock_file);
    file = fopen(next, "we");
    if (file == NULL)
        return false;
    bool written = fprintf(file, "%" PRId64 "\n", night->ahead_s) > 0;
    return fclose(file) == 0 && written && rename(next, night->clock_file) == 0;
}

void night_set_while_down(struct night *night, int64_t now)
{
    night->ahead_s = now - (int64_t) time(NULL);
    CU_ASSERT_FATAL(write_clock(night));
}

/* Whatever it is asked, it looks at its clock first. */
void night_set(struct night *night, int64_t now)
{
    night_set_while_down(night, now);
    CU_ASSERT(holds(world_say(night->world, "help"), "/curfew"));
}

int64_t night_next(int weekday, int hour, int minute)
{
    int64_t day = (int64_t) time(NULL) / NIGHT_DAY_S + 2;

    day += (weekday - (day + THURSDAY) % WEEK_DAYS + WEEK_DAYS) % WEEK_DAYS; /* 1970 began on a Thursday */
    return day * NIGHT_DAY_S + hour * NIGHT_HOUR_S + minute * NIGHT_MINUTE_S;
}

/* --- life ------------------------------------------------------------------------------------------------------ */

bool night_open(struct night *night, struct world *world, int number, int64_t now)
{
    char body[128], store[STAGE_PATH_SIZE], name[32];

    *night = (struct night){ .world = world, .ahead_s = now - (int64_t) time(NULL) };
    world_end_bot(world);
    snprintf(night->channel, sizeof night->channel, "CNIGHT%03d", number);
    snprintf(body, sizeof body, "{\"id\":\"%s\",\"name\":\"night\",\"is_channel\":true,\"is_member\":true}",
             night->channel);
    snprintf(name, sizeof name, "night%d.clock", number);
    stage_path(&world->stage, name, night->clock_file);
    snprintf(name, sizeof name, "night%d.db", number);
    stage_path(&world->stage, name, store);
    snprintf(night->variables[0], sizeof night->variables[0], "CURFEW_STORE=sqlite:%s", store);
    snprintf(night->variables[1], sizeof night->variables[1], "CURFEW_CHANNEL=%s", night->channel);
    snprintf(night->variables[2], sizeof night->variables[2], "CURFEW_TEST_CLOCK=%s", night->clock_file);
    snprintf(night->variables[3], sizeof night->variables[3], "LD_PRELOAD=%s", SHIFTED_CLOCK);
    snprintf(night->variables[4], sizeof night->variables[4], "CURFEW_WARNINGS=40s,20s");
    snprintf(night->variables[5], sizeof night->variables[5], "CURFEW_LEASE=10m");
    return write_clock(night) && workspace_do(&world->workspace, "POST", "/channels", body);
}

bool night_start_bot(struct night *night, const char *const *variables)
{
    const char *all[BOT_VARIABLES_MAX + 1] = { NULL };
    size_t count = 0;

    for (; variables != NULL && variables[count] != NULL && count < BOT_VARIABLES_MAX; count++)
        all[count] = variables[count];
    for (size_t i = 0; i < sizeof night->variables / sizeof night->variables[0] && count < BOT_VARIABLES_MAX - 1; i++)
        all[count++] = night->variables[i];
    all[count++] = "ASAN_OPTIONS=exitcode=99:verify_asan_link_order=0"; /* something else is preloaded */
    return world_start_bot(night->world, all);
}

bool night_make_with(struct night *night, const char *name, const char *annotations)
{
    if (night->environment_count == NIGHT_ENVIRONMENTS_MAX)
        return false;
    text_copy_cut(night->environments[night->environment_count++], NIGHT_NAME_SIZE, name);
    return world_make_environment(night->world, name, annotations);
}

bool night_make(struct night *night, const char *name, const char *schedule)
{
    char annotations[256];

    snprintf(annotations, sizeof annotations, "{\"curfew/schedule\":\"%s\"}", schedule);
    return night_make_with(night, name, annotations);
}

bool night_label(struct night *night, const char *name, const char *value)
{
    char path[128], body[128];

    snprintf(path, sizeof path, "/api/v1/namespaces/%s", name);
    if (value != NULL)
        snprintf(body, sizeof body, "{\"metadata\":{\"labels\":{\"scheduler\":\"%s\"}}}", value);
    else
        snprintf(body, sizeof body, "{\"metadata\":{\"labels\":{\"scheduler\":null}}}");
    return cluster_do(&night->world->cluster, "PATCH", path, "application/merge-patch+json", body);
}

bool night_close(struct night *night)
{
    bool stopped = bot_stop(&night->world->bot);
    bool content = world_is_content(night->world);

    for (size_t i = 0; i < night->environment_count; i++)
        content = night_label(night, night->environments[i], NULL) && content;
    return stopped && content;
}

/* --- the channel ----------------------------------------------------------------------------------------------- */

/* What all can see: what was answered to somebody alone is not among them. */
static cJSON *read_messages(struct night *night)
{
    struct workspace *workspace = &night->world->workspace;
    released_by(reply_release) struct reply reply = { 0 };
    char url[WORKSPACE_URL_SIZE + 64];
    struct question question = { .client = workspace->client, .method = "GET", .url = url };
    cJSON *messages;

    snprintf(url, sizeof url, "%s/messages?channel=%s", workspace->control_url, night->channel);
    stage_ask(workspace->stage, &question, &reply);
    messages = cJSON_DetachItemFromObject(reply.json, "messages");
    for (int i = cJSON_GetArraySize(messages); i-- > 0;)
        if (json_text(cJSON_GetArrayItem(messages, i), "user")[0] != '\0')
            cJSON_DeleteItemFromArray(messages, i);
    return messages;
}

int night_message_count(struct night *night)
{
    released_by(json_release) cJSON *messages = read_messages(night);

    return cJSON_GetArraySize(messages);
}

static const cJSON *blocks_of(const cJSON *messages, int number)
{
    return json_member(json_member(cJSON_GetArrayItem(messages, number - 1), "message"), "blocks");
}

static void append_block(const cJSON *block, struct buffer *text)
{
    const cJSON *element;

    buffer_append_text(text, json_text(block, "text/text"));
    cJSON_ArrayForEach(element, json_member(block, "elements"))
        buffer_append_format(text, "[%s]", json_text(element, "text/text"));
    cJSON_ArrayForEach(element, json_member(json_member(block, "accessory"), "options"))
        buffer_append_format(text, "[%s]", json_text(element, "text/text"));
    buffer_append_char(text, '\n');
}

static void append_message(const cJSON *messages, int number, struct buffer *text)
{
    const cJSON *block;

    cJSON_ArrayForEach(block, blocks_of(messages, number)) append_block(block, text);
}

const char *night_message(struct night *night, int number)
{
    static char text[TEXT_SIZE];
    released_by(json_release) cJSON *messages = read_messages(night);
    released_by(buffer_release) struct buffer whole = { 0 };

    append_message(messages, number, &whole);
    text_copy_cut(text, sizeof text, buffer_text(&whole));
    return text;
}

void night_read_messages(struct night *night, struct buffer *target)
{
    released_by(json_release) cJSON *messages = read_messages(night);

    for (int i = 1; i <= cJSON_GetArraySize(messages); i++)
        append_message(messages, i, target);
}

int64_t night_read_stop(struct night *night, int number)
{
    const char *token = strstr(night_message(night, number), "<!date^");

    return token == NULL ? 0 : strtoll(token + strlen("<!date^"), NULL, 10);
}

bool night_read_button(struct night *night, int number, const char *action, char ret_value[512])
{
    released_by(json_release) cJSON *messages = read_messages(night);
    const cJSON *block, *element;

    cJSON_ArrayForEach(block, blocks_of(messages, number)) cJSON_ArrayForEach(element, json_member(block, "elements"))
    {
        if (!text_equal(json_text(element, "action_id"), action))
            continue;
        text_copy_cut(ret_value, 512, json_text(element, "value"));
        return true;
    }
    return false;
}

/* member: a further one of the control port's call; NULL = none. */
static struct sent press(struct night *night, int number, const char *user, const char *action, const char *member,
                         const char *value)
{
    released_by(json_release) cJSON *messages = read_messages(night);
    released_by(buffer_release) struct buffer body = { 0 };

    buffer_append_format(&body, "{\"channel\":\"%s\",\"ts\":\"%s\",\"action_id\":\"%s\",\"user\":\"%s\"",
                         night->channel, json_text(cJSON_GetArrayItem(messages, number - 1), "ts"), action, user);
    if (member != NULL)
        buffer_append_format(&body, ",\"%s\":\"%s\"", member, value);
    buffer_append_char(&body, '}');
    return workspace_press(&night->world->workspace, buffer_text(&body));
}

struct sent night_press(struct night *night, int number, const char *user, const char *action, const char *value)
{
    return press(night, number, user, action, value == NULL ? NULL : "forged_value", value);
}

struct sent night_press_for_all(struct night *night, int number, const char *user, const char *action)
{
    return press(night, number, user, action, "value_start", "prolongate * ");
}

/* --- claims ---------------------------------------------------------------------------------------------------- */

static bool is_later(const struct night *night, int64_t until_ms)
{
    return stage_now_ms(&night->world->stage) > until_ms;
}

static int64_t patience(const struct night *night)
{
    return stage_now_ms(&night->world->stage) + STAGE_PATIENCE_MS / 2;
}

bool night_shows(struct night *night, int number, const char *format, ...)
{
    int64_t until_ms = patience(night);
    char part[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(part, sizeof part, format, arguments);
    va_end(arguments);
    while (strstr(night_message(night, number), part) == NULL && !is_later(night, until_ms))
        stage_pass(&night->world->stage, LOOK_AGAIN_MS);
    return holds(night_message(night, number), part);
}

bool night_says(struct night *night, const char *command, const char *format, ...)
{
    char part[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(part, sizeof part, format, arguments);
    va_end(arguments);
    return holds(world_say(night->world, command), part);
}

bool night_comes_to(struct night *night, const char *name, const char *replicas)
{
    int64_t until_ms = patience(night);

    while (!text_equal(world_replicas(night->world, name), replicas) && !is_later(night, until_ms))
        stage_pass(&night->world->stage, LOOK_AGAIN_MS);
    return world_stands_at(night->world, name, replicas);
}

bool night_lacks(struct night *night, int number, const char *part)
{
    const char *text = night_message(night, number);
    bool lacks = strstr(text, part) == NULL;

    if (!lacks)
        printf("\n  \"%s\" is in: %s\n", part, text);
    return lacks;
}

bool night_is_warned_twice(struct night *night, const char *name, int number, int64_t stop_at)
{
    night_set(night, stop_at - NIGHT_WARNED_S);
    if (!night_shows(night, number, "`%s` stops <!date^%" PRId64 "^", name, stop_at) ||
        !night_shows(night, number, "%s", night_buttons))
        return false;
    night_set(night, stop_at - NIGHT_WARNED_AGAIN_S);
    return night_shows(night, number + 1, "`%s` stops <!date^%" PRId64 "^", name, stop_at) &&
           night_shows(night, number + 1, "%s", night_buttons) && night_shows(night, number, "a later message says") &&
           night_lacks(night, number, "[");
}

bool night_is_stopped_at(struct night *night, const char *name, int number, int64_t stop_at)
{
    night_set(night, stop_at - 2);
    if (!world_stands_at(night->world, name, night_all_up))
        return false;
    night_set(night, stop_at);
    return night_comes_to(night, name, night_all_down) && night_shows(night, number, "`%s` is stopped since", name) &&
           night_shows(night, number, "(3 workloads at 0), by the schedule") && night_shows(night, number, "[Start]");
}

bool night_still_runs(struct night *night, const char *name, int64_t at)
{
    char command[NIGHT_NAME_SIZE + 16], up[NIGHT_NAME_SIZE + 32];

    night_set(night, at);
    snprintf(command, sizeof command, "status %s", name);
    snprintf(up, sizeof up, "`%s` is up: 6/6 ready", name); /* pods take a moment after a start */
    return world_comes_to_say(night->world, command, up) && world_stands_at(night->world, name, night_all_up);
}

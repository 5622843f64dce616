#include "tests/bot/channel_scene.h"

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "tests/standin/certificates.h"
#include "tests/test_case.h"

#include <CUnit/CUnit.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIFE_MS = 120 * 1000, PATIENCE_MS = 30 * 1000, TURN_MS = 5 };

static const struct retry_policy quick = { .base_ms = 2, .maximum_ms = 4, .tries_max = 3 };

/* --- the engine that is played --------------------------------------------------------------------------------- */

static void keep(char *target, size_t size, const char *text)
{
    text_copy_cut(target, size, text != NULL ? text : "");
}

void engine_handle(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    (void) now;
    if (event->kind == EVENT_TIME) {
        *effects = engine->asked;
        engine->asked = (struct effects){ 0 };
        return;
    }
    CU_ASSERT_FATAL(engine->told_count < SCENE_TOLD_MAX);
    struct told *told = &engine->told[engine->told_count++];
    *told = (struct told){ .kind = event->kind,
                           .ticket = event->ticket,
                           .posted = event->posted,
                           .found = event->found,
                           .has_members = event->members != NULL };
    keep(told->message, sizeof told->message, event->message);
    keep(told->slack_error, sizeof told->slack_error, event->slack_error);
    keep(told->group, sizeof told->group, event->group);
    keep(told->members, sizeof told->members, event->members);
}

int64_t engine_due_at(const struct engine *engine)
{
    (void) engine;
    return INT64_MAX;
}

void engine_end(struct engine *engine)
{
    (void) engine;
}

bool engine_is_idle(const struct engine *engine)
{
    return !engine->is_busy;
}

/* --- the Slack that is played ---------------------------------------------------------------------------------- */

static void count_pump(struct flow *flow)
{
    ((struct scene *) flow)->pump_count++;
}

static void end_turn(struct flow *flow)
{
    loop_stop(((struct runner_flow *) flow)->runner->options.loop);
}

/* The loop for so long. */
static void run_turn(struct scene *scene)
{
    struct runner_flow clock = { .flow = { .pump = end_turn }, .runner = scene->runner };
    struct timer timer = { 0 };

    timer_start(scene->loop, &timer, TURN_MS, &clock.flow);
    loop_run(scene->loop);
    timer_stop(scene->loop, &timer);
}

static void run_until(struct scene *scene, const int *counter, int wanted)
{
    int64_t until_ms = loop_monotonic_ms(scene->loop) + PATIENCE_MS;

    while (*counter < wanted && loop_monotonic_ms(scene->loop) < until_ms)
        run_turn(scene);
    CU_ASSERT_FATAL(*counter >= wanted);
}

static void start_standin(struct scene *scene)
{
    char ready_file[96];
    const char *const arguments[] = { STANDIN_SLACK, "--folder", scene->folder, "--ready-file",
                                      ready_file,    "--host",   "localhost",   NULL };
    struct buffer text = { 0 };
    struct error error = { 0 };
    int64_t until_ms = loop_monotonic_ms(scene->loop) + PATIENCE_MS;

    snprintf(ready_file, sizeof ready_file, "%s/ready", scene->folder);
    process_start(scene->loop, &scene->standin, arguments, NULL, LIFE_MS, &scene->flow);
    while (!file_read(ready_file, &text, &error) && loop_monotonic_ms(scene->loop) < until_ms)
        run_turn(scene);
    CU_ASSERT_TRUE_FATAL(json_parse(buffer_text(&text), text.length, "the ready file", &scene->ready, &error));
    buffer_release(&text);
    unlink(ready_file);
}

cJSON *scene_control(struct scene *scene, const char *method, const char *path, const char *body)
{
    struct error error = { 0 };
    cJSON *answer = NULL;
    int before = scene->pump_count;

    http_exchange_release(&scene->exchange);
    scene->exchange.request.method = method;
    buffer_append_format(&scene->exchange.request.url, "%s%s", json_text(scene->ready, "control_url"), path);
    buffer_append_text(&scene->exchange.request.headers, "Content-Type: application/json\n");
    buffer_append_text(&scene->exchange.request.body, body);
    http_exchange_start(scene->client, &scene->exchange, &scene->flow);
    run_until(scene, &scene->pump_count, before + 1);
    const struct buffer *text = &scene->exchange.response.body;
    if (!case_number(path, scene->exchange.response.status, 200))
        printf("\n    %s %s\n", buffer_text(text), scene->exchange.error.message);
    CU_ASSERT_TRUE_FATAL(json_parse(buffer_text(text), text->length, "the answer", &answer, &error));
    return answer;
}

void scene_tell(struct scene *scene, const char *path, const char *body)
{
    cJSON_Delete(scene_control(scene, "POST", path, body));
}

void scene_forget_violations(struct scene *scene)
{
    cJSON_Delete(scene_control(scene, "DELETE", "/violations", ""));
}

char *scene_texts(struct scene *scene, const char *channel)
{
    struct buffer texts = { 0 };
    char path[64];
    const cJSON *message = NULL;

    snprintf(path, sizeof path, "/messages?channel=%s", channel);
    cJSON *answer = scene_control(scene, "GET", path, "");
    cJSON_ArrayForEach(message, json_member(answer, "messages"))
        buffer_append_format(&texts, "%s\n", json_text(message, "message/text"));
    cJSON_Delete(answer);
    return buffer_take(&texts);
}

/* --- the scene ------------------------------------------------------------------------------------------------- */

static void open_log(struct scene *scene)
{
    int ends[2];

    CU_ASSERT_EQUAL_FATAL(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    scene->log_read = ends[0];
    scene->log_write = ends[1];
    scene->log = (struct log){ .file = scene->log_write, .level = LOG_WARN };
}

const char *scene_log(struct scene *scene)
{
    size_t length = strlen(scene->logged);
    ssize_t count = read(scene->log_read, scene->logged + length, sizeof scene->logged - length - 1);

    if (count > 0)
        scene->logged[length + (size_t) count] = '\0';
    return scene->logged;
}

void scene_call(struct scene *scene, const char *api_url)
{
    struct slack_options options = {
        .api_url = api_url,
        .ca_path = json_text(scene->ready, "ca"),
        .user_agent = "curfew/test",
        .app_token = &scene->app_token,
        .bot_token = &scene->bot_token,
        .retries = &quick,
    };

    runner_free(scene->runner);
    slack_free(scene->slack);
    scene->slack = slack_new(scene->loop, &options);
    struct runner_options runner = {
        .loop = scene->loop, .log = &scene->log, .engine = &scene->engine, .slack = scene->slack
    };
    scene->runner = runner_new(&runner);
}

void scene_open(struct scene *scene)
{
    struct runner_options none = { 0 };

    memset(scene, 0, sizeof *scene);
    scene->flow.pump = count_pump;
    scene->loop = loop_new();
    none.loop = scene->loop;
    scene->runner = runner_new(&none);
    open_log(scene);
    snprintf(scene->folder, sizeof scene->folder, "/tmp/curfew-channel-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(scene->folder));
    start_standin(scene);
    scene->client = http_client_new(scene->loop, &(struct http_client_options){ .user_agent = "test" });
    const char *app_token = json_text(scene->ready, "app_token"), *bot_token = json_text(scene->ready, "bot_token");
    secret_set(&scene->app_token.secret, app_token, strlen(app_token));
    secret_set(&scene->bot_token.secret, bot_token, strlen(bot_token));
    scene_call(scene, json_text(scene->ready, "api_url"));
}

void scene_close(struct scene *scene)
{
    cJSON *violations = scene_control(scene, "GET", "/violations", "");
    char *text = cJSON_PrintUnformatted(violations);

    case_text("violations", text, "{\"violations\":[]}");
    cJSON_free(text);
    cJSON_Delete(violations);
    runner_free(scene->runner);
    effects_release(&scene->engine.asked);
    slack_free(scene->slack);
    http_exchange_release(&scene->exchange);
    http_client_free(scene->client);
    process_cancel(scene->loop, &scene->standin);
    process_release(&scene->standin);
    secret_file_release(&scene->app_token);
    secret_file_release(&scene->bot_token);
    cJSON_Delete(scene->ready);
    certificates_remove(scene->folder);
    rmdir(scene->folder);
    close(scene->log_read);
    close(scene->log_write);
    loop_free(scene->loop);
}

/* --- what is asked, and what is told --------------------------------------------------------------------------- */

static struct effect *ask(struct scene *scene, enum effect_kind kind, uint64_t ticket, const char *channel)
{
    struct effect *effect = effects_add(&scene->engine.asked, kind);

    effect->ticket = ticket;
    text_copy_cut(effect->post.channel, sizeof effect->post.channel, channel);
    return effect;
}

static void say(struct effect *effect, const char *text)
{
    buffer_append_text(message_add_section(&effect->message), text);
}

void scene_post(struct scene *scene, uint64_t ticket, const char *channel, const char *text, uint64_t notice)
{
    struct effect *effect = ask(scene, EFFECT_POST, ticket, channel);

    effect->post.notice = notice;
    say(effect, text);
}

void scene_update(struct scene *scene, uint64_t ticket, const char *channel, const char *message, const char *text)
{
    struct effect *effect = ask(scene, EFFECT_UPDATE, ticket, channel);

    text_copy_cut(effect->post.message, sizeof effect->post.message, message);
    say(effect, text);
}

void scene_find(struct scene *scene, uint64_t ticket, const char *channel, uint64_t notice)
{
    struct effect *effect = ask(scene, EFFECT_FIND, ticket, channel);

    effect->post.notice = notice;
    effect->post.since_at = loop_now(scene->loop) - 60;
}

void scene_look_up(struct scene *scene, uint64_t ticket, const char *group)
{
    struct effect *effect = ask(scene, EFFECT_LOOK_UP, ticket, "");

    text_copy_cut(effect->group, sizeof effect->group, group);
}

void scene_carry_out(struct scene *scene)
{
    struct event event = { .kind = EVENT_TIME };

    runner_tell(scene->runner, &event);
}

void scene_wait(struct scene *scene, int count)
{
    run_until(scene, &scene->engine.told_count, count);
}

const struct told *scene_told(const struct scene *scene, uint64_t ticket)
{
    const struct told *found = NULL;

    for (int i = 0; i < scene->engine.told_count; i++)
        if (scene->engine.told[i].ticket == ticket)
            found = &scene->engine.told[i];
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    return found;
}

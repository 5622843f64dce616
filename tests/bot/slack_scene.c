#include "tests/bot/slack_scene.h"

#include "base/text.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

const struct retry_policy quick = { .base_ms = 2, .maximum_ms = 4, .tries_max = 3 };

void count_pump(struct flow *flow)
{
    struct caller *caller = (struct caller *) flow;

    CU_ASSERT_TRUE(caller->call.done);
    caller->pump_count++;
}

void open_at(struct scene *scene, const char *host, int port)
{
    snprintf(scene->api_url, sizeof scene->api_url, "https://%s:%d/api/", host, port);
    struct slack_options options = {
        .api_url = scene->api_url,
        .ca_path = scene->there.ca_path,
        .user_agent = "curfew/test",
        .app_token = &scene->app_token,
        .bot_token = &scene->bot_token,
        .retries = &quick,
    };

    scene->slack = slack_new(scene->loop, &options);
}

void open_scene(struct scene *scene, const struct scripted_answer *answers, int answer_count)
{
    memset(scene, 0, sizeof *scene);
    scene->loop = loop_new();
    scripted_slack_init(&scene->there, scene->loop);
    scene->there.answers = answers;
    scene->there.answer_count = answer_count;
    secret_set(&scene->app_token.secret, "xapp-1", 6);
    secret_set(&scene->bot_token.secret, "xoxb-2", 6);
    scene->caller.flow.pump = count_pump;
    open_at(scene, "localhost", scene->there.port);
}

void close_scene(struct scene *scene)
{
    slack_call_release(&scene->caller.call);
    slack_free(scene->slack);
    scripted_slack_release(&scene->there);
    secret_file_release(&scene->app_token);
    secret_file_release(&scene->bot_token);
    loop_free(scene->loop);
}

const struct slack_call *call(struct scene *scene, const char *method, enum slack_token token, const char *body)
{
    struct caller *caller = &scene->caller;
    int before = caller->pump_count;

    slack_call_release(&caller->call);
    text_copy_cut(caller->call.method, sizeof caller->call.method, method);
    caller->call.token = token;
    buffer_append_text(&caller->call.body, body);
    slack_call_start(scene->slack, &caller->call, &caller->flow);
    CU_ASSERT_EQUAL(caller->pump_count, before);
    run_until(scene->loop, &caller->pump_count, before + 1);
    return &caller->call;
}

const struct slack_call *post(struct scene *scene)
{
    return call(scene, "chat.postMessage", SLACK_BOT, "{\"channel\":\"C1\",\"text\":\"x\"}");
}

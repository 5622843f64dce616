/* tests/bot/test_note_jobs.c - Events on their way to a played API server, and what the log says of those that fail. */
#include "bot/note_jobs.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/k8s/api_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { NOTED_AT = 1795464000 /* 2026-11-23T20:00:00Z */, PATIENCE_MS = 10 * 1000 };

/* Answers by the namespace in the path. */
struct event_server {
    struct server_handler handler; /* First member */
    int requests;
    int oldest; /* of them: numbers 0 to 2 */
    char last_path[100], last_body[700];
};

struct note_scene {
    struct api_scene api;
    struct event_server server;
    struct note_jobs *jobs;
    struct log log;
    int log_pipe[2];
};

static bool answer(struct server_handler *handler, const struct server_request *request,
                   struct server_response *response)
{
    static const char refused[] = "{\"kind\":\"Status\",\"message\":\"events is forbidden: User \\\"curfew\\\" cannot "
                                  "create resource \\\"events\\\"\"}";
    static const char going[] = "{\"kind\":\"Status\",\"message\":\"it "
                                "goes\",\"details\":{\"causes\":[{\"reason\":\"NamespaceTerminating\"}]}}";
    static const char *const oldest[] = { "\"number 0\"", "\"number 1\"", "\"number 2\"" };
    struct event_server *server = (struct event_server *) handler;

    server->requests++;
    for (size_t i = 0; i < sizeof oldest / sizeof oldest[0]; i++)
        server->oldest += strstr(buffer_text(&request->body), oldest[i]) != NULL ? 1 : 0;
    text_copy_cut(server->last_path, sizeof server->last_path, request->path);
    text_copy_cut(server->last_body, sizeof server->last_body, buffer_text(&request->body));
    if (strstr(request->path, "/refused/") != NULL)
        server_respond(response, 403, "application/json", refused, sizeof refused - 1);
    else if (strstr(request->path, "/going/") != NULL)
        server_respond(response, 403, "application/json", going, sizeof going - 1);
    else if (strstr(request->path, "/broken/") != NULL)
        server_respond(response, 500, "text/plain", "oh", 2);
    else
        server_respond(response, 201, "application/json", "{}", 2);
    return true;
}

static void open_scene(struct note_scene *scene)
{
    *scene = (struct note_scene){ .server = { .handler = { answer } } };
    api_scene_open_server(&scene->api, &scene->server.handler);
    CU_ASSERT_EQUAL_FATAL(pipe(scene->log_pipe), 0);
    scene->log = (struct log){ .file = scene->log_pipe[1], .level = LOG_INFO };
    scene->jobs = note_jobs_new(scene->api.loop, scene->api.client, &scene->log);
}

/* What was logged; the caller frees it. */
static char *close_scene(struct note_scene *scene)
{
    char *text = memory_new(1, 65536);
    ssize_t length;

    note_jobs_free(scene->jobs);
    api_scene_close(&scene->api);
    close(scene->log_pipe[1]);
    length = read(scene->log_pipe[0], text, 65535);
    close(scene->log_pipe[0]);
    text[length > 0 ? length : 0] = '\0';
    return text;
}

static void add(struct note_scene *scene, const char *namespace, const char *text)
{
    struct effects effects = { 0 };
    struct effect *effect = effects_add(&effects, EFFECT_NOTE);

    text_copy_cut(effect->namespace, sizeof effect->namespace, namespace);
    text_copy_cut(effect->uid, sizeof effect->uid, "u-1");
    effect->text = memory_text(text);
    effect->reason = "Stopped";
    note_jobs_add(scene->jobs, effect, NOTED_AT);
    effects_release(&effects);
}

/* Until the server has had so many. */
static void wait_for(struct note_scene *scene, int requests)
{
    int64_t until_ms = loop_monotonic_ms(scene->api.loop) + PATIENCE_MS;

    while (scene->server.requests < requests && loop_monotonic_ms(scene->api.loop) < until_ms)
        api_scene_wait(&scene->api, 1);
    case_number("requests", scene->server.requests, requests);
}

static void count_text(const char *name, const char *text, const char *part, int expected)
{
    int count = 0;

    for (const char *found = strstr(text, part); found != NULL; found = strstr(found + 1, part))
        count++;
    if (!case_number(name, count, expected))
        printf("\n%s\n", text);
}

static void a_note_becomes_an_event_of_its_namespace(void)
{
    struct note_scene scene;

    open_scene(&scene);
    add(&scene, "dev1", "Stopped by @ann");
    wait_for(&scene, 1);
    CU_ASSERT_STRING_EQUAL(scene.server.last_path, "/api/v1/namespaces/dev1/events");
    case_holds("sentence", strstr(scene.server.last_body, "\"message\":\"Stopped by @ann\"") != NULL);
    case_holds("reason", strstr(scene.server.last_body, "\"reason\":\"Stopped\"") != NULL);
    case_holds("uid", strstr(scene.server.last_body, "\"uid\":\"u-1\"") != NULL);
    case_holds("instant", strstr(scene.server.last_body, "\"firstTimestamp\":\"2026-11-23T20:00:00Z\"") != NULL);
    api_scene_wait(&scene.api, 20);
    char *logged = close_scene(&scene);
    CU_ASSERT_STRING_EQUAL(logged, "");
    free(logged);
}

static void each_is_sent_once_and_each_kind_of_failure_is_said_once(void)
{
    static const char *const namespaces[] = { "refused", "broken", "going", "dev1" };
    struct note_scene scene;

    open_scene(&scene);
    for (int round = 0; round < 20; round++)
        for (size_t i = 0; i < sizeof namespaces / sizeof namespaces[0]; i++)
            add(&scene, namespaces[i], "Started");
    wait_for(&scene, 80);
    api_scene_wait(&scene.api, 50);
    case_number("requests after all was sent", scene.server.requests, 80);
    char *logged = close_scene(&scene);
    count_text("lines", logged, "event=event_not_written", 2);
    count_text("the grant that is missing", logged, "the grant to create events is missing: ", 1);
    count_text("which namespace", logged, "namespace=refused", 1);
    count_text("which namespace", logged, "namespace=broken", 1);
    free(logged);
}

static void they_wait_while_something_is_held_for(void)
{
    struct note_scene scene;

    open_scene(&scene);
    note_jobs_hold(scene.jobs);
    note_jobs_hold(scene.jobs);
    for (int i = 0; i < 10; i++)
        add(&scene, "dev1", "Started");
    api_scene_wait(&scene.api, 30);
    case_number("held", scene.server.requests, 0);
    note_jobs_let(scene.jobs);
    api_scene_wait(&scene.api, 30);
    case_number("still held", scene.server.requests, 0);
    note_jobs_let(scene.jobs);
    wait_for(&scene, 10);
    free(close_scene(&scene));
}

static void behind_a_long_row_they_go_out_all_the_same(void)
{
    struct note_scene scene;

    open_scene(&scene);
    note_jobs_hold(scene.jobs);
    for (int i = 0; i < 10; i++)
        add(&scene, "dev1", "Started");
    wait_for(&scene, 10);
    note_jobs_let(scene.jobs);
    free(close_scene(&scene));
}

static void more_than_are_kept_drop_the_oldest_which_is_said_once(void)
{
    struct note_scene scene;
    char text[40];

    open_scene(&scene);
    note_jobs_hold(scene.jobs);
    for (int i = 0; i < NOTE_JOBS_WAITING_MAX + 3; i++) {
        snprintf(text, sizeof text, "number %d", i);
        add(&scene, "dev1", text);
    }
    note_jobs_let(scene.jobs);
    wait_for(&scene, NOTE_JOBS_WAITING_MAX);
    api_scene_wait(&scene.api, 30);
    case_number("requests", scene.server.requests, NOTE_JOBS_WAITING_MAX);
    case_number("of the first three", scene.server.oldest, 0);
    char *logged = close_scene(&scene);
    count_text("lines", logged, "event=events_dropped", 1);
    count_text("all lines", logged, "event=", 1);
    free(logged);
}

static void those_that_wait_or_are_out_can_be_left(void)
{
    struct note_scene scene;

    open_scene(&scene);
    for (int i = 0; i < 100; i++)
        add(&scene, "dev1", "Started");
    while (scene.server.requests == 0)
        api_scene_wait(&scene.api, 1);
    note_jobs_hold(scene.jobs);
    free(close_scene(&scene));
    case_holds("not all went out", scene.server.requests < 100);
}

TEST_MAIN("bot/note_jobs", TEST(a_note_becomes_an_event_of_its_namespace),
          TEST(each_is_sent_once_and_each_kind_of_failure_is_said_once), TEST(they_wait_while_something_is_held_for),
          TEST(behind_a_long_row_they_go_out_all_the_same), TEST(more_than_are_kept_drop_the_oldest_which_is_said_once),
          TEST(those_that_wait_or_are_out_can_be_left))

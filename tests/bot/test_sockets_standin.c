/* struct sockets against the played Slack, which is as strict as the true one is documented to be: whatever happens to the
 * connections, each envelope is acked once, and nothing is done that Slack does not accept. */
#include "bot/sockets.h"

#include "base/file.h"
#include "base/http.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/bot/scripted_slack.h"
#include "tests/standin/certificates.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdlib.h>
#include <string.h>

enum { LIFE_MS = 120 * 1000 };

/* Waits as short as its waits for us allow. */
static const struct sockets_timings quick = {
    .socket = { .dial_ms = 5000, .hello_ms = 5000, .ping_ms = 100, .silence_ms = 3000, .close_ms = 1000 },
    .retries = { .base_ms = 2, .maximum_ms = 20 },
    .drain_ms = 200,
    .held_ms = 0,
    .many_ms = 200,
    .disabled_ms = 200,
    .stagger_ms = 1,
    .grace_ms = 2000,
};

struct scene {
    struct sockets_listener listener;
    struct flow flow; /* of everything that is waited for here */
    struct loop *loop;
    struct process standin;
    char folder[64];
    cJSON *ready; /* what the stand-in says of itself */
    struct http_client *client;
    struct http_exchange exchange;
    int pump_count;
    struct secret_file app_token, bot_token;
    struct slack *slack;
    struct sockets *sockets;
    int envelope_count, connected_count, refused_count;
};

static void count_pump(struct flow *flow)
{
    struct scene *scene = (struct scene *) ((char *) flow - offsetof(struct scene, flow));

    scene->pump_count++;
}

static void take_envelope(struct sockets_listener *listener, const struct delivery *delivery,
                          const struct envelope *envelope)
{
    struct scene *scene = (struct scene *) listener;

    (void) envelope;
    scene->envelope_count++;
    CU_ASSERT_TRUE(sockets_ack(scene->sockets, delivery, delivery->accepts_payload ? "{\"text\":\"ok\"}" : NULL));
}

static void take_connected(struct sockets_listener *listener)
{
    ((struct scene *) listener)->connected_count++;
}

static void take_refused(struct sockets_listener *listener, const char *slack_error)
{
    (void) slack_error;
    ((struct scene *) listener)->refused_count++;
}

/* ---- The stand-in ---- */

static void start_standin(struct scene *scene)
{
    char ready_file[96];
    const char *const arguments[] = { STANDIN_SLACK, "--folder", scene->folder, "--ready-file",
                                      ready_file,    "--host",   "localhost",   NULL };
    struct buffer text = { 0 };
    struct error error = { 0 };

    snprintf(ready_file, sizeof ready_file, "%s/ready", scene->folder);
    process_start(scene->loop, &scene->standin, arguments, NULL, LIFE_MS, &scene->flow);
    for (int i = 0; i < 2000 && !file_read(ready_file, &text, &error); i++)
        run_for(scene->loop, 5);
    CU_ASSERT_TRUE_FATAL(json_parse(buffer_text(&text), text.length, "the ready file", &scene->ready, &error));
    buffer_release(&text);
    unlink(ready_file);
}

/* Asks the control port; the caller owns the answer. */
static cJSON *control(struct scene *scene, const char *method, const char *path, const char *body)
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
    run_until(scene->loop, &scene->pump_count, before + 1);
    const struct buffer *text = &scene->exchange.response.body;
    if (scene->exchange.error.kind != ERROR_NONE || scene->exchange.response.status != 200)
        printf("\n    %s %s: %d %s %s\n", path, body, scene->exchange.response.status, buffer_text(text),
               scene->exchange.error.message);
    CU_ASSERT_EQUAL_FATAL(scene->exchange.response.status, 200);
    CU_ASSERT_TRUE_FATAL(json_parse(buffer_text(text), text->length, "the answer", &answer, &error));
    return answer;
}

static void tell(struct scene *scene, const char *path, const char *body)
{
    cJSON_Delete(control(scene, "POST", path, body));
}

static int count_entries(struct scene *scene, const char *query)
{
    cJSON *answer = control(scene, "GET", query, "");
    int count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(answer, "entries"));

    cJSON_Delete(answer);
    return count;
}

static void open_scene(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    scene->listener = (struct sockets_listener){ take_envelope, take_connected, take_refused };
    scene->flow.pump = count_pump;
    scene->loop = loop_new();
    snprintf(scene->folder, sizeof scene->folder, "/tmp/curfew-standin-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(scene->folder));
    start_standin(scene);
    scene->client = http_client_new(scene->loop, &(struct http_client_options){ .user_agent = "test" });
    const char *app_token = json_text(scene->ready, "app_token"), *bot_token = json_text(scene->ready, "bot_token");
    secret_set(&scene->app_token.secret, app_token, strlen(app_token));
    secret_set(&scene->bot_token.secret, bot_token, strlen(bot_token));
}

static void connect(struct scene *scene, int connections)
{
    struct slack_options slack = {
        .api_url = json_text(scene->ready, "api_url"),
        .ca_path = json_text(scene->ready, "ca"),
        .user_agent = "curfew/test",
        .app_token = &scene->app_token,
        .bot_token = &scene->bot_token,
    };
    struct error error = { 0 };

    scene->slack = slack_new(scene->loop, &slack);
    struct sockets_options options = {
        .loop = scene->loop,
        .slack = scene->slack,
        .ca_path = slack.ca_path,
        .connections = connections,
        .timings = &quick,
    };
    CU_ASSERT_TRUE_FATAL(sockets_new(&options, &scene->listener, &scene->sockets, &error));
    run_until(scene->loop, &scene->connected_count, connections);
}

/* Nothing was done that Slack does not accept, and what was closed was closed with a Close. */
static void close_scene(struct scene *scene)
{
    int before = scene->pump_count;

    sockets_close(scene->sockets, &scene->flow);
    run_until(scene->loop, &scene->pump_count, before + 1);
    cJSON *violations = control(scene, "GET", "/violations", "");
    char *text = cJSON_PrintUnformatted(violations);
    case_text("violations", text, "{\"violations\":[]}");
    cJSON_free(text);
    cJSON_Delete(violations);
    sockets_free(scene->sockets);
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
    loop_free(scene->loop);
    CU_ASSERT_EQUAL(scene->refused_count, 0);
}

/* ---- Envelopes ---- */

static void each_envelope_is_acked_once_whatever_its_form(void)
{
    static const char *const forms[] = {
        "{\"text\":\"status\"}",
        "{\"text\":\"status\",\"fragments\":20}",
        "{\"text\":\"status\",\"padding_bytes\":900000}",
        "{\"text\":\"status\",\"padding_bytes\":900000,\"fragments\":300}",
    };
    enum { COUNT = sizeof forms / sizeof forms[0] };
    struct scene scene;

    open_scene(&scene);
    connect(&scene, 1);
    for (int i = 0; i < COUNT; i++)
        tell(&scene, "/command", forms[i]);
    run_until(scene.loop, &scene.envelope_count, COUNT);
    CU_ASSERT_EQUAL(count_entries(&scene, "/journal?type=ack&count=4&wait_ms=5000"), COUNT);
    tell(&scene, "/event", "{\"event\":{\"type\":\"app_home_opened\"}}");
    tell(&scene, "/command", "{\"text\":\"status\",\"padding_bytes\":2000000}");
    CU_ASSERT_EQUAL(count_entries(&scene, "/journal?type=ack&count=6&wait_ms=5000"), COUNT + 2);
    CU_ASSERT_EQUAL(scene.envelope_count, COUNT);
    close_scene(&scene);
}

static void a_hundred_commands_at_once_are_acked(void)
{
    struct scene scene;

    open_scene(&scene);
    connect(&scene, 1);
    for (int i = 0; i < 100; i++)
        tell(&scene, "/command", "{\"text\":\"status\"}");
    run_until(scene.loop, &scene.envelope_count, 100);
    CU_ASSERT_EQUAL(count_entries(&scene, "/journal?type=ack&count=100&wait_ms=5000"), 100);
    CU_ASSERT_EQUAL(count_entries(&scene, "/journal?type=timeout"), 0);
    close_scene(&scene);
}

/* ---- Connections ---- */

static void no_command_meets_a_moment_without_a_connection_when_the_end_is_announced(void)
{
    static const char *const announcements[] = {
        "{\"reason\":\"warning\"}",
        "{\"reason\":\"refresh_requested\"}",
        "{\"reason\":\"warning\"}",
    };
    struct scene scene;

    open_scene(&scene);
    connect(&scene, 1);
    for (int i = 0; i < 3; i++) {
        tell(&scene, "/disconnect", announcements[i]);
        /* Each is answered 503 where Slack has nobody to send it to: the call fails then. */
        for (int j = 0; j < 20; j++)
            tell(&scene, "/command", "{\"text\":\"status\"}");
        run_until(scene.loop, &scene.connected_count, i + 2);
    }
    run_until(scene.loop, &scene.envelope_count, 60);
    CU_ASSERT_EQUAL(count_entries(&scene, "/journal?type=ack&count=60&wait_ms=5000"), 60);
    close_scene(&scene);
}

static void it_comes_back_from_whatever_breaks_it(void)
{
    static const char *const kinds[] = { "drop", "finish", "garbage", "close" };
    enum { COUNT = sizeof kinds / sizeof kinds[0] };
    struct scene scene;
    char body[64];

    open_scene(&scene);
    connect(&scene, 1);
    for (int i = 0; i < COUNT; i++) {
        snprintf(body, sizeof body, "{\"kind\":\"%s\"}", kinds[i]);
        tell(&scene, "/spoil", body);
        run_until(scene.loop, &scene.connected_count, i + 2);
        tell(&scene, "/command", "{\"text\":\"status\"}");
        run_until(scene.loop, &scene.envelope_count, i + 1);
    }
    /* What was silenced stays with Slack as a ghost, which gets its share of the commands. */
    tell(&scene, "/spoil", "{\"kind\":\"silence\"}");
    run_until(scene.loop, &scene.connected_count, COUNT + 2);
    close_scene(&scene);
}

static void it_comes_back_when_slack_takes_no_connection_for_a_while(void)
{
    static const char *const faults[] = {
        "{\"method\":\"apps.connections.open\",\"count\":2,\"status\":503}",
        "{\"method\":\"apps.connections.open\",\"count\":1,\"status\":429,\"retry_after_s\":1}",
        "{\"method\":\"websocket\",\"count\":2,\"status\":408}",
    };
    struct scene scene;

    open_scene(&scene);
    connect(&scene, 1);
    for (int i = 0; i < 3; i++) {
        tell(&scene, "/faults", faults[i]);
        tell(&scene, "/spoil", "{\"kind\":\"drop\"}");
        run_until(scene.loop, &scene.connected_count, i + 2);
    }
    close_scene(&scene);
}

static void with_two_connections_the_loss_of_one_costs_nothing(void)
{
    struct scene scene;

    open_scene(&scene);
    connect(&scene, 2);
    for (int i = 0; i < 10; i++) {
        tell(&scene, "/spoil", "{\"kind\":\"drop\",\"session\":1}");
        tell(&scene, "/command", "{\"text\":\"status\"}");
        if (i == 0)
            run_until(scene.loop, &scene.connected_count, 3);
    }
    run_until(scene.loop, &scene.envelope_count, 10);
    close_scene(&scene);
}

TEST_MAIN("bot/sockets_standin", TEST(each_envelope_is_acked_once_whatever_its_form),
          TEST(a_hundred_commands_at_once_are_acked),
          TEST(no_command_meets_a_moment_without_a_connection_when_the_end_is_announced),
          TEST(it_comes_back_from_whatever_breaks_it), TEST(it_comes_back_when_slack_takes_no_connection_for_a_while),
          TEST(with_two_connections_the_loss_of_one_costs_nothing))

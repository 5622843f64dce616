/* The flow of connections, against a Slack on the same loop that does as it is told. */
#include "bot/sockets.h"

#include "base/file.h"
#include "base/text.h"
#include "tests/bot/scripted_slack.h"
#include "tests/standin/connect_proxy.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>
#include <sys/mman.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

enum { ENVELOPES_MAX = 64 };

/* Nothing waits that the test does not wait for. */
static const struct sockets_timings quick = {
    .socket = { .dial_ms = 5000, .hello_ms = 5000, .ping_ms = 5000, .silence_ms = 10 * 1000, .close_ms = 2000 },
    .retries = { .base_ms = 2, .maximum_ms = 4 },
    .drain_ms = 60,
    .held_ms = 0,
    .many_ms = 60 * 1000,
    .disabled_ms = 60 * 1000,
    .stagger_ms = 1,
    .grace_ms = 5000,
};

/* The owner of a struct sockets. */
struct ear {
    struct sockets_listener listener;
    struct flow flow; /* of sockets_close() */
    struct sockets *sockets;
    bool acks_at_once, frees;
    struct delivery deliveries[ENVELOPES_MAX];
    char texts[ENVELOPES_MAX][32];
    int envelope_count, connected_count, refused_count, closed_count;
    char word[64];
};

struct scene {
    struct loop *loop;
    struct scripted_slack there;
    struct secret_file app_token, bot_token;
    char api_url[64];
    struct slack *slack;
    struct log log;
    struct ear ear, other_ear;
};

static struct ear *ear_of_flow(struct flow *flow)
{
    return (struct ear *) ((char *) flow - offsetof(struct ear, flow));
}

static void take_envelope(struct sockets_listener *listener, const struct delivery *delivery,
                          const struct envelope *envelope)
{
    struct ear *ear = (struct ear *) listener;

    CU_ASSERT_FATAL(ear->envelope_count < ENVELOPES_MAX);
    ear->deliveries[ear->envelope_count] = *delivery;
    text_copy_cut(ear->texts[ear->envelope_count], sizeof ear->texts[0],
                  envelope->type == ENVELOPE_COMMAND ? envelope->command.text : envelope->click.value);
    ear->envelope_count++;
    if (ear->acks_at_once)
        CU_ASSERT_TRUE(sockets_ack(ear->sockets, delivery, NULL));
    if (ear->frees) {
        sockets_free(ear->sockets);
        ear->sockets = NULL;
    }
}

static void take_connected(struct sockets_listener *listener)
{
    ((struct ear *) listener)->connected_count++;
}

static void take_refused(struct sockets_listener *listener, const char *slack_error)
{
    struct ear *ear = (struct ear *) listener;

    ear->refused_count++;
    text_copy_cut(ear->word, sizeof ear->word, slack_error);
}

static void take_closed(struct flow *flow)
{
    ear_of_flow(flow)->closed_count++;
}

static void open_scene(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    scene->loop = loop_new();
    scripted_slack_init(&scene->there, scene->loop);
    scene->log = (struct log){ .file = memfd_create("log", MFD_CLOEXEC), .level = LOG_DEBUG };
    secret_set(&scene->app_token.secret, "xapp-1", 6);
    secret_set(&scene->bot_token.secret, "xoxb-2", 6);
    snprintf(scene->api_url, sizeof scene->api_url, "https://localhost:%d/api/", scene->there.port);
    struct slack_options options = {
        .api_url = scene->api_url,
        .ca_path = scene->there.ca_path,
        .user_agent = "curfew/test",
        .app_token = &scene->app_token,
        .bot_token = &scene->bot_token,
    };
    scene->slack = slack_new(scene->loop, &options);
}

static void start_at(struct scene *scene, struct ear *ear, const struct sockets_timings *timings, int connections)
{
    struct sockets_options options = {
        .loop = scene->loop,
        .slack = scene->slack,
        .log = &scene->log,
        .ca_path = scene->there.ca_path,
        .connections = connections,
        .timings = timings,
    };
    struct error error = { 0 };

    ear->listener = (struct sockets_listener){ take_envelope, take_connected, take_refused };
    ear->flow.pump = take_closed;
    CU_ASSERT_TRUE_FATAL(sockets_new(&options, &ear->listener, &ear->sockets, &error));
}

static void start(struct scene *scene, const struct sockets_timings *timings)
{
    start_at(scene, &scene->ear, timings, 0);
}

/* Until hello was read. */
static struct scripted_socket *connect_first(struct scene *scene, const struct sockets_timings *timings)
{
    open_scene(scene);
    start(scene, timings);
    run_until(scene->loop, &scene->ear.connected_count, 1);
    return &scene->there.sockets[0];
}

static void close_scene(struct scene *scene)
{
    sockets_free(scene->ear.sockets);
    sockets_free(scene->other_ear.sockets);
    slack_free(scene->slack);
    scripted_slack_release(&scene->there);
    secret_file_release(&scene->app_token);
    secret_file_release(&scene->bot_token);
    loop_free(scene->loop);
    close(scene->log.file);
}

/* How often this was logged. */
static int logged(const struct scene *scene, const char *words)
{
    char text[64 * 1024];
    ssize_t length = pread(scene->log.file, text, sizeof text - 1, 0);
    int count = 0;

    text[length > 0 ? length : 0] = '\0';
    for (const char *at = strstr(text, words); at != NULL; at = strstr(at + 1, words))
        count++;
    return count;
}

static bool ack(struct ear *ear, int number, const char *payload)
{
    return sockets_ack(ear->sockets, &ear->deliveries[number], payload);
}

/* ---- Deliveries ---- */

static void a_command_is_delivered_and_its_ack_carries_a_message(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scripted_say_command(there, "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    CU_ASSERT_STRING_EQUAL(scene.ear.texts[0], "status");
    CU_ASSERT_STRING_EQUAL(scene.ear.deliveries[0].envelope_id, "e-1");
    CU_ASSERT_TRUE(scene.ear.deliveries[0].accepts_payload);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "e-1"), 0);

    CU_ASSERT_TRUE(ack(&scene.ear, 0, "{\"text\":\"ok\"}"));
    run_until(scene.loop, &there->text_count, 1);
    CU_ASSERT_STRING_EQUAL(there->texts[0], "{\"envelope_id\":\"e-1\",\"payload\":{\"text\":\"ok\"}}");
    CU_ASSERT_EQUAL(there->odd_count, 0);
    close_scene(&scene);
}

static void a_payload_that_is_too_large_or_not_taken_is_left_out(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);
    char payload[ENVELOPE_ACK_BYTES_MAX + 1] = "\"";

    memset(payload + 1, 'x', sizeof payload - 3);
    payload[sizeof payload - 2] = '"';
    scripted_say_command(there, "e-1", "status");
    scripted_say_command(there, "e-2", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 2);
    CU_ASSERT_FALSE(ack(&scene.ear, 0, payload));
    scene.ear.deliveries[1].accepts_payload = false;
    CU_ASSERT_FALSE(ack(&scene.ear, 1, "{\"text\":\"ok\"}"));
    run_until(scene.loop, &there->text_count, 2);
    CU_ASSERT_STRING_EQUAL(there->texts[0], "{\"envelope_id\":\"e-1\"}");
    CU_ASSERT_STRING_EQUAL(there->texts[1], "{\"envelope_id\":\"e-2\"}");
    close_scene(&scene);
}

static void a_repeated_envelope_is_delivered_again_under_its_own_delivery(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scene.ear.acks_at_once = true;
    scripted_say_command(there, "e-1", "status");
    scripted_say_command(there, "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 2);
    run_until(scene.loop, &there->text_count, 2);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "e-1"), 2);
    close_scene(&scene);
}

static void say_recorded(struct scripted_socket *socket, const char *file)
{
    struct buffer text = { 0 };
    struct error error = { 0 };
    char path[256];

    snprintf(path, sizeof path, "%s/slack/%s", TEST_DATA, file);
    CU_ASSERT_TRUE_FATAL(file_read(path, &text, &error));
    scripted_say(socket, text.data);
    buffer_release(&text);
}

static void a_click_is_delivered(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    say_recorded(there, "block-actions.json");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    CU_ASSERT_STRING_EQUAL(scene.ear.texts[0], "click_me_123");
    close_scene(&scene);
}

static void everything_else_with_an_id_is_acked_here(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    say_recorded(there, "event.json");
    say_recorded(there, "shortcut.json");
    scripted_say(there, "UNAUTHENTICATED: cache_error");
    scripted_say(there, "{\"envelope_id\":\"cut\",\"payload\":{");
    scripted_say(there, "{\"envelope_id\":\"no-user\",\"type\":\"slash_commands\",\"payload\":{}}");
    scripted_say(there, "{\"type\":\"new\"}");
    server_socket_send(there->socket, SERVER_BINARY, true, "x", 1);
    run_until(scene.loop, &there->text_count, 4);
    scripted_say_command(there, "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    CU_ASSERT_EQUAL(there->text_count, 4);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "cda4159a-72a5-4744-aba3-4d66eb52682b"), 1);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "8f1c9d4e-2f3b-4f0e-9d5a-0a6f8f3b7c11"), 1);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "cut"), 1);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "no-user"), 1);
    CU_ASSERT_EQUAL(logged(&scene, "event=envelope_unreadable"), 3);
    CU_ASSERT_EQUAL(logged(&scene, "event=envelope_passed_over"), 3);
    CU_ASSERT_EQUAL(logged(&scene, "event=message_omitted connection=1 because=binary"), 1);
    close_scene(&scene);
}

static void an_oversized_envelope_is_acked_here(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);
    char *text = calloc(1, ENVELOPE_BYTES_MAX + 64);

    snprintf(text, 64, "{\"envelope_id\":\"large\",\"x\":\"");
    memset(text + strlen(text), 'a', ENVELOPE_BYTES_MAX);
    scripted_say(there, text);
    run_until(scene.loop, &there->text_count, 1);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "large"), 1);
    CU_ASSERT_EQUAL(logged(&scene, "event=message_omitted connection=1 because=\"too large\" envelope=large"), 1);
    free(text);
    close_scene(&scene);
}

/* ---- The change from one connection to the next ---- */

static void say_disconnect(struct scripted_socket *socket, const char *reason)
{
    char text[128];

    snprintf(text, sizeof text, "{\"type\":\"disconnect\",\"reason\":\"%s\",\"debug_info\":{}}", reason);
    scripted_say(socket, text);
}

static void an_announced_end_opens_the_next_one_first_and_loses_nothing(void)
{
    static const char *const reasons[] = { "warning", "refresh_requested", "something_new" };

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        struct scene scene;
        struct scripted_socket *old = connect_first(&scene, &quick), *next = &scene.there.sockets[1];

        scripted_say_command(old, "before", "1");
        say_disconnect(old, reasons[i]);
        scripted_say_command(old, "behind", "2");
        run_until(scene.loop, &scene.ear.connected_count, 2);
        CU_ASSERT_EQUAL(old->close_count, 0);
        CU_ASSERT_FALSE(old->gone);
        case_text(reasons[i], next->ticket, "T2");

        scripted_say_command(old, "while draining", "3");
        scripted_say_command(next, "new", "4");
        run_until(scene.loop, &scene.ear.envelope_count, 4);
        for (int j = 0; j < 4; j++)
            CU_ASSERT_TRUE(ack(&scene.ear, j, NULL));
        run_until(scene.loop, &old->text_count, 3);
        run_until(scene.loop, &next->text_count, 1);
        CU_ASSERT_EQUAL(scripted_acks(&scene.there, "while draining"), 1);
        CU_ASSERT_STRING_EQUAL(next->texts[0], "{\"envelope_id\":\"new\"}");

        run_until(scene.loop, &scene.there.gone_count, 1);
        CU_ASSERT_EQUAL(old->close_code, 1000);
        CU_ASSERT_EQUAL(scene.there.socket_count, 2);
        close_scene(&scene);
    }
}

static void a_warning_and_a_refresh_are_one_change(void)
{
    struct scene scene;
    struct scripted_socket *old = connect_first(&scene, &quick);

    say_disconnect(old, "warning");
    say_disconnect(old, "refresh_requested");
    run_until(scene.loop, &scene.there.gone_count, 1);
    run_for(scene.loop, 50);
    CU_ASSERT_EQUAL(scene.there.socket_count, 2);
    CU_ASSERT_EQUAL(scene.ear.connected_count, 2);
    close_scene(&scene);
}

static void say_short_hello(struct scripted_socket *socket)
{
    scripted_say(socket, "{\"type\":\"hello\",\"num_connections\":1,"
                         "\"debug_info\":{\"approximate_connection_time\":1}}");
}

static void a_connection_is_replaced_before_its_age(void)
{
    struct scene scene;

    open_scene(&scene);
    scene.there.opened = say_short_hello;
    start(&scene, &quick);
    run_until(scene.loop, &scene.ear.connected_count, 2);
    run_until(scene.loop, &scene.there.gone_count, 1);
    CU_ASSERT_EQUAL(scene.there.sockets[0].close_code, 1000);
    CU_ASSERT_EQUAL(logged(&scene, "event=disconnected connection=1 reason=old"), 1);
    close_scene(&scene);
}

static void hello_of_a_connection_that_is_live_changes_nothing(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scripted_say_hello(there);
    scripted_say_command(there, "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    CU_ASSERT_EQUAL(scene.ear.connected_count, 1);
    close_scene(&scene);
}

/* ---- Ends that are not announced ---- */

static void half_close(struct scripted_socket *socket)
{
    server_socket_finish(socket->socket);
}

static void reset(struct scripted_socket *socket)
{
    server_socket_drop(socket->socket);
}

static void close_without_a_word(struct scripted_socket *socket)
{
    scripted_say_close(socket, 1000, "");
}

static void a_lost_connection_is_replaced_and_its_acks_go_by_the_next(void)
{
    static void (*const ends[])(struct scripted_socket *) = { half_close, reset, close_without_a_word };

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct scene scene;
        struct scripted_socket *lost = connect_first(&scene, &quick), *next = &scene.there.sockets[1];

        scripted_say_command(lost, "before", "1");
        scripted_say_command(lost, "between", "2");
        run_until(scene.loop, &scene.ear.envelope_count, 2);
        ends[i](lost);
        run_until(scene.loop, &scene.there.gone_count, 1);
        CU_ASSERT_TRUE(ack(&scene.ear, 0, NULL));
        run_until(scene.loop, &scene.ear.connected_count, 2);
        CU_ASSERT_TRUE(ack(&scene.ear, 1, NULL));
        run_until(scene.loop, &next->text_count, 2);
        CU_ASSERT_EQUAL(scripted_acks(&scene.there, "before"), 1);
        CU_ASSERT_EQUAL(scripted_acks(&scene.there, "between"), 1);
        CU_ASSERT_STRING_EQUAL(next->ticket, "T2");
        close_scene(&scene);
    }
}

static void silence_and_a_missing_hello_lead_to_the_next_try(void)
{
    struct sockets_timings timings = quick;
    struct scene scene;

    timings.socket.ping_ms = 20;
    timings.socket.silence_ms = 60;
    open_scene(&scene);
    scene.there.keeps_silent = true;
    start(&scene, &timings);
    run_until(scene.loop, &scene.ear.connected_count, 3);
    CU_ASSERT(logged(&scene, "no sign of life") >= 2);
    close_scene(&scene);
}

static void say_nothing(struct scripted_socket *socket)
{
    (void) socket;
}

static void a_missing_hello_leads_to_the_next_try(void)
{
    struct sockets_timings timings = quick;
    struct scene scene;

    timings.socket.hello_ms = 30;
    open_scene(&scene);
    scene.there.opened = say_nothing;
    start(&scene, &timings);
    run_until(scene.loop, &scene.there.socket_count, 3);
    CU_ASSERT_EQUAL(scene.ear.connected_count, 0);
    scene.there.opened = NULL;
    run_until(scene.loop, &scene.ear.connected_count, 1);
    /* Each try had a ticket of its own. */
    for (int i = 0; i < scene.there.socket_count; i++) {
        char expected[16];

        snprintf(expected, sizeof expected, "T%d", i + 1);
        CU_ASSERT_STRING_EQUAL(scene.there.sockets[i].ticket, expected);
    }
    close_scene(&scene);
}

static void a_refused_upgrade_leads_to_the_next_try(void)
{
    struct scene scene;

    open_scene(&scene);
    scene.there.refuse_with = 408;
    start(&scene, &quick);
    run_until(scene.loop, &scene.there.ticket_count, 4);
    scene.there.refuse_with = 0;
    run_until(scene.loop, &scene.ear.connected_count, 1);
    CU_ASSERT(logged(&scene, "refused the WebSocket with HTTP 408") >= 3);
    close_scene(&scene);
}

/* ---- Storms that do not happen ---- */

static void say_too_many(struct scripted_socket *socket)
{
    say_disconnect(socket, "too_many_websockets");
}

static void say_disabled(struct scripted_socket *socket)
{
    say_disconnect(socket, "link_disabled");
}

static void say_hello_and_refresh(struct scripted_socket *socket)
{
    scripted_say_hello(socket);
    say_disconnect(socket, "refresh_requested");
}

static void refusals_by_slack_are_waited_for(void)
{
    static void (*const refusals[])(struct scripted_socket *) = { say_too_many, say_disabled };

    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct scene scene;

        open_scene(&scene);
        scene.there.opened = refusals[i];
        start(&scene, &quick);
        run_until(scene.loop, &scene.there.gone_count, 1);
        run_for(scene.loop, 200);
        CU_ASSERT_EQUAL(scene.there.ticket_count, 1);
        CU_ASSERT_EQUAL(scene.ear.connected_count, 0);
        close_scene(&scene);
    }
}

static void a_disabled_socket_mode_is_not_replaced_before_its_time(void)
{
    struct sockets_timings timings = quick;
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &timings);

    say_disconnect(there, "link_disabled");
    scripted_say_command(there, "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    server_socket_close(there->socket);
    run_for(scene.loop, 200);
    CU_ASSERT_EQUAL(scene.there.ticket_count, 1);
    close_scene(&scene);
}

static void it_can_be_switched_on_again(void)
{
    struct sockets_timings timings = quick;
    struct scene scene;

    timings.disabled_ms = 50;
    open_scene(&scene);
    scene.there.opened = say_disabled;
    start(&scene, &timings);
    run_until(scene.loop, &scene.there.gone_count, 1);
    scene.there.opened = NULL;
    run_until(scene.loop, &scene.ear.connected_count, 1);
    close_scene(&scene);
}

/* Nine others are there, ours is the tenth: the next one has room only when ours has gone. */
static void the_one_that_ends_makes_room_for_the_next(void)
{
    struct scene scene;
    struct scripted_socket *old = connect_first(&scene, &quick);

    scene.there.opened = say_too_many;
    say_disconnect(old, "warning");
    run_until(scene.loop, &scene.there.gone_count, 1);
    CU_ASSERT_FALSE(old->gone);
    scripted_say_command(old, "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    scene.there.opened = NULL;
    server_socket_close(old->socket);
    run_until(scene.loop, &scene.ear.connected_count, 2);
    close_scene(&scene);
}

/* Each wait is at least half of its ceiling: 10, 20, 40, 80 ms. */
static void check_growing_waits(void (*opened)(struct scripted_socket *))
{
    struct sockets_timings timings = quick;
    struct scene scene;

    timings.retries = (struct retry_policy){ .base_ms = 20, .maximum_ms = 10 * 1000 };
    timings.held_ms = 60 * 1000;
    open_scene(&scene);
    scene.there.opened = opened;
    start(&scene, &timings);
    int64_t before_ms = loop_monotonic_ms(scene.loop);
    run_until(scene.loop, &scene.there.ticket_count, 5);
    CU_ASSERT(loop_monotonic_ms(scene.loop) - before_ms >= 10 + 20 + 40 + 80);
    close_scene(&scene);
}

static void a_refresh_behind_each_hello_is_no_reason_to_hurry(void)
{
    check_growing_waits(say_hello_and_refresh);
}

static void the_waits_grow_until_a_connection_has_held(void)
{
    check_growing_waits(reset);
}

static void a_connection_that_has_held_starts_the_waits_anew(void)
{
    struct sockets_timings timings = quick;
    struct scene scene;

    timings.retries = (struct retry_policy){ .base_ms = 1, .maximum_ms = 60 * 1000 };
    open_scene(&scene);
    scene.there.refuse_with = 503;
    start(&scene, &timings);
    run_until(scene.loop, &scene.there.ticket_count, 6);
    scene.there.refuse_with = 0;
    run_until(scene.loop, &scene.ear.connected_count, 1);
    reset(&scene.there.sockets[0]);
    run_until(scene.loop, &scene.ear.connected_count, 2);
    CU_ASSERT_EQUAL(logged(&scene, "failures=1\n"), 1);
    close_scene(&scene);
}

/* ---- Tickets ---- */

static void a_token_refused_for_good_ends_it(void)
{
    static const struct scripted_answer answers[] = { { .body = "{\"ok\":false,\"error\":\"invalid_auth\"}" } };
    struct scene scene;

    open_scene(&scene);
    scene.there.answers = answers;
    scene.there.answer_count = 1;
    start_at(&scene, &scene.ear, &quick, 2);
    run_until(scene.loop, &scene.ear.refused_count, 1);
    CU_ASSERT_STRING_EQUAL(scene.ear.word, "invalid_auth");
    CU_ASSERT_EQUAL(scene.ear.refused_count, 1);
    close_scene(&scene);
}

static void nothing_is_asked_behind_a_refusal(void)
{
    static const struct scripted_answer answers[] = { { .body = "{\"ok\":false,\"error\":\"account_inactive\"}" } };
    struct scene scene;

    open_scene(&scene);
    scene.there.answers = answers;
    scene.there.answer_count = 1;
    start(&scene, &quick);
    run_until(scene.loop, &scene.ear.refused_count, 1);
    run_for(scene.loop, 100);
    CU_ASSERT_EQUAL(scene.there.call_count, 1);
    sockets_close(scene.ear.sockets, &scene.ear.flow);
    run_until(scene.loop, &scene.ear.closed_count, 1);
    close_scene(&scene);
}

static void what_may_pass_is_asked_again(void)
{
    static const struct scripted_answer cases[] = {
        { .body = "<html>maintenance</html>", .content_type = "text/html" },
        { .status = 503, .body = "" },
        { .status = -1 },
        { .body = "{\"ok\":false,\"error\":\"internal_error\"}" },
        { .body = "{\"ok\":false,\"error\":\"some_new_word\"}" },
        { .body = "{\"ok\":true}" },
        { .body = "{\"ok\":true,\"url\":\"https://localhost/\"}" },
        { .body = "{\"ok\":true,\"url\":\"wss://nobody.invalid/link\"}" },
        { .status = 429, .retry_after = "1", .body = "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;

        open_scene(&scene);
        scene.there.answers = &cases[i];
        scene.there.answer_count = 1;
        start(&scene, &quick);
        run_until(scene.loop, &scene.ear.connected_count, 1);
        CU_ASSERT_EQUAL(scene.there.call_count, 2);
        CU_ASSERT_EQUAL(scene.ear.refused_count, 0);
        close_scene(&scene);
    }
}

static void a_429_is_waited_for(void)
{
    static const struct scripted_answer answers[] = { { .status = 429, .retry_after = "60", .body = "" } };
    struct scene scene;

    open_scene(&scene);
    scene.there.answers = answers;
    scene.there.answer_count = 1;
    start(&scene, &quick);
    run_for(scene.loop, 200);
    CU_ASSERT_EQUAL(scene.there.call_count, 1);
    CU_ASSERT_EQUAL(logged(&scene, "event=reconnect delay_ms=60000"), 1);
    close_scene(&scene);
}

static void a_slack_that_is_not_there_is_asked_again(void)
{
    struct scene scene;

    open_scene(&scene);
    server_free(scene.there.server);
    scene.there.server = NULL;
    start(&scene, &quick);
    for (int i = 0; i < 50 && logged(&scene, "event=no_ticket") < 3; i++)
        run_for(scene.loop, 20);
    CU_ASSERT(logged(&scene, "event=no_ticket level") + logged(&scene, "event=no_ticket") >= 3);
    close_scene(&scene);
}

/* ---- Who else is there ---- */

static void say_hello_of_three(struct scripted_socket *socket)
{
    scripted_say(socket, "{\"type\":\"hello\",\"num_connections\":3}");
}

static void connections_that_are_not_ours_are_told_once(void)
{
    struct scene scene;

    open_scene(&scene);
    scene.there.opened = say_hello_of_three;
    start(&scene, &quick);
    run_until(scene.loop, &scene.ear.connected_count, 1);
    CU_ASSERT_EQUAL(logged(&scene, "event=other_connections connection=1 connections=3 own=1"), 1);
    for (int i = 0; i < 3; i++) {
        reset(&scene.there.sockets[i]);
        run_until(scene.loop, &scene.ear.connected_count, i + 2);
    }
    CU_ASSERT_EQUAL(logged(&scene, "event=other_connections"), 1);
    close_scene(&scene);
}

static void our_own_connections_are_not_others(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scene.there.opened = NULL;
    say_disconnect(there, "warning");
    run_until(scene.loop, &scene.ear.connected_count, 2);
    CU_ASSERT_EQUAL(logged(&scene, "event=other_connections"), 0);
    close_scene(&scene);
}

static void nothing_secret_is_logged(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scripted_say_command(there, "e-1", "status");
    scripted_say(there, "{\"response_url\":\"https://hooks.slack.com/secret\"");
    scene.there.refuse_with = 404;
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    reset(there);
    run_until(scene.loop, &scene.there.ticket_count, 3);
    CU_ASSERT(logged(&scene, "event=") >= 4);
    CU_ASSERT_EQUAL(logged(&scene, "xapp-"), 0);
    CU_ASSERT_EQUAL(logged(&scene, "ticket="), 0);
    CU_ASSERT_EQUAL(logged(&scene, "/link/"), 0);
    CU_ASSERT_EQUAL(logged(&scene, "hooks.slack"), 0);
    close_scene(&scene);
}

/* ---- Several ---- */

/* Of two contexts at a time libwebsockets 4.1.6 does not free the older one whole: bot/wire.h. */
static void start_first_of_two(struct scene *scene)
{
#ifdef __SANITIZE_ADDRESS__
    __lsan_disable();
#endif
    start_at(scene, &scene->ear, &quick, 0);
#ifdef __SANITIZE_ADDRESS__
    __lsan_enable();
#endif
}

static void two_live_side_by_side_in_one_process(void)
{
    struct scene scene;

    open_scene(&scene);
    start_first_of_two(&scene);
    run_until(scene.loop, &scene.ear.connected_count, 1);
    start_at(&scene, &scene.other_ear, &quick, 0);
    run_until(scene.loop, &scene.other_ear.connected_count, 1);
    scripted_say_command(&scene.there.sockets[0], "e-1", "first");
    scripted_say_command(&scene.there.sockets[1], "e-2", "second");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    run_until(scene.loop, &scene.other_ear.envelope_count, 1);
    CU_ASSERT_STRING_EQUAL(scene.ear.texts[0], "first");
    CU_ASSERT_STRING_EQUAL(scene.other_ear.texts[0], "second");
    sockets_free(scene.ear.sockets);
    scene.ear.sockets = NULL;
    CU_ASSERT_TRUE(ack(&scene.other_ear, 0, NULL));
    run_until(scene.loop, &scene.there.sockets[1].text_count, 1);
    close_scene(&scene);
}

static void a_second_connection_takes_the_acks_of_the_first(void)
{
    struct scene scene;

    open_scene(&scene);
    start_at(&scene, &scene.ear, &quick, 2);
    run_until(scene.loop, &scene.ear.connected_count, 2);
    scripted_say_command(&scene.there.sockets[0], "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    scene.there.refuse_with = 503;
    reset(&scene.there.sockets[0]);
    run_until(scene.loop, &scene.there.gone_count, 1);
    run_until(scene.loop, &scene.there.ticket_count, 3);
    CU_ASSERT_TRUE(ack(&scene.ear, 0, NULL));
    run_until(scene.loop, &scene.there.sockets[1].text_count, 1);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "e-1"), 1);
    close_scene(&scene);
}

/* ---- Closing ---- */

static void closing_waits_for_the_acks_that_are_due(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scripted_say_command(there, "e-1", "stop dev1");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    sockets_close(scene.ear.sockets, &scene.ear.flow);
    CU_ASSERT_FALSE(sockets_are_closed(scene.ear.sockets));
    run_for(scene.loop, 20);
    CU_ASSERT_EQUAL(there->close_count, 0);
    CU_ASSERT_TRUE(ack(&scene.ear, 0, NULL));
    run_until(scene.loop, &scene.ear.closed_count, 1);
    CU_ASSERT_TRUE(sockets_are_closed(scene.ear.sockets));
    CU_ASSERT_EQUAL(there->close_code, 1000);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "e-1"), 1);
    run_for(scene.loop, 20);
    CU_ASSERT_EQUAL(scene.ear.closed_count, 1);
    CU_ASSERT_EQUAL(scene.there.ticket_count, 1);
    close_scene(&scene);
}

static void closing_does_not_wait_for_ever(void)
{
    struct sockets_timings timings = quick;
    struct scene scene;

    timings.grace_ms = 30;
    timings.socket.close_ms = 30;
    struct scripted_socket *there = connect_first(&scene, &timings);
    scene.there.leaves_close_unanswered = true;
    scripted_say_command(there, "e-1", "stop dev1");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    sockets_close(scene.ear.sockets, &scene.ear.flow);
    run_until(scene.loop, &scene.ear.closed_count, 1);
    CU_ASSERT_EQUAL(there->close_code, 1000);
    close_scene(&scene);
}

static void it_can_be_closed_and_freed_at_any_time(void)
{
    for (int ms = 0; ms < 40; ms += 2) {
        struct scene scene;

        open_scene(&scene);
        start_at(&scene, &scene.ear, &quick, 2);
        run_for(scene.loop, ms);
        if (ms % 4 == 0) {
            sockets_close(scene.ear.sockets, &scene.ear.flow);
            run_until(scene.loop, &scene.ear.closed_count, 1);
        }
        close_scene(&scene);
    }
}

static void it_may_be_freed_from_inside(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scene.ear.frees = true;
    scripted_say_command(there, "e-1", "one");
    scripted_say_command(there, "e-2", "two");
    run_until(scene.loop, &scene.there.gone_count, 1);
    CU_ASSERT_EQUAL(scene.ear.envelope_count, 1);
    CU_ASSERT_PTR_NULL(scene.ear.sockets);
    close_scene(&scene);
}

TEST_MAIN("bot/sockets", TEST(a_command_is_delivered_and_its_ack_carries_a_message),
          TEST(a_payload_that_is_too_large_or_not_taken_is_left_out),
          TEST(a_repeated_envelope_is_delivered_again_under_its_own_delivery), TEST(a_click_is_delivered),
          TEST(everything_else_with_an_id_is_acked_here), TEST(an_oversized_envelope_is_acked_here),
          TEST(an_announced_end_opens_the_next_one_first_and_loses_nothing),
          TEST(a_warning_and_a_refresh_are_one_change), TEST(a_connection_is_replaced_before_its_age),
          TEST(hello_of_a_connection_that_is_live_changes_nothing),
          TEST(a_lost_connection_is_replaced_and_its_acks_go_by_the_next),
          TEST(silence_and_a_missing_hello_lead_to_the_next_try), TEST(a_missing_hello_leads_to_the_next_try),
          TEST(a_refused_upgrade_leads_to_the_next_try), TEST(refusals_by_slack_are_waited_for),
          TEST(a_disabled_socket_mode_is_not_replaced_before_its_time), TEST(it_can_be_switched_on_again),
          TEST(the_one_that_ends_makes_room_for_the_next), TEST(a_refresh_behind_each_hello_is_no_reason_to_hurry),
          TEST(the_waits_grow_until_a_connection_has_held), TEST(a_token_refused_for_good_ends_it),
          TEST(nothing_is_asked_behind_a_refusal), TEST(what_may_pass_is_asked_again), TEST(a_429_is_waited_for),
          TEST(a_slack_that_is_not_there_is_asked_again), TEST(connections_that_are_not_ours_are_told_once),
          TEST(our_own_connections_are_not_others), TEST(nothing_secret_is_logged),
          TEST(two_live_side_by_side_in_one_process), TEST(a_second_connection_takes_the_acks_of_the_first),
          TEST(closing_waits_for_the_acks_that_are_due), TEST(closing_does_not_wait_for_ever),
          TEST(it_can_be_closed_and_freed_at_any_time), TEST(it_may_be_freed_from_inside))

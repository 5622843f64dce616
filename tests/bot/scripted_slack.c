#include "tests/bot/scripted_slack.h"

#include "base/text.h"
#include "tests/standin/certificates.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MS = 20 * 1000 };

/* ---- Web API ---- */

static void record(struct scripted_slack *slack, const struct server_request *request)
{
    struct scripted_call *call = &slack->calls[slack->call_count++ % SCRIPTED_CALLS_MAX];

    buffer_clear(&call->body);
    text_copy_cut(call->path, sizeof call->path, request->path);
    text_copy_cut(call->authorization, sizeof call->authorization, server_request_header(request, "authorization"));
    text_copy_cut(call->content_type, sizeof call->content_type, server_request_header(request, "content-type"));
    buffer_append(&call->body, buffer_text(&request->body), request->body.length);
}

static void give_ticket(struct scripted_slack *slack, struct server_response *response)
{
    char body[256];

    snprintf(body, sizeof body, "{\"ok\":true,\"url\":\"wss:\\/\\/localhost:%d\\/link\\/?ticket=T%d&app_id=a1\"}",
             slack->port, ++slack->ticket_count);
    server_respond(response, 200, "application/json", body, strlen(body));
}

static void answer_call(struct scripted_slack *slack, const struct server_request *request,
                        struct server_response *response)
{
    int number = slack->call_count;

    record(slack, request);
    if (number >= slack->answer_count) {
        if (text_equal(request->path, "/api/apps.connections.open"))
            give_ticket(slack, response);
        else
            server_respond(response, 200, "application/json", "{\"ok\":true}", strlen("{\"ok\":true}"));
        return;
    }
    const struct scripted_answer *answer = &slack->answers[number];
    if (answer->retry_after != NULL)
        server_response_add_header(response, "Retry-After", answer->retry_after);
    if (answer->status < 0)
        server_response_drop(response);
    else
        server_respond(response, answer->status != 0 ? answer->status : 200,
                       answer->content_type != NULL ? answer->content_type : "application/json; charset=utf-8",
                       answer->body, strlen(answer->body));
}

/* ---- Sockets ---- */

static struct scripted_socket *socket_of(struct server_socket_owner *owner)
{
    return (struct scripted_socket *) owner;
}

static void take_text(struct scripted_socket *socket, const struct server_frame *frame)
{
    CU_ASSERT_FATAL(socket->text_count < SCRIPTED_TEXTS_MAX);
    char *text = socket->texts[socket->text_count++];
    size_t length = frame->length < sizeof socket->texts[0] ? frame->length : sizeof socket->texts[0] - 1;

    memcpy(text, frame->payload, length);
    text[length] = '\0';
    if (frame->length > socket->text_bytes_max)
        socket->text_bytes_max = frame->length;
}

static void take_close(struct scripted_socket *socket, const struct server_frame *frame)
{
    socket->close_count++;
    if (frame->length >= 2)
        socket->close_code = (unsigned char) frame->payload[0] << 8 | (unsigned char) frame->payload[1];
    if (socket->slack->leaves_close_unanswered)
        return;
    if (socket->close_count == 1)
        server_socket_send(socket->socket, SERVER_CLOSE, true, frame->payload, frame->length);
    server_socket_close(socket->socket);
}

static void take_frame(struct server_socket_owner *owner, const struct server_frame *frame)
{
    struct scripted_socket *socket = socket_of(owner);

    socket->slack->frame_count++;
    if (!frame->masked || !frame->final || frame->reserved != 0 || frame->payload == NULL) {
        socket->odd_count++;
    } else if (frame->opcode == SERVER_TEXT) {
        take_text(socket, frame);
    } else if (frame->opcode == SERVER_CLOSE) {
        take_close(socket, frame);
    } else if (frame->opcode == SERVER_PING) {
        socket->ping_count++;
        if (!socket->slack->keeps_silent)
            server_socket_send(socket->socket, SERVER_PONG, true, frame->payload, frame->length);
    } else if (frame->opcode == SERVER_PONG) {
        socket->pong_count++;
        snprintf(socket->pong, sizeof socket->pong, "%.*s", (int) frame->length, frame->payload);
    } else {
        socket->odd_count++;
    }
}

static void take_gone(struct server_socket_owner *owner)
{
    struct scripted_socket *socket = socket_of(owner);

    socket->socket = NULL;
    socket->gone = true;
    socket->slack->gone_count++;
}

static void accept_socket(struct scripted_slack *slack, const struct server_request *request,
                          struct server_response *response)
{
    struct buffer ticket = { 0 };

    struct scripted_socket *socket = &slack->sockets[slack->socket_count++ % SCRIPTED_SOCKETS_MAX];
    CU_ASSERT_PTR_NULL_FATAL(socket->socket);
    *socket = (struct scripted_socket){ .owner = { .received = take_frame, .closed = take_gone }, .slack = slack };
    if (server_query(request->query, "ticket", &ticket))
        text_copy_cut(socket->ticket, sizeof socket->ticket, buffer_text(&ticket));
    buffer_release(&ticket);
    socket->socket = server_response_upgrade(response, request, &socket->owner);
    if (slack->opened != NULL)
        slack->opened(socket);
    else
        scripted_say_hello(socket);
}

static void keep_forever(struct server_response_owner *owner)
{
    (void) owner;
}

static bool handle(struct server_handler *handler, const struct server_request *request,
                   struct server_response *response)
{
    static struct server_response_owner nobody = { .gone = keep_forever };
    struct scripted_slack *slack = (struct scripted_slack *) handler;

    if (!request->wants_websocket)
        answer_call(slack, request, response);
    else if (slack->refuse_with < 0)
        server_response_keep(response, &nobody);
    else if (slack->refuse_with > 0)
        server_respond(response, slack->refuse_with, "text/html", "<html>no</html>", strlen("<html>no</html>"));
    else
        accept_socket(slack, request, response);
    return true;
}

/* ---- What a test does with it ---- */

void scripted_slack_init(struct scripted_slack *slack, struct loop *loop)
{
    struct error error = { 0 };
    char certificate[96], key[96];

    memset(slack, 0, sizeof *slack);
    slack->handler.handle = handle;
    slack->loop = loop;
    snprintf(slack->folder, sizeof slack->folder, "/tmp/curfew-slack-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(slack->folder));
    CU_ASSERT_TRUE_FATAL(certificates_make(slack->folder, &error));
    snprintf(slack->ca_path, sizeof slack->ca_path, "%s/ca.pem", slack->folder);
    snprintf(certificate, sizeof certificate, "%s/server.pem", slack->folder);
    snprintf(key, sizeof key, "%s/server-key.pem", slack->folder);

    struct server_options options = { .handler = &slack->handler, .certificate_path = certificate, .key_path = key };
    slack->server = server_new(loop);
    CU_ASSERT_TRUE_FATAL(server_listen(slack->server, &options, &slack->port, &error));
}

void scripted_slack_release(struct scripted_slack *slack)
{
    server_free(slack->server);
    for (int i = 0; i < SCRIPTED_CALLS_MAX; i++)
        buffer_release(&slack->calls[i].body);
    certificates_remove(slack->folder);
    rmdir(slack->folder);
}

struct url scripted_url(const struct scripted_slack *slack)
{
    return (struct url){ .scheme = "wss", .host = "localhost", .port = slack->port, .path = "/link/?ticket=7" };
}

void scripted_say(struct scripted_socket *socket, const char *text)
{
    server_socket_send(socket->socket, SERVER_TEXT, true, text, strlen(text));
}

void scripted_say_hello(struct scripted_socket *socket)
{
    scripted_say(socket, "{\"type\":\"hello\",\"num_connections\":1,\"debug_info\":{\"host\":\"applink-4\","
                         "\"build_number\":158,\"approximate_connection_time\":18060},"
                         "\"connection_info\":{\"app_id\":\"A1\"}}");
}

void scripted_say_close(struct scripted_socket *socket, int code, const char *reason)
{
    char payload[128] = { (char) (code >> 8), (char) (code & 0xFF) };

    snprintf(payload + 2, sizeof payload - 2, "%s", reason);
    socket->close_count = 1;
    server_socket_send(socket->socket, SERVER_CLOSE, true, payload, 2 + strlen(reason));
    socket->close_count = 0;
}

void scripted_say_command(struct scripted_socket *socket, const char *id, const char *text)
{
    char envelope[1024];

    snprintf(envelope, sizeof envelope,
             "{\"payload\":{\"team_id\":\"T1\",\"user_id\":\"U1\",\"channel_id\":\"C1\",\"command\":\"/curfew\","
             "\"text\":\"%s\",\"trigger_id\":\"1.2.%s\",\"response_url\":\"https:\\/\\/hooks.slack.com\\/x\"},"
             "\"envelope_id\":\"%s\",\"type\":\"slash_commands\",\"accepts_response_payload\":true}",
             text, id, id);
    scripted_say(socket, envelope);
}

int scripted_acks(const struct scripted_slack *slack, const char *id)
{
    char start[128];
    int count = 0;

    snprintf(start, sizeof start, "{\"envelope_id\":\"%s\"", id);
    for (int i = 0; i < SCRIPTED_SOCKETS_MAX; i++)
        for (int j = 0; j < slack->sockets[i].text_count; j++)
            count += text_starts_with(slack->sockets[i].texts[j], start) ? 1 : 0;
    return count;
}

/* ---- Waiting ---- */

struct watch {
    struct flow flow;
    struct loop *loop;
    struct timer timer;
    const int *counter;
    int wanted;
    int64_t end_ms;
};

static void look(struct flow *flow)
{
    struct watch *watch = (struct watch *) flow;

    if ((watch->counter != NULL && *watch->counter >= watch->wanted) || loop_monotonic_ms(watch->loop) >= watch->end_ms)
        loop_stop(watch->loop);
    else
        timer_start(watch->loop, &watch->timer, 1, &watch->flow);
}

static void run(struct loop *loop, const int *counter, int wanted, int64_t ms)
{
    struct watch watch = {
        .flow.pump = look, .loop = loop, .counter = counter, .wanted = wanted, .end_ms = loop_monotonic_ms(loop) + ms
    };

    timer_start(loop, &watch.timer, 0, &watch.flow);
    loop_run(loop);
    timer_stop(loop, &watch.timer);
}

void run_until(struct loop *loop, const int *counter, int wanted)
{
    run(loop, counter, wanted, PATIENCE_MS);
    CU_ASSERT(*counter >= wanted);
}

void run_for(struct loop *loop, int64_t ms)
{
    run(loop, NULL, 0, ms);
}

/* tests/bench/bare.c - the floor under every ack: a program that acks what comes and does nothing else.
 *
 * bot/wire.h, which is libwebsockets 4.1.6, and nothing above it: no JSON is read, only the envelope_id is looked for.
 * Takes the same environment variables as the bot.
 */
#include "base/http.h"
#include "base/json.h"
#include "base/text.h"
#include "base/url.h"
#include "bot/wire.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct program {
    struct wire_listener listener; /* first member */
    struct flow flow;
    struct loop *loop;
    struct wire_context *context;
    struct wire *wire;
    struct buffer message;
    struct secret token;
    bool over;
};

static void end_wait(struct flow *flow)
{
    struct program *program = (struct program *) ((char *) flow - offsetof(struct program, flow));

    loop_stop(program->loop);
}

static void note_opened(struct wire_listener *listener)
{
    (void) listener;
}

static void note_ponged(struct wire_listener *listener)
{
    (void) listener;
}

static void note_closing(struct wire_listener *listener, const struct error *error)
{
    (void) listener;
    (void) error;
}

static void note_ended(struct wire_listener *listener, const struct error *error)
{
    struct program *program = (struct program *) listener;

    (void) error;
    program->wire = NULL;
    program->over = true;
    loop_stop(program->loop);
}

static void ack(struct program *program)
{
    static const char name[] = "\"envelope_id\":\"";
    char text[256];
    const char *id = strstr(buffer_text(&program->message), name);

    if (id == NULL)
        return;
    id += sizeof name - 1;
    snprintf(text, sizeof text, "{\"envelope_id\":\"%.*s\"}", (int) strcspn(id, "\""), id);
    if (!wire_send(program->wire, WIRE_TEXT, text, strlen(text)))
        program->over = true;
}

static void receive(struct wire_listener *listener, const struct wire_piece *piece)
{
    struct program *program = (struct program *) listener;

    if (piece->first)
        buffer_clear(&program->message);
    buffer_append(&program->message, piece->bytes, piece->length);
    if (piece->last)
        ack(program);
}

/* The address of the WebSocket, with its ticket. */
static bool ask_for_url(struct program *program, char *url, size_t size, struct error *error)
{
    struct http_client_options options = { .user_agent = "bare", .ca_path = getenv("SSL_CERT_FILE") };
    struct http_client *client = http_client_new(program->loop, &options);
    released_by(http_exchange_release) struct http_exchange exchange = { .request.method = "POST" };
    released_by(json_release) cJSON *answer = NULL;

    buffer_append_format(&exchange.request.url, "%sapps.connections.open", getenv("SLACK_API_URL"));
    buffer_append_text(&exchange.request.headers, "Content-Type: application/x-www-form-urlencoded\n");
    exchange.request.bearer = &program->token;
    http_exchange_start(client, &exchange, &program->flow);
    while (!exchange.done)
        loop_run(program->loop);
    *error = exchange.error;
    bool read = error->kind == ERROR_NONE &&
                json_parse(exchange.response.body.data, exchange.response.body.length, "the answer", &answer, error) &&
                json_need_text(answer, "url", url, size, error);
    http_exchange_release(&exchange);
    http_client_free(client);
    return read;
}

static bool connect_to(struct program *program, struct error *error)
{
    char text[1024];
    struct url url;

    if (!ask_for_url(program, text, sizeof text, error) || !url_read(text, "wss", "the address", &url, error) ||
        !wire_context_new(program->loop, getenv("SSL_CERT_FILE"), &program->context, error))
        return false;
    struct wire_target target = {
        .address = url.host, .host = url.host, .port = url.port, .path = url.path, .proxy_login = ""
    };
    program->wire = wire_dial(program->context, &target, &program->listener, error);
    return program->wire != NULL;
}

int main(void)
{
    struct program program = { .listener = { .opened = note_opened,
                                             .received = receive,
                                             .ponged = note_ponged,
                                             .closing = note_closing,
                                             .ended = note_ended },
                               .flow.pump = end_wait };
    struct error error = { 0 };
    const char *token = getenv("SLACK_APP_TOKEN");

    if (token == NULL || getenv("SLACK_API_URL") == NULL || getenv("SSL_CERT_FILE") == NULL)
        return EXIT_FAILURE;
    program.loop = loop_new();
    secret_set(&program.token, token, strlen(token));
    if (!connect_to(&program, &error))
        (void) fprintf(stderr, "bare: %s\n", error.message);
    else
        while (!program.over)
            loop_run(program.loop);
    wire_free(program.wire);
    wire_context_free(program.context);
    secret_release(&program.token);
    buffer_release(&program.message);
    loop_free(program.loop);
    return EXIT_FAILURE;
}

/* tests/standin/test_server.c - tests/standin/server.h, by a client that says bytes and collects what comes back. */
#include "tests/standin/server.h"

#include "base/text.h"
#include "tests/standin/raw_client.h"
#include "tests/test_main.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* A server whose paths do what the tests want to see. */
struct scene {
    struct server_handler handler;
    struct server_response_owner response_owner;
    struct server_socket_owner socket_owner;
    struct loop *loop;
    struct server *server;
    int port;
    struct server_response *kept;
    struct server_socket *socket;
    int gone, closed;
    struct buffer frames; /* "opcode:payload " of each that came */
    struct raw_client client;
};

static struct scene *of_handler(struct server_handler *handler)
{
    return (struct scene *) handler;
}

static void note_gone(struct server_response_owner *owner)
{
    struct scene *scene = (struct scene *) ((char *) owner - offsetof(struct scene, response_owner));

    scene->gone++;
    loop_stop(scene->loop);
}

static void note_frame(struct server_socket_owner *owner, const struct server_frame *frame)
{
    struct scene *scene = (struct scene *) ((char *) owner - offsetof(struct scene, socket_owner));

    buffer_append_format(&scene->frames, "%d:%s ", frame->opcode, frame->payload);
    if (frame->opcode == SERVER_CLOSE)
        server_socket_close(scene->socket);
    else
        server_socket_send(scene->socket, SERVER_TEXT, true, frame->payload, (size_t) frame->length);
}

static void note_closed(struct server_socket_owner *owner)
{
    struct scene *scene = (struct scene *) ((char *) owner - offsetof(struct scene, socket_owner));

    scene->closed++;
    loop_stop(scene->loop);
}

static bool handle(struct server_handler *handler, const struct server_request *request,
                   struct server_response *response)
{
    struct scene *scene = of_handler(handler);

    if (text_equal(request->path, "/echo")) {
        server_response_add_header(response, "X-Method", request->method);
        server_respond(response, 200, "text/plain", request->body.data, request->body.length);
    } else if (text_equal(request->path, "/keep")) {
        scene->kept = response;
        server_response_keep(response, &scene->response_owner);
        loop_stop(scene->loop);
    } else if (text_equal(request->path, "/watch")) {
        scene->kept = response;
        server_response_begin(response, 200, "application/json");
        server_response_append(response, "{\"type\":\"ADDED\"}\n", 17);
        server_response_keep(response, &scene->response_owner);
    } else if (text_equal(request->path, "/drop")) {
        server_response_drop(response);
    } else if (text_equal(request->path, "/socket") && request->wants_websocket) {
        scene->socket = server_response_upgrade(response, request, &scene->socket_owner);
    } else {
        return false;
    }
    return true;
}

static void scene_begin(struct scene *scene)
{
    struct server_options options = { .handler = &scene->handler };
    struct error error = { 0 };

    *scene = (struct scene){ .handler.handle = handle,
                             .response_owner.gone = note_gone,
                             .socket_owner = { .received = note_frame, .closed = note_closed } };
    scene->loop = loop_new();
    scene->server = server_new(scene->loop);
    CU_ASSERT_FATAL(server_listen(scene->server, &options, &scene->port, &error));
    raw_client_connect(&scene->client, scene->loop, scene->port);
}

static void scene_end(struct scene *scene)
{
    raw_client_close(&scene->client);
    server_free(scene->server);
    loop_free(scene->loop);
    buffer_release(&scene->frames);
}

static void requests_on_one_connection_are_answered_in_order(void)
{
    struct scene scene;

    scene_begin(&scene);
    const char *heard = raw_client_say_text(&scene.client,
                                            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
                                            "PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntwo"
                                            "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
                                            "not found");
    CU_ASSERT_STRING_EQUAL(
        heard, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Method: POST\r\nContent-Length: 3\r\n\r\none"
               "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Method: PUT\r\nContent-Length: 3\r\n\r\ntwo"
               "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nnot found\n");
    scene_end(&scene);
}

static void whoever_waits_for_a_continue_gets_it(void)
{
    struct scene scene;

    scene_begin(&scene);
    const char *heard =
        raw_client_say_text(&scene.client,
                            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n",
                            "\r\n\r\n");
    CU_ASSERT_STRING_EQUAL(heard, "HTTP/1.1 100 Continue\r\n\r\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(raw_client_say_text(&scene.client, "ok", "\r\n\r\nok"), "200 OK"));
    scene_end(&scene);
}

static void an_answer_may_come_later_and_the_next_request_waits_for_it(void)
{
    struct scene scene;

    scene_begin(&scene);
    raw_client_say_text(&scene.client, "GET /keep HTTP/1.1\r\nHost: a\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
                        "never");
    CU_ASSERT_PTR_NOT_NULL_FATAL(scene.kept);
    CU_ASSERT_STRING_EQUAL(buffer_text(&scene.client.heard), "");
    server_respond(scene.kept, 204, NULL, NULL, 0);
    raw_client_listen(&scene.client, "not found");
    CU_ASSERT_EQUAL(strncmp(buffer_text(&scene.client.heard), "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 404", 39), 0);
    CU_ASSERT_EQUAL(scene.gone, 0);
    scene_end(&scene);
}

static void a_watch_is_sent_line_by_line_until_it_is_ended(void)
{
    struct scene scene;

    scene_begin(&scene);
    CU_ASSERT_STRING_EQUAL(raw_client_say_text(&scene.client, "GET /watch HTTP/1.1\r\nHost: a\r\n\r\n", "}\n\r\n"),
                           "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                           "11\r\n{\"type\":\"ADDED\"}\n\r\n");
    buffer_clear(&scene.client.heard);
    server_response_append(scene.kept, "{}\n", 3);
    server_response_end(scene.kept);
    raw_client_listen(&scene.client, "0\r\n\r\n");
    CU_ASSERT_STRING_EQUAL(buffer_text(&scene.client.heard), "3\r\n{}\n\r\n0\r\n\r\n");
    CU_ASSERT_FALSE(scene.client.ended);
    scene_end(&scene);
}

static void the_owner_of_a_kept_answer_hears_that_the_client_left(void)
{
    struct scene scene;

    scene_begin(&scene);
    raw_client_say_text(&scene.client, "GET /keep HTTP/1.1\r\nHost: a\r\n\r\n", "never");
    shutdown(scene.client.socket, SHUT_WR);
    loop_run(scene.loop);
    CU_ASSERT_EQUAL(scene.gone, 1);
    scene_end(&scene);
    CU_ASSERT_EQUAL(scene.gone, 1);
}

static void a_dropped_connection_is_reset(void)
{
    struct scene scene;

    scene_begin(&scene);
    raw_client_say_text(&scene.client, "GET /drop HTTP/1.1\r\nHost: a\r\n\r\n", "never");
    CU_ASSERT(scene.client.ended);
    CU_ASSERT_EQUAL(scene.client.failure, ECONNRESET);
    CU_ASSERT_EQUAL(scene.gone, 0);
    scene_end(&scene);
}

static void what_is_malformed_is_answered_and_ends_the_connection(void)
{
    struct scene scene;

    scene_begin(&scene);
    const char *heard =
        raw_client_say_text(&scene.client, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n",
                            "never");
    CU_ASSERT_EQUAL(strncmp(heard, "HTTP/1.1 413 ", 13), 0);
    CU_ASSERT(scene.client.ended);
    CU_ASSERT_EQUAL(scene.client.failure, 0);
    scene_end(&scene);
}

static const char upgrade[] = "GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

static void the_published_key_has_the_published_answer(void)
{
    struct scene scene;

    scene_begin(&scene);
    CU_ASSERT_STRING_EQUAL(raw_client_say_text(&scene.client, upgrade, "\r\n\r\n"),
                           "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    scene_end(&scene);
    CU_ASSERT_EQUAL(scene.closed, 1);
}

static void frames_go_both_ways_as_they_are(void)
{
    struct scene scene;

    scene_begin(&scene);
    raw_client_say_text(&scene.client, upgrade, "\r\n\r\n");
    CU_ASSERT_STRING_EQUAL(raw_client_say_text(&scene.client, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x01\x03Hel",
                                               "\x03Hel"),
                           "\x81\x05Hello\x81\x03Hel");
    raw_client_say_text(&scene.client, "\x89\x01!", "!");
    CU_ASSERT_STRING_EQUAL(buffer_text(&scene.frames), "1:Hello 1:Hel 9:! ");
    scene_end(&scene);
}

static void a_websocket_can_be_finished_and_still_be_heard(void)
{
    struct scene scene;

    scene_begin(&scene);
    raw_client_say_text(&scene.client, upgrade, "\r\n\r\n");
    server_socket_finish(scene.socket);
    loop_run(scene.loop);
    CU_ASSERT(scene.client.ended);
    CU_ASSERT_EQUAL(scene.client.failure, 0);
    CU_ASSERT_EQUAL(scene.closed, 0);
    send(scene.client.socket, "\x88\x80\x01\x02\x03\x04", 6, MSG_NOSIGNAL);
    shutdown(scene.client.socket, SHUT_WR);
    loop_run(scene.loop);
    CU_ASSERT_STRING_EQUAL(buffer_text(&scene.frames), "8: ");
    CU_ASSERT_EQUAL(scene.closed, 1);
    scene_end(&scene);
}

TEST_MAIN("standin/server", TEST(requests_on_one_connection_are_answered_in_order),
          TEST(whoever_waits_for_a_continue_gets_it), TEST(an_answer_may_come_later_and_the_next_request_waits_for_it),
          TEST(a_watch_is_sent_line_by_line_until_it_is_ended),
          TEST(the_owner_of_a_kept_answer_hears_that_the_client_left), TEST(a_dropped_connection_is_reset),
          TEST(what_is_malformed_is_answered_and_ends_the_connection), TEST(the_published_key_has_the_published_answer),
          TEST(frames_go_both_ways_as_they_are), TEST(a_websocket_can_be_finished_and_still_be_heard))

/* tests/base/test_http_life.c - base/http.h: lines, ceilings, sinks, cancelling, and who is told when. */
#include "base/http.h"

#include "tests/base/http_scene.h"
#include "tests/test_main.h"

#include <string.h>

enum { SOON_MS = 50 };

static const struct raw_step answers_ok[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 1 },
    { RAW_AGAIN, NULL, 0 },
    { RAW_STALL, NULL, 0 },
};

static const struct raw_step answers_late[] = {
    { RAW_READ, NULL, 0 },
    { RAW_WAIT, NULL, SOON_MS },
    { RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 1 },
    { RAW_AGAIN, NULL, 0 },
    { RAW_STALL, NULL, 0 },
};

static const struct raw_step never_answers[] = {
    { RAW_READ, NULL, 0 },
    { RAW_STALL, NULL, 0 },
};

static void wait_for_requests(struct http_scene *scene, int count)
{
    while (raw_server_requests(scene->server) < count)
        http_scene_wait(scene, 5);
}

/* who is told */

static void nobody_is_told_from_inside_the_start(void)
{
    struct http_scene scene;

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, answers_ok);
    for (int i = 0; i < 10; i++)
        http_scene_start(&scene, http_scene_ask(&scene, "GET"));
    CU_ASSERT_EQUAL(scene.pumps, 0);
    CU_ASSERT_EQUAL(raw_server_connections(scene.server), 0);
    http_scene_run(&scene);
    CU_ASSERT(scene.pumps >= 1 && scene.pumps <= 10);
    http_scene_close(&scene);
}

static void an_exchange_can_be_used_again_after_its_release(void)
{
    struct http_scene scene;
    struct http_exchange *exchange = NULL;

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, answers_ok);
    for (int i = 0; i < 3; i++) {
        exchange = http_scene_ask(&scene, "GET");
        http_scene_start(&scene, exchange);
        http_scene_run(&scene);
        CU_ASSERT_EQUAL(exchange->response.status, 200);
        http_exchange_release(exchange);
        CU_ASSERT_PTR_NULL(exchange->request.url.data);
        CU_ASSERT_FALSE(exchange->done);
        scene.count = 0;
    }
    CU_ASSERT_EQUAL(raw_server_connections(scene.server), 1);
    http_scene_close(&scene);
}

/* lines and ceilings */

static void no_more_than_64_are_in_flight_and_the_rest_wait_in_line(void)
{
    struct http_scene scene;

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, answers_late);
    for (int i = 0; i < SCENE_EXCHANGES_MAX; i++)
        http_scene_start(&scene, http_scene_ask(&scene, "GET"));
    http_scene_run(&scene);
    for (int i = 0; i < SCENE_EXCHANGES_MAX; i++)
        CU_ASSERT_EQUAL(scene.exchanges[i].response.status, 200);
    CU_ASSERT_EQUAL(raw_server_requests(scene.server), SCENE_EXCHANGES_MAX);
    CU_ASSERT(raw_server_open_most(scene.server) <= HTTP_IN_FLIGHT_MAX);
    CU_ASSERT(raw_server_open_most(scene.server) > HTTP_IN_FLIGHT_MAX / 2);
    http_scene_close(&scene);
}

static void the_time_in_line_counts(void)
{
    struct http_scene scene;

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, never_answers);
    for (int i = 0; i < HTTP_IN_FLIGHT_MAX + 1; i++) {
        struct http_exchange *exchange = http_scene_ask(&scene, "GET");

        exchange->request.timeout_ms = i < HTTP_IN_FLIGHT_MAX ? -1 : 100;
        exchange->request.idle_timeout_ms = i < HTTP_IN_FLIGHT_MAX ? 0 : 10;
        http_scene_start(&scene, exchange);
    }
    wait_for_requests(&scene, HTTP_IN_FLIGHT_MAX);
    while (!scene.exchanges[HTTP_IN_FLIGHT_MAX].done)
        http_scene_wait(&scene, 5);
    CU_ASSERT_EQUAL(scene.exchanges[HTTP_IN_FLIGHT_MAX].error.kind, ERROR_TIMEOUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(scene.exchanges[HTTP_IN_FLIGHT_MAX].error.message, "no answer within 0.1 s"));
    CU_ASSERT_EQUAL(raw_server_requests(scene.server), HTTP_IN_FLIGHT_MAX);
    CU_ASSERT_FALSE(scene.exchanges[0].done);
    http_scene_close(&scene);
}

static void a_place_that_is_given_up_is_taken_by_the_next_in_line(void)
{
    struct http_scene scene;

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, never_answers);
    for (int i = 0; i < HTTP_IN_FLIGHT_MAX + 2; i++)
        http_scene_start(&scene, http_scene_ask(&scene, "GET"));
    wait_for_requests(&scene, HTTP_IN_FLIGHT_MAX);
    http_scene_wait(&scene, SOON_MS);
    CU_ASSERT_EQUAL(raw_server_requests(scene.server), HTTP_IN_FLIGHT_MAX);
    http_exchange_cancel(&scene.exchanges[0]);
    http_exchange_cancel(&scene.exchanges[HTTP_IN_FLIGHT_MAX]);
    wait_for_requests(&scene, HTTP_IN_FLIGHT_MAX + 1);
    http_scene_wait(&scene, SOON_MS);
    CU_ASSERT_EQUAL(raw_server_requests(scene.server), HTTP_IN_FLIGHT_MAX + 1);
    CU_ASSERT_EQUAL(scene.pumps, 0);
    http_scene_close(&scene);
}

/* sinks */

struct collector {
    struct http_sink sink;
    struct buffer body;
    size_t refuse_from; /* 0 = never */
    int pieces;
};

static bool collect(struct http_sink *sink, const char *bytes, size_t length, struct error *error)
{
    struct collector *collector = (struct collector *) sink;

    collector->pieces++;
    buffer_append(&collector->body, bytes, length);
    if (collector->refuse_from > 0 && collector->body.length >= collector->refuse_from)
        return error_set(error, ERROR_CONFLICT, "the watch is too old");
    return true;
}

static const struct raw_step streams[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 1 },
    { RAW_SEND, "a\r\n012345678\n\r\n", 1000 },
    { RAW_WAIT, NULL, SOON_MS },
    { RAW_SEND, "a\r\n012345678\n\r\n", 1000 },
    { RAW_SEND, "0\r\n\r\n", 1 },
    { RAW_STALL, NULL, 0 },
};

static void a_sink_takes_the_body_piece_by_piece_without_a_ceiling(void)
{
    struct collector collector = { .sink.take = collect };
    struct http_scene scene;
    struct http_exchange *exchange = NULL;

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, streams);
    exchange = http_scene_ask(&scene, "GET");
    exchange->request.sink = &collector.sink;
    exchange->request.body_limit = 10;
    http_scene_start(&scene, exchange);
    http_scene_run(&scene);
    CU_ASSERT_EQUAL(exchange->error.kind, ERROR_NONE);
    CU_ASSERT_EQUAL(exchange->response.status, 200);
    CU_ASSERT_EQUAL(collector.body.length, 20000);
    CU_ASSERT(collector.pieces > 1);
    CU_ASSERT_EQUAL(exchange->response.body.length, 0);
    buffer_release(&collector.body);
    http_scene_close(&scene);
}

static void what_a_sink_refuses_ends_the_exchange_with_its_error(void)
{
    struct collector collector = { .sink.take = collect, .refuse_from = 1 };
    struct http_scene scene;
    struct http_exchange *exchange = NULL;

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, streams);
    exchange = http_scene_ask(&scene, "GET");
    exchange->request.sink = &collector.sink;
    http_scene_start(&scene, exchange);
    http_scene_run(&scene);
    CU_ASSERT_EQUAL(exchange->error.kind, ERROR_CONFLICT);
    CU_ASSERT_STRING_EQUAL(exchange->error.message, "the watch is too old");
    CU_ASSERT_EQUAL(collector.pieces, 1);
    buffer_release(&collector.body);
    http_scene_close(&scene);
}

static void the_body_of_a_refusal_is_collected_and_not_given_to_the_sink(void)
{
    static const struct raw_step refuses[] = {
        { RAW_READ, NULL, 0 },
        { RAW_SEND, "HTTP/1.1 410 Gone\r\nContent-Length: 7\r\n\r\ntoo old", 1 },
        { RAW_STALL, NULL, 0 },
    };
    struct collector collector = { .sink.take = collect };
    struct http_scene scene;
    struct http_exchange *exchange = NULL;

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, refuses);
    exchange = http_scene_ask(&scene, "GET");
    exchange->request.sink = &collector.sink;
    http_scene_start(&scene, exchange);
    http_scene_run(&scene);
    CU_ASSERT_EQUAL(exchange->response.status, 410);
    CU_ASSERT_STRING_EQUAL(buffer_text(&exchange->response.body), "too old");
    CU_ASSERT_EQUAL(collector.pieces, 0);
    http_scene_close(&scene);
}

/* connections that end */

static const struct raw_step answers_once_then_ends[] = {
    { RAW_READ, NULL, 0 },  { RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 1 },
    { RAW_READ, NULL, 0 },  { RAW_CLOSE, NULL, 0 },
    { RAW_STALL, NULL, 0 },
};

/* The second request meets a connection that ends before the answer. */
static struct http_exchange *ask_twice(struct http_scene *scene, const char *method)
{
    const struct raw_step *scripts[] = { answers_once_then_ends, answers_ok };
    struct http_exchange *exchange = NULL;

    http_scene_open(scene, NULL);
    scene->server = raw_server_new(scene->loop, scripts, 2);
    http_scene_start(scene, http_scene_ask(scene, "GET"));
    http_scene_run(scene);
    exchange = http_scene_ask(scene, method);
    buffer_append_text(&exchange->request.body, strcmp(method, "GET") == 0 ? "" : "{}");
    http_scene_start(scene, exchange);
    http_scene_run(scene);
    return exchange;
}

static void a_get_whose_kept_connection_ends_is_asked_again(void)
{
    struct http_scene scene;
    struct http_exchange *exchange = ask_twice(&scene, "GET");

    CU_ASSERT_EQUAL(exchange->error.kind, ERROR_NONE);
    CU_ASSERT_EQUAL(exchange->response.status, 200);
    CU_ASSERT_EQUAL(raw_server_requests(scene.server), 3);
    http_scene_close(&scene);
}

static void a_post_is_never_carried_out_twice(void)
{
    struct http_scene scene;
    struct http_exchange *exchange = ask_twice(&scene, "POST");

    CU_ASSERT_EQUAL(exchange->error.kind, ERROR_NETWORK);
    CU_ASSERT_STRING_EQUAL(exchange->error.message, "POST 127.0.0.1: the connection ended before the answer");
    CU_ASSERT_EQUAL(raw_server_requests(scene.server), 2);
    http_scene_close(&scene);
}

/* cancelling, releasing, freeing */

static void an_exchange_that_was_cancelled_tells_nobody(void)
{
    struct http_scene scene;
    struct http_exchange *exchange = NULL;

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, answers_late);
    exchange = http_scene_ask(&scene, "GET");
    http_exchange_cancel(exchange);
    http_scene_start(&scene, exchange);
    http_exchange_cancel(exchange);
    http_scene_start(&scene, exchange);
    wait_for_requests(&scene, 1);
    http_exchange_cancel(exchange);
    http_exchange_cancel(exchange);
    http_scene_wait(&scene, 3 * SOON_MS);
    CU_ASSERT_EQUAL(scene.pumps, 0);
    CU_ASSERT_FALSE(exchange->done);
    CU_ASSERT_EQUAL(raw_server_requests(scene.server), 1);
    http_scene_close(&scene);
}

static void a_client_may_be_freed_with_exchanges_in_flight_and_in_line(void)
{
    struct http_scene scene;

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, never_answers);
    for (int i = 0; i < SCENE_EXCHANGES_MAX; i++)
        http_scene_start(&scene, http_scene_ask(&scene, "GET"));
    wait_for_requests(&scene, 1);
    http_client_free(scene.client);
    scene.client = NULL;
    for (int i = 0; i < SCENE_EXCHANGES_MAX; i++)
        CU_ASSERT_PTR_NULL(scene.exchanges[i].transfer);
    http_scene_wait(&scene, SOON_MS);
    CU_ASSERT_EQUAL(scene.pumps, 0);
    http_scene_close(&scene);
}

static void a_client_may_be_freed_while_a_name_is_looked_up(void)
{
    struct http_scene scene;

    http_scene_open(&scene, NULL);
    http_scene_start(&scene, http_scene_prepare(&scene, "GET", "https", "hooks.slack.invalid", 443));
    loop_post(scene.loop, &scene.flow);
    scene.count = 0;
    http_scene_run(&scene);
    scene.count = 1;
    http_client_free(scene.client);
    scene.client = NULL;
    http_scene_close(&scene);
}

/* A flow that does something to itself, to others and to the client when it is told. */
struct meddler {
    struct flow flow;
    struct http_scene *scene;
    struct http_exchange *own, *other;
    int pumps;
    int pumps_other;
};

static void release_both_and_ask_again(struct flow *flow)
{
    struct meddler *meddler = (struct meddler *) flow;
    struct http_scene *scene = meddler->scene;

    meddler->pumps++;
    CU_ASSERT_TRUE(meddler->own->done);
    CU_ASSERT_EQUAL(meddler->own->response.status, 200);
    http_exchange_release(meddler->own);
    http_exchange_release(meddler->other);
    if (meddler->pumps == 3) {
        loop_stop(scene->loop);
        return;
    }
    scene->count = 0;
    http_exchange_start(scene->client, http_scene_ask(scene, "GET"), flow);
    CU_ASSERT_FALSE(meddler->own->done);
    CU_ASSERT_EQUAL(meddler->pumps_other, 0);
}

static void a_pump_may_release_its_exchange_and_another_and_start_anew(void)
{
    struct http_scene scene;
    struct meddler meddler = { .flow.pump = release_both_and_ask_again, .scene = &scene };

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, answers_ok);
    meddler.own = http_scene_ask(&scene, "GET");
    meddler.other = http_scene_ask(&scene, "GET");
    http_exchange_start(scene.client, meddler.own, &meddler.flow);
    http_exchange_start(scene.client, meddler.other, &scene.flow);
    http_scene_run(&scene);
    CU_ASSERT_EQUAL(meddler.pumps, 3);
    http_scene_close(&scene);
}

static void free_the_client(struct flow *flow)
{
    struct meddler *meddler = (struct meddler *) flow;

    http_client_free(meddler->scene->client);
    meddler->scene->client = NULL;
    loop_stop(meddler->scene->loop);
}

static void a_pump_may_free_the_client(void)
{
    struct http_scene scene;
    struct meddler meddler = { .flow.pump = free_the_client, .scene = &scene };

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, answers_ok);
    http_exchange_start(scene.client, http_scene_ask(&scene, "GET"), &meddler.flow);
    for (int i = 1; i < SCENE_EXCHANGES_MAX; i++)
        http_scene_start(&scene, http_scene_ask(&scene, "GET"));
    http_scene_run(&scene);
    CU_ASSERT_PTR_NULL(scene.client);
    http_scene_close(&scene);
}

/* Two that end by the same error of the same turn: both are done when the first pump comes. */
static void exchanges_of_one_flow_that_finish_together_are_told_together(void)
{
    struct http_scene scene;

    http_scene_open(&scene, NULL);
    for (int i = 0; i < 5; i++) {
        struct http_exchange *exchange = &scene.exchanges[scene.count++];

        exchange->request.method = "GET";
        buffer_append_text(&exchange->request.url, "no URL");
        http_scene_start(&scene, exchange);
    }
    http_scene_run(&scene);
    CU_ASSERT_EQUAL(scene.pumps, 1);
    http_scene_close(&scene);
}

TEST_MAIN("base/http_life", TEST(nobody_is_told_from_inside_the_start),
          TEST(an_exchange_can_be_used_again_after_its_release),
          TEST(no_more_than_64_are_in_flight_and_the_rest_wait_in_line), TEST(the_time_in_line_counts),
          TEST(a_place_that_is_given_up_is_taken_by_the_next_in_line),
          TEST(a_sink_takes_the_body_piece_by_piece_without_a_ceiling),
          TEST(what_a_sink_refuses_ends_the_exchange_with_its_error),
          TEST(the_body_of_a_refusal_is_collected_and_not_given_to_the_sink),
          TEST(a_get_whose_kept_connection_ends_is_asked_again), TEST(a_post_is_never_carried_out_twice),
          TEST(an_exchange_that_was_cancelled_tells_nobody),
          TEST(a_client_may_be_freed_with_exchanges_in_flight_and_in_line),
          TEST(a_client_may_be_freed_while_a_name_is_looked_up),
          TEST(a_pump_may_release_its_exchange_and_another_and_start_anew), TEST(a_pump_may_free_the_client),
          TEST(exchanges_of_one_flow_that_finish_together_are_told_together))

/* tests/k8s/test_client.c - what is asked again and what is not, against a server that follows scripts. */
#include "k8s/client.h"

#include "base/text.h"
#include "tests/k8s/api_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
static const char forbidden[] = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
static const char busy[] = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 5\r\n\r\nbusy\n";
static const char busy_for_a_second[] =
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 5\r\n\r\nbusy\n";
static const char broken[] = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
static const char unavailable[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
static const char unavailable_for_a_second[] =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";

static const struct raw_step always_ok[] = {
    { .action = RAW_READ }, { .action = RAW_SEND, .text = ok }, { .action = RAW_AGAIN }, { .action = RAW_STALL }
};
static const struct raw_step drop[] = { { .action = RAW_READ }, { .action = RAW_DROP }, { .action = RAW_STALL } };
static const struct raw_step stall[] = { { .action = RAW_READ }, { .action = RAW_STALL } };

static void prepare(struct client_call *call, const char *method)
{
    call->request.method = method;
    buffer_append_text(&call->request.url, "/api/v1/namespaces?limit=1");
    if (text_equal(method, "PATCH")) {
        buffer_append_text(&call->request.headers, "Content-Type: application/merge-patch+json\n");
        buffer_append_text(&call->request.body, "{\"spec\":{}}");
    }
}

/* Asks once, on the connections that the scripts play. */
static void ask(struct api_scene *scene, struct client_call *call, const char *method)
{
    prepare(call, method);
    client_call_start(scene->client, call, &scene->flow);
    while (!call->done)
        api_scene_run(scene);
}

static void a_request_carries_server_credential_and_wish(void)
{
    const struct raw_step *scripts[] = { always_ok };
    struct api_scene scene;
    struct client_call call = { 0 };

    api_scene_open(&scene, scripts, 1);
    ask(&scene, &call, "PATCH");
    CU_ASSERT_EQUAL(call.error.kind, ERROR_NONE);
    CU_ASSERT_EQUAL(call.response.status, 200);
    CU_ASSERT_STRING_EQUAL(buffer_text(&call.response.body), "{}");
    CU_ASSERT_EQUAL(scene.pumps, 1);

    const char *request = raw_server_request(scene.raw);
    case_holds(request, text_starts_with(request, "PATCH /api/v1/namespaces?limit=1 HTTP/1.1\r\n"));
    case_holds(request, strstr(request, "\r\nAuthorization: Bearer sesame\r\n") != NULL);
    case_holds(request, strstr(request, "\r\nAccept: application/json\r\n") != NULL);
    case_holds(request, strstr(request, "\r\nUser-Agent: curfew-test/1\r\n") != NULL);
    case_holds(request, strstr(request, "\r\nContent-Type: application/merge-patch+json\r\n") != NULL);
    case_holds(request, strstr(request, "\r\n\r\n{\"spec\":{}}") != NULL);
    client_call_release(&call);
    buffer_append_text(&call.request.headers, "Accept: application/json;as=Table\n");
    ask(&scene, &call, "GET");
    case_holds("Accept", strstr(raw_server_request(scene.raw), "/1\r\nAccept: application/json;as=Table\r\n") != NULL);
    client_call_release(&call);
    api_scene_close(&scene);
}

static void refusals_and_breaks_are_asked_again_where_that_does_no_harm(void)
{
    /* What the first connection answers; NULL: it is dropped. The next one answers ok. */
    static const struct {
        const char *method, *answer;
        int requests;
        int status; /* 0: an error */
        enum error_kind kind;
    } cases[] = {
        { "GET", busy, 2, 200, ERROR_NONE },
        { "GET", busy_for_a_second, 2, 200, ERROR_NONE },
        { "GET", unavailable, 2, 200, ERROR_NONE },
        { "GET", broken, 2, 200, ERROR_NONE },
        { "GET", NULL, 2, 200, ERROR_NONE },
        { "GET", forbidden, 1, 403, ERROR_NONE },
        { "PATCH", busy, 2, 200, ERROR_NONE },
        { "PATCH", busy_for_a_second, 2, 200, ERROR_NONE },
        { "PATCH", unavailable_for_a_second, 2, 200, ERROR_NONE },
        { "PATCH", unavailable, 1, 503, ERROR_NONE },
        { "PATCH", broken, 1, 500, ERROR_NONE },
        { "PATCH", NULL, 1, 0, ERROR_NETWORK },
        { "PATCH", forbidden, 1, 403, ERROR_NONE },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct raw_step answering[] = { { .action = RAW_READ },
                                              { .action = RAW_SEND, .text = cases[i].answer },
                                              { .action = RAW_CLOSE },
                                              { .action = RAW_STALL } };
        const struct raw_step *scripts[] = { cases[i].answer != NULL ? answering : drop, always_ok };
        const char *name = cases[i].answer != NULL ? cases[i].answer : "dropped";
        struct api_scene scene;
        struct client_call call = { 0 };

        api_scene_open(&scene, scripts, 2);
        ask(&scene, &call, cases[i].method);
        case_number(name, raw_server_requests(scene.raw), cases[i].requests);
        case_number(name, call.error.kind, cases[i].kind);
        case_number(name, call.error.kind == ERROR_NONE ? call.response.status : 0, cases[i].status);
        client_call_release(&call);
        api_scene_close(&scene);
    }
}

static void a_server_that_stays_busy_is_left_alone(void)
{
    static const struct raw_step always_busy[] = {
        { .action = RAW_READ }, { .action = RAW_SEND, .text = busy }, { .action = RAW_AGAIN }, { .action = RAW_STALL }
    };
    const struct raw_step *scripts[] = { always_busy };
    struct api_scene scene;
    struct client_call call = { 0 };

    api_scene_open(&scene, scripts, 1);
    ask(&scene, &call, "GET");
    CU_ASSERT_EQUAL(raw_server_requests(scene.raw), CLIENT_TRIES_MAX);
    CU_ASSERT_EQUAL(call.error.kind, ERROR_BUSY);
    CU_ASSERT_EQUAL(call.error.status, 429);
    client_call_release(&call);
    api_scene_close(&scene);
}

static void a_403_right_after_an_outage_is_not_final(void)
{
    static const struct raw_step settling[] = { { .action = RAW_READ },
                                                { .action = RAW_SEND, .text = forbidden },
                                                { .action = RAW_READ },
                                                { .action = RAW_SEND, .text = ok },
                                                { .action = RAW_STALL } };
    const struct raw_step *scripts[] = { drop, settling };
    struct api_scene scene;
    struct client_call call = { 0 };

    api_scene_open(&scene, scripts, 2);
    ask(&scene, &call, "GET");
    CU_ASSERT_EQUAL(raw_server_requests(scene.raw), 3);
    CU_ASSERT_EQUAL(call.response.status, 200);
    client_call_release(&call);
    api_scene_close(&scene);
}

/* Four tries met nobody, the fifth a server whose roles are not loaded. */
static void a_403_after_an_outage_that_used_up_the_tries_is_not_final(void)
{
    static const struct raw_step settling[] = { { .action = RAW_READ }, { .action = RAW_SEND, .text = forbidden },
                                                { .action = RAW_READ }, { .action = RAW_SEND, .text = forbidden },
                                                { .action = RAW_READ }, { .action = RAW_SEND, .text = ok },
                                                { .action = RAW_STALL } };
    const struct raw_step *scripts[] = { drop, drop, drop, drop, settling };
    struct api_scene scene;
    struct client_call call = { 0 };

    api_scene_open(&scene, scripts, 5);
    ask(&scene, &call, "GET");
    CU_ASSERT_EQUAL(raw_server_requests(scene.raw), 7);
    CU_ASSERT_EQUAL(call.error.kind, ERROR_NONE);
    CU_ASSERT_EQUAL(call.response.status, 200);
    client_call_release(&call);
    api_scene_close(&scene);
}

/* Says 401 to the first, and that it saw the new token to the second. */
struct strict_server {
    struct server_handler handler;
    const struct api_scene *scene;
    const char *next_token; /* written between the two; NULL = the old one stays */
    int requests;
    char authorization[64];
};

static bool be_strict(struct server_handler *handler, const struct server_request *request,
                      struct server_response *response)
{
    struct strict_server *strict = (struct strict_server *) handler;

    strict->requests++;
    text_copy_cut(strict->authorization, sizeof strict->authorization, server_request_header(request, "authorization"));
    if (text_equal(strict->authorization, "Bearer renewed")) {
        server_respond(response, 200, "application/json", "{}", 2);
        return true;
    }
    if (strict->next_token != NULL)
        api_scene_write(strict->scene, "token", strict->next_token);
    server_respond(response, 401, NULL, NULL, 0);
    return true;
}

static void a_token_that_was_replaced_is_read_after_a_401(void)
{
    static const struct {
        const char *next_token;
        int status;
    } cases[] = { { "renewed", 200 }, { NULL, 401 } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct api_scene scene;
        struct strict_server strict = { { be_strict }, &scene, .next_token = cases[i].next_token };
        struct client_call call = { 0 };

        api_scene_open_server(&scene, &strict.handler);
        ask(&scene, &call, "PATCH");
        case_number("requests", strict.requests, 2);
        case_number("status", call.response.status, cases[i].status);
        client_call_release(&call);
        api_scene_close(&scene);
    }
}

struct counting_sink {
    struct http_sink sink;
    struct buffer taken;
};

static bool count_bytes(struct http_sink *sink, const char *bytes, size_t length, struct error *error)
{
    (void) error;
    buffer_append(&((struct counting_sink *) sink)->taken, bytes, length);
    return true;
}

static void a_body_that_breaks_off_is_not_given_twice(void)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
    static const struct raw_step script[] = { { .action = RAW_READ },
                                              { .action = RAW_SEND, .text = text },
                                              { .action = RAW_WAIT, .count = 100 },
                                              { .action = RAW_DROP },
                                              { .action = RAW_STALL } };
    const struct raw_step *scripts[] = { script, always_ok };
    struct counting_sink sink = { .sink = { count_bytes } };
    struct client_call call = { .request.sink = &sink.sink };
    struct api_scene scene;

    api_scene_open(&scene, scripts, 2);
    ask(&scene, &call, "GET");
    CU_ASSERT_EQUAL(call.error.kind, ERROR_NETWORK);
    CU_ASSERT_EQUAL(raw_server_requests(scene.raw), 1);
    CU_ASSERT_STRING_EQUAL(buffer_text(&sink.taken), "half");
    client_call_release(&call);
    buffer_release(&sink.taken);
    api_scene_close(&scene);
}

static void a_body_goes_to_its_sink_and_a_refusal_does_not(void)
{
    static const struct raw_step script[] = { { .action = RAW_READ },
                                              { .action = RAW_SEND, .text = busy },
                                              { .action = RAW_READ },
                                              { .action = RAW_SEND, .text = ok },
                                              { .action = RAW_STALL } };
    const struct raw_step *scripts[] = { script };
    struct counting_sink sink = { .sink = { count_bytes } };
    struct client_call call = { .request.sink = &sink.sink };
    struct api_scene scene;

    api_scene_open(&scene, scripts, 1);
    ask(&scene, &call, "GET");
    CU_ASSERT_EQUAL(call.response.status, 200);
    CU_ASSERT_STRING_EQUAL(buffer_text(&sink.taken), "{}");
    client_call_release(&call);
    buffer_release(&sink.taken);
    api_scene_close(&scene);
}

static void silence_ends_with_the_deadline_and_the_next_call_takes_another_connection(void)
{
    const struct raw_step *scripts[] = { stall, always_ok };
    struct client_call silent = { .request.timeout_ms = 200 };
    struct client_call next = { 0 };
    struct api_scene scene;

    api_scene_open(&scene, scripts, 2);
    ask(&scene, &silent, "PATCH");
    CU_ASSERT_EQUAL(silent.error.kind, ERROR_TIMEOUT);
    ask(&scene, &next, "PATCH");
    CU_ASSERT_EQUAL(next.response.status, 200);
    CU_ASSERT_EQUAL(raw_server_connections(scene.raw), 2);
    client_call_release(&silent);
    client_call_release(&next);
    api_scene_close(&scene);
}

/* Over HTTP/2 all share the connection that may be dead; here two show that none of that client is used again. */
static void after_silence_no_connection_of_that_time_is_trusted(void)
{
    static const struct raw_step healthy[] = { { .action = RAW_READ },
                                               { .action = RAW_WAIT, .count = 100 },
                                               { .action = RAW_SEND, .text = ok },
                                               { .action = RAW_AGAIN },
                                               { .action = RAW_STALL } };
    const struct raw_step *scripts[] = { healthy, stall, always_ok };
    struct client_call first = { 0 }, silent = { .request.timeout_ms = 400 }, next = { 0 };
    struct api_scene scene;

    api_scene_open(&scene, scripts, 3);
    prepare(&first, "PATCH");
    client_call_start(scene.client, &first, &scene.flow);
    ask(&scene, &silent, "PATCH");
    CU_ASSERT_TRUE(first.done);
    CU_ASSERT_EQUAL(silent.error.kind, ERROR_TIMEOUT);
    ask(&scene, &next, "PATCH");
    CU_ASSERT_EQUAL(next.response.status, 200);
    CU_ASSERT_EQUAL(raw_server_connections(scene.raw), 3);
    client_call_release(&first);
    client_call_release(&silent);
    client_call_release(&next);
    api_scene_close(&scene);
}

/* The first connection is idle when the roots change, the second is in use. */
static void new_roots_take_new_connections_and_what_is_under_way_ends_on_the_old(void)
{
    static const struct raw_step slow_at_last[] = { { .action = RAW_READ },
                                                    { .action = RAW_SEND, .text = ok },
                                                    { .action = RAW_READ },
                                                    { .action = RAW_WAIT, .count = 2000 },
                                                    { .action = RAW_SEND, .text = ok },
                                                    { .action = RAW_STALL } };
    const struct raw_step *scripts[] = { always_ok, slow_at_last, always_ok };
    struct client_call calls[4] = { 0 };
    struct api_scene scene;

    api_scene_open(&scene, scripts, 3);
    ask(&scene, &calls[0], "GET");
    api_scene_write(&scene, "ca.pem", "other roots\n");
    api_scene_wait(&scene, 1001);
    ask(&scene, &calls[1], "GET");
    CU_ASSERT_EQUAL(raw_server_connections(scene.raw), 2);

    prepare(&calls[2], "PATCH");
    client_call_start(scene.client, &calls[2], &scene.flow);
    api_scene_write(&scene, "ca.pem", "other roots again\n");
    api_scene_wait(&scene, 1001);
    ask(&scene, &calls[3], "GET");
    CU_ASSERT_EQUAL(raw_server_connections(scene.raw), 3);
    while (!calls[2].done)
        api_scene_run(&scene);
    CU_ASSERT_EQUAL(calls[2].error.kind, ERROR_NONE);
    CU_ASSERT_EQUAL(calls[2].response.status, 200);
    for (int i = 0; i < 4; i++)
        client_call_release(&calls[i]);
    api_scene_close(&scene);
}

static void calls_without_a_server_fail_by_the_network(void)
{
    const struct raw_step *scripts[] = { always_ok };
    struct client_call call = { .request.timeout_ms = 300 };
    struct api_scene scene;

    api_scene_open(&scene, scripts, 1);
    raw_server_free(scene.raw);
    scene.raw = NULL;
    ask(&scene, &call, "GET");
    CU_ASSERT_EQUAL(call.error.kind, ERROR_NETWORK);
    client_call_release(&call);
    api_scene_close(&scene);
}

static void a_cancelled_call_pumps_nobody_and_leaves_the_others_alone(void)
{
    static const struct raw_step slow[] = { { .action = RAW_READ },
                                            { .action = RAW_WAIT, .count = 50 },
                                            { .action = RAW_SEND, .text = ok },
                                            { .action = RAW_AGAIN },
                                            { .action = RAW_STALL } };
    const struct raw_step *scripts[] = { slow };
    struct client_call first = { 0 }, second = { 0 }, third = { 0 };
    struct api_scene scene;

    api_scene_open(&scene, scripts, 1);
    prepare(&first, "GET");
    prepare(&second, "GET");
    prepare(&third, "GET");
    client_call_start(scene.client, &first, &scene.flow);
    client_call_start(scene.client, &second, &scene.flow);
    client_call_start(scene.client, &third, &scene.flow);
    client_call_cancel(&second);
    api_scene_wait(&scene, 10);
    client_call_release(&first);
    api_scene_run(&scene);
    api_scene_wait(&scene, 50);
    CU_ASSERT_EQUAL(scene.pumps, 1);
    CU_ASSERT_TRUE(third.done);
    CU_ASSERT_FALSE(second.done);
    client_call_release(&second);
    client_call_release(&third);
    api_scene_close(&scene);
}

static void a_client_ends_with_calls_in_every_state(void)
{
    static const struct raw_step script[] = { { .action = RAW_READ },
                                              { .action = RAW_SEND, .text = busy_for_a_second },
                                              { .action = RAW_STALL } };
    static const enum client_call_state states[] = { CLIENT_CALL_IN_FLIGHT, CLIENT_CALL_PAUSED, CLIENT_CALL_IN_LINE,
                                                     CLIENT_CALL_WITHOUT_CREDENTIAL };
    enum { CALLS = sizeof states / sizeof states[0] };
    const struct raw_step *scripts[] = { stall, script };
    struct client_call calls[CALLS] = { 0 };
    struct api_scene scene;

    api_scene_open(&scene, scripts, 2);
    for (int i = 0; i < CALLS; i++) {
        prepare(&calls[i], "GET");
        client_call_start(scene.client, &calls[i], &scene.flow);
        while (raw_server_requests(scene.raw) < (i < 2 ? i + 1 : 0)) /* one stalls, one is refused for a second */
            api_scene_wait(&scene, 10);
        if (i < CALLS - 1)
            api_scene_wait(&scene, 100);
    }
    for (int i = 0; i < CALLS; i++)
        case_number("state", calls[i].state, states[i]);
    client_free(scene.client);
    scene.client = NULL;
    api_scene_wait(&scene, 10);
    CU_ASSERT_EQUAL(scene.pumps, 0);
    for (int i = 0; i < CALLS; i++)
        client_call_release(&calls[i]);
    api_scene_close(&scene);
}

/* Frees the client from inside the pump that tells of its call. */
struct ending {
    struct flow flow;
    struct api_scene *scene;
    struct client_call *call;
};

static void end_all(struct flow *flow)
{
    struct ending *ending = (struct ending *) flow;

    client_call_release(ending->call);
    client_free(ending->scene->client);
    ending->scene->client = NULL;
    loop_stop(ending->scene->loop);
}

static void a_pump_may_free_the_client(void)
{
    const struct raw_step *scripts[] = { always_ok };
    struct client_call call = { 0 }, other = { 0 };
    struct api_scene scene;
    struct ending ending = { { end_all }, &scene, &call };

    api_scene_open(&scene, scripts, 1);
    prepare(&call, "GET");
    prepare(&other, "GET");
    client_call_start(scene.client, &call, &ending.flow);
    client_call_start(scene.client, &other, &scene.flow);
    while (scene.client != NULL)
        loop_run(scene.loop);
    client_call_release(&other);
    api_scene_close(&scene);
}

TEST_MAIN("k8s/client", TEST(a_request_carries_server_credential_and_wish),
          TEST(refusals_and_breaks_are_asked_again_where_that_does_no_harm),
          TEST(a_server_that_stays_busy_is_left_alone), TEST(a_403_right_after_an_outage_is_not_final),
          TEST(a_403_after_an_outage_that_used_up_the_tries_is_not_final),
          TEST(a_token_that_was_replaced_is_read_after_a_401), TEST(a_body_that_breaks_off_is_not_given_twice),
          TEST(a_body_goes_to_its_sink_and_a_refusal_does_not),
          TEST(silence_ends_with_the_deadline_and_the_next_call_takes_another_connection),
          TEST(after_silence_no_connection_of_that_time_is_trusted),
          TEST(new_roots_take_new_connections_and_what_is_under_way_ends_on_the_old),
          TEST(calls_without_a_server_fail_by_the_network),
          TEST(a_cancelled_call_pumps_nobody_and_leaves_the_others_alone),
          TEST(a_client_ends_with_calls_in_every_state), TEST(a_pump_may_free_the_client))

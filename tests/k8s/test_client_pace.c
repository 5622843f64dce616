/* tests/k8s/test_client_pace.c - how many requests of k8s/client.h are before the server, against one that holds them. */
#include "k8s/client.h"

#include <stdlib.h>

#include "base/text.h"
#include "tests/k8s/api_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { CALLS = 200, HELD_MAX = 256, QUIET_MS = 50 };

struct held {
    struct server_response_owner owner;
    struct server_response *response; /* NULL: answered, or the client hung up */
    int number;                       /* of the call; its path is "/NUMBER" */
};

/* Holds what it is asked until the test lets it go. */
struct holding_server {
    struct server_handler handler;
    struct loop *loop;
    struct held held[HELD_MAX]; /* in the order of arrival */
    int arrived;
    int open, open_most;
    int64_t last_ms; /* when the last one arrived */
};

struct flood {
    struct api_scene scene;
    struct holding_server server;
    struct client_call calls[CALLS];
};

static void hang_up(struct server_response_owner *owner)
{
    ((struct held *) owner)->response = NULL;
}

static bool hold(struct server_handler *handler, const struct server_request *request, struct server_response *response)
{
    struct holding_server *server = (struct holding_server *) handler;
    struct held *held = &server->held[server->arrived];

    CU_ASSERT_FATAL(server->arrived < HELD_MAX);
    *held = (struct held){ { hang_up }, response, (int) strtol(request->path + 1, NULL, 10) };
    server_response_keep(response, &held->owner);
    server->arrived++;
    server->open++;
    if (server->open_most < server->open)
        server->open_most = server->open;
    server->last_ms = loop_monotonic_ms(server->loop);
    return true;
}

static struct flood *flood_open(void)
{
    struct flood *flood = calloc(1, sizeof *flood);

    CU_ASSERT_PTR_NOT_NULL_FATAL(flood);
    flood->server.handler = (struct server_handler){ hold };
    api_scene_open_server(&flood->scene, &flood->server.handler);
    flood->server.loop = flood->scene.loop;
    return flood;
}

static void flood_close(struct flood *flood)
{
    for (int i = 0; i < CALLS; i++)
        client_call_release(&flood->calls[i]);
    api_scene_close(&flood->scene);
    free(flood);
}

static struct client_call *start(struct flood *flood, int number)
{
    struct client_call *call = &flood->calls[number];

    call->request.method = "GET";
    buffer_append_format(&call->request.url, "/%d", number);
    client_call_start(flood->scene.client, call, &flood->scene.flow);
    return call;
}

static void start_some(struct flood *flood, int first, int count)
{
    for (int i = first; i < first + count; i++)
        start(flood, i);
}

/* Until so many have arrived, and then long enough for one that should not come. */
static void await(struct flood *flood, int arrived)
{
    while (flood->server.arrived < arrived)
        api_scene_wait(&flood->scene, 1);
    api_scene_wait(&flood->scene, QUIET_MS);
    case_number("arrived", flood->server.arrived, arrived);
}

/* retry_after: NULL = not said. */
static void answer(struct flood *flood, int index, int status, const char *retry_after)
{
    struct held *held = &flood->server.held[index];

    CU_ASSERT_PTR_NOT_NULL_FATAL(held->response);
    if (retry_after != NULL)
        server_response_add_header(held->response, "Retry-After", retry_after);
    server_respond(held->response, status, "application/json", "{}", 2);
    held->response = NULL;
    flood->server.open--;
}

static void answer_all(struct flood *flood, int status, const char *retry_after)
{
    for (int i = 0; i < flood->server.arrived; i++)
        if (flood->server.held[i].response != NULL)
            answer(flood, i, status, retry_after);
}

static void sixty_four_are_before_the_server_and_the_next_goes_for_each_that_is_answered(void)
{
    struct flood *flood = flood_open();

    start_some(flood, 0, 70);
    await(flood, 64);
    for (int i = 0; i < 6; i++) {
        answer(flood, i, 200, NULL);
        while (flood->server.arrived < 64 + i + 1)
            api_scene_wait(&flood->scene, 1);
        case_number("first come first served", flood->server.held[64 + i].number, 64 + i);
    }
    case_number("most at a time", flood->server.open_most, 64);
    answer_all(flood, 200, NULL);
    while (flood->scene.pumps < 70)
        api_scene_run(&flood->scene);
    for (int i = 0; i < 70; i++)
        case_number("status", flood->calls[i].response.status, 200);
    flood_close(flood);
}

static void refusals_halve_what_is_before_the_server_and_all_is_carried_out(void)
{
    struct flood *flood = flood_open();

    start_some(flood, 0, 150);
    await(flood, 64);
    answer_all(flood, 429, NULL);
    flood->server.open_most = 0;
    await(flood, 96);
    case_number("of those who waited", flood->server.held[95].number, 95);
    while (flood->scene.pumps < 150) {
        answer_all(flood, 200, NULL);
        api_scene_wait(&flood->scene, 1);
    }
    case_holds("wider by one for each window", flood->server.open_most >= 32 && flood->server.open_most <= 36);
    case_number("each of the refused once more", flood->server.arrived, 150 + 64);
    for (int i = 0; i < 150; i++)
        case_number("status", flood->calls[i].response.status, 200);
    flood_close(flood);
}

static void nothing_is_sent_before_retry_after_has_passed(void)
{
    static const int statuses[] = { 429, 503 };

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        struct flood *flood = flood_open();

        start(flood, 0);
        await(flood, 1);
        int64_t refused_ms = loop_monotonic_ms(flood->scene.loop);
        answer(flood, 0, statuses[i], "1");
        api_scene_wait(&flood->scene, QUIET_MS);
        start(flood, 1);
        await(flood, 1);
        while (flood->server.arrived == 1)
            api_scene_wait(&flood->scene, 1);
        case_holds("a second later", flood->server.last_ms - refused_ms >= 1000);
        case_number("who was not refused needs no jitter", flood->server.held[1].number, 1);
        while (flood->server.arrived < 3)
            api_scene_wait(&flood->scene, 1);
        case_number("and then who was", flood->server.held[2].number, 0);
        case_holds("with jitter of at least half of the first delay", flood->server.last_ms - refused_ms >= 1125);
        flood_close(flood);
    }
}

static void a_wait_beyond_the_deadline_is_not_begun(void)
{
    struct flood *flood = flood_open();
    const struct client_call *call = start(flood, 0);

    await(flood, 1);
    answer(flood, 0, 429, "3600");
    while (!call->done)
        api_scene_run(&flood->scene);
    case_number("arrived", flood->server.arrived, 1);
    case_number("kind", call->error.kind, ERROR_BUSY);
    case_number("Retry-After", call->error.retry_after_s, 3600);
    flood_close(flood);
}

static void who_waits_in_vain_is_told_why(void)
{
    static const struct {
        const char *retry_after;
        int before; /* requests that are before the server when the call begins to wait */
        const char *words;
    } cases[] = { { "1", 0, "asked to be left alone" }, { NULL, 64, "slow to answer what was asked before" } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct flood *flood = flood_open();
        int arrived = cases[i].before;

        if (cases[i].retry_after != NULL) {
            start(flood, 0);
            arrived++;
            await(flood, arrived);
            answer(flood, 0, 429, cases[i].retry_after);
            api_scene_wait(&flood->scene, QUIET_MS);
        }
        start_some(flood, 1, cases[i].before);
        await(flood, arrived);
        flood->calls[100].request.timeout_ms = 200;
        start(flood, 100);
        while (!flood->calls[100].done)
            api_scene_run(&flood->scene);
        case_number("kind", flood->calls[100].error.kind, ERROR_BUSY);
        case_holds(flood->calls[100].error.message, strstr(flood->calls[100].error.message, cases[i].words) != NULL);
        case_number("arrived", flood->server.arrived, arrived);
        flood_close(flood);
    }
}

static void the_time_of_a_try_begins_when_it_is_sent(void)
{
    struct flood *flood = flood_open();

    start_some(flood, 0, 64);
    await(flood, 64);
    flood->calls[64].request.timeout_ms = 1000;
    start(flood, 64);
    api_scene_wait(&flood->scene, 100);
    answer(flood, 0, 200, NULL);
    await(flood, 65);
    while (!flood->calls[64].done)
        api_scene_run(&flood->scene);
    case_number("kind", flood->calls[64].error.kind, ERROR_TIMEOUT);
    case_holds(flood->calls[64].error.message, strstr(flood->calls[64].error.message, "no answer within 0.") != NULL);
    flood_close(flood);
}

static void who_is_cancelled_gives_up_its_place(void)
{
    struct flood *flood = flood_open();

    start_some(flood, 0, 67);
    await(flood, 64);
    client_call_cancel(&flood->calls[64]); /* in line */
    answer(flood, 0, 200, NULL);
    await(flood, 65);
    case_number("the next in line", flood->server.held[64].number, 65);
    client_call_cancel(&flood->calls[1]); /* in flight */
    await(flood, 66);
    case_number("the last in line", flood->server.held[65].number, 66);
    flood_close(flood);
}

static bool swallow(struct http_sink *sink, const char *bytes, size_t length, struct error *error)
{
    (void) sink;
    (void) bytes;
    (void) length;
    (void) error;
    return true;
}

static void lists_and_watches_do_not_stand_in_line_behind_calls(void)
{
    struct flood *flood = flood_open();
    struct http_sink sink = { swallow };

    start_some(flood, 0, 66);
    flood->calls[66].request.sink = &sink;
    start(flood, 66);
    flood->calls[67].request.sink = &sink;
    flood->calls[67].request.timeout_ms = -1;
    start(flood, 67);
    await(flood, 64);
    for (int i = 0; i < 4; i++)
        answer(flood, i, 200, NULL);
    await(flood, 68);
    case_number("list", flood->server.held[64].number + flood->server.held[65].number, 66 + 67);
    case_number("most at a time", flood->server.open_most, 64);
    flood_close(flood);
}

TEST_MAIN("k8s/client_pace", TEST(sixty_four_are_before_the_server_and_the_next_goes_for_each_that_is_answered),
          TEST(refusals_halve_what_is_before_the_server_and_all_is_carried_out),
          TEST(nothing_is_sent_before_retry_after_has_passed), TEST(a_wait_beyond_the_deadline_is_not_begun),
          TEST(who_waits_in_vain_is_told_why), TEST(the_time_of_a_try_begins_when_it_is_sent),
          TEST(who_is_cancelled_gives_up_its_place), TEST(lists_and_watches_do_not_stand_in_line_behind_calls))

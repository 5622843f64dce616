/* tests/k8s/test_watch.c - events out of a recorded stream, cut anywhere, and what ends it. */
#include "k8s/watch.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* Writes down what it was told: "ADDED blue 512; ..." */
struct listener {
    struct watch_sink sink;
    struct buffer heard;
    bool refuses;
};

static bool take_event(struct watch_sink *sink, enum watch_event_type type, const cJSON *object, struct error *error)
{
    static const char *const names[] = { "ADDED", "MODIFIED", "DELETED", "BOOKMARK" };
    struct listener *listener = (struct listener *) sink;

    if (listener->refuses)
        return error_set(error, ERROR_LIMIT, "enough");
    buffer_append_format(&listener->heard, "%s %s; ", names[type], json_text(object, "metadata/name"));
    return true;
}

/* Feeds the text in pieces of so many bytes. */
static bool feed(struct listener *listener, const char *text, size_t piece, struct error *error)
{
    struct watch watch;
    size_t length = strlen(text);
    bool passed = true;

    watch_init(&watch, &listener->sink);
    for (size_t at = 0; passed && at < length; at += piece)
        passed = watch_feed(&watch, text + at, at + piece < length ? piece : length - at, error);
    watch_release(&watch);
    return passed;
}

static void expect_stream(const char *text, const char *expected)
{
    for (size_t piece = 1; piece <= strlen(text) + 1; piece += piece < 70 ? 1 : 997) {
        struct listener listener = { .sink = { take_event } };
        struct error error = { 0 };

        case_holds(error.message, feed(&listener, text, piece, &error));
        case_text("stream", buffer_text(&listener.heard), expected);
        buffer_release(&listener.heard);
    }
}

static const char added[] =
    "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Namespace\",\"metadata\":{\"name\":\"blue\"}}}\n";
static const char deleted[] =
    "{\"type\":\"DELETED\",\"object\":{\"kind\":\"Namespace\",\"metadata\":{\"name\":\"blue\"}}}\n";

static void events_come_out_whole_wherever_the_bytes_are_cut(void)
{
    char text[1024];

    snprintf(text, sizeof text, "%s\n\r\n%s", added, deleted);
    expect_stream(text, "ADDED blue; DELETED blue; ");
}

static void an_unknown_type_is_passed_over(void)
{
    char text[1024];

    snprintf(text, sizeof text, "{\"type\":\"RENAMED\",\"object\":{}}\n%s", added);
    expect_stream(text, "ADDED blue; ");
}

static void an_event_without_its_end_is_kept_back(void)
{
    char text[sizeof added] = "";

    memcpy(text, added, sizeof added - 2);
    expect_stream(text, "");
}

static void a_recorded_stream_is_read(void)
{
    released_by(buffer_release) struct buffer stream = recorded_answer("watch-namespaces.jsonl");

    expect_stream(buffer_text(&stream), "ADDED watched; MODIFIED watched; BOOKMARK ; BOOKMARK ; MODIFIED watched; ");
}

static void a_recorded_410_says_list_again(void)
{
    released_by(buffer_release) struct buffer stream = recorded_answer("watch-expired.jsonl");
    struct listener listener = { .sink = { take_event } };
    struct error error = { 0 };

    CU_ASSERT_FALSE(feed(&listener, buffer_text(&stream), 100, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_MISSING);
    CU_ASSERT_EQUAL(error.status, 410);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "too old resource version"));
    CU_ASSERT_EQUAL(listener.heard.length, 0);
}

static void what_ends_a_watch_has_its_kind(void)
{
    static const struct {
        const char *text;
        enum error_kind kind;
        int status;
    } cases[] = {
        { "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}}\n", ERROR_MISSING,
          410 },
        { "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":500,\"message\":\"etcd\"}}\n", ERROR_PROTOCOL,
          500 },
        { "{\"type\":\"ERROR\",\"object\":{\"code\":\"many\"}}\n", ERROR_PROTOCOL, 0 },
        { "{\"type\":\"ADDED\"}\n", ERROR_PROTOCOL, 0 },
        { "{\"type\":\"ADDED\",\"object\":[]}\n", ERROR_PROTOCOL, 0 },
        { "{\"object\":{}}\n", ERROR_PROTOCOL, 0 },
        { "[]\n", ERROR_PROTOCOL, 0 },
        { "<html>\n", ERROR_PROTOCOL, 0 },
        { "{\"type\":\"ADDED\",\"object\":{}} {}\n", ERROR_PROTOCOL, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct listener listener = { .sink = { take_event } };
        struct error error = { 0 };

        case_holds(cases[i].text, !feed(&listener, cases[i].text, 7, &error));
        case_number(cases[i].text, error.kind, cases[i].kind);
        case_number(cases[i].text, error.status, cases[i].status);
        case_number(cases[i].text, (int64_t) listener.heard.length, 0);
    }
}

static void an_event_beyond_the_limit_is_refused(void)
{
    static const char piece[64 * 1024]; /* NULs: never a line's end */
    struct listener listener = { .sink = { take_event } };
    struct error error = { 0 };
    struct watch watch;
    size_t fed = 0;

    watch_init(&watch, &listener.sink);
    while (fed <= WATCH_EVENT_BYTES_MAX && watch_feed(&watch, piece, sizeof piece, &error))
        fed += sizeof piece;
    CU_ASSERT_EQUAL(fed, WATCH_EVENT_BYTES_MAX);
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
    watch_release(&watch);
}

static void what_the_sink_says_ends_the_reading(void)
{
    struct listener listener = { .sink = { take_event }, .refuses = true };
    struct error error = { 0 };

    CU_ASSERT_FALSE(feed(&listener, added, 1000, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
    CU_ASSERT_STRING_EQUAL(error.message, "enough");
}

TEST_MAIN("k8s/watch", TEST(events_come_out_whole_wherever_the_bytes_are_cut), TEST(an_unknown_type_is_passed_over),
          TEST(an_event_without_its_end_is_kept_back), TEST(a_recorded_stream_is_read),
          TEST(a_recorded_410_says_list_again), TEST(what_ends_a_watch_has_its_kind),
          TEST(an_event_beyond_the_limit_is_refused), TEST(what_the_sink_says_ends_the_reading))

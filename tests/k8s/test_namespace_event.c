/* tests/k8s/test_namespace_event.c - the request as curl sent it when the answers were recorded, and these answers. */
#include "k8s/namespace_event.h"

#include "base/json.h"
#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void release_request(struct http_request *request)
{
    buffer_release(&request->url);
    buffer_release(&request->headers);
    buffer_release(&request->body);
}

static cJSON *parse(const struct buffer *text)
{
    cJSON *value = NULL;
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(json_parse(buffer_text(text), text->length, "it", &value, &error));
    return value;
}

/* What the server made of the one that curl sent, with the same values, is what ours has. */
static void what_is_sent_is_what_the_server_keeps(void)
{
    static const char *const texts[] = {
        "apiVersion",
        "kind",
        "metadata/name",
        "involvedObject/apiVersion",
        "involvedObject/kind",
        "involvedObject/name",
        "involvedObject/namespace",
        "involvedObject/uid",
        "type",
        "reason",
        "message",
        "firstTimestamp",
        "lastTimestamp",
        "source/component",
        "reportingComponent",
    };
    released_by(release_request) struct http_request request = { 0 };
    released_by(buffer_release) struct buffer recorded = recorded_answer("event-made.json");
    released_by(json_release) cJSON *kept = parse(&recorded);
    struct namespace_event event = { .namespace = "recorded",
                                     .uid = json_text(kept, "involvedObject/uid"),
                                     .reason = "Stopped",
                                     .message = "Stopped by @ann",
                                     .at = 1795464000, /* date -u -d 2026-11-23T20:00:00Z +%s */
                                     .number = 0xFF };

    namespace_event_write_request(&event, &request);
    CU_ASSERT_STRING_EQUAL(request.method, "POST");
    CU_ASSERT_STRING_EQUAL(buffer_text(&request.url), "/api/v1/namespaces/recorded/events");
    CU_ASSERT_STRING_EQUAL(buffer_text(&request.headers), "Content-Type: application/json\n");
    released_by(json_release) cJSON *sent = parse(&request.body);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        case_text(texts[i], json_text(sent, texts[i]), json_text(kept, texts[i]));
        case_holds(texts[i], json_text(sent, texts[i])[0] != '\0');
    }
    CU_ASSERT_TRUE(cJSON_Compare(json_find(sent, "count"), json_find(kept, "count"), true));
}

static void a_warning_is_one_and_a_long_sentence_is_cut(void)
{
    released_by(release_request) struct http_request request = { 0 };
    char message[3000];
    struct namespace_event event = { .namespace = "dev",
                                     .uid = "u",
                                     .reason = "Degraded",
                                     .message = message,
                                     .is_warning = true,
                                     .number = UINT64_MAX };

    memset(message, 'x', sizeof message - 1);
    message[sizeof message - 1] = '\0';
    namespace_event_write_request(&event, &request);
    released_by(json_release) cJSON *sent = parse(&request.body);
    CU_ASSERT_STRING_EQUAL(json_text(sent, "type"), "Warning");
    CU_ASSERT_STRING_EQUAL(json_text(sent, "metadata/name"), "dev.ffffffffffffffff");
    CU_ASSERT_STRING_EQUAL(json_text(sent, "firstTimestamp"), "1970-01-01T00:00:00Z");
    case_holds("it is cut", strlen(json_text(sent, "message")) < NAMESPACE_EVENT_MESSAGE_SIZE);
    case_holds("but no shorter", strlen(json_text(sent, "message")) >= NAMESPACE_EVENT_MESSAGE_SIZE - 4);
}

static void recorded_answers_have_their_kind(void)
{
    static const struct {
        const char *file;
        int status;
        enum error_kind kind;
        const char *sentence;
    } cases[] = {
        { "event-made.json", 201, ERROR_NONE, "" },
        { "event-exists-409.json", 409, ERROR_NONE, "" },
        { "event-missing-404.json", 404, ERROR_MISSING, "namespaces \"gone\" not found (404)" },
        { "event-terminating-403.json", 403, ERROR_MISSING, "because it is being terminated (403)" },
        { "event-refused-403.json", 403, ERROR_REFUSED,
          "events is forbidden: User \"system:serviceaccount:default:nobody\" cannot create resource \"events\" in API "
          "group \"\" in the namespace \"recorded\" (403)" },
        { "busy-429.txt", 429, ERROR_BUSY, "the API server answered 429" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_response response = { .status = cases[i].status, .body = recorded_answer(cases[i].file) };
        struct error error = { 0 };

        case_number(cases[i].file, namespace_event_read_response(&response, &error), cases[i].kind == ERROR_NONE);
        case_number(cases[i].file, error.kind, cases[i].kind);
        if (strstr(error.message, cases[i].sentence) == NULL)
            case_text(cases[i].file, error.message, cases[i].sentence);
        buffer_release(&response.body);
    }
}

TEST_MAIN("k8s/namespace_event", TEST(what_is_sent_is_what_the_server_keeps),
          TEST(a_warning_is_one_and_a_long_sentence_is_cut), TEST(recorded_answers_have_their_kind))

/* tests/k8s/test_annotation.c - the request as curl sent it when the answers were recorded, and these answers. */
#include "k8s/annotation.h"

#include "base/json.h"
#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static const char uid[] = "d34eb426-ffa5-4ccf-b9a9-9c159a490c3c";

static void release_request(struct http_request *request)
{
    buffer_release(&request->url);
    buffer_release(&request->headers);
    buffer_release(&request->body);
}

static void the_request_names_the_namespace_that_is_meant(void)
{
    static const struct {
        const char *schedule, *body;
    } cases[] = {
        { "daily 22:00 Europe/Berlin",
          "{\"metadata\":{\"uid\":\"d34eb426-ffa5-4ccf-b9a9-9c159a490c3c\",\"annotations\":"
          "{\"curfew/schedule\":\"daily 22:00 Europe/Berlin\"}}}" },
        { NULL, "{\"metadata\":{\"uid\":\"d34eb426-ffa5-4ccf-b9a9-9c159a490c3c\",\"annotations\":"
                "{\"curfew/schedule\":null}}}" },
        { "a\"}},\"b", "{\"metadata\":{\"uid\":\"d34eb426-ffa5-4ccf-b9a9-9c159a490c3c\",\"annotations\":"
                       "{\"curfew/schedule\":\"a\\\"}},\\\"b\"}}}" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(release_request) struct http_request request = { 0 };

        annotation_write_request("recorded", uid, cases[i].schedule, &request);
        case_text("method", request.method, "PATCH");
        case_text("path", buffer_text(&request.url), "/api/v1/namespaces/recorded");
        case_text("headers", buffer_text(&request.headers), "Content-Type: application/merge-patch+json\n");
        case_text("body", buffer_text(&request.body), cases[i].body);
    }
}

/* Of the namespace in a recorded answer: each recording has another. */
static void read_uid(const struct buffer *answer, char target[KUBERNETES_UID_SIZE])
{
    released_by(json_release) cJSON *object = NULL;
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(json_parse(buffer_text(answer), answer->length, "the answer", &object, &error));
    snprintf(target, KUBERNETES_UID_SIZE, "%s", json_text(object, "metadata/uid"));
}

static void what_was_asked_for_is_read_back(void)
{
    static const struct {
        const char *file, *schedule;
        bool another_uid;
        enum error_kind kind;
        const char *sentence;
    } cases[] = {
        { "annotation-set.json", "daily 22:00 Europe/Berlin", false, ERROR_NONE, "" },
        { "annotation-removed.json", NULL, false, ERROR_NONE, "" },
        { "annotation-set.json", "daily 23:00 Europe/Berlin", false, ERROR_CONFLICT,
          "something in the cluster made its annotation curfew/schedule \"daily 22:00 Europe/Berlin\" instead" },
        { "annotation-set.json", NULL, false, ERROR_CONFLICT,
          "something in the cluster made its annotation curfew/schedule \"daily 22:00 Europe/Berlin\" instead" },
        { "annotation-removed.json", "daily 22:00 Europe/Berlin", false, ERROR_CONFLICT,
          "something in the cluster made its annotation curfew/schedule \"\" instead" },
        { "annotation-set.json", "daily 22:00 Europe/Berlin", true, ERROR_PROTOCOL,
          "the answer is about another namespace" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_response response = { .status = 200, .body = recorded_answer(cases[i].file) };
        char actual[KUBERNETES_UID_SIZE];
        struct error error = { 0 };

        read_uid(&response.body, actual);
        case_number(cases[i].file,
                    annotation_read_response(&response, cases[i].another_uid ? "another" : actual, cases[i].schedule,
                                             &error),
                    cases[i].kind == ERROR_NONE);
        case_number(cases[i].file, error.kind, cases[i].kind);
        case_text(cases[i].file, error.message, cases[i].sentence);
        buffer_release(&response.body);
    }
}

static void recorded_refusals_have_their_kind(void)
{
    static const struct {
        const char *file;
        int status;
        enum error_kind kind;
        const char *sentence;
    } cases[] = {
        { "annotation-other-422.json", 422, ERROR_CONFLICT, "it was deleted, and another namespace has its name now" },
        { "annotation-missing-404.json", 404, ERROR_MISSING, "namespaces \"gone\" not found (404)" },
        { "annotation-too-long-422.json", 422, ERROR_INPUT,
          "Namespace \"recorded\" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes "
          "(422)" },
        { "annotation-refused-403.json", 403, ERROR_REFUSED,
          "namespaces \"recorded\" is forbidden: User \"system:serviceaccount:default:nobody\" cannot patch resource "
          "\"namespaces\" in API group \"\" in the namespace \"recorded\" (403)" },
        { "scale-conflict-409.json", 409, ERROR_CONFLICT,
          "Operation cannot be fulfilled on deployments.apps \"web\": the object has been modified; please apply your "
          "changes to the latest version and try again (409)" },
        { "busy-429.txt", 429, ERROR_BUSY, "the API server answered 429" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_response response = { .status = cases[i].status, .body = recorded_answer(cases[i].file) };
        struct error error = { 0 };

        case_holds(cases[i].file, !annotation_read_response(&response, uid, NULL, &error));
        case_number(cases[i].file, error.kind, cases[i].kind);
        case_number(cases[i].file, error.status, cases[i].status);
        case_text(cases[i].file, error.message, cases[i].sentence);
        buffer_release(&response.body);
    }
}

static void what_is_no_namespace_is_refused(void)
{
    static const struct {
        int status;
        const char *body;
        enum error_kind kind;
    } cases[] = {
        { 200, "", ERROR_PROTOCOL },
        { 200, "OK", ERROR_PROTOCOL },
        { 200, "{}", ERROR_PROTOCOL },
        { 200, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}", ERROR_PROTOCOL },
        { 200, "{\"kind\":\"Namespace\",\"metadata\":{\"name\":\"recorded\"}}", ERROR_PROTOCOL },
        { 422, "", ERROR_INPUT },
        { 422, "{\"details\":{\"causes\":7}}", ERROR_INPUT },
        { 422, "{\"details\":{\"causes\":[{\"field\":7},null]}}", ERROR_INPUT },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_response response = { .status = cases[i].status };
        struct error error = { 0 };

        buffer_append_text(&response.body, cases[i].body);
        case_holds(cases[i].body, !annotation_read_response(&response, uid, NULL, &error));
        case_number(cases[i].body, error.kind, cases[i].kind);
        buffer_release(&response.body);
    }
}

TEST_MAIN("k8s/annotation", TEST(the_request_names_the_namespace_that_is_meant), TEST(what_was_asked_for_is_read_back),
          TEST(recorded_refusals_have_their_kind), TEST(what_is_no_namespace_is_refused))

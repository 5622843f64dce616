/* tests/k8s/test_scale.c - the request as curl sent it when the answers were recorded, and these answers. */
#include "k8s/scale.h"

#include "base/text.h"
#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void release_request(struct http_request *request)
{
    buffer_release(&request->url);
    buffer_release(&request->headers);
    buffer_release(&request->body);
}

static void the_request_carries_the_version_it_rests_on(void)
{
    released_by(release_request) struct http_request request = { 0 };

    scale_write_request("recorded", resource_list_find(resource_built_in(), "deployments.apps"), "web", 5, "u-1", "428",
                        &request);
    CU_ASSERT_STRING_EQUAL(request.method, "PATCH");
    CU_ASSERT_STRING_EQUAL(buffer_text(&request.url), "/apis/apps/v1/namespaces/recorded/deployments/web/scale");
    CU_ASSERT_STRING_EQUAL(buffer_text(&request.headers), "Content-Type: application/merge-patch+json\n");
    CU_ASSERT_STRING_EQUAL(buffer_text(&request.body),
                           "{\"metadata\":{\"uid\":\"u-1\",\"resourceVersion\":\"428\"},\"spec\":{\"replicas\":5}}");
}

static void without_a_version_it_overwrites(void)
{
    released_by(release_request) struct http_request request = { 0 };

    scale_write_request("recorded", resource_list_find(resource_built_in(), "statefulsets.apps"), "a.b-c", 0, "", "",
                        &request);
    CU_ASSERT_STRING_EQUAL(buffer_text(&request.url), "/apis/apps/v1/namespaces/recorded/statefulsets/a.b-c/scale");
    CU_ASSERT_STRING_EQUAL(buffer_text(&request.body), "{\"spec\":{\"replicas\":0}}");
}

static void a_name_cannot_leave_its_place_in_the_path(void)
{
    released_by(release_request) struct http_request request = { 0 };

    scale_write_request("recorded", resource_list_find(resource_built_in(), "deployments.apps"), "../x?y#z", 0, "", "",
                        &request);
    CU_ASSERT_STRING_EQUAL(buffer_text(&request.url),
                           "/apis/apps/v1/namespaces/recorded/deployments/..%2Fx%3Fy%23z/scale");
}

static bool read_answer(const char *file, int status, struct scale *scale, struct error *error)
{
    struct http_response response = { .status = status, .body = recorded_answer(file) };
    bool passed = scale_read_response(&response, scale, error);

    buffer_release(&response.body);
    return passed;
}

static void recorded_scales_are_read(void)
{
    static const struct {
        const char *file;
        int replicas, existing;
    } cases[] = { { "scale-5.json", 5, 3 }, { "scale-0.json", 0, 5 } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scale scale;
        struct error error = { 0 };

        if (!case_holds(error.message, read_answer(cases[i].file, 200, &scale, &error)))
            continue;
        case_number(cases[i].file, scale.replicas, cases[i].replicas);
        case_number(cases[i].file, scale.replicas_existing, cases[i].existing);
        case_number(cases[i].file, (int64_t) strlen(scale.uid), 36);
        case_holds(cases[i].file, scale.resource_version[0] != '\0');
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
        { "scale-missing-404.json", 404, ERROR_MISSING, "deployments.apps \"gone\" not found (404)" },
        { "scale-conflict-409.json", 409, ERROR_CONFLICT,
          "Operation cannot be fulfilled on deployments.apps \"web\": the object has been modified; please apply your "
          "changes to the latest version and try again (409)" },
        { "scale-refused-403.json", 403, ERROR_REFUSED,
          "deployments.apps \"web\" is forbidden: User \"system:serviceaccount:default:nobody\" cannot patch resource "
          "\"deployments/scale\" in API group \"apps\" in the namespace \"recorded\" (403)" },
        { "list-unauthorized-401.json", 401, ERROR_REFUSED, "Unauthorized (401)" },
        { "scale-invalid-422.json", 422, ERROR_INPUT,
          "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0 "
          "(422)" },
        { "busy-429.txt", 429, ERROR_BUSY, "the API server answered 429" },
        { "list-too-large-504.json", 504, ERROR_PROTOCOL,
          "Timeout: Too large resource version: 99999999, current: 523 (504)" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scale scale = { .replicas = -7 };
        struct error error = { 0 };

        case_holds(cases[i].file, !read_answer(cases[i].file, cases[i].status, &scale, &error));
        case_number(cases[i].file, error.kind, cases[i].kind);
        case_number(cases[i].file, error.status, cases[i].status);
        case_text(cases[i].file, error.message, cases[i].sentence);
        case_number(cases[i].file, scale.replicas, -7);
    }
}

static void the_wait_that_was_asked_for_is_kept(void)
{
    struct http_response response = { .status = 429, .retry_after_s = 2 };
    struct error error = { 0 };
    struct scale scale;

    CU_ASSERT_FALSE(scale_read_response(&response, &scale, &error));
    CU_ASSERT_EQUAL(error.retry_after_s, 2);
}

static void what_is_no_scale_is_refused(void)
{
    /* The last ones stand behind kind and apiVersion. */
    static const struct {
        bool whole;
        const char *text;
    } cases[] = {
        { true, "" },
        { true, "OK" },
        { true, "{}" },
        { true, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}" },
        { true, "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/"
                "v2\",\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"1\"}}" },
        { false, "}" },
        { false, ",\"metadata\":{\"uid\":\"u\"}}" },
        { false, ",\"metadata\":{\"resourceVersion\":\"1\"}}" },
        { false, ",\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"1\"},\"spec\":{\"replicas\":\"3\"}}" },
        { false, ",\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"1\"},\"spec\":{\"replicas\":-3}}" },
        { false, ",\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"1\"},\"spec\":{\"replicas\":1000001}}" },
        { false, ",\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"1\"},\"status\":{\"replicas\":0.5}}" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_response response = { .status = 200 };
        struct error error = { 0 };
        struct scale scale;

        if (!cases[i].whole)
            buffer_append_text(&response.body, "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\"");
        buffer_append_text(&response.body, cases[i].text);
        case_holds(cases[i].text, !scale_read_response(&response, &scale, &error));
        case_number(cases[i].text, error.kind, ERROR_PROTOCOL);
        buffer_release(&response.body);
    }
}

TEST_MAIN("k8s/scale", TEST(the_request_carries_the_version_it_rests_on), TEST(without_a_version_it_overwrites),
          TEST(a_name_cannot_leave_its_place_in_the_path), TEST(recorded_scales_are_read),
          TEST(recorded_refusals_have_their_kind), TEST(the_wait_that_was_asked_for_is_kept),
          TEST(what_is_no_scale_is_refused))

/* tests/k8s/test_order_request.c - the requests as curl sent them when the answers were recorded, and these answers. */
#include "k8s/order_request.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static const struct resource deployments = { .path = "/apis/apps/v1", .plural = "deployments" };
static const struct resource caches = { .path = "/apis/example.test/v1beta1", .plural = "caches" };
static const struct resource cronjobs = { .path = "/apis/batch/v1",
                                          .plural = "cronjobs",
                                          .action = RESOURCE_SUSPENDED };
static const struct resource scaledobjects = { .path = "/apis/keda.sh/v1alpha1",
                                               .plural = "scaledobjects",
                                               .action = RESOURCE_PAUSED };

static const char was_active[] = "{\"autoscaling.keda.sh/paused\":null,\"autoscaling.keda.sh/paused-replicas\":null}";
static const char was_held_at_2[] =
    "{\"autoscaling.keda.sh/paused\":null,\"autoscaling.keda.sh/paused-replicas\":\"2\"}";
static const char was_paused[] =
    "{\"autoscaling.keda.sh/paused\":\"true\",\"autoscaling.keda.sh/paused-replicas\":\"0\"}";

static void release_request(struct http_request *request)
{
    buffer_release(&request->url);
    buffer_release(&request->headers);
    buffer_release(&request->body);
}

/* Sources: the Kubernetes API reference of the PATCH of each; for the annotations, KEDA's "Pause autoscaling". */
static void an_order_is_a_patch_that_names_what_it_rests_on(void)
{
    static const struct {
        const struct resource *resource;
        const char *name, *before;
        int32_t replicas;
        const char *url, *body;
    } cases[] = {
        { &deployments, "web", "", 3, "/apis/apps/v1/namespaces/dev/deployments/web/scale",
          "{\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"7\"},\"spec\":{\"replicas\":3}}" },
        { &caches, "large", "", 0, "/apis/example.test/v1beta1/namespaces/dev/caches/large/scale",
          "{\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"7\"},\"spec\":{\"replicas\":0}}" },
        { &cronjobs, "clean", "", 0, "/apis/batch/v1/namespaces/dev/cronjobs/clean",
          "{\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"7\"},\"spec\":{\"suspend\":true}}" },
        { &cronjobs, "../x", "", 1, "/apis/batch/v1/namespaces/dev/cronjobs/..%2Fx",
          "{\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"7\"},\"spec\":{\"suspend\":false}}" },
        { &scaledobjects, "web", "", 0, "/apis/keda.sh/v1alpha1/namespaces/dev/scaledobjects/web",
          "{\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"7\",\"annotations\":"
          "{\"autoscaling.keda.sh/paused\":\"true\",\"autoscaling.keda.sh/paused-replicas\":\"0\"}}}" },
        { &scaledobjects, "web", was_active, 1, "/apis/keda.sh/v1alpha1/namespaces/dev/scaledobjects/web",
          "{\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"7\",\"annotations\":"
          "{\"autoscaling.keda.sh/paused\":null,\"autoscaling.keda.sh/paused-replicas\":null}}}" },
        { &scaledobjects, "web", was_held_at_2, 1, "/apis/keda.sh/v1alpha1/namespaces/dev/scaledobjects/web",
          "{\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"7\",\"annotations\":"
          "{\"autoscaling.keda.sh/paused\":null,\"autoscaling.keda.sh/paused-replicas\":\"2\"}}}" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(release_request) struct http_request request = { 0 };
        struct scale_order order = { .name = cases[i].name,
                                     .uid = "u",
                                     .resource_version = "7",
                                     .before = cases[i].before,
                                     .action = cases[i].resource->action,
                                     .replicas = cases[i].replicas };
        struct error error = { 0 };

        if (!case_holds(error.message, order_request_write("dev", cases[i].resource, &order, &request, &error)))
            continue;
        case_text(cases[i].url, request.method, "PATCH");
        case_text("path", buffer_text(&request.url), cases[i].url);
        case_text(cases[i].url, buffer_text(&request.headers), "Content-Type: application/merge-patch+json\n");
        case_text(cases[i].url, buffer_text(&request.body), cases[i].body);
    }
}

static void what_nobody_could_carry_out_is_said(void)
{
    static const struct {
        const struct resource *resource;
        enum resource_action action;
        int32_t replicas;
        const char *before, *sentence;
    } cases[] = {
        { &deployments, RESOURCE_SCALED, -1, "", "this cannot be scaled, or not to -1" },
        { &deployments, RESOURCE_SCALED, 1000001, "", "this cannot be scaled, or not to 1000001" },
        { &deployments, RESOURCE_SUSPENDED, 0, "", "this cannot be scaled, or not to 0" },
        { &cronjobs, RESOURCE_SUSPENDED, 2, "", "this cannot be scaled, or not to 2" },
        { &cronjobs, RESOURCE_SCALED, 0, "", "this cannot be scaled, or not to 0" },
        { &scaledobjects, RESOURCE_PAUSED, 2, was_active, "this cannot be scaled, or not to 2" },
        { &scaledobjects, RESOURCE_PAUSED, 1, "{}", "what its annotations were is not known" },
        { &scaledobjects, RESOURCE_PAUSED, 1, "{\"autoscaling.keda.sh/paused\":7}",
          "what its annotations were is not known" },
        { &scaledobjects, RESOURCE_PAUSED, 1, "", "what its annotations were is not JSON (byte 0)" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_request request = { 0 };
        struct scale_order order = { .name = "web",
                                     .uid = "u",
                                     .resource_version = "7",
                                     .before = cases[i].before,
                                     .action = cases[i].action,
                                     .replicas = cases[i].replicas };
        struct error error = { 0 };

        case_holds(cases[i].sentence, !order_request_write("dev", cases[i].resource, &order, &request, &error));
        case_text("sentence", error.message, cases[i].sentence);
        case_holds(cases[i].sentence, request.method == NULL && request.url.length == 0);
    }
}

/* Each recording has other uids. */
static void read_uid(const struct buffer *answer, char target[KUBERNETES_UID_SIZE])
{
    released_by(json_release) cJSON *object = NULL;
    struct error error = { 0 };

    snprintf(target, KUBERNETES_UID_SIZE, "none");
    if (json_parse(buffer_text(answer), answer->length, "the answer", &object, &error) &&
        json_text(object, "metadata/uid")[0] != '\0')
        snprintf(target, KUBERNETES_UID_SIZE, "%s", json_text(object, "metadata/uid"));
}

static void recorded_answers_have_their_result(void)
{
    static const struct {
        const char *file;
        int status;
        enum resource_action action;
        const char *name, *before;
        int32_t replicas;
        bool another_uid;
        enum scale_result result;
        const char *reason;
    } cases[] = {
        { "scale-5.json", 200, RESOURCE_SCALED, "web", "", 5, false, SCALE_DONE, "" },
        { "scale-0.json", 200, RESOURCE_SCALED, "web", "", 0, false, SCALE_DONE, "" },
        { "scale-5.json", 200, RESOURCE_SCALED, "web", "", 3, false, SCALE_FAILED,
          "something on the way made it 5 instead of 3" },
        { "scale-5.json", 200, RESOURCE_SCALED, "web", "", 5, true, SCALE_CHANGED, "" },
        { "scale-custom-0.json", 200, RESOURCE_SCALED, "large", "", 0, false, SCALE_DONE, "" },
        { "scale-custom-other-200.json", 200, RESOURCE_SCALED, "large", "", 4, true, SCALE_CHANGED, "" },
        { "scale-custom-conflict-409.json", 409, RESOURCE_SCALED, "large", "", 4, false, SCALE_CHANGED, "" },
        { "scale-other-409.json", 409, RESOURCE_SCALED, "bare", "", 1, false, SCALE_CHANGED, "" },
        { "scale-missing-404.json", 404, RESOURCE_SCALED, "gone", "", 0, false, SCALE_GONE, "" },
        { "unserved-404.json", 404, RESOURCE_SCALED, "bare", "", 1, false, SCALE_CHANGED, "" },
        { "unserved-404.txt", 404, RESOURCE_SCALED, "large", "", 1, false, SCALE_CHANGED, "" },
        { "scale-refused-403.json", 403, RESOURCE_SCALED, "web", "", 0, false, SCALE_FAILED, "is forbidden: User" },
        { "scale-invalid-422.json", 422, RESOURCE_SCALED, "web", "", 1, false, SCALE_FAILED, "greater than or equal" },
        { "busy-429.txt", 429, RESOURCE_SCALED, "web", "", 0, false, SCALE_UNKNOWN, "the API server answered 429" },
        { "list-too-large-504.json", 504, RESOURCE_SCALED, "web", "", 0, false, SCALE_UNKNOWN, "Timeout" },
        { "suspend-true.json", 200, RESOURCE_SCALED, "clean", "", 0, false, SCALE_UNKNOWN, "no Scale" },
        { "suspend-true.json", 200, RESOURCE_SUSPENDED, "clean", "", 0, false, SCALE_DONE, "" },
        { "suspend-false.json", 200, RESOURCE_SUSPENDED, "clean", "", 1, false, SCALE_DONE, "" },
        { "suspend-false.json", 200, RESOURCE_SUSPENDED, "clean", "", 0, false, SCALE_FAILED,
          "something on the way kept it from being suspended" },
        { "suspend-true.json", 200, RESOURCE_SUSPENDED, "clean", "", 1, false, SCALE_FAILED,
          "something on the way kept it suspended" },
        { "suspend-true.json", 200, RESOURCE_SUSPENDED, "clean", "", 0, true, SCALE_CHANGED, "" },
        { "suspend-true.json", 200, RESOURCE_SUSPENDED, "other", "", 0, false, SCALE_UNKNOWN, "about something else" },
        { "suspend-conflict-409.json", 409, RESOURCE_SUSPENDED, "clean", "", 0, false, SCALE_CHANGED, "" },
        { "suspend-other-422.json", 422, RESOURCE_SUSPENDED, "clean", "", 0, false, SCALE_CHANGED, "" },
        { "suspend-missing-404.json", 404, RESOURCE_SUSPENDED, "gone", "", 0, false, SCALE_GONE, "" },
        { "pause-set.json", 200, RESOURCE_PAUSED, "web", "", 0, false, SCALE_DONE, "" },
        { "pause-set.json", 200, RESOURCE_PAUSED, "web", was_paused, 1, false, SCALE_DONE, "" },
        { "pause-removed.json", 200, RESOURCE_PAUSED, "web", was_active, 1, false, SCALE_DONE, "" },
        { "pause-removed.json", 200, RESOURCE_PAUSED, "web", was_held_at_2, 1, false, SCALE_FAILED,
          "something on the way changed the annotations that pause it" },
        { "pause-removed.json", 200, RESOURCE_PAUSED, "web", "", 0, false, SCALE_FAILED,
          "something on the way changed the annotations that pause it" },
        { "pause-set.json", 200, RESOURCE_PAUSED, "web", "", 0, true, SCALE_CHANGED, "" },
        { "pause-conflict-409.json", 409, RESOURCE_PAUSED, "web", "", 0, false, SCALE_CHANGED, "" },
        { "pause-other-422.json", 422, RESOURCE_PAUSED, "web", was_active, 1, false, SCALE_CHANGED, "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_response response = { .status = cases[i].status, .body = recorded_answer(cases[i].file) };
        released_by(scale_orders_release) struct scale_orders orders = { 0 };
        char uid[KUBERNETES_UID_SIZE], row[200];

        read_uid(&response.body, uid);
        snprintf(row, sizeof row, "%s %s %d", cases[i].file, cases[i].name, cases[i].replicas);
        scale_orders_add(&orders, &(struct scale_order){ .name = cases[i].name,
                                                         .uid = cases[i].another_uid ? "another" : uid,
                                                         .before = cases[i].before,
                                                         .action = cases[i].action,
                                                         .replicas = cases[i].replicas });
        order_request_read(&response, &orders.items[0]);
        case_number(row, orders.items[0].result, cases[i].result);
        if (strstr(orders.items[0].reason, cases[i].reason) == NULL || cases[i].reason[0] == '\0')
            case_text(row, orders.items[0].reason, cases[i].reason);
        case_number(row, order_request_is_unserved(&response, &orders.items[0]),
                    text_starts_with(cases[i].file, "unserved-"));
        buffer_release(&response.body);
    }
}

static void what_is_no_answer_leaves_it_unknown(void)
{
    static const char *const bodies[] = {
        "",
        "OK",
        "{}",
        "{\"metadata\":{\"name\":\"clean\"},\"spec\":{\"suspend\":true}}",
        "{\"metadata\":{\"name\":\"clean\",\"uid\":7},\"spec\":{\"suspend\":true}}",
        "{\"metadata\":{\"name\":\"clean\",\"uid\":\"u\"}}",
        "{\"metadata\":{\"uid\":\"u\"},\"spec\":{\"suspend\":true}}",
    };

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct http_response response = { .status = 200 };
        released_by(scale_orders_release) struct scale_orders orders = { 0 };

        buffer_append_text(&response.body, bodies[i]);
        scale_orders_add(&orders, &(struct scale_order){ .name = "clean", .uid = "u", .action = RESOURCE_SUSPENDED });
        order_request_read(&response, &orders.items[0]);
        case_number(bodies[i], orders.items[0].result, SCALE_UNKNOWN);
        case_holds(bodies[i], orders.items[0].reason[0] != '\0');
        buffer_release(&response.body);
    }
}

TEST_MAIN("k8s/order_request", TEST(an_order_is_a_patch_that_names_what_it_rests_on),
          TEST(what_nobody_could_carry_out_is_said), TEST(recorded_answers_have_their_result),
          TEST(what_is_no_answer_leaves_it_unknown))

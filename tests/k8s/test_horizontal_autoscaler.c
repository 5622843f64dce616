/* tests/k8s/test_horizontal_autoscaler.c - what a HorizontalPodAutoscaler scales, and how low. */
#include "k8s/horizontal_autoscaler.h"

#include "base/json.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* The example of "Horizontal Pod Autoscaler Walkthrough" of the Kubernetes documentation, with another minimum each. */
static bool read_example(const char *minimum, struct horizontal_autoscaler *autoscaler, struct error *error)
{
    static cJSON *object; /* the autoscaler borrows from it, until the next one is read */
    char text[500];

    snprintf(
        text, sizeof text,
        "{\"metadata\":{\"name\":\"php-apache\"},\"spec\":{\"scaleTargetRef\":{\"apiVersion\":\"apps/v1\",\"kind\":"
        "\"Deployment\",\"name\":\"php-apache\"}%s,\"maxReplicas\":10}}",
        minimum);
    json_release(&object);
    object = cJSON_Parse(text);
    bool read = horizontal_autoscaler_read(object, autoscaler, error);
    if (minimum[0] == '\0')
        case_text("kind", autoscaler->target.kind, "Deployment");
    return read;
}

static void the_minimum_is_one_where_it_is_not_said(void)
{
    static const struct {
        const char *minimum;
        int expected;
    } cases[] = { { "", 1 }, { ",\"minReplicas\":3", 3 }, { ",\"minReplicas\":0", 0 }, { ",\"minReplicas\":null", 1 } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct horizontal_autoscaler autoscaler;
        struct error error = { 0 };

        if (case_holds(cases[i].minimum, read_example(cases[i].minimum, &autoscaler, &error)))
            case_number(cases[i].minimum, autoscaler.minimum, cases[i].expected);
    }
}

static void what_cannot_be_is_refused(void)
{
    static const char *const cases[] = { ",\"minReplicas\":-1", ",\"minReplicas\":\"2\"", ",\"minReplicas\":1.5" };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct horizontal_autoscaler autoscaler;
        struct error error = { 0 };

        case_holds(cases[i], !read_example(cases[i], &autoscaler, &error));
        case_number(cases[i], error.kind, ERROR_PROTOCOL);
    }

    released_by(json_release) cJSON *aimless = cJSON_Parse("{\"spec\":{\"scaleTargetRef\":{\"kind\":\"Deployment\"}}}");
    struct horizontal_autoscaler autoscaler;
    struct error error = { 0 };
    CU_ASSERT_FALSE(horizontal_autoscaler_read(aimless, &autoscaler, &error));
    CU_ASSERT_STRING_EQUAL(error.message, "a HorizontalPodAutoscaler does not say what it scales");
}

TEST_MAIN("k8s/horizontal_autoscaler", TEST(the_minimum_is_one_where_it_is_not_said), TEST(what_cannot_be_is_refused))

/* tests/k8s/test_autoscaler.c - autoscalers of KEDA are paused, and come back as they were.
 *
 * What pauses one is said by "Pause auto-scaling" of KEDA's documentation.
 */
#include "k8s/autoscaler.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* One with these annotations: what stands between the braces. */
static cJSON *make(const char *annotations)
{
    char text[1000];

    snprintf(text, sizeof text, "{\"metadata\":{\"annotations\":{%s}}}", annotations);
    cJSON *object = cJSON_Parse(text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(object);
    return object;
}

static void one_that_starts_nothing_is_paused(void)
{
    static const struct {
        const char *annotations;
        bool is_paused;
    } cases[] = {
        { "", false },
        { "\"autoscaling.keda.sh/paused\":\"true\"", true },
        { "\"autoscaling.keda.sh/paused\":\"false\"", false },
        { "\"autoscaling.keda.sh/paused-replicas\":\"0\"", true },
        { "\"autoscaling.keda.sh/paused-replicas\":\"2\"", false },
        { "\"autoscaling.keda.sh/paused-replicas\":\"2\",\"autoscaling.keda.sh/paused\":\"true\"", false },
        { "\"autoscaling.keda.sh/paused-replicas\":\"0\",\"autoscaling.keda.sh/paused\":\"true\"", true },
        { "\"other\":\"true\"", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(json_release) cJSON *object = make(cases[i].annotations);

        case_number(cases[i].annotations, autoscaler_is_paused(object), cases[i].is_paused);
    }
}

/* The annotations that a merge patch leaves of those of an object. */
static void patch(cJSON *object, const char *metadata)
{
    released_by(json_release) cJSON *value = cJSON_Parse(metadata);
    cJSON *annotations =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(object, "metadata"), "annotations");
    const cJSON *member;

    CU_ASSERT_PTR_NOT_NULL_FATAL(value);
    cJSON_ArrayForEach(member, json_find(value, "annotations"))
    {
        cJSON_DeleteItemFromObjectCaseSensitive(annotations, member->string);
        if (!cJSON_IsNull(member))
            cJSON_AddItemToObject(annotations, member->string, cJSON_Duplicate(member, true));
    }
}

static void annotations_come_back_as_they_were(void)
{
    static const char *const cases[] = {
        "",
        "\"autoscaling.keda.sh/paused\":\"false\"",
        "\"autoscaling.keda.sh/paused-replicas\":\"3\"",
        "\"autoscaling.keda.sh/paused-replicas\":\"3\",\"autoscaling.keda.sh/paused\":\"\"",
        "\"other\":\"kept\",\"autoscaling.keda.sh/paused\":\"\\\"\\u00e4\"",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(json_release) cJSON *object = make(cases[i]);
        released_by(json_release) cJSON *original = make(cases[i]);
        released_by(buffer_release) struct buffer pause = { 0 }, back = { 0 };
        struct json_writer writer = json_writer_start(&pause);
        char before[512];
        struct error error = { 0 };

        case_holds(cases[i], autoscaler_write_before(object, before, sizeof before, &error));
        json_begin_object(&writer, NULL);
        autoscaler_put_pause(&writer);
        json_end_object(&writer);
        patch(object, buffer_text(&pause));
        case_holds(cases[i], autoscaler_is_paused(object));
        case_holds(cases[i], autoscaler_stands(object, NULL));
        case_holds(cases[i], !autoscaler_stands(original, NULL));

        writer = json_writer_start(&back);
        json_begin_object(&writer, NULL);
        case_holds(cases[i], autoscaler_put_before(&writer, before, &error));
        json_end_object(&writer);
        case_holds(cases[i], !autoscaler_stands(object, before));
        patch(object, buffer_text(&back));
        case_holds(cases[i], autoscaler_stands(object, before));
        case_holds(cases[i], cJSON_Compare(object, original, true));
    }
}

static void what_is_no_former_state_is_refused(void)
{
    static const char *const cases[] = {
        "",
        "{}",
        "[]",
        "7",
        "{\"autoscaling.keda.sh/paused\":null}",
        "{\"autoscaling.keda.sh/paused\":true,\"autoscaling.keda.sh/paused-replicas\":null}",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer text = { 0 };
        struct json_writer writer = json_writer_start(&text);
        struct error error = { 0 };
        released_by(json_release) cJSON *object = make("");

        case_holds(cases[i], !autoscaler_put_before(&writer, cases[i], &error));
        case_holds(cases[i], error.message[0] != '\0');
        case_text(cases[i], buffer_text(&text), "");
        case_holds(cases[i], !autoscaler_stands(object, cases[i]));
    }
}

static void more_than_can_be_kept_is_refused(void)
{
    char annotations[700], before[512];
    struct error error = { 0 };

    snprintf(annotations, sizeof annotations, "\"autoscaling.keda.sh/paused\":\"%0600d\"", 0);
    released_by(json_release) cJSON *object = make(annotations);
    CU_ASSERT_FALSE(autoscaler_write_before(object, before, sizeof before, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
}

TEST_MAIN("k8s/autoscaler", TEST(one_that_starts_nothing_is_paused), TEST(annotations_come_back_as_they_were),
          TEST(what_is_no_former_state_is_refused), TEST(more_than_can_be_kept_is_refused))

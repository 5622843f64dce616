/* tests/k8s/test_namespace.c - label and annotations of a namespace, as recorded and as they should not be. */
#include "k8s/namespace.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static bool read_example(const char *text, struct namespace *namespace, struct error *error)
{
    released_by(json_release) cJSON *object = NULL;

    CU_ASSERT_TRUE_FATAL(json_parse(text, strlen(text), "the example", &object, error));
    return namespace_read(object, namespace, error);
}

static void a_recorded_namespace_is_read(void)
{
    released_by(buffer_release) struct buffer recorded = recorded_answer("namespace.json");
    struct namespace namespace;
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(read_example(buffer_text(&recorded), &namespace, &error));
    CU_ASSERT_STRING_EQUAL(namespace.name, "recorded");
    CU_ASSERT_EQUAL(strlen(namespace.uid), 36);
    CU_ASSERT_NOT_EQUAL(strlen(namespace.resource_version), 0);
    CU_ASSERT_EQUAL(namespace.scheduler, SCHEDULER_ENABLED);
    CU_ASSERT_FALSE(namespace.terminating);
    CU_ASSERT_STRING_EQUAL(namespace.schedule, "Mon-Fri 08:00-20:00 Europe/Berlin");
    CU_ASSERT_STRING_EQUAL(namespace.channel, "C0123456789");
    CU_ASSERT_STRING_EQUAL(namespace.owners, "U0123456789, S0123456789");
    CU_ASSERT_STRING_EQUAL(namespace.app, "app=web");
    CU_ASSERT_FALSE(namespace.schedule_too_long || namespace.channel_too_long || namespace.owners_too_long);
}

static void a_recorded_namespace_that_goes_is_terminating(void)
{
    released_by(buffer_release) struct buffer recorded = recorded_answer("namespace-terminating.json");
    struct namespace namespace;
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(read_example(buffer_text(&recorded), &namespace, &error));
    CU_ASSERT_TRUE(namespace.terminating);
}

static void the_label_decides_who_takes_part(void)
{
    static const struct {
        const char *labels;
        enum scheduler_label expected;
    } cases[] = {
        { "null", SCHEDULER_ABSENT },
        { "{}", SCHEDULER_ABSENT },
        { "{\"Scheduler\":\"enabled\"}", SCHEDULER_ABSENT },
        { "{\"scheduler\":\"enabled\"}", SCHEDULER_ENABLED },
        { "{\"scheduler\":\"disabled\"}", SCHEDULER_DISABLED },
        { "{\"scheduler\":\"Enabled\"}", SCHEDULER_OTHER },
        { "{\"scheduler\":\"\"}", SCHEDULER_OTHER },
        { "{\"scheduler\":\"enabled \"}", SCHEDULER_OTHER },
        { "{\"scheduler\":true}", SCHEDULER_OTHER },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct namespace namespace;
        struct error error = { 0 };
        char text[256];

        snprintf(text, sizeof text, "{\"metadata\":{\"name\":\"dev\",\"uid\":\"1\",\"labels\":%s}}", cases[i].labels);
        case_holds(error.message, read_example(text, &namespace, &error));
        case_number(cases[i].labels, namespace.scheduler, cases[i].expected);
    }
}

static void an_annotation_beyond_its_size_is_told_and_never_cut(void)
{
    static const struct {
        const char *annotation;
        int length;
        bool schedule_too_long, channel_too_long, owners_too_long, app_too_long;
    } cases[] = {
        { "curfew/schedule", ANNOTATION_SIZE - 1, false, false, false, false },
        { "curfew/schedule", ANNOTATION_SIZE, true, false, false, false },
        { "curfew/channel", ANNOTATION_SIZE, false, true, false, false },
        { "curfew/owners", ANNOTATION_SIZE, false, false, true, false },
        { "curfew/app", ANNOTATION_SIZE, false, false, false, true },
        { "somebody/else", ANNOTATION_SIZE, false, false, false, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool fits = cases[i].length < ANNOTATION_SIZE;
        struct namespace namespace;
        struct error error = { 0 };
        char text[2 * ANNOTATION_SIZE];

        /* A number of so many digits. */
        snprintf(text, sizeof text, "{\"metadata\":{\"name\":\"dev\",\"uid\":\"1\",\"annotations\":{\"%s\":\"%0*d\"}}}",
                 cases[i].annotation, cases[i].length, 1);
        case_holds(error.message, read_example(text, &namespace, &error));
        case_number(cases[i].annotation, namespace.schedule_too_long, cases[i].schedule_too_long);
        case_number(cases[i].annotation, namespace.channel_too_long, cases[i].channel_too_long);
        case_number(cases[i].annotation, namespace.owners_too_long, cases[i].owners_too_long);
        case_number(cases[i].annotation, namespace.app_too_long, cases[i].app_too_long);
        case_number(cases[i].annotation, (int64_t) strlen(namespace.schedule), fits ? cases[i].length : 0);
        case_number(cases[i].annotation, (int64_t) strlen(namespace.channel), 0);
        case_number(cases[i].annotation, (int64_t) strlen(namespace.owners), 0);
        case_number(cases[i].annotation, (int64_t) strlen(namespace.app), 0);
    }
}

static void what_is_no_namespace_is_refused(void)
{
    static const char *const cases[] = {
        "[]",
        "{}",
        "{\"metadata\":{\"name\":\"dev\"}}",
        "{\"metadata\":{\"uid\":\"1\"}}",
        "{\"metadata\":{\"name\":\"\",\"uid\":\"1\"}}",
        "{\"metadata\":{\"name\":7,\"uid\":\"1\"}}",
        "{\"metadata\":{\"name\":\"../secrets\",\"uid\":\"1\"}}",
        "{\"metadata\":{\"name\":\"dev\",\"uid\":\"1\",\"resourceVersion\":7}}",
        "{\"metadata\":{\"name\":\"dev\",\"uid\":\"1\",\"annotations\":{\"curfew/owners\":[]}}}",
        "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"dev\",\"uid\":\"1\"}}",
        "{\"kind\":7,\"metadata\":{\"name\":\"dev\",\"uid\":\"1\"}}",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct namespace namespace = { .name = "untouched" };
        struct error error = { 0 };

        case_holds(cases[i], !read_example(cases[i], &namespace, &error));
        case_number(cases[i], error.kind, ERROR_PROTOCOL);
        case_text(cases[i], namespace.name, "untouched");
    }
}

static void only_names_of_rfc_1123_go_into_a_path(void)
{
    static const struct {
        const char *name;
        bool valid;
    } cases[] = {
        { "a", true },
        { "dev-1", true },
        { "0", true },
        { "abcdefghijklmnopqrstuvwxyz0123456789-abcdefghijklmnopqrstuvwxyz", true },
        { "", false },
        { "-dev", false },
        { "dev-", false },
        { "Dev", false },
        { "dev.1", false },
        { "dev/..", false },
        { "dev 1", false },
        { "d\xC3\xA9v", false },
        { "abcdefghijklmnopqrstuvwxyz0123456789-abcdefghijklmnopqrstuvwxyz0", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        case_number(cases[i].name, namespace_name_is_valid(cases[i].name), cases[i].valid);
}

TEST_MAIN("k8s/namespace", TEST(a_recorded_namespace_is_read), TEST(a_recorded_namespace_that_goes_is_terminating),
          TEST(the_label_decides_who_takes_part), TEST(an_annotation_beyond_its_size_is_told_and_never_cut),
          TEST(what_is_no_namespace_is_refused), TEST(only_names_of_rfc_1123_go_into_a_path))

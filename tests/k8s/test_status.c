/* tests/k8s/test_status.c - what the API server said, on one line. */
#include "k8s/status.h"

#include "base/text.h"
#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void recorded_messages_are_found(void)
{
    static const struct {
        const char *file;
        const char *expected; /* "" = none */
    } cases[] = {
        { "scale-missing-404.json", "deployments.apps \"gone\" not found" },
        { "list-unauthorized-401.json", "Unauthorized" },
        { "scale-invalid-422.json", "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must be "
                                    "greater than or equal to 0" },
        { "busy-429.txt", "" },
        { "scale-0.json", "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer recorded = recorded_answer(cases[i].file);
        char message[STATUS_MESSAGE_SIZE];

        case_number(cases[i].file, status_read_message(recorded.data, recorded.length, message, sizeof message),
                    cases[i].expected[0] != '\0');
        case_text(cases[i].file, message, cases[i].expected);
    }
}

static void a_message_is_made_one_line_and_cut(void)
{
    char message[16];
    char text[] = "{\"kind\":\"Status\",\"message\":\"a\\r\\nb\\tc and much more\"}";

    CU_ASSERT_TRUE(status_read_message(text, strlen(text), message, sizeof message));
    CU_ASSERT_STRING_EQUAL(message, "a  b c and m…");
}

static void an_empty_body_has_no_message(void)
{
    char message[16] = "before";

    CU_ASSERT_FALSE(status_read_message("", 0, message, sizeof message));
    CU_ASSERT_STRING_EQUAL(message, "");
}

static void what_a_status_is_about_is_found(void)
{
    static const struct {
        const char *file, *name;
        bool about_uid, about;
    } cases[] = {
        { "annotation-other-422.json", "recorded", true, true },
        { "suspend-other-422.json", "clean", true, true },
        { "pause-other-422.json", "web", true, true },
        { "annotation-too-long-422.json", "recorded", false, true },
        { "scale-missing-404.json", "gone", false, true },
        { "scale-missing-404.json", "web", false, false },
        { "unserved-404.json", "bare", false, false },
        { "unserved-404.txt", "large", false, false },
        { "scale-5.json", "web", false, false },
        { "event-terminating-403.json", "recorded", false, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer recorded = recorded_answer(cases[i].file);

        case_number(cases[i].file, status_is_about_uid(recorded.data, recorded.length), cases[i].about_uid);
        case_number(cases[i].file, status_is_about(recorded.data, recorded.length, cases[i].name), cases[i].about);
        case_number(cases[i].file, status_has_cause(recorded.data, recorded.length, "NamespaceTerminating"),
                    text_equal(cases[i].file, "event-terminating-403.json"));
    }
}

TEST_MAIN("k8s/status", TEST(recorded_messages_are_found), TEST(a_message_is_made_one_line_and_cut),
          TEST(an_empty_body_has_no_message), TEST(what_a_status_is_about_is_found))

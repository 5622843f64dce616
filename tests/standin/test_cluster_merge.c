/* tests/standin/test_cluster_merge.c - the examples of RFC 7396, appendix A. */
#include "tests/standin/cluster_merge.h"

#include "base/json.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void every_example_of_the_rfc_comes_out(void)
{
    static const struct {
        const char *original, *patch, *result;
    } cases[] = {
        { "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
        { "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}" },
        { "{\"a\":\"b\"}", "{\"a\":null}", "{}" },
        { "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}" },
        { "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
        { "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}" },
        { "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}" },
        { "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}" },
        { "[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]" },
        { "{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]" },
        { "{\"a\":\"foo\"}", "null", "null" },
        { "{\"a\":\"foo\"}", "\"bar\"", "\"bar\"" },
        { "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}" },
        { "[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}" },
        { "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(json_release) cJSON *patch = cJSON_Parse(cases[i].patch);
        released_by(json_release) cJSON *result = cluster_merge(cJSON_Parse(cases[i].original), patch);
        char *text = cJSON_PrintUnformatted(result);

        case_text(cases[i].patch, text, cases[i].result);
        cJSON_free(text);
    }
}

static void a_strategic_patch_with_a_list_or_a_directive_is_not_plain(void)
{
    static const struct {
        const char *patch;
        bool is_plain;
    } cases[] = {
        { "{\"metadata\":{\"labels\":{\"scheduler\":\"enabled\"}}}", true },
        { "{\"spec\":{\"template\":{\"spec\":{\"containers\":[]}}}}", false },
        { "{\"metadata\":{\"$patch\":\"replace\"}}", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(json_release) cJSON *patch = cJSON_Parse(cases[i].patch);

        case_number(cases[i].patch, cluster_merge_is_plain(patch), cases[i].is_plain);
    }
}

TEST_MAIN("standin/cluster_merge", TEST(every_example_of_the_rfc_comes_out),
          TEST(a_strategic_patch_with_a_list_or_a_directive_is_not_plain))

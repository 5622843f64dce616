/* tests/base/test_json_slice.c - members of texts that nobody has parsed. */
#include "base/json_slice.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void a_member_is_found_as_it_stands_there(void)
{
    static const struct {
        const char *text, *path, *expected; /* NULL = not found */
    } cases[] = {
        { "{\"a\":1}", "a", "1" },
        { "{ \"a\" : 1 }", "a", "1" },
        { "{\"a\":{\"b\":[1,2]},\"c\":3}", "a/b", "[1,2]" },
        { "{\"a\":{\"b\":[1,2]},\"c\":3}", "c", "3" },
        { "{\"a\":{\"b\":[1,2]},\"c\":3}", "a", "{\"b\":[1,2]}" },
        { "{\"x\":{\"a\":1},\"a\":2}", "a", "2" },
        { "{\"x\":[{\"a\":1}],\"a\":2}", "a", "2" },
        { "{\"x\":\"\\\"a\\\":1\",\"a\":2}", "a", "2" },
        { "{\"x\":\"{\",\"a\":2}", "a", "2" },
        { "{\"x\":\"\\\\\",\"a\":2}", "a", "2" },
        { "{\"x\":\"\\\\\\\"\",\"a\":2}", "a", "2" },
        { "{\"a\":\"b,}\"}", "a", "\"b,}\"" },
        { "{\"a\":1,\"a\":2}", "a", "1" },
        { "{\"ab\":1}", "a", NULL },
        { "{\"a\":1}", "ab", NULL },
        { "{\"a\":1}", "a/b", NULL },
        { "{\"a\":[{\"b\":1}]}", "a/b", NULL },
        { "{}", "a", NULL },
        { "[]", "a", NULL },
        { "", "a", NULL },
        { "{\"a\"", "a", NULL },
        { "{\"a\":", "a", NULL },
        { "{\"a\":1", "a", NULL },
        { "{\"a\":\"1", "a", NULL },
        { "{\"a\":\"1\\", "a", NULL },
        { "{\"a\":{\"b\":1}", "a/b", "1" }, /* what follows is not looked at */
        { "{a:1}", "a", NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length = strlen(cases[i].text);
        char *text = memory_new(length > 0 ? length : 1, 1); /* a look beyond it is noticed */
        struct json_slice slice = { 0 };
        char found[100] = "";

        memcpy(text, cases[i].text, length);
        bool is_found = json_slice_find(text, length, cases[i].path, &slice);
        if (is_found)
            snprintf(found, sizeof found, "%.*s", (int) slice.length, slice.text);
        case_number(cases[i].text, is_found, cases[i].expected != NULL);
        case_text(cases[i].text, found, cases[i].expected == NULL ? "" : cases[i].expected);
        free(text);
    }
}

TEST_MAIN("base/json_slice", TEST(a_member_is_found_as_it_stands_there))

/* tests/end_to_end/test_leaks.c - a search that finds nothing would find nothing everywhere. */
#include "tests/end_to_end/leaks.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

/* Encoded by base64(1). */
static void a_secret_is_found_wherever_it_stands_and_however_it_is_written(void)
{
    static const struct {
        const char *name;
        const char *text;
        bool found;
    } cases[] = {
        { "as it is", "error=\"xapp-1-secret failed\"", true },
        { "in base64 from the first byte", "eGFwcC0xLXNlY3JldA==", true },
        { "in base64 behind one byte", "IXhhcHAtMS1zZWNyZXQ=", true },
        { "in base64 behind two bytes", "ISF4YXBwLTEtc2VjcmV0", true },
        { "in base64 within a header", "QmVhcmVyIHhhcHAtMS1zZWNyZXQhIQ==", true },
        { "a part of it", "xapp-1-secre", false },
        { "another one", "eGFwcC0yLXNlY3JldA==", false },
        { "nothing", "", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        case_number(cases[i].name, leaks(cases[i].text, "xapp-1-secret"), cases[i].found);
}

static void both_alphabets_of_base64_are_known(void)
{
    CU_ASSERT(leaks("Pz8/Pz8/Pz8/", "?????????"));
    CU_ASSERT(leaks("Pz8_Pz8_Pz8_", "?????????"));
}

TEST_MAIN("end_to_end/leaks", TEST(a_secret_is_found_wherever_it_stands_and_however_it_is_written),
          TEST(both_alphabets_of_base64_are_known))

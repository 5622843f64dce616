/* tests/bot/config_scene.c - variables of a test. */
#include "tests/bot/config_scene.h"

#include <string.h>

#include "base/text.h"
#include "tests/test_case.h"

const char *given_get(const struct variables *variables, const char *name)
{
    static const struct setting required[] = {
        { "SLACK_APP_TOKEN", "xapp-1-A1-2-secretapp" },
        { "SLACK_BOT_TOKEN", "xoxb-1-2-secretbot" },
        { "CURFEW_CHANNEL", "C024BE91L" },
    };
    const struct given *settings = (const struct given *) variables;

    for (size_t i = 0; i < SETTINGS_MAX && settings->items[i].name != NULL; i++)
        if (text_equal(settings->items[i].name, name))
            return settings->items[i].value;
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++)
        if (text_equal(required[i].name, name))
            return required[i].value;
    return NULL;
}

void check_wrong_values(const struct wrong_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct given settings = { .variables = { .get = given_get }, .items = { cases[i].setting } };
        struct config config = { 0 };
        struct error error = { 0 };

        case_holds(cases[i].part, !config_read(&settings.variables, &config, &error));
        case_holds(error.message, strstr(error.message, cases[i].part) != NULL);
        CU_ASSERT_PTR_NULL(strstr(error.message, "planted"));
        CU_ASSERT_PTR_NULL(config.app_token.secret.text);
    }
}

/* tests/bot/config_scene.h - variables of a test: those that are required are set, unless named otherwise. */
#ifndef CURFEW_TESTS_BOT_CONFIG_SCENE_H
#define CURFEW_TESTS_BOT_CONFIG_SCENE_H

#include "bot/config.h"

enum { SETTINGS_MAX = 8 };

struct setting {
    const char *name, *value;
};

struct given {
    struct variables variables;
    struct setting items[SETTINGS_MAX];
};

/* For .variables.get */
const char *given_get(const struct variables *variables, const char *name);

struct wrong_case {
    struct setting setting;
    const char *part; /* of the sentence */
};

/* Each is refused with such a sentence, which repeats nothing that was planted as a secret. */
void check_wrong_values(const struct wrong_case *cases, size_t count);

#endif

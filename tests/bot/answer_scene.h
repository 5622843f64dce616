/* tests/bot/answer_scene.h - answers of a test, as a person reads them. */
#ifndef CURFEW_TESTS_BOT_ANSWER_SCENE_H
#define CURFEW_TESTS_BOT_ANSWER_SCENE_H

#include "base/attributes.h"
#include "base/buffer.h"

#include <stdint.h>

/* "2026-11-27 20:00" in UTC; NULL is 0, "never" INT64_MAX. */
int64_t at(const char *text) must_check;

/* Lines of mrkdwn against plain text, which has the instants in UTC. lines is empty afterwards. */
void check_lines(const char *row, struct buffer *lines, const char *expected);

#endif

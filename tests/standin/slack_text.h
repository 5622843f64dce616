/* tests/standin/slack_text.h - texts the way Slack writes them. */
#ifndef CURFEW_TESTS_STANDIN_SLACK_TEXT_H
#define CURFEW_TESTS_STANDIN_SLACK_TEXT_H

#include "base/attributes.h"
#include "base/buffer.h"

#include <cjson/cJSON.h>

#include <stdbool.h>

enum { SLACK_UUID_SIZE = 37, SLACK_RANDOM_SIZE = 25 };

/* Whether word is one of those in a list that separator separates. */
bool slack_list_has(const char *list, char separator, const char *word) must_check;

/* JSON in which slashes are escaped and every character beyond ASCII is \u. */
void slack_write_json(const cJSON *value, struct buffer *target);

/* A number that nobody guesses, in hexadecimal digits, and as an envelope's id. */
void slack_random(char text[SLACK_RANDOM_SIZE]);
void slack_uuid(char text[SLACK_UUID_SIZE]);

#endif

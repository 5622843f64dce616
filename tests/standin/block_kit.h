/* tests/standin/block_kit.h - refuses blocks that Slack refuses, with the place as a JSON pointer. Pure.
 *
 * Knows the blocks and elements that a bot of commands and buttons can use: section, header, divider, context, actions,
 * image, input, markdown; button, overflow, static_select, users_select, datepicker, timepicker, datetimepicker,
 * checkboxes, radio_buttons, plain_text_input. Any other type is refused, although Slack has more of them.
 * Lengths count characters. A property that is not in Slack's reference is refused.
 * Source: Slack's reference of blocks, elements and composition objects.
 */
#ifndef CURFEW_TESTS_STANDIN_BLOCK_KIT_H
#define CURFEW_TESTS_STANDIN_BLOCK_KIT_H

#include "base/attributes.h"

#include <cjson/cJSON.h>

#include <stdbool.h>

enum {
    BLOCK_KIT_PROBLEMS_MAX = 16,
    BLOCK_KIT_PROBLEM_SIZE = 320,
    BLOCK_KIT_MESSAGE_BLOCKS_MAX = 50,
};

/* Zeroed before use; the first ones found. */
struct block_kit_problems {
    int count;
    char texts[BLOCK_KIT_PROBLEMS_MAX]
              [BLOCK_KIT_PROBLEM_SIZE]; /* "must be less than 76 characters [json-pointer:/blocks/0/...]" */
};

/* The blocks of a message. true: none of it is refused. */
bool block_kit_check_message(const cJSON *blocks, struct block_kit_problems *problems) must_check;

/* A modal or Home view. */
bool block_kit_check_view(const cJSON *view, struct block_kit_problems *problems) must_check;

/* The number of characters of a text in UTF-8. */
int block_kit_characters(const char *text) must_check;

#endif

/* tests/bot/message_scene.h - messages of a test, and what is written of them. */
#ifndef CURFEW_TESTS_BOT_MESSAGE_SCENE_H
#define CURFEW_TESTS_BOT_MESSAGE_SCENE_H

#include "base/attributes.h"
#include "bot/message.h"

#include <cjson/cJSON.h>

#include <stddef.h>

void add_text(struct message *message, const char *text);                             /* as a section */
void add_button(struct message *message, const char *text, enum message_style style); /* "act0" .., of value "v1" */
void append_lines(struct buffer *target, int count); /* of 17 characters, with its end */

/* What message_write() makes of it; to be deleted. */
cJSON *written(const struct message *message) must_check;

const char *block_text(const cJSON *body, int number) must_check;
int block_count(const cJSON *body) must_check;

/* For texts within the Basic Multilingual Plane. */
size_t characters_of(const char *text) must_check;

/* The judge is the stand-in's, written from Slack's pages for everything that is posted. */
void check_limits(const cJSON *body);

#endif

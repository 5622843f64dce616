/* bot/blocks.h - a message as Slack's blocks, within their limits. Pure.
 *
 * Lengths are counted in UTF-16 units, which is never less than there are characters, in the escaped text. A cut never
 * goes through a token: a character, an escape (&amp;) or a reference (<!date^...>). Source: Slack, Block Kit reference.
 */
#ifndef CURFEW_BOT_BLOCKS_H
#define CURFEW_BOT_BLOCKS_H

#include "base/attributes.h"
#include "base/json_writer.h"
#include "bot/message.h"

#include <stddef.h>

/* Writes the member "blocks". What does not fit MESSAGE_BLOCKS_MAX and bytes_max (of their JSON; SIZE_MAX = no limit) is left
 * out, and a last block says how much. */
void blocks_write(const struct message *message, size_t bytes_max, struct json_writer *writer);

/* Bytes of the token at the start of text; text is not "". */
size_t blocks_token_length(const char *text) must_check;

/* Bytes of the longest start of text that has at most units_max units: all of it, or up to the end of a line, or, where
 * one line is too long by itself, up to the end of a token. 0 only for "". */
size_t blocks_first_piece(const char *text, size_t units_max) must_check;

#endif

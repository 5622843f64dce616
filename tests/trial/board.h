/* tests/trial/board.h - what the cluster says about its environments, one line each. */
#ifndef CURFEW_TESTS_TRIAL_BOARD_H
#define CURFEW_TESTS_TRIAL_BOARD_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/flow.h"
#include "base/loop.h"
#include "base/secret.h"

#include <stdbool.h>

struct board;

/* The texts are copied. flow is pumped once for each board_read(). */
struct board *board_new(struct loop *loop, const char *server, const char *ca_path, const char *token,
                        struct flow *flow) must_check;
void board_free(struct board *board); /* accepts NULL */

void board_read(struct board *board);
bool board_is_reading(const struct board *board) must_check;
bool board_has_answer(const struct board *board) must_check; /* that was not taken yet */

/* Then: appends the lines. false: *error says why there are none. */
bool board_take(struct board *board, struct buffer *target, struct error *error) must_check;

/* Writes one member of a namespace's metadata/labels or metadata/annotations, as kubectl label and annotate do.
 * flow is pumped; board_take() then says what came of it. */
void board_write(struct board *board, const char *namespace, const char *map, const char *key, const char *value);

#endif

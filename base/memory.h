/* base/memory.h - memory that is there, or the process ends.
 *
 * Running out of memory is not an error to be handled: the state is in the store, and a restart is a tested
 * path. So these never return NULL.
 */
#ifndef CURFEW_BASE_MEMORY_H
#define CURFEW_BASE_MEMORY_H

#include <stddef.h>

#include "base/attributes.h"

/* Zeroed memory for count things of size bytes each. The caller frees it. */
void *memory_new(size_t count, size_t size) must_check;

/* Room for count things; what was there stays, what is new is not zeroed. */
void *memory_grow(void *memory, size_t count, size_t size) must_check;

/* A copy of text (NULL gives ""). The caller frees it. */
char *memory_text(const char *text) must_check;

/* A copy of length bytes, with a NUL behind. The caller frees it. */
char *memory_copy(const void *bytes, size_t length) must_check;

/* Copies count texts into one block and lets each of the pointers point there (NULL becomes ""). The caller frees the block. */
char *memory_pack(const char **const texts[], size_t count) must_check;

/* For released_by(): frees *text and sets it to NULL. */
void memory_release_text(char **text);

#endif

/* base/json_slice.h - a member of a JSON text that is not parsed: whether it is worth it. Pure.
 *
 * Of a large object a look at one member near its beginning costs a fiftieth of reading it all.
 */
#ifndef CURFEW_BASE_JSON_SLICE_H
#define CURFEW_BASE_JSON_SLICE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

/* A piece of the text. */
struct json_slice {
    const char *text;
    size_t length;
};

/* The value at a path of names separated by '/', as it stands there: of several of that name the first; a name that is written
 * in escapes is not found. false: it is not there, or the text is no JSON up to its end. What follows it is not looked at. */
bool json_slice_find(const char *text, size_t length, const char *path, struct json_slice *ret_slice) must_check;

#endif

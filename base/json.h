/* base/json.h - typed, bounded reads from cJSON.
 *
 * Whoever reads foreign JSON names what it wants and how large it may be; what is there in another type is
 * an error that names the place, what is not there is told apart from what is wrong. A text ends at an escaped NUL.
 */
#ifndef CURFEW_BASE_JSON_H
#define CURFEW_BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"

enum { JSON_DEPTH_MAX = 100 }; /* deeper nesting is refused before cJSON recurses into it */

/* Parses exactly one JSON value in length bytes (white space around it allowed).
 *
 * what       names the text in the error: "the envelope"
 * ret_value  the caller owns it: json_release()
 *
 * false, ERROR_PROTOCOL: not JSON, not UTF-8, something behind it, nested deeper than JSON_DEPTH_MAX.
 */
bool json_parse(const char *text, size_t length, const char *what, cJSON **ret_value, struct error *error) must_check;

/* For released_by(): deletes *value and sets it to NULL. */
void json_release(cJSON **value);

/* The member at a path of names separated by '/', or NULL: json_find(item, "metadata/name").
 * A name with '/' in it (annotations) is looked up with json_member(). Both accept NULL. */
const cJSON *json_find(const cJSON *value, const char *path) must_check;
const cJSON *json_member(const cJSON *object, const char *name) must_check;

/* The text at a path; "" when it is missing, null or no string. Borrowed from value. */
const char *json_text(const cJSON *value, const char *path) must_check;

/* Copies the text at a path into target (size bytes). Missing or null: true with "".
 * false, ERROR_PROTOCOL: another type; ERROR_LIMIT: it does not fit. The error names the path. */
bool json_copy_text(const cJSON *value, const char *path, char *target, size_t size, struct error *error) must_check;

/* Like it, but missing, null and "" are ERROR_PROTOCOL as well. */
bool json_need_text(const cJSON *value, const char *path, char *target, size_t size, struct error *error) must_check;

/* Like json_copy_text(), borrowed from value: at most size - 1 bytes. */
bool json_borrow_text(const cJSON *value, const char *path, size_t size, const char **ret_text, struct error *error)
    must_check;

/* The whole number at a path; fallback when it is missing or null.
 * false, ERROR_PROTOCOL: another type, not whole, or outside minimum .. maximum (both within +-2^53). */
bool json_number(const cJSON *value, const char *path, int64_t fallback, int64_t minimum, int64_t maximum,
                 int64_t *ret_number, struct error *error) must_check;

/* true only for the literal true. */
bool json_is_true(const cJSON *value, const char *path) must_check;

#endif

/* store/document.h - what the documents of the store have in common: JSON objects that carry a version. Pure. */
#ifndef CURFEW_STORE_DOCUMENT_H
#define CURFEW_STORE_DOCUMENT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"

/* Parses a document and looks at its version.
 *
 * what          names it: "the record"
 * ret_document  the caller owns it: json_release()
 *
 * false: ERROR_PROTOCOL, no JSON object or without version; ERROR_INPUT, of a version above newest.
 */
bool document_parse(const char *text, const char *what, int64_t newest, cJSON **ret_document, struct error *error)
    must_check;

/* true or false at a name; missing or null is false. false, ERROR_PROTOCOL: another type. */
bool document_flag(const cJSON *document, const char *name, bool *ret_flag, struct error *error) must_check;

/* UTC seconds at a name, up to the year 9999. false, ERROR_PROTOCOL: missing, or no such number. */
bool document_instant(const cJSON *document, const char *name, int64_t *ret_instant, struct error *error) must_check;

#endif

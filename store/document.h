/* store/document.h - what the documents of the store have in common: JSON objects that carry a version. Pure. */
#ifndef CURFEW_STORE_DOCUMENT_H
#define CURFEW_STORE_DOCUMENT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/json_writer.h"

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

/* Likewise, but missing or null is 0: for what earlier releases did not write. */
bool document_instant_or_0(const cJSON *document, const char *name, int64_t *ret_instant, struct error *error)
    must_check;

/* Which of count words stands at a name. false, ERROR_PROTOCOL: none of them, or missing; the sentence lists them. */
bool document_word(const cJSON *document, const char *name, const char *const *words, size_t count, size_t *ret_number,
                   struct error *error) must_check;

/* The id of a notice at a name; missing or null is 0. false, ERROR_PROTOCOL: something else stands there. */
bool document_notice_id(const cJSON *document, const char *name, uint64_t *ret_id, struct error *error) must_check;

/* Members that are left out where there is nothing to say: "", 0. Their readers take what is missing for that. */
void document_put_text(struct json_writer *writer, const char *name, const char *text);
void document_put_number(struct json_writer *writer, const char *name, int64_t number);
void document_put_notice_id(struct json_writer *writer, const char *name, uint64_t id);

#endif

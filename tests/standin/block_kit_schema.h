/* tests/standin/block_kit_schema.h - which properties each block, element and composition object has. Data only. */
#ifndef CURFEW_TESTS_STANDIN_BLOCK_KIT_SCHEMA_H
#define CURFEW_TESTS_STANDIN_BLOCK_KIT_SCHEMA_H

#include "base/attributes.h"

#include <stdbool.h>

enum value_kind {
    VALUE_NONE,       /* ends a list of properties */
    VALUE_STRING,     /* 1 .. maximum characters */
    VALUE_ANY_STRING, /* 0 .. maximum characters */
    VALUE_URL,        /* http or https, at most maximum characters */
    VALUE_WORD,       /* one of words */
    VALUE_BOOLEAN,
    VALUE_INTEGER,    /* 0 .. maximum; maximum 0 = any */
    VALUE_PLAIN_TEXT, /* text object of type plain_text with 1 .. maximum characters */
    VALUE_TEXT,       /* text object of either type */
    VALUE_FIELDS,     /* 1 .. maximum text objects with 1 .. SCHEMA_FIELD_MAX characters */
    VALUE_OBJECT,     /* one of the schemas that words names */
    VALUE_LIST,       /* 1 .. maximum of them */
};

enum { SCHEMA_PROPERTIES_MAX = 14, SCHEMA_FIELD_MAX = 2000 };

struct property {
    const char *name;
    enum value_kind kind;
    int maximum;
    bool required;
    const char *words; /* separated by blanks */
};

struct schema {
    const char *name;
    const char *type; /* what its property "type" holds; NULL = it has none */
    struct property properties[SCHEMA_PROPERTIES_MAX];
};

/* NULL: there is none of this name. */
const struct schema *schema_find(const char *name) must_check;

#endif

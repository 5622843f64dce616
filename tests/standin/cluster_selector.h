/* tests/standin/cluster_selector.h - which objects a list or a watch is about: labels and fields. Pure.
 *
 * Labels: key, !key, key=value, key==value, key!=value. Fields: metadata.name and metadata.namespace, and those of
 * Events, with = and ==.
 * The real one knows sets (key in (a,b)) too.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_SELECTOR_H
#define CURFEW_TESTS_STANDIN_CLUSTER_SELECTOR_H

#include "base/attributes.h"
#include "tests/standin/cluster_objects.h"
#include "tests/standin/cluster_status.h"

#include <stdbool.h>

enum { SELECTOR_REQUIREMENTS_MAX = 16, SELECTOR_TEXT_SIZE = 256 };

enum selector_relation { SELECTOR_EXISTS, SELECTOR_MISSES, SELECTOR_EQUALS, SELECTOR_DIFFERS };

struct selector_requirement {
    enum selector_relation relation;
    bool is_field;
    char key[SELECTOR_TEXT_SIZE];
    char value[SELECTOR_TEXT_SIZE];
};

/* { 0 } selects everything. */
struct cluster_selector {
    struct selector_requirement requirements[SELECTOR_REQUIREMENTS_MAX];
    int count;
};

/* Adds the requirements of a text to those of objects of that kind. false: *ret_refusal is the answer. */
bool cluster_selector_read(const struct cluster_kind *kind, const char *text, bool of_fields,
                           struct cluster_selector *selector, struct cluster_answer *ret_refusal) must_check;

bool cluster_selector_matches(const struct cluster_selector *selector, const struct cluster_object *object) must_check;

#endif

/* k8s/label_selector.h - a label selector as kubectl takes it: "app=web,tier in (a, b),!canary". Pure.
 *
 * Source: Kubernetes API concepts, "Labels and Selectors": =, ==, !=, in, notin, NAME, !NAME, comma separated, all of them hold.
 */
#ifndef CURFEW_K8S_LABEL_SELECTOR_H
#define CURFEW_K8S_LABEL_SELECTOR_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/attributes.h"
#include "base/error.h"

/* false, ERROR_INPUT: it is none; the sentence says where and what is allowed. "" is none. */
bool label_selector_check(const char *selector, struct error *error) must_check;

/* Whether labels (an object, or NULL for none) meet a selector that was checked; false for one that is none. */
bool label_selector_matches(const char *selector, const cJSON *labels) must_check;

#endif

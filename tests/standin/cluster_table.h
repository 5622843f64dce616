/* tests/standin/cluster_table.h - objects as kubectl prints them: columns and cells. Pure.
 *
 * Source: Kubernetes API, meta/v1 Table; columns and cells as a kube-apiserver 1.37 has them.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_TABLE_H
#define CURFEW_TESTS_STANDIN_CLUSTER_TABLE_H

#include "base/attributes.h"
#include "tests/standin/cluster_kinds.h"

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stdint.h>

/* The value of Accept asks for it. */
bool cluster_table_is_wanted(const char *accept) must_check;

/* Makes one of a list, which is used up. */
cJSON *cluster_table_of_list(const struct cluster_kind *kind, cJSON *list, int64_t now) must_check;

/* Makes one of a single object, which is used up. In a watch only the first has columns. */
cJSON *cluster_table_of_object(const struct cluster_kind *kind, cJSON *object, bool with_columns, int64_t now)
    must_check;

/* How long ago an instant of the API was, as kubectl says it: "26s", "5m", "3h12m", "<unknown>". */
enum { CLUSTER_AGE_SIZE = 32 };
void cluster_write_age(char text[CLUSTER_AGE_SIZE], const char *instant, int64_t now);

#endif

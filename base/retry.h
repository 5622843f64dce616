/* base/retry.h - how long to wait before the next try. Pure: chance is handed in. */
#ifndef CURFEW_BASE_RETRY_H
#define CURFEW_BASE_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"

struct retry_policy {
    int64_t base_ms;    /* ceiling of the first delay */
    int64_t maximum_ms; /* ceiling of every delay that the other side did not ask for */
    int tries_max;      /* tries in all; 0 = for ever */
};

/* Delay before the next try in ms: between half of and the whole of min(base * 2^(failures - 1), maximum), never below
 * error->retry_after_s.
 *
 * failures  tries that failed so far in a row, 1 .. ; beyond the 30th the exponent stands still
 * chance    any random number
 */
int64_t retry_delay_ms(const struct retry_policy *policy, int failures, const struct error *error, uint32_t chance)
    must_check;

/* Whether another try can help: by kind (BUSY, NETWORK, TIMEOUT, and PROTOCOL with a status of 500 and above) and count. */
bool retry_is_due(const struct retry_policy *policy, int failures, const struct error *error) must_check;

#endif

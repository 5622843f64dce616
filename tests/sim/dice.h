/* tests/sim/dice.h - chance that is the same every time: splitmix64, a published generator with one word of state.
 *
 * Everything in a run is drawn from streams that hang on the seed, on whom it concerns and on what it is for. So whatever is
 * switched off to shrink a run leaves the draws of all the rest as they were.
 */
#ifndef CURFEW_TESTS_SIM_DICE_H
#define CURFEW_TESTS_SIM_DICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

struct dice {
    uint64_t state;
};

/* One number of two: the seed of a stream, or a step of the hash of a run. */
uint64_t dice_mix(uint64_t a, uint64_t b) must_check;

uint64_t dice_next(struct dice *dice);
int64_t dice_below(struct dice *dice, int64_t count) must_check;               /* 0 .. count - 1 */
int64_t dice_between(struct dice *dice, int64_t low, int64_t high) must_check; /* both included */
bool dice_falls(struct dice *dice, int64_t of_10000) must_check;               /* true so many times of 10,000 */

#endif

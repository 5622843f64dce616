/* tests/sim/shrink.h - a run that broke a promise, made as small as it gets while it breaks the same one. */
#ifndef CURFEW_TESTS_SIM_SHRINK_H
#define CURFEW_TESTS_SIM_SHRINK_H

#include "tests/sim/sim.h"

/* Switches off kinds of faults, sites, and the first days, as long as the promise is still broken; then prints the seed, the
 * promise, what is left, and the end of the story as far as it concerns that site. */
void shrink_and_tell(const struct sim *sim, struct zones *zones);

#endif

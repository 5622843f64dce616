/* base/random.h - chance from the kernel: identifiers and jitter. */
#ifndef CURFEW_BASE_RANDOM_H
#define CURFEW_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

uint32_t random_number(void) must_check;

/* Writes size - 1 lower-case hexadecimal digits and a NUL. */
void random_hex(char *target, size_t size);

#endif

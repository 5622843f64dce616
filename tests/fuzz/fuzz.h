/* tests/fuzz/fuzz.h - the one function of a fuzzer.
 *
 * libFuzzer calls it with bytes of its own making (preset fuzz), replay.c with files that are kept (all other
 * presets). It returns 0; what is wrong is found by the sanitizers and by assert.
 */
#ifndef CURFEW_TESTS_FUZZ_FUZZ_H
#define CURFEW_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#endif

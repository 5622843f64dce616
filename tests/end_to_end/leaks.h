/* tests/end_to_end/leaks.h - looks for a secret in a text, as it is and in base64. Pure. */
#ifndef CURFEW_TESTS_END_TO_END_LEAKS_H
#define CURFEW_TESTS_END_TO_END_LEAKS_H

#include "base/attributes.h"

#include <stdbool.h>

/* true: text holds secret, or what stands for it in base64 (either alphabet) at any of the three places it may have in
 * a longer text that was encoded. Secrets of fewer than 8 bytes are not looked for in base64. */
bool leaks(const char *text, const char *secret) must_check;

#endif

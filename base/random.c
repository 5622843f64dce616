/* base/random.c - chance from the kernel: identifiers and jitter. */
#include "base/random.h"

#include <assert.h>
#include <unistd.h>

enum { DIGITS_PER_NUMBER = 8 };

uint32_t random_number(void)
{
    uint32_t number = 0;
    int result = getentropy(&number, sizeof number);

    assert(result == 0); /* it fails for a wrong address or size only */
    return number;
}

void random_hex(char *target, size_t size)
{
    uint32_t number = 0;

    assert(size > 0);
    for (size_t i = 0; i < size - 1; i++) {
        if (i % DIGITS_PER_NUMBER == 0)
            number = random_number();
        target[i] = "0123456789abcdef"[number % 16];
        number /= 16;
    }
    target[size - 1] = '\0';
}

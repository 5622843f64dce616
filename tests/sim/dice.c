/* tests/sim/dice.c - chance that is the same every time. Source: Sebastiano Vigna, splitmix64.c (public domain). */
#include "tests/sim/dice.h"

static uint64_t scramble(uint64_t number)
{
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
    number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
    return number ^ (number >> 31);
}

uint64_t dice_mix(uint64_t a, uint64_t b)
{
    return scramble(scramble(a + 0x9e3779b97f4a7c15u) ^ (b + 0x632be59bd9b4e019u));
}

uint64_t dice_next(struct dice *dice)
{
    dice->state += 0x9e3779b97f4a7c15u;
    return scramble(dice->state);
}

int64_t dice_below(struct dice *dice, int64_t count)
{
    return count <= 0 ? 0 : (int64_t) (dice_next(dice) % (uint64_t) count);
}

int64_t dice_between(struct dice *dice, int64_t low, int64_t high)
{
    return low + dice_below(dice, high - low + 1);
}

bool dice_falls(struct dice *dice, int64_t of_10000)
{
    return dice_below(dice, 10000) < of_10000;
}

/* bot/button.c - what a button of ours carries. */
#include "bot/button.h"

const char action_confirm[] = "confirm";
const char action_dismiss[] = "dismiss";

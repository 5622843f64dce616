/* base/banned.h - what no source of ours calls.
 *
 * The build puts this file in front of every source (-include), so that a call of one of these names does not
 * compile. The headers that declare them come first: poison would hit their declarations too.
 */
#ifndef CURFEW_BASE_BANNED_H
#define CURFEW_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* They write without knowing the size of what they write to: base/buffer.h, snprintf. */
#pragma GCC poison strcpy strcat stpcpy strncpy strncat sprintf vsprintf gets
/* They cannot say that the text was wrong, or keep their place in a global: strtoll with its end, strcspn. */
#pragma GCC poison atoi atol atoll atof sscanf scanf fscanf strtok
/* They answer with a global, or in whatever zone the machine has: gmtime_r. */
#pragma GCC poison localtime gmtime ctime ctime_r asctime asctime_r mktime
/* They hand text to a shell, or make names that somebody else can take first: mkstemp, mkdtemp. */
#pragma GCC poison system popen tmpnam tempnam mktemp
/* They block the one thread: base/loop.h. And chance that can be guessed: base/random.h (rand itself cannot stand here,
 * OpenSSL's headers name parameters so). */
#pragma GCC poison sleep usleep srand

#endif

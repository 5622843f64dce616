/* tests/bench/ahead_clock.c - a library to be preloaded: the time of day of one program, set ahead by $BENCH_CLOCK_AHEAD s.
 *
 * That of tests/end_to_end makes a system call of each look at any clock, and libcurl looks often: it would be measured.
 * This one hands on to the C library, and only adds to the time of day.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

enum { NS_PER_US = 1000, DECIMAL = 10 };

typedef int look(clockid_t clock, struct timespec *now);

static time_t ahead_s(void)
{
    const char *text = getenv("BENCH_CLOCK_AHEAD");

    return text == NULL ? 0 : strtoll(text, NULL, DECIMAL);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static look *original;

    if (original == NULL)
        original = (look *) dlsym(RTLD_NEXT, "clock_gettime");
    int result = original(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += ahead_s();
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec precise;

    (void) zone;
    (void) clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / NS_PER_US;
    return 0;
}

time_t time(time_t *ret_now)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_REALTIME, &now);
    if (ret_now != NULL)
        *ret_now = now.tv_sec;
    return now.tv_sec;
}

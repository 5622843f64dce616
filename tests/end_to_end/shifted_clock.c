/* tests/end_to_end/shifted_clock.c - a library to be preloaded: the time of day of one program, set ahead by its test.
 *
 * CURFEW_TEST_CLOCK names a file with the seconds by which it is ahead; it is read at each look at the clock, so that a test
 * can set it while the program runs. Only the time of day is shifted: monotonic clocks, and with them all timeouts, stay as
 * they are. What is called here calls no other library, since a sanitizer may look at the clock before it is ready.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { DIGITS_MAX = 15, NS_PER_US = 1000 };

static int64_t read_digits(const char *text, long length)
{
    int64_t number = 0;

    for (long i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

static int64_t ahead_s(void)
{
    const char *path = getenv("CURFEW_TEST_CLOCK");
    char text[DIGITS_MAX];

    if (path == NULL)
        return 0;
    long file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    long length = syscall(SYS_read, file, text, sizeof text);
    (void) syscall(SYS_close, file);
    return read_digits(text, length);
}

/* errno is part of what the caller sees: none of these may fail. */
int clock_gettime(clockid_t clock, struct timespec *now)
{
    long result = syscall(SYS_clock_gettime, clock, now);

    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += ahead_s();
    return (int) result;
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

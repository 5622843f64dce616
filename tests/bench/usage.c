/* tests/bench/usage.c - lines of "Name:   123 kB", and one file of numbers per thread. */
#include "tests/bench/usage.h"

#include "base/text.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 320, LINE_SIZE = 512 };

static const double kb_per_mb = 1024, ns_per_s = 1e9;

/* Adds the numbers behind a name in a file, each time it begins a line. false: it is in no line. */
static bool add_number(const char *path, const char *name, double *sum)
{
    FILE *file = fopen(path, "re");
    char line[LINE_SIZE];
    bool found = false;

    if (file == NULL)
        return false;
    while (fgets(line, sizeof line, file) != NULL) {
        if (!text_starts_with(line, name) || line[strlen(name)] != ':')
            continue;
        *sum += strtod(line + strlen(name) + 1, NULL);
        found = true;
    }
    (void) fclose(file);
    return found;
}

static double read_mb(pid_t process, const char *file, const char *name)
{
    char path[PATH_SIZE];
    double kb = 0;

    snprintf(path, sizeof path, "/proc/%d/%s", (int) process, file);
    return add_number(path, name, &kb) ? kb / kb_per_mb : -1;
}

/* The first number of schedstat: nanoseconds on a processor. */
static double read_cpu_s(const char *path)
{
    FILE *file = fopen(path, "re");
    char line[LINE_SIZE] = "";

    if (file == NULL)
        return 0;
    if (fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    (void) fclose(file);
    return strtod(line, NULL) / ns_per_s;
}

static void add_threads(pid_t process, struct usage *usage)
{
    char path[PATH_SIZE];
    struct dirent *thread;

    snprintf(path, sizeof path, "/proc/%d/task", (int) process);
    DIR *threads = opendir(path);
    if (threads == NULL)
        return;
    for (thread = readdir(threads); thread != NULL; thread = readdir(threads)) {
        if (thread->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", (int) process, thread->d_name);
        usage->cpu_s += read_cpu_s(path);
        snprintf(path, sizeof path, "/proc/%d/task/%s/status", (int) process, thread->d_name);
        (void) add_number(path, "voluntary_ctxt_switches", &usage->wakeups);
    }
    closedir(threads);
}

bool usage_read(pid_t process, struct usage *ret_usage)
{
    struct usage usage = {
        .resident = read_mb(process, "status", "VmRSS"),
        .peak = read_mb(process, "status", "VmHWM"),
        .anonymous = read_mb(process, "status", "RssAnon"),
        .proportional = read_mb(process, "smaps_rollup", "Pss"),
    };
    double clean = read_mb(process, "smaps_rollup", "Private_Clean");

    if (usage.resident < 0) {
        printf("process %d is not there\n", (int) process);
        return false;
    }
    usage.private = clean < 0 ? -1 : clean + read_mb(process, "smaps_rollup", "Private_Dirty");
    add_threads(process, &usage);
    *ret_usage = usage;
    return true;
}

void usage_forget_peak(pid_t process)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "/proc/%d/clear_refs", (int) process);
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return;
    (void) fputs("5", file);
    (void) fclose(file);
}

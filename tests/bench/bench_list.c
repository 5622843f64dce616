/* tests/bench/bench_list.c - a list of 20 MB of Deployments: how fast it is read, and in how much memory.
 *
 * The items are those of a recorded answer, over and over. Each reader is a process of its own, fed in pieces as they
 * come from libcurl: json_list alone, json_list with k8s/workload.h behind it (what the bot does), and, to compare,
 * the whole document as one tree of cJSON.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/json_list.h"
#include "base/text.h"
#include "k8s/workload.h"
#include "tests/bench/figures.h"
#include "tests/bench/usage.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LIST_BYTES = 20 * 1000 * 1000,
    LIST_BYTES_QUICK = 1000 * 1000,
    PIECE_BYTES = 16 * 1024, /* what libcurl hands on at once */
    LOOK_BYTES = 500 * 1000, /* between two looks at the memory */
};

enum { COLUMN_SPEED, COLUMN_CPU, COLUMN_ITEMS, COLUMN_PEAK, COLUMN_ANONYMOUS, COLUMNS };
static const char *const columns[COLUMNS] = { "MB/s", "CPU s", "items", "peak RSS MiB", "peak anonymous MiB" };

/* What a reader tells the bench through its pipe. */
struct result {
    double seconds, cpu_s, items, peak, anonymous;
};

struct reader {
    struct json_list_sink sink; /* first member */
    bool reads_workloads;
    double items;
    int64_t replicas; /* so that what was read is used */
};

/* writing the list */

static bool write_list(FILE *file, const cJSON *recorded, long bytes)
{
    const cJSON *item, *items = json_member(recorded, "items");
    const char *separator = "";

    (void) fputs("{\"kind\":\"DeploymentList\",\"apiVersion\":\"apps/v1\",\"metadata\":{\"resourceVersion\":\"1\"},"
                 "\"items\":[",
                 file);
    while (ftell(file) < bytes) {
        cJSON_ArrayForEach(item, items)
        {
            char *text = cJSON_PrintUnformatted(item);
            (void) fprintf(file, "%s%s", separator, text);
            cJSON_free(text);
            separator = ",";
        }
    }
    (void) fputs("]}\n", file);
    return fclose(file) == 0;
}

/* An unlinked file; -1: said on standard output. */
static int make_list(long bytes)
{
    char path[] = "/tmp/curfew-bench-XXXXXX";
    struct buffer text = { 0 };
    released_by(json_release) cJSON *recorded = NULL;
    struct error error = { 0 };
    int number = mkstemp(path);
    FILE *file = number < 0 ? NULL : fdopen(dup(number), "w");
    bool made = file != NULL && unlink(path) == 0 && file_read(TEST_DATA "/k8s/deployments.json", &text, &error) &&
                json_parse(text.data, text.length, "the recorded list", &recorded, &error) &&
                write_list(file, recorded, bytes);

    buffer_release(&text);
    if (!made)
        printf("there is no list: %s\n", error.message);
    return made ? number : -1;
}

/* readers, each in its own process */

static bool take_item(struct json_list_sink *sink, const cJSON *item, struct error *error)
{
    struct reader *reader = (struct reader *) sink;
    struct workload_texts texts;
    struct workload workload;

    reader->items++;
    if (!reader->reads_workloads)
        return true;
    if (!workload_read(item, &resource_built_in()->items[0], &texts, &workload, error))
        return false;
    reader->replicas += workload.replicas;
    return true;
}

static void look(struct result *result)
{
    struct usage usage;

    if (usage_read(getpid(), &usage) && usage.anonymous > result->anonymous)
        result->anonymous = usage.anonymous;
}

static bool read_in_pieces(int file, bool reads_workloads, struct result *result, struct error *error)
{
    struct reader reader = { .sink.take_item = take_item, .reads_workloads = reads_workloads };
    struct json_list list;
    struct json_list_end end;
    char piece[PIECE_BYTES];
    long looked = 0;
    bool fine = true;

    json_list_init(&list, &reader.sink);
    for (long at = 0; fine; at += PIECE_BYTES) {
        ssize_t length = pread(file, piece, sizeof piece, at);
        if (length <= 0)
            break;
        fine = json_list_feed(&list, piece, (size_t) length, error);
        if (at - looked >= LOOK_BYTES) {
            looked = at;
            look(result);
        }
    }
    fine = fine && json_list_finish(&list, &end, error);
    json_list_release(&list);
    result->items = reader.items;
    return fine;
}

static bool read_workloads(int file, struct result *result, struct error *error)
{
    return read_in_pieces(file, true, result, error);
}

static bool read_items(int file, struct result *result, struct error *error)
{
    return read_in_pieces(file, false, result, error);
}

static bool read_tree(int file, struct result *result, struct error *error)
{
    struct stat status = { 0 };
    cJSON *tree = NULL;

    if (fstat(file, &status) != 0)
        return error_set(error, ERROR_SYSTEM, "the list is gone");
    char *text = malloc((size_t) status.st_size);
    bool fine = text != NULL && pread(file, text, (size_t) status.st_size, 0) == status.st_size &&
                json_parse(text, (size_t) status.st_size, "the list", &tree, error);
    look(result);
    result->items = cJSON_GetArraySize(json_member(tree, "items"));
    free(text);
    cJSON_Delete(tree);
    return fine;
}

static const struct {
    const char *name;
    bool (*read)(int file, struct result *result, struct error *error);
} readers[] = {
    { "json_list and k8s/workload", read_workloads },
    { "json_list alone", read_items },
    { "cJSON, one tree", read_tree },
};

enum { READERS = sizeof readers / sizeof readers[0] };

static void be_reader(size_t number, int file, int pipe_end)
{
    struct result result = { 0 };
    struct error error = { 0 };
    struct usage usage = { 0 };
    int64_t begun_us = bench_now_us();

    usage_forget_peak(getpid());
    if (!readers[number].read(file, &result, &error)) {
        printf("%s: %s\n", readers[number].name, error.message);
        (void) fflush(stdout);
        _exit(1);
    }
    result.seconds = (double) (bench_now_us() - begun_us) / 1e6;
    if (!usage_read(getpid(), &usage))
        _exit(1);
    result.cpu_s = usage.cpu_s;
    result.peak = usage.peak;
    _exit(write(pipe_end, &result, sizeof result) == sizeof result ? 0 : 1);
}

/* fork() takes the bench's memory along, which is small. */
static bool run_reader(size_t number, int file, struct result *ret_result)
{
    int ends[2], status = 1;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    (void) fflush(stdout);
    pid_t process = fork();
    if (process == 0)
        be_reader(number, file, ends[1]);
    close(ends[1]);
    bool read_all = read(ends[0], ret_result, sizeof *ret_result) == sizeof *ret_result;
    close(ends[0]);
    return process > 0 && waitpid(process, &status, 0) == process && status == 0 && read_all;
}

static void note(struct figures *figures, const char *name, const struct result *result, long bytes)
{
    figures_note(figures, name, COLUMN_SPEED, (double) bytes / 1e6 / result->seconds);
    figures_note(figures, name, COLUMN_CPU, result->cpu_s);
    figures_note(figures, name, COLUMN_ITEMS, result->items);
    figures_note(figures, name, COLUMN_PEAK, result->peak);
    figures_note(figures, name, COLUMN_ANONYMOUS, result->anonymous);
}

int main(int argument_count, char **arguments)
{
    static struct figures figures = { .title = "a list of Deployments", .columns = columns, .column_count = COLUMNS };
    int rounds = bench_rounds(argument_count, arguments);
    long bytes = rounds == 1 ? LIST_BYTES_QUICK : LIST_BYTES;
    int file = rounds == 0 ? -1 : make_list(bytes);
    struct result result = { 0 };
    bool fine = file >= 0;

    for (int round = 0; round < rounds && fine; round++) {
        for (size_t i = 0; i < READERS && fine; i++) {
            fine = run_reader(i, file, &result);
            if (fine)
                note(&figures, readers[i].name, &result, bytes);
        }
    }
    return figures_print(&figures) && fine ? EXIT_SUCCESS : EXIT_FAILURE;
}

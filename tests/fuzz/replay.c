/* tests/fuzz/replay.c - gives every file of the folders named as arguments to a fuzzer's function, once.
 *
 * So what a fuzzer once found, and the examples it starts from, run with the ordinary tests and an ordinary compiler.
 * A folder without a file is a failure: then nothing was tested.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

static bool replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    uint8_t *bytes = NULL;
    bool read = false;

    if (file != NULL && fstat(fileno(file), &status) == 0) {
        /* Exactly as many bytes as there are, so that reading one more is noticed. */
        bytes = malloc((size_t) status.st_size);
        read = fread(bytes, 1, (size_t) status.st_size, file) == (size_t) status.st_size;
    }
    if (read)
        LLVMFuzzerTestOneInput(bytes, (size_t) status.st_size);
    else
        perror(path);
    free(bytes);
    if (file != NULL)
        fclose(file);
    return read;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool replay_folder(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_visible, alphasort);
    bool passed = count > 0;

    for (int i = 0; i < count; i++) {
        char path[4096];

        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        passed = replay_file(path) && passed;
        free(entries[i]);
    }
    free(entries);
    printf("%s: %d inputs\n", folder, count > 0 ? count : 0);
    return passed;
}

int main(int count, char **arguments)
{
    bool passed = count > 1;

    for (int i = 1; i < count; i++)
        passed = replay_folder(arguments[i]) && passed;
    return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}

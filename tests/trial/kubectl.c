/* tests/trial/kubectl.c - a shell runs it: quotes and pipes work as the person is used to. */
#include "tests/trial/kubectl.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_MAX = 6, WORD_SIZE = 256 };

static void add_variable(struct kubectl *kubectl, const char *name, const char *value)
{
    if (value != NULL && kubectl->variable_count < KUBECTL_VARIABLES_MAX)
        (void) snprintf(kubectl->variables[kubectl->variable_count++], sizeof kubectl->variables[0], "%s=%s", name,
                        value);
}

static bool find_program(const char *path, const char *name)
{
    while (path != NULL && *path != '\0') {
        char candidate[KUBECTL_PATH_SIZE];
        size_t length = strcspn(path, ":");

        if (snprintf(candidate, sizeof candidate, "%.*s/%s", (int) length, path, name) < (int) sizeof candidate &&
            access(candidate, X_OK) == 0)
            return true;
        path += length + (path[length] == ':' ? 1 : 0);
    }
    return false;
}

void kubectl_init(struct kubectl *kubectl, struct loop *loop, const char *kubeconfig, const char *folder,
                  struct flow *flow)
{
    *kubectl = (struct kubectl){ .loop = loop, .flow = flow, .is_installed = find_program(getenv("PATH"), "kubectl") };
    add_variable(kubectl, "KUBECONFIG", kubeconfig);
    add_variable(kubectl, "HOME", folder); /* its cache, and no other configuration */
    add_variable(kubectl, "PATH", getenv("PATH"));
    add_variable(kubectl, "TZ", getenv("TZ"));
    add_variable(kubectl, "TERM", getenv("TERM"));
    add_variable(kubectl, "NO_PROXY", "127.0.0.1");
}

void kubectl_release(struct kubectl *kubectl)
{
    part_release(&kubectl->part);
}

bool kubectl_is_running(const struct kubectl *kubectl)
{
    return kubectl->part.running;
}

/* One word of a line, without its quotes. Returns what is behind it. */
static const char *cut_word(const char *line, char word[WORD_SIZE])
{
    size_t length = 0;
    char quote = '\0';

    for (; *line != '\0' && (quote != '\0' || *line != ' '); line++) {
        if (*line == quote)
            quote = '\0';
        else if (quote == '\0' && (*line == '"' || *line == '\''))
            quote = *line;
        else if (length + 1 < WORD_SIZE)
            word[length++] = *line;
    }
    word[length] = '\0';
    return line;
}

static int cut_words(const char *line, char words[WORDS_MAX][WORD_SIZE])
{
    int count = 0;

    for (line += strspn(line, " "); *line != '\0' && count < WORDS_MAX; line += strspn(line, " "))
        line = cut_word(line, words[count++]);
    return count;
}

/* "kubectl label namespace dev1 scheduler=disabled", likewise annotate; "scheduler-" takes it away. */
static bool write_instead(struct board *board, const char *line)
{
    char words[WORDS_MAX][WORD_SIZE];
    int count = cut_words(line, words);
    char *end = count < 5 ? NULL : words[4] + strcspn(words[4], "=");
    bool labels = count > 1 && text_equal(words[1], "label");

    if (end == NULL || (!labels && !text_equal(words[1], "annotate")) ||
        (!text_equal(words[2], "namespace") && !text_equal(words[2], "ns")) ||
        (count == WORDS_MAX && !text_equal(words[5], "--overwrite")))
        return false;
    const char *value = *end == '=' ? end + 1 : NULL;
    if (value == NULL && (end == words[4] || end[-1] != '-'))
        return false;
    end[value == NULL ? -1 : 0] = '\0';
    board_write(board, words[3], labels ? "labels" : "annotations", words[4], value);
    return true;
}

bool kubectl_run(struct kubectl *kubectl, struct board *board, const char *line, struct error *error)
{
    const char *arguments[] = { "/bin/sh", "-c", line, NULL };
    const char *environment[KUBECTL_VARIABLES_MAX + 1] = { 0 };
    struct part_options options = { .name = "kubectl", .arguments = arguments, .environment = environment };

    if (!kubectl->is_installed) {
        if (write_instead(board, line))
            return true;
        return error_set(error, ERROR_MISSING,
                         "kubectl is not installed; without it: get, kubectl label namespace NAME KEY=VALUE, "
                         "kubectl annotate namespace NAME KEY=VALUE");
    }
    for (int i = 0; i < kubectl->variable_count; i++)
        environment[i] = kubectl->variables[i];
    return part_start(&kubectl->part, kubectl->loop, &options, kubectl->flow, error);
}

/* bot/check.c - the lines, the waiting, and what is tried in which order. */
#include "bot/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

static const char user_agent[] = "curfew/" CURFEW_VERSION;

/* --- lines ----------------------------------------------------------------------------------------------------- */

/* What servers say is foreign: nothing in it is obeyed by a terminal, and a line is one. */
static void print(const char *word, const char *format, va_list values)
{
    char *line = memory_new(1, CHECK_LINE_BYTES_MAX);

    (void) vsnprintf(line, CHECK_LINE_BYTES_MAX, format, values);
    for (char *at = line; *at != '\0'; at++)
        if ((unsigned char) *at < 0x20 || *at == 0x7F)
            *at = *at == '\n' ? ' ' : '?';
    (void) printf("%-8s %s\n", word, line);
    (void) fflush(stdout);
    free(line);
}

void check_ok(struct check *check, const char *format, ...)
{
    va_list values;

    (void) check;
    va_start(values, format);
    print("ok", format, values);
    va_end(values);
}

void check_missing(struct check *check, const char *format, ...)
{
    va_list values;

    check->is_missing = true;
    va_start(values, format);
    print("missing", format, values);
    va_end(values);
}

void check_unknown(struct check *check, const char *format, ...)
{
    va_list values;

    (void) check;
    va_start(values, format);
    print("unknown", format, values);
    va_end(values);
}

/* --- waiting --------------------------------------------------------------------------------------------------- */

static void end_turn(struct flow *flow)
{
    loop_stop(((struct check *) flow)->loop);
}

bool check_wait(struct check *check, const bool *done)
{
    timer_start(check->loop, &check->patience, CHECK_MS, &check->flow);
    while (!*done && check->patience.armed)
        loop_run(check->loop);
    timer_stop(check->loop, &check->patience);
    return *done;
}

/* --- the whole ------------------------------------------------------------------------------------------------- */

static void check_configuration(struct check *check)
{
    struct error errors[CONFIG_PARTS];
    size_t count = config_read_parts(&process_variables, &check->config, errors);

    for (size_t i = 0; i < count; i++)
        check_missing(check, "configuration: %s", errors[i].message);
    if (count == 0)
        check_ok(check, "configuration: every variable is understood (cluster \"%s\")", check->config.cluster);
    (void) unsetenv("SLACK_APP_TOKEN"); /* a credential plugin of the kubeconfig inherits the rest */
    (void) unsetenv("SLACK_BOT_TOKEN");
}

static void find_cluster(struct check *check)
{
    struct error error = { 0 };

    if (!access_new(check->loop, &check->config.access, &check->access, &error)) {
        check->access = NULL;
        check_missing(check, "Kubernetes: %s", error.message);
        return;
    }
    check->client = client_new(check->loop, check->access, user_agent);
    check_cluster(check);
}

int check_main(const char *program, const char *const *words, size_t count)
{
    struct check check = { .flow = { .pump = end_turn } };

    if (count > 0) {
        (void) fprintf(stderr, "%s: check takes no further words, \"%.100s\" is one\n", program, words[0]);
        return 2;
    }
    check.loop = loop_new();
    check_configuration(&check);
    find_cluster(&check);
    check_slack(&check);
    check_store(&check);
    int status = check.is_missing ? 1 : 0;
    client_free(check.client);
    access_free(check.access);
    bool ended = loop_free(check.loop);
    config_release(&check.config);
    if (!ended)
        _exit(status);
    return status;
}

/* tests/standin/slack_main.c - standin-slack: the Slack that tests and the local trial talk to.
 *
 *     standin-slack --folder DIR --ready-file FILE [--port N] [--control-port N] [--host NAME]
 *
 * Puts its certificates into DIR. FILE appears once clients can connect: JSON with the ports, the tokens and the CA.
 * SIGTERM and SIGINT end it at once.
 */
#include "base/buffer.h"
#include "base/json_writer.h"
#include "base/loop.h"
#include "base/text.h"
#include "tests/standin/certificates.h"
#include "tests/standin/server.h"
#include "tests/standin/slack.h"
#include "tests/standin/slack_control.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096, PORT_MAX = 65535, HTTPS_PORT = 443 };

struct options {
    const char *folder;
    const char *ready_file;
    const char *host;
    int port, control_port;
};

struct program {
    struct flow flow;
    struct loop *loop;
    struct signal_watch term, interrupt;
    struct server *server;
    struct slack slack;
    struct slack_front front;
    int port, control_port;
};

static bool read_port(const char *text, int *ret_port, struct error *error)
{
    char *end = NULL;
    long number = strtol(text, &end, 10);

    if (end == text || *end != '\0' || number < 0 || number > PORT_MAX)
        return error_set(error, ERROR_INPUT, "no port: %s", text);
    *ret_port = (int) number;
    return true;
}

static bool read_options(int count, char **arguments, struct options *options, struct error *error)
{
    static const struct option known[] = {
        { "folder", required_argument, NULL, 'f' }, { "ready-file", required_argument, NULL, 'r' },
        { "port", required_argument, NULL, 'p' },   { "control-port", required_argument, NULL, 'c' },
        { "host", required_argument, NULL, 'h' },   { 0 },
    };
    int letter = 0;

    for (;;) {
        letter = getopt_long(count, arguments, "", known, NULL);
        if (letter == -1)
            break;
        if (letter == 'f')
            options->folder = optarg;
        else if (letter == 'r')
            options->ready_file = optarg;
        else if (letter == 'h')
            options->host = optarg;
        else if (letter == 'p' && !read_port(optarg, &options->port, error))
            return false;
        else if (letter == 'c' && !read_port(optarg, &options->control_port, error))
            return false;
        else if (letter == '?')
            return error_set(error, ERROR_INPUT, "an option that is none");
    }
    if (options->folder == NULL || options->ready_file == NULL || optind < count)
        return error_set(error, ERROR_INPUT,
                         "usage: standin-slack --folder DIR --ready-file FILE [--port N] "
                         "[--control-port N] [--host NAME]");
    return true;
}

static bool listen_to_all(struct program *program, const struct options *options, struct error *error)
{
    char certificate[PATH_SIZE], key[PATH_SIZE];
    struct server_options front = {
        .handler = &program->front.handler, .port = options->port, .certificate_path = certificate, .key_path = key
    };
    struct server_options control = { .handler = control_handler(program->slack.control),
                                      .port = options->control_port };

    snprintf(certificate, sizeof certificate, "%s/server.pem", options->folder);
    snprintf(key, sizeof key, "%s/server-key.pem", options->folder);
    return certificates_make(options->folder, error) && server_listen(program->server, &front, &program->port, error) &&
           server_listen(program->server, &control, &program->control_port, error);
}

static void name_host(struct program *program, const char *host)
{
    struct slack *slack = &program->slack;

    if (program->port == HTTPS_PORT)
        snprintf(slack->host, sizeof slack->host, "%s", host);
    else
        snprintf(slack->host, sizeof slack->host, "%s:%d", host, program->port);
}

static void write_ready(const struct program *program, const struct options *options, struct buffer *text)
{
    released_by(buffer_release) struct buffer api = { 0 };
    released_by(buffer_release) struct buffer control = { 0 };
    released_by(buffer_release) struct buffer ca = { 0 };
    struct json_writer writer = json_writer_start(text);

    buffer_append_format(&api, "https://%s/api/", program->slack.host);
    buffer_append_format(&control, "http://127.0.0.1:%d", program->control_port);
    buffer_append_format(&ca, "%s/ca.pem", options->folder);
    json_begin_object(&writer, NULL);
    json_put_text(&writer, "api_url", buffer_text(&api));
    json_put_text(&writer, "control_url", buffer_text(&control));
    json_put_text(&writer, "ca", buffer_text(&ca));
    json_put_text(&writer, "app_token", slack_app_token);
    json_put_text(&writer, "bot_token", slack_bot_token);
    json_put_number(&writer, "port", program->port);
    json_put_number(&writer, "control_port", program->control_port);
    json_put_number(&writer, "process", getpid());
    json_end_object(&writer);
    buffer_append_char(text, '\n');
}

/* It appears whole or not at all. */
static bool say_ready(const struct program *program, const struct options *options, struct error *error)
{
    released_by(buffer_release) struct buffer text = { 0 };
    char path[PATH_SIZE];
    FILE *file = NULL;

    write_ready(program, options, &text);
    snprintf(path, sizeof path, "%s.new", options->ready_file);
    file = fopen(path, "we");
    if (file == NULL)
        return error_set(error, ERROR_SYSTEM, "cannot write %s: %s", path, strerror(errno));
    fputs(buffer_text(&text), file);
    if (fclose(file) != 0 || rename(path, options->ready_file) != 0)
        return error_set(error, ERROR_SYSTEM, "cannot write %s: %s", options->ready_file, strerror(errno));
    return true;
}

static void stop(struct flow *flow)
{
    loop_stop(((struct program *) flow)->loop);
}

static bool run(struct program *program, const struct options *options, struct error *error)
{
    program->flow.pump = stop;
    program->front = (struct slack_front){ .handler.handle = slack_handle, .slack = &program->slack };
    program->server = server_new(program->loop);
    if (!listen_to_all(program, options, error))
        return false;
    name_host(program, options->host);
    signal_start(program->loop, &program->term, SIGTERM, &program->flow);
    signal_start(program->loop, &program->interrupt, SIGINT, &program->flow);
    if (!say_ready(program, options, error))
        return false;
    loop_run(program->loop);
    return true;
}

int main(int count, char **arguments)
{
    static struct program program;
    struct options options = { .host = "127.0.0.1" };
    struct error error = { 0 };
    bool done = false;

    if (!read_options(count, arguments, &options, &error)) {
        fprintf(stderr, "standin-slack: %s\n", error.message);
        return 2;
    }
    program.loop = loop_new();
    slack_init(&program.slack, program.loop, "");
    done = run(&program, &options, &error);
    if (!done)
        fprintf(stderr, "standin-slack: %s\n", error.message);
    server_free(program.server);
    slack_release(&program.slack);
    signal_stop(program.loop, &program.term);
    signal_stop(program.loop, &program.interrupt);
    loop_free(program.loop);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

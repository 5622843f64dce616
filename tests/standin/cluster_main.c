/* tests/standin/cluster_main.c - the program standin-cluster: listens, and writes down how it is reached. */
#include "tests/standin/cluster.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "base/random.h"
#include "k8s/base64.h"
#include "tests/standin/certificates.h"
#include "tests/standin/cluster_seed.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOKEN_SIZE = 33, PATH_SIZE = 4096, EXIT_USAGE = 2, NUMBER_MAX = 1000 * 1000 };

static const char usage[] =
    "Usage: standin-cluster --folder DIR [--ready-file FILE] [--port N] [--seed]\n"
    "                       [--observe-delay-ms N] [--ready-delay-ms N] [--stop-delay-ms N] [--bookmark-ms N]\n"
    "\n"
    "A small Kubernetes API server in memory, on loopback. Certificates are taken from DIR (ca.pem, server.pem,\n"
    "server-key.pem), or made there; kubeconfig and token are written there. --seed: with five environments.\n";

struct arguments {
    const char *folder, *ready_file;
    int64_t port;
    bool seed;
    struct cluster_options options;
};

struct stopper {
    struct flow flow;
    struct loop *loop;
};

/* Files of the folder. */
struct paths {
    char ca[PATH_SIZE], certificate[PATH_SIZE], key[PATH_SIZE], kubeconfig[PATH_SIZE], token[PATH_SIZE];
    bool made_certificates;
};

static bool read_number(const char *text, int64_t *ret_number)
{
    char *end = NULL;
    long long number = strtoll(text, &end, 10);

    *ret_number = number;
    return *text != '\0' && *end == '\0' && number >= 0 && number <= NUMBER_MAX;
}

static bool read_arguments(int count, char **texts, struct arguments *ret_arguments)
{
    static const struct option options[] = {
        { "folder", required_argument, NULL, 'f' },
        { "ready-file", required_argument, NULL, 'r' },
        { "port", required_argument, NULL, 'p' },
        { "seed", no_argument, NULL, 's' },
        { "observe-delay-ms", required_argument, NULL, 'o' },
        { "ready-delay-ms", required_argument, NULL, 'd' },
        { "stop-delay-ms", required_argument, NULL, 't' },
        { "bookmark-ms", required_argument, NULL, 'b' },
        { 0 },
    };
    struct arguments arguments = { .options = { .delays = { .observe_ms = CLUSTER_OBSERVE_MS,
                                                            .ready_ms = CLUSTER_READY_MS,
                                                            .stop_ms = CLUSTER_STOP_MS },
                                                .bookmark_ms = CLUSTER_BOOKMARK_MS } };
    bool understood = true;
    int option = 0;

    while (understood && (option = getopt_long(count, texts, "", options, NULL)) != -1) {
        switch (option) {
        case 'f':
            arguments.folder = optarg;
            break;
        case 'r':
            arguments.ready_file = optarg;
            break;
        case 'p':
            understood = read_number(optarg, &arguments.port) && arguments.port < 65536;
            break;
        case 's':
            arguments.seed = true;
            break;
        case 'o':
            understood = read_number(optarg, &arguments.options.delays.observe_ms);
            break;
        case 'd':
            understood = read_number(optarg, &arguments.options.delays.ready_ms);
            break;
        case 't':
            understood = read_number(optarg, &arguments.options.delays.stop_ms);
            break;
        case 'b':
            understood = read_number(optarg, &arguments.options.bookmark_ms) && arguments.options.bookmark_ms > 0;
            break;
        default:
            understood = false;
        }
    }
    *ret_arguments = arguments;
    return understood && optind == count && arguments.folder != NULL;
}

/* Whole or not at all: whoever waits for the file finds all of it. */
static bool write_file(const char *path, const struct buffer *content, struct error *error)
{
    char temporary[PATH_SIZE];
    int file = -1;

    if (snprintf(temporary, sizeof temporary, "%s.new", path) >= (int) sizeof temporary)
        return error_set(error, ERROR_INPUT, "the path %s is too long", path);
    file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0)
        return error_set(error, ERROR_SYSTEM, "cannot write %s: %s", path, strerror(errno));
    ssize_t written = write(file, buffer_text(content), content->length);
    (void) close(file);
    if (written != (ssize_t) content->length || rename(temporary, path) != 0)
        return error_set(error, ERROR_SYSTEM, "cannot write %s: %s", path, strerror(errno));
    return true;
}

static bool find_paths(const char *folder, struct paths *paths, struct error *error)
{
    const struct {
        char *target;
        const char *name;
    } files[] = {
        { paths->ca, "ca.pem" },          { paths->certificate, "server.pem" },
        { paths->key, "server-key.pem" }, { paths->kubeconfig, "kubeconfig" },
        { paths->token, "token" },
    };

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (snprintf(files[i].target, PATH_SIZE, "%s/%s", folder, files[i].name) >= PATH_SIZE - 8)
            return error_set(error, ERROR_INPUT, "the path %s is too long", folder);
    if (access(paths->ca, F_OK) == 0)
        return true;
    paths->made_certificates = true;
    return certificates_make(folder, error);
}

static bool write_kubeconfig(const struct paths *paths, int port, const char *token, struct error *error)
{
    released_by(buffer_release) struct buffer ca = { 0 }, text = { 0 }, plain = { 0 };

    if (!file_read(paths->ca, &ca, error))
        return false;
    buffer_append_format(
        &text,
        "apiVersion: v1\nkind: Config\ncurrent-context: standin\n"
        "contexts:\n- name: standin\n  context: {cluster: standin, user: standin, namespace: default}\n"
        "clusters:\n- name: standin\n  cluster:\n    server: https://127.0.0.1:%d\n"
        "    certificate-authority-data: ",
        port);
    base64_encode(ca.data, ca.length, &text);
    buffer_append_format(&text, "\nusers:\n- name: standin\n  user: {token: \"%s\"}\n", token);
    buffer_append_text(&plain, token);
    return write_file(paths->kubeconfig, &text, error) && write_file(paths->token, &plain, error);
}

/* Members as the ready file of tests/cluster has them. */
static bool write_ready_file(const struct arguments *arguments, const struct paths *paths, int port,
                             struct error *error)
{
    released_by(buffer_release) struct buffer text = { 0 }, server = { 0 };
    struct json_writer writer = json_writer_start(&text);

    if (arguments->ready_file == NULL)
        return true;
    buffer_append_format(&server, "https://127.0.0.1:%d", port);
    json_begin_object(&writer, NULL);
    json_put_text(&writer, "server", buffer_text(&server));
    json_put_number(&writer, "port", port);
    json_put_text(&writer, "ca", paths->ca);
    json_put_text(&writer, "kubeconfig", paths->kubeconfig);
    json_put_text(&writer, "token_file", paths->token);
    json_put_number(&writer, "pid", getpid());
    json_end_object(&writer);
    return write_file(arguments->ready_file, &text, error);
}

static void stop(struct flow *flow)
{
    loop_stop(((struct stopper *) flow)->loop);
}

static void run_until_told(struct loop *loop)
{
    struct stopper stopper = { .flow = { .pump = stop }, .loop = loop };
    struct signal_watch terminate = { 0 }, interrupt = { 0 };

    signal_start(loop, &terminate, SIGTERM, &stopper.flow);
    signal_start(loop, &interrupt, SIGINT, &stopper.flow);
    loop_run(loop);
    signal_stop(loop, &terminate);
    signal_stop(loop, &interrupt);
}

static bool serve(const struct arguments *arguments, struct paths *paths, struct loop *loop, struct error *error)
{
    char token[TOKEN_SIZE];
    struct cluster_options options = arguments->options;
    int port = 0;

    random_hex(token, sizeof token);
    options.token = token;
    struct cluster *cluster = cluster_new(loop, &options);
    struct server *server = server_new(loop);
    struct server_options listen = { .handler = &cluster->handler,
                                     .port = (int) arguments->port,
                                     .certificate_path = paths->certificate,
                                     .key_path = paths->key };
    if (arguments->seed)
        cluster_seed(cluster);
    bool listening = server_listen(server, &listen, &port, error) && write_kubeconfig(paths, port, token, error) &&
                     write_ready_file(arguments, paths, port, error);
    if (listening)
        run_until_told(loop);
    server_free(server);
    cluster_free(cluster);
    return listening;
}

static void remove_files(const struct arguments *arguments, const struct paths *paths)
{
    (void) unlink(paths->kubeconfig);
    (void) unlink(paths->token);
    if (arguments->ready_file != NULL)
        (void) unlink(arguments->ready_file);
    if (paths->made_certificates)
        certificates_remove(arguments->folder);
}

int main(int argument_count, char **arguments_given)
{
    struct arguments arguments = { 0 };
    struct paths paths = { 0 };
    struct error error = { 0 };

    if (!read_arguments(argument_count, arguments_given, &arguments)) {
        (void) fputs(usage, stderr);
        return EXIT_USAGE;
    }
    struct loop *loop = loop_new();
    bool served = find_paths(arguments.folder, &paths, &error) && serve(&arguments, &paths, loop, &error);
    loop_free(loop);
    remove_files(&arguments, &paths);
    if (!served)
        (void) fprintf(stderr, "standin-cluster: %s\n", error.message);
    return served ? EXIT_SUCCESS : EXIT_FAILURE;
}

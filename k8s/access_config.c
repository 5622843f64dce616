/* k8s/access_config.c - finds the way to the API server: kubeconfig files, or the pod's service account. */
#include "k8s/access_config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

/* The files that exist, in their order. */
struct files {
    char *paths[ACCESS_CONFIG_FILES_MAX];
    struct buffer texts[ACCESS_CONFIG_FILES_MAX];
    size_t count;
};

static bool is_given(const char *text);
static bool read_kubeconfigs(const char *paths, struct kubeconfig *ret_config, struct error *error);
static bool read_home(const char *home, struct kubeconfig *ret_config, struct error *error);
static bool read_service_account(const struct access_environment *environment, struct kubeconfig *ret_config,
                                 struct error *error);
static bool add_file(struct files *files, const char *path, size_t length, struct error *error);
static bool read_files(const struct files *files, struct kubeconfig *ret_config, struct error *error);
static void release_files(struct files *files);
static bool read_namespace(const char *folder, char **ret_namespace, struct error *error);

bool access_config_read(const struct access_environment *environment, struct kubeconfig *ret_config,
                        struct error *error)
{
    if (is_given(environment->kubeconfig))
        return read_kubeconfigs(environment->kubeconfig, ret_config, error) ||
               error_context(error, "KUBECONFIG cannot be used");
    if (is_given(environment->service_host) && is_given(environment->service_port))
        return read_service_account(environment, ret_config, error) ||
               error_context(error, "the pod's service account cannot be used");
    return read_home(environment->home, ret_config, error);
}

static bool is_given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static bool read_kubeconfigs(const char *paths, struct kubeconfig *ret_config, struct error *error)
{
    released_by(release_files) struct files files = { 0 };

    for (const char *path = paths; *path != '\0';) {
        size_t length = strcspn(path, ":");

        if (length > 0 && !add_file(&files, path, length, error))
            return false;
        path += length + (path[length] == ':' ? 1 : 0);
    }
    if (files.count == 0)
        return error_set(error, ERROR_INPUT, "%s does not exist", paths);
    return read_files(&files, ret_config, error);
}

static bool read_home(const char *home, struct kubeconfig *ret_config, struct error *error)
{
    static const char missing[] = "no cluster is named: KUBECONFIG is not set, this is no pod, and there is no %s";
    released_by(release_files) struct files files = { 0 };
    released_by(buffer_release) struct buffer path = { 0 };

    if (!is_given(home))
        return error_set(error, ERROR_INPUT, missing, "HOME");
    buffer_append_format(&path, "%s/.kube/config", home);
    if (!add_file(&files, buffer_text(&path), path.length, error))
        return false;
    if (files.count == 0)
        return error_set(error, ERROR_INPUT, missing, buffer_text(&path));
    return read_files(&files, ret_config, error);
}

/* Passes over what does not exist. */
static bool add_file(struct files *files, const char *path, size_t length, struct error *error)
{
    struct buffer *text = &files->texts[files->count];

    if (files->count == ACCESS_CONFIG_FILES_MAX)
        return error_set(error, ERROR_LIMIT, "it names more than %d files", ACCESS_CONFIG_FILES_MAX);
    files->paths[files->count] = memory_copy(path, length);
    if (access(files->paths[files->count], F_OK) != 0) {
        memory_release_text(&files->paths[files->count]);
        return true;
    }
    buffer_init(text, KUBECONFIG_BYTES_MAX);
    files->count++;
    return file_read(files->paths[files->count - 1], text, error);
}

static bool read_files(const struct files *files, struct kubeconfig *ret_config, struct error *error)
{
    struct kubeconfig_source sources[ACCESS_CONFIG_FILES_MAX];

    for (size_t i = 0; i < files->count; i++)
        sources[i] =
            (struct kubeconfig_source){ files->paths[i], buffer_text(&files->texts[i]), files->texts[i].length };
    return kubeconfig_read(sources, files->count, NULL, ret_config, error);
}

/* Tokens and keys may stand in them. */
static void release_files(struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free(files->paths[i]);
        if (files->texts[i].data != NULL)
            explicit_bzero(files->texts[i].data, files->texts[i].capacity);
        buffer_release(&files->texts[i]);
    }
}

static char *path_in(const char *folder, const char *name)
{
    struct buffer path = { 0 };

    buffer_append_format(&path, "%s/%s", folder, name);
    return buffer_take(&path);
}

static bool read_service_account(const struct access_environment *environment, struct kubeconfig *ret_config,
                                 struct error *error)
{
    const char *folder = environment->service_account_folder;
    const char *host = environment->service_host;
    bool is_ipv6 = strchr(host, ':') != NULL;
    struct buffer server = { 0 };
    char *namespace = NULL;

    if (!is_given(folder))
        return error_set(error, ERROR_INPUT, "its folder is not known");
    if (!read_namespace(folder, &namespace, error))
        return false;
    buffer_append_format(&server, "https://%s%s%s:%s", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "",
                         environment->service_port);
    *ret_config = (struct kubeconfig){ .server = buffer_take(&server),
                                       .ca_path = path_in(folder, "ca.crt"),
                                       .token_path = path_in(folder, "token"),
                                       .namespace = namespace };
    return true;
}

/* Where the file is missing the namespace is not said. */
static bool read_namespace(const char *folder, char **ret_namespace, struct error *error)
{
    released_by(memory_release_text) char *path = path_in(folder, "namespace");
    released_by(buffer_release) struct buffer content = { .limit = 256 };

    if (access(path, F_OK) == 0 && !file_read(path, &content, error))
        return false;
    *ret_namespace = memory_copy(buffer_text(&content), strcspn(buffer_text(&content), " \r\n"));
    return true;
}

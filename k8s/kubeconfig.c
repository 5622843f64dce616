/* k8s/kubeconfig.c - reads a kubeconfig: which server, how it is checked, who we are.
 *
 * What kubectl would do and we cannot (impersonation, passwords, a plugin that wants a terminal) is refused: leaving it
 * out would act as somebody else than was asked for.
 */
#include "k8s/kubeconfig.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/url.h"
#include "k8s/base64.h"
#include "k8s/yaml_file.h"

/* The files in their order. */
struct files {
    struct yaml_file *items;
    size_t count;
};

/* A named thing of one of the files: the mapping under "cluster", "user" or "context". */
struct entry {
    struct yaml_file *file;
    const yaml_node_t *node;
};

static bool load_files(const struct kubeconfig_source *sources, size_t count, struct files *files, struct error *error);
static void release_files(struct files *files);
static bool read_context(struct files *files, const char *context_name, struct kubeconfig *config, struct error *error);
static bool choose_context(struct files *files, const char *context_name, char **ret_name, struct error *error);
static bool find_entry(struct files *files, const char *kind, const char *name, struct entry *ret_entry);
static bool read_cluster(const struct entry *entry, struct kubeconfig *config, struct error *error);
static bool read_server(const struct entry *entry, struct kubeconfig *config, struct error *error);
static bool read_user(const struct entry *entry, struct kubeconfig *config, struct error *error);
static bool refuse_what_we_cannot(const struct entry *entry, struct error *error);
static bool read_certificate(const struct entry *entry, struct kubeconfig *config, struct error *error);
static bool read_token(const struct entry *entry, struct kubeconfig *config, struct error *error);
static bool read_exec(const struct entry *entry, struct exec_plugin *plugin, struct error *error);
static bool read_arguments(struct yaml_file *file, const yaml_node_t *list, char **arguments, struct error *error);
static bool read_environment(struct yaml_file *file, const yaml_node_t *list, char **environment, struct error *error);
static bool read_path(const struct entry *entry, const char *key, char **ret_path, struct error *error);
static bool read_data(const struct entry *entry, const char *key, struct buffer *target, struct error *error);
static char *absolute_path(const char *file_path, char *path);
static void wipe(struct buffer *buffer);

bool kubeconfig_read(const struct kubeconfig_source *sources, size_t source_count, const char *context_name,
                     struct kubeconfig *ret_config, struct error *error)
{
    released_by(release_files) struct files files = { 0 };
    released_by(kubeconfig_release) struct kubeconfig config = { 0 };

    if (!load_files(sources, source_count, &files, error) || !read_context(&files, context_name, &config, error))
        return false;
    *ret_config = config;
    config = (struct kubeconfig){ 0 };
    return true;
}

static void release_plugin(struct exec_plugin *plugin)
{
    free(plugin->api_version);
    free(plugin->command);
    free(plugin->install_hint);
    for (size_t i = 0; i < KUBECONFIG_ARGUMENTS_MAX; i++) {
        free(plugin->arguments[i]);
        free(plugin->environment[i]);
    }
}

void kubeconfig_release(struct kubeconfig *config)
{
    free(config->context);
    free(config->server);
    free(config->tls_server_name);
    free(config->proxy_url);
    free(config->ca_path);
    buffer_release(&config->ca_pem);
    free(config->client_certificate_path);
    buffer_release(&config->client_certificate_pem);
    free(config->client_key_path);
    secret_release(&config->client_key_pem);
    secret_release(&config->token);
    free(config->token_path);
    release_plugin(&config->exec);
    free(config->namespace);
    free(config->user);
    *config = (struct kubeconfig){ 0 };
}

static bool load_files(const struct kubeconfig_source *sources, size_t count, struct files *files, struct error *error)
{
    files->items = memory_new(count, sizeof files->items[0]);
    for (size_t i = 0; i < count; i++) {
        struct yaml_file *file = &files->items[i];

        if (sources[i].length > KUBECONFIG_BYTES_MAX)
            return error_set(error, ERROR_INPUT, "%s is larger than %d bytes", sources[i].path, KUBECONFIG_BYTES_MAX);
        if (!yaml_file_read(sources[i].path, sources[i].text, sources[i].length, file, error))
            return false;
        files->count++;

        yaml_node_t *root = yaml_root(file);
        if (root != NULL && root->type != YAML_MAPPING_NODE)
            return yaml_error(file, root, error, "this is no kubeconfig");
    }
    return true;
}

static void release_files(struct files *files)
{
    for (size_t i = 0; i < files->count; i++)
        yaml_file_release(&files->items[i]);
    free(files->items);
    *files = (struct files){ 0 };
}

static bool read_context(struct files *files, const char *context_name, struct kubeconfig *config, struct error *error)
{
    struct entry context, cluster, user;
    released_by(memory_release_text) char *cluster_name = NULL;

    if (!choose_context(files, context_name, &config->context, error))
        return false;
    if (!find_entry(files, "context", config->context, &context))
        return yaml_error(&files->items[0], NULL, error, "there is no context \"%s\"", config->context);
    if (!yaml_read_text(context.file, context.node, "cluster", &cluster_name, error) ||
        !yaml_read_text(context.file, context.node, "user", &config->user, error) ||
        !yaml_read_text(context.file, context.node, "namespace", &config->namespace, error))
        return false;
    if (cluster_name == NULL)
        return yaml_error(context.file, context.node, error, "context \"%s\" names no cluster", config->context);
    if (!find_entry(files, "cluster", cluster_name, &cluster))
        return yaml_error(context.file, context.node, error, "there is no cluster \"%s\"", cluster_name);
    if (!read_cluster(&cluster, config, error))
        return false;
    if (config->user == NULL)
        return true;
    if (!find_entry(files, "user", config->user, &user))
        return yaml_error(context.file, context.node, error, "there is no user \"%s\"", config->user);
    return read_user(&user, config, error);
}

static bool choose_context(struct files *files, const char *context_name, char **ret_name, struct error *error)
{
    if (context_name != NULL) {
        *ret_name = memory_text(context_name);
        return files->count > 0 || error_set(error, ERROR_INPUT, "there is no kubeconfig");
    }
    for (size_t i = 0; i < files->count; i++) {
        struct yaml_file *file = &files->items[i];

        if (!yaml_read_text(file, yaml_root(file), "current-context", ret_name, error))
            return false;
        if (*ret_name != NULL)
            return true;
    }
    return error_set(error, ERROR_INPUT, "%s: no current-context is set",
                     files->count > 0 ? files->items[0].path : "the kubeconfig");
}

/* kind is "context", "cluster" or "user"; they stand in a list of that name with an s. */
static bool find_entry(struct files *files, const char *kind, const char *name, struct entry *ret_entry)
{
    char list_name[16];

    snprintf(list_name, sizeof list_name, "%ss", kind);
    for (size_t i = 0; i < files->count; i++) {
        struct yaml_file *file = &files->items[i];
        const yaml_node_t *list = yaml_member(file, yaml_root(file), list_name);

        for (size_t index = 0; index < yaml_item_count(list); index++) {
            const yaml_node_t *item = yaml_item(file, list, index);

            if (yaml_is_text(yaml_member(file, item, "name"), name)) {
                *ret_entry = (struct entry){ file, yaml_member(file, item, kind) };
                return true;
            }
        }
    }
    return false;
}

static bool read_cluster(const struct entry *entry, struct kubeconfig *config, struct error *error)
{
    if (!read_server(entry, config, error) ||
        !yaml_read_text(entry->file, entry->node, "tls-server-name", &config->tls_server_name, error) ||
        !yaml_read_text(entry->file, entry->node, "proxy-url", &config->proxy_url, error) ||
        !yaml_read_bool(entry->file, entry->node, "insecure-skip-tls-verify", &config->insecure_skip_tls_verify,
                        error) ||
        !read_data(entry, "certificate-authority-data", &config->ca_pem, error))
        return false;
    return config->ca_pem.length > 0 || read_path(entry, "certificate-authority", &config->ca_path, error);
}

static bool read_server(const struct entry *entry, struct kubeconfig *config, struct error *error)
{
    struct url url;

    if (!yaml_read_text(entry->file, entry->node, "server", &config->server, error))
        return false;
    if (config->server == NULL)
        return yaml_error(entry->file, entry->node, error, "the cluster of context \"%s\" has no server",
                          config->context);
    if (!url_read(config->server, "https http", "server", &url, error))
        return error_context(error, "%s", entry->file->path);
    if (url.has_user)
        return yaml_error(entry->file, entry->node, error, "server must not hold a user and a password");

    size_t length = strlen(config->server);
    while (length > 0 && config->server[length - 1] == '/')
        length--;
    config->server[length] = '\0';
    return true;
}

static bool read_user(const struct entry *entry, struct kubeconfig *config, struct error *error)
{
    return refuse_what_we_cannot(entry, error) && read_certificate(entry, config, error) &&
           read_token(entry, config, error) && read_exec(entry, &config->exec, error);
}

static bool refuse_what_we_cannot(const struct entry *entry, struct error *error)
{
    static const struct {
        const char *key;
        const char *reason;
    } refused[] = {
        { "username", "Kubernetes no longer takes passwords" },
        { "password", "Kubernetes no longer takes passwords" },
        { "auth-provider", "Kubernetes has replaced it by exec" },
        { "as", "acting as somebody else is not supported" },
        { "as-uid", "acting as somebody else is not supported" },
        { "as-groups", "acting as somebody else is not supported" },
        { "as-user-extra", "acting as somebody else is not supported" },
    };

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const yaml_node_t *node = yaml_member(entry->file, entry->node, refused[i].key);

        if (node != NULL)
            return yaml_error(entry->file, node, error, "%s: %s", refused[i].key, refused[i].reason);
    }
    return true;
}

static bool read_certificate(const struct entry *entry, struct kubeconfig *config, struct error *error)
{
    struct buffer key = { 0 };
    bool read = read_data(entry, "client-key-data", &key, error);

    if (read)
        secret_set(&config->client_key_pem, buffer_text(&key), key.length);
    wipe(&key);
    if (!read || !read_data(entry, "client-certificate-data", &config->client_certificate_pem, error))
        return false;
    if (config->client_certificate_pem.length == 0 &&
        !read_path(entry, "client-certificate", &config->client_certificate_path, error))
        return false;
    if (secret_is_empty(&config->client_key_pem) && !read_path(entry, "client-key", &config->client_key_path, error))
        return false;

    bool has_certificate = config->client_certificate_pem.length > 0 || config->client_certificate_path != NULL;
    bool has_key = !secret_is_empty(&config->client_key_pem) || config->client_key_path != NULL;
    if (has_certificate != has_key)
        return yaml_error(entry->file, entry->node, error, "user \"%s\" has a client %s without its %s", config->user,
                          has_key ? "key" : "certificate", has_key ? "certificate" : "key");
    return true;
}

static bool read_token(const struct entry *entry, struct kubeconfig *config, struct error *error)
{
    char *token = NULL;

    if (!read_path(entry, "tokenFile", &config->token_path, error))
        return false;
    if (config->token_path != NULL)
        return true;
    if (!yaml_read_text(entry->file, entry->node, "token", &token, error))
        return false;
    if (token == NULL)
        return true;
    secret_set(&config->token, token, strlen(token));
    explicit_bzero(token, strlen(token));
    free(token);
    return true;
}

static bool check_exec(const struct entry *entry, const yaml_node_t *node, const struct exec_plugin *plugin,
                       struct error *error)
{
    static const char group[] = "client.authentication.k8s.io/";

    if (plugin->command == NULL)
        return yaml_error(entry->file, node, error, "exec has no command");
    if (plugin->api_version == NULL || !text_starts_with(plugin->api_version, group) ||
        (!text_equal(plugin->api_version + sizeof group - 1, "v1") &&
         !text_equal(plugin->api_version + sizeof group - 1, "v1beta1")))
        return yaml_error(entry->file, node, error, "the apiVersion of exec must be %sv1 or v1beta1", group);
    if (yaml_is_text(yaml_member(entry->file, node, "interactiveMode"), "Always"))
        return yaml_error(entry->file, node, error, "exec wants a terminal (interactiveMode: Always), there is none");
    return true;
}

static bool read_exec(const struct entry *entry, struct exec_plugin *plugin, struct error *error)
{
    const yaml_node_t *node = yaml_member(entry->file, entry->node, "exec");

    if (node == NULL)
        return true;
    if (!yaml_read_text(entry->file, node, "apiVersion", &plugin->api_version, error) ||
        !yaml_read_text(entry->file, node, "command", &plugin->command, error) ||
        !yaml_read_text(entry->file, node, "installHint", &plugin->install_hint, error) ||
        !yaml_read_bool(entry->file, node, "provideClusterInfo", &plugin->provide_cluster_info, error) ||
        !read_arguments(entry->file, yaml_member(entry->file, node, "args"), plugin->arguments, error) ||
        !read_environment(entry->file, yaml_member(entry->file, node, "env"), plugin->environment, error) ||
        !check_exec(entry, node, plugin, error))
        return false;
    /* A command with a slash is a path, one without is looked for in PATH. */
    if (strchr(plugin->command, '/') != NULL)
        plugin->command = absolute_path(entry->file->path, plugin->command);
    return true;
}

static bool read_arguments(struct yaml_file *file, const yaml_node_t *list, char **arguments, struct error *error)
{
    if (yaml_item_count(list) > KUBECONFIG_ARGUMENTS_MAX)
        return yaml_error(file, list, error, "exec has more than %d args", KUBECONFIG_ARGUMENTS_MAX);
    for (size_t i = 0; i < yaml_item_count(list); i++)
        if (!yaml_node_text(file, yaml_item(file, list, i), "args", &arguments[i], error))
            return false;
    return true;
}

static bool read_environment(struct yaml_file *file, const yaml_node_t *list, char **environment, struct error *error)
{
    if (yaml_item_count(list) > KUBECONFIG_ARGUMENTS_MAX)
        return yaml_error(file, list, error, "exec has more than %d env", KUBECONFIG_ARGUMENTS_MAX);
    for (size_t i = 0; i < yaml_item_count(list); i++) {
        const yaml_node_t *item = yaml_item(file, list, i);
        released_by(memory_release_text) char *name = NULL;
        released_by(memory_release_text) char *value = NULL;
        struct buffer setting = { 0 };

        if (!yaml_read_text(file, item, "name", &name, error) || !yaml_read_text(file, item, "value", &value, error))
            return false;
        if (name == NULL || strchr(name, '=') != NULL)
            return yaml_error(file, item, error, "env of exec needs a name without =");
        buffer_append_format(&setting, "%s=%s", name, value != NULL ? value : "");
        environment[i] = buffer_take(&setting);
    }
    return true;
}

static bool read_path(const struct entry *entry, const char *key, char **ret_path, struct error *error)
{
    if (!yaml_read_text(entry->file, entry->node, key, ret_path, error))
        return false;
    if (*ret_path != NULL)
        *ret_path = absolute_path(entry->file->path, *ret_path);
    return true;
}

static bool read_data(const struct entry *entry, const char *key, struct buffer *target, struct error *error)
{
    char *text = NULL;

    if (!yaml_read_text(entry->file, entry->node, key, &text, error))
        return false;
    if (text == NULL)
        return true;

    bool decoded = base64_decode(text, target);
    explicit_bzero(text, strlen(text));
    free(text);
    if (!decoded)
        return yaml_error(entry->file, yaml_member(entry->file, entry->node, key), error, "%s is no base64", key);
    return true;
}

/* Takes path over. */
static char *absolute_path(const char *file_path, char *path)
{
    const char *slash = strrchr(file_path, '/');
    struct buffer joined = { 0 };

    if (path[0] == '/' || slash == NULL)
        return path;
    buffer_append(&joined, file_path, (size_t) (slash - file_path) + 1);
    buffer_append_text(&joined, path);
    free(path);
    return buffer_take(&joined);
}

static void wipe(struct buffer *buffer)
{
    if (buffer->data != NULL)
        explicit_bzero(buffer->data, buffer->capacity);
    buffer_release(buffer);
}

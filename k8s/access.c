/* k8s/access.c - the way to the API server: address, roots, and a credential that stays fresh. */
#include "k8s/access.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "k8s/access_config.h"
#include "k8s/credential_plugin.h"
#include "k8s/kubeconfig.h"

enum {
    LOOK_MS = 1000, /* files are looked at once in so long */
    WAITING_MAX = 16,
};

/* A PEM text that somebody may replace; without a path it was given and stays. */
struct pem_file {
    const char *path; /* borrowed; NULL = none */
    struct buffer content;
    struct timespec modified; /* of what was read */
    ino_t inode;
};

struct access {
    struct flow flow; /* the plugin's end. First member */
    struct loop *loop;
    struct kubeconfig config;
    struct secret_file token;
    struct pem_file ca, certificate;
    struct secret_file key;
    struct credential_plugin plugin;
    bool has_plugin;
    int64_t looked_ms;
    struct error error;
    struct http_client_options options;
    unsigned generation;
    struct flow *waiting[WAITING_MAX];
    size_t waiting_count;
};

static void pump(struct flow *flow);
static void take_config(struct access *access);
static void prepare_plugin(struct access *access, const struct access_environment *environment);
static void take_certificate(struct access *access);
static bool look_at_files(struct access *access, struct error *error);
static bool refresh_pem(struct pem_file *file, bool *ret_changed, struct error *error);
static void update_options(struct access *access);
static void wait_for(struct access *access, struct flow *flow);
static void announce(struct access *access);

bool access_new(struct loop *loop, const struct access_environment *environment, struct access **ret_access,
                struct error *error)
{
    struct access *access = memory_new(1, sizeof *access);

    access->flow.pump = pump;
    access->loop = loop;
    if (!access_config_read(environment, &access->config, error)) {
        access_free(access);
        return false;
    }
    take_config(access);
    if (!look_at_files(access, error)) {
        error_context(error, "the credential for %s cannot be used", access->config.server);
        access_free(access);
        return false;
    }
    if (access->has_plugin)
        prepare_plugin(access, environment);
    *ret_access = access;
    return true;
}

void access_free(struct access *access)
{
    if (access == NULL)
        return;
    for (size_t i = 0; i < access->waiting_count; i++)
        loop_unpost(access->loop, access->waiting[i]);
    if (access->has_plugin)
        credential_plugin_release(&access->plugin);
    secret_file_release(&access->token);
    secret_file_release(&access->key);
    buffer_release(&access->ca.content);
    buffer_release(&access->certificate.content);
    kubeconfig_release(&access->config);
    free(access);
}

/* A token wins over a plugin, as in client-go. What was given stands where what is read from a file would. */
static void take_config(struct access *access)
{
    struct kubeconfig *config = &access->config;

    access->has_plugin = config->exec.command != NULL && config->token_path == NULL && secret_is_empty(&config->token);
    access->token.path = config->token_path != NULL ? memory_text(config->token_path) : NULL;
    access->token.secret = config->token;
    config->token = (struct secret){ 0 };
    access->key.path = config->client_key_path != NULL ? memory_text(config->client_key_path) : NULL;
    access->key.secret = config->client_key_pem;
    config->client_key_pem = (struct secret){ 0 };
    access->ca = (struct pem_file){ .path = config->ca_path };
    access->certificate =
        (struct pem_file){ .path = config->client_certificate_path, .content = config->client_certificate_pem };
    config->client_certificate_pem = (struct buffer){ 0 };
}

/* The plugin may want to know the roots, wherever they stand. */
static void prepare_plugin(struct access *access, const struct access_environment *environment)
{
    if (access->ca.path != NULL)
        buffer_append(&access->config.ca_pem, access->ca.content.data, access->ca.content.length);
    credential_plugin_init(&access->plugin, access->loop, &access->config, environment->variables, &access->flow);
}

const char *access_server(const struct access *access)
{
    return access->config.server;
}

const char *access_namespace(const struct access *access)
{
    return access->config.namespace != NULL ? access->config.namespace : "";
}

const char *access_user(const struct access *access)
{
    return access->config.user != NULL ? access->config.user : "";
}

void access_refresh(struct access *access, bool invalidated, struct flow *flow)
{
    bool is_time = loop_monotonic_ms(access->loop) - access->looked_ms >= LOOK_MS;

    wait_for(access, flow);
    access->error = (struct error){ 0 };
    if (invalidated || is_time) {
        struct error error = { 0 };

        /* What was there before stays in use. */
        if (!look_at_files(access, &error))
            access->error = error;
    }
    if (access->has_plugin) {
        credential_plugin_refresh(&access->plugin, invalidated);
        if (access->plugin.is_running && !credential_plugin_is_valid(&access->plugin))
            return;
        if (!credential_plugin_is_valid(&access->plugin))
            access->error = access->plugin.error;
    }
    announce(access);
}

void access_cancel(struct access *access, struct flow *flow)
{
    loop_unpost(access->loop, flow);
    for (size_t i = 0; i < access->waiting_count; i++)
        if (access->waiting[i] == flow) {
            access->waiting_count--;
            access->waiting[i] = access->waiting[access->waiting_count];
            return;
        }
}

bool access_is_ready(const struct access *access)
{
    return !access->has_plugin || credential_plugin_is_valid(&access->plugin);
}

const struct error *access_error(const struct access *access)
{
    return &access->error;
}

const struct secret *access_bearer(const struct access *access)
{
    return access->has_plugin ? &access->plugin.credential.token : &access->token.secret;
}

const struct http_client_options *access_connection(const struct access *access, unsigned *ret_generation)
{
    *ret_generation = access->generation;
    return &access->options;
}

/* The plugin has ended. */
static void pump(struct flow *flow)
{
    struct access *access = (struct access *) flow;

    access->error = access->plugin.error;
    take_certificate(access);
    announce(access);
}

/* Of the plugin, which may answer with one instead of a token. */
static void take_certificate(struct access *access)
{
    const struct exec_credential *credential = &access->plugin.credential;
    struct buffer *certificate = &access->certificate.content;

    if (credential->client_certificate_pem.length == 0 ||
        text_equal(buffer_text(&credential->client_certificate_pem), buffer_text(certificate)))
        return;
    buffer_clear(certificate);
    buffer_append_text(certificate, buffer_text(&credential->client_certificate_pem));
    secret_set(&access->key.secret, secret_reveal(&credential->client_key_pem), credential->client_key_pem.length);
    update_options(access);
}

static bool look_at_files(struct access *access, struct error *error)
{
    bool ca_changed = false, certificate_changed = false, key_changed = false, token_changed = false;
    bool passed = refresh_pem(&access->ca, &ca_changed, error) &&
                  refresh_pem(&access->certificate, &certificate_changed, error) &&
                  secret_file_refresh(&access->key, &key_changed, error) &&
                  secret_file_refresh(&access->token, &token_changed, error);

    access->looked_ms = loop_monotonic_ms(access->loop);
    if (ca_changed || certificate_changed || key_changed || access->generation == 0)
        update_options(access);
    return passed;
}

static bool refresh_pem(struct pem_file *file, bool *ret_changed, struct error *error)
{
    released_by(buffer_release) struct buffer content = { 0 };
    struct stat status = { 0 };

    if (file->path == NULL)
        return true;
    /* Before it is read: a change in between is then seen the next time. */
    if (stat(file->path, &status) == 0 && file->content.length > 0 && status.st_ino == file->inode &&
        status.st_mtim.tv_sec == file->modified.tv_sec && status.st_mtim.tv_nsec == file->modified.tv_nsec)
        return true;
    if (!file_read(file->path, &content, error))
        return false;
    if (content.length == 0)
        return error_set(error, ERROR_INPUT, "%s is empty", file->path);
    *ret_changed = !text_equal(buffer_text(&content), buffer_text(&file->content));
    buffer_release(&file->content);
    file->content = content;
    content = (struct buffer){ 0 };
    file->modified = status.st_mtim;
    file->inode = status.st_ino;
    return true;
}

/* A new client certificate or new roots are for new connections. */
static void update_options(struct access *access)
{
    const struct kubeconfig *config = &access->config;
    const struct buffer *ca = access->ca.path != NULL ? &access->ca.content : &config->ca_pem;

    access->options = (struct http_client_options){ .ca_pem = buffer_text(ca),
                                                    .certificate_pem = buffer_text(&access->certificate.content),
                                                    .key_pem = &access->key.secret,
                                                    .tls_server_name = config->tls_server_name,
                                                    .proxy_url = config->proxy_url,
                                                    .insecure = config->insecure_skip_tls_verify };
    access->generation++;
}

static void wait_for(struct access *access, struct flow *flow)
{
    for (size_t i = 0; i < access->waiting_count; i++)
        if (access->waiting[i] == flow)
            return;
    assert(access->waiting_count < WAITING_MAX);
    access->waiting[access->waiting_count] = flow;
    access->waiting_count++;
}

static void announce(struct access *access)
{
    for (size_t i = 0; i < access->waiting_count; i++)
        loop_post(access->loop, access->waiting[i]);
    access->waiting_count = 0;
}

/* bot/config.c - what the environment says. When things are due is read in config_night.c. */
#include "bot/config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "bot/access.h"
#include "bot/config_night.h"

static const char *get_from_process(const struct variables *variables, const char *name)
{
    (void) variables;
    return getenv(name);
}

static const char *const *all_of_process(const struct variables *variables)
{
    (void) variables;
    return (const char *const *) environ;
}

const struct variables process_variables = { .get = get_from_process, .all = all_of_process };

const char *variables_get(const struct variables *variables, const char *name, const char *fallback)
{
    const char *value = variables->get(variables, name);

    return value == NULL || value[0] == '\0' ? fallback : value;
}

static bool copy_value(const struct variables *variables, const char *name, const char *fallback, char *target,
                       size_t size, struct error *error)
{
    if (text_copy(target, size, variables_get(variables, name, fallback)))
        return true;
    return error_set(error, ERROR_INPUT, "%s is longer than the %zu bytes that are allowed", name, size - 1);
}

/* --- secrets --------------------------------------------------------------------------------------------------- */

static bool check_token(const struct secret_file *file, const char *name, const char *prefix, struct error *error)
{
    const char *token = secret_reveal(&file->secret);

    if (text_starts_with(token, prefix) &&
        token[strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._")] == '\0')
        return true;
    return error_set(
        error, ERROR_INPUT,
        "%s holds no token of the right kind: it must begin with %s and have letters, digits and hyphens only", name,
        prefix);
}

static bool read_token(const struct variables *variables, const char *name, const char *prefix,
                       struct secret_file *ret_file, struct error *error)
{
    char file_name[64];
    bool changed;
    struct buffer text = { 0 };

    buffer_append_format(&text, "%s_FILE", name);
    bool fits = text_copy(file_name, sizeof file_name, buffer_text(&text));
    buffer_release(&text);
    const char *value = variables_get(variables, name, NULL);
    const char *path = fits ? variables_get(variables, file_name, NULL) : NULL;
    if (value == NULL && path == NULL)
        return error_set(error, ERROR_INPUT,
                         "%s is not set; it must hold a Slack token that begins with %s (or %s_FILE the path of one)",
                         name, prefix, name);
    if (value != NULL && path != NULL)
        return error_set(error, ERROR_INPUT, "%s and %s are both set; set one of them", name, file_name);
    if (value != NULL) {
        secret_set(&ret_file->secret, value, strlen(value));
        return check_token(ret_file, name, prefix, error);
    }
    ret_file->path = memory_text(path);
    if (!secret_file_refresh(ret_file, &changed, error))
        return error_context(error, "%s", file_name);
    return check_token(ret_file, file_name, prefix, error);
}

/* --- Slack ----------------------------------------------------------------------------------------------------- */

static bool read_api_url(const struct variables *variables, struct config *config, struct error *error)
{
    const char *value = variables_get(variables, "SLACK_API_URL", "https://slack.com/api/");
    struct url url;

    if (!url_read(value, "https", "SLACK_API_URL", &url, error))
        return false;
    if (url.has_user || strpbrk(url.path, "?#") != NULL)
        return error_set(
            error, ERROR_INPUT,
            "SLACK_API_URL must be an https URL without user, query and fragment, such as https://slack.com/api/");
    size_t length = strlen(value);
    struct buffer text = { .limit = sizeof config->slack_api_url - 1 };
    buffer_append_format(&text, "%s%s", value, value[length - 1] == '/' ? "" : "/");
    bool fits = !text.overflowed && text_copy(config->slack_api_url, sizeof config->slack_api_url, buffer_text(&text));
    buffer_release(&text);
    if (!fits)
        return error_set(error, ERROR_INPUT, "SLACK_API_URL is longer than the %zu bytes that are allowed",
                         sizeof config->slack_api_url - 2);
    return true;
}

static bool read_channel(const struct variables *variables, struct config *config, struct error *error)
{
    const char *value = variables_get(variables, "CURFEW_CHANNEL", "");
    char *channel = config->engine.settings.channel;

    if (value[0] == '\0')
        return error_set(error, ERROR_INPUT,
                         "CURFEW_CHANNEL is not set; it must hold the id of a Slack channel, such as C024BE91L");
    if (!settings_is_channel(value) || !text_copy(channel, sizeof config->engine.settings.channel, value))
        return error_set(
            error, ERROR_INPUT,
            "CURFEW_CHANNEL is \"%.64s\"; it must be the id of a Slack channel, such as C024BE91L, not its name",
            value);
    return true;
}

static bool read_ca_path(const struct variables *variables, struct config *config, struct error *error)
{
    struct buffer content = { .limit = 16 * 1024 * 1024 };

    if (!copy_value(variables, "SSL_CERT_FILE", "", config->ca_path, sizeof config->ca_path, error))
        return false;
    if (config->ca_path[0] == '\0')
        return true;
    bool read = file_read(config->ca_path, &content, error);
    bool is_pem = read && strstr(buffer_text(&content), "-----BEGIN CERTIFICATE-----") != NULL;
    buffer_release(&content);
    if (!read)
        return error_context(error, "SSL_CERT_FILE");
    if (!is_pem)
        return error_set(error, ERROR_INPUT, "SSL_CERT_FILE is \"%.200s\", which holds no certificate in PEM form",
                         config->ca_path);
    return true;
}

/* --- ours ------------------------------------------------------------------------------------------------------ */

static bool read_cluster(const struct variables *variables, struct config *config, struct error *error)
{
    const char *value = variables_get(variables, "CURFEW_CLUSTER", "default");

    if (value[strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._")] == '\0' &&
        text_copy(config->cluster, sizeof config->cluster, value))
        return true;
    return error_set(error, ERROR_INPUT,
                     "CURFEW_CLUSTER is \"%.64s\"; allowed are up to %d letters, digits, hyphens, dots and underscores",
                     value, CONFIG_CLUSTER_SIZE - 1);
}

static bool read_store(const struct variables *variables, struct config *config, struct error *error)
{
    const char *value = variables_get(variables, "CURFEW_STORE", "sqlite:curfew.db");

    if (text_starts_with(value, "sqlite:") && value[7] != '\0' &&
        text_copy(config->store_path, sizeof config->store_path, value + 7))
        return true;
    if (text_starts_with(value, "dynamodb:"))
        return error_set(error, ERROR_INPUT,
                         "CURFEW_STORE is \"%.200s\"; this release keeps its state in SQLite only: sqlite:PATH", value);
    return error_set(error, ERROR_INPUT, "CURFEW_STORE is \"%.200s\"; allowed is sqlite:PATH, such as sqlite:curfew.db",
                     value);
}

static bool read_log_level(const struct variables *variables, struct config *config, struct error *error)
{
    const char *value = variables_get(variables, "CURFEW_LOG", "info");

    config->logs = variables_get(variables, "CURFEW_LOG", NULL) != NULL;
    if (log_level_read(value, &config->log_level, error))
        return true;
    return error_set(error, ERROR_INPUT, "CURFEW_LOG is \"%.64s\"; allowed are error, warn, info and debug", value);
}

static bool read_allow(const struct variables *variables, struct config *config, struct error *error)
{
    struct error wrong;

    if (!copy_value(variables, "CURFEW_ALLOW", "", config->engine.allow, sizeof config->engine.allow, error))
        return false;
    if (access_read_ids(config->engine.allow, &wrong))
        return true;
    return error_set(error, wrong.kind, "CURFEW_ALLOW %s", wrong.message);
}

static bool check_protected(const char *list, struct error *error)
{
    while (*list != '\0') {
        char item[NAMESPACE_NAME_SIZE];
        list += strspn(list, ", ");
        size_t length = strcspn(list, ", ");
        if (length == 0)
            return true;
        size_t kept = length < sizeof item ? length : sizeof item - 1;
        memcpy(item, list, kept);
        item[kept] = '\0';
        if (kept < length || !namespace_name_is_valid(item))
            return error_set(error, ERROR_INPUT,
                             "CURFEW_PROTECTED holds \"%s\", which is no name of a namespace: allowed are up to 63 "
                             "lower-case letters, digits and hyphens, comma separated",
                             item);
        list += length;
    }
    return true;
}

static bool read_protected(const struct variables *variables, struct config *config, struct error *error)
{
    struct engine_options *options = &config->engine;

    return copy_value(variables, "CURFEW_PROTECTED", "", options->protected_names, sizeof options->protected_names,
                      error) &&
           check_protected(options->protected_names, error);
}

static bool read_own_namespace(const struct variables *variables, struct config *config, struct error *error)
{
    const char *value = variables_get(variables, "POD_NAMESPACE", "");
    struct engine_options *options = &config->engine;

    if (value[0] == '\0')
        return true;
    if (namespace_name_is_valid(value) && text_copy(options->own_namespace, sizeof options->own_namespace, value))
        return true;
    return error_set(error, ERROR_INPUT,
                     "POD_NAMESPACE is \"%.64s\"; it must be the name of a namespace: up to 63 lower-case letters, "
                     "digits and hyphens",
                     value);
}

static void read_borrowed(const struct variables *variables, struct config *config)
{
    config->proxies = (struct proxy_environment){
        .https_proxy = variables_get(variables, "https_proxy", variables_get(variables, "HTTPS_PROXY", NULL)),
        .all_proxy = variables_get(variables, "all_proxy", variables_get(variables, "ALL_PROXY", NULL)),
        .no_proxy = variables_get(variables, "no_proxy", variables_get(variables, "NO_PROXY", NULL)),
    };
    config->access = (struct access_environment){
        .kubeconfig = variables_get(variables, "KUBECONFIG", NULL),
        .home = variables_get(variables, "HOME", NULL),
        .service_host = variables_get(variables, "KUBERNETES_SERVICE_HOST", NULL),
        .service_port = variables_get(variables, "KUBERNETES_SERVICE_PORT", NULL),
        .service_account_folder = "/var/run/secrets/kubernetes.io/serviceaccount",
        .variables = variables->all == NULL ? NULL : variables->all(variables),
    };
}

static bool check_proxy(const struct variables *variables, struct config *config, struct error *error)
{
    struct proxy proxy = { 0 };

    (void) variables;
    if (!proxy_choose(&config->proxies, "slack.com", 443, &proxy, error))
        return error_context(error, config->proxies.https_proxy == NULL ? "ALL_PROXY" : "HTTPS_PROXY");
    secret_release(&proxy.authorization);
    return true;
}

static void begin(const struct variables *variables, struct config *config)
{
    *config = (struct config){ 0 };
    zones_init(&config->zones, NULL);
    read_borrowed(variables, config);
}

static bool check_store_is_named(const struct variables *variables, const struct config *config, struct error *error)
{
    if (variables_get(variables, "CURFEW_STORE", NULL) != NULL || access(config->store_path, F_OK) == 0)
        return true;
    return error_set(
        error, ERROR_INPUT,
        "CURFEW_STORE is not set, and there is no %s in this folder; set it to the store of your bot or, where "
        "there is none, to a file that all of you use, such as sqlite:/home/ann/curfew.db",
        config->store_path);
}

/* --- the whole ------------------------------------------------------------------------------------------------- */

static bool read_app_token(const struct variables *variables, struct config *config, struct error *error)
{
    return read_token(variables, "SLACK_APP_TOKEN", "xapp-", &config->app_token, error);
}

static bool read_bot_token(const struct variables *variables, struct config *config, struct error *error)
{
    return read_token(variables, "SLACK_BOT_TOKEN", "xoxb-", &config->bot_token, error);
}

static bool (*const parts[CONFIG_PARTS])(const struct variables *variables, struct config *config,
                                         struct error *error) = {
    read_app_token, read_bot_token,    read_api_url, read_ca_path,   read_channel,       read_cluster, read_store,
    read_log_level, config_read_night, read_allow,   read_protected, read_own_namespace, check_proxy,
};

bool config_read(const struct variables *variables, struct config *ret_config, struct error *error)
{
    begin(variables, ret_config);
    for (size_t i = 0; i < CONFIG_PARTS; i++) {
        if (parts[i](variables, ret_config, error))
            continue;
        config_release(ret_config);
        return false;
    }
    return true;
}

size_t config_read_parts(const struct variables *variables, struct config *ret_config,
                         struct error errors[CONFIG_PARTS])
{
    size_t count = 0;

    begin(variables, ret_config);
    for (size_t i = 0; i < CONFIG_PARTS; i++)
        if (!parts[i](variables, ret_config, &errors[count]))
            count++;
    return count;
}

bool config_read_terminal(const struct variables *variables, struct config *ret_config, struct error *error)
{
    struct config *config = ret_config;
    bool has_channel = variables_get(variables, "CURFEW_CHANNEL", NULL) != NULL;

    begin(variables, config);
    if ((!has_channel || read_channel(variables, config, error)) && read_cluster(variables, config, error) &&
        read_store(variables, config, error) && check_store_is_named(variables, config, error) &&
        read_log_level(variables, config, error) && config_read_night(variables, config, error) &&
        read_protected(variables, config, error) && read_own_namespace(variables, config, error))
        return true;
    config_release(config);
    return false;
}

void config_release(struct config *config)
{
    secret_file_release(&config->app_token);
    secret_file_release(&config->bot_token);
    zones_release(&config->zones);
    *config = (struct config){ 0 };
}

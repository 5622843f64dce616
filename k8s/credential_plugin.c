/* k8s/credential_plugin.c - runs the command of a kubeconfig that prints a credential.
 *
 * Source: client.authentication.k8s.io, and k8s.io/client-go/plugin/pkg/client/auth/exec.
 */
#include "k8s/credential_plugin.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "k8s/status.h"

static void pump(struct flow *flow);
static char **variables_new(const struct kubeconfig *config, const char *const *inherited);
static bool read_outcome(struct credential_plugin *plugin, struct exec_credential *ret_credential, struct error *error);
static int64_t renewal_of(const struct credential_plugin *plugin, int64_t expires_at);
static void wipe_output(struct process *process);

void credential_plugin_init(struct credential_plugin *plugin, struct loop *loop, const struct kubeconfig *config,
                            const char *const *variables, struct flow *owner)
{
    *plugin = (struct credential_plugin){ .flow = { pump }, .owner = owner, .loop = loop, .config = config };
    plugin->variables = variables_new(config, variables);
}

void credential_plugin_release(struct credential_plugin *plugin)
{
    if (plugin->loop != NULL)
        process_cancel(plugin->loop, &plugin->process);
    wipe_output(&plugin->process);
    process_release(&plugin->process);
    exec_credential_release(&plugin->credential);
    for (char **variable = plugin->variables; variable != NULL && *variable != NULL; variable++)
        free(*variable);
    free(plugin->variables);
    *plugin = (struct credential_plugin){ 0 };
}

bool credential_plugin_is_valid(const struct credential_plugin *plugin)
{
    const struct exec_credential *credential = &plugin->credential;
    bool is_there = !secret_is_empty(&credential->token) || !secret_is_empty(&credential->client_key_pem);

    return is_there && (credential->expires_at == 0 || loop_now(plugin->loop) < credential->expires_at);
}

void credential_plugin_refresh(struct credential_plugin *plugin, bool refused)
{
    const char *arguments[KUBECONFIG_ARGUMENTS_MAX + 2] = { plugin->config->exec.command };
    bool is_due = refused || !credential_plugin_is_valid(plugin) ||
                  (plugin->renew_at > 0 && loop_now(plugin->loop) >= plugin->renew_at);
    bool just_ended =
        plugin->ended_ms > 0 && loop_monotonic_ms(plugin->loop) - plugin->ended_ms < CREDENTIAL_PLUGIN_PAUSE_MS;

    if (plugin->is_running || !is_due || just_ended)
        return;
    if (refused)
        exec_credential_release(&plugin->credential);
    for (size_t i = 0; i < KUBECONFIG_ARGUMENTS_MAX; i++)
        arguments[i + 1] = plugin->config->exec.arguments[i];
    plugin->is_running = true;
    buffer_init(&plugin->process.output, CREDENTIAL_PLUGIN_BYTES_MAX);
    process_start(plugin->loop, &plugin->process, arguments, (const char *const *) plugin->variables,
                  CREDENTIAL_PLUGIN_TIMEOUT_MS, &plugin->flow);
}

static void pump(struct flow *flow)
{
    struct credential_plugin *plugin = (struct credential_plugin *) flow;
    struct exec_credential credential = { 0 };

    plugin->is_running = false;
    plugin->ended_ms = loop_monotonic_ms(plugin->loop);
    plugin->error = (struct error){ 0 };
    if (read_outcome(plugin, &credential, &plugin->error)) {
        exec_credential_release(&plugin->credential);
        plugin->credential = credential;
        plugin->renew_at = renewal_of(plugin, credential.expires_at);
    }
    wipe_output(&plugin->process);
    process_release(&plugin->process);
    plugin->owner->pump(plugin->owner);
}

static bool read_outcome(struct credential_plugin *plugin, struct exec_credential *ret_credential, struct error *error)
{
    const struct exec_plugin *exec = &plugin->config->exec;
    const struct process *process = &plugin->process;

    if (process->error.kind == ERROR_SYSTEM && exec->install_hint != NULL) {
        char hint[STATUS_MESSAGE_SIZE];

        status_copy_line(hint, sizeof hint, exec->install_hint);
        return error_set(error, ERROR_SYSTEM, "%.150s (%s)", process->error.message, hint);
    }
    if (process->error.kind != ERROR_NONE) {
        *error = process->error;
        return false;
    }
    if (process->exit_status != 0)
        return error_set(error, ERROR_SYSTEM, "the credential plugin %s ended with status %d", exec->command,
                         process->exit_status);
    if (!exec_credential_read(buffer_text(&process->output), process->output.length, exec->api_version, ret_credential,
                              error))
        return error_context(error, "%s", exec->command);
    if (ret_credential->expires_at == 0 || ret_credential->expires_at > loop_now(plugin->loop))
        return true;
    exec_credential_release(ret_credential);
    return error_set(error, ERROR_PROTOCOL, "the credential plugin %s gave one that has expired already",
                     exec->command);
}

static int64_t renewal_of(const struct credential_plugin *plugin, int64_t expires_at)
{
    int64_t quarter = (expires_at - loop_now(plugin->loop)) / 4;

    if (expires_at == 0)
        return 0;
    return expires_at - (quarter < CREDENTIAL_PLUGIN_AHEAD_S ? quarter : CREDENTIAL_PLUGIN_AHEAD_S);
}

static void wipe_output(struct process *process)
{
    if (process->output.data != NULL)
        explicit_bzero(process->output.data, process->output.capacity);
}

static size_t count_texts(const char *const *texts)
{
    size_t count = 0;

    while (texts != NULL && texts[count] != NULL)
        count++;
    return count;
}

/* true: one of the first count variables has the name of setting ("NAME=value"). */
static bool has_name(char *const *variables, size_t count, const char *setting)
{
    size_t length = strcspn(setting, "=") + 1;

    for (size_t i = 0; i < count; i++)
        if (strncmp(variables[i], setting, length) == 0)
            return true;
    return false;
}

/* The plugin's own settings first, then what it inherits and they do not replace. */
static char **variables_new(const struct kubeconfig *config, const char *const *inherited)
{
    const char *const *own = (const char *const *) config->exec.environment;
    char **variables = memory_new(count_texts(own) + count_texts(inherited) + 2, sizeof variables[0]);
    struct buffer info = { .limit = 2 * BUFFER_LIMIT_DEFAULT };
    size_t count = 0;

    buffer_append_text(&info, "KUBERNETES_EXEC_INFO=");
    exec_credential_write_info(config, &info);
    variables[count++] = buffer_take(&info);
    for (size_t i = 0; i < count_texts(own); i++)
        if (!has_name(variables, count, own[i]))
            variables[count++] = memory_text(own[i]);
    for (size_t i = 0; i < count_texts(inherited); i++)
        if (!has_name(variables, count, inherited[i]))
            variables[count++] = memory_text(inherited[i]);
    return variables;
}

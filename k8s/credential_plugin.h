/* k8s/credential_plugin.h - runs the command of a kubeconfig that prints a credential.
 *
 * It is run again before its credential expires, and at once when the server refuses that. A plugin that fails is not
 * run again within CREDENTIAL_PLUGIN_PAUSE_MS; one that just succeeded is not either, because many requests may be
 * refused for the same old token.
 */
#ifndef CURFEW_K8S_CREDENTIAL_PLUGIN_H
#define CURFEW_K8S_CREDENTIAL_PLUGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/flow.h"
#include "base/loop.h"
#include "k8s/exec_credential.h"
#include "k8s/kubeconfig.h"

enum {
    CREDENTIAL_PLUGIN_TIMEOUT_MS = 15 * 1000,
    CREDENTIAL_PLUGIN_PAUSE_MS = 1000,
    CREDENTIAL_PLUGIN_AHEAD_S = 60,            /* before the expiry, or a quarter of the lifetime if that is less */
    CREDENTIAL_PLUGIN_BYTES_MAX = 1024 * 1024, /* of its output */
};

struct credential_plugin {
    struct flow flow;   /* its own: the process moved. First member */
    struct flow *owner; /* pumped at each end */
    struct loop *loop;
    const struct kubeconfig *config; /* borrowed */
    char **variables;                /* its whole environment, owned */
    struct process process;
    bool is_running;
    struct exec_credential credential; /* of the last run that succeeded */
    int64_t renew_at;                  /* UTC seconds; 0 = when it is refused */
    int64_t ended_ms;                  /* of the last run; monotonic, 0 = none */
    struct error error;                /* of the last run; kind NONE = fine */
};

/* config has a plugin, and is borrowed like owner. variables: what it inherits, "NAME=value", ends with NULL; copied. */
void credential_plugin_init(struct credential_plugin *plugin, struct loop *loop, const struct kubeconfig *config,
                            const char *const *variables, struct flow *owner);
void credential_plugin_release(struct credential_plugin *plugin); /* also while it runs */

/* There is a credential, and its time has not come. */
bool credential_plugin_is_valid(const struct credential_plugin *plugin) must_check;

/* Runs it if that is due. refused: the server did not take the last one. */
void credential_plugin_refresh(struct credential_plugin *plugin, bool refused);

#endif

/* k8s/kubeconfig.h - reads a kubeconfig: which server, how it is checked, who we are. Pure: text in, values out.
 *
 * Source: Kubernetes, client.config v1 (k8s.io/client-go/tools/clientcmd/api/v1); YAML is libyaml's. As kubectl
 * does, the texts of several files are merged: the first that names a thing wins.
 */
#ifndef CURFEW_K8S_KUBECONFIG_H
#define CURFEW_K8S_KUBECONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/secret.h"

enum {
    KUBECONFIG_BYTES_MAX = 1024 * 1024,
    KUBECONFIG_ARGUMENTS_MAX = 32, /* of an exec plugin; likewise its environment */
};

/* A credential plugin: a command that prints an ExecCredential. */
struct exec_plugin {
    char *api_version;                               /* client.authentication.k8s.io/v1 or v1beta1 */
    char *command;                                   /* NULL = no plugin */
    char *arguments[KUBECONFIG_ARGUMENTS_MAX + 1];   /* without the command; ends with NULL */
    char *environment[KUBECONFIG_ARGUMENTS_MAX + 1]; /* "NAME=value", added to ours; ends with NULL */
    char *install_hint;                              /* for whoever lacks the command */
    bool provide_cluster_info;
};

/* What the chosen context says. Texts are owned, NULL when not given; relative paths are made absolute against
 * the folder of the file they stand in; base64 data is decoded. As with kubectl data wins over a path, and tokenFile
 * over token: what lost is not given here. */
struct kubeconfig {
    char *context;
    char *server; /* https://host:port, no slash at the end */
    char *tls_server_name;
    char *proxy_url;
    bool insecure_skip_tls_verify;
    char *ca_path;
    struct buffer ca_pem; /* certificate-authority-data */
    char *client_certificate_path;
    struct buffer client_certificate_pem;
    char *client_key_path;
    struct secret client_key_pem;
    struct secret token;
    char *token_path;
    struct exec_plugin exec;
    char *namespace; /* of the context */
    char *user;      /* name of the user entry: who acts in a terminal */
};

/* One file's text. */
struct kubeconfig_source {
    const char *path; /* for error sentences and relative paths; borrowed */
    const char *text;
    size_t length;
};

/* Chooses the current context (or context_name when not NULL) of the merged sources.
 *
 * false, ERROR_INPUT, and the sentence names the file and what is wrong: no YAML (with line), a tab, no current
 * context, a context, cluster or user that is named but not there, bad base64, a server that is no http(s) URL,
 * username/password or auth-provider (no longer supported by Kubernetes itself), both token and client
 * certificate is allowed. *ret_config is then untouched. */
bool kubeconfig_read(const struct kubeconfig_source *sources, size_t source_count, const char *context_name,
                     struct kubeconfig *ret_config, struct error *error) must_check;

void kubeconfig_release(struct kubeconfig *config);

#endif

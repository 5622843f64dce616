/* k8s/access.h - the way to the API server: address, roots, and a credential that stays fresh.
 *
 * From KUBECONFIG (or ~/.kube/config) or, in a pod, from the service account. Tokens in files are read again when
 * the file changes (looked at once a second at most) and on a 401; an exec plugin is run again before its
 * credential expires and on a 401.
 */
#ifndef CURFEW_K8S_ACCESS_H
#define CURFEW_K8S_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/http.h"
#include "base/loop.h"
#include "base/secret.h"

struct access;

/* What the environment says; borrowed for the call. NULL = not set. */
struct access_environment {
    const char *kubeconfig;   /* KUBECONFIG: paths separated by ':' */
    const char *home;         /* HOME: for ~/.kube/config */
    const char *service_host; /* KUBERNETES_SERVICE_HOST and _PORT: we are in a pod */
    const char *service_port;
    const char *service_account_folder; /* /var/run/secrets/kubernetes.io/serviceaccount */
    const char *const *variables;       /* all of it, "NAME=value", ends with NULL: what an exec plugin inherits */
};

/* KUBECONFIG when set, else the pod's service account, else ~/.kube/config.
 * false, ERROR_INPUT / ERROR_SYSTEM: the sentence names KUBECONFIG or the file, and what is wrong. Contacts nothing. */
bool access_new(struct loop *loop, const struct access_environment *environment, struct access **ret_access,
                struct error *error) must_check;
void access_free(struct access *access);

const char *access_server(const struct access *access) must_check;    /* "https://10.0.0.1:443", no slash at the end */
const char *access_namespace(const struct access *access) must_check; /* the pod's or the context's; "" = not said */
const char *access_user(const struct access *access) must_check;      /* kubeconfig user or "" */

/* Makes sure that a credential is there: pumps flow when access_is_ready() or access_error() changed. An exec plugin
 * may take its time. invalidated: the server said 401 to the last one. */
void access_refresh(struct access *access, bool invalidated, struct flow *flow);
void access_cancel(struct access *access, struct flow *flow); /* no pump of this flow any more */
bool access_is_ready(const struct access *access) must_check;
const struct error *access_error(const struct access *access) must_check; /* of the last refresh; kind NONE = fine */

/* The bearer token; empty when a client certificate is used. Borrowed until the next refresh. */
const struct secret *access_bearer(const struct access *access) must_check;

/* How to connect; borrowed. generation changes when a new client certificate or new
 * roots ask for new connections. */
const struct http_client_options *access_connection(const struct access *access, unsigned *ret_generation) must_check;

#endif

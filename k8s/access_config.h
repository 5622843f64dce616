/* k8s/access_config.h - finds the way to the API server: kubeconfig files, or the pod's service account. */
#ifndef CURFEW_K8S_ACCESS_CONFIG_H
#define CURFEW_K8S_ACCESS_CONFIG_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/error.h"
#include "k8s/access.h"
#include "k8s/kubeconfig.h"

enum { ACCESS_CONFIG_FILES_MAX = 16 }; /* in KUBECONFIG */

/* KUBECONFIG when set, else the pod's service account, else ~/.kube/config. A service account becomes a kubeconfig
 * of paths. Files of KUBECONFIG that do not exist are passed over, as kubectl does.
 * false, ERROR_INPUT / ERROR_SYSTEM / ERROR_LIMIT: names KUBECONFIG or the file, and what is wrong. */
bool access_config_read(const struct access_environment *environment, struct kubeconfig *ret_config,
                        struct error *error) must_check;

#endif

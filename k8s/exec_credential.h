/* k8s/exec_credential.h - what a credential plugin is told, and what it answers. Pure; k8s/access.c runs it.
 *
 * Source: client.authentication.k8s.io/v1 ExecCredential.
 */
#ifndef CURFEW_K8S_EXEC_CREDENTIAL_H
#define CURFEW_K8S_EXEC_CREDENTIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/secret.h"
#include "k8s/kubeconfig.h"

struct exec_credential {
    struct secret token; /* empty when it gave a certificate only */
    struct buffer client_certificate_pem;
    struct secret client_key_pem;
    int64_t expires_at; /* UTC seconds; 0 = not said: ask again on 401 */
};

void exec_credential_release(struct exec_credential *credential);

/* Appends the value of KUBERNETES_EXEC_INFO. */
void exec_credential_write_info(const struct kubeconfig *config, struct buffer *target);

/* Reads the plugin's standard output.
 * false, ERROR_PROTOCOL: no ExecCredential of that version, no status, neither token nor certificate and key. */
bool exec_credential_read(const char *output, size_t length, const char *api_version,
                          struct exec_credential *ret_credential, struct error *error) must_check;

#endif

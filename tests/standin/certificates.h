/* tests/standin/certificates.h - keys and certificates for servers on loopback, made anew for each test.
 *
 * P-256 throughout, good for a day. Written into a folder that the caller made:
 *
 *     ca.pem                          the root of both below
 *     server.pem, server-key.pem      for localhost, 127.0.0.1 and ::1
 *     client.pem, client-key.pem      CN=curfew-test, O=curfew-testers (Kubernetes reads user and group from these)
 *     other-ca.pem                    a root that signed nothing
 */
#ifndef CURFEW_TESTS_STANDIN_CERTIFICATES_H
#define CURFEW_TESTS_STANDIN_CERTIFICATES_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/error.h"

/* false, ERROR_SYSTEM: names the file. */
bool certificates_make(const char *folder, struct error *error) must_check;

/* Deletes those files; the folder stays. */
void certificates_remove(const char *folder);

#endif

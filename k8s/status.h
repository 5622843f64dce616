/* k8s/status.h - the sentence by which the API server says what went wrong. Pure.
 *
 * Source: Kubernetes API, meta/v1 Status. Its message quotes what others wrote (names, messages of other webhooks),
 * so it is made one line and cut before it goes anywhere.
 */
#ifndef CURFEW_K8S_STATUS_H
#define CURFEW_K8S_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

enum { STATUS_MESSAGE_SIZE = 300 };

/* Copies text into target (size bytes): line breaks and other control characters become blanks, what is too long is
 * cut at a whole character. */
void status_copy_line(char *target, size_t size, const char *text);

/* The message of an answer's body. false: it is no Status, or one without a message; target is then "". */
bool status_read_message(const char *body, size_t length, char *target, size_t size) must_check;

/* Whether a body is a Status that names metadata.uid as a cause: the uid in a patch is not that of the object, so that it would
 * have been changed. Another object has that name now. */
bool status_is_about_uid(const char *body, size_t length) must_check;

/* Whether it is one with a cause of that reason: "NamespaceTerminating". */
bool status_has_cause(const char *body, size_t length, const char *reason) must_check;

/* Whether it is one about the object of that name, and not about a place where there are none. */
bool status_is_about(const char *body, size_t length, const char *name) must_check;

#endif

/* k8s/base64.h - bytes as text, as Kubernetes writes them into JSON and YAML. Pure.
 *
 * Source: RFC 4648, section 4: the standard alphabet, with padding.
 */
#ifndef CURFEW_K8S_BASE64_H
#define CURFEW_K8S_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"

/* Appends length bytes as base64. */
void base64_encode(const void *bytes, size_t length, struct buffer *target);

/* Appends what text says. Line breaks and blanks in it are passed over, as YAML may have folded it.
 * false: no base64, or its padding is wrong; what was appended so far is then worthless. */
bool base64_decode(const char *text, struct buffer *target) must_check;

#endif

/* k8s/discovery_document.h - reads the documents of discovery. Pure.
 *
 * APIGroupDiscoveryList says all at once, and is read group by group in constant memory. APIVersions and APIGroupList are
 * older: they name versions, for each of which an APIResourceList is asked for.
 * Source: Kubernetes API, apidiscovery.k8s.io/v2 (v2beta1) APIGroupDiscoveryList; meta/v1 APIVersions, APIGroupList,
 * APIResourceList; recorded answers in tests/data/k8s/discovery-*.
 */
#ifndef CURFEW_K8S_DISCOVERY_DOCUMENT_H
#define CURFEW_K8S_DISCOVERY_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/json_list.h"
#include "k8s/discovery_findings.h"

enum {
    DISCOVERY_DOCUMENT_BYTES_MAX = 1024 * 1024, /* of one in an older form */
    DISCOVERY_VERSIONS_MAX = 2000,              /* of all groups */
};

/* A version of a group that is yet to be asked for. */
struct discovery_version {
    const char *group, *version; /* "apps", "v1"; the core group is "" */
    char *block;                 /* the list's */
};

/* A list that owns its items, in the order in which the server prefers them. */
struct discovery_versions {
    struct discovery_version *items;
    size_t count, capacity;
};

void discovery_versions_release(struct discovery_versions *versions);

/* Reads the answer to /api or /apis as it arrives. */
struct discovery_reader {
    struct json_list_sink sink; /* First member */
    struct json_list list;
    struct discovery_findings *findings;
};

/* findings is borrowed. */
void discovery_reader_init(struct discovery_reader *reader, struct discovery_findings *findings);
void discovery_reader_release(struct discovery_reader *reader);

/* false: ERROR_PROTOCOL or ERROR_LIMIT, this is no document of discovery. */
bool discovery_reader_feed(struct discovery_reader *reader, const char *bytes, size_t length, struct error *error)
    must_check;

/* After the last byte. What an older document names is added to *versions; nothing is when all was said.
 * false: ERROR_PROTOCOL or ERROR_LIMIT, likewise. */
bool discovery_reader_finish(struct discovery_reader *reader, struct discovery_versions *versions, struct error *error)
    must_check;

/* Reads the APIResourceList of that version. false, ERROR_PROTOCOL: it is none. */
bool discovery_read_resources(const char *text, size_t length, const struct discovery_version *version,
                              struct discovery_findings *findings, struct error *error) must_check;

#endif

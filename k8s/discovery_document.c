/* k8s/discovery_document.c - reads the documents of discovery. */
#include "k8s/discovery_document.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

static bool take_group(struct json_list_sink *sink, const cJSON *item, struct error *error);
static void see_version(struct discovery_findings *findings, const char *group, const cJSON *version);
static bool add_groups(struct discovery_reader *reader, const cJSON *document, struct discovery_versions *versions,
                       struct error *error);
static bool add_core(const cJSON *document, struct discovery_versions *versions, struct error *error);
static void see_older(struct discovery_findings *findings, const struct discovery_version *version,
                      const cJSON *resources, const cJSON *resource);

void discovery_versions_release(struct discovery_versions *versions)
{
    for (size_t i = 0; i < versions->count; i++)
        free(versions->items[i].block);
    free(versions->items);
    *versions = (struct discovery_versions){ 0 };
}

void discovery_reader_init(struct discovery_reader *reader, struct discovery_findings *findings)
{
    *reader = (struct discovery_reader){ .sink = { take_group }, .findings = findings };
    json_list_init(&reader->list, &reader->sink);
    buffer_init(&reader->list.rest, DISCOVERY_DOCUMENT_BYTES_MAX);
}

void discovery_reader_release(struct discovery_reader *reader)
{
    json_list_release(&reader->list);
}

bool discovery_reader_feed(struct discovery_reader *reader, const char *bytes, size_t length, struct error *error)
{
    return json_list_feed(&reader->list, bytes, length, error);
}

bool discovery_reader_finish(struct discovery_reader *reader, struct discovery_versions *versions, struct error *error)
{
    released_by(json_release) cJSON *document = NULL;
    struct json_list_end end;

    if (!json_list_read_rest(&reader->list, &document, error))
        return false;

    const char *kind = json_text(document, "kind");
    if (text_equal(kind, "APIGroupDiscoveryList"))
        return json_list_finish(&reader->list, &end, error);
    if (text_equal(kind, "APIGroupList"))
        return add_groups(reader, document, versions, error);
    if (text_equal(kind, "APIVersions"))
        return add_core(document, versions, error);
    return error_set(error, ERROR_PROTOCOL, "the answer is no list of API groups but %.60s",
                     kind[0] != '\0' ? kind : "without a kind");
}

bool discovery_read_resources(const char *text, size_t length, const struct discovery_version *version,
                              struct discovery_findings *findings, struct error *error)
{
    released_by(json_release) cJSON *document = NULL;
    const cJSON *resource = NULL;

    if (!json_parse(text, length, "the list of resources", &document, error))
        return false;
    const cJSON *resources = json_member(document, "resources");
    if (!text_equal(json_text(document, "kind"), "APIResourceList") || !cJSON_IsArray(resources))
        return error_set(error, ERROR_PROTOCOL, "the answer is no list of resources");
    cJSON_ArrayForEach(resource, resources) see_older(findings, version, resources, resource);
    return true;
}

/* Go leaves a list out, or writes null, where there is nothing in it. */
static bool is_list(const cJSON *value)
{
    return value == NULL || cJSON_IsNull(value) || cJSON_IsArray(value);
}

static bool take_group(struct json_list_sink *sink, const cJSON *item, struct error *error)
{
    struct discovery_findings *findings = ((struct discovery_reader *) sink)->findings;
    const cJSON *versions = json_member(item, "versions");
    const char *group = json_text(item, "metadata/name");
    const cJSON *version = NULL;

    (void) error;
    if (!is_list(versions))
        discovery_findings_add_unread(findings, group);
    cJSON_ArrayForEach(version, versions) see_version(findings, group, version);
    return true;
}

static bool has_verb(const cJSON *resource, const char *wanted)
{
    const cJSON *verbs = json_member(resource, "verbs");
    const cJSON *verb = NULL;

    cJSON_ArrayForEach(verb, verbs)
    {
        if (cJSON_IsString(verb) && text_equal(verb->valuestring, wanted))
            return true;
    }
    return false;
}

/* kind, group and version stand in an object of their own, or beside the verbs. */
static bool is_scale(const cJSON *subresource, const cJSON *type)
{
    return text_equal(json_text(type, "group"), "autoscaling") && text_equal(json_text(type, "version"), "v1") &&
           text_equal(json_text(type, "kind"), "Scale") && has_verb(subresource, "get") &&
           has_verb(subresource, "patch");
}

static bool can_scale(const cJSON *resource)
{
    const cJSON *subresource = NULL;

    cJSON_ArrayForEach(subresource, json_member(resource, "subresources"))
    {
        if (text_equal(json_text(subresource, "subresource"), "scale"))
            return is_scale(subresource, json_member(subresource, "responseKind"));
    }
    return false;
}

/* What is stale is what the server last heard from another one, or nothing. */
static void see_version(struct discovery_findings *findings, const char *group, const cJSON *version)
{
    const cJSON *resources = json_member(version, "resources");
    const cJSON *resource = NULL;

    if (!cJSON_IsObject(version) || !is_list(resources) || text_equal(json_text(version, "freshness"), "Stale"))
        discovery_findings_add_unread(findings, group);
    cJSON_ArrayForEach(resource, resources)
    {
        struct discovery_sighting sighting = {
            .group = group,
            .version = json_text(version, "version"),
            .plural = json_text(resource, "resource"),
            .kind = json_text(resource, "responseKind/kind"),
            .is_namespaced = text_equal(json_text(resource, "scope"), "Namespaced"),
            .can_list = has_verb(resource, "list"),
            .can_patch = has_verb(resource, "patch"),
            .can_scale = can_scale(resource),
        };

        discovery_findings_see(findings, &sighting);
    }
}

static bool add_version(struct discovery_versions *versions, const char *group, const char *version,
                        struct error *error)
{
    if (versions->count == DISCOVERY_VERSIONS_MAX)
        return error_set(error, ERROR_LIMIT, "there are more than %d versions of API groups", DISCOVERY_VERSIONS_MAX);
    if (versions->count == versions->capacity) {
        versions->capacity = versions->capacity > 0 ? 2 * versions->capacity : 32;
        versions->items = memory_grow(versions->items, versions->capacity, sizeof versions->items[0]);
    }
    struct discovery_version *item = &versions->items[versions->count++];
    const char **const texts[] = { &item->group, &item->version };
    *item = (struct discovery_version){ group, version, NULL };
    item->block = memory_pack(texts, sizeof texts / sizeof texts[0]);
    return true;
}

static bool add_groups(struct discovery_reader *reader, const cJSON *document, struct discovery_versions *versions,
                       struct error *error)
{
    const cJSON *groups = json_member(document, "groups");
    const cJSON *group = NULL, *version = NULL;

    if (!cJSON_IsArray(groups))
        return error_set(error, ERROR_PROTOCOL, "the list of API groups has no groups");
    cJSON_ArrayForEach(group, groups)
    {
        const char *name = json_text(group, "name");

        cJSON_ArrayForEach(version, json_member(group, "versions"))
        {
            const char *text = json_text(version, "version");
            char path[DISCOVERY_PATH_SIZE];

            if (name[0] == '\0' || !discovery_path(name, text, path))
                discovery_findings_add_unread(reader->findings, name[0] != '\0' ? name : "?");
            else if (!add_version(versions, name, text, error))
                return false;
        }
    }
    return true;
}

static bool add_core(const cJSON *document, struct discovery_versions *versions, struct error *error)
{
    const cJSON *version = NULL;

    cJSON_ArrayForEach(version, json_member(document, "versions"))
    {
        const char *text = cJSON_IsString(version) ? version->valuestring : "";
        char path[DISCOVERY_PATH_SIZE];

        if (!discovery_path("", text, path))
            return error_set(error, ERROR_PROTOCOL, "the API server names a version that is none");
        if (!add_version(versions, "", text, error))
            return false;
    }
    return true;
}

/* Its subresource stands beside it: "deployments/scale". */
static bool can_scale_older(const cJSON *resources, const char *plural)
{
    size_t length = strlen(plural);
    const cJSON *resource = NULL;

    cJSON_ArrayForEach(resource, resources)
    {
        const char *name = json_text(resource, "name");

        if (strncmp(name, plural, length) == 0 && text_equal(name + length, "/scale"))
            return is_scale(resource, resource);
    }
    return false;
}

static void see_older(struct discovery_findings *findings, const struct discovery_version *version,
                      const cJSON *resources, const cJSON *resource)
{
    const char *plural = json_text(resource, "name");
    struct discovery_sighting sighting = { .group = version->group,
                                           .version = version->version,
                                           .plural = plural,
                                           .kind = json_text(resource, "kind"),
                                           .is_namespaced = json_is_true(resource, "namespaced"),
                                           .can_list = has_verb(resource, "list"),
                                           .can_patch = has_verb(resource, "patch") };

    if (strchr(plural, '/') != NULL || !sighting.is_namespaced || !sighting.can_list)
        return;
    sighting.can_scale = can_scale_older(resources, plural);
    discovery_findings_see(findings, &sighting);
}

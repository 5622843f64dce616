/* tests/standin/cluster_discovery.c - made from the table of kinds, in which those of a group stand together. */
#include "tests/standin/cluster_discovery.h"

#include "base/text.h"
#include "tests/standin/cluster_events.h"
#include "tests/standin/cluster_kinds.h"

#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 64 };

static const char newer[] = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
static const char *const verbs[] = { "create", "delete", "get", "list", "patch", "watch" };
static const char *const scale_verbs[] = { "get", "patch", "update" };

static cJSON *start(const char *kind, const char *api_version)
{
    cJSON *document = cJSON_CreateObject();

    cJSON_AddStringToObject(document, "kind", kind);
    if (api_version != NULL)
        cJSON_AddStringToObject(document, "apiVersion", api_version);
    return document;
}

static bool is_first_of_group(int place)
{
    return place == 0 || !text_equal(cluster_kinds[place].group, cluster_kinds[place - 1].group);
}

/* "v1" of "apps/v1" */
static const char *version_of(const struct cluster_kind *kind)
{
    const char *slash = strchr(kind->api_version, '/');

    return slash != NULL ? slash + 1 : kind->api_version;
}

/* What both forms have. */
static void add_names(cJSON *resource, const struct cluster_kind *kind)
{
    const char *all = "all";

    cJSON_AddItemToObject(resource, "verbs", cJSON_CreateStringArray(verbs, sizeof verbs / sizeof verbs[0]));
    cJSON_AddItemToObject(resource, "shortNames", cJSON_CreateStringArray(&kind->short_name, 1));
    if (kind->namespaced && !cluster_is_event(kind))
        cJSON_AddItemToObject(resource, "categories", cJSON_CreateStringArray(&all, 1));
}

static void add_type(cJSON *target, const char *group, const char *version, const char *kind)
{
    cJSON *type = cJSON_AddObjectToObject(target, "responseKind");

    cJSON_AddStringToObject(type, "group", group);
    cJSON_AddStringToObject(type, "version", version);
    cJSON_AddStringToObject(type, "kind", kind);
}

static cJSON *make_newer_resource(const struct cluster_kind *kind)
{
    cJSON *resource = cJSON_CreateObject();
    cJSON *scale = NULL;

    cJSON_AddStringToObject(resource, "resource", kind->plural);
    /* So does the API server: those of its own groups have none. */
    add_type(resource, "", "", kind->kind);
    cJSON_AddStringToObject(resource, "scope", kind->namespaced ? "Namespaced" : "Cluster");
    cJSON_AddStringToObject(resource, "singularResource", kind->singular);
    add_names(resource, kind);
    if (!kind->has_pods)
        return resource;
    scale = cJSON_CreateObject();
    cJSON_AddStringToObject(scale, "subresource", "scale");
    add_type(scale, "autoscaling", "v1", "Scale");
    cJSON_AddItemToObject(scale, "verbs",
                          cJSON_CreateStringArray(scale_verbs, sizeof scale_verbs / sizeof scale_verbs[0]));
    cJSON_AddItemToArray(cJSON_AddArrayToObject(resource, "subresources"), scale);
    return resource;
}

static cJSON *make_newer_group(int place)
{
    const char *group = cluster_kinds[place].group;
    cJSON *item = cJSON_CreateObject();
    cJSON *version = cJSON_CreateObject();
    cJSON *metadata = cJSON_AddObjectToObject(item, "metadata");
    cJSON *resources = NULL;

    if (group[0] != '\0')
        cJSON_AddStringToObject(metadata, "name", group);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(item, "versions"), version);
    cJSON_AddStringToObject(version, "version", version_of(&cluster_kinds[place]));
    resources = cJSON_AddArrayToObject(version, "resources");
    for (int i = place; i < CLUSTER_KINDS && text_equal(cluster_kinds[i].group, group); i++)
        cJSON_AddItemToArray(resources, make_newer_resource(&cluster_kinds[i]));
    cJSON_AddStringToObject(version, "freshness", "Current");
    return item;
}

/* Of the core group, or of all others. */
static cJSON *list_newer(bool of_core)
{
    cJSON *list = start("APIGroupDiscoveryList", "apidiscovery.k8s.io/v2");
    cJSON *items = NULL;

    cJSON_AddObjectToObject(list, "metadata");
    items = cJSON_AddArrayToObject(list, "items");
    for (int i = 0; i < CLUSTER_KINDS; i++)
        if (is_first_of_group(i) && of_core == (cluster_kinds[i].group[0] == '\0'))
            cJSON_AddItemToArray(items, make_newer_group(i));
    return list;
}

static cJSON *make_group(const struct cluster_kind *kind)
{
    cJSON *group = cJSON_CreateObject();
    cJSON *version = cJSON_CreateObject();

    cJSON_AddStringToObject(version, "groupVersion", kind->api_version);
    cJSON_AddStringToObject(version, "version", version_of(kind));
    cJSON_AddStringToObject(group, "name", kind->group);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(group, "versions"), version);
    cJSON_AddItemToObject(group, "preferredVersion", cJSON_Duplicate(version, true));
    return group;
}

static void add_resource(cJSON *resources, const struct cluster_kind *kind)
{
    cJSON *resource = cJSON_CreateObject();

    cJSON_AddStringToObject(resource, "name", kind->plural);
    cJSON_AddStringToObject(resource, "singularName", kind->singular);
    cJSON_AddBoolToObject(resource, "namespaced", kind->namespaced);
    cJSON_AddStringToObject(resource, "kind", kind->kind);
    add_names(resource, kind);
    cJSON_AddItemToArray(resources, resource);
}

static void add_scale(cJSON *resources, const struct cluster_kind *kind)
{
    cJSON *resource = cJSON_CreateObject();
    char name[NAME_SIZE];

    (void) snprintf(name, sizeof name, "%s/scale", kind->plural);
    cJSON_AddStringToObject(resource, "name", name);
    cJSON_AddStringToObject(resource, "singularName", "");
    cJSON_AddBoolToObject(resource, "namespaced", true);
    cJSON_AddStringToObject(resource, "group", "autoscaling");
    cJSON_AddStringToObject(resource, "version", "v1");
    cJSON_AddStringToObject(resource, "kind", "Scale");
    cJSON_AddItemToObject(resource, "verbs",
                          cJSON_CreateStringArray(scale_verbs, sizeof scale_verbs / sizeof scale_verbs[0]));
    cJSON_AddItemToArray(resources, resource);
}

static cJSON *list_resources(int place)
{
    const struct cluster_kind *first = &cluster_kinds[place];
    cJSON *list = start("APIResourceList", first->group[0] != '\0' ? "v1" : NULL);
    cJSON *resources = NULL;

    cJSON_AddStringToObject(list, "groupVersion", first->api_version);
    resources = cJSON_AddArrayToObject(list, "resources");
    for (int i = place; i < CLUSTER_KINDS && text_equal(cluster_kinds[i].path, first->path); i++) {
        add_resource(resources, &cluster_kinds[i]);
        if (cluster_kinds[i].has_pods)
            add_scale(resources, &cluster_kinds[i]);
    }
    return list;
}

static cJSON *list_versions(void)
{
    const char *version = "v1";
    cJSON *document = start("APIVersions", NULL);

    cJSON_AddItemToObject(document, "versions", cJSON_CreateStringArray(&version, 1));
    cJSON_AddArrayToObject(document, "serverAddressByClientCIDRs");
    return document;
}

static cJSON *list_groups(void)
{
    cJSON *list = start("APIGroupList", "v1");
    cJSON *groups = cJSON_AddArrayToObject(list, "groups");

    for (int i = 0; i < CLUSTER_KINDS; i++)
        if (is_first_of_group(i) && cluster_kinds[i].group[0] != '\0')
            cJSON_AddItemToArray(groups, make_group(&cluster_kinds[i]));
    return list;
}

static cJSON *show_group(const struct cluster_kind *kind)
{
    cJSON *group = make_group(kind);

    cJSON_AddStringToObject(group, "kind", "APIGroup");
    cJSON_AddStringToObject(group, "apiVersion", "v1");
    return group;
}

static cJSON *show_version(void)
{
    cJSON *document = cJSON_CreateObject();

    cJSON_AddStringToObject(document, "major", "1");
    cJSON_AddStringToObject(document, "minor", "37");
    cJSON_AddStringToObject(document, "gitVersion", "v1.37.2-standin");
    cJSON_AddStringToObject(document, "platform", "linux/amd64");
    return document;
}

cJSON *cluster_discovery(const char *path, const char *accept, const char **ret_content_type)
{
    bool is_newer = strstr(accept, newer) != NULL;
    char group_path[NAME_SIZE];

    if (is_newer && (text_equal(path, "/api") || text_equal(path, "/apis"))) {
        *ret_content_type = newer;
        return list_newer(text_equal(path, "/api"));
    }
    *ret_content_type = "application/json";
    if (text_equal(path, "/api"))
        return list_versions();
    if (text_equal(path, "/apis"))
        return list_groups();
    if (text_equal(path, "/version"))
        return show_version();
    for (int i = 0; i < CLUSTER_KINDS; i++) {
        (void) snprintf(group_path, sizeof group_path, "/apis/%s", cluster_kinds[i].group);
        if (text_equal(path, cluster_kinds[i].path))
            return list_resources(i);
        if (cluster_kinds[i].group[0] != '\0' && text_equal(path, group_path))
            return show_group(&cluster_kinds[i]);
    }
    return NULL;
}

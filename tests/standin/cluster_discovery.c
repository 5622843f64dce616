/* tests/standin/cluster_discovery.c - made from the table of kinds. */
#include "tests/standin/cluster_discovery.h"

#include "base/text.h"
#include "tests/standin/cluster_kinds.h"

#include <stdio.h>

enum { NAME_SIZE = 64 };

static cJSON *start(const char *kind)
{
    cJSON *document = cJSON_CreateObject();

    cJSON_AddStringToObject(document, "kind", kind);
    return document;
}

static cJSON *make_group(void)
{
    cJSON *group = cJSON_CreateObject();
    cJSON *version = cJSON_CreateObject();

    cJSON_AddStringToObject(version, "groupVersion", "apps/v1");
    cJSON_AddStringToObject(version, "version", "v1");
    cJSON_AddStringToObject(group, "name", "apps");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(group, "versions"), version);
    cJSON_AddItemToObject(group, "preferredVersion", cJSON_Duplicate(version, true));
    return group;
}

static void add_verbs(cJSON *resource, const char *const *verbs, int count)
{
    cJSON_AddItemToObject(resource, "verbs", cJSON_CreateStringArray(verbs, count));
}

static void add_resource(cJSON *resources, const struct cluster_kind *kind)
{
    static const char *const verbs[] = { "create", "delete", "get", "list", "patch", "watch" };
    cJSON *resource = cJSON_CreateObject();

    cJSON_AddStringToObject(resource, "name", kind->plural);
    cJSON_AddStringToObject(resource, "singularName", kind->singular);
    cJSON_AddBoolToObject(resource, "namespaced", kind->namespaced);
    cJSON_AddStringToObject(resource, "kind", kind->kind);
    add_verbs(resource, verbs, sizeof verbs / sizeof verbs[0]);
    cJSON_AddItemToObject(resource, "shortNames", cJSON_CreateStringArray(&kind->short_name, 1));
    if (kind->namespaced) {
        const char *all = "all";

        cJSON_AddItemToObject(resource, "categories", cJSON_CreateStringArray(&all, 1));
    }
    cJSON_AddItemToArray(resources, resource);
}

static void add_scale(cJSON *resources, const struct cluster_kind *kind)
{
    static const char *const verbs[] = { "get", "patch", "update" };
    cJSON *resource = cJSON_CreateObject();
    char name[NAME_SIZE];

    (void) snprintf(name, sizeof name, "%s/scale", kind->plural);
    cJSON_AddStringToObject(resource, "name", name);
    cJSON_AddStringToObject(resource, "singularName", "");
    cJSON_AddBoolToObject(resource, "namespaced", true);
    cJSON_AddStringToObject(resource, "group", "autoscaling");
    cJSON_AddStringToObject(resource, "version", "v1");
    cJSON_AddStringToObject(resource, "kind", "Scale");
    add_verbs(resource, verbs, sizeof verbs / sizeof verbs[0]);
    cJSON_AddItemToArray(resources, resource);
}

static cJSON *list_resources(const char *path, const char *group_version)
{
    cJSON *list = start("APIResourceList");
    cJSON *resources = NULL;

    cJSON_AddStringToObject(list, "apiVersion", "v1");
    cJSON_AddStringToObject(list, "groupVersion", group_version);
    resources = cJSON_AddArrayToObject(list, "resources");
    for (int i = 0; i < CLUSTER_KINDS; i++) {
        if (!text_equal(cluster_kinds[i].path, path))
            continue;
        add_resource(resources, &cluster_kinds[i]);
        if (cluster_kinds[i].namespaced)
            add_scale(resources, &cluster_kinds[i]);
    }
    return list;
}

static cJSON *list_versions(void)
{
    const char *version = "v1";
    cJSON *document = start("APIVersions");

    cJSON_AddItemToObject(document, "versions", cJSON_CreateStringArray(&version, 1));
    cJSON_AddArrayToObject(document, "serverAddressByClientCIDRs");
    return document;
}

static cJSON *list_groups(void)
{
    cJSON *list = start("APIGroupList");

    cJSON_AddStringToObject(list, "apiVersion", "v1");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(list, "groups"), make_group());
    return list;
}

static cJSON *show_group(void)
{
    cJSON *group = make_group();

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

cJSON *cluster_discovery(const char *path)
{
    if (text_equal(path, "/api"))
        return list_versions();
    if (text_equal(path, "/apis"))
        return list_groups();
    if (text_equal(path, "/apis/apps"))
        return show_group();
    if (text_equal(path, "/api/v1"))
        return list_resources(path, "v1");
    if (text_equal(path, "/apis/apps/v1"))
        return list_resources(path, "apps/v1");
    if (text_equal(path, "/version"))
        return show_version();
    return NULL;
}

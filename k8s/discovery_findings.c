/* k8s/discovery_findings.c - which of the resources that discovery shows can be put to sleep, each once. */
#include "k8s/discovery_findings.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { GROUP_LENGTH_MAX = 150, VERSION_LENGTH_MAX = 63, KIND_LENGTH_MAX = 63 };

static bool find_action(const struct discovery_sighting *sighting, enum resource_action *ret_action);
static bool write_name(const struct discovery_sighting *sighting, char target[RESOURCE_NAME_SIZE]);
static bool is_kind(const char *text);
static bool has_counts(const char *group, const char *name);
static bool is_one_of(const char *text, const char *const *texts, size_t count);

void discovery_findings_release(struct discovery_findings *findings)
{
    resource_list_release(&findings->resources);
    buffer_release(&findings->unread);
    *findings = (struct discovery_findings){ 0 };
}

void discovery_findings_see(struct discovery_findings *findings, const struct discovery_sighting *sighting)
{
    static const char *const built_in[] = { "", "apps", "batch" };
    char name[RESOURCE_NAME_SIZE], path[DISCOVERY_PATH_SIZE];
    struct resource resource = { .name = name, .path = path, .plural = sighting->plural, .kind = sighting->kind };

    if (!find_action(sighting, &resource.action))
        return;
    if (!write_name(sighting, name) || !discovery_path(sighting->group, sighting->version, path) ||
        !is_kind(sighting->kind)) {
        discovery_findings_add_unread(findings, sighting->group);
        return;
    }
    resource.counts_in_object = resource.action == RESOURCE_SCALED && has_counts(sighting->group, name);
    resource.is_built_in = is_one_of(sighting->group, built_in, sizeof built_in / sizeof built_in[0]);
    discovery_findings_add(findings, &resource);
}

void discovery_findings_add(struct discovery_findings *findings, const struct resource *resource)
{
    if (resource_list_find(&findings->resources, resource->name) != NULL)
        return;
    if (findings->resources.count == RESOURCES_MAX)
        findings->has_more = true;
    else
        resource_list_add(&findings->resources, resource);
}

/* In names of groups and of versions, and of resources. */
static bool is_name(const char *text, size_t length_max)
{
    size_t length = strlen(text);

    return length > 0 && length <= length_max && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.") == length &&
           strchr("-.", text[0]) == NULL && strchr("-.", text[length - 1]) == NULL;
}

/* true: the word stands in the text, whose words have one blank behind each. */
static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = text; *at != '\0'; at += strcspn(at, " ") + 1)
        if (strncmp(at, word, length) == 0 && at[length] == ' ')
            return true;
    return false;
}

/* A group whose name cannot be shown is a question mark. */
static const char *shown_group(const char *group)
{
    if (group[0] == '\0')
        return "core";
    return is_name(group, GROUP_LENGTH_MAX) ? group : "?";
}

void discovery_findings_add_unread(struct discovery_findings *findings, const char *group)
{
    const char *shown = shown_group(group);

    if (findings->unread.limit == 0)
        buffer_init(&findings->unread, DISCOVERY_UNREAD_BYTES_MAX);
    if (!has_word(buffer_text(&findings->unread), shown))
        buffer_append_format(&findings->unread, "%s ", shown);
}

void discovery_findings_merge(struct discovery_findings *findings, const struct discovery_findings *others)
{
    for (size_t i = 0; i < others->resources.count; i++)
        discovery_findings_add(findings, &others->resources.items[i]);
    for (const char *at = buffer_text(&others->unread); *at != '\0'; at += strcspn(at, " ") + 1) {
        char group[GROUP_LENGTH_MAX + 1] = "";

        memcpy(group, at, strcspn(at, " "));
        discovery_findings_add_unread(findings, text_equal(group, "core") ? "" : group);
    }
    findings->unread.overflowed = findings->unread.overflowed || others->unread.overflowed;
    findings->has_more = findings->has_more || others->has_more;
}

bool discovery_findings_is_unread(const struct discovery_findings *findings, const char *resource)
{
    const char *group = strchr(resource, '.');

    return findings->unread.overflowed ||
           has_word(buffer_text(&findings->unread), shown_group(group != NULL ? group + 1 : ""));
}

bool discovery_path(const char *group, const char *version, char target[DISCOVERY_PATH_SIZE])
{
    bool is_core = group[0] == '\0';

    target[0] = '\0';
    if ((!is_core && !is_name(group, GROUP_LENGTH_MAX)) || !is_name(version, VERSION_LENGTH_MAX))
        return false;
    snprintf(target, DISCOVERY_PATH_SIZE, "%s%s/%s", is_core ? "/api" : "/apis/", group, version);
    return true;
}

/* false: it cannot be put to sleep. An autoscaler and a CronJob go on at once when they were scaled. */
static bool find_action(const struct discovery_sighting *sighting, enum resource_action *ret_action)
{
    static const char *const autoscalers[] = { "scaledobjects", "scaledjobs" };
    bool is_cron_job = text_equal(sighting->group, "batch") && text_equal(sighting->plural, "cronjobs");
    bool is_autoscaler = text_equal(sighting->group, "keda.sh") &&
                         is_one_of(sighting->plural, autoscalers, sizeof autoscalers / sizeof autoscalers[0]);

    if (!sighting->is_namespaced || !sighting->can_list)
        return false;
    if (is_cron_job || is_autoscaler) {
        *ret_action = is_cron_job ? RESOURCE_SUSPENDED : RESOURCE_PAUSED;
        return sighting->can_patch;
    }
    *ret_action = RESOURCE_SCALED;
    return sighting->can_scale;
}

/* The plural has no dot: what stands behind the first one in the name is the group. */
static bool write_name(const struct discovery_sighting *sighting, char target[RESOURCE_NAME_SIZE])
{
    bool is_core = sighting->group[0] == '\0';

    if (!is_name(sighting->plural, RESOURCE_NAME_SIZE) || strchr(sighting->plural, '.') != NULL ||
        strlen(sighting->plural) + strlen(sighting->group) + 1 >= RESOURCE_NAME_SIZE)
        return false;
    snprintf(target, RESOURCE_NAME_SIZE, "%s%s%s", sighting->plural, is_core ? "" : ".", sighting->group);
    return true;
}

static bool is_kind(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && length <= KIND_LENGTH_MAX &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

/* Those of which it is known where the counts stand: for others only their /scale knows. */
static bool has_counts(const char *group, const char *name)
{
    return text_equal(group, "apps") || text_equal(name, "replicationcontrollers") ||
           text_equal(name, "rollouts.argoproj.io");
}

static bool is_one_of(const char *text, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(text, texts[i]))
            return true;
    return false;
}

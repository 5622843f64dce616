/* k8s/warning.c - an Event by which Kubernetes says why a pod is not made, or does not become ready. */
#include "k8s/warning.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

static const char making[] = "FailedCreate";
static const char *const others[] = { "FailedMount", "FailedAttachVolume", "Unhealthy" };

static bool is_one_of(const char *reason)
{
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (text_equal(reason, others[i]))
            return true;
    return false;
}

/* Those written by events.k8s.io have their time elsewhere. */
static const char *time_of(const cJSON *object)
{
    static const char *const paths[] = { "series/lastObservedTime", "lastTimestamp", "eventTime",
                                         "metadata/creationTimestamp" };

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (json_text(object, paths[i])[0] != '\0')
            return json_text(object, paths[i]);
    return "";
}

bool warning_read(const cJSON *object, struct warning *ret_warning)
{
    const cJSON *about = json_find(object, "involvedObject");
    struct warning warning = {
        .about = { json_text(about, "apiVersion"), json_text(about, "kind"), json_text(about, "name") },
        .reason = json_text(object, "reason"),
        .message = json_text(object, "message"),
        .time = time_of(object),
    };

    warning.of_making = text_equal(warning.reason, making);
    if (!text_equal(json_text(object, "type"), "Warning") || (!warning.of_making && !is_one_of(warning.reason)))
        return false;
    *ret_warning = warning;
    return true;
}

bool warning_is_of_replica_set(const struct warning *warning, const char *name)
{
    const char *hash = strrchr(warning->about.name, '-');

    return text_equal(warning->about.kind, "ReplicaSet") && hash != NULL &&
           strlen(name) == (size_t) (hash - warning->about.name) &&
           strncmp(warning->about.name, name, strlen(name)) == 0;
}

/* tests/standin/cluster_merge.c - the algorithm of RFC 7396, section 2. */
#include "tests/standin/cluster_merge.h"

#include <stddef.h>

cJSON *cluster_merge(cJSON *target, const cJSON *patch)
{
    const cJSON *wanted = NULL;

    if (!cJSON_IsObject(patch)) {
        cJSON_Delete(target);
        return cJSON_Duplicate(patch, true);
    }
    if (!cJSON_IsObject(target)) {
        cJSON_Delete(target);
        target = cJSON_CreateObject();
    }
    cJSON_ArrayForEach(wanted, patch)
    {
        cJSON *present = cJSON_GetObjectItemCaseSensitive(target, wanted->string);

        if (cJSON_IsNull(wanted)) {
            cJSON_DeleteItemFromObjectCaseSensitive(target, wanted->string);
        } else if (present == NULL) {
            cJSON_AddItemToObject(target, wanted->string, cluster_merge(NULL, wanted));
        } else if (cJSON_IsObject(present) && cJSON_IsObject(wanted)) {
            /* It stays where it is and changes itself. */
            present = cluster_merge(present, wanted);
        } else {
            cJSON_ReplaceItemInObjectCaseSensitive(target, wanted->string, cluster_merge(NULL, wanted));
        }
    }
    return target;
}

bool cluster_merge_is_plain(const cJSON *patch)
{
    const cJSON *member = NULL;

    if (cJSON_IsArray(patch))
        return false;
    cJSON_ArrayForEach(member, patch)
    {
        if ((member->string != NULL && member->string[0] == '$') || !cluster_merge_is_plain(member))
            return false;
    }
    return true;
}

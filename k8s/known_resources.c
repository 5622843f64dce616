/* k8s/known_resources.c - the kinds that are known, and since when discovery does not name one of them any more. */
#include "k8s/known_resources.h"

#include <string.h>

void known_resources_init(struct known_resources *known)
{
    const struct resource_list *built_in = resource_built_in();

    *known = (struct known_resources){ 0 };
    for (size_t i = 0; i < built_in->count; i++)
        resource_list_add(&known->list, &built_in->items[i]);
}

void known_resources_release(struct known_resources *known)
{
    resource_list_release(&known->list);
    *known = (struct known_resources){ 0 };
}

bool known_resources_take(struct known_resources *known, struct discovery_findings *findings, bool gone_is_seen,
                          int64_t now_ms)
{
    int64_t missing_ms[RESOURCES_MAX] = { 0 };
    bool is_sure = true;

    for (size_t i = 0; i < known->list.count; i++) {
        const struct resource *resource = &known->list.items[i];
        size_t place = findings->resources.count;
        bool is_unread = discovery_findings_is_unread(findings, resource->name);
        int64_t since_ms = known->missing_ms[i] > 0 ? known->missing_ms[i] : now_ms;

        bool is_gone = gone_is_seen || !known->is_answered || now_ms - since_ms >= KNOWN_RESOURCES_KEPT_MS;

        if (!is_unread && is_gone)
            continue;
        discovery_findings_add(findings, resource);
        if (findings->resources.count > place && !is_unread) {
            missing_ms[place] = since_ms;
            is_sure = false;
        }
    }
    known->is_answered = true;
    memcpy(known->missing_ms, missing_ms, sizeof missing_ms);
    resource_list_release(&known->list);
    known->list = findings->resources;
    findings->resources = (struct resource_list){ 0 };
    return is_sure;
}

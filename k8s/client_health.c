/* k8s/client_health.c - an outage ends with the first answer behind a failed connection. */
#include "k8s/client_health.h"

#include "k8s/client.h"

void client_health_note(struct client_health *health, enum error_kind kind, int64_t now_ms)
{
    if (kind == ERROR_NETWORK || kind == ERROR_TIMEOUT) {
        health->is_broken = true;
    } else if (kind == ERROR_NONE && health->is_broken) {
        health->is_broken = false;
        health->restored_ms = now_ms;
    }
}

bool client_health_is_settling(const struct client_health *health, int64_t now_ms)
{
    return health->restored_ms > 0 && now_ms - health->restored_ms < CLIENT_SETTLE_MS;
}

/* k8s/watch.h - a stream of watch events: bytes are fed in, whole events come out. Pure, knows no socket.
 *
 * Source: Kubernetes API concepts, "Efficient detection of changes". One JSON object per line.
 */
#ifndef CURFEW_K8S_WATCH_H
#define CURFEW_K8S_WATCH_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"

enum { WATCH_EVENT_BYTES_MAX = 4 * 1024 * 1024 };

enum watch_event_type { WATCH_ADDED, WATCH_MODIFIED, WATCH_DELETED, WATCH_BOOKMARK };

/* Who wants the events: the first member of the owner's struct. object is borrowed for the call. */
struct watch_sink {
    bool (*take_event)(struct watch_sink *sink, enum watch_event_type type, const cJSON *object, struct error *error);
};

struct watch {
    struct watch_sink *sink;
    struct buffer line;
};

void watch_init(struct watch *watch, struct watch_sink *sink);
void watch_release(struct watch *watch);

/* false: ERROR_MISSING, an ERROR event with code 410: list again; ERROR_PROTOCOL, another ERROR event or no event
 * (status holds its code); ERROR_LIMIT; or what the sink said. Unknown types are passed over. */
bool watch_feed(struct watch *watch, const char *bytes, size_t length, struct error *error) must_check;

#endif

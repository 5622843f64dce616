/* bot/assembly.h - one message of a WebSocket out of its pieces, up to a ceiling. Pure. */
#ifndef CURFEW_BOT_ASSEMBLY_H
#define CURFEW_BOT_ASSEMBLY_H

#include "bot/envelope.h"
#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

enum assembly_kind {
    ASSEMBLY_TEXT,      /* text holds all of it */
    ASSEMBLY_OVERSIZED, /* larger than ENVELOPE_BYTES_MAX: not kept, but for its envelope_id in scan.id */
    ASSEMBLY_BINARY,    /* not kept */
};

/* Of the message being received. { 0 } is ready for the first piece. */
struct assembly {
    enum assembly_kind kind;
    struct buffer text;
    struct envelope_scan scan;
};

void assembly_begin(struct assembly *assembly, bool binary);
void assembly_add(struct assembly *assembly, const char *bytes, size_t length);
void assembly_release(struct assembly *assembly);

#endif

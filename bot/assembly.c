/* bot/assembly.c - keeps a text as long as it may be large, and looks for the id in one that may not. */
#include "bot/assembly.h"

enum { KEPT_BYTES_MAX = 64 * 1024 };

void assembly_begin(struct assembly *assembly, bool binary)
{
    /* The memory of a large message is not kept for the small ones that follow. */
    if (assembly->text.capacity > KEPT_BYTES_MAX)
        buffer_release(&assembly->text);
    buffer_clear(&assembly->text);
    assembly->text.limit = ENVELOPE_BYTES_MAX;
    assembly->scan = (struct envelope_scan){ 0 };
    assembly->kind = binary ? ASSEMBLY_BINARY : ASSEMBLY_TEXT;
}

void assembly_add(struct assembly *assembly, const char *bytes, size_t length)
{
    struct buffer *text = &assembly->text;

    if (assembly->kind == ASSEMBLY_TEXT && length > ENVELOPE_BYTES_MAX - text->length) {
        assembly->kind = ASSEMBLY_OVERSIZED;
        envelope_scan(&assembly->scan, buffer_text(text), text->length);
        buffer_release(text);
    }
    if (assembly->kind == ASSEMBLY_TEXT)
        buffer_append(text, bytes, length);
    else if (assembly->kind == ASSEMBLY_OVERSIZED)
        envelope_scan(&assembly->scan, bytes, length);
}

void assembly_release(struct assembly *assembly)
{
    buffer_release(&assembly->text);
}

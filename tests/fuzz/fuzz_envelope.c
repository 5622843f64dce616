/* tests/fuzz/fuzz_envelope.c - whatever Socket Mode delivers, envelope_read() ends in a value or a sentence.
 *
 * What is asserted beyond the sanitizers: every text ends within its place, a failure is told as one, the scan finds the
 * same id however the bytes are cut, and an ack is never too large.
 */
#include "bot/envelope.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

static void check_texts(const struct envelope *envelope)
{
    assert(strnlen(envelope->id, sizeof envelope->id) < sizeof envelope->id);
    assert(strnlen(envelope->command.text, sizeof envelope->command.text) < sizeof envelope->command.text);
    assert(strnlen(envelope->click.value, sizeof envelope->click.value) < sizeof envelope->click.value);
    if (envelope->type == ENVELOPE_COMMAND)
        assert(envelope->command.user[0] != '\0' && envelope->command.trigger_id[0] != '\0');
    if (envelope->type == ENVELOPE_CLICK)
        assert(envelope->click.user[0] != '\0' && envelope->click.action[0] != '\0');
}

static void check_scan(const char *text, size_t length)
{
    struct envelope_scan whole = { 0 }, pieces = { 0 };

    envelope_scan(&whole, text, length);
    for (size_t i = 0; i < length; i++)
        envelope_scan(&pieces, text + i, 1);
    assert(strcmp(whole.id, pieces.id) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *text = (const char *) bytes;
    struct buffer ack = { 0 };
    struct envelope envelope;
    struct error error = { 0 };

    if (!envelope_read(text, length, &envelope, &error)) {
        assert(error.kind == ERROR_PROTOCOL && error.message[0] != '\0');
        assert(envelope.type == ENVELOPE_OTHER);
    }
    check_texts(&envelope);
    check_scan(text, length);
    if (envelope_write_ack(envelope.id, NULL, &ack))
        assert(ack.length > 0 && ack.length <= ENVELOPE_ACK_BYTES_MAX);
    buffer_release(&ack);
    return 0;
}

/* k8s/watch.c - a stream of watch events: bytes are fed in, whole events come out. */
#include "k8s/watch.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "k8s/status.h"

static bool take_line(struct watch *watch, struct error *error);
static bool take_event(struct watch *watch, const char *type, const cJSON *object, struct error *error);
static bool read_error_event(const cJSON *status, struct error *error);

void watch_init(struct watch *watch, struct watch_sink *sink)
{
    *watch = (struct watch){ .sink = sink };
    buffer_init(&watch->line, WATCH_EVENT_BYTES_MAX);
}

void watch_release(struct watch *watch)
{
    buffer_release(&watch->line);
}

bool watch_feed(struct watch *watch, const char *bytes, size_t length, struct error *error)
{
    while (length > 0) {
        const char *newline = memchr(bytes, '\n', length);
        size_t piece = newline != NULL ? (size_t) (newline - bytes) : length;

        buffer_append(&watch->line, bytes, piece);
        if (!buffer_complete(&watch->line, "an event of a watch", error))
            return false;
        if (newline == NULL)
            return true;
        if (!take_line(watch, error))
            return false;
        buffer_clear(&watch->line);
        bytes += piece + 1;
        length -= piece + 1;
    }
    return true;
}

static bool take_line(struct watch *watch, struct error *error)
{
    const char *text = buffer_text(&watch->line);
    released_by(json_release) cJSON *event = NULL;

    if (strspn(text, " \t\r") == watch->line.length)
        return true;
    if (!json_parse(text, watch->line.length, "an event of a watch", &event, error))
        return false;

    const cJSON *object = json_member(event, "object");
    const char *type = json_text(event, "type");
    if (type[0] == '\0' || !cJSON_IsObject(object))
        return error_set(error, ERROR_PROTOCOL, "an event of a watch has no type or no object");
    return take_event(watch, type, object, error);
}

static bool take_event(struct watch *watch, const char *type, const cJSON *object, struct error *error)
{
    static const struct {
        const char *name;
        enum watch_event_type type;
    } types[] = {
        { "ADDED", WATCH_ADDED },
        { "MODIFIED", WATCH_MODIFIED },
        { "DELETED", WATCH_DELETED },
        { "BOOKMARK", WATCH_BOOKMARK },
    };

    if (text_equal(type, "ERROR"))
        return read_error_event(object, error);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (text_equal(type, types[i].name))
            return watch->sink->take_event(watch->sink, types[i].type, object, error);
    return true;
}

static bool read_error_event(const cJSON *status, struct error *error)
{
    char message[STATUS_MESSAGE_SIZE];
    int64_t code;

    if (!json_number(status, "code", 0, 0, 999, &code, error))
        return error_context(error, "the watch ended with an error that cannot be read");
    status_copy_line(message, sizeof message, json_text(status, "message"));
    return error_set_status(error, code == 410 ? ERROR_MISSING : ERROR_PROTOCOL, (int) code, "the watch ended: %s (%d)",
                            message, (int) code);
}

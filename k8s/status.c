/* k8s/status.c - the sentence by which the API server says what went wrong. */
#include "k8s/status.h"

#include "base/json.h"
#include "base/text.h"

void status_copy_line(char *target, size_t size, const char *text)
{
    text_copy_cut(target, size, text);
    for (char *at = target; *at != '\0'; at++)
        if ((unsigned char) *at < ' ' || *at == 0x7F)
            *at = ' ';
}

/* A body that is no Status is none, whatever else it may be: NULL. */
static cJSON *parse(const char *body, size_t length)
{
    cJSON *status = NULL;
    struct error error;

    if (json_parse(body, length, "the status", &status, &error) && !text_equal(json_text(status, "kind"), "Status"))
        json_release(&status);
    return status;
}

bool status_read_message(const char *body, size_t length, char *target, size_t size)
{
    released_by(json_release) cJSON *status = parse(body, length);

    target[0] = '\0';
    if (status == NULL)
        return false;
    status_copy_line(target, size, json_text(status, "message"));
    return target[0] != '\0';
}

static bool has_cause(const char *body, size_t length, const char *member, const char *text)
{
    released_by(json_release) cJSON *status = parse(body, length);
    const cJSON *cause;

    cJSON_ArrayForEach(cause, json_find(status, "details/causes"))
    {
        if (text_equal(json_text(cause, member), text))
            return true;
    }
    return false;
}

bool status_is_about_uid(const char *body, size_t length)
{
    return has_cause(body, length, "field", "metadata.uid");
}

bool status_has_cause(const char *body, size_t length, const char *reason)
{
    return has_cause(body, length, "reason", reason);
}

bool status_is_about(const char *body, size_t length, const char *name)
{
    released_by(json_release) cJSON *status = parse(body, length);

    return text_equal(json_text(status, "details/name"), name);
}

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

bool status_read_message(const char *body, size_t length, char *target, size_t size)
{
    released_by(json_release) cJSON *status = NULL;
    struct error error; /* a body that is no Status is none, whatever else it may be */

    target[0] = '\0';
    if (!json_parse(body, length, "the status", &status, &error) || !text_equal(json_text(status, "kind"), "Status"))
        return false;
    status_copy_line(target, size, json_text(status, "message"));
    return target[0] != '\0';
}

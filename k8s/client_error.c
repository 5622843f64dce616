/* k8s/client_error.c - the kind by the status, the sentence by the server. */
#include "k8s/client_error.h"

#include "k8s/status.h"

static enum error_kind kind_of(int status)
{
    switch (status) {
    case 401:
    case 403:
        return ERROR_REFUSED;
    case 404:
        return ERROR_MISSING;
    case 409:
        return ERROR_CONFLICT;
    case 410:
    case 422:
        return ERROR_INPUT;
    case 429:
        return ERROR_BUSY;
    default:
        return ERROR_PROTOCOL;
    }
}

bool client_error_read(const struct http_response *response, struct error *error)
{
    char message[STATUS_MESSAGE_SIZE];

    if (status_read_message(buffer_text(&response->body), response->body.length, message, sizeof message))
        error_set_status(error, kind_of(response->status), response->status, "%s (%d)", message, response->status);
    else
        error_set_status(error, kind_of(response->status), response->status, "the API server answered %d",
                         response->status);
    error->retry_after_s = response->retry_after_s;
    return false;
}

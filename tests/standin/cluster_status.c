/* tests/standin/cluster_status.c - members in the order in which the real one writes them. */
#include "tests/standin/cluster_status.h"

#include "base/buffer.h"

static cJSON *start_status(const char *status, const char *message, const char *reason)
{
    cJSON *body = cJSON_CreateObject();

    cJSON_AddStringToObject(body, "kind", "Status");
    cJSON_AddStringToObject(body, "apiVersion", "v1");
    cJSON_AddItemToObject(body, "metadata", cJSON_CreateObject());
    cJSON_AddStringToObject(body, "status", status);
    if (message[0] != '\0')
        cJSON_AddStringToObject(body, "message", message);
    if (reason[0] != '\0')
        cJSON_AddStringToObject(body, "reason", reason);
    return body;
}

/* Returns the details, to which more can be added. */
static cJSON *add_details(cJSON *body, const char *name, const char *group, const char *kind)
{
    cJSON *details = cJSON_AddObjectToObject(body, "details");

    if (name[0] != '\0')
        cJSON_AddStringToObject(details, "name", name);
    if (group[0] != '\0')
        cJSON_AddStringToObject(details, "group", group);
    if (kind[0] != '\0')
        cJSON_AddStringToObject(details, "kind", kind);
    return details;
}

static void add_cause(cJSON *details, const char *reason, const char *message, const char *field)
{
    cJSON *cause = cJSON_CreateObject();

    cJSON_AddStringToObject(cause, "reason", reason);
    cJSON_AddStringToObject(cause, "message", message);
    if (field[0] != '\0')
        cJSON_AddStringToObject(cause, "field", field);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(details, "causes"), cause);
}

static struct cluster_answer finish(cJSON *body, int code)
{
    cJSON_AddNumberToObject(body, "code", code);
    return (struct cluster_answer){ .status = code, .body = body };
}

struct cluster_answer status_plain(int code, const char *reason, const char *message)
{
    cJSON *body = start_status("Failure", message, reason);

    if (code == 405 || code == 415)
        cJSON_AddItemToObject(body, "details", cJSON_CreateObject());
    return finish(body, code);
}

/* About one object: the message is used up. */
static struct cluster_answer about(const struct cluster_kind *kind, const char *name, int code, const char *reason,
                                   struct buffer *message)
{
    cJSON *body = start_status("Failure", buffer_text(message), reason);

    add_details(body, name, kind->group, kind->plural);
    buffer_release(message);
    return finish(body, code);
}

struct cluster_answer status_not_found(const struct cluster_kind *kind, const char *name)
{
    struct buffer message = { 0 };

    buffer_append_format(&message, "%s \"%s\" not found", kind->qualified, name);
    return about(kind, name, 404, "NotFound", &message);
}

struct cluster_answer status_already_exists(const struct cluster_kind *kind, const char *name)
{
    struct buffer message = { 0 };

    buffer_append_format(&message, "%s \"%s\" already exists", kind->qualified, name);
    return about(kind, name, 409, "AlreadyExists", &message);
}

struct cluster_answer status_modified(const struct cluster_kind *kind, const char *name)
{
    struct buffer message = { 0 };

    buffer_append_format(&message,
                         "Operation cannot be fulfilled on %s \"%s\": the object has been modified; please apply your "
                         "changes to the latest version and try again",
                         kind->qualified, name);
    return about(kind, name, 409, "Conflict", &message);
}

struct cluster_answer status_other_uid(const struct cluster_kind *kind, const char *subresource, const char *name,
                                       const char *sent, const char *actual)
{
    released_by(buffer_release) struct buffer plural = { 0 }, message = { 0 };
    cJSON *body = NULL;

    buffer_append_format(&plural, "%s%s%s", kind->plural, subresource[0] == '\0' ? "" : "/", subresource);
    buffer_append_format(&message,
                         "Operation cannot be fulfilled on %s%s%s \"%s\": Precondition failed: UID in precondition: "
                         "%s, UID in object meta: %s",
                         buffer_text(&plural), kind->group[0] == '\0' ? "" : ".", kind->group, name, sent, actual);
    body = start_status("Failure", buffer_text(&message), "Conflict");
    add_details(body, name, kind->group, buffer_text(&plural));
    return finish(body, 409);
}

struct cluster_answer status_terminating(const struct cluster_kind *kind, const char *namespace, const char *name)
{
    released_by(buffer_release) struct buffer message = { 0 }, cause = { 0 };
    cJSON *body = NULL;

    buffer_append_format(&message,
                         "%s \"%s\" is forbidden: unable to create new content in namespace %s because it is being "
                         "terminated",
                         kind->qualified, name, namespace);
    buffer_append_format(&cause, "namespace %s is being terminated", namespace);
    body = start_status("Failure", buffer_text(&message), "Forbidden");
    add_cause(add_details(body, name, kind->group, kind->plural), "NamespaceTerminating", buffer_text(&cause),
              "metadata.namespace");
    return finish(body, 403);
}

struct cluster_answer status_invalid(const char *group, const char *kind, const char *name, const char *field,
                                     const char *reason, const char *message)
{
    released_by(buffer_release) struct buffer sentence = { 0 };
    cJSON *body = NULL;

    buffer_append_format(&sentence, "%s%s%s \"%s\" is invalid: %s: %s", kind, group[0] == '\0' ? "" : ".", group, name,
                         field, message);
    body = start_status("Failure", buffer_text(&sentence), "Invalid");
    add_cause(add_details(body, name, group, kind), reason, message, field);
    return finish(body, 422);
}

struct cluster_answer status_page_expired(const char *next)
{
    cJSON *body = start_status(
        "Failure",
        "The provided continue parameter is too old to display a consistent list result. You can start a new list "
        "without the continue parameter, or use the continue token in this response to retrieve the remainder of the "
        "results. Continuing with the provided token results in an inconsistent list - objects that were created, "
        "modified, or deleted between the time the first chunk was returned and now may show up in the list.",
        "Expired");

    cJSON_AddStringToObject(cJSON_GetObjectItemCaseSensitive(body, "metadata"), "continue", next);
    return finish(body, 410);
}

struct cluster_answer status_too_large(int64_t wanted, int64_t current)
{
    released_by(buffer_release) struct buffer message = { 0 };
    cJSON *body = NULL;
    cJSON *details = NULL;

    buffer_append_format(&message, "Timeout: Too large resource version: %lld, current: %lld", (long long) wanted,
                         (long long) current);
    body = start_status("Failure", buffer_text(&message), "Timeout");
    details = cJSON_AddObjectToObject(body, "details");
    add_cause(details, "ResourceVersionTooLarge", "Too large resource version", "");
    cJSON_AddNumberToObject(details, "retryAfterSeconds", 1);
    return finish(body, 504);
}

cJSON *status_too_old(int64_t wanted, int64_t oldest)
{
    released_by(buffer_release) struct buffer message = { 0 };

    buffer_append_format(&message, "too old resource version: %lld (%lld)", (long long) wanted, (long long) oldest);
    return status_plain(410, "Expired", buffer_text(&message)).body;
}

struct cluster_answer status_deleted(const struct cluster_kind *kind, const char *name, const char *uid)
{
    cJSON *body = start_status("Success", "", "");

    cJSON_AddStringToObject(add_details(body, name, kind->group, kind->plural), "uid", uid);
    return (struct cluster_answer){ .status = 200, .body = body };
}

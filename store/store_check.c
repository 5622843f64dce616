/* store/store_check.c - the limits that both backends have in common, so that what one takes the other takes. */
#include "store/store_check.h"

#include "base/text.h"

#include <string.h>

enum check_ends { MAY_BE_EMPTY, MUST_NOT_BE_EMPTY };

static bool check_text(const char *text, size_t size, enum check_ends ends, const char *what, struct error *error);
static bool check_limit(const struct store_call *call, struct error *error);
static bool check_operations(const struct store_call *call, struct error *error);
static bool check_sizes(const struct store_call *call, struct error *error);

enum store_result store_check_call(const struct store_call *call, struct error *error)
{
    bool good = false;

    switch (call->kind) {
    case STORE_GET:
        good = check_text(call->partition_key, STORE_KEY_SIZE, MUST_NOT_BE_EMPTY, "the partition key", error) &&
               check_text(call->sort_key, STORE_KEY_SIZE, MUST_NOT_BE_EMPTY, "the sort key", error);
        break;
    case STORE_LIST:
        good = check_text(call->partition_key, STORE_KEY_SIZE, MUST_NOT_BE_EMPTY, "the partition key", error) &&
               check_text(call->sort_key, STORE_KEY_SIZE, MAY_BE_EMPTY, "the prefix", error) &&
               check_text(call->after, STORE_KEY_SIZE, MAY_BE_EMPTY, "the key to go on behind", error) &&
               check_limit(call, error);
        break;
    case STORE_WRITE:
        good = check_operations(call, error);
        if (good && !check_sizes(call, error))
            return STORE_TOO_BIG;
        break;
    case STORE_PURGE:
        good = check_limit(call, error);
        break;
    }
    return good ? STORE_OK : STORE_BAD;
}

static bool check_text(const char *text, size_t size, enum check_ends ends, const char *what, struct error *error)
{
    size_t length = strnlen(text, size);

    if (length == size || (ends == MUST_NOT_BE_EMPTY && length == 0))
        return error_set(error, ERROR_INPUT, "%s must have %s to %zu bytes", what, ends == MAY_BE_EMPTY ? "0" : "1",
                         size - 1);
    if (!text_is_utf8(text, length))
        return error_set(error, ERROR_INPUT, "%s is not UTF-8 text", what);
    return true;
}

static bool check_limit(const struct store_call *call, struct error *error)
{
    if (call->limit < 1 || call->limit > STORE_LIST_MAX)
        return error_set(error, ERROR_INPUT, "the limit is %zu items, but must be 1 to %d", call->limit,
                         STORE_LIST_MAX);
    return true;
}

static bool is_revision(const char *revision)
{
    return strnlen(revision, STORE_REVISION_SIZE) == STORE_REVISION_SIZE - 1 &&
           strspn(revision, "0123456789abcdef") == STORE_REVISION_SIZE - 1;
}

static bool check_put(const struct store_item *item, struct error *error)
{
    if (!is_revision(item->revision))
        return error_set(error, ERROR_INPUT, "the new revision of %s must have %d hexadecimal digits", item->sort_key,
                         STORE_REVISION_SIZE - 1);
    if (item->expires_at < 0)
        return error_set(error, ERROR_INPUT, "%s expires before 1970", item->sort_key);
    if (item->document == NULL)
        return error_set(error, ERROR_INPUT, "%s has no document", item->sort_key);
    if (!text_is_utf8(item->document, strlen(item->document)))
        return error_set(error, ERROR_INPUT, "the document of %s is not UTF-8 text", item->sort_key);
    return true;
}

static bool check_operation(const struct store_operation *operation, struct error *error)
{
    const struct store_item *item = &operation->item;

    if (!check_text(item->partition_key, STORE_KEY_SIZE, MUST_NOT_BE_EMPTY, "the partition key", error) ||
        !check_text(item->sort_key, STORE_KEY_SIZE, MUST_NOT_BE_EMPTY, "the sort key", error))
        return false;
    if (operation->condition == STORE_IF_REVISION &&
        !check_text(operation->expected, STORE_REVISION_SIZE, MUST_NOT_BE_EMPTY, "the expected revision", error))
        return false;
    if (operation->kind == STORE_CHECK && operation->condition == STORE_IF_ANY)
        return error_set(error, ERROR_INPUT, "the check of %s has no condition", item->sort_key);
    return operation->kind != STORE_PUT || check_put(item, error);
}

static bool is_same_item(const struct store_item *a, const struct store_item *b)
{
    return text_equal(a->partition_key, b->partition_key) && text_equal(a->sort_key, b->sort_key);
}

static bool check_operations(const struct store_call *call, struct error *error)
{
    if (call->operation_count < 1 || call->operation_count > STORE_OPERATIONS_MAX)
        return error_set(error, ERROR_INPUT, "a write of %zu operations; 1 to %d are taken", call->operation_count,
                         STORE_OPERATIONS_MAX);
    for (size_t i = 0; i < call->operation_count; i++) {
        const struct store_operation *operation = &call->operations[i];

        if (!check_operation(operation, error))
            return false;
        for (size_t j = 0; j < i; j++)
            if (is_same_item(&call->operations[j].item, &operation->item))
                return error_set(error, ERROR_INPUT, "%s stands twice in one write", operation->item.sort_key);
    }
    return true;
}

static bool check_sizes(const struct store_call *call, struct error *error)
{
    size_t sum = 0;

    for (size_t i = 0; i < call->operation_count; i++) {
        const struct store_item *item = &call->operations[i].item;
        size_t length = call->operations[i].kind == STORE_PUT ? strlen(item->document) : 0;

        if (length > STORE_DOCUMENT_MAX)
            return error_set(error, ERROR_LIMIT, "the document of %s has %zu bytes; %d are taken", item->sort_key,
                             length, STORE_DOCUMENT_MAX);
        sum += length;
    }
    if (sum > STORE_WRITE_MAX)
        return error_set(error, ERROR_LIMIT, "the documents of one write have %zu bytes; %d are taken", sum,
                         STORE_WRITE_MAX);
    return true;
}

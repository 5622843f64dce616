/* tests/standin/cluster_lists.c - a snapshot, cut into pages. The token of the next page names the snapshot and the
 * last key, as the real one's does. */
#include "tests/standin/cluster_lists.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "k8s/base64.h"
#include "tests/standin/cluster_selector.h"
#include "tests/standin/server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REVISION_NOW = -1, KEY_SIZE = 512, NUMBER_SIZE = 24, LIMIT_NONE = 0 };

struct page {
    int64_t revision;     /* of the snapshot */
    char after[KEY_SIZE]; /* items up to this key were on earlier pages; "" = none */
    int64_t limit;
    struct cluster_selector selector;
};

static bool read_page(const struct cluster_objects *objects, const struct cluster_kind *kind, const char *query,
                      struct page *ret_page, struct cluster_answer *ret_refusal);
static bool read_revision(const struct cluster_objects *objects, const char *query, struct page *page,
                          struct cluster_answer *ret_refusal);
static bool read_token(const struct cluster_objects *objects, const char *text, struct page *page,
                       struct cluster_answer *ret_refusal);
static void write_token(int64_t revision, const char *after, struct buffer *target);

/* The value of a query parameter; "" when it is missing. */
static const char *parameter(const char *query, const char *name, struct buffer *value)
{
    buffer_clear(value);
    return server_query(query, name, value) ? buffer_text(value) : "";
}

static void add_items(const struct cluster_snapshot *snapshot, const struct page *page, cJSON *list)
{
    released_by(buffer_release) struct buffer token = { 0 };
    cJSON *items = cJSON_CreateArray();
    cJSON *metadata = cJSON_GetObjectItemCaseSensitive(list, "metadata");
    const char *last = "";
    int64_t count = 0, remaining = 0;

    for (size_t i = 0; i < snapshot->count; i++) {
        const struct cluster_object *object = snapshot->items[i];

        if (strcmp(object->key, page->after) <= 0 || !cluster_selector_matches(&page->selector, object))
            continue;
        if (page->limit != LIMIT_NONE && count == page->limit) {
            remaining++;
            continue;
        }
        cJSON_AddItemToArray(items, cJSON_Duplicate(object->json, true));
        last = object->key;
        count++;
    }
    if (remaining > 0) {
        write_token(page->revision, last, &token);
        cJSON_AddStringToObject(metadata, "continue", buffer_text(&token));
        if (page->selector.count == 0)
            cJSON_AddNumberToObject(metadata, "remainingItemCount", (double) remaining);
    }
    cJSON_AddItemToObject(list, "items", items);
}

struct cluster_answer cluster_list(const struct cluster_objects *objects, const struct cluster_kind *kind,
                                   const char *namespace, const char *query)
{
    struct cluster_answer answer = { .status = 200 };
    struct cluster_snapshot snapshot = { 0 };
    struct page page = { 0 };
    char text[KEY_SIZE];

    if (!read_page(objects, kind, query, &page, &answer))
        return answer;
    answer.body = cJSON_CreateObject();
    (void) snprintf(text, sizeof text, "%sList", kind->kind);
    cJSON_AddStringToObject(answer.body, "kind", text);
    cJSON_AddStringToObject(answer.body, "apiVersion", kind->api_version);
    (void) snprintf(text, sizeof text, "%" PRId64, page.revision);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(answer.body, "metadata"), "resourceVersion", text);
    cluster_objects_snapshot(objects, kind, namespace, page.revision, &snapshot);
    add_items(&snapshot, &page, answer.body);
    cluster_snapshot_release(&snapshot);
    return answer;
}

/* As Go's strconv does: false with its sentence. */
static bool read_number(const char *text, const char *function, int code, int64_t *ret_number,
                        struct cluster_answer *ret_refusal)
{
    released_by(buffer_release) struct buffer message = { 0 };
    char *end = NULL;
    long long number = strtoll(text, &end, 10);

    if (*text != '\0' && *end == '\0' && number >= 0) {
        *ret_number = number;
        return true;
    }
    buffer_append_format(&message, "strconv.%s: parsing \"%s\": invalid syntax", function, text);
    *ret_refusal = status_plain(code, code == 400 ? "BadRequest" : "", buffer_text(&message));
    return false;
}

static bool read_page(const struct cluster_objects *objects, const struct cluster_kind *kind, const char *query,
                      struct page *ret_page, struct cluster_answer *ret_refusal)
{
    released_by(buffer_release) struct buffer value = { 0 };
    const char *text = NULL;

    ret_page->revision = objects->revision;
    text = parameter(query, "labelSelector", &value);
    if (!cluster_selector_read(kind, text, false, &ret_page->selector, ret_refusal))
        return false;
    text = parameter(query, "fieldSelector", &value);
    if (!cluster_selector_read(kind, text, true, &ret_page->selector, ret_refusal))
        return false;
    text = parameter(query, "limit", &value);
    if (text[0] != '\0' && !read_number(text, "ParseInt", 400, &ret_page->limit, ret_refusal))
        return false;
    text = parameter(query, "continue", &value);
    if (text[0] != '\0')
        return read_token(objects, text, ret_page, ret_refusal);
    return read_revision(objects, query, ret_page, ret_refusal);
}

/* "0" and what is older than now mean: not older than that; Exact means exactly that. */
static bool read_revision(const struct cluster_objects *objects, const char *query, struct page *page,
                          struct cluster_answer *ret_refusal)
{
    released_by(buffer_release) struct buffer value = { 0 }, match = { 0 };
    const char *text = parameter(query, "resourceVersion", &value);
    int64_t wanted = 0;

    if (text[0] == '\0')
        return true;
    if (!read_number(text, "ParseUint", 500, &wanted, ret_refusal))
        return false;
    if (wanted > objects->revision) {
        *ret_refusal = status_too_large(wanted, objects->revision);
        return false;
    }
    if (!text_equal(parameter(query, "resourceVersionMatch", &match), "Exact"))
        return true;
    if (wanted < cluster_objects_oldest(objects)) {
        *ret_refusal =
            (struct cluster_answer){ .status = 410, .body = status_too_old(wanted, cluster_objects_oldest(objects)) };
        return false;
    }
    page->revision = wanted;
    return true;
}

/* Swaps two characters of base64's alphabets. */
static void swap_characters(char *text, const char *from, const char *to)
{
    for (; *text != '\0'; text++) {
        const char *found = strchr(from, *text);

        if (found != NULL)
            *text = to[found - from];
    }
}

/* {"v":"meta.k8s.io/v1","rv":369,"start":"dev1/web\u0000"}, in base64 for URLs, without padding. */
static void write_token(int64_t revision, const char *after, struct buffer *target)
{
    released_by(buffer_release) struct buffer plain = { 0 }, encoded = { 0 };

    buffer_append_format(&plain, "{\"v\":\"meta.k8s.io/v1\",\"rv\":%" PRId64 ",\"start\":\"%s\\u0000\"}", revision,
                         after);
    base64_encode(plain.data, plain.length, &encoded);
    swap_characters(encoded.data, "+/", "-_");
    buffer_append(target, encoded.data, strcspn(encoded.data, "="));
}

static bool decode_token(const char *text, struct page *page)
{
    static const char padding[] = "===";
    released_by(buffer_release) struct buffer encoded = { 0 }, plain = { 0 };
    released_by(json_release) cJSON *token = NULL;
    struct error error = { 0 };

    buffer_append_text(&encoded, text);
    swap_characters(encoded.data, "-_", "+/");
    buffer_append(&encoded, padding, (4 - encoded.length % 4) % 4);
    return base64_decode(buffer_text(&encoded), &plain) &&
           json_parse(buffer_text(&plain), plain.length, "the token", &token, &error) &&
           json_number(token, "rv", 0, REVISION_NOW, INT64_C(1) << 53, &page->revision, &error) &&
           json_need_text(token, "start", page->after, sizeof page->after, &error);
}

static bool read_token(const struct cluster_objects *objects, const char *text, struct page *page,
                       struct cluster_answer *ret_refusal)
{
    released_by(buffer_release) struct buffer next = { 0 };

    if (!decode_token(text, page)) {
        *ret_refusal = status_plain(400, "BadRequest", "invalid continue token: continue key is not valid");
        return false;
    }
    if (page->revision == REVISION_NOW)
        page->revision = objects->revision;
    if (page->revision >= cluster_objects_oldest(objects))
        return true;
    write_token(REVISION_NOW, page->after, &next);
    *ret_refusal = status_page_expired(buffer_text(&next));
    return false;
}

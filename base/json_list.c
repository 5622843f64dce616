/* base/json_list.c - brackets are counted, items are cut out, cJSON does the rest.
 *
 * Every byte goes to one of two buffers: the item being collected, which is parsed and forgotten at its closing
 * brace, or the rest, which is parsed at the end. What is no JSON is found by the parser, so that only as much is
 * looked at here as is needed to find the border of an item.
 */
#include "base/json_list.h"

#include <string.h>

#include "base/json.h"

/* What is left of the bytes being fed. */
struct input {
    const char *bytes;
    size_t length;
};

static bool feed_item(struct json_list *list, struct input *input, struct error *error);
static bool feed_between_items(struct json_list *list, struct input *input, struct error *error);
static bool feed_rest(struct json_list *list, struct input *input, struct error *error);

void json_list_init(struct json_list *list, struct json_list_sink *sink)
{
    *list = (struct json_list){ .sink = sink };
    buffer_init(&list->item, JSON_LIST_ITEM_BYTES_MAX);
    buffer_init(&list->rest, JSON_LIST_REST_BYTES_MAX);
}

void json_list_release(struct json_list *list)
{
    buffer_release(&list->item);
    buffer_release(&list->rest);
}

bool json_list_feed(struct json_list *list, const char *bytes, size_t length, struct error *error)
{
    struct input input = { bytes, length };
    bool going = true;

    while (going && input.length > 0) {
        if (list->item_depth > 0)
            going = feed_item(list, &input, error);
        else if (list->in_items)
            going = feed_between_items(list, &input, error);
        else
            going = feed_rest(list, &input, error);
    }
    return going;
}

static bool has_no_items(const cJSON *rest)
{
    const cJSON *items = json_member(rest, "items");

    /* Whatever stood between the brackets was cut out; an element means that the key was written in escapes. */
    return !cJSON_IsNull(items) && !(cJSON_IsArray(items) && cJSON_GetArraySize(items) == 0);
}

bool json_list_read_rest(const struct json_list *list, cJSON **ret_rest, struct error *error)
{
    if (list->depth > 0)
        return error_set(error, ERROR_PROTOCOL, "the list is cut off");
    return json_parse(buffer_text(&list->rest), list->rest.length, "the list", ret_rest, error);
}

bool json_list_finish(struct json_list *list, struct json_list_end *ret_end, struct error *error)
{
    released_by(json_release) cJSON *rest = NULL;
    struct json_list_end end = { 0 };

    if (!json_list_read_rest(list, &rest, error))
        return false;
    if (has_no_items(rest))
        return error_set(error, ERROR_PROTOCOL, "the list has no items");
    if (!json_copy_text(rest, "metadata/resourceVersion", end.resource_version, sizeof end.resource_version, error) ||
        !json_copy_text(rest, "metadata/continue", end.next_page, sizeof end.next_page, error))
        return error_context(error, "the list is wrong");
    *ret_end = end;
    return true;
}

/* How a byte changes the nesting: +1, -1, or 0, which is also the answer for all that stands inside a string. */
static int nesting_change(struct json_list *list, char byte)
{
    if (list->escaped) {
        list->escaped = false;
        return 0;
    }
    if (byte == '"')
        list->in_text = !list->in_text;
    if (list->in_text) {
        list->escaped = byte == '\\';
        return 0;
    }
    return (byte == '{' || byte == '[') - (byte == '}' || byte == ']');
}

static void consume(struct input *input, size_t count)
{
    input->bytes += count;
    input->length -= count;
}

static bool hand_out_item(struct json_list *list, struct error *error)
{
    struct json_list_sink *sink = list->sink;
    released_by(json_release) cJSON *item = NULL;

    if (sink->is_wanted != NULL && !sink->is_wanted(sink, buffer_text(&list->item), list->item.length)) {
        buffer_clear(&list->item);
        return true;
    }
    if (!json_parse(buffer_text(&list->item), list->item.length, "an item of the list", &item, error))
        return false;
    buffer_clear(&list->item);
    return sink->take_item(sink, item, error);
}

/* How many bytes of a string come before one that matters: most of a list is such bytes. */
static size_t plain_length(const struct json_list *list, const char *bytes, size_t length)
{
    size_t plain = 0;

    if (!list->in_text || list->escaped)
        return 0;
    while (plain < length && bytes[plain] != '"' && bytes[plain] != '\\')
        plain++;
    return plain;
}

/* Takes bytes up to the closing brace of the item. */
static bool feed_item(struct json_list *list, struct input *input, struct error *error)
{
    size_t length = 0;

    while (length < input->length && list->item_depth > 0) {
        length += plain_length(list, input->bytes + length, input->length - length);
        if (length < input->length)
            list->item_depth += nesting_change(list, input->bytes[length++]);
    }
    buffer_append(&list->item, input->bytes, length);
    consume(input, length);
    if (!buffer_complete(&list->item, "an item of the list", error))
        return false;
    return list->item_depth > 0 || hand_out_item(list, error);
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Takes one byte: white space, a comma where one is due, the opening brace of an item, or the closing bracket. */
static bool feed_between_items(struct json_list *list, struct input *input, struct error *error)
{
    char byte = input->bytes[0];
    char before = list->before;

    consume(input, 1);
    if (is_blank(byte))
        return true;
    list->before = byte;
    if (byte == '{' && before != '{') {
        list->item_depth = 1;
        buffer_append_char(&list->item, byte);
        return true;
    }
    if (byte == ',' && before == '{')
        return true;
    if (byte == ']' && before != ',') {
        list->in_items = false;
        list->depth--;
        buffer_append_char(&list->rest, byte);
        return true;
    }
    return error_set(error, ERROR_PROTOCOL, "the items of the list are not objects with commas between them");
}

static size_t without_blanks_behind(const char *text, size_t length)
{
    while (length > 0 && is_blank(text[length - 1]))
        length--;
    return length;
}

/* Length of text without the piece and the white space at its end, or 0 when it does not end so. */
static size_t without_piece_behind(const char *text, size_t length, const char *piece)
{
    length = without_blanks_behind(text, length);
    if (length < strlen(piece) || memcmp(text + length - strlen(piece), piece, strlen(piece)) != 0)
        return 0;
    return length - strlen(piece);
}

/* true: the bracket at the end of the rest opens the value of "items", and not that of a longer name: a quote inside
 * a name has a backslash before it, never a brace or a comma. */
static bool opens_items(const struct buffer *rest)
{
    size_t length = without_piece_behind(rest->data, rest->length, "[");

    length = without_piece_behind(rest->data, length, ":");
    length = without_piece_behind(rest->data, length, "\"items\"");
    length = without_blanks_behind(rest->data, length);
    return length > 0 && (rest->data[length - 1] == '{' || rest->data[length - 1] == ',');
}

/* Takes bytes up to the next bracket that may be the one of "items". */
static bool feed_rest(struct json_list *list, struct input *input, struct error *error)
{
    size_t length = 0;
    bool is_bracket = false;

    while (length < input->length && !is_bracket) {
        int change = nesting_change(list, input->bytes[length]);

        list->depth += change;
        is_bracket = change > 0 && list->depth == 2 && input->bytes[length] == '[';
        length++;
    }
    buffer_append(&list->rest, input->bytes, length);
    consume(input, length);
    if (!buffer_complete(&list->rest, "the list without its items", error))
        return false;
    list->in_items = is_bracket && opens_items(&list->rest);
    list->before = '[';
    return true;
}

/* k8s/yaml_file.c - one YAML document, looked into by name.
 *
 * The text is read twice: first as events, which tell in constant memory how deep and how large it is, then into libyaml's
 * tree. Anchors are counted because that looks for each among all others: 80,000 of them took it two minutes.
 */
#include "k8s/yaml_file.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static void parser_start(yaml_parser_t *parser, const char *text, size_t length);
static bool check_shape(const char *path, const char *text, size_t length, struct error *error);
static bool parser_error(const yaml_parser_t *parser, const char *path, const char *text, size_t length,
                         struct error *error);
static bool line_is_indented_with_a_tab(const char *text, size_t length, size_t line);
static bool is_null(const yaml_node_t *node);

bool yaml_file_read(const char *path, const char *text, size_t length, struct yaml_file *ret_file, struct error *error)
{
    struct yaml_file file = { .path = path };
    yaml_parser_t parser;

    if (!check_shape(path, text, length, error))
        return false;
    parser_start(&parser, text, length);
    file.loaded = yaml_parser_load(&parser, &file.tree) != 0;
    if (!file.loaded)
        parser_error(&parser, path, text, length, error);
    yaml_parser_delete(&parser);
    if (file.loaded)
        *ret_file = file;
    return file.loaded;
}

/* Tokens and keys may stand in it. */
static void wipe_texts(yaml_document_t *tree)
{
    for (yaml_node_t *node = tree->nodes.start; node < tree->nodes.top; node++)
        if (node->type == YAML_SCALAR_NODE)
            explicit_bzero(node->data.scalar.value, node->data.scalar.length);
}

void yaml_file_release(struct yaml_file *file)
{
    if (file->loaded) {
        wipe_texts(&file->tree);
        yaml_document_delete(&file->tree);
    }
    *file = (struct yaml_file){ 0 };
}

static void parser_start(yaml_parser_t *parser, const char *text, size_t length)
{
    if (yaml_parser_initialize(parser) == 0)
        abort(); /* out of memory */
    yaml_parser_set_input_string(parser, (const unsigned char *) text, length);
}

/* What was seen so far. */
struct shape {
    int depth;
    int nodes;
    int anchors;
};

static void add_event(struct shape *shape, const yaml_event_t *event)
{
    const unsigned char *anchor = NULL;

    switch (event->type) {
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        shape->depth++;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        shape->depth++;
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        shape->depth--;
        break;
    default:
        break;
    }
    shape->nodes++;
    shape->anchors += anchor != NULL ? 1 : 0;
}

static bool check_event(struct shape *shape, const yaml_event_t *event, const char *path, struct error *error)
{
    size_t line = event->start_mark.line + 1;

    add_event(shape, event);
    if (shape->depth > YAML_DEPTH_MAX)
        return error_set(error, ERROR_INPUT, "%s, line %zu: nested deeper than %d levels", path, line, YAML_DEPTH_MAX);
    if (shape->nodes > YAML_NODES_MAX)
        return error_set(error, ERROR_INPUT, "%s, line %zu: more than %d values", path, line, YAML_NODES_MAX);
    if (shape->anchors > YAML_ANCHORS_MAX)
        return error_set(error, ERROR_INPUT, "%s, line %zu: more than %d anchors", path, line, YAML_ANCHORS_MAX);
    return true;
}

static bool check_shape(const char *path, const char *text, size_t length, struct error *error)
{
    yaml_parser_t parser;
    yaml_event_type_t type = YAML_NO_EVENT;
    struct shape shape = { 0 };
    bool passed = true;

    parser_start(&parser, text, length);
    while (passed && type != YAML_STREAM_END_EVENT && type != YAML_DOCUMENT_END_EVENT) {
        yaml_event_t event;

        if (yaml_parser_parse(&parser, &event) == 0) {
            passed = parser_error(&parser, path, text, length, error);
        } else {
            type = event.type;
            passed = check_event(&shape, &event, path, error);
            yaml_event_delete(&event);
        }
    }
    yaml_parser_delete(&parser);
    return passed;
}

static bool parser_error(const yaml_parser_t *parser, const char *path, const char *text, size_t length,
                         struct error *error)
{
    size_t line = parser->problem_mark.line;
    const char *problem = parser->problem != NULL ? parser->problem : "out of memory";

    if (parser->error == YAML_READER_ERROR)
        return error_set(error, ERROR_INPUT, "%s is no YAML: %s at byte %zu", path, problem, parser->problem_offset);
    if (line_is_indented_with_a_tab(text, length, line))
        return error_set(error, ERROR_INPUT, "%s, line %zu: indented with a tab, YAML wants blanks", path, line + 1);
    return error_set(error, ERROR_INPUT, "%s is no YAML: line %zu: %s", path, line + 1, problem);
}

static bool line_is_indented_with_a_tab(const char *text, size_t length, size_t line)
{
    const char *end = text + length;

    for (; line > 0; line--) {
        const char *newline = memchr(text, '\n', (size_t) (end - text));

        if (newline == NULL)
            return false;
        text = newline + 1;
    }
    while (text < end && *text == ' ')
        text++;
    return text < end && *text == '\t';
}

yaml_node_t *yaml_root(struct yaml_file *file)
{
    yaml_node_t *root = file->loaded ? yaml_document_get_root_node(&file->tree) : NULL;

    return is_null(root) ? NULL : root;
}

yaml_node_t *yaml_member(struct yaml_file *file, const yaml_node_t *node, const char *key)
{
    yaml_node_t *found = NULL;

    if (node == NULL || node->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++)
        if (yaml_is_text(yaml_document_get_node(&file->tree, pair->key), key))
            found = yaml_document_get_node(&file->tree, pair->value);
    return is_null(found) ? NULL : found;
}

size_t yaml_item_count(const yaml_node_t *node)
{
    if (node == NULL || node->type != YAML_SEQUENCE_NODE)
        return 0;
    return (size_t) (node->data.sequence.items.top - node->data.sequence.items.start);
}

yaml_node_t *yaml_item(struct yaml_file *file, const yaml_node_t *node, size_t index)
{
    assert(index < yaml_item_count(node));
    return yaml_document_get_node(&file->tree, node->data.sequence.items.start[index]);
}

static bool is_null(const yaml_node_t *node)
{
    return node == NULL || (node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
                            (yaml_is_text(node, "") || yaml_is_text(node, "~") || yaml_is_text(node, "null")));
}

bool yaml_is_text(const yaml_node_t *node, const char *text)
{
    return node != NULL && node->type == YAML_SCALAR_NODE && node->data.scalar.length == strlen(text) &&
           memcmp(node->data.scalar.value, text, strlen(text)) == 0;
}

bool yaml_node_text(const struct yaml_file *file, const yaml_node_t *node, const char *what, char **ret_text,
                    struct error *error)
{
    if (node->type != YAML_SCALAR_NODE)
        return yaml_error(file, node, error, "%s must be a text", what);
    if (memchr(node->data.scalar.value, '\0', node->data.scalar.length) != NULL)
        return yaml_error(file, node, error, "%s has a NUL character in it", what);
    *ret_text = memory_copy(node->data.scalar.value, node->data.scalar.length);
    return true;
}

bool yaml_read_text(struct yaml_file *file, const yaml_node_t *node, const char *key, char **ret_text,
                    struct error *error)
{
    const yaml_node_t *value = yaml_member(file, node, key);

    if (value == NULL || yaml_is_text(value, "")) {
        *ret_text = NULL;
        return true;
    }
    return yaml_node_text(file, value, key, ret_text, error);
}

bool yaml_read_bool(struct yaml_file *file, const yaml_node_t *node, const char *key, bool *ret_value,
                    struct error *error)
{
    const yaml_node_t *value = yaml_member(file, node, key);
    bool is_true = yaml_is_text(value, "true") || yaml_is_text(value, "True") || yaml_is_text(value, "TRUE");
    bool is_false =
        value == NULL || yaml_is_text(value, "false") || yaml_is_text(value, "False") || yaml_is_text(value, "FALSE");

    if (!is_true && !is_false)
        return yaml_error(file, value, error, "%s must be true or false", key);
    *ret_value = is_true;
    return true;
}

bool yaml_error(const struct yaml_file *file, const yaml_node_t *node, struct error *error, const char *format, ...)
{
    char sentence[ERROR_MESSAGE_SIZE + 4]; /* more than is shown: error_set() then cuts it at a whole character */
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    if (node == NULL)
        return error_set(error, ERROR_INPUT, "%s: %s", file->path, sentence);
    return error_set(error, ERROR_INPUT, "%s, line %zu: %s", file->path, node->start_mark.line + 1, sentence);
}

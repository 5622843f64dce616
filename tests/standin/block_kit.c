/* tests/standin/block_kit.c - walks values and schemas side by side; the sentences are those that Slack answers with.
 *
 * A place is a path that grows while the walk goes down: each step appends to it and cuts it off again.
 */
#include "tests/standin/block_kit.h"

#include "base/text.h"
#include "tests/standin/block_kit_schema.h"
#include "tests/standin/slack_text.h"

#include <stdarg.h>
#include <string.h>

enum { PATH_SIZE = 200, NAME_SIZE = 64 };

struct walk {
    struct block_kit_problems *problems;
    char path[PATH_SIZE];
};

static void check_object(struct walk *walk, const cJSON *object, const struct schema *schema);
static void check_value(struct walk *walk, const cJSON *value, const struct property *property);
static void check_string(struct walk *walk, const cJSON *value, int minimum, int maximum);
static void check_text_object(struct walk *walk, const cJSON *value, int maximum, bool plain_only);
static void check_one_of(struct walk *walk, const cJSON *value, const char *names);
static void check_items(struct walk *walk, const cJSON *list, const struct property *property);
static void check_ids(struct walk *walk, const cJSON *blocks);

static void add_problem(struct walk *walk, const char *format, ...) printf_like(2, 3);

static void add_problem(struct walk *walk, const char *format, ...)
{
    struct block_kit_problems *problems = walk->problems;
    char sentence[BLOCK_KIT_PROBLEM_SIZE];
    char whole[sizeof sentence + PATH_SIZE + NAME_SIZE];
    va_list arguments;

    if (problems->count == BLOCK_KIT_PROBLEMS_MAX)
        return;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    snprintf(whole, sizeof whole, "%s [json-pointer:%s]", sentence, walk->path);
    text_copy_cut(problems->texts[problems->count++], BLOCK_KIT_PROBLEM_SIZE, whole);
}

/* Goes down to a member or an item; step_out() with what it returned goes up again. */
static size_t step_into(struct walk *walk, const char *name)
{
    size_t length = strlen(walk->path);

    snprintf(walk->path + length, sizeof walk->path - length, "/%s", name);
    return length;
}

static size_t step_into_item(struct walk *walk, int number)
{
    char name[NAME_SIZE];

    snprintf(name, sizeof name, "%d", number);
    return step_into(walk, name);
}

static void step_out(struct walk *walk, size_t length)
{
    walk->path[length] = '\0';
}

bool block_kit_check_message(const cJSON *blocks, struct block_kit_problems *problems)
{
    struct walk walk = { .problems = problems, .path = "/blocks" };
    static const struct property list = { "blocks", VALUE_LIST, BLOCK_KIT_MESSAGE_BLOCKS_MAX, true,
                                          "section header divider context actions image input markdown" };

    if (cJSON_IsArray(blocks) && cJSON_GetArraySize(blocks) == 0)
        return true; /* no blocks is how an update takes them away */
    check_items(&walk, blocks, &list);
    if (problems->count == 0)
        check_ids(&walk, blocks);
    return problems->count == 0;
}

bool block_kit_check_view(const cJSON *view, struct block_kit_problems *problems)
{
    struct walk walk = { .problems = problems, .path = "/view" };
    const cJSON *blocks = cJSON_GetObjectItemCaseSensitive(view, "blocks");

    check_one_of(&walk, view, "modal home");
    step_into(&walk, "blocks");
    if (problems->count == 0)
        check_ids(&walk, blocks);
    return problems->count == 0;
}

int block_kit_characters(const char *text)
{
    int count = 0;

    for (const char *each = text; *each != '\0'; each++)
        if ((*each & 0xC0) != 0x80)
            count++;
    return count;
}

static const struct property *find_property(const struct schema *schema, const char *name)
{
    for (const struct property *each = schema->properties; each->kind != VALUE_NONE; each++)
        if (text_equal(each->name, name))
            return each;
    return NULL;
}

static void check_object(struct walk *walk, const cJSON *object, const struct schema *schema)
{
    const cJSON *member = NULL;

    cJSON_ArrayForEach(member, object)
    {
        const struct property *property = find_property(schema, member->string);

        if (schema->type != NULL && text_equal(member->string, "type"))
            continue;
        if (property == NULL) {
            add_problem(walk, "invalid additional property: %s", member->string);
            continue;
        }

        size_t length = step_into(walk, member->string);
        check_value(walk, member, property);
        step_out(walk, length);
    }
    for (const struct property *each = schema->properties; each->kind != VALUE_NONE; each++)
        if (each->required && !cJSON_HasObjectItem(object, each->name))
            add_problem(walk, "missing required field: %s", each->name);
    if (text_equal(schema->name, "section") && !cJSON_HasObjectItem(object, "text") &&
        !cJSON_HasObjectItem(object, "fields"))
        add_problem(walk, "missing required field: text");
    if (text_equal(schema->name, "static_select") &&
        cJSON_HasObjectItem(object, "options") == cJSON_HasObjectItem(object, "option_groups"))
        add_problem(walk, "exactly one of options and option_groups is required");
}

static void check_value(struct walk *walk, const cJSON *value, const struct property *property)
{
    switch (property->kind) {
    case VALUE_STRING:
        check_string(walk, value, 1, property->maximum);
        break;
    case VALUE_ANY_STRING:
        check_string(walk, value, 0, property->maximum);
        break;
    case VALUE_URL:
        check_string(walk, value, 1, property->maximum);
        if (cJSON_IsString(value) && !text_starts_with(value->valuestring, "https://") &&
            !text_starts_with(value->valuestring, "http://"))
            add_problem(walk, "must be a valid URL");
        break;
    case VALUE_WORD:
        if (!cJSON_IsString(value) || !slack_list_has(property->words, ' ', value->valuestring))
            add_problem(walk, "value must be one of: %s", property->words);
        break;
    case VALUE_BOOLEAN:
        if (!cJSON_IsBool(value))
            add_problem(walk, "must be a boolean");
        break;
    case VALUE_INTEGER:
        if (!cJSON_IsNumber(value) || value->valuedouble < 0 ||
            value->valuedouble != (double) (long) value->valuedouble ||
            (property->maximum > 0 && value->valuedouble > property->maximum))
            add_problem(walk, "must be an integer in range");
        break;
    case VALUE_PLAIN_TEXT:
    case VALUE_TEXT:
        check_text_object(walk, value, property->maximum, property->kind == VALUE_PLAIN_TEXT);
        break;
    case VALUE_OBJECT:
        check_one_of(walk, value, property->words);
        break;
    case VALUE_FIELDS:
    case VALUE_LIST:
        check_items(walk, value, property);
        break;
    case VALUE_NONE:
        break;
    }
}

static void check_string(struct walk *walk, const cJSON *value, int minimum, int maximum)
{
    int characters = 0;

    if (!cJSON_IsString(value)) {
        add_problem(walk, "must be a string");
        return;
    }
    characters = block_kit_characters(value->valuestring);
    if (characters < minimum)
        add_problem(walk, "must be more than %d characters", minimum - 1);
    if (characters > maximum)
        add_problem(walk, "must be less than %d characters", maximum + 1);
}

static void check_text_object(struct walk *walk, const cJSON *value, int maximum, bool plain_only)
{
    int before = walk->problems->count;
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(value, "text");

    check_one_of(walk, value, plain_only ? "plain_text" : "plain_text mrkdwn");
    if (walk->problems->count > before || text == NULL)
        return;

    size_t length = step_into(walk, "text");
    check_string(walk, text, 1, maximum);
    step_out(walk, length);
}

/* The schema among names that the object's type says; one that has no type stands alone. */
static const struct schema *choose_schema(const char *names, const char *type)
{
    char name[NAME_SIZE];

    for (size_t length = 0; names[0] != '\0'; names += length + (names[length] == ' ' ? 1 : 0)) {
        const struct schema *schema = NULL;

        length = strcspn(names, " ");
        snprintf(name, sizeof name, "%.*s", (int) length, names);
        schema = schema_find(name);
        if (schema != NULL && (schema->type == NULL || text_equal(schema->type, type)))
            return schema;
    }
    return NULL;
}

static void check_one_of(struct walk *walk, const cJSON *value, const char *names)
{
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(value, "type");
    const char *word = cJSON_IsString(type) ? type->valuestring : "";
    const struct schema *schema = choose_schema(names, word);

    if (!cJSON_IsObject(value)) {
        add_problem(walk, "must provide an object");
        return;
    }
    if (schema != NULL) {
        check_object(walk, value, schema);
        return;
    }

    size_t length = step_into(walk, "type");
    add_problem(walk, "unsupported type: %s", word);
    step_out(walk, length);
}

static void check_items(struct walk *walk, const cJSON *list, const struct property *property)
{
    const cJSON *item = NULL;
    int number = 0;

    if (!cJSON_IsArray(list)) {
        add_problem(walk, "must be an array");
        return;
    }
    if (cJSON_GetArraySize(list) == 0)
        add_problem(walk, "no fewer than 1 items allowed");
    if (cJSON_GetArraySize(list) > property->maximum) {
        add_problem(walk, "no more than %d items allowed", property->maximum);
        return;
    }
    cJSON_ArrayForEach(item, list)
    {
        size_t length = step_into_item(walk, number++);

        if (property->kind == VALUE_FIELDS)
            check_text_object(walk, item, SCHEMA_FIELD_MAX, false);
        else
            check_one_of(walk, item, property->words);
        step_out(walk, length);
    }
}

/* Whether an earlier item of the list has the same text under that name. */
static bool repeats(const cJSON *list, const cJSON *item, const char *name)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(item, name);
    const cJSON *other = NULL;

    if (!cJSON_IsString(id))
        return false;
    cJSON_ArrayForEach(other, list)
    {
        const cJSON *other_id = cJSON_GetObjectItemCaseSensitive(other, name);

        if (other == item)
            return false;
        if (cJSON_IsString(other_id) && text_equal(other_id->valuestring, id->valuestring))
            return true;
    }
    return false;
}

/* A block_id is there once in a message, an action_id once in a block. */
static void check_ids(struct walk *walk, const cJSON *blocks)
{
    const cJSON *block = NULL;
    int number = 0;

    cJSON_ArrayForEach(block, blocks)
    {
        const cJSON *elements = cJSON_GetObjectItemCaseSensitive(block, "elements");
        const cJSON *element = NULL;
        int element_number = 0;
        size_t length = step_into_item(walk, number++);

        if (repeats(blocks, block, "block_id"))
            add_problem(walk, "`block_id` already exists");
        cJSON_ArrayForEach(element, elements)
        {
            if (repeats(elements, element, "action_id"))
                add_problem(walk, "`action_id` already exists at element %d", element_number);
            element_number++;
        }
        step_out(walk, length);
    }
}

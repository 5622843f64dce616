/* tests/standin/cluster_selector.c - requirements one after the other, all of which have to hold. */
#include "tests/standin/cluster_selector.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/standin/cluster_events.h"

#include <stdio.h>
#include <string.h>

static bool refuse(const char *text, bool of_fields, struct cluster_answer *ret_refusal)
{
    released_by(buffer_release) struct buffer message = { 0 };

    buffer_append_format(&message, "%s selector \"%s\" is none that this stand-in understands",
                         of_fields ? "field" : "label", text);
    *ret_refusal = status_plain(400, "BadRequest", buffer_text(&message));
    return false;
}

/* Cuts the text at what relates key and value. */
static void split(char *text, struct selector_requirement *requirement)
{
    char *equals = strchr(text, '=');
    size_t end = strcspn(text, "!=");
    const char *value = "";

    requirement->relation = SELECTOR_EXISTS;
    if (equals != NULL) {
        requirement->relation = text[end] == '!' ? SELECTOR_DIFFERS : SELECTOR_EQUALS;
        value = equals[1] == '=' ? equals + 2 : equals + 1;
    } else if (text[0] == '!') {
        requirement->relation = SELECTOR_MISSES;
        text++;
        end = strlen(text);
    }
    text_copy_cut(requirement->value, sizeof requirement->value, value);
    text[end] = '\0';
    text_copy_cut(requirement->key, sizeof requirement->key, text);
}

static bool is_known(const struct cluster_kind *kind, const struct selector_requirement *requirement)
{
    const char *key = requirement->key;

    if (key[0] == '\0' || strcspn(key, " ()!") != strlen(key))
        return false;
    return !requirement->is_field || (requirement->relation == SELECTOR_EQUALS &&
                                      (text_equal(key, "metadata.name") || text_equal(key, "metadata.namespace") ||
                                       (cluster_is_event(kind) && cluster_event_has_field(key))));
}

bool cluster_selector_read(const struct cluster_kind *kind, const char *text, bool of_fields,
                           struct cluster_selector *selector, struct cluster_answer *ret_refusal)
{
    while (*text != '\0') {
        struct selector_requirement *requirement = &selector->requirements[selector->count];
        size_t length = strcspn(text, ",");
        char piece[SELECTOR_TEXT_SIZE];

        if (selector->count == SELECTOR_REQUIREMENTS_MAX || length >= sizeof piece)
            return refuse(text, of_fields, ret_refusal);
        (void) snprintf(piece, sizeof piece, "%.*s", (int) length, text);
        requirement->is_field = of_fields;
        split(piece, requirement);
        if (!is_known(kind, requirement))
            return refuse(text, of_fields, ret_refusal);
        selector->count++;
        text += length + (text[length] == ',' ? 1 : 0);
    }
    return true;
}

static bool holds(const struct selector_requirement *requirement, const struct cluster_object *object)
{
    const cJSON *labels = json_find(object->json, "metadata/labels");
    const char *value = cJSON_GetStringValue(json_member(labels, requirement->key));

    if (requirement->is_field && text_starts_with(requirement->key, "metadata."))
        value = text_equal(requirement->key, "metadata.name") ? cluster_object_name(object)
                                                              : cluster_object_namespace(object);
    else if (requirement->is_field)
        value = cluster_event_field(object->json, requirement->key);
    switch (requirement->relation) {
    case SELECTOR_EXISTS:
        return value != NULL;
    case SELECTOR_MISSES:
        return value == NULL;
    case SELECTOR_EQUALS:
        return value != NULL && text_equal(value, requirement->value);
    case SELECTOR_DIFFERS:
        return value == NULL || !text_equal(value, requirement->value);
    }
    return false;
}

bool cluster_selector_matches(const struct cluster_selector *selector, const struct cluster_object *object)
{
    for (int i = 0; i < selector->count; i++)
        if (!holds(&selector->requirements[i], object))
            return false;
    return true;
}

/* k8s/label_selector.c - one requirement after the other, read from the text each time: nothing is kept. */
#include "k8s/label_selector.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

enum { NAME_MAX_LENGTH = 63, PREFIX_MAX_LENGTH = 253, QUOTED_MAX = 60 };

static const char blanks[] = " \t\r\n";
static const char specials[] = "=!(),<> \t\r\n"; /* they end a word */
static const char alphanumerics[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char word_characters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.";
static const char prefix_characters[] = "0123456789abcdefghijklmnopqrstuvwxyz-.";

/* A piece of the selector. */
struct word {
    const char *text;
    size_t length;
};

enum relation { RELATION_EXISTS, RELATION_MISSES, RELATION_IN, RELATION_NOT_IN };

/* "tier in (a, b)". values is what stands between the brackets, or behind "=". */
struct requirement {
    struct word key, values;
    enum relation relation;
};

static bool read_requirement(const char **at, struct requirement *ret_requirement, struct error *error);
static bool read_relation(const char **at, struct requirement *requirement, struct error *error);
static bool read_set(const char **at, struct word *ret_values, struct error *error);
static bool check_key(struct word key, struct error *error);
static bool check_value(struct word value, struct error *error);
static bool requirement_holds(const struct requirement *requirement, const cJSON *labels);

static void skip_blanks(const char **at)
{
    *at += strspn(*at, blanks);
}

static bool take_character(const char **at, char character)
{
    skip_blanks(at);
    if (**at != character)
        return false;
    (*at)++;
    return true;
}

static struct word take_word(const char **at)
{
    skip_blanks(at);
    struct word word = { *at, strcspn(*at, specials) };

    *at += word.length;
    return word;
}

static bool word_is(struct word word, const char *text)
{
    return strlen(text) == word.length && memcmp(word.text, text, word.length) == 0;
}

static bool refuse(const char *at, struct error *error)
{
    size_t length = strlen(at);

    if (length == 0)
        return error_set(error, ERROR_INPUT,
                         "the label selector ends where more is expected; allowed is for "
                         "example app=web,tier in (a, b),!canary");
    return error_set(error, ERROR_INPUT,
                     "the label selector is wrong at \"%.*s\"; allowed is for example app=web,tier in (a, b),!canary",
                     (int) (length < QUOTED_MAX ? length : QUOTED_MAX), at);
}

bool label_selector_check(const char *selector, struct error *error)
{
    const char *at = selector;
    struct requirement requirement;

    do {
        if (!read_requirement(&at, &requirement, error))
            return false;
    } while (take_character(&at, ','));
    return *at == '\0' || refuse(at, error);
}

bool label_selector_matches(const char *selector, const cJSON *labels)
{
    const char *at = selector;
    struct requirement requirement;
    struct error error;

    do {
        if (!read_requirement(&at, &requirement, &error) || !requirement_holds(&requirement, labels))
            return false;
    } while (take_character(&at, ','));
    return *at == '\0';
}

/* --- reading --------------------------------------------------------------------------------------------------- */

static bool read_requirement(const char **at, struct requirement *ret_requirement, struct error *error)
{
    struct requirement requirement = { .relation = RELATION_EXISTS };

    if (take_character(at, '!'))
        requirement.relation = RELATION_MISSES;
    requirement.key = take_word(at);
    if (requirement.key.length == 0 || word_is(requirement.key, "in") || word_is(requirement.key, "notin"))
        return refuse(requirement.key.length == 0 ? *at : requirement.key.text, error);
    if (!check_key(requirement.key, error))
        return false;
    if (requirement.relation == RELATION_EXISTS && !read_relation(at, &requirement, error))
        return false;
    *ret_requirement = requirement;
    return true;
}

/* What follows a name: nothing, one value, or several of them. */
static bool read_relation(const char **at, struct requirement *requirement, struct error *error)
{
    skip_blanks(at);
    if (**at == '\0' || **at == ',')
        return true;
    if (**at == '=' || **at == '!') {
        struct word sign = { *at, strspn(*at, "=!") };

        if (!word_is(sign, "=") && !word_is(sign, "==") && !word_is(sign, "!="))
            return refuse(sign.text, error);
        *at += sign.length;
        requirement->relation = sign.text[0] == '=' ? RELATION_IN : RELATION_NOT_IN;
        requirement->values = take_word(at);
        return check_value(requirement->values, error);
    }
    struct word word = take_word(at);
    if (!word_is(word, "in") && !word_is(word, "notin"))
        return refuse(word.text, error);
    requirement->relation = word_is(word, "in") ? RELATION_IN : RELATION_NOT_IN;
    return read_set(at, &requirement->values, error);
}

static bool read_set(const char **at, struct word *ret_values, struct error *error)
{
    if (!take_character(at, '('))
        return refuse(*at, error);
    const char *begin = *at;

    do {
        if (!check_value(take_word(at), error))
            return false;
    } while (take_character(at, ','));
    *ret_values = (struct word){ begin, (size_t) (*at - begin) };
    return take_character(at, ')') || refuse(*at, error);
}

static bool consists_of(struct word word, const char *characters)
{
    for (size_t i = 0; i < word.length; i++)
        if (strchr(characters, word.text[i]) == NULL)
            return false;
    return true;
}

/* Letters and digits at both ends, '-', '_' and '.' between. */
static bool is_name(struct word word)
{
    return word.length > 0 && word.length <= NAME_MAX_LENGTH && consists_of(word, word_characters) &&
           strchr(alphanumerics, word.text[0]) != NULL && strchr(alphanumerics, word.text[word.length - 1]) != NULL;
}

static bool is_prefix(struct word word)
{
    return word.length > 0 && word.length <= PREFIX_MAX_LENGTH && consists_of(word, prefix_characters) &&
           strchr("-.", word.text[0]) == NULL && strchr("-.", word.text[word.length - 1]) == NULL;
}

static bool check_key(struct word key, struct error *error)
{
    const char *slash = memchr(key.text, '/', key.length);
    struct word name = key;

    if (slash != NULL) {
        struct word prefix = { key.text, (size_t) (slash - key.text) };

        name = (struct word){ slash + 1, key.length - prefix.length - 1 };
        if (!is_prefix(prefix))
            return refuse(key.text, error);
    }
    return is_name(name) || refuse(key.text, error);
}

/* A value may be empty. */
static bool check_value(struct word value, struct error *error)
{
    return value.length == 0 || is_name(value) || refuse(value.text, error);
}

/* --- matching -------------------------------------------------------------------------------------------------- */

static const cJSON *find_label(const cJSON *labels, struct word key)
{
    const cJSON *label;

    cJSON_ArrayForEach(label, labels)
    {
        if (label->string != NULL && word_is(key, label->string))
            return label;
    }
    return NULL;
}

static bool is_among(const char *value, struct word values)
{
    const char *at = values.text, *end = values.text + values.length;
    bool found = false;

    do {
        found = found || word_is(take_word(&at), value);
    } while (at < end && take_character(&at, ','));
    return found;
}

static bool requirement_holds(const struct requirement *requirement, const cJSON *labels)
{
    const cJSON *label = cJSON_IsObject(labels) ? find_label(labels, requirement->key) : NULL;

    switch (requirement->relation) {
    case RELATION_EXISTS:
        return label != NULL;
    case RELATION_MISSES:
        return label == NULL;
    case RELATION_IN:
        return cJSON_IsString(label) && is_among(label->valuestring, requirement->values);
    case RELATION_NOT_IN:
        return !cJSON_IsString(label) || !is_among(label->valuestring, requirement->values);
    }
    return false;
}

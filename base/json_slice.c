/* base/json_slice.c - brackets are counted and strings are leapt over; nothing is kept. */
#include "base/json_slice.h"

#include <string.h>

/* What is left of the text. */
struct rest {
    const char *at, *end;
};

/* What the parser takes for one. */
static bool is_blank(char byte)
{
    return (unsigned char) byte <= ' ';
}

static void skip_blanks(struct rest *rest)
{
    while (rest->at < rest->end && is_blank(*rest->at))
        rest->at++;
}

static bool take(struct rest *rest, char byte)
{
    skip_blanks(rest);
    if (rest->at == rest->end || *rest->at != byte)
        return false;
    rest->at++;
    return true;
}

/* Behind its opening quote, to behind its closing one: that is the first with an even number of backslashes before it. */
static bool skip_string(struct rest *rest)
{
    const char *begin = rest->at;

    for (;;) {
        const char *quote = memchr(rest->at, '"', (size_t) (rest->end - rest->at));
        const char *before = quote;

        if (quote == NULL)
            return false;
        while (before > begin && before[-1] == '\\')
            before--;
        rest->at = quote + 1;
        if ((quote - before) % 2 == 0)
            return true;
    }
}

/* Up to what ends it: a comma, or the bracket of what it is in. */
static bool skip_value(struct rest *rest)
{
    int depth = 0;

    while (rest->at < rest->end) {
        char byte = *rest->at;

        if (depth == 0 && (byte == ',' || byte == '}' || byte == ']'))
            return true;
        rest->at++;
        if (byte == '"' && !skip_string(rest))
            return false;
        depth += (byte == '{' || byte == '[') - (byte == '}' || byte == ']');
    }
    return false;
}

/* From the opening brace to the value of that name. */
static bool enter(struct rest *rest, const char *name, size_t name_length)
{
    if (!take(rest, '{'))
        return false;
    do {
        if (!take(rest, '"'))
            return false;
        const char *key = rest->at;
        if (!skip_string(rest))
            return false;
        size_t key_length = (size_t) (rest->at - 1 - key);
        if (!take(rest, ':'))
            return false;
        if (key_length == name_length && memcmp(key, name, name_length) == 0) {
            skip_blanks(rest);
            return true;
        }
        if (!skip_value(rest))
            return false;
    } while (take(rest, ','));
    return false;
}

bool json_slice_find(const char *text, size_t length, const char *path, struct json_slice *ret_slice)
{
    struct rest rest = { text, text + length };
    bool is_last = false;

    while (!is_last) {
        size_t name_length = strcspn(path, "/");

        if (!enter(&rest, path, name_length))
            return false;
        is_last = path[name_length] == '\0';
        path += name_length + 1;
    }
    const char *begin = rest.at;
    if (!skip_value(&rest))
        return false;
    while (rest.at > begin && is_blank(rest.at[-1]))
        rest.at--;
    *ret_slice = (struct json_slice){ begin, (size_t) (rest.at - begin) };
    return true;
}

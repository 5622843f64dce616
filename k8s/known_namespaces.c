/* k8s/known_namespaces.c - which namespaces were seen, and when last.
 *
 * A sorted array: lists come in the order of names, so nearly all that is added is added at the end.
 */
#include "k8s/known_namespaces.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static size_t place_of(const struct known_namespaces *known, const char *name);
static bool is_at(const struct known_namespaces *known, size_t place, const char *name);
static void insert(struct known_namespaces *known, size_t place, const struct known_namespace *namespace);

void known_namespaces_release(struct known_namespaces *known)
{
    free(known->items);
    *known = (struct known_namespaces){ 0 };
}

void known_namespaces_begin(struct known_namespaces *known)
{
    known->pass++;
}

bool known_namespaces_see(struct known_namespaces *known, const char *name, const char *uid, char *ret_former_uid,
                          struct error *error)
{
    struct known_namespace namespace = { .pass = known->pass };
    size_t place = place_of(known, name);

    ret_former_uid[0] = '\0';
    if (!text_copy(namespace.name, sizeof namespace.name, name) || !text_copy(namespace.uid, sizeof namespace.uid, uid))
        return error_set(error, ERROR_LIMIT, "a namespace has a name or uid that is too long");
    if (is_at(known, place, name)) {
        struct known_namespace *former = &known->items[place];

        if (!text_equal(former->uid, uid))
            memcpy(ret_former_uid, former->uid, sizeof former->uid);
        *former = namespace;
        return true;
    }
    if (known->count == KNOWN_NAMESPACES_MAX)
        return error_set(error, ERROR_LIMIT, "there are more than %d namespaces", KNOWN_NAMESPACES_MAX);
    insert(known, place, &namespace);
    return true;
}

bool known_namespaces_forget(struct known_namespaces *known, const char *name, const char *uid)
{
    size_t place = place_of(known, name);

    if (!is_at(known, place, name) || !text_equal(known->items[place].uid, uid))
        return false;
    known->count--;
    memmove(known->items + place, known->items + place + 1, (known->count - place) * sizeof known->items[0]);
    return true;
}

void known_namespaces_take_gone(struct known_namespaces *known, struct known_namespaces *ret_gone)
{
    struct known_namespaces gone = { 0 };
    size_t kept = 0;

    for (size_t i = 0; i < known->count; i++) {
        if (known->items[i].pass != known->pass)
            insert(&gone, gone.count, &known->items[i]);
        else
            known->items[kept++] = known->items[i];
    }
    known->count = kept;
    *ret_gone = gone;
}

/* Where it is, or would be. */
static size_t place_of(const struct known_namespaces *known, const char *name)
{
    size_t from = 0, to = known->count;

    if (to > 0 && strcmp(known->items[to - 1].name, name) < 0)
        return to;
    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (strcmp(known->items[middle].name, name) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool is_at(const struct known_namespaces *known, size_t place, const char *name)
{
    return place < known->count && text_equal(known->items[place].name, name);
}

static void insert(struct known_namespaces *known, size_t place, const struct known_namespace *namespace)
{
    if (known->count == known->capacity) {
        known->capacity = known->capacity > 0 ? 2 * known->capacity : 32;
        known->items = memory_grow(known->items, known->capacity, sizeof known->items[0]);
    }
    memmove(known->items + place + 1, known->items + place, (known->count - place) * sizeof known->items[0]);
    known->items[place] = *namespace;
    known->count++;
}

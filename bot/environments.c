/* bot/environments.c - every namespace the engine knows, by name.
 *
 * Pure. A sorted array of pointers: found by halving, listed in order as it stands. Inserting moves pointers, which for
 * 100,000 namespaces in the order in which the API server lists them (sorted) is an append.
 */
#include "bot/environments.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/nearest.h"
#include "base/text.h"

/* Index of the first item whose name is not below the wanted one. */
static size_t position_of(const struct environments *environments, const char *name)
{
    size_t low = 0, high = environments->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(environments->items[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct environment *environments_find(const struct environments *environments, const char *name)
{
    size_t position = position_of(environments, name);

    if (position == environments->count || !text_equal(environments->items[position]->name, name))
        return NULL;
    return environments->items[position];
}

struct environment *environments_get(struct environments *environments, const char *name)
{
    struct environment *environment = environments_find(environments, name);

    if (environment != NULL)
        return environment;
    if (environments->count == environments->capacity) {
        environments->capacity = environments->capacity == 0 ? 64 : environments->capacity * 2;
        environments->items = memory_grow(environments->items, environments->capacity, sizeof(struct environment *));
    }
    size_t position = position_of(environments, name);
    memmove(&environments->items[position + 1], &environments->items[position],
            (environments->count - position) * sizeof(struct environment *));
    environment = memory_new(1, sizeof *environment);
    text_copy_cut(environment->name, sizeof environment->name, name);
    environments->items[position] = environment;
    environments->count++;
    return environment;
}

void environments_drop(struct environments *environments, const char *name)
{
    size_t position = position_of(environments, name);
    struct environment *environment = environments_find(environments, name);

    if (environment == NULL || environment->present || environment->has_record || environment->is_unread ||
        environment->operation != NULL || environment->waiting != NULL || environment->inquiry != NULL)
        return;
    free(environment->owners);
    free(environment);
    environments->count--;
    memmove(&environments->items[position], &environments->items[position + 1],
            (environments->count - position) * sizeof(struct environment *));
}

void environments_release(struct environments *environments)
{
    for (size_t i = 0; i < environments->count; i++) {
        free(environments->items[i]->owners);
        free(environments->items[i]);
    }
    free(environments->items);
    *environments = (struct environments){ 0 };
}

void environment_see(struct environment *environment, const struct namespace *namespace)
{
    environment->present = true;
    environment->terminating = namespace->terminating;
    environment->scheduler = namespace->scheduler;
    text_copy_cut(environment->uid, sizeof environment->uid, namespace->uid);
    free(environment->owners);
    environment->owners_too_long = namespace->owners_too_long;
    environment->owners = namespace->owners[0] == '\0' ? NULL : memory_text(namespace->owners);
}

void environment_lose(struct environment *environment)
{
    environment->present = false;
    environment->scheduler = SCHEDULER_ABSENT;
}

bool environment_takes_part(const struct environment *environment)
{
    return environment->present && !environment->is_protected &&
           (environment->scheduler == SCHEDULER_ENABLED || environment->scheduler == SCHEDULER_DISABLED);
}

const struct record *environment_record(const struct environment *environment)
{
    if (!environment->has_record || !text_equal(environment->record.uid, environment->uid))
        return NULL;
    return &environment->record;
}

static void list_add(struct environment_list *list, struct environment *environment)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        list->items = memory_grow(list->items, list->capacity, sizeof(struct environment *));
    }
    list->items[list->count++] = environment;
}

void environment_list_release(struct environment_list *list)
{
    free(list->items);
    *list = (struct environment_list){ 0 };
}

static bool names_it(const struct command *command, const char *name)
{
    if (command->name_count == 0)
        return true;
    for (size_t i = 0; i < command->name_count; i++)
        if (text_matches(command->names[i], name))
            return true;
    return false;
}

static bool unknown_name(const struct environments *environments, const char *name, struct error *error)
{
    struct nearest nearest = { .wanted = name };

    for (size_t i = 0; i < environments->count; i++)
        if (environment_takes_part(environments->items[i]))
            nearest_offer(&nearest, environments->items[i]->name);
    if (nearest.count == 0)
        return error_set(error, ERROR_INPUT, "No environment `%s`; `list` shows them", name);
    if (nearest.count == 1)
        return error_set(error, ERROR_INPUT, "No environment `%s`. Did you mean `%s`?", name, nearest.names[0]);
    return error_set(error, ERROR_INPUT, "No environment `%s`. Did you mean `%s` or `%s`?", name, nearest.names[0],
                     nearest.names[1]);
}

static bool check_name(const struct environments *environments, const char *name, struct error *error)
{
    const struct environment *environment = environments_find(environments, name);

    if (environment == NULL || !environment->present)
        return unknown_name(environments, name, error);
    if (environment->is_protected)
        return error_set(error, ERROR_INPUT, "`%s` is protected: Curfew never touches it", name);
    if (environment->scheduler == SCHEDULER_OTHER)
        return error_set(error, ERROR_INPUT,
                         "The label scheduler of `%s` has a value other than enabled or disabled; put it right with "
                         "`kubectl label namespace %s scheduler=enabled --overwrite`",
                         name, name);
    if (environment->scheduler == SCHEDULER_ABSENT)
        return error_set(error, ERROR_INPUT,
                         "`%s` is a namespace without the label that makes it an environment; set it with "
                         "`kubectl label namespace %s scheduler=enabled`",
                         name, name);
    if (environment->terminating)
        return error_set(error, ERROR_INPUT, "`%s` is being deleted", name);
    return true;
}

static bool check_pattern(const struct environments *environments, const char *pattern, struct error *error)
{
    for (size_t i = 0; i < environments->count; i++)
        if (environment_takes_part(environments->items[i]) && text_matches(pattern, environments->items[i]->name))
            return true;
    if (text_equal(pattern, "*"))
        return error_set(error, ERROR_INPUT,
                         "There is no environment yet; `kubectl label namespace NAME scheduler=enabled` makes one");
    return error_set(error, ERROR_INPUT, "No environment matches `%s`; `list` shows them", pattern);
}

bool environments_select(const struct environments *environments, const struct command *command,
                         struct environment_list *ret_list, struct error *error)
{
    struct environment_list list = { 0 };

    for (size_t i = 0; i < command->name_count; i++) {
        const char *name = command->names[i];
        bool is_pattern = strchr(name, '*') != NULL;
        if (is_pattern ? !check_pattern(environments, name, error) : !check_name(environments, name, error))
            return false;
    }
    for (size_t i = 0; i < environments->count; i++) {
        struct environment *environment = environments->items[i];
        if (environment_takes_part(environment) && !environment->terminating && names_it(command, environment->name))
            list_add(&list, environment);
    }
    *ret_list = list;
    return true;
}

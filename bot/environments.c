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

static void set_texts(struct environment *environment, const char *name, const char *uid)
{
    size_t length = strlen(name);
    char *texts = memory_new(1, length + strlen(uid) + 2);

    memcpy(texts, name, length);
    memcpy(texts + length + 1, uid, strlen(uid));
    environment->name = texts;
    environment->uid = texts + length + 1;
}

struct environment *environments_get(struct environments *environments, const char *name)
{
    static const struct namespace nothing_said;
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
    set_texts(environment, name, "");
    environment->due_at = INT64_MAX;
    environment->settings = settings_join(&environments->settings, &nothing_said);
    environments->items[position] = environment;
    environments->count++;
    return environment;
}

static void environment_free(struct environments *environments, struct environment *environment)
{
    settings_leave(&environments->settings, environment->settings);
    free(environment->name);
    free(environment->kept);
    free(environment);
}

bool environments_drop(struct environments *environments, struct environment *environment)
{
    if (environment->present || environment->kept != NULL || environment->is_unread || environment->work != NULL ||
        environment->agenda_position != 0)
        return false;
    size_t position = position_of(environments, environment->name);
    environment_free(environments, environment);
    environments->count--;
    memmove(&environments->items[position], &environments->items[position + 1],
            (environments->count - position) * sizeof(struct environment *));
    return true;
}

void environments_release(struct environments *environments)
{
    for (size_t i = 0; i < environments->count; i++)
        environment_free(environments, environments->items[i]);
    free(environments->items);
    settings_pool_release(&environments->settings);
    *environments = (struct environments){ 0 };
}

/* The record says itself of which namespace it is as soon as that is no longer this one. */
static void change_uid(struct environment *environment, const char *uid)
{
    struct record record;

    if (text_equal(environment->uid, uid))
        return;
    bool has_record = environment->kept != NULL;
    if (has_record)
        kept_read(environment->kept, environment->name, environment->uid, &record);
    char *before = environment->name;
    set_texts(environment, before, uid);
    free(before);
    bool is_gone = environment->is_gone;
    if (has_record)
        environment_keep(environment, &record);
    environment->is_gone = is_gone;
}

void environments_see(struct environments *environments, struct environment *environment,
                      const struct namespace *namespace)
{
    const struct settings *before = environment->settings;

    environment->present = true;
    environment->terminating = namespace->terminating;
    environment->scheduler = (unsigned) namespace->scheduler & 3;
    change_uid(environment, namespace->uid);
    environment->settings = settings_join(&environments->settings, namespace);
    settings_leave(&environments->settings, before);
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

bool environment_is_scheduled(const struct environment *environment)
{
    return environment_takes_part(environment) && environment->scheduler == SCHEDULER_ENABLED &&
           !environment->terminating;
}

bool environment_has_record(const struct environment *environment)
{
    return environment->kept != NULL && kept_is_of(environment->kept, environment->uid);
}

bool environment_read_record(const struct environment *environment, struct record *ret_record)
{
    if (!environment_has_record(environment))
        return false;
    kept_read(environment->kept, environment->name, environment->uid, ret_record);
    return true;
}

void environment_revision(const struct environment *environment, char ret_revision[RECORD_REVISION_SIZE])
{
    struct record record = { .revision = "" };

    if (environment->kept != NULL)
        kept_read(environment->kept, environment->name, environment->uid, &record);
    text_copy_cut(ret_revision, RECORD_REVISION_SIZE, record.revision);
}

void environment_keep(struct environment *environment, const struct record *record)
{
    struct kept *kept = record == NULL ? NULL : kept_new(record, environment->uid);

    free(environment->kept);
    environment->kept = kept;
    environment->is_gone = record != NULL && record->gone_at != 0;
}

uint32_t environment_rhythm(const struct environment *environment)
{
    return environment_is_scheduled(environment) ? environment->settings->rhythm : 0;
}

void environment_fill_plan(const struct environment *environment, const struct plan_warnings *warnings, int64_t now,
                           struct plan_view *ret_view)
{
    *ret_view = (struct plan_view){ .warnings = warnings, .awake = true, .settled_at = now };
    if (environment_has_record(environment)) {
        kept_fill_plan(environment->kept, ret_view);
        if (kept_rhythm(environment->kept) != environment_rhythm(environment))
            ret_view->settled_at = now; /* it speaks of another schedule, and is about to be adopted anew */
    }
    if (environment_is_scheduled(environment))
        ret_view->schedule = &environment->settings->schedule;
    else
        ret_view->deadline_at = 0; /* by hand only: nothing stops it by itself */
    if (environment->is_unannounced)
        ret_view->warned_stop_at = ret_view->warned_before_s = 0;
}

struct plan_stop environment_next_stop(const struct environment *environment, int64_t now)
{
    static const struct plan_warnings none;
    struct plan_stop stop = { .at = INT64_MAX, .source = PLAN_STOP_NONE };
    struct plan_view view;

    environment_fill_plan(environment, &none, now, &view);
    return view.awake ? plan_next_stop(&view) : stop;
}

bool environment_meets(const struct environment *environment, const struct button_condition *condition, int64_t now)
{
    int64_t stop_at = environment_next_stop(environment, now).at;
    struct record record;

    if (condition->uid[0] != '\0' && !text_equal(condition->uid, environment->uid))
        return false;
    if (condition->stop_at != 0 && condition->stop_at != stop_at)
        return false;
    return condition->notice == 0 || (environment_read_record(environment, &record) &&
                                      record.notice == condition->notice && record.warned_stop_at == stop_at);
}

void environment_list_add(struct environment_list *list, struct environment *environment)
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
            environment_list_add(&list, environment);
    }
    *ret_list = list;
    return true;
}

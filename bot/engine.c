/* bot/engine.c - the decisions: events go in, effects come out.
 *
 * Pure. One switch says what an event means; what a request and an operation do with it stands in requests.c and
 * operation.c.
 */
#include "bot/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

/* Namespaces of Kubernetes itself: switching them off would switch off the cluster. */
static const char *const always_protected[] = { "kube-system", "kube-public", "kube-node-lease" };

struct engine *engine_new(const struct engine_options *options)
{
    struct engine *engine = memory_new(1, sizeof *engine);

    engine->options = *options;
    engine->environments.settings.defaults = options->settings;
    return engine;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    operations_release(engine);
    requests_release(engine);
    environments_release(&engine->environments);
    free(engine);
}

/* true: name is an item of a comma separated list. */
static bool list_contains(const char *list, const char *name)
{
    size_t length = strlen(name);

    while (*list != '\0') {
        list += strspn(list, ", ");
        size_t item = strcspn(list, ", ");
        if (item == length && length > 0 && memcmp(list, name, length) == 0)
            return true;
        list += item;
    }
    return false;
}

static bool is_protected(const struct engine *engine, const char *name)
{
    for (size_t i = 0; i < sizeof always_protected / sizeof always_protected[0]; i++)
        if (text_equal(name, always_protected[i]))
            return true;
    return text_equal(name, engine->options.own_namespace) || list_contains(engine->options.protected_names, name);
}

static struct environment *get_environment(struct engine *engine, const char *name)
{
    struct environment *environment = environments_get(&engine->environments, name);

    environment->is_protected = is_protected(engine, name);
    return environment;
}

static void restore(struct engine *engine, const struct event *event)
{
    struct environment *environment = get_environment(engine, event->namespace);

    environment->is_unread = event->record == NULL;
    environment_keep(environment, event->record);
}

static void see(struct engine *engine, const struct namespace *namespace, int64_t now, struct effects *effects)
{
    struct environment *environment = get_environment(engine, namespace->name);

    environments_see(&engine->environments, environment, namespace);
    if (engine->complete)
        operation_resume(engine, environment, now, effects);
}

static void lose(struct engine *engine, const char *name, const char *uid)
{
    struct environment *environment = environments_find(&engine->environments, name);

    if (environment == NULL || !text_equal(environment->uid, uid))
        return;
    environment_lose(environment);
    (void) environments_drop(&engine->environments, environment);
}

static void complete(struct engine *engine, int64_t now, struct effects *effects)
{
    engine->complete = true;
    for (size_t i = 0; i < engine->environments.count; i++)
        operation_resume(engine, engine->environments.items[i], now, effects);
}

void engine_handle(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    switch (event->kind) {
    case EVENT_TIME:
        operations_tick(engine, now, effects);
        requests_tick(engine, now, effects);
        break;
    case EVENT_RESTORED:
        restore(engine, event);
        break;
    case EVENT_NAMESPACE:
        see(engine, event->seen, now, effects);
        break;
    case EVENT_NAMESPACE_GONE:
        lose(engine, event->namespace, event->uid);
        break;
    case EVENT_COMPLETE:
        complete(engine, now, effects);
        break;
    case EVENT_REQUEST:
        requests_take(engine, event, now, effects);
        break;
    case EVENT_SAVED:
        if (!requests_saved(engine, event, now, effects))
            operation_answered(engine, event, now, effects);
        break;
    case EVENT_REPLIED:
        requests_replied(engine, event->ticket, effects);
        break;
    case EVENT_NOTICE:
    case EVENT_POSTED:
    case EVENT_FOUND:
    case EVENT_GROUP:
    case EVENT_ANNOTATED:
    case EVENT_RECALLED:
        break;
    case EVENT_LOADED:
    case EVENT_OBSERVED:
    case EVENT_SCALED:
        operation_answered(engine, event, now, effects);
        break;
    }
}

int64_t engine_due_at(const struct engine *engine)
{
    int64_t due_at = INT64_MAX;

    for (size_t i = 0; i < engine->operation_count; i++)
        if (engine->operations[i]->due_at < due_at)
            due_at = engine->operations[i]->due_at;
    for (size_t i = 0; i < engine->request_count; i++)
        if (engine->requests[i]->due_at < due_at)
            due_at = engine->requests[i]->due_at;
    return due_at;
}

bool engine_is_idle(const struct engine *engine)
{
    return engine->operation_count == 0 && engine->request_count == 0;
}

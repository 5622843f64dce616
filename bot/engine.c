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

enum { REREAD_FIRST_S = 45, REREAD_S = 60 * 60 };

/* Namespaces of Kubernetes itself: switching them off would switch off the cluster. */
static const char *const always_protected[] = { "kube-system", "kube-public", "kube-node-lease" };

struct engine *engine_new(const struct engine_options *options)
{
    struct engine *engine = memory_new(1, sizeof *engine);

    engine->options = *options;
    engine->environments.settings.defaults = options->settings;
    groups_note(&engine->groups, options->allow, 0);
    return engine;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    decisions_release(engine);
    operations_release(engine);
    errands_release(engine);
    requests_release(engine);
    notices_release(engine);
    groups_release(&engine->groups);
    free(engine->vigils);
    free(engine->held);
    agenda_release(&engine->agenda);
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

/* What another process wrote before it ended, or lost its lead, becomes known without a reason to read it. Which of two
 * revisions is the newer one is not to be seen in them, and this process may have written since: so it is read by itself. */
static void reread(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    struct environment *environment = environments_find(&engine->environments, event->namespace);
    char revision[RECORD_REVISION_SIZE];

    if (environment == NULL || !environment->present || event->record == NULL ||
        (environment->work != NULL && (environment->work->operation != NULL || environment->work->decision != NULL)))
        return;
    environment_revision(environment, revision);
    if (text_equal(revision, event->record->revision))
        return;
    environment->is_unread = true;
    work_go_on(engine, environment, now, effects);
}

static void restore(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    if (engine->complete) {
        reread(engine, event, now, effects);
        return;
    }
    struct environment *environment = get_environment(engine, event->namespace);
    night_keep_read(engine, environment, event->record, now);
    environment->is_unread = event->record == NULL;
}

static void see(struct engine *engine, const struct namespace *namespace, int64_t now, struct effects *effects)
{
    struct environment *environment = get_environment(engine, namespace->name);

    environments_see(&engine->environments, environment, namespace);
    if (environment->settings->owners != NULL)
        groups_note(&engine->groups, environment->settings->owners, now);
    notices_touch(engine, environment);
    if (engine->complete)
        work_go_on(engine, environment, now, effects);
}

void environment_drop_if_gone(struct engine *engine, struct environment *environment)
{
    if (environment->present || environment->kept != NULL || environment->is_unread || environment->work != NULL ||
        environment->noticed > 0 || errands_know(engine, environment))
        return;
    agenda_set(&engine->agenda, environment, INT64_MAX);
    (void) environments_drop(&engine->environments, environment);
}

static void lose(struct engine *engine, const char *name, const char *uid, int64_t now, struct effects *effects)
{
    struct environment *environment = environments_find(&engine->environments, name);

    if (environment == NULL || !text_equal(environment->uid, uid))
        return;
    environment_lose(environment);
    notices_touch(engine, environment);
    if (engine->complete)
        work_go_on(engine, environment, now, effects);
}

static void complete(struct engine *engine, int64_t now, struct effects *effects)
{
    engine->complete = true;
    engine->completed_at = now;
    engine->reread_at = now + REREAD_FIRST_S;
    notices_complete(engine, now);
    for (size_t i = engine->environments.count; i-- > 0;) { /* some are dropped */
        struct environment *environment = engine->environments.items[i];
        if (!environment->present && environment->is_gone)
            environment_keep(environment, NULL);
        work_go_on(engine, environment, now, effects);
    }
}

static void take_answer(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    bool is_of_one = event->namespace != NULL && event->namespace[0] != '\0';

    if (event->kind == EVENT_SAVED && requests_saved(engine, event, now, effects))
        return;
    if (event->kind == EVENT_LOADED && requests_loaded(engine, event, now, effects))
        return;
    if (is_of_one ? decision_answered(engine, event, now, effects) : notices_answered(engine, event, now, effects))
        return;
    if (!errands_answered(engine, event, now, effects))
        operation_answered(engine, event, now, effects);
}

static void tick(struct engine *engine, int64_t now, struct effects *effects)
{
    operations_tick(engine, now, effects);
    decisions_tick(engine, now, effects);
    errands_tick(engine, now, effects);
    vigils_tick(engine, now, effects);
    requests_tick(engine, now, effects);
    groups_tick(&engine->groups, now, effects);
    arrivals_release_held(engine, now, effects);
    if (!engine->complete || engine->reread_at > now)
        return;
    engine->reread_at = now + REREAD_S;
    effects_add(effects, EFFECT_REREAD)->ticket = ++engine->last_ticket;
}

static void set_back(int64_t *due_at, int64_t by_s)
{
    if (*due_at != INT64_MAX)
        *due_at -= by_s;
}

/* It may have been far ahead: what was settled then holds up nothing now. */
static void set_environment_back(struct engine *engine, struct environment *environment, int64_t by_s, int64_t now)
{
    struct record record;

    if (environment->work != NULL)
        environment->work->not_before_at -= by_s;
    if (environment_read_record(environment, &record)) {
        night_mend(&record, now);
        environment_keep(environment, &record);
    }
    night_plan(engine, environment, now);
}

/* What is wanted by itself, and was only read so far, has not begun. */
static void drop_prepared(struct engine *engine)
{
    for (size_t i = engine->operation_count; i-- > 0;)
        if (i < engine->operation_count)
            operation_drop_if_by_itself(engine, engine->operations[i]->environment);
}

/* The clock went back: what waits for an instant that is far away now would wait too long. */
static void clock_went_back(struct engine *engine, int64_t now)
{
    int64_t by_s = engine->last_now - now;

    drop_prepared(engine); /* due again when its instant comes, and read then */
    for (size_t i = 0; i < engine->operation_count; i++) {
        struct operation *operation = engine->operations[i];
        set_back(&operation->due_at, by_s);
        operation->ready_by_at = operation->ready_by_at == 0 ? 0 : operation->ready_by_at - by_s;
        operation->group_by_at = operation->group_by_at == 0 ? 0 : operation->group_by_at - by_s;
        operation->started_at -= by_s;
    }
    for (size_t i = 0; i < engine->decision_count; i++)
        set_back(&engine->decisions[i]->due_at, by_s);
    for (size_t i = 0; i < engine->request_count; i++)
        set_back(&engine->requests[i]->due_at, by_s);
    for (struct errand *errand = engine->errands; errand != NULL; errand = errand->next)
        set_back(&errand->due_at, by_s);
    for (size_t i = 0; i < engine->notice_count; i++)
        engine->notices[i]->due_at -= by_s;
    vigils_set_back(engine, by_s);
    engine->wanting_due_at = 0;
    engine->reread_at -= by_s;
    engine->completed_at -= by_s;
    for (size_t i = 0; i < engine->environments.count; i++)
        set_environment_back(engine, engine->environments.items[i], by_s, now);
    groups_clock_stepped(&engine->groups, now);
}

static void take(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    switch (event->kind) {
    case EVENT_TIME:
        tick(engine, now, effects);
        break;
    case EVENT_RESTORED:
        restore(engine, event, now, effects);
        break;
    case EVENT_NOTICE:
        notices_restore(engine, event->notice);
        break;
    case EVENT_NAMESPACE:
        see(engine, event->seen, now, effects);
        break;
    case EVENT_NAMESPACE_GONE:
        lose(engine, event->namespace, event->uid, now, effects);
        break;
    case EVENT_COMPLETE:
        complete(engine, now, effects);
        break;
    case EVENT_REQUEST:
        arrivals_take(engine, event, now, effects);
        break;
    case EVENT_REPLIED:
        requests_replied(engine, event->ticket, effects);
        break;
    case EVENT_GROUP:
        groups_learn(&engine->groups, event->group, event->members, event->slack_error, now);
        arrivals_release_held(engine, now, effects);
        break;
    case EVENT_SAVED:
    case EVENT_LOADED:
    case EVENT_OBSERVED:
    case EVENT_SCALED:
    case EVENT_POSTED:
    case EVENT_FOUND:
    case EVENT_ANNOTATED:
    case EVENT_RECALLED:
        take_answer(engine, event, now, effects);
        break;
    }
}

/* Whatever happened, what is due by itself follows from how it stands then. */
void engine_handle(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    if (now < engine->last_now)
        clock_went_back(engine, now);
    engine->last_now = now;
    take(engine, event, now, effects);
    night_tick(engine, now, effects);
    notices_tick(engine, now, effects);
}

static int64_t earlier(int64_t first, int64_t second)
{
    return first < second ? first : second;
}

int64_t engine_due_at(const struct engine *engine)
{
    int64_t due_at = INT64_MAX;

    for (size_t i = 0; i < engine->operation_count; i++)
        due_at = earlier(due_at, engine->operations[i]->due_at);
    for (size_t i = 0; i < engine->decision_count; i++)
        due_at = earlier(due_at, engine->decisions[i]->due_at);
    for (size_t i = 0; i < engine->request_count; i++)
        due_at = earlier(due_at, engine->requests[i]->due_at);
    due_at = earlier(due_at, errands_due_at(engine));
    if (!engine->is_ending)
        due_at = earlier(due_at, vigils_due_at(engine));
    due_at = earlier(due_at, groups_due_at(&engine->groups));
    if (engine->complete)
        due_at = earlier(earlier(due_at, night_due_at(engine)), earlier(notices_due_at(engine), engine->reread_at));
    if (engine->held_count > 0)
        due_at = earlier(due_at, engine->completed_at + ARRIVALS_HELD_S);
    return due_at;
}

void engine_end(struct engine *engine)
{
    engine->is_ending = true;
    drop_prepared(engine);
}

bool engine_is_idle(const struct engine *engine)
{
    return engine->operation_count == 0 && engine->request_count == 0 && engine->decision_count == 0 &&
           engine->errands == NULL;
}

/* k8s/discovery.c - which kinds of objects this cluster has that can be put to sleep.
 *
 * One question at a time, for all who wait. Only a whole answer changes what is known.
 */
#include "k8s/discovery.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "k8s/discovery_question.h"
#include "k8s/known_resources.h"

enum { REMARKS_BYTES_MAX = DISCOVERY_UNREAD_BYTES_MAX + 100 };

struct discovery {
    struct flow flow; /* the question is done, or somebody is to be told. First member */
    struct client *client;
    struct discovery_question question;
    bool is_asking;
    int64_t asked_ms;               /* when the question began */
    bool is_answered;               /* since the last expiry */
    bool was_answered;              /* ever */
    int64_t answered_ms;            /* when the question of the last answer began */
    bool is_unsure;                 /* the last answer */
    bool is_expired;                /* since the question began: its answer is not what is wanted */
    bool is_gone_seen;              /* a list said so */
    struct discovery_wait *waiting; /* for the answer */
    struct discovery_wait *ready;   /* to be told, one in a turn: each may free what it likes */
    struct known_resources known;
    struct buffer remarks;
};

static void pump(struct flow *flow);
static void ask(struct discovery *discovery);
static void end_question(struct discovery *discovery);
static void take_findings(struct discovery *discovery, struct discovery_findings *findings);
static void write_remarks(struct discovery *discovery, const struct discovery_findings *findings);
static void tell_one(struct discovery *discovery);

struct discovery *discovery_new(struct client *client)
{
    struct discovery *discovery = memory_new(1, sizeof *discovery);

    *discovery = (struct discovery){ .flow = { pump }, .client = client };
    buffer_init(&discovery->remarks, REMARKS_BYTES_MAX);
    known_resources_init(&discovery->known);
    return discovery;
}

void discovery_free(struct discovery *discovery)
{
    if (discovery == NULL)
        return;
    loop_unpost(client_loop(discovery->client), &discovery->flow);
    discovery_question_release(&discovery->question);
    while (discovery->waiting != NULL)
        discovery_forget(discovery, discovery->waiting);
    while (discovery->ready != NULL)
        discovery_forget(discovery, discovery->ready);
    known_resources_release(&discovery->known);
    buffer_release(&discovery->remarks);
    free(discovery);
}

/* Behind the list, so that they are told in the order in which they came. */
static void append(struct discovery_wait **list, struct discovery_wait *waits)
{
    while (*list != NULL)
        list = &(*list)->next;
    *list = waits;
}

static bool is_young(const struct discovery *discovery, int64_t age_ms)
{
    int64_t most_ms = discovery->is_unsure && age_ms > KNOWN_RESOURCES_KEPT_MS ? KNOWN_RESOURCES_KEPT_MS : age_ms;

    return discovery->is_answered &&
           loop_monotonic_ms(client_loop(discovery->client)) - discovery->answered_ms <= most_ms;
}

void discovery_want(struct discovery *discovery, struct discovery_wait *wait, int64_t age_ms, struct flow *flow)
{
    discovery_forget(discovery, wait);
    *wait = (struct discovery_wait){ .flow = flow, .discovery = discovery };
    if (is_young(discovery, age_ms)) {
        append(&discovery->ready, wait);
        loop_post(client_loop(discovery->client), &discovery->flow);
        return;
    }
    append(&discovery->waiting, wait);
    if (!discovery->is_asking)
        ask(discovery);
}

static void unlink_wait(struct discovery_wait **list, const struct discovery_wait *wait)
{
    while (*list != NULL && *list != wait)
        list = &(*list)->next;
    if (*list != NULL)
        *list = wait->next;
}

void discovery_forget(struct discovery *discovery, struct discovery_wait *wait)
{
    if (wait->discovery == NULL)
        return;
    assert(wait->discovery == discovery);
    unlink_wait(&discovery->waiting, wait);
    unlink_wait(&discovery->ready, wait);
    wait->discovery = NULL;
    wait->next = NULL;
}

void discovery_expire(struct discovery *discovery)
{
    discovery->is_answered = false;
    discovery->is_expired = true;
    discovery->is_gone_seen = true;
}

const struct resource_list *discovery_resources(const struct discovery *discovery)
{
    return &discovery->known.list;
}

const char *discovery_remarks(const struct discovery *discovery)
{
    return buffer_text(&discovery->remarks);
}

static void pump(struct flow *flow)
{
    struct discovery *discovery = (struct discovery *) flow;

    if (discovery->is_asking && discovery->question.done)
        end_question(discovery);
    tell_one(discovery);
}

static void ask(struct discovery *discovery)
{
    discovery->is_asking = true;
    discovery->is_expired = false;
    discovery->asked_ms = loop_monotonic_ms(client_loop(discovery->client));
    discovery_question_start(&discovery->question, discovery->client, &discovery->flow);
}

/* Every cluster has Deployments: who does not name them answers something else. */
static bool names_deployments(const struct discovery_findings *findings, struct error *error)
{
    static const char name[] = "deployments.apps";

    if (resource_list_find(&findings->resources, name) != NULL || discovery_findings_is_unread(findings, name))
        return true;
    return error_set(error, ERROR_PROTOCOL, "cannot find out which kinds there are: the API server names no %s", name);
}

static void end_question(struct discovery *discovery)
{
    struct discovery_question *question = &discovery->question;
    struct error error = question->error;

    if (error.kind == ERROR_NONE && discovery->is_expired) {
        ask(discovery);
        return;
    }
    if (error.kind == ERROR_NONE && names_deployments(&question->findings, &error))
        take_findings(discovery, &question->findings);
    discovery_question_release(question);
    discovery->is_asking = false;
    for (struct discovery_wait *wait = discovery->waiting; wait != NULL; wait = wait->next)
        wait->error = error;
    append(&discovery->ready, discovery->waiting);
    discovery->waiting = NULL;
}

/* Nobody knows what is missing in the first answer. */
static void take_findings(struct discovery *discovery, struct discovery_findings *findings)
{
    bool is_whole = known_resources_take(&discovery->known, findings, discovery->is_gone_seen, discovery->asked_ms);

    write_remarks(discovery, findings);
    discovery->is_unsure = !is_whole || !discovery->was_answered;
    discovery->is_answered = discovery->was_answered = true;
    discovery->answered_ms = discovery->asked_ms;
    discovery->is_gone_seen = false;
}

static void write_remarks(struct discovery *discovery, const struct discovery_findings *findings)
{
    struct buffer *remarks = &discovery->remarks;

    buffer_clear(remarks);
    buffer_append(remarks, findings->unread.data, findings->unread.length);
    if (findings->unread.overflowed)
        buffer_append_text(remarks, "and more ");
    if (findings->has_more)
        buffer_append_format(remarks, "(more than %d kinds: the others are not looked at)", RESOURCES_MAX);
    buffer_trim_end(remarks, ' ');
}

/* The last thing in a pump. */
static void tell_one(struct discovery *discovery)
{
    struct discovery_wait *wait = discovery->ready;

    if (wait == NULL)
        return;
    struct flow *flow = wait->flow;
    discovery_forget(discovery, wait);
    wait->done = true;
    if (discovery->ready != NULL)
        loop_post(client_loop(discovery->client), &discovery->flow);
    flow->pump(flow);
}

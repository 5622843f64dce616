/* k8s/observation_reasons.c - why what is not ready is not: from its pods, and from events where pods do not say.
 *
 * Of each workload that is not ready one reason is kept: that of the pod in the worst trouble.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/http.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "k8s/observation_state.h"
#include "k8s/pod.h"
#include "k8s/status.h"
#include "k8s/warning.h"

enum { NAMESPACES_MAX = 5 }; /* in more of them pods are looked for by one list of the whole cluster */

/* A workload that is not ready. */
struct suspect {
    struct observed *target;
    struct workload *workload;
    const char *kind;
    enum pod_trouble trouble;             /* of the pod in the worst */
    char *pod;                            /* its name; NULL = there is none */
    char made[WARNING_TIME_LENGTH + 1];   /* when the newest one was */
    char warned[WARNING_TIME_LENGTH + 1]; /* when the event was seen that is the reason; "" = none is */
    char reason[WORKLOAD_REASON_SIZE];
};

static void find_suspects(struct observation *observation);
static bool start_lists(struct observation *observation, const char *plural, const char *fields,
                        bool (*take)(struct listing *, struct observed *, const cJSON *, struct error *));
static bool is_unexplained(const struct suspect *suspect);
static void name_unread(struct observation *observation);
static bool take_pod(struct listing *listing, struct observed *target, const cJSON *item, struct error *error);
static bool take_event(struct listing *listing, struct observed *target, const cJSON *item, struct error *error);
static void release_lists(struct reasons *reasons);

bool reasons_start_pods(struct observation *observation)
{
    find_suspects(observation);
    return start_lists(observation, "pods", "status.phase!=Succeeded,status.phase!=Failed", take_pod);
}

bool reasons_start_events(struct observation *observation)
{
    name_unread(observation);
    release_lists(&observation->reasons);
    return start_lists(observation, "events", "type=Warning", take_event);
}

void reasons_release(struct observation *observation)
{
    struct reasons *reasons = &observation->reasons;

    release_lists(reasons);
    for (size_t i = 0; i < reasons->suspect_count; i++)
        free(reasons->suspects[i].pod);
    free(reasons->suspects);
    *reasons = (struct reasons){ 0 };
}

/* Less is known then, which is said. */
static void name_unread(struct observation *observation)
{
    struct reasons *reasons = &observation->reasons;

    for (size_t i = 0; i < reasons->listing_count; i++)
        if (reasons->listings[i].error.kind != ERROR_NONE)
            workload_list_add_unread(&observation->unread, reasons->listings[i].plural,
                                     reasons->listings[i].error.message);
}

static void release_lists(struct reasons *reasons)
{
    for (size_t i = 0; i < reasons->listing_count; i++)
        listing_release(&reasons->listings[i]);
    free(reasons->listings);
    reasons->listings = NULL;
    reasons->listing_count = 0;
}

/* --- what is looked for ---------------------------------------------------------------------------------------- */

static bool is_unready(const struct workload *workload)
{
    return workload->action == RESOURCE_SCALED && workload->replicas > 0 && !workload->excluded &&
           (!workload->settled || workload->replicas_ready < workload->replicas);
}

static size_t count_unready(const struct observation *observation)
{
    size_t count = 0;

    for (size_t i = 0; i < observation->target_count; i++)
        for (size_t item = 0; item < observation->targets[i].list.count; item++)
            count += is_unready(&observation->targets[i].list.items[item]);
    return count;
}

static void find_suspects(struct observation *observation)
{
    struct reasons *reasons = &observation->reasons;

    reasons->suspects = memory_new(count_unready(observation), sizeof *reasons->suspects);
    for (size_t i = 0; i < observation->target_count; i++) {
        struct observed *target = &observation->targets[i];

        target->suspect_first = reasons->suspect_count;
        for (size_t item = 0; item < target->list.count; item++) {
            struct workload *workload = &target->list.items[item];

            if (!is_unready(workload))
                continue;
            reasons->suspects[reasons->suspect_count++] = (struct suspect){
                .target = target, .workload = workload, .kind = observation_resource_of(observation, workload)->kind
            };
        }
        target->suspect_count = reasons->suspect_count - target->suspect_first;
    }
}

/* That pods cannot be made is known from the workload itself; that it takes too long is no reason. */
static bool is_unexplained(const struct suspect *suspect)
{
    const char *own = suspect->workload->reason;

    return suspect->trouble <= POD_NOT_READY && (own[0] == '\0' || text_starts_with(own, "ProgressDeadlineExceeded"));
}

static bool has_unexplained(const struct observation *observation, const struct observed *target)
{
    for (size_t i = 0; i < target->suspect_count; i++)
        if (is_unexplained(&observation->reasons.suspects[target->suspect_first + i]))
            return true;
    return false;
}

/* One list for each namespace that needs it, or one of the whole cluster. false: none needs it. */
static bool start_lists(struct observation *observation, const char *plural, const char *fields,
                        bool (*take)(struct listing *, struct observed *, const cJSON *, struct error *))
{
    struct reasons *reasons = &observation->reasons;
    released_by(buffer_release) struct buffer selectors = { 0 };
    const char *namespaces[NAMESPACES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < observation->target_count; i++) {
        if (!has_unexplained(observation, &observation->targets[i]))
            continue;
        if (count < NAMESPACES_MAX)
            namespaces[count] = observation->targets[i].namespace;
        count++;
    }
    if (count == 0)
        return false;
    if (count > NAMESPACES_MAX) {
        namespaces[0] = NULL;
        count = 1;
    }
    buffer_append_text(&selectors, "fieldSelector=");
    http_append_encoded(&selectors, fields);
    reasons->listings = memory_new(count, sizeof *reasons->listings);
    reasons->listing_count = count;
    for (size_t i = 0; i < count; i++) {
        reasons->listings[i].take = take;
        listing_start(&reasons->listings[i], observation, "/api/v1", plural, namespaces[i], buffer_text(&selectors));
    }
    return true;
}

/* --- pods ------------------------------------------------------------------------------------------------------ */

static void note_pod(struct suspect *suspect, const cJSON *item)
{
    char made[WARNING_TIME_LENGTH + 1], reason[WORKLOAD_REASON_SIZE];
    enum pod_trouble trouble = pod_read_trouble(item, reason, sizeof reason);

    if (trouble == POD_FINE)
        return;
    (void) snprintf(made, sizeof made, "%.*s", WARNING_TIME_LENGTH, json_text(item, "metadata/creationTimestamp"));
    if (strcmp(made, suspect->made) > 0)
        memcpy(suspect->made, made, sizeof suspect->made);
    if (suspect->pod != NULL && trouble <= suspect->trouble)
        return;
    free(suspect->pod);
    suspect->pod = memory_text(json_text(item, "metadata/name"));
    suspect->trouble = trouble;
    memcpy(suspect->reason, reason, sizeof suspect->reason);
}

static bool take_pod(struct listing *listing, struct observed *target, const cJSON *item, struct error *error)
{
    struct suspect *suspects = &listing->observation->reasons.suspects[target->suspect_first];

    (void) error;
    for (size_t i = 0; i < target->suspect_count; i++)
        if (pod_belongs_to(item, suspects[i].kind, suspects[i].workload->name))
            note_pod(&suspects[i], item);
    return true;
}

/* --- events ---------------------------------------------------------------------------------------------------- */

static bool is_about(const struct warning *warning, const struct suspect *suspect)
{
    const char *name = suspect->workload->name;

    if (!warning->of_making)
        return suspect->pod != NULL && text_equal(warning->about.kind, "Pod") &&
               text_equal(warning->about.name, suspect->pod);
    if (suspect->workload->replicas_existing >= suspect->workload->replicas)
        return false;
    return (text_equal(warning->about.kind, suspect->kind) && text_equal(warning->about.name, name)) ||
           ((text_equal(suspect->kind, "Deployment") || text_equal(suspect->kind, "Rollout")) &&
            warning_is_of_replica_set(warning, name));
}

/* The newest counts, unless pods were made since. */
static void note_warning(struct suspect *suspect, const struct warning *warning)
{
    char time[WARNING_TIME_LENGTH + 1];

    (void) snprintf(time, sizeof time, "%.*s", WARNING_TIME_LENGTH, warning->time);
    if (strcmp(time, suspect->made) < 0 || strcmp(time, suspect->warned) < 0)
        return;
    memcpy(suspect->warned, time, sizeof suspect->warned);
    released_by(buffer_release) struct buffer sentence = { 0 };
    buffer_append_format(&sentence, "%s: %s", warning->reason, warning->message);
    status_copy_line(suspect->reason, sizeof suspect->reason, buffer_text(&sentence));
}

static bool take_event(struct listing *listing, struct observed *target, const cJSON *item, struct error *error)
{
    struct suspect *suspects = &listing->observation->reasons.suspects[target->suspect_first];
    struct warning warning;

    (void) error;
    if (!warning_read(item, &warning))
        return true;
    for (size_t i = 0; i < target->suspect_count; i++)
        if (is_unexplained(&suspects[i]) && is_about(&warning, &suspects[i]))
            note_warning(&suspects[i], &warning);
    return true;
}

/* --- all of them ----------------------------------------------------------------------------------------------- */

void reasons_gather(struct observation *observation)
{
    name_unread(observation);
    for (size_t i = 0; i < observation->reasons.suspect_count; i++) {
        struct suspect *suspect = &observation->reasons.suspects[i];
        const char *own = suspect->workload->reason;
        bool is_better = own[0] == '\0' || text_starts_with(own, "ProgressDeadlineExceeded");

        if (suspect->reason[0] != '\0' && is_better)
            workload_set_reason(suspect->workload, suspect->reason);
    }
}

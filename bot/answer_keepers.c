/* bot/answer_keepers.c - who keeps a workload as it is, and what to tell him.
 *
 * A fight is nobody's fault: the sentence names who acted and what ends it.
 */
#include "bot/answer_keepers.h"

#include <stdbool.h>

#include "base/text.h"
#include "bot/answer_names.h"
#include "bot/answer_parts.h"
#include "bot/message.h"
#include "bot/transition.h"
#include "k8s/workload.h"

enum { FIGHTERS_MAX = 4 };

/* Who set a count, by what it calls itself. */
enum fighter_kind {
    FIGHTER_UNNAMED,
    FIGHTER_PERSON,
    FIGHTER_ARGO_CD,
    FIGHTER_FLUX_KUSTOMIZATION,
    FIGHTER_FLUX_HELM_RELEASE,
    FIGHTER_HELM,
    FIGHTER_AUTOSCALER,
    FIGHTER_CONTROLLER, /* any other */
    FIGHTER_KIND_COUNT,
};

static const struct {
    const char *prefix; /* of the field manager */
    enum fighter_kind kind;
} known_managers[] = {
    { "kubectl", FIGHTER_PERSON },
    { "argocd", FIGHTER_ARGO_CD },
    { "kustomize-controller", FIGHTER_FLUX_KUSTOMIZATION },
    { "flux", FIGHTER_FLUX_KUSTOMIZATION },
    { "helm-controller", FIGHTER_FLUX_HELM_RELEASE },
    { "helm", FIGHTER_HELM },
    { "kube-controller-manager", FIGHTER_AUTOSCALER }, /* whose autoscaler writes counts as others do */
};

/* What stands behind the name of the manager; NULL = the name says it. */
static const char *const fighter_names[FIGHTER_KIND_COUNT] = {
    [FIGHTER_ARGO_CD] = "Argo CD",          [FIGHTER_FLUX_KUSTOMIZATION] = "Flux",
    [FIGHTER_FLUX_HELM_RELEASE] = "Flux",   [FIGHTER_HELM] = "a Helm release was installed or upgraded",
    [FIGHTER_AUTOSCALER] = "an autoscaler",
};

/* How it is told to let a stopped workload be; the field that it has to leave alone is between the two. */
static const struct {
    const char *before, *after;
} settings[FIGHTER_KIND_COUNT] = {
    [FIGHTER_ARGO_CD] = { "let its Application ignore the difference (`spec.ignoreDifferences` with `jsonPointers: [",
                          "]` or `managedFieldsManagers: [curfew]`, and the sync option "
                          "`RespectIgnoreDifferences=true`)" },
    [FIGHTER_FLUX_KUSTOMIZATION] = { "leave `",
                                     "` out of its manifest, or run `flux suspend kustomization NAME` while it is to "
                                     "sleep" },
    [FIGHTER_FLUX_HELM_RELEASE] = { "name `", "` under `spec.driftDetection.ignore` of its HelmRelease, or run "
                                              "`flux suspend helmrelease NAME` while it is to sleep" },
    [FIGHTER_AUTOSCALER] = { "an autoscaler rests while its target is at 0 only with `minReplicas: 1` or more", "" },
    [FIGHTER_CONTROLLER] = { "it has to be told itself to scale down; with `curfew/exclude: \"true\"` on the workload, "
                             "Curfew leaves that alone",
                             "" },
};

/* --- settings -------------------------------------------------------------------------------------------------- */

static const char *pointer_of(enum resource_action action)
{
    static const char *const pointers[] = { [RESOURCE_SCALED] = "/spec/replicas",
                                            [RESOURCE_SUSPENDED] = "/spec/suspend",
                                            [RESOURCE_PAUSED] = "/metadata/annotations" };

    return pointers[action];
}

/* Manifests name a field with dots: "spec.replicas". */
static void append_field(enum fighter_kind kind, enum resource_action action, struct buffer *target)
{
    const char *pointer = pointer_of(action);

    if (kind == FIGHTER_ARGO_CD || kind == FIGHTER_FLUX_HELM_RELEASE) {
        buffer_append_text(target, pointer);
        return;
    }
    for (pointer++; *pointer != '\0'; pointer++)
        buffer_append_char(target, *pointer == '/' ? '.' : *pointer);
}

static void append_setting(enum fighter_kind kind, enum resource_action action, struct buffer *target)
{
    buffer_append_text(target, settings[kind].before);
    if (settings[kind].after[0] == '\0')
        return;
    append_field(kind, action, target);
    buffer_append_text(target, settings[kind].after);
}

/* --- kept by --------------------------------------------------------------------------------------------------- */

static enum fighter_kind fighter_of_keeper(enum workload_keeper keeper)
{
    static const enum fighter_kind kinds[] = { [KEEPER_NONE] = FIGHTER_UNNAMED,
                                               [KEEPER_ARGO_CD] = FIGHTER_ARGO_CD,
                                               [KEEPER_FLUX_KUSTOMIZATION] = FIGHTER_FLUX_KUSTOMIZATION,
                                               [KEEPER_FLUX_HELM_RELEASE] = FIGHTER_FLUX_HELM_RELEASE };

    return kinds[keeper];
}

static void append_keeper(const struct outcome *outcome, enum workload_keeper keeper, struct buffer *target)
{
    static const char *const names[] = { [KEEPER_ARGO_CD] = "Argo CD",
                                         [KEEPER_FLUX_KUSTOMIZATION] = "a Flux Kustomization",
                                         [KEEPER_FLUX_HELM_RELEASE] = "a Flux HelmRelease" };
    static const struct command none = { .exception_count = 0 };
    struct answer_names kept = { .count = 0 };
    enum resource_action action = RESOURCE_SCALED;

    for (size_t i = 0; i < outcome->seen->count; i++) {
        const struct workload *workload = &outcome->seen->items[i];
        if (workload->keeper != keeper || transition_left(workload, &none) != LEFT_NOT)
            continue;
        if (kept.count == 0 || workload->action == RESOURCE_SCALED)
            action = workload->action;
        answer_names_add(&kept, workload->name);
    }
    if (kept.count == 0)
        return;
    answer_begin_line(outcome, target);
    answer_append_names(target, &kept);
    buffer_append_format(target,
                         " %s kept by %s, which may bring %s back after a stop: ", kept.count == 1 ? "is" : "are",
                         names[keeper], kept.count == 1 ? "it" : "them");
    append_setting(fighter_of_keeper(keeper), action, target);
    buffer_append_char(target, '\n');
}

void answer_append_keepers(const struct outcome *outcome, struct buffer *target)
{
    for (enum workload_keeper keeper = KEEPER_ARGO_CD; keeper <= KEEPER_FLUX_HELM_RELEASE; keeper++)
        append_keeper(outcome, keeper, target);
}

/* --- brought back by ------------------------------------------------------------------------------------------- */

struct fighter {
    enum fighter_kind kind;
    const char *manager; /* "" = the API server does not say */
    const struct workload *first;
    struct answer_names names;
};

struct fight {
    struct fighter fighters[FIGHTERS_MAX];
    size_t count;
    size_t others; /* workloads of further ones */
};

static enum fighter_kind kind_of_manager(const struct workload *workload)
{
    if (workload->manager[0] == '\0')
        return fighter_of_keeper(workload->keeper);
    for (size_t i = 0; i < sizeof known_managers / sizeof known_managers[0]; i++)
        if (text_starts_with(workload->manager, known_managers[i].prefix))
            return known_managers[i].kind;
    return FIGHTER_CONTROLLER;
}

static void add_to_fight(struct fight *fight, const struct workload *workload)
{
    enum fighter_kind kind = kind_of_manager(workload);
    size_t i = 0;

    while (i < fight->count &&
           (fight->fighters[i].kind != kind || !text_equal(fight->fighters[i].manager, workload->manager)))
        i++;
    if (i == FIGHTERS_MAX) {
        fight->others++;
        return;
    }
    if (i == fight->count)
        fight->fighters[fight->count++] =
            (struct fighter){ .kind = kind, .manager = workload->manager, .first = workload };
    answer_names_add(&fight->fighters[i].names, workload->name);
}

static struct fight find_fight(const struct outcome *outcome)
{
    struct fight fight = { .count = 0 };

    for (size_t i = 0; i < outcome->seen->count; i++)
        if (transition_is_brought_back(&outcome->seen->items[i], outcome->remembered))
            add_to_fight(&fight, &outcome->seen->items[i]);
    return fight;
}

/* " runs again with 3 replicas" */
static void append_what(const struct fighter *fighter, struct buffer *target)
{
    if (fighter->names.count > 1) {
        buffer_append_text(target, " run again");
    } else if (fighter->first->action == RESOURCE_SCALED) {
        buffer_append_text(target, " runs again with ");
        answer_append_count(target, (size_t) fighter->first->replicas, "replica");
    } else {
        buffer_append_text(target, fighter->first->action == RESOURCE_SUSPENDED ? " is no longer suspended"
                                                                                : " is no longer paused");
    }
}

/* ": brought back by `argocd-controller` (Argo CD)" */
static void append_who(const struct fighter *fighter, struct buffer *target)
{
    if (fighter->kind == FIGHTER_PERSON) {
        buffer_append_text(target, ": somebody did that with ");
        message_append_code(target, fighter->manager);
        return;
    }
    buffer_append_text(target, ": brought back by ");
    if (fighter->manager[0] != '\0') {
        message_append_code(target, fighter->manager);
        if (fighter_names[fighter->kind] != NULL)
            buffer_append_format(target, " (%s)", fighter_names[fighter->kind]);
    } else if (fighter_names[fighter->kind] != NULL) {
        buffer_append_format(target, "%s, as it seems", fighter_names[fighter->kind]);
    } else {
        buffer_append_text(target, "somebody whom the API server does not name");
    }
}

static void append_remedy(const struct fighter *fighter, struct buffer *target)
{
    if (settings[fighter->kind].before == NULL)
        return;
    buffer_append_text(target, ". To let it sleep: ");
    append_setting(fighter->kind, fighter->first->action, target);
}

void answer_append_brought_back(const struct outcome *outcome, struct buffer *target)
{
    struct fight fight = find_fight(outcome);

    for (size_t i = 0; i < fight.count; i++) {
        answer_begin_line(outcome, target);
        answer_append_names(target, &fight.fighters[i].names);
        append_what(&fight.fighters[i], target);
        append_who(&fight.fighters[i], target);
        if (outcome->alone)
            append_remedy(&fight.fighters[i], target);
        buffer_append_char(target, '\n');
    }
    if (fight.others == 0)
        return;
    answer_begin_line(outcome, target);
    answer_append_count(target, fight.others, "more workload");
    buffer_append_text(target, fight.others == 1 ? " runs again, for others\n" : " run again, for others\n");
}

void answer_brought_back(const struct outcome *outcome, struct buffer *target)
{
    struct fight fight = find_fight(outcome);

    for (size_t i = 0; i < fight.count; i++) {
        answer_append_names(target, &fight.fighters[i].names);
        buffer_append_text(target, " of ");
        message_append_code(target, outcome->environment->name);
        append_what(&fight.fighters[i], target);
        append_who(&fight.fighters[i], target);
        append_remedy(&fight.fighters[i], target);
        buffer_append_text(target, ".\n");
    }
    if (fight.others > 0) {
        answer_append_count(target, fight.others, "more workload");
        buffer_append_text(target, fight.others == 1 ? " runs again, for others.\n" : " run again, for others.\n");
    }
    if (fight.count == 0) {
        message_append_code(target, outcome->environment->name);
        buffer_append_text(target, " sleeps: what had been brought back is at 0 again.\n");
        return;
    }
    buffer_append_format(target, "Curfew leaves that so; `/curfew stop %s` stops it again.\n",
                         outcome->environment->name);
}

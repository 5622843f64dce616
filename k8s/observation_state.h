/* k8s/observation_state.h - what the files of an observation share: observation.c, its course; observation_targets.c, of which
 * namespaces; observation_listing.c, one list; observation_workloads.c, observation_scales.c, observation_others.c and
 * observation_reasons.c, what is read.
 */
#ifndef CURFEW_K8S_OBSERVATION_STATE_H
#define CURFEW_K8S_OBSERVATION_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "k8s/object.h"
#include "k8s/observation.h"
#include "k8s/pages.h"

enum observation_phase {
    OBSERVATION_DISCOVERING,
    OBSERVATION_LISTING, /* all lists but those of reasons */
    OBSERVATION_SCALES,  /* the counts that only a Scale says */
    OBSERVATION_PODS,    /* of what is not ready */
    OBSERVATION_EVENTS,  /* where pods do not say why */
    OBSERVATION_DONE,
};

/* One of the namespaces. */
struct observed {
    char *namespace, *app;
    struct workload_list list; /* what is handed out in the end */
    size_t seen;               /* workloads, in all lists so far */
    struct error *error;       /* NULL = none: something in it is not understood */
    size_t suspect_first, suspect_count;
};

struct listing_sink {
    struct pages_sink sink;
    struct listing *listing;
};

/* One list that is being read. The first member of those below. */
struct listing {
    struct flow flow; /* all of it is there, or it has failed. First member */
    struct listing_sink sink;
    struct observation *observation;
    void (*begin)(struct listing *listing); /* what was taken so far counts no more; NULL = that does not matter */
    bool (*take)(struct listing *listing, struct observed *target, const cJSON *item, struct error *error);
    bool (*is_wanted)(struct listing *listing, const char *text,
                      size_t length); /* before it is parsed; NULL = all are */
    const char *plural;               /* "deployments" */
    bool is_essential;                /* without it there is no observation */
    bool is_discovered;               /* its kind is there as long as discovery is right */
    struct pages pages;
    struct error error; /* kind NONE: it was read */
};

struct sighting {
    struct workload workload; /* owns its texts */
    struct observed *target;
};

struct workloads_listing {
    struct listing listing;
    const struct resource *resource;
    struct sighting *items;
    size_t count, capacity;
};

struct rule {
    struct observed *target;
    struct reference scaled;
    char *block; /* its texts */
    int32_t minimum;
};

struct autoscalers_listing {
    struct listing listing;
    struct rule *items;
    size_t count, capacity;
};

/* Jobs, or bare Pods. */
struct counted_listing {
    struct listing listing;
    bool (*counts)(const cJSON *object);
    int32_t *numbers; /* of each target */
};

/* A request for a Scale. */
struct scale_call {
    struct flow flow; /* First member */
    struct observation *observation;
    struct client_call call;
    struct observed *target;
    struct workload *workload; /* NULL = idle */
};

struct scales {
    struct scale_call *calls;
    size_t target, item; /* the next to be asked for is there or behind it */
};

struct suspect;

struct reasons {
    struct suspect *suspects; /* target by target */
    size_t suspect_count;
    struct listing *listings;
    size_t listing_count;
};

struct observation {
    struct flow flow; /* discovery has answered. First member */
    struct flow *owner;
    struct client *client;
    struct discovery *discovery;
    struct discovery_wait wait;
    enum observation_depth depth;
    enum observation_phase phase;
    size_t running; /* lists and calls of this phase */
    struct error error;
    bool is_outdated; /* a kind that discovery knew is not there any more */
    bool is_again;    /* it has begun anew for that, once */

    struct observed *targets; /* sorted by name */
    size_t target_count;
    struct observed **asked;        /* in the order in which they were asked for */
    struct resource_list resources; /* as discovery knew them when it began */
    struct workload_list unread;    /* without items: what could be read of no target */

    struct workloads_listing *workloads; /* one for each resource */
    struct autoscalers_listing autoscalers;
    struct counted_listing jobs, pods;
    struct scales scales;
    struct reasons reasons;
};

/* observation.c */
void observation_step_ended(struct observation *observation); /* one of those that run */

/* observation_targets.c */
void observation_take_targets(struct observation *observation, const struct observation_target *targets, size_t count);
/* What was found in them so far counts no more. */
void observation_clear_targets(struct observation *observation);
void observation_release_targets(struct observation *observation);
/* NULL: it is in none of the namespaces. */
struct observed *observation_find_target(const struct observation *observation, const cJSON *item) must_check;
struct observed *observation_find_namespace(const struct observation *observation, const char *namespace) must_check;
/* Says what of it is not understood; what was said first counts. */
void observation_blame(struct observed *target, const struct error *error);

/* observation_listing.c */
/* path: "/apis/apps/v1"; namespace NULL = the whole cluster; selectors: "" or "labelSelector=..." */
void listing_start(struct listing *listing, struct observation *observation, const char *path, const char *plural,
                   const char *namespace, const char *selectors);
void listing_release(struct listing *listing);
/* The one namespace that is read; NULL = there are several. */
const char *observation_namespace(const struct observation *observation) must_check;

/* observation_workloads.c */
void workloads_start(struct observation *observation);
void workloads_gather(struct observation *observation); /* into the lists of the targets */
void workloads_release(struct observation *observation);
const struct resource *observation_resource_of(const struct observation *observation, const struct workload *workload)
    must_check;

/* observation_others.c: HorizontalPodAutoscalers, Jobs, bare Pods */
void others_start(struct observation *observation);
void others_gather(struct observation *observation);
void others_release(struct observation *observation);

/* observation_scales.c. false: there is nothing to be asked for. */
bool scales_start(struct observation *observation) must_check;
void scales_gather(struct observation *observation);
void scales_release(struct observation *observation);

/* observation_reasons.c. false: there is nothing to be asked for. */
bool reasons_start_pods(struct observation *observation) must_check;
bool reasons_start_events(struct observation *observation) must_check;
void reasons_gather(struct observation *observation);
void reasons_release(struct observation *observation);

#endif

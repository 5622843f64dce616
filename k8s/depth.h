/* k8s/depth.h - how much is read of a namespace. Values only. */
#ifndef CURFEW_K8S_DEPTH_H
#define CURFEW_K8S_DEPTH_H

/* Each also reads what the one before reads. */
enum observation_depth {
    OBSERVE_WORKLOADS, /* with the minimum of those that a HorizontalPodAutoscaler scales */
    OBSERVE_LEFTOVERS, /* how many unfinished Jobs and bare Pods there are */
    OBSERVE_REASONS,   /* why what is not ready is not: from its pods, and from the events where there are none */
};

#endif

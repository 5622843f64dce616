/* tests/sim/kinds.c - what can go wrong, in words, and how often. */
#include "tests/sim/kinds.h"

const struct kind_words *kind_words(enum kind kind)
{
    static const struct kind_words all[KIND_COUNT] = {
        [KIND_SAVE_BEFORE] = { "save-before", "saves that fail", 150, 0 },
        [KIND_SAVE_AFTER] = { "save-after", "saves whose answer is lost", 150, 0 },
        [KIND_SAVE_LATE] = { "save-late", "saves that take effect after they were given up", 50, 0 },
        [KIND_SAVE_REFUSED] = { "save-refused", "saves that are refused", 20, 0 },
        [KIND_LOAD_FAILS] = { "load", "readings of the store that fail", 200, 0 },
        [KIND_OBSERVE_FAILS] = { "observe", "readings of the cluster that fail", 200, 0 },
        [KIND_SCALE_BEFORE] = { "scale-before", "writes that fail", 150, 0 },
        [KIND_SCALE_AFTER] = { "scale-after", "writes whose answer is lost", 150, 0 },
        [KIND_SCALE_LATE] = { "scale-late", "writes that take effect after they were given up", 50, 0 },
        [KIND_SCALE_REFUSED] = { "scale-refused", "writes that are refused", 50, 0 },
        [KIND_ANNOTATE_FAILS] = { "annotate", "annotations that cannot be set", 500, 0 },
        [KIND_PODS_LATE] = { "pods-late", "pods that become ready late or never", 400, 0 },
        [KIND_WATCH_LATE] = { "watch-late", "changes of namespaces that are told late", 1000, 0 },
        [KIND_POST_LATER] = { "post-later", "messages that are not taken yet", 200, 0 },
        [KIND_POST_BEFORE] = { "post-before", "messages that are lost", 150, 0 },
        [KIND_POST_AFTER] = { "post-after", "messages whose answer is lost", 150, 0 },
        [KIND_ARCHIVED] = { "archived", "channels that take nothing", 2000, 0 },
        [KIND_FIND_FAILS] = { "find", "histories that do not answer", 500, 0 },
        [KIND_GROUP_FAILS] = { "group", "user groups that cannot be looked up", 500, 0 },
        [KIND_REPEATED] = { "repeated", "envelopes that come again", 1500, 0 },
        [KIND_DELAYED] = { "delayed", "envelopes that are under way for long", 500, 0 },
        [KIND_SLOW] = { "slow", "answers that take seconds", 200, 0 },
        [KIND_CRASH] = { "crash", "crashes", 12, 0 },
        [KIND_OUTAGE] = { "outage", "crashes after which nothing runs for hours", 1000, 0 },
        [KIND_PAUSE] = { "pause", "pauses of a process", 8, 0 },
        [KIND_OVERLAP] = { "overlap", "two processes that lead", 5000, 0 },
        [KIND_CLOCK] = { "clock", "clocks that are set", 2500, 0 },
        [KIND_TYPE] = { "type", "commands", 9000, 1 },
        [KIND_PRESS] = { "press", "buttons pressed", 9000, 1 },
        [KIND_STRANGER] = { "stranger", "people who may not", 1200, 1 },
        [KIND_HAND_SCALE] = { "hand-scale", "people who scale by hand", 3000, 1 },
        [KIND_HAND_LABEL] = { "hand-label", "labels that are changed", 700, 1 },
        [KIND_HAND_ANNOTATE] = { "hand-annotate", "annotations that are changed", 900, 1 },
        [KIND_HAND_RECREATE] = { "hand-recreate", "namespaces that are deleted", 400, 1 },
        [KIND_HAND_WORKLOAD] = { "hand-workload", "workloads that are deleted or made", 1200, 1 },
    };

    return &all[kind];
}

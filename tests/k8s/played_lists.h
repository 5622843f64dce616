/* tests/k8s/played_lists.h - an API server with lists: of what was said, and empty ones of all else.
 *
 * Its kinds are those of the recorded discovery: the built-in ones, rollouts.argoproj.io, caches and queues of
 * example.test, and those of keda.sh. In whichever order they are asked for, each answer is the first that is meant and not
 * used up.
 */
#ifndef CURFEW_TESTS_K8S_PLAYED_LISTS_H
#define CURFEW_TESTS_K8S_PLAYED_LISTS_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "tests/k8s/played_api.h"

enum { PLAYED_LISTS_MAX = 16 };

struct played_list {
    const char *request; /* "METHOD PATH?QUERY" must have this in it */
    int status;
    const char *body;
    enum played_end end;
    int times; /* it is good for so many requests; 0 = for all */
};

/* { 0 } but for lists and list_count. */
struct played_lists {
    struct server_handler handler; /* First member */
    struct server_response_owner owner;
    const struct played_list *lists;
    size_t list_count;
    int used[PLAYED_LISTS_MAX];
    struct buffer requests; /* one a line, in the order in which they came; those of discovery are left out */
    bool has_no_discovery;  /* it answers 500 */
};

struct server_handler *played_lists_handler(struct played_lists *lists);
void played_lists_release(struct played_lists *lists);

/* How many requests had this in them. */
int played_lists_count(const struct played_lists *lists, const char *piece) must_check;

#endif

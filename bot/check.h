/* bot/check.h - `curfew check`: every connection and every permission is tried, one line each, and nothing is changed.
 *
 * "ok", "missing" with what grants it, or "unknown" with why it cannot be tried. What does not answer costs CHECK_MS and is a line
 * like the others.
 */
#ifndef CURFEW_BOT_CHECK_H
#define CURFEW_BOT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/loop.h"
#include "bot/config.h"
#include "k8s/access.h"
#include "k8s/client.h"

enum { CHECK_MS = 10 * 1000, CHECK_LINE_BYTES_MAX = 8 * 1024 };

/* Returns the exit status: 0, or 1 when something is missing, 2 for words that it does not take. */
int check_main(const char *program, const char *const *words, size_t count) must_check;

/* --- for its files --------------------------------------------------------------------------------------------- */

struct check {
    struct flow flow; /* of whatever is waited for: ends the turn */
    struct loop *loop;
    struct timer patience;
    struct config config;
    struct access *access; /* NULL = there is no way to the API server */
    struct client *client;
    bool is_missing; /* something was */
};

void check_ok(struct check *check, const char *format, ...) printf_like(2, 3);
void check_missing(struct check *check, const char *format, ...) printf_like(2, 3);
void check_unknown(struct check *check, const char *format, ...) printf_like(2, 3);

/* Until *done, at most CHECK_MS. false: it took longer. */
bool check_wait(struct check *check, const bool *done) must_check;

void check_cluster(struct check *check); /* check_cluster.c */

/* check_grants.c: all that deploy/rbac.yaml grants; and one verb of one resource, which may have a '/' in it. */
void check_grants(struct check *check);
void check_grant(struct check *check, const char *verb, const char *group, const char *resource, bool is_namespaced);

void check_slack(struct check *check); /* check_slack.c */
void check_store(struct check *check); /* check_store.c */

/* One request to the API server, body NULL = none. header: "Date", NULL = none; it is call->response.header then.
 * false: no answer in time, or none of 2xx: error says why. The call is the caller's to release. */
bool check_ask(struct check *check, const char *method, const char *path, const char *body, const char *header,
               struct client_call *call, struct error *error) must_check;

/* The manifests this program was built with: deploy/rbac.yaml and deploy/slack-app.yaml. */
extern const char deploy_rbac[];
extern const char deploy_slack_app[];

/* Who is told what a manifest grants: "patch", "apps", "deployments/scale". Borrowed texts. The first member of its struct. */
struct grant_listener {
    void (*found)(struct grant_listener *listener, const char *verb, const char *group, const char *resource,
                  bool is_namespaced);
};

/* Every verb of every resource that a manifest of RBAC grants; is_namespaced: by a Role, in its own namespace alone.
 * false, ERROR_INPUT: it is no such manifest. */
bool grants_read(const char *manifest, struct grant_listener *listener, struct error *error) must_check;

#endif

/* bot/check_cluster.c - the API server: whether it answers, its clock, and the kinds it has that can be put to sleep. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/text.h"
#include "bot/check.h"
#include "k8s/discovery.h"

enum { SKEW_MAX_S = 5, VERSION_BYTES_MAX = 64 * 1024 };

static const char *user_of(const struct check *check)
{
    const char *user = access_user(check->access);

    return user[0] == '\0' ? "the pod's service account" : user;
}

bool check_ask(struct check *check, const char *method, const char *path, const char *body, const char *header,
               struct client_call *call, struct error *error)
{
    call->request.method = method;
    call->request.timeout_ms = CHECK_MS;
    call->request.wanted_header = header;
    buffer_append_text(&call->request.url, path);
    if (body != NULL) {
        buffer_append_text(&call->request.headers, "Content-Type: application/json\n");
        buffer_append_text(&call->request.body, body);
    }
    client_call_start(check->client, call, &check->flow);
    if (!check_wait(check, &call->done))
        return error_set(error, ERROR_TIMEOUT, "no answer within %d s", CHECK_MS / 1000);
    *error = call->error;
    if (error->kind != ERROR_NONE)
        return false;
    if (call->response.status / 100 == 2)
        return true;
    return client_error_read(&call->response, error);
}

/* The bot decides by its own clock what is due, and others read their log by that of the server. */
static void check_clock(struct check *check, const char *date)
{
    struct tm server = { 0 };

    if (strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &server) == NULL) {
        check_unknown(check, "clock: the API server does not say what time it has");
        return;
    }
    int64_t skew_s = loop_wall_ms(check->loop) / 1000 - timegm(&server);
    if (llabs(skew_s) <= SKEW_MAX_S)
        check_ok(check, "clock: as the API server's");
    else
        check_missing(check,
                      "clock: this machine is %" PRId64
                      " s %s the API server, and stops fall so much %s; let NTP set it",
                      (int64_t) llabs(skew_s), skew_s < 0 ? "behind" : "ahead of", skew_s < 0 ? "later" : "earlier");
}

static bool check_version(struct check *check)
{
    struct client_call call = { 0 };
    struct error error = { 0 };
    released_by(json_release) cJSON *version = NULL;

    if (!check_ask(check, "GET", "/version", NULL, "Date", &call, &error)) {
        check_missing(check, "Kubernetes: %s does not answer %s: %s", access_server(check->access), user_of(check),
                      error.message);
        client_call_release(&call);
        return false;
    }
    bool read =
        json_parse(buffer_text(&call.response.body), call.response.body.length, "the version", &version, &error);
    check_ok(check, "Kubernetes: %s at %s, as %s", read ? json_text(version, "gitVersion") : "?",
             access_server(check->access), user_of(check));
    check_clock(check, call.response.header);
    client_call_release(&call);
    return true;
}

static void print_kinds(struct check *check, const struct resource_list *kinds)
{
    static const char *const how[] = {
        [RESOURCE_SCALED] = "scaled to 0", [RESOURCE_SUSPENDED] = "suspended", [RESOURCE_PAUSED] = "paused"
    };
    struct buffer names = { 0 };

    for (size_t action = 0; action < sizeof how / sizeof how[0]; action++) {
        bool is_first = true;
        for (size_t i = 0; i < kinds->count; i++) {
            if (kinds->items[i].action != (enum resource_action) action)
                continue;
            buffer_append_format(&names, "%s%s", is_first ? (names.length > 0 ? "; " : "") : ", ",
                                 kinds->items[i].name);
            is_first = false;
        }
        if (!is_first)
            buffer_append_format(&names, " are %s", how[action]);
    }
    check_ok(check, "kinds: %s", buffer_text(&names));
    buffer_release(&names);
}

/* What no manifest of ours can know. */
static void check_kind(struct check *check, const struct resource *kind)
{
    const char *group = strchr(kind->name, '.');
    struct buffer patched = { 0 };

    group = group == NULL ? "" : group + 1;
    check_grant(check, "list", group, kind->plural, false);
    buffer_append_format(&patched, "%s%s", kind->plural, kind->action == RESOURCE_SCALED ? "/scale" : "");
    check_grant(check, "patch", group, buffer_text(&patched), false);
    if (kind->action == RESOURCE_SCALED && !kind->counts_in_object) /* then only its Scale says how many there are */
        check_grant(check, "get", group, buffer_text(&patched), false);
    buffer_release(&patched);
}

static void check_kinds(struct check *check)
{
    struct discovery *discovery = discovery_new(check->client);
    struct discovery_wait wait = { 0 };

    discovery_want(discovery, &wait, 0, &check->flow);
    if (!check_wait(check, &wait.done))
        check_missing(check, "kinds: discovery did not answer within %d s; the built-in ones are known",
                      CHECK_MS / 1000);
    else if (wait.error.kind != ERROR_NONE)
        check_missing(check, "kinds: %s; the built-in ones are known", wait.error.message);
    const struct resource_list *kinds = discovery_resources(discovery);
    print_kinds(check, kinds);
    if (discovery_remarks(discovery)[0] != '\0')
        check_missing(check, "kinds: not all of them could be found out: %s", discovery_remarks(discovery));
    for (size_t i = 0; i < kinds->count; i++)
        if (!kinds->items[i].is_built_in)
            check_kind(check, &kinds->items[i]);
    discovery_forget(discovery, &wait);
    discovery_free(discovery);
}

void check_cluster(struct check *check)
{
    if (!check_version(check))
        return;
    check_kinds(check);
    check_grants(check);
}

/* bot/check_grants.c - what this account may do, asked of the API server itself (SelfSubjectAccessReview).
 *
 * What the program needs is what deploy/rbac.yaml grants: it is built in, so that the two cannot differ.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"
#include "bot/check.h"
#include "k8s/yaml_file.h"

static const char reviews[] = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
static const char separator[] = "\n---\n";

/* --- reading a manifest ---------------------------------------------------------------------------------------- */

/* Three lists of a rule, of which every combination is granted. */
struct rule {
    yaml_node_t *groups, *resources, *verbs;
    bool is_namespaced;
};

static char *item_text(struct yaml_file *file, yaml_node_t *list, size_t index)
{
    struct error ignored;
    char *text = NULL;

    if (!yaml_node_text(file, yaml_item(file, list, index), "an item of a rule", &text, &ignored))
        return memory_text("");
    return text;
}

static void tell_verbs(struct yaml_file *file, const struct rule *rule, const char *group, const char *resource,
                       struct grant_listener *listener)
{
    for (size_t i = 0; i < yaml_item_count(rule->verbs); i++) {
        released_by(memory_release_text) char *verb = item_text(file, rule->verbs, i);

        listener->found(listener, verb, group, resource, rule->is_namespaced);
    }
}

static void tell_rule(struct yaml_file *file, const struct rule *rule, struct grant_listener *listener)
{
    for (size_t i = 0; i < yaml_item_count(rule->groups); i++)
        for (size_t j = 0; j < yaml_item_count(rule->resources); j++) {
            released_by(memory_release_text) char *group = item_text(file, rule->groups, i);
            released_by(memory_release_text) char *resource = item_text(file, rule->resources, j);

            tell_verbs(file, rule, group, resource, listener);
        }
}

static void tell_document(struct yaml_file *file, struct grant_listener *listener)
{
    yaml_node_t *root = yaml_root(file);
    yaml_node_t *kind = yaml_member(file, root, "kind"), *rules = yaml_member(file, root, "rules");

    for (size_t i = 0; i < yaml_item_count(rules); i++) {
        const yaml_node_t *node = yaml_item(file, rules, i);
        const struct rule rule = {
            .groups = yaml_member(file, node, "apiGroups"),
            .resources = yaml_member(file, node, "resources"),
            .verbs = yaml_member(file, node, "verbs"),
            .is_namespaced = yaml_is_text(kind, "Role"),
        };
        tell_rule(file, &rule, listener);
    }
}

bool grants_read(const char *manifest, struct grant_listener *listener, struct error *error)
{
    while (manifest != NULL) {
        const char *end = strstr(manifest, separator);
        size_t length = end == NULL ? strlen(manifest) : (size_t) (end - manifest);
        struct yaml_file file = { 0 };

        if (!yaml_file_read("the manifest", manifest, length, &file, error))
            return false;
        tell_document(&file, listener);
        yaml_file_release(&file);
        manifest = end == NULL ? NULL : end + strlen(separator);
    }
    return true;
}

/* --- asking ---------------------------------------------------------------------------------------------------- */

static const char *own_namespace(const struct check *check)
{
    const char *named = check->config.engine.own_namespace, *own = access_namespace(check->access);

    if (named[0] != '\0')
        return named;
    return own[0] == '\0' ? "default" : own;
}

static void write_review(const char *verb, const char *group, const char *resource, const char *namespace,
                         struct buffer *target)
{
    struct json_writer writer = json_writer_start(target);
    const char *slash = strchr(resource, '/');
    released_by(memory_release_text) char *plural =
        memory_copy(resource, slash == NULL ? strlen(resource) : (size_t) (slash - resource));

    json_begin_object(&writer, NULL);
    json_put_text(&writer, "apiVersion", "authorization.k8s.io/v1");
    json_put_text(&writer, "kind", "SelfSubjectAccessReview");
    json_begin_object(&writer, "spec");
    json_begin_object(&writer, "resourceAttributes");
    json_put_text(&writer, "verb", verb);
    json_put_text(&writer, "group", group);
    json_put_text(&writer, "resource", plural);
    json_put_text(&writer, "subresource", slash == NULL ? "" : slash + 1);
    json_put_text(&writer, "namespace", namespace);
    json_end_object(&writer);
    json_end_object(&writer);
    json_end_object(&writer);
}

/* false: it could not be asked, which was said. */
static bool ask(struct check *check, const char *name, const char *body, bool *ret_allowed)
{
    struct client_call call = { 0 };
    struct error error = { 0 };
    released_by(json_release) cJSON *answer = NULL;
    bool asked = check_ask(check, "POST", reviews, body, NULL, &call, &error) &&
                 json_parse(buffer_text(&call.response.body), call.response.body.length, "the review", &answer, &error);

    if (asked)
        *ret_allowed = json_is_true(answer, "status/allowed");
    else
        check_unknown(check, "permission: %s: %s", name, error.message);
    client_call_release(&call);
    return asked;
}

void check_grant(struct check *check, const char *verb, const char *group, const char *resource, bool is_namespaced)
{
    const char *namespace = is_namespaced ? own_namespace(check) : "";
    released_by(buffer_release) struct buffer name = { 0 }, body = { 0 };
    bool allowed = false;

    buffer_append_format(&name, "%s %s%s%s%s%s", verb, resource, group[0] == '\0' ? "" : ".", group,
                         is_namespaced ? " in " : "", namespace);
    write_review(verb, group, resource, namespace, &body);
    if (!ask(check, buffer_text(&name), buffer_text(&body), &allowed))
        return;
    if (allowed)
        check_ok(check, "permission: %s", buffer_text(&name));
    else
        check_missing(
            check, "permission: %s; a rule of a %s grants it: {apiGroups: [\"%s\"], resources: [\"%s\"], verbs: [%s]}",
            buffer_text(&name), is_namespaced ? "Role" : "ClusterRole", group, resource, verb);
}

struct asker {
    struct grant_listener base;
    struct check *check;
};

static void ask_for_it(struct grant_listener *base, const char *verb, const char *group, const char *resource,
                       bool is_namespaced)
{
    check_grant(((struct asker *) base)->check, verb, group, resource, is_namespaced);
}

void check_grants(struct check *check)
{
    struct asker asker = { .base = { .found = ask_for_it }, .check = check };
    struct error error = { 0 };

    if (!grants_read(deploy_rbac, &asker.base, &error))
        check_unknown(check, "permission: %s", error.message);
}

/* tests/end_to_end/manifest.c - YAML to JSON, and where each kind lives. */
#include "tests/end_to_end/manifest.h"

#include "base/json.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

static cJSON *convert(yaml_document_t *document, const yaml_node_t *node);

static cJSON *convert_scalar(const yaml_node_t *node)
{
    const char *text = (const char *) node->data.scalar.value;
    char *end = NULL;
    double number = strtod(text, &end);

    if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return cJSON_CreateString(text);
    if (text_equal(text, "true") || text_equal(text, "false"))
        return cJSON_CreateBool(text_equal(text, "true"));
    if (text[0] == '\0' || text_equal(text, "null"))
        return cJSON_CreateNull();
    return *end == '\0' ? cJSON_CreateNumber(number) : cJSON_CreateString(text);
}

static cJSON *convert_mapping(yaml_document_t *document, const yaml_node_t *node)
{
    cJSON *object = cJSON_CreateObject();

    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(document, pair->key);
        cJSON_AddItemToObject(object, (const char *) key->data.scalar.value,
                              convert(document, yaml_document_get_node(document, pair->value)));
    }
    return object;
}

static cJSON *convert(yaml_document_t *document, const yaml_node_t *node)
{
    cJSON *array;

    if (node->type == YAML_SCALAR_NODE)
        return convert_scalar(node);
    if (node->type == YAML_MAPPING_NODE)
        return convert_mapping(document, node);
    array = cJSON_CreateArray();
    for (yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++)
        cJSON_AddItemToArray(array, convert(document, yaml_document_get_node(document, *item)));
    return array;
}

/* false: there is no further document. An empty one is left out. */
static bool read_document(yaml_parser_t *parser, const char *path, cJSON *array)
{
    yaml_document_t document;
    const yaml_node_t *root;

    if (!yaml_parser_load(parser, &document)) {
        printf("%s: line %zu: %s\n", path, parser->problem_mark.line + 1, parser->problem);
        return false;
    }
    root = yaml_document_get_root_node(&document);
    if (root != NULL && root->type == YAML_MAPPING_NODE)
        cJSON_AddItemToArray(array, convert_mapping(&document, root));
    yaml_document_delete(&document);
    return root != NULL;
}

cJSON *manifest_read(const char *path)
{
    yaml_parser_t parser;
    FILE *file = fopen(path, "re");
    cJSON *array = cJSON_CreateArray();

    if (file == NULL) {
        printf("cannot open %s\n", path);
        return array;
    }
    if (yaml_parser_initialize(&parser)) {
        yaml_parser_set_input_file(&parser, file);
        while (read_document(&parser, path, array))
            continue;
        yaml_parser_delete(&parser);
    }
    (void) fclose(file);
    return array;
}

/* applying */

static const struct {
    const char *kind;
    const char *collection; /* %s: the namespace */
} places[] = {
    { "Namespace", "/api/v1/namespaces" },
    { "ServiceAccount", "/api/v1/namespaces/%s/serviceaccounts" },
    { "Role", "/apis/rbac.authorization.k8s.io/v1/namespaces/%s/roles" },
    { "RoleBinding", "/apis/rbac.authorization.k8s.io/v1/namespaces/%s/rolebindings" },
    { "ClusterRole", "/apis/rbac.authorization.k8s.io/v1/clusterroles" },
    { "ClusterRoleBinding", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings" },
    { "CustomResourceDefinition", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions" },
    { "ValidatingAdmissionPolicy", "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies" },
    { "ValidatingAdmissionPolicyBinding", "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings" },
};

static bool write_collection(const cJSON *object, struct buffer *path)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (!text_equal(places[i].kind, json_text(object, "kind")))
            continue;
        const char *place = places[i].collection;
        const char *gap = strstr(place, "%s");
        if (gap == NULL)
            buffer_append_text(path, place);
        else
            buffer_append_format(path, "%.*s%s%s", (int) (gap - place), place, json_text(object, "metadata/namespace"),
                                 gap + 2);
        return true;
    }
    printf("no place is known for a %s\n", json_text(object, "kind"));
    return false;
}

bool manifest_apply(struct cluster *cluster, const cJSON *object)
{
    released_by(reply_release) struct reply reply = { 0 };
    struct buffer collection = { 0 }, path = { 0 };
    char *body = cJSON_PrintUnformatted(object);
    bool applied = write_collection(object, &collection);

    if (applied) {
        buffer_append_format(&path, "%s/%s", buffer_text(&collection), json_text(object, "metadata/name"));
        cluster_ask(cluster, "POST", buffer_text(&collection), NULL, body, &reply);
        applied = reply.status == 201;
        if (reply.status == 409)
            applied = cluster_do(cluster, "PUT", buffer_text(&path), NULL, body);
        else if (!applied)
            printf("%s: %d %s\n", buffer_text(&path), reply.status, json_text(reply.json, "message"));
    }
    buffer_release(&collection);
    buffer_release(&path);
    cJSON_free(body);
    return applied;
}

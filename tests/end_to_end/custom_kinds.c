/* tests/end_to_end/custom_kinds.c - what was created is served some moments later, and discovered some more later. */
#include "tests/end_to_end/custom_kinds.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/end_to_end/manifest.h"

#include <stdio.h>
#include <string.h>

enum { LOOK_AGAIN_MS = 25, ANSWER_MS = 10 * 1000 };

static const char path[] = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/* The whole of discovery in one document, as clients ask for it. The caller deletes it. */
static cJSON *discover(struct cluster *cluster)
{
    released_by(http_exchange_release) struct http_exchange exchange = { .request.method = "GET" };
    int64_t until_ms = stage_now_ms(cluster->stage) + ANSWER_MS;
    struct error error;
    cJSON *document = NULL;

    buffer_append_format(&exchange.request.url, "%s/apis", cluster->server);
    buffer_append_text(&exchange.request.headers,
                       "Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList\n");
    exchange.request.bearer = &cluster->token;
    http_exchange_start(cluster->client, &exchange, &cluster->stage->flow);
    while (!exchange.done && stage_turn(cluster->stage, until_ms))
        continue;
    const struct buffer *body = &exchange.response.body;
    return json_parse(buffer_text(body), body->length, "discovery", &document, &error) ? document : NULL;
}

static bool has_resource(const cJSON *group, const char *plural)
{
    const cJSON *version, *resource;

    cJSON_ArrayForEach(version, json_member(group, "versions"))
        cJSON_ArrayForEach(resource, json_member(version, "resources")) if (text_equal(json_text(resource, "resource"),
                                                                                       plural)) return true;
    return false;
}

static bool is_discovered(struct cluster *cluster, const char *group_name, const char *plural)
{
    released_by(json_release) cJSON *document = discover(cluster);
    const cJSON *group;

    cJSON_ArrayForEach(group, json_member(document, "items")) if (text_equal(json_text(group, "metadata/name"),
                                                                             group_name)) return has_resource(group,
                                                                                                              plural);
    return false;
}

static bool becomes_discovered(struct cluster *cluster, const char *group, const char *plural, bool wanted)
{
    int64_t until_ms = stage_now_ms(cluster->stage) + STAGE_PATIENCE_MS;

    while (is_discovered(cluster, group, plural) != wanted) {
        if (stage_now_ms(cluster->stage) > until_ms) {
            printf("%s.%s does not %s discovery\n", plural, group, wanted ? "come into" : "leave");
            return false;
        }
        stage_pass(cluster->stage, LOOK_AGAIN_MS);
    }
    return true;
}

/* Objects can be made of it. */
static bool is_served(struct cluster *cluster, const cJSON *definition)
{
    char list[256];

    snprintf(list, sizeof list, "/apis/%s/%s/%s", json_text(definition, "spec/group"),
             json_text(cJSON_GetArrayItem(json_find(definition, "spec/versions"), 0), "name"),
             json_text(definition, "spec/names/plural"));
    for (int64_t until_ms = stage_now_ms(cluster->stage) + STAGE_PATIENCE_MS; stage_now_ms(cluster->stage) < until_ms;
         stage_pass(cluster->stage, LOOK_AGAIN_MS)) {
        released_by(reply_release) struct reply reply = { 0 };
        cluster_ask(cluster, "GET", list, NULL, NULL, &reply);
        if (reply.status == 200)
            return true;
    }
    printf("%s is not served\n", list);
    return false;
}

/* Roles are put together by a controller, some moments later. */
static bool may_list_fleets(struct cluster *cluster)
{
    static const char question[] =
        "{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SubjectAccessReview\",\"spec\":{"
        "\"user\":\"system:serviceaccount:curfew:curfew\",\"resourceAttributes\":{\"namespace\":\"default\","
        "\"verb\":\"list\",\"group\":\"example.test\",\"resource\":\"fleets\"}}}";
    released_by(reply_release) struct reply reply = { 0 };

    cluster_ask(cluster, "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", NULL, question, &reply);
    return json_is_true(reply.json, "status/allowed");
}

bool custom_kinds_grant_fleets(struct cluster *cluster, bool granted)
{
    static const char role[] = "/apis/rbac.authorization.k8s.io/v1/clusterroles/curfew-fleets";
    released_by(json_release) cJSON *objects = manifest_read(CURFEW_DEPLOY "/further-kinds.yaml");
    const cJSON *object;
    int64_t until_ms = stage_now_ms(cluster->stage) + STAGE_PATIENCE_MS;
    bool applied = granted || cluster_do(cluster, "DELETE", role, NULL, NULL);

    if (granted)
        cJSON_ArrayForEach(object, objects) applied = applied && manifest_apply(cluster, object);
    while (applied && may_list_fleets(cluster) != granted) {
        if (stage_now_ms(cluster->stage) > until_ms) {
            printf("the bot may %s list fleets\n", granted ? "not" : "still");
            return false;
        }
        stage_pass(cluster->stage, LOOK_AGAIN_MS);
    }
    return applied;
}

bool custom_kinds_install(struct cluster *cluster)
{
    released_by(json_release) cJSON *definitions = manifest_read(CURFEW_TEST_DATA "/custom_kinds.yaml");
    const cJSON *definition;
    bool installed = cJSON_GetArraySize(definitions) > 0;

    cJSON_ArrayForEach(definition, definitions) installed = installed && manifest_apply(cluster, definition);
    cJSON_ArrayForEach(definition, definitions) installed =
        installed && is_served(cluster, definition) &&
        becomes_discovered(cluster, json_text(definition, "spec/group"), json_text(definition, "spec/names/plural"),
                           true);
    return installed;
}

bool custom_kinds_remove(struct cluster *cluster, const char *name)
{
    char item[256], plural[64];
    const char *group = strchr(name, '.');

    snprintf(item, sizeof item, "%s/%s", path, name);
    snprintf(plural, sizeof plural, "%.*s", (int) (group - name), name);
    return cluster_do(cluster, "DELETE", item, NULL, NULL) && becomes_discovered(cluster, group + 1, plural, false);
}

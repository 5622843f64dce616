/* tests/standin/test_cluster_likeness.c - the same requests to the API server that is played and to a real one.
 *
 * Status and body are compared: whatever the one that is played says, the real one has to say at the same place, with
 * uids, versions, times and tokens taken for equal; what the bot and kubectl read has to be in both. Answers that are a
 * Status have to be the same word for word.
 */
#include "base/json.h"
#include "base/text.h"
#include "base/file.h"
#include "tests/end_to_end/cluster.h"
#include "tests/end_to_end/stage.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 256, PLACE_SIZE = 512, SETTLE_MS = 50, SERVERS = 2 };

static const char merge[] = "application/merge-patch+json";
static const char deployments[] = "/apis/apps/v1/namespaces/alike/deployments";
static const char statefulsets[] = "/apis/apps/v1/namespaces/alike/statefulsets";

/* Both of them, the real one second. */
struct pair {
    struct stage stage;
    struct cluster servers[SERVERS];
};

static struct pair pair;

/* Starts the one that is played and fills in what cluster_open() does for the real one. */
static bool open_played(struct cluster *cluster, struct stage *stage)
{
    char ready_file[STAGE_PATH_SIZE];
    const char *arguments[] = {
        STANDIN_CLUSTER,    "--folder", stage->folder,     "--ready-file", ready_file, "--observe-delay-ms", "20",
        "--ready-delay-ms", "20",       "--stop-delay-ms", "20",           NULL
    };
    const char *environment[] = { "PATH=/usr/bin:/bin", NULL };
    struct buffer text = { 0 }, token = { 0 };
    released_by(json_release) cJSON *ready = NULL;
    struct error error = { 0 };

    *cluster = (struct cluster){ .stage = stage };
    stage_path(stage, "played.json", ready_file);
    bool opened = child_start(&cluster->child, stage, arguments, environment) &&
                  child_wait_for_file(&cluster->child, ready_file, STAGE_PATIENCE_MS) &&
                  file_read(ready_file, &text, &error) &&
                  json_parse(text.data, text.length, "the file", &ready, &error) &&
                  json_need_text(ready, "server", cluster->server, sizeof cluster->server, &error) &&
                  json_need_text(ready, "ca", cluster->ca, sizeof cluster->ca, &error) &&
                  file_read(json_text(ready, "token_file"), &token, &error);
    if (opened) {
        struct http_client_options options = { .user_agent = "curfew-test", .ca_path = cluster->ca };

        secret_set(&cluster->token, token.data, token.length);
        cluster->client = http_client_new(stage->loop, &options);
    } else {
        printf("standin-cluster did not start: %s%s\n", error.message, buffer_text(&cluster->child.errors.text));
    }
    buffer_release(&text);
    buffer_release(&token);
    return opened;
}

static bool pair_open(void)
{
    return stage_open(&pair.stage) && open_played(&pair.servers[0], &pair.stage) &&
           cluster_open(&pair.servers[1], &pair.stage, "1s");
}

static bool pair_close(void)
{
    for (int i = 0; i < SERVERS; i++)
        if (pair.servers[i].stage != NULL)
            cluster_close(&pair.servers[i]);
    return stage_close(&pair.stage);
}

/* What no two servers have in common. */
static bool is_its_own(const char *name)
{
    static const char *const names[] = { "uid",      "resourceVersion", "creationTimestamp", "deletionTimestamp",
                                         "continue", "lastUpdateTime",  "lastTransitionTime" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_equal(names[i], name))
            return true;
    return false;
}

static void differ(const char *request, const char *place, const cJSON *played, const cJSON *real)
{
    char *ours = cJSON_PrintUnformatted(played), *theirs = cJSON_PrintUnformatted(real);
    char name[PLACE_SIZE + PATH_SIZE];

    snprintf(name, sizeof name, "%s, %s", request, place);
    case_text(name, ours != NULL ? ours : "missing", theirs != NULL ? theirs : "missing");
    cJSON_free(ours);
    cJSON_free(theirs);
}

/* What a member of played is to be compared with. Conditions are told apart by their type, their order means nothing. */
static const cJSON *counterpart(const cJSON *member, const cJSON *real, int index)
{
    const cJSON *other = NULL;

    if (cJSON_IsObject(real))
        return json_member(real, member->string);
    cJSON_ArrayForEach(other, real)
    {
        if (json_find(member, "reason") != NULL && text_equal(json_text(other, "type"), json_text(member, "type")))
            return other;
    }
    return cJSON_GetArrayItem(real, index);
}

/* Whatever is in played has to be in real. Messages of conditions name ReplicaSets: only their reasons are compared. */
static void compare(const char *request, const char *place, const cJSON *played, const cJSON *real)
{
    const cJSON *member = NULL;
    int index = 0;
    bool is_condition = strstr(place, "/conditions/") != NULL;

    if (real == NULL || (played->type & 0xff) != (real->type & 0xff)) {
        differ(request, place, played, real);
        return;
    }
    if (!cJSON_IsObject(played) && !cJSON_IsArray(played)) {
        if (!cJSON_Compare(played, real, true))
            differ(request, place, played, real);
        return;
    }
    cJSON_ArrayForEach(member, played)
    {
        char inner[PLACE_SIZE];
        bool is_object = cJSON_IsObject(played);
        const cJSON *other = counterpart(member, real, index);

        snprintf(inner, sizeof inner, "%.480s/%.20s", place, is_object ? member->string : "item");
        index++;
        if (is_object && is_its_own(member->string))
            case_holds(inner, cJSON_IsString(member) == cJSON_IsString(other));
        else if (!(is_condition && is_object && text_equal(member->string, "message")))
            compare(request, inner, member, other);
    }
}

/* What is read by the bot and by kubectl: where the real one has it, the one that is played has it too. */
static void compare_what_is_read(const char *request, const cJSON *played, const cJSON *real)
{
    static const char *const places[] = {
        "kind",
        "apiVersion",
        "metadata/name",
        "metadata/namespace",
        "metadata/uid",
        "metadata/resourceVersion",
        "metadata/generation",
        "metadata/creationTimestamp",
        "metadata/deletionTimestamp",
        "metadata/continue",
        "metadata/remainingItemCount",
        "metadata/labels",
        "spec/replicas",
        "spec/suspend",
        "spec/schedule",
        "spec/selector",
        "spec/template",
        "spec/persistentVolumeClaimRetentionPolicy",
        "status/phase",
        "status/replicas",
        "status/readyReplicas",
        "status/updatedReplicas",
        "status/availableReplicas",
        "status/unavailableReplicas",
        "status/observedGeneration",
        "status/conditions",
        "status/selector",
        "message",
        "reason",
        "code",
        "details",
        "items",
        "type",
        "object/metadata/name",
    };

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char name[PATH_SIZE + PLACE_SIZE];

        snprintf(name, sizeof name, "%.250s, is %.100s there", request, places[i]);
        case_number(name, json_find(played, places[i]) != NULL, json_find(real, places[i]) != NULL);
    }
    case_number(request, cJSON_GetArraySize(json_member(played, "items")),
                cJSON_GetArraySize(json_member(real, "items")));
}

/* Asks both. The paths may differ, where they carry a version or token of their server. */
static void ask_each(const char *method, const char *const paths[SERVERS], const char *type, const char *body,
                     int status, char versions[SERVERS][PATH_SIZE])
{
    struct reply replies[SERVERS] = { 0 };
    char request[PATH_SIZE];

    snprintf(request, sizeof request, "%s %.200s", method, paths[0]);
    for (int i = 0; i < SERVERS; i++) {
        cluster_ask(&pair.servers[i], method, paths[i], type, body, &replies[i]);
        case_number(request, replies[i].status, status);
        if (versions != NULL)
            snprintf(versions[i], PATH_SIZE, "%s", json_text(replies[i].json, "metadata/resourceVersion"));
    }
    if (replies[0].json != NULL && replies[1].json != NULL) {
        compare(request, "", replies[0].json, replies[1].json);
        compare_what_is_read(request, replies[0].json, replies[1].json);
        if (text_equal(json_text(replies[1].json, "kind"), "Status"))
            compare(request, "", replies[1].json, replies[0].json);
    }
    case_number(request, replies[0].json != NULL, replies[1].json != NULL);
    for (int i = 0; i < SERVERS; i++)
        reply_release(&replies[i]);
}

static void ask(const char *method, const char *path, const char *type, const char *body, int status)
{
    const char *const paths[SERVERS] = { path, path };

    ask_each(method, paths, type, body, status, NULL);
}

/* Until the pods of a workload are as many as are wanted. */
static void settle(const char *path)
{
    for (int i = 0; i < SERVERS; i++) {
        bool settled = false;

        while (!settled) {
            released_by(reply_release) struct reply reply = { 0 };

            stage_pass(&pair.stage, SETTLE_MS);
            cluster_ask(&pair.servers[i], "GET", path, NULL, NULL, &reply);
            const cJSON *wanted = json_find(reply.json, "spec/replicas");
            const cJSON *ready = json_find(reply.json, "status/readyReplicas");
            const cJSON *existing = json_find(reply.json, "status/replicas");
            const cJSON *ending = json_find(reply.json, "status/terminatingReplicas");
            settled = cJSON_Compare(json_find(reply.json, "status/observedGeneration"),
                                    json_find(reply.json, "metadata/generation"), true) &&
                      wanted->valueint == (ready == NULL ? 0 : ready->valueint) &&
                      wanted->valueint == (existing == NULL ? 0 : existing->valueint) &&
                      (ending == NULL || ending->valueint == 0);
        }
    }
}

static void make(const char *path, const char *name, int replicas)
{
    char body[1024];

    snprintf(body, sizeof body,
             "{\"metadata\":{\"name\":\"%s\",\"annotations\":{\"curfew/order\":\"1\"}},\"spec\":{\"replicas\":%d,%s"
             "\"selector\":{\"matchLabels\":{\"app\":\"%s\"}},\"template\":{\"metadata\":{\"labels\":{\"app\":\"%s\"}},"
             "\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"none\"}]}}}}",
             name, replicas, path == statefulsets ? "\"serviceName\":\"x\"," : "", name, name);
    ask("POST", path, NULL, body, 201);
}

static void namespaces_are_alike(void)
{
    static const char path[] = "/api/v1/namespaces/alike";
    char versions[SERVERS][PATH_SIZE], watches[SERVERS][2 * PATH_SIZE];
    const char *const paths[SERVERS] = { path, path };
    const char *const watch_paths[SERVERS] = { watches[0], watches[1] };

    ask("POST", "/api/v1/namespaces", NULL,
        "{\"metadata\":{\"name\":\"alike\",\"labels\":{\"scheduler\":\"enabled\"}}}", 201);
    ask("POST", "/api/v1/namespaces", NULL, "{\"metadata\":{\"name\":\"alike\"}}", 409);
    ask("POST", "/api/v1/namespaces", NULL, "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"x\"}}",
        400);
    ask_each("GET", paths, NULL, NULL, 200, versions);
    ask("GET", "/api/v1/namespaces/nowhere", NULL, NULL, 404);
    ask("GET", "/api/v1/namespaces?fieldSelector=metadata.name%3Dalike", NULL, NULL, 200);
    ask("GET", "/api/v1/namespaces?labelSelector=scheduler%3Denabled", NULL, NULL, 200);
    ask("GET", "/api/v1/namespaces?limit=x", NULL, NULL, 400);
    ask("PATCH", path, merge,
        "{\"metadata\":{\"labels\":{\"scheduler\":\"disabled\"},"
        "\"annotations\":{\"curfew/schedule\":\"never\"}}}",
        200);
    ask("PATCH", path, merge, "{\"metadata\":{\"labels\":{\"scheduler\":\"not ok!\"}}}", 422);
    ask("PATCH", path, merge, "{\"metadata\":{\"name\":\"x\"}}", 400);
    ask("PATCH", path, merge, "{\"metadata\":{\"resourceVersion\":\"1\"}}", 409);
    ask("PATCH", path, merge,
        "{\"metadata\":{\"uid\":\"00000000-0000-4000-8000-000000000000\",\"annotations\":{\"curfew/schedule\":null}}}",
        422);
    ask("PATCH", path, merge, "{\"metadata\":{\"annotations\":{\"curfew/schedule\":null}}}", 200);
    ask("PATCH", "/api/v1/namespaces/nowhere", merge, "{}", 404);
    ask("PATCH", path, "application/strategic-merge-patch+json", "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}", 200);
    ask("PUT", "/api/v1/namespaces", NULL, "{}", 405);
    for (int i = 0; i < SERVERS; i++)
        snprintf(watches[i], sizeof watches[i],
                 "/api/v1/namespaces?watch=true&timeoutSeconds=1&labelSelector=scheduler%%3Denabled"
                 "&fieldSelector=metadata.name%%3Dalike&resourceVersion=%.100s",
                 versions[i]);
    /* It ceased to match: one event. */
    ask_each("GET", watch_paths, NULL, NULL, 200, NULL);
}

static void workloads_are_alike(void)
{
    char web[PATH_SIZE], db[PATH_SIZE], page[PATH_SIZE];

    snprintf(web, sizeof web, "%s/web", deployments);
    snprintf(db, sizeof db, "%s/db", statefulsets);
    snprintf(page, sizeof page, "%s?limit=1", deployments);
    make(deployments, "web", 3);
    make(deployments, "idle", 0);
    make(statefulsets, "db", 2);
    ask("POST", "/apis/apps/v1/namespaces/nowhere/deployments", NULL, "{\"metadata\":{\"name\":\"x\"}}", 404);
    settle(web);
    settle(db);
    ask("GET", web, NULL, NULL, 200);
    ask("GET", db, NULL, NULL, 200);
    ask("GET", deployments, NULL, NULL, 200);
    ask("GET", page, NULL, NULL, 200);
    ask("GET", "/apis/apps/v1/namespaces/nowhere/deployments", NULL, NULL, 200);
    snprintf(page, sizeof page, "%s/nobody", deployments);
    ask("DELETE", page, NULL, NULL, 404);
}

static void scales_are_alike(void)
{
    char web[PATH_SIZE], scale[PATH_SIZE], gone[PATH_SIZE], db[PATH_SIZE], db_scale[PATH_SIZE];
    char before[SERVERS][PATH_SIZE], after[SERVERS][PATH_SIZE];

    snprintf(web, sizeof web, "%s/web", deployments);
    snprintf(scale, sizeof scale, "%s/web/scale", deployments);
    snprintf(gone, sizeof gone, "%s/gone/scale", deployments);
    snprintf(db, sizeof db, "%s/db", statefulsets);
    snprintf(db_scale, sizeof db_scale, "%s/db/scale", statefulsets);
    const char *const paths[SERVERS] = { scale, scale };
    ask("GET", scale, NULL, NULL, 200);
    ask("PATCH", scale, merge, "{\"spec\":{\"replicas\":0},\"metadata\":{\"annotations\":{\"a\":\"b\"}}}", 200);
    settle(web);
    ask("GET", web, NULL, NULL, 200);
    ask("GET", scale, NULL, NULL, 200);
    ask_each("GET", paths, NULL, NULL, 200, before);
    ask_each("PATCH", paths, merge, "{\"spec\":{\"replicas\":0}}", 200, after);
    for (int i = 0; i < SERVERS; i++)
        case_text("a patch that changes nothing keeps the version", after[i], before[i]);
    ask("PATCH", scale, merge, "{\"metadata\":{\"resourceVersion\":\"1\"},\"spec\":{\"replicas\":1}}", 409);
    ask("PATCH", web, merge, "{\"metadata\":{\"uid\":\"00000000-0000-4000-8000-000000000000\"}}", 422);
    ask("PATCH", scale, merge, "{\"metadata\":{\"resourceVersion\":\"abc\"},\"spec\":{\"replicas\":1}}", 500);
    ask("PATCH", scale, merge, "{\"spec\":{\"replicas\":-1}}", 422);
    ask("PATCH", gone, merge, "{\"spec\":{\"replicas\":0}}", 404);
    ask("GET", gone, NULL, NULL, 404);
    ask("PUT", scale, NULL,
        "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{\"name\":\"web\",\"namespace\":\"alike\"},"
        "\"spec\":{\"replicas\":2}}",
        200);
    settle(web);
    ask("GET", web, NULL, NULL, 200);
    ask("PATCH", db_scale, merge, "{\"spec\":{\"replicas\":0}}", 200);
    settle(db);
    ask("GET", db, NULL, NULL, 200);
}

static void cron_jobs_are_alike(void)
{
    static const char path[] = "/apis/batch/v1/namespaces/alike/cronjobs",
                      nightly[] = "/apis/batch/v1/namespaces/alike/cronjobs/nightly";
    char before[SERVERS][PATH_SIZE], after[SERVERS][PATH_SIZE];
    const char *const paths[SERVERS] = { nightly, nightly };

    ask("POST", path, NULL,
        "{\"metadata\":{\"name\":\"nightly\"},\"spec\":{\"schedule\":\"0 3 * * *\",\"jobTemplate\":{\"spec\":{"
        "\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"main\",\"image\":"
        "\"none\"}]}}}}}}",
        201);
    ask("GET", path, NULL, NULL, 200);
    ask("PATCH", nightly, merge, "{\"spec\":{\"suspend\":true}}", 200);
    ask_each("GET", paths, NULL, NULL, 200, before);
    ask_each("PATCH", paths, merge, "{\"spec\":{\"suspend\":true}}", 200, after);
    for (int i = 0; i < SERVERS; i++)
        case_text("a patch that changes nothing keeps the version", after[i], before[i]);
    ask("PATCH", nightly, merge, "{\"spec\":{\"suspend\":null}}", 200);
    ask("PATCH", nightly, merge, "{\"metadata\":{\"resourceVersion\":\"1\"},\"spec\":{\"suspend\":true}}", 409);
    ask("PATCH", nightly, merge, "{\"metadata\":{\"uid\":\"00000000-0000-4000-8000-000000000000\"}}", 422);
    ask("GET", "/apis/batch/v1/namespaces/alike/cronjobs/nobody", NULL, NULL, 404);
    ask("DELETE", nightly, NULL, NULL, 200);
}

static void events_are_alike(void)
{
    static const char path[] = "/api/v1/namespaces/alike/events", one[] = "/api/v1/namespaces/alike/events/alike.1";
    static const char event[] =
        "{\"metadata\":{\"name\":\"alike.1\"},\"involvedObject\":{\"apiVersion\":\"v1\",\"kind\":\"Namespace\","
        "\"name\":\"alike\",\"namespace\":\"alike\",\"uid\":\"u\"},\"reason\":\"Stopped\",\"message\":\"Stopped by "
        "@ann\",\"type\":\"Normal\",\"count\":1,\"firstTimestamp\":\"2026-11-23T20:00:00Z\",\"lastTimestamp\":"
        "\"2026-11-23T20:00:00Z\",\"source\":{\"component\":\"curfew\"},\"reportingComponent\":\"curfew\"}";
    static const char elsewhere[] =
        "{\"metadata\":{\"name\":\"alike.2\"},\"involvedObject\":{\"kind\":\"Namespace\",\"name\":\"alike\"}}";

    ask("POST", path, NULL, event, 201);
    ask("POST", path, NULL, event, 409);
    ask("POST", path, NULL, elsewhere, 422);
    ask("POST", "/api/v1/namespaces/nowhere/events", NULL, event, 404);
    ask("GET", one, NULL, NULL, 200);
    ask("PATCH", one, merge, "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}", 200);
    ask("GET", "/api/v1/namespaces/alike/events?fieldSelector=type%3DNormal,source%3Dcurfew", NULL, NULL, 200);
    ask("GET", "/api/v1/namespaces/alike/events?fieldSelector=involvedObject.kind%3DNode", NULL, NULL, 200);
    ask("DELETE", one, NULL, NULL, 200);
    ask("GET", one, NULL, NULL, 404);
}

static void strangers_are_refused_alike(void)
{
    for (int i = 0; i < SERVERS; i++)
        secret_set(&pair.servers[i].token, "stranger", strlen("stranger"));
    ask("GET", "/api/v1/namespaces", NULL, NULL, 401);
}

/* The last but one test, because of the namespace. */
static void deletions_are_alike(void)
{
    char idle[PATH_SIZE];

    snprintf(idle, sizeof idle, "%s/idle", deployments);
    ask("DELETE", idle, NULL, NULL, 200);
    ask("GET", idle, NULL, NULL, 404);
    ask("DELETE", "/api/v1/namespaces/alike", NULL, NULL, 200);
    for (int i = 0; i < SERVERS; i++) {
        int status = 0;

        while (status != 404) {
            released_by(reply_release) struct reply reply = { 0 };

            stage_pass(&pair.stage, SETTLE_MS);
            cluster_ask(&pair.servers[i], "GET", "/api/v1/namespaces/alike", NULL, NULL, &reply);
            status = reply.status;
        }
    }
}

int main(void)
{
    CU_TestInfo tests[] = { TEST(namespaces_are_alike),        TEST(workloads_are_alike), TEST(scales_are_alike),
                            TEST(cron_jobs_are_alike),         TEST(events_are_alike),    TEST(deletions_are_alike),
                            TEST(strangers_are_refused_alike), CU_TEST_INFO_NULL };
    int status = pair_open() ? test_main_run("standin/cluster_likeness", tests) : EXIT_FAILURE;

    return pair_close() ? status : EXIT_FAILURE;
}

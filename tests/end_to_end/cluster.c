/* tests/end_to_end/cluster.c - started by its own script, which builds it where that was not done yet. */
#include "tests/end_to_end/cluster.h"

#include "base/file.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { START_MS = 120 * 1000, RETRY_MS = 50, PROBE_MS = 200 };

static const char script[] = CLUSTER_SCRIPT;

static bool read_ready_file(struct cluster *cluster, const char *path)
{
    struct buffer text = { 0 }, token = { 0 };
    released_by(json_release) cJSON *ready = NULL;
    struct error error = { 0 };

    bool read = file_read(path, &text, &error) && json_parse(text.data, text.length, "the file", &ready, &error) &&
                json_need_text(ready, "server", cluster->server, sizeof cluster->server, &error) &&
                json_need_text(ready, "ca", cluster->ca, sizeof cluster->ca, &error) &&
                json_need_text(ready, "kubeconfig", cluster->kubeconfig, sizeof cluster->kubeconfig, &error) &&
                file_read(json_text(ready, "token_file"), &token, &error);
    if (read)
        secret_set(&cluster->token, token.data, strcspn(buffer_text(&token), "\n"));
    else
        printf("the cluster is not ready: %s\n", error.message);
    buffer_release(&text);
    buffer_release(&token);
    return read;
}

static bool start(struct cluster *cluster, const char *outage, const char *flag, const char *ready_file)
{
    char data[STAGE_PATH_SIZE], home[STAGE_PATH_SIZE], cache[STAGE_PATH_SIZE], path[4096];
    const char *arguments[] = { script,
                                "run",
                                "--data",
                                data,
                                "--ready-file",
                                ready_file,
                                "--outage",
                                outage,
                                "--hang",
                                outage,
                                "--pod-ready-delay",
                                "50ms",
                                "--pod-stop-delay",
                                "50ms",
                                "--nodes",
                                "1",
                                "--die-with-parent",
                                flag,
                                NULL };
    const char *environment[] = { path, home, cache, NULL };

    stage_path(cluster->stage, "cluster", data);
    snprintf(path, sizeof path, "PATH=%s", getenv("PATH"));
    snprintf(home, sizeof home, "HOME=%s", getenv("HOME") != NULL ? getenv("HOME") : "/");
    snprintf(cache, sizeof cache, "CURFEW_CACHE=%s", getenv("CURFEW_CACHE") != NULL ? getenv("CURFEW_CACHE") : "");
    return child_start(&cluster->child, cluster->stage, arguments, environment) &&
           child_wait_for_file(&cluster->child, ready_file, START_MS);
}

static bool start_played(struct cluster *cluster, const char *ready_file)
{
    char folder[STAGE_PATH_SIZE];
    const char *arguments[] = { STANDIN_CLUSTER, "--folder", folder, "--ready-file", ready_file, NULL };
    const char *environment[] = { "PATH=/usr/bin:/bin", NULL };

    stage_path(cluster->stage, "cluster", folder);
    return mkdir(folder, S_IRWXU) == 0 && child_start(&cluster->child, cluster->stage, arguments, environment) &&
           child_wait_for_file(&cluster->child, ready_file, START_MS);
}

static bool open_cluster(struct cluster *cluster, struct stage *stage, const char *outage, const char *flag,
                         bool is_played)
{
    char ready_file[STAGE_PATH_SIZE];

    *cluster = (struct cluster){ .stage = stage };
    stage_path(stage, "cluster.json", ready_file);
    if (is_played ? !start_played(cluster, ready_file) : !start(cluster, outage, flag, ready_file)) {
        printf("the cluster did not start: %s\n", buffer_text(&cluster->child.errors.text));
        return false;
    }
    if (!read_ready_file(cluster, ready_file))
        return false;
    struct http_client_options options = { .user_agent = "curfew-test", .ca_path = cluster->ca };
    cluster->client = http_client_new(stage->loop, &options);
    return true;
}

bool cluster_open(struct cluster *cluster, struct stage *stage, const char *outage)
{
    return cluster_open_with(cluster, stage, outage, NULL);
}

bool cluster_open_with(struct cluster *cluster, struct stage *stage, const char *outage, const char *flag)
{
    return open_cluster(cluster, stage, outage, flag, false);
}

bool cluster_open_played(struct cluster *cluster, struct stage *stage)
{
    return open_cluster(cluster, stage, NULL, NULL, true);
}

void cluster_close(struct cluster *cluster)
{
    http_client_free(cluster->client);
    child_release(&cluster->child);
    secret_release(&cluster->token);
    *cluster = (struct cluster){ 0 };
}

/* asking */

void cluster_ask(struct cluster *cluster, const char *method, const char *path, const char *content_type,
                 const char *body, struct reply *ret_reply)
{
    struct buffer url = { 0 };

    buffer_append_format(&url, "%s%s", cluster->server, path);
    struct question question = { .client = cluster->client,
                                 .method = method,
                                 .url = buffer_text(&url),
                                 .bearer = &cluster->token,
                                 .content_type = content_type,
                                 .body = body };
    stage_ask(cluster->stage, &question, ret_reply);
    buffer_release(&url);
}

bool cluster_do(struct cluster *cluster, const char *method, const char *path, const char *content_type,
                const char *body)
{
    released_by(reply_release) struct reply reply = { 0 };

    cluster_ask(cluster, method, path, content_type, body, &reply);
    if (reply.status >= 200 && reply.status < 300)
        return true;
    printf("%s %s: %d %s%s\n", method, path, reply.status, json_text(reply.json, "message"), reply.error.message);
    return false;
}

bool cluster_make_namespace(struct cluster *cluster, const char *name, const char *labels, const char *annotations)
{
    struct buffer body = { 0 };
    bool made;

    buffer_append_format(&body,
                         "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"%s\",\"labels\":%s,"
                         "\"annotations\":%s}}",
                         name, labels != NULL ? labels : "{}", annotations != NULL ? annotations : "{}");
    made = cluster_do(cluster, "POST", "/api/v1/namespaces", NULL, buffer_text(&body));
    buffer_release(&body);
    return made;
}

bool cluster_make_workload(struct cluster *cluster, const char *namespace, const struct made_workload *workload)
{
    bool is_deployment = text_equal(workload->resource, "deployments");
    struct buffer path = { 0 }, body = { 0 };
    bool made;

    buffer_append_format(&path, "/apis/apps/v1/namespaces/%s/%s", namespace, workload->resource);
    buffer_append_format(
        &body,
        "{\"apiVersion\":\"apps/v1\",\"kind\":\"%s\",\"metadata\":{\"name\":\"%s\",\"annotations\":%s},"
        "\"spec\":{\"replicas\":%d,%s\"selector\":{\"matchLabels\":{\"app\":\"%s\"}},"
        "\"template\":{\"metadata\":{\"labels\":{\"app\":\"%s\"},\"annotations\":%s},"
        "\"spec\":{\"terminationGracePeriodSeconds\":0,"
        "\"containers\":[{\"name\":\"main\",\"image\":\"example.test/main\"}]}}}}",
        is_deployment ? "Deployment" : "StatefulSet", workload->name,
        workload->annotations != NULL ? workload->annotations : "{}", workload->replicas,
        is_deployment ? "" : "\"serviceName\":\"none\",\"podManagementPolicy\":\"Parallel\",", workload->name,
        workload->name, workload->pod_annotations != NULL ? workload->pod_annotations : "{}");
    made = cluster_do(cluster, "POST", buffer_text(&path), NULL, buffer_text(&body));
    buffer_release(&path);
    buffer_release(&body);
    return made;
}

static void write_workload_path(struct buffer *path, const char *namespace, const char *resource, const char *name)
{
    buffer_append_format(path, "/apis/apps/v1/namespaces/%s/%s/%s", namespace, resource, name);
}

int cluster_replicas(struct cluster *cluster, const char *namespace, const char *resource, const char *name)
{
    released_by(reply_release) struct reply reply = { 0 };
    released_by(buffer_release) struct buffer path = { 0 };
    struct error error = { 0 };
    int64_t replicas = -1;

    write_workload_path(&path, namespace, resource, name);
    cluster_ask(cluster, "GET", buffer_text(&path), NULL, NULL, &reply);
    if (reply.status != 200 || !json_number(reply.json, "spec/replicas", -1, 0, 1000, &replicas, &error))
        printf("%s: %d %s%s\n", buffer_text(&path), reply.status, json_text(reply.json, "message"), error.message);
    return (int) replicas;
}

bool cluster_scale(struct cluster *cluster, const char *namespace, const char *resource, const char *name, int replicas)
{
    released_by(buffer_release) struct buffer path = { 0 };
    char body[64];

    write_workload_path(&path, namespace, resource, name);
    buffer_append_text(&path, "/scale");
    snprintf(body, sizeof body, "{\"spec\":{\"replicas\":%d}}", replicas);
    return cluster_do(cluster, "PATCH", buffer_text(&path), "application/merge-patch+json", body);
}

/* service accounts */

static bool write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    bool written = file != NULL && fputs(text, file) >= 0;

    return file != NULL && fclose(file) == 0 && written;
}

/* JSON is YAML. */
static void write_kubeconfig(const struct cluster *cluster, const char *namespace, const char *token,
                             struct buffer *text)
{
    buffer_append_format(
        text,
        "{\"apiVersion\":\"v1\",\"kind\":\"Config\",\"current-context\":\"test\","
        "\"clusters\":[{\"name\":\"test\",\"cluster\":{\"server\":\"%s\",\"certificate-authority\":\"%s\"}}],"
        "\"users\":[{\"name\":\"test\",\"user\":{\"token\":\"%s\"}}],"
        "\"contexts\":[{\"name\":\"test\",\"context\":{\"cluster\":\"test\",\"user\":\"test\",\"namespace\":\"%s\"}}]}"
        "\n",
        cluster->server, cluster->ca, token, namespace);
}

bool cluster_write_kubeconfig(struct cluster *cluster, const char *namespace, const char *account,
                              char path[STAGE_PATH_SIZE])
{
    released_by(reply_release) struct reply reply = { 0 };
    released_by(buffer_release) struct buffer url = { 0 };
    released_by(buffer_release) struct buffer text = { 0 };
    const char *token;

    buffer_append_format(&url, "/api/v1/namespaces/%s/serviceaccounts/%s/token", namespace, account);
    cluster_ask(cluster, "POST", buffer_text(&url), NULL,
                "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{}}", &reply);
    token = json_text(reply.json, "status/token");
    if (token[0] == '\0') {
        printf("no token for %s: %d %s\n", account, reply.status, json_text(reply.json, "message"));
        return false;
    }
    stage_path(cluster->stage, "service-account.kubeconfig", path);
    write_kubeconfig(cluster, namespace, token, &text);
    return write_file(path, buffer_text(&text));
}

/* outages */

/* Within a moment: 1 = it answers, 0 = it does not. */
static bool answers(struct cluster *cluster, int64_t time_ms)
{
    released_by(http_exchange_release) struct http_exchange exchange = { .request.method = "GET" };
    int64_t until_ms = stage_now_ms(cluster->stage) + 2 * time_ms;

    buffer_append_format(&exchange.request.url, "%s/api/v1/namespaces/default", cluster->server);
    exchange.request.bearer = &cluster->token;
    exchange.request.timeout_ms = time_ms;
    http_exchange_start(cluster->client, &exchange, &cluster->stage->flow);
    while (!exchange.done)
        if (!stage_turn(cluster->stage, until_ms))
            break;
    return exchange.done && exchange.error.kind == ERROR_NONE && exchange.response.status == 200;
}

static bool wait_until(struct cluster *cluster, bool wanted)
{
    int64_t until_ms = stage_now_ms(cluster->stage) + STAGE_PATIENCE_MS;

    while (answers(cluster, PROBE_MS) != wanted) {
        if (stage_now_ms(cluster->stage) > until_ms) {
            printf("the API server does not %s\n", wanted ? "come back" : "go away");
            return false;
        }
        stage_pass(cluster->stage, RETRY_MS);
    }
    return true;
}

bool cluster_take_away(struct cluster *cluster, int signal_number)
{
    child_signal(&cluster->child, signal_number);
    return wait_until(cluster, false);
}

bool cluster_wait(struct cluster *cluster)
{
    return wait_until(cluster, true);
}

/* tests/bench/api_requests.c - reads lines such as
 *
 *     apiserver_request_total{code="200",...,resource="deployments",...,subresource="scale",verb="PATCH",...} 1000
 */
#include "tests/bench/api_requests.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_BYTES_MAX = 64 * 1024 * 1024, TIMEOUT_MS = 30 * 1000 };

static bool has_label(const char *line, const char *label)
{
    const char *end = strchr(line, '}');
    const char *found = strstr(line, label);

    return found != NULL && end != NULL && found < end;
}

/* The API server asks itself about others, and metrics do not say who asks. */
static bool is_ours(const char *line)
{
    static const char *const labels[] = {
        ",resource=\"deployments\"", ",resource=\"statefulsets\"",
        ",resource=\"replicasets\"", ",resource=\"replicationcontrollers\"",
        ",resource=\"cronjobs\"",    ",resource=\"horizontalpodautoscalers\"",
        ",resource=\"jobs\"",        ",resource=\"pods\"",
        ",resource=\"events\"",      ",resource=\"namespaces\"",
    };

    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (has_label(line, labels[i]))
            return !has_label(line, "verb=\"WATCH\"");
    return false;
}

static void count_line(const char *line, struct api_requests *requests)
{
    const char *end = strchr(line, '}');
    double count = end == NULL ? 0 : strtod(end + 1, NULL);

    if (!is_ours(line))
        return;
    if (has_label(line, "code=\"429\""))
        requests->refused += count;
    if (has_label(line, "verb=\"PATCH\"") || has_label(line, "verb=\"APPLY\""))
        requests->patches += count;
    else if (has_label(line, "verb=\"LIST\"") || has_label(line, "verb=\"GET\""))
        requests->reads += count;
    else
        requests->others += count;
}

static void count_lines(const char *text, struct api_requests *requests)
{
    static const char name[] = "apiserver_request_total{";

    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n' ? 1 : 0;
        if (text_starts_with(line, name))
            count_line(line, requests);
    }
}

bool api_requests_read(struct cluster *cluster, struct api_requests *ret_requests)
{
    released_by(http_exchange_release) struct http_exchange exchange = { .request.method = "GET" };
    int64_t until_ms = stage_now_ms(cluster->stage) + 2 * TIMEOUT_MS;

    buffer_append_format(&exchange.request.url, "%s/metrics", cluster->server);
    exchange.request.bearer = &cluster->token;
    exchange.request.body_limit = BODY_BYTES_MAX;
    exchange.request.timeout_ms = TIMEOUT_MS;
    http_exchange_start(cluster->client, &exchange, &cluster->stage->flow);
    while (!exchange.done)
        if (!stage_turn(cluster->stage, until_ms))
            break;
    if (!exchange.done || exchange.error.kind != ERROR_NONE || exchange.response.status != 200) {
        printf("/metrics: %d %s\n", exchange.response.status, exchange.error.message);
        return false;
    }
    *ret_requests = (struct api_requests){ 0 };
    count_lines(buffer_text(&exchange.response.body), ret_requests);
    return true;
}

/* tests/end_to_end/stage.c - a pipe says who is alive; a shell that waits for its end tidies up. */
#include "tests/end_to_end/stage.h"

#include "base/json.h"
#include "base/text.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GONE_MS = 20 * 1000, QUESTION_MS = 60 * 1000 };

static void end_turn(struct flow *flow)
{
    loop_stop(((struct stage *) flow)->loop);
}

/* What the machine has as a proxy must not come between. */
static void forget_proxies(void)
{
    static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY",
                                         "all_proxy",   "ALL_PROXY",   "no_proxy",   "NO_PROXY" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unsetenv(names[i]);
}

/* Waits for the end of its input, which comes when all who hold the pipe are gone, then removes the folder. */
static void become_janitor(const char *folder, int life, int report)
{
    static const char script[] = "read -r nothing; rm -rf -- \"$1\"";

    if (dup2(life, STDIN_FILENO) < 0 || dup2(report, STDOUT_FILENO) < 0)
        _exit(1);
    closefrom(STDERR_FILENO + 1);
    execl("/bin/sh", "sh", "-c", script, "janitor", folder, (char *) NULL);
    _exit(1);
}

/* Forked twice, in a session of its own: whoever kills the test and all its children leaves it alone. */
static bool start_janitor(struct stage *stage)
{
    int life[2], report[2];
    int status = 1;

    if (pipe(life) != 0 || pipe2(report, O_CLOEXEC) != 0)
        return false;
    pid_t first = fork();
    if (first == 0) {
        setsid();
        if (fork() != 0)
            _exit(0);
        become_janitor(stage->folder, life[0], report[1]);
    }
    close(life[0]);
    close(report[1]);
    stage->life = life[1];
    stage->report = report[0];
    return first > 0 && waitpid(first, &status, 0) == first && status == 0;
}

bool stage_open(struct stage *stage)
{
    const char *parent = getenv("TMPDIR");

    *stage = (struct stage){ .flow.pump = end_turn };
    forget_proxies();
    (void) signal(SIGPIPE, SIG_IGN);
    snprintf(stage->folder, sizeof stage->folder, "%.200s/curfew-test-XXXXXX", parent != NULL ? parent : "/tmp");
    if (mkdtemp(stage->folder) == NULL || !start_janitor(stage)) {
        printf("cannot make a folder like %s\n", stage->folder);
        return false;
    }
    stage->loop = loop_new();
    return true;
}

bool stage_close(struct stage *stage)
{
    struct descriptor report = { 0 };
    int64_t until_ms = stage_now_ms(stage) + GONE_MS;
    bool all_gone = false;
    char byte;

    close(stage->life);
    descriptor_start(stage->loop, &report, stage->report, true, false, &stage->flow);
    while (!all_gone && stage_turn(stage, until_ms))
        all_gone = report.readable && read(stage->report, &byte, 1) == 0;
    descriptor_stop(stage->loop, &report);
    close(stage->report);
    loop_free(stage->loop);
    if (!all_gone)
        printf("something that the test started is still running, or %s cannot be removed\n", stage->folder);
    return all_gone;
}

void stage_path(const struct stage *stage, const char *name, char path[STAGE_PATH_SIZE])
{
    snprintf(path, STAGE_PATH_SIZE, "%s/%s", stage->folder, name);
}

int64_t stage_now_ms(const struct stage *stage)
{
    return loop_monotonic_ms(stage->loop);
}

bool stage_turn(struct stage *stage, int64_t until_ms)
{
    int64_t left_ms = until_ms - stage_now_ms(stage);

    if (left_ms <= 0)
        return false;
    timer_start(stage->loop, &stage->alarm, left_ms, &stage->flow);
    loop_run(stage->loop);
    timer_stop(stage->loop, &stage->alarm);
    return true;
}

void stage_pass(struct stage *stage, int64_t time_ms)
{
    int64_t until_ms = stage_now_ms(stage) + time_ms;

    while (stage_turn(stage, until_ms))
        continue;
}

/* questions */

void reply_release(struct reply *reply)
{
    json_release(&reply->json);
    *reply = (struct reply){ 0 };
}

static void take_reply(const struct http_exchange *exchange, struct reply *reply)
{
    const struct buffer *body = &exchange->response.body;
    struct error error;

    *reply = (struct reply){ .error = exchange->error };
    if (exchange->error.kind != ERROR_NONE)
        return;
    reply->status = exchange->response.status;
    if (!json_parse(buffer_text(body), body->length, "the answer", &reply->json, &error))
        reply->json = NULL;
}

void stage_ask(struct stage *stage, const struct question *question, struct reply *ret_reply)
{
    released_by(http_exchange_release) struct http_exchange exchange = { .request.method = question->method };
    struct http_request *request = &exchange.request;
    int64_t until_ms = stage_now_ms(stage) + 2 * QUESTION_MS;

    buffer_append_text(&request->url, question->url);
    request->bearer = question->bearer;
    request->timeout_ms = QUESTION_MS;
    request->body_limit = 64 * 1024 * 1024;
    if (question->body != NULL) {
        buffer_append_format(&request->headers, "Content-Type: %s\n",
                             question->content_type != NULL ? question->content_type : "application/json");
        buffer_append_text(&request->body, question->body);
    }
    http_exchange_start(question->client, &exchange, &stage->flow);
    while (!exchange.done)
        if (!stage_turn(stage, until_ms))
            break;
    take_reply(&exchange, ret_reply);
}

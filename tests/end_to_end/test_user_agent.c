/* tests/end_to_end/test_user_agent.c - the API server is told who asks, and which version of it. */
#include "tests/end_to_end/child.h"
#include "tests/standin/raw_server.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdio.h>

static bool write_kubeconfig(const struct stage *stage, int port, char path[STAGE_PATH_SIZE])
{
    stage_path(stage, "config", path);
    FILE *file = fopen(path, "we");

    return file != NULL &&
           fprintf(file,
                   "current-context: c\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n"
                   "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:%d'}}]\nusers: [{name: u, user: {token: "
                   "t}}]\n",
                   port) > 0 &&
           fclose(file) == 0;
}

static void the_program_names_itself_to_the_api_server(void)
{
    static const struct raw_step refuse[] = {
        { .action = RAW_READ },
        { .action = RAW_SEND, .text = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n" },
        { .action = RAW_AGAIN },
        { .action = RAW_STALL },
    };
    static const struct raw_step *const scripts[] = { refuse };
    static const char *const arguments[] = { CURFEW_PROGRAM, NULL };
    struct stage stage;
    struct child child = { 0 };
    char config[STAGE_PATH_SIZE], kubeconfig[STAGE_PATH_SIZE + 20], store[STAGE_PATH_SIZE + 40], file[STAGE_PATH_SIZE];

    CU_ASSERT_TRUE_FATAL(stage_open(&stage));
    struct raw_server *server = raw_server_new(stage.loop, scripts, 1);
    CU_ASSERT_TRUE(write_kubeconfig(&stage, raw_server_port(server), config));
    snprintf(kubeconfig, sizeof kubeconfig, "KUBECONFIG=%s", config);
    stage_path(&stage, "curfew.db", file);
    snprintf(store, sizeof store, "CURFEW_STORE=sqlite:%s", file);
    /* Nobody is at Slack's address: the API server is asked first. */
    const char *environment[] = { "PATH=/usr/bin:/bin",
                                  "SLACK_APP_TOKEN=xapp-1-A-1-a",
                                  "SLACK_BOT_TOKEN=xoxb-1-1-a",
                                  "SLACK_API_URL=https://127.0.0.1:1/api/",
                                  "CURFEW_CHANNEL=CDEV000001",
                                  kubeconfig,
                                  store,
                                  NULL };
    int64_t until_ms = stage_now_ms(&stage) + STAGE_PATIENCE_MS;

    CU_ASSERT_TRUE(child_start(&child, &stage, arguments, environment));
    while (raw_server_requests(server) == 0 && !child.ended && stage_now_ms(&stage) < until_ms)
        stage_pass(&stage, 10);
    case_holds(raw_server_request(server),
               strstr(raw_server_request(server), "\r\nUser-Agent: curfew/" CURFEW_VERSION "\r\n") != NULL);
    case_text("what it says otherwise", raw_server_requests(server) > 0 ? "" : buffer_text(&child.errors.text), "");
    child_release(&child);
    raw_server_free(server);
    CU_ASSERT_TRUE(stage_close(&stage));
}

TEST_MAIN("end_to_end/user_agent", TEST(the_program_names_itself_to_the_api_server))

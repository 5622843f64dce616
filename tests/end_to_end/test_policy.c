/* tests/end_to_end/test_policy.c - deploy/policy.yaml: what the bot's account may change of a namespace, and what not.
 *
 * Asked with the account's own token, as somebody would who has taken over the bot.
 */
#include "tests/end_to_end/world.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include "base/json.h"

#include <stdio.h>
#include <string.h>

enum { LOOK_AGAIN_MS = 50, FORBIDDEN = 403 };

static struct world world;
static struct cluster as_bot; /* the same, but for the token */

static const char place[] = "/api/v1/namespaces/guarded";
static const char merge[] = "application/merge-patch+json";

static bool take_token(void)
{
    static const char tokens[] = "/api/v1/namespaces/curfew/serviceaccounts/curfew/token";
    released_by(reply_release) struct reply reply = { 0 };
    const char *token;

    cluster_ask(&world.cluster, "POST", tokens, NULL,
                "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{}}", &reply);
    token = json_text(reply.json, "status/token");
    as_bot = world.cluster;
    as_bot.token = (struct secret){ 0 };
    secret_set(&as_bot.token, token, strlen(token));
    return token[0] != '\0';
}

static int patch(const char *body, char message[300])
{
    released_by(reply_release) struct reply reply = { 0 };

    cluster_ask(&as_bot, "PATCH", place, merge, body, &reply);
    snprintf(message, 300, "%s", json_text(reply.json, "message"));
    return reply.status;
}

/* A policy that was just made is not in force yet. Each try changes something: what changes nothing is always allowed. */
static bool is_in_force(void)
{
    int64_t until_ms = stage_now_ms(&world.stage) + STAGE_PATIENCE_MS;
    char body[100], message[300];
    int tries = 0, status = 0;

    while (status != FORBIDDEN && stage_now_ms(&world.stage) < until_ms) {
        snprintf(body, sizeof body, "{\"metadata\":{\"annotations\":{\"try\":\"%d\"}}}", tries++);
        status = patch(body, message);
        stage_pass(&world.stage, LOOK_AGAIN_MS);
    }
    if (status != FORBIDDEN)
        printf("the policy does not come into force: %d %s\n", status, message);
    return status == FORBIDDEN;
}

static void the_schedule_can_be_written(void)
{
    static const char *const cases[] = {
        "{\"metadata\":{\"annotations\":{\"curfew/schedule\":\"never\"}}}",
        "{\"metadata\":{\"annotations\":{\"curfew/schedule\":\"Mon-Fri 20:00\"}}}",
        "{\"metadata\":{\"annotations\":{\"curfew/schedule\":null}}}",
    };
    char message[300];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (!case_number(cases[i], patch(cases[i], message), 200))
            printf("\n    %s\n", message);
}

static void nothing_else_can(void)
{
    static const struct {
        const char *patch, *sentence;
    } cases[] = {
        { "{\"metadata\":{\"annotations\":{\"curfew/owners\":\"U2\"}}}", "only annotation" },
        { "{\"metadata\":{\"annotations\":{\"curfew/owners\":null}}}", "only annotation" },
        { "{\"metadata\":{\"annotations\":{\"curfew/schedule\":\"never\",\"other\":\"x\"}}}", "only annotation" },
        { "{\"metadata\":{\"annotations\":null}}", "only annotation" },
        { "{\"metadata\":{\"labels\":{\"pod-security.kubernetes.io/enforce\":\"privileged\"}}}", "labels" },
        { "{\"metadata\":{\"labels\":{\"scheduler\":null}}}", "labels" },
        { "{\"metadata\":{\"finalizers\":[\"example.test/x\"]}}", "finalizers" },
        { "{\"metadata\":{\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"name\":\"curfew\","
          "\"uid\":\"x\"}]}}",
          "owners" },
    };
    char message[300];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        case_number(cases[i].patch, patch(cases[i].patch, message), FORBIDDEN);
        case_holds(message, strstr(message, "ValidatingAdmissionPolicy 'curfew'") != NULL);
        case_holds(message, strstr(message, cases[i].sentence) != NULL);
    }
}

static void others_are_not_bound_by_it(void)
{
    CU_ASSERT_TRUE(
        cluster_do(&world.cluster, "PATCH", place, merge,
                   "{\"metadata\":{\"labels\":{\"scheduler\":\"disabled\"},\"annotations\":{\"a\":\"b\"}}}"));
}

int main(void)
{
    CU_TestInfo tests[] = { TEST(the_schedule_can_be_written), TEST(nothing_else_can), TEST(others_are_not_bound_by_it),
                            CU_TEST_INFO_NULL };
    int status = EXIT_FAILURE;

    if (world_open(&world, "3s") &&
        cluster_make_namespace(&world.cluster, "guarded", "{\"scheduler\":\"enabled\"}",
                               "{\"curfew/owners\":\"U1\",\"other\":\"kept\"}") &&
        take_token() && is_in_force())
        status = test_main_run("end_to_end/policy", tests);
    secret_release(&as_bot.token);
    return world_close(&world, status != EXIT_SUCCESS) ? status : EXIT_FAILURE;
}

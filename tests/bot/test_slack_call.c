/* The Web API against a server that answers as it is told. The answers are those of Slack's reference pages
 * (chat.postMessage, apps.connections.open, "Rate limits", "Handling user interaction"). */
#include "bot/slack.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/bot/slack_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

/* ---- What is asked ---- */

static void a_method_that_writes_gets_json_and_the_bots_token(void)
{
    static const struct scripted_answer answers[] = {
        { .body = "{\"ok\":true,\"channel\":\"C123456\",\"ts\":\"1503435956.000247\"}" },
    };
    struct scene scene;

    open_scene(&scene, answers, 1);
    const struct slack_call *done = post(&scene);
    const struct scripted_call *asked = &scene.there.calls[0];

    CU_ASSERT_EQUAL(done->error.kind, ERROR_NONE);
    CU_ASSERT_STRING_EQUAL(json_text(done->answer, "ts"), "1503435956.000247");
    CU_ASSERT_STRING_EQUAL(asked->path, "/api/chat.postMessage");
    CU_ASSERT_STRING_EQUAL(asked->authorization, "Bearer xoxb-2");
    CU_ASSERT_STRING_EQUAL(asked->content_type, "application/json; charset=utf-8");
    CU_ASSERT_STRING_EQUAL(buffer_text(&asked->body), "{\"channel\":\"C1\",\"text\":\"x\"}");
    close_scene(&scene);
}

static void a_ticket_is_asked_for_with_the_apps_token_and_an_empty_form(void)
{
    struct scene scene;

    open_scene(&scene, NULL, 0);
    const struct slack_call *done = call(&scene, "apps.connections.open", SLACK_APP, "");

    CU_ASSERT_TRUE(text_starts_with(json_text(done->answer, "url"), "wss://localhost:"));
    CU_ASSERT_STRING_EQUAL(scene.there.calls[0].authorization, "Bearer xapp-1");
    CU_ASSERT_STRING_EQUAL(scene.there.calls[0].content_type, "application/x-www-form-urlencoded");
    CU_ASSERT_EQUAL(scene.there.calls[0].body.length, 0);
    close_scene(&scene);
}

static void a_method_that_reads_gets_a_form(void)
{
    struct scene scene;

    open_scene(&scene, NULL, 0);
    call(&scene, "conversations.history", SLACK_BOT,
         "{\"channel\":\"C1\",\"limit\":15,\"inclusive\":true,\"oldest\":\"1.5\",\"cursor\":\"a=b&c\",\"n\":null}");
    CU_ASSERT_STRING_EQUAL(scene.there.calls[0].content_type, "application/x-www-form-urlencoded");
    CU_ASSERT_STRING_EQUAL(buffer_text(&scene.there.calls[0].body),
                           "channel=C1&limit=15&inclusive=true&oldest=1.5&cursor=a%3Db%26c");
    const struct slack_call *done = call(&scene, "users.info", SLACK_BOT, "[1]");
    CU_ASSERT_EQUAL(done->error.kind, ERROR_INPUT);
    CU_ASSERT_EQUAL(scene.there.call_count, 1);
    close_scene(&scene);
}

static void a_token_that_was_rotated_is_used_from_then_on(void)
{
    struct scene scene;
    char path[128];
    FILE *file = NULL;

    open_scene(&scene, NULL, 0);
    snprintf(path, sizeof path, "%s/token", scene.there.folder);
    scene.bot_token.path = strdup(path);
    for (int i = 0; i < 2; i++) {
        file = fopen(path, "w");
        fprintf(file, "xoxb-%s\n", i == 0 ? "first" : "second-one");
        fclose(file);
        post(&scene);
    }
    CU_ASSERT_STRING_EQUAL(scene.there.calls[0].authorization, "Bearer xoxb-first");
    CU_ASSERT_STRING_EQUAL(scene.there.calls[1].authorization, "Bearer xoxb-second-one");
    unlink(path);
    post(&scene);
    CU_ASSERT_STRING_EQUAL(scene.there.calls[2].authorization, "Bearer xoxb-second-one");
    close_scene(&scene);
}

static void no_token_at_all_is_told_without_asking(void)
{
    struct scene scene;

    open_scene(&scene, NULL, 0);
    secret_set(&scene.bot_token.secret, "", 0);
    scene.bot_token.path = strdup("/nonexistent/token");
    const struct slack_call *done = post(&scene);
    CU_ASSERT_EQUAL(done->error.kind, ERROR_SYSTEM);
    CU_ASSERT_TRUE(text_starts_with(done->error.message, "chat.postMessage: "));
    CU_ASSERT_EQUAL(scene.there.call_count, 0);
    close_scene(&scene);
}

/* ---- What is answered ---- */

struct answer_case {
    struct scripted_answer answer;
    enum error_kind kind;
    const char *word, *message;
};

static void a_refusal_is_told_with_slacks_word(void)
{
    static const struct answer_case cases[] = {
        { { .body = "{\"ok\":false,\"error\":\"channel_not_found\"}" },
          ERROR_INPUT,
          "channel_not_found",
          "chat.postMessage: Slack says channel_not_found" },
        { { .body = "{\"ok\":false,\"error\":\"invalid_auth\"}" },
          ERROR_REFUSED,
          "invalid_auth",
          "chat.postMessage: Slack says invalid_auth" },
        { { .body = "{\"ok\":false,\"error\":\"missing_scope\",\"needed\":\"chat:write\",\"provided\":\"commands\"}" },
          ERROR_REFUSED,
          "missing_scope",
          "chat.postMessage: Slack says missing_scope (needs chat:write)" },
        { { .body = "{\"ok\":false,\"error\":\"invalid_blocks\",\"response_metadata\":{\"messages\":[\"[ERROR] must be "
                    "less than 3001 characters [json-pointer:\\/blocks\\/0\\/text\\/text]\"]}}" },
          ERROR_INPUT,
          "invalid_blocks",
          "chat.postMessage: Slack says invalid_blocks ([ERROR] must be less than 3001 characters "
          "[json-pointer:/blocks/0/text/text])" },
        { { .body = "<html>maintenance</html>", .content_type = "text/html" },
          ERROR_PROTOCOL,
          "",
          "chat.postMessage: no answer of Slack's came (HTTP 200, text/html)" },
        { { .body = "{\"ok\":1}" },
          ERROR_PROTOCOL,
          "",
          "chat.postMessage: no answer of Slack's came (HTTP 200, application/json; charset=utf-8)" },
        { { .body = "[]" }, ERROR_PROTOCOL, "", NULL },
        { { .body = "" }, ERROR_PROTOCOL, "", NULL },
        { { .body = "{\"ok\":true}", .status = 404 }, ERROR_PROTOCOL, "", NULL },
        { { .body = "", .status = 301 }, ERROR_PROTOCOL, "", NULL },
        { { .body = "{\"ok\":false,\"error\":\"not_allowed_token_type\"}", .status = 403 },
          ERROR_REFUSED,
          "not_allowed_token_type",
          NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;

        open_scene(&scene, &cases[i].answer, 1);
        const struct slack_call *done = post(&scene);

        case_number(cases[i].answer.body, done->error.kind, cases[i].kind);
        case_text(cases[i].answer.body, done->slack_error, cases[i].word);
        if (cases[i].message != NULL)
            case_text(cases[i].answer.body, done->error.message, cases[i].message);
        CU_ASSERT_PTR_NULL(done->answer);
        case_number("calls", scene.there.call_count, 1);
        close_scene(&scene);
    }
}

static void an_answer_too_large_is_refused(void)
{
    char *body = calloc(1, HTTP_BODY_BYTES_DEFAULT + 2);
    struct scene scene;

    memset(body, ' ', HTTP_BODY_BYTES_DEFAULT + 1);
    struct scripted_answer answer = { .body = body };
    open_scene(&scene, &answer, 1);
    CU_ASSERT_EQUAL(post(&scene)->error.kind, ERROR_LIMIT);
    close_scene(&scene);
    free(body);
}

static void words_that_end_it_for_good(void)
{
    static const char *const final[] = { "not_authed",    "invalid_auth",       "account_inactive",
                                         "token_revoked", "token_expired",      "user_removed_from_team",
                                         "team_disabled", "org_login_required", "not_allowed_token_type",
                                         "missing_scope", "forbidden_team",     "access_denied" };
    static const char *const passing[] = { "", "ratelimited", "internal_error", "service_unavailable", "is_archived" };

    for (size_t i = 0; i < sizeof final / sizeof final[0]; i++)
        case_holds(final[i], slack_error_is_final(final[i]));
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++)
        case_holds(passing[i], !slack_error_is_final(passing[i]));
}

/* ---- Response URLs ---- */

static const struct slack_call *respond(struct scene *scene, const char *url)
{
    struct caller *caller = &scene->caller;
    int before = caller->pump_count;

    slack_call_release(&caller->call);
    text_copy_cut(caller->call.response_url, sizeof caller->call.response_url, url);
    buffer_append_text(&caller->call.body, "{\"text\":\"x\"}");
    slack_call_start(scene->slack, &caller->call, &caller->flow);
    run_until(scene->loop, &caller->pump_count, before + 1);
    return &caller->call;
}

static void a_response_url_gets_the_message_and_no_token(void)
{
    static const struct scripted_answer answers[] = { { .body = "ok", .content_type = "text/html" } };
    struct scene scene;
    char url[96];

    open_scene(&scene, answers, 1);
    snprintf(url, sizeof url, "https://localhost:%d/commands/T1/2/secret", scene.there.port);
    const struct slack_call *done = respond(&scene, url);
    CU_ASSERT_EQUAL(done->error.kind, ERROR_NONE);
    CU_ASSERT_PTR_NULL(done->answer);
    CU_ASSERT_STRING_EQUAL(scene.there.calls[0].path, "/commands/T1/2/secret");
    CU_ASSERT_STRING_EQUAL(scene.there.calls[0].authorization, "");
    CU_ASSERT_STRING_EQUAL(buffer_text(&scene.there.calls[0].body), "{\"text\":\"x\"}");
    close_scene(&scene);
}

static void a_response_url_that_is_used_up_is_told(void)
{
    static const struct answer_case cases[] = {
        { { .status = 404, .body = "expired_url", .content_type = "text/html" }, ERROR_INPUT, "expired_url", NULL },
        { { .status = 404, .body = "{\"ok\":false,\"error\":\"used_url\"}" }, ERROR_INPUT, "used_url", NULL },
        { { .status = 200, .body = "{\"ok\":false,\"error\":\"no_text\"}" }, ERROR_INPUT, "no_text", NULL },
        { { .status = 200, .body = "{\"ok\":true}" }, ERROR_NONE, "", NULL },
        { { .status = 404, .body = "<html>" }, ERROR_PROTOCOL, "", NULL },
        { { .status = 503, .body = "" }, ERROR_PROTOCOL, "", NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        char url[96];

        open_scene(&scene, &cases[i].answer, 1);
        snprintf(url, sizeof url, "https://localhost:%d/x", scene.there.port);
        const struct slack_call *done = respond(&scene, url);
        case_number(cases[i].answer.body, done->error.kind, cases[i].kind);
        case_text(cases[i].answer.body, done->slack_error, cases[i].word);
        case_number("calls", scene.there.call_count, 1);
        close_scene(&scene);
    }
}

static void a_response_url_that_leads_elsewhere_is_not_followed(void)
{
    static const char *const urls[] = {
        "https://example.com/commands/1",
        "http://hooks.slack.com/commands/1",
        "https://hooks.slack.com.example.com/x",
        "https://user:secret@hooks.slack.com/x",
        "https://127.0.0.1/commands/secret",
        "ftp://hooks.slack.com/",
        "nonsense",
        "",
    };
    struct scene scene;

    open_scene(&scene, NULL, 0);
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        const struct slack_call *done = respond(&scene, urls[i]);

        case_number(urls[i], done->error.kind, ERROR_INPUT);
        case_text(urls[i], done->error.message, "the response URL does not lead to Slack");
    }
    CU_ASSERT_EQUAL(scene.there.call_count, 0);
    close_scene(&scene);
}

TEST_MAIN("bot/slack_call", TEST(a_method_that_writes_gets_json_and_the_bots_token),
          TEST(a_ticket_is_asked_for_with_the_apps_token_and_an_empty_form), TEST(a_method_that_reads_gets_a_form),
          TEST(a_token_that_was_rotated_is_used_from_then_on), TEST(no_token_at_all_is_told_without_asking),
          TEST(a_refusal_is_told_with_slacks_word), TEST(an_answer_too_large_is_refused),
          TEST(words_that_end_it_for_good), TEST(a_response_url_gets_the_message_and_no_token),
          TEST(a_response_url_that_is_used_up_is_told), TEST(a_response_url_that_leads_elsewhere_is_not_followed))

/* tests/k8s/test_access.c - kubeconfig files, service accounts and plugins in a folder of their own. */
#include "k8s/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* What asks for credentials. */
struct scene {
    struct flow flow; /* First member */
    int pumps;
    struct loop *loop;
    struct access *access;
    char folder[64];
};

static void pump(struct flow *flow)
{
    struct scene *scene = (struct scene *) flow;

    scene->pumps++;
    loop_stop(scene->loop);
}

static void scene_open(struct scene *scene)
{
    *scene = (struct scene){ .flow = { pump }, .loop = loop_new() };
    snprintf(scene->folder, sizeof scene->folder, "/tmp/curfew-access-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(scene->folder));
}

static const char *path_of(const struct scene *scene, const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", scene->folder, name);
    return path;
}

static void write_file(const struct scene *scene, const char *name, const char *content)
{
    char new_path[160];

    /* As the kubelet does: the new one takes the place of the old one. */
    snprintf(new_path, sizeof new_path, "%s/new", scene->folder);
    FILE *file = fopen(new_path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(content, file);
    fclose(file);
    CU_ASSERT_EQUAL(rename(new_path, path_of(scene, name)), 0);
}

static void scene_close(struct scene *scene)
{
    static const char *const names[] = { "config",   "second",  "token",        "ca.crt", "namespace",
                                         "cert.pem", "key.pem", ".kube/config", "plugin", "runs" };

    if (scene->access != NULL)
        access_cancel(scene->access, &scene->flow);
    access_free(scene->access);
    loop_free(scene->loop);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(path_of(scene, names[i]));
    rmdir(path_of(scene, ".kube"));
    CU_ASSERT_EQUAL(rmdir(scene->folder), 0);
}

/* A kubeconfig whose user is this text. */
static void write_config(const struct scene *scene, const char *user)
{
    char text[2048];

    snprintf(text, sizeof text,
             "current-context: c\ncontexts: [{name: c, context: {cluster: c, user: ann, namespace: dev}}]\n"
             "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:6443/', certificate-authority: ca.crt}}]\n"
             "users:\n- name: ann\n  user: %s\n",
             user);
    write_file(scene, "config", text);
    write_file(scene, "ca.crt", "roots");
}

static bool open_config(struct scene *scene, struct error *error)
{
    static const char *const variables[] = { "PATH=/usr/bin:/bin", "COLOUR=red", "SHAPE=round", NULL };
    struct access_environment environment = { .kubeconfig = path_of(scene, "config"), .variables = variables };

    return access_new(scene->loop, &environment, &scene->access, error);
}

static void refresh(struct scene *scene, bool invalidated)
{
    int pumps = scene->pumps;

    access_refresh(scene->access, invalidated, &scene->flow);
    while (scene->pumps == pumps)
        loop_run(scene->loop);
}

static void expect_bearer(const struct scene *scene, const char *expected)
{
    case_text("bearer", secret_reveal(access_bearer(scene->access)), expected);
}

static void a_kubeconfig_says_server_namespace_and_user(void)
{
    struct scene scene;
    struct error error = { 0 };
    unsigned generation;

    scene_open(&scene);
    write_config(&scene, "{token: sesame}");
    if (case_holds(error.message, open_config(&scene, &error))) {
        case_text("server", access_server(scene.access), "https://127.0.0.1:6443");
        case_text("namespace", access_namespace(scene.access), "dev");
        case_text("user", access_user(scene.access), "ann");
        refresh(&scene, false);
        CU_ASSERT_TRUE(access_is_ready(scene.access));
        CU_ASSERT_EQUAL(access_error(scene.access)->kind, ERROR_NONE);
        expect_bearer(&scene, "sesame");
        case_text("roots", access_connection(scene.access, &generation)->ca_pem, "roots");
    }
    scene_close(&scene);
}

static void a_service_account_is_a_folder(void)
{
    static const struct {
        const char *host, *server;
    } cases[] = { { "10.96.0.1", "https://10.96.0.1:443" },
                  { "fd00:10:96::1", "https://[fd00:10:96::1]:443" },
                  { "kubernetes.default.svc", "https://kubernetes.default.svc:443" } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        struct error error = { 0 };

        scene_open(&scene);
        struct access_environment environment = { .service_host = cases[i].host,
                                                  .service_port = "443",
                                                  .service_account_folder = scene.folder,
                                                  .home = "/nowhere" };
        write_file(&scene, "token", "sesame\n");
        write_file(&scene, "ca.crt", "roots");
        write_file(&scene, "namespace", "curfew\n");
        if (case_holds(error.message, access_new(scene.loop, &environment, &scene.access, &error))) {
            case_text("server", access_server(scene.access), cases[i].server);
            case_text("namespace", access_namespace(scene.access), "curfew");
            case_text("user", access_user(scene.access), "");
            expect_bearer(&scene, "sesame");
        }
        scene_close(&scene);
    }
}

static void kubeconfig_comes_before_the_pod_and_the_pod_before_home(void)
{
    static const struct {
        bool has_variable, is_pod;
        const char *server;
    } cases[] = { { true, true, "https://127.0.0.1:6443" },
                  { false, true, "https://10.96.0.1:443" },
                  { false, false, "https://home" } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        struct error error = { 0 };
        char config[128];

        scene_open(&scene);
        CU_ASSERT_EQUAL(mkdir(path_of(&scene, ".kube"), 0700), 0);
        write_config(&scene, "{token: sesame}");
        write_file(&scene, "token", "sesame");
        write_file(&scene, ".kube/config",
                   "current-context: c\ncontexts: [{name: c, context: {cluster: c}}]\n"
                   "clusters: [{name: c, cluster: {server: 'https://home'}}]\n");
        snprintf(config, sizeof config, "%s", path_of(&scene, "config"));
        struct access_environment environment = { .kubeconfig = cases[i].has_variable ? config : "",
                                                  .service_host = cases[i].is_pod ? "10.96.0.1" : NULL,
                                                  .service_port = cases[i].is_pod ? "443" : NULL,
                                                  .service_account_folder = scene.folder,
                                                  .home = scene.folder };
        if (case_holds(error.message, access_new(scene.loop, &environment, &scene.access, &error)))
            case_text("server", access_server(scene.access), cases[i].server);
        scene_close(&scene);
    }
}

static void several_files_are_one(void)
{
    struct scene scene;
    struct error error = { 0 };
    char paths[512];

    scene_open(&scene);
    write_config(&scene, "{token: first}");
    write_file(&scene, "second", "current-context: other\nusers: [{name: ann, user: {token: second}}]\n");
    snprintf(paths, sizeof paths, "%s/missing::%s/config:%s/second:", scene.folder, scene.folder, scene.folder);
    struct access_environment environment = { .kubeconfig = paths };
    if (case_holds(error.message, access_new(scene.loop, &environment, &scene.access, &error)))
        expect_bearer(&scene, "first");
    scene_close(&scene);
}

static void what_cannot_be_used_is_named(void)
{
    /* %s stands for the folder. */
    static const struct {
        const char *kubeconfig, *home, *host, *user;
        enum error_kind kind;
        const char *expected;
    } cases[] = {
        { NULL, NULL, NULL, "{}", ERROR_INPUT, "KUBECONFIG is not set" },
        { NULL, "/nowhere", NULL, "{}", ERROR_INPUT, "/nowhere/.kube/config" },
        { "/nowhere/config", NULL, NULL, "{}", ERROR_INPUT,
          "KUBECONFIG cannot be used: /nowhere/config does not exist" },
        { "/tmp", NULL, NULL, "{}", ERROR_INPUT, "/tmp is a folder" },
        { "%s/config", NULL, NULL, "{password: x}", ERROR_INPUT, "/config, line 6: password" },
        { "%s/config", NULL, NULL, "{tokenFile: missing}", ERROR_SYSTEM, "/missing" },
        { "%s/config", NULL, NULL, "{tokenFile: empty}", ERROR_INPUT, "/empty is empty" },
        { "%s/config", NULL, NULL, "{client-certificate: missing, client-key: ca.crt}", ERROR_SYSTEM, "/missing" },
        { NULL, "/nowhere", "10.96.0.1", "{}", ERROR_SYSTEM, "/token" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        struct error error = { 0 };
        char path[128];

        scene_open(&scene);
        write_config(&scene, cases[i].user);
        write_file(&scene, "empty", " \n");
        snprintf(path, sizeof path, "%s", path_of(&scene, "config"));
        struct access_environment environment = { .home = cases[i].home,
                                                  .service_host = cases[i].host,
                                                  .service_port = "443",
                                                  .service_account_folder = scene.folder };
        if (cases[i].kubeconfig != NULL)
            environment.kubeconfig = text_starts_with(cases[i].kubeconfig, "%s") ? path : cases[i].kubeconfig;
        case_holds(cases[i].expected, !access_new(scene.loop, &environment, &scene.access, &error));
        case_number(cases[i].expected, error.kind, cases[i].kind);
        if (strstr(error.message, cases[i].expected) == NULL)
            case_text("sentence", error.message, cases[i].expected);
        unlink(path_of(&scene, "empty"));
        scene_close(&scene);
    }
}

static void a_token_is_read_again_when_it_was_refused(void)
{
    struct scene scene;
    struct error error = { 0 };

    scene_open(&scene);
    write_config(&scene, "{tokenFile: token}");
    write_file(&scene, "token", "first");
    CU_ASSERT_TRUE_FATAL(open_config(&scene, &error));
    write_file(&scene, "token", "second");
    refresh(&scene, true);
    expect_bearer(&scene, "second");

    /* Gone for a moment: the old one stays in use, and the reason is said. */
    unlink(path_of(&scene, "token"));
    refresh(&scene, true);
    CU_ASSERT_TRUE(access_is_ready(scene.access));
    CU_ASSERT_EQUAL(access_error(scene.access)->kind, ERROR_SYSTEM);
    expect_bearer(&scene, "second");
    scene_close(&scene);
}

static void wait_a_second(struct scene *scene)
{
    struct timer timer = { 0 };

    timer_start(scene->loop, &timer, 1001, &scene->flow);
    while (timer.armed)
        loop_run(scene->loop);
}

static void a_token_is_read_again_when_its_file_changed(void)
{
    struct scene scene;
    struct error error = { 0 };

    scene_open(&scene);
    write_config(&scene, "{tokenFile: token}");
    write_file(&scene, "token", "first");
    CU_ASSERT_TRUE_FATAL(open_config(&scene, &error));
    write_file(&scene, "token", "second");
    wait_a_second(&scene);
    refresh(&scene, false);
    expect_bearer(&scene, "second");
    scene_close(&scene);
}

static void new_roots_or_a_new_certificate_are_a_new_generation(void)
{
    struct scene scene;
    struct error error = { 0 };
    unsigned first, second, third, fourth;

    scene_open(&scene);
    write_config(&scene, "{client-certificate: cert.pem, client-key: key.pem}");
    write_file(&scene, "cert.pem", "certificate");
    write_file(&scene, "key.pem", "key");
    CU_ASSERT_TRUE_FATAL(open_config(&scene, &error));
    CU_ASSERT_TRUE(access_is_ready(scene.access));
    CU_ASSERT_TRUE(secret_is_empty(access_bearer(scene.access)));
    case_text("key", secret_reveal(access_connection(scene.access, &first)->key_pem), "key");

    refresh(&scene, true);
    CU_ASSERT_STRING_EQUAL(access_connection(scene.access, &second)->certificate_pem, "certificate");
    CU_ASSERT_EQUAL(second, first);

    write_file(&scene, "cert.pem", "new certificate");
    refresh(&scene, true);
    CU_ASSERT_STRING_EQUAL(access_connection(scene.access, &third)->certificate_pem, "new certificate");
    CU_ASSERT_NOT_EQUAL(third, second);

    write_file(&scene, "ca.crt", "new roots");
    refresh(&scene, true);
    CU_ASSERT_STRING_EQUAL(access_connection(scene.access, &fourth)->ca_pem, "new roots");
    CU_ASSERT_NOT_EQUAL(fourth, third);
    scene_close(&scene);
}

/* A plugin that counts its runs in a file and does what the text says. */
static void write_plugin(const struct scene *scene, const char *text)
{
    char script[2048];

    snprintf(script, sizeof script,
             "#!/bin/sh\n"
             "cd '%s' && echo run >>runs\n"
             "head='\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\"'\n"
             "%s\n",
             scene->folder, text);
    write_file(scene, "plugin", script);
    CU_ASSERT_EQUAL(chmod(path_of(scene, "plugin"), 0700), 0);
}

static int plugin_runs(const struct scene *scene)
{
    struct stat status;

    return stat(path_of(scene, "runs"), &status) == 0 ? (int) (status.st_size / (off_t) strlen("run\n")) : 0;
}

static const char plugin_user[] = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin,\n"
                                  "    args: [one, 't w o'], env: [{name: COLOUR, value: blue}],\n"
                                  "    installHint: 'Get it at example.com', provideClusterInfo: true}}";

static void a_plugin_gives_a_token(void)
{
    struct scene scene;
    struct error error = { 0 };

    scene_open(&scene);
    write_config(&scene, plugin_user);
    write_plugin(&scene, "case \"$KUBERNETES_EXEC_INFO\" in *cm9vdHM=*) told=yes;; esac\n"
                         "echo \"{$head,\\\"status\\\":{\\\"token\\\":\\\"$1-$2-$COLOUR-$SHAPE-$told\\\"}}\"");
    CU_ASSERT_TRUE_FATAL(open_config(&scene, &error));
    CU_ASSERT_FALSE(access_is_ready(scene.access));
    CU_ASSERT_EQUAL(plugin_runs(&scene), 0);
    refresh(&scene, false);
    CU_ASSERT_TRUE(access_is_ready(scene.access));
    expect_bearer(&scene, "one-t w o-blue-round-yes");

    /* It has no end: it is not run again before it is refused, and not at once after it was given. */
    refresh(&scene, false);
    refresh(&scene, true);
    CU_ASSERT_EQUAL(plugin_runs(&scene), 1);
    wait_a_second(&scene);
    refresh(&scene, true);
    CU_ASSERT_EQUAL(plugin_runs(&scene), 2);
    CU_ASSERT_TRUE(access_is_ready(scene.access));
    scene_close(&scene);
}

static void a_plugin_is_run_again_when_its_credential_ends(void)
{
    struct scene scene;
    struct error error = { 0 };

    scene_open(&scene);
    write_config(&scene, plugin_user);
    write_plugin(&scene, "at=$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)\n"
                         "echo \"{$head,\\\"status\\\":{\\\"token\\\":\\\"t$(wc -l <runs)\\\","
                         "\\\"expirationTimestamp\\\":\\\"$at\\\"}}\"");
    CU_ASSERT_TRUE_FATAL(open_config(&scene, &error));
    refresh(&scene, false);
    expect_bearer(&scene, "t1");
    while (!text_equal(secret_reveal(access_bearer(scene.access)), "t2")) {
        wait_a_second(&scene);
        refresh(&scene, false);
    }
    CU_ASSERT_EQUAL(plugin_runs(&scene), 2);
    scene_close(&scene);
}

static void a_plugin_gives_a_certificate(void)
{
    struct scene scene;
    struct error error = { 0 };
    unsigned before, after;

    scene_open(&scene);
    write_config(&scene, plugin_user);
    write_plugin(&scene, "echo \"{$head,\\\"status\\\":{\\\"clientCertificateData\\\":\\\"certificate\\\","
                         "\\\"clientKeyData\\\":\\\"key\\\"}}\"");
    CU_ASSERT_TRUE_FATAL(open_config(&scene, &error));
    CU_ASSERT_STRING_EQUAL(access_connection(scene.access, &before)->certificate_pem, "");
    refresh(&scene, false);
    CU_ASSERT_TRUE(access_is_ready(scene.access));
    const struct http_client_options *options = access_connection(scene.access, &after);
    CU_ASSERT_STRING_EQUAL(options->certificate_pem, "certificate");
    CU_ASSERT_STRING_EQUAL(secret_reveal(options->key_pem), "key");
    CU_ASSERT_NOT_EQUAL(before, after);

    /* The same one again is no reason for new connections. */
    wait_a_second(&scene);
    refresh(&scene, true);
    CU_ASSERT_EQUAL(plugin_runs(&scene), 2);
    options = access_connection(scene.access, &before);
    CU_ASSERT_STRING_EQUAL(options->certificate_pem, "certificate");
    CU_ASSERT_EQUAL(before, after);
    scene_close(&scene);
}

static void what_a_plugin_does_wrong_is_said(void)
{
    static const struct {
        const char *text; /* NULL: there is no plugin */
        const char *expected;
    } cases[] = {
        { NULL, "Get it at example.com" },
        { "exit 3", "ended with status 3" },
        { "echo hunter2", "plugin" },
        { "echo \"{$head,\\\"status\\\":{\\\"token\\\":\\\"hunter2\\\",\\\"expirationTimestamp\\\":"
          "\\\"2020-01-01T00:00:00Z\\\"}}\"",
          "expired already" },
        { "head -c 2000000 /dev/zero", "larger than 1048576 bytes" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        struct error error = { 0 };

        scene_open(&scene);
        write_config(&scene, plugin_user);
        if (cases[i].text != NULL)
            write_plugin(&scene, cases[i].text);
        CU_ASSERT_TRUE_FATAL(open_config(&scene, &error));
        refresh(&scene, false);
        case_holds(cases[i].expected, !access_is_ready(scene.access));
        if (strstr(access_error(scene.access)->message, cases[i].expected) == NULL)
            case_text("sentence", access_error(scene.access)->message, cases[i].expected);
        case_holds("the answer is not shown", strstr(access_error(scene.access)->message, "hunter2") == NULL);

        /* It is left alone for a moment; the reason stays. */
        int runs = plugin_runs(&scene);
        refresh(&scene, false);
        case_number("runs", plugin_runs(&scene), runs);
        case_holds("reason", access_error(scene.access)->kind != ERROR_NONE);
        scene_close(&scene);
    }
}

static void a_plugin_that_runs_can_be_left(void)
{
    struct scene scene;
    struct error error = { 0 };

    scene_open(&scene);
    write_config(&scene, plugin_user);
    write_plugin(&scene, "exec tail -f /dev/null");
    CU_ASSERT_TRUE_FATAL(open_config(&scene, &error));
    access_refresh(scene.access, false, &scene.flow);
    while (plugin_runs(&scene) == 0)
        wait_a_second(&scene);
    int pumps = scene.pumps;
    access_cancel(scene.access, &scene.flow);
    access_free(scene.access);
    scene.access = NULL;
    wait_a_second(&scene);
    CU_ASSERT_EQUAL(scene.pumps, pumps + 1); /* the second that was waited */
    scene_close(&scene);
}

TEST_MAIN("k8s/access", TEST(a_kubeconfig_says_server_namespace_and_user), TEST(a_service_account_is_a_folder),
          TEST(kubeconfig_comes_before_the_pod_and_the_pod_before_home), TEST(several_files_are_one),
          TEST(what_cannot_be_used_is_named), TEST(a_token_is_read_again_when_it_was_refused),
          TEST(a_token_is_read_again_when_its_file_changed), TEST(new_roots_or_a_new_certificate_are_a_new_generation),
          TEST(a_plugin_gives_a_token), TEST(a_plugin_is_run_again_when_its_credential_ends),
          TEST(a_plugin_gives_a_certificate), TEST(what_a_plugin_does_wrong_is_said),
          TEST(a_plugin_that_runs_can_be_left))

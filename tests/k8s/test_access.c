/* tests/k8s/test_access.c - kubeconfig files, service accounts and plugins in a folder of their own. */
#include "k8s/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"
#include "tests/k8s/access_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

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

TEST_MAIN("k8s/access", TEST(a_kubeconfig_says_server_namespace_and_user), TEST(a_service_account_is_a_folder),
          TEST(kubeconfig_comes_before_the_pod_and_the_pod_before_home), TEST(several_files_are_one),
          TEST(what_cannot_be_used_is_named), TEST(a_token_is_read_again_when_it_was_refused),
          TEST(a_token_is_read_again_when_its_file_changed), TEST(new_roots_or_a_new_certificate_are_a_new_generation))

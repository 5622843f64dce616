/* tests/k8s/test_credential_plugin.c - plugins that are shell scripts, asked through the access they serve. */
#include "k8s/credential_plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"
#include "tests/k8s/access_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

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
    for (int i = 0; i < 4; i++)
        wait_a_second(&scene);
    CU_ASSERT_FALSE(access_is_ready(scene.access));
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

TEST_MAIN("k8s/credential_plugin", TEST(a_plugin_gives_a_token), TEST(a_plugin_is_run_again_when_its_credential_ends),
          TEST(a_plugin_gives_a_certificate), TEST(what_a_plugin_does_wrong_is_said),
          TEST(a_plugin_that_runs_can_be_left))

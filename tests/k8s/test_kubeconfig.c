/* tests/k8s/test_kubeconfig.c - files as kubectl, cloud providers and people write them. */
#include "k8s/kubeconfig.h"

#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static bool read_two(const char *first, const char *second, const char *context, struct kubeconfig *config,
                     struct error *error)
{
    struct kubeconfig_source sources[] = {
        { "/home/ann/.kube/config", first, strlen(first) },
        { "/etc/curfew/second.yaml", second != NULL ? second : "", second != NULL ? strlen(second) : 0 },
    };

    return kubeconfig_read(sources, second != NULL ? 2 : 1, context, config, error);
}

static bool read_one(const char *text, struct kubeconfig *config, struct error *error)
{
    return read_two(text, NULL, NULL, config, error);
}

static void expect_text(const char *name, const char *actual, const char *expected)
{
    case_text(name, actual != NULL ? actual : "(not given)", expected);
}

/* kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig and .../configure-access-multiple-clusters */
static const char published[] = "apiVersion: v1\n"
                                "clusters:\n"
                                "- cluster:\n"
                                "    certificate-authority: fake-ca-file\n"
                                "    server: https://1.2.3.4\n"
                                "  name: development\n"
                                "- cluster:\n"
                                "    insecure-skip-tls-verify: true\n"
                                "    server: https://5.6.7.8\n"
                                "  name: test\n"
                                "contexts:\n"
                                "- context:\n"
                                "    cluster: development\n"
                                "    namespace: frontend\n"
                                "    user: developer\n"
                                "  name: dev-frontend\n"
                                "- context:\n"
                                "    cluster: development\n"
                                "    namespace: storage\n"
                                "    user: developer\n"
                                "  name: dev-storage\n"
                                "- context:\n"
                                "    cluster: test\n"
                                "    namespace: default\n"
                                "    user: experimenter\n"
                                "  name: exp-test\n"
                                "current-context: \"dev-frontend\"\n"
                                "kind: Config\n"
                                "preferences: {}\n"
                                "users:\n"
                                "- name: developer\n"
                                "  user:\n"
                                "    client-certificate: fake-cert-file\n"
                                "    client-key: /absolute/fake-key-file\n"
                                "- name: experimenter\n"
                                "  user:\n"
                                "    token: \"a b\\u0021\"\n";

static void the_current_context_is_chosen_and_paths_stand_beside_their_file(void)
{
    released_by(kubeconfig_release) struct kubeconfig config = { 0 };
    struct error error = { 0 };

    case_holds(error.message, read_one(published, &config, &error));
    expect_text("context", config.context, "dev-frontend");
    expect_text("server", config.server, "https://1.2.3.4");
    expect_text("namespace", config.namespace, "frontend");
    expect_text("user", config.user, "developer");
    expect_text("ca", config.ca_path, "/home/ann/.kube/fake-ca-file");
    expect_text("certificate", config.client_certificate_path, "/home/ann/.kube/fake-cert-file");
    expect_text("key", config.client_key_path, "/absolute/fake-key-file");
    CU_ASSERT_FALSE(config.insecure_skip_tls_verify);
    CU_ASSERT_TRUE(secret_is_empty(&config.token));
    CU_ASSERT_PTR_NULL(config.exec.command);
}

static void another_context_can_be_asked_for(void)
{
    released_by(kubeconfig_release) struct kubeconfig config = { 0 };
    struct error error = { 0 };

    case_holds(error.message, read_two(published, NULL, "exp-test", &config, &error));
    expect_text("server", config.server, "https://5.6.7.8");
    expect_text("token", secret_reveal(&config.token), "a b!");
    CU_ASSERT_TRUE(config.insecure_skip_tls_verify);
    CU_ASSERT_PTR_NULL(config.ca_path);
}

/* What `aws eks update-kubeconfig` writes, with a hint. */
static void a_plugin_is_read_whole(void)
{
    released_by(kubeconfig_release) struct kubeconfig config = { 0 };
    struct error error = { 0 };

    case_holds(error.message, read_one("{apiVersion: v1, kind: Config, current-context: c,\n"
                                       "\tcontexts: [{name: c, context: {cluster: c, user: u}}],\n"
                                       "\tclusters: [{name: c, cluster: {server: 'https://[fd00::1]:6443/'}}],\n"
                                       "\tusers: [{name: u, user: {exec: {\n"
                                       "  apiVersion: client.authentication.k8s.io/v1beta1, command: bin/aws,\n"
                                       "  args: [--region, eu-central-1, eks, get-token, ''],\n"
                                       "  env: [{name: AWS_PROFILE, value: dev}, {name: EMPTY, value: ''}],\n"
                                       "  installHint: 'Install aws', provideClusterInfo: true,\n"
                                       "  interactiveMode: IfAvailable}}}]}\n",
                                       &config, &error));
    expect_text("server", config.server, "https://[fd00::1]:6443");
    expect_text("version", config.exec.api_version, "client.authentication.k8s.io/v1beta1");
    expect_text("command", config.exec.command, "/home/ann/.kube/bin/aws");
    expect_text("argument", config.exec.arguments[0], "--region");
    expect_text("argument", config.exec.arguments[3], "get-token");
    expect_text("argument", config.exec.arguments[4], "");
    CU_ASSERT_PTR_NULL(config.exec.arguments[5]);
    expect_text("environment", config.exec.environment[0], "AWS_PROFILE=dev");
    expect_text("environment", config.exec.environment[1], "EMPTY=");
    CU_ASSERT_PTR_NULL(config.exec.environment[2]);
    expect_text("hint", config.exec.install_hint, "Install aws");
    CU_ASSERT_TRUE(config.exec.provide_cluster_info);
}

static void write_example(char *target, size_t size, const char *cluster, const char *user)
{
    snprintf(target, size,
             "current-context: c\n"
             "contexts:\n- name: c\n  context: {cluster: c, user: u}\n"
             "clusters:\n- name: c\n  cluster:\n    server: https://127.0.0.1:6443\n%s"
             "users:\n- name: u\n  user:\n    x: y\n%s",
             cluster, user);
}

static void data_wins_over_a_path_and_a_token_file_over_a_token(void)
{
    released_by(kubeconfig_release) struct kubeconfig config = { 0 };
    struct error error = { 0 };
    char text[2048];

    write_example(text, sizeof text,
                  "    certificate-authority: ca.pem\n    certificate-authority-data: Zm9v\n"
                  "    tls-server-name: kubernetes\n    proxy-url: http://proxy:3128\n",
                  "    client-certificate: cert.pem\n    client-certificate-data: |\n      Zm9v\n      Yg==\n"
                  "    client-key: key.pem\n    client-key-data: Zm9vYmFy\n    token: t\n    tokenFile: token\n");
    case_holds(error.message, read_one(text, &config, &error));
    CU_ASSERT_PTR_NULL(config.ca_path);
    expect_text("ca", buffer_text(&config.ca_pem), "foo");
    expect_text("name", config.tls_server_name, "kubernetes");
    expect_text("proxy", config.proxy_url, "http://proxy:3128");
    CU_ASSERT_PTR_NULL(config.client_certificate_path);
    expect_text("certificate", buffer_text(&config.client_certificate_pem), "foob");
    CU_ASSERT_PTR_NULL(config.client_key_path);
    expect_text("key", secret_reveal(&config.client_key_pem), "foobar");
    CU_ASSERT_TRUE(secret_is_empty(&config.token));
    expect_text("token file", config.token_path, "/home/ann/.kube/token");
}

static void the_first_file_that_names_a_thing_wins(void)
{
    static const char first[] =
        "clusters:\n- name: both\n  cluster: {server: 'https://first', certificate-authority: ca}\n"
        "contexts:\n- name: both\n  context: {cluster: both, user: both}\n";
    static const char second[] = "current-context: both\n"
                                 "clusters:\n- name: both\n  cluster: {server: 'https://second'}\n"
                                 "contexts:\n- name: both\n  context: {cluster: none, user: none}\n"
                                 "users:\n- name: both\n  user: {tokenFile: token}\n";
    released_by(kubeconfig_release) struct kubeconfig config = { 0 };
    struct error error = { 0 };

    case_holds(error.message, read_two(first, second, NULL, &config, &error));
    expect_text("server", config.server, "https://first");
    expect_text("ca", config.ca_path, "/home/ann/.kube/ca");
    expect_text("token", config.token_path, "/etc/curfew/token");
}

static void an_empty_file_beside_a_full_one_says_nothing(void)
{
    static const char *const empty[] = { "", "\n\n", "# nothing yet\n", "---\n", "{}", "null\n" };

    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
        released_by(kubeconfig_release) struct kubeconfig config = { 0 };
        struct error error = { 0 };

        case_holds(empty[i], read_two(empty[i], published, NULL, &config, &error));
        expect_text(empty[i], config.context, "dev-frontend");
    }
}

static void nobody_is_somebody_without_credentials(void)
{
    released_by(kubeconfig_release) struct kubeconfig config = { 0 };
    struct error error = { 0 };

    case_holds(error.message,
               read_one("current-context: c\ncontexts: [{name: c, context: {cluster: c}}]\n"
                        "clusters: [{name: c, cluster: {server: 'http://localhost:8001'}}]\nusers: null\n",
                        &config, &error));
    CU_ASSERT_PTR_NULL(config.user);
    CU_ASSERT_TRUE(secret_is_empty(&config.token));
}

static void an_alias_stands_for_what_it_names(void)
{
    released_by(kubeconfig_release) struct kubeconfig config = { 0 };
    struct error error = { 0 };

    case_holds(error.message,
               read_one("current-context: &name c\ncontexts: [{name: *name, context: {cluster: *name}}]\n"
                        "clusters: [{name: *name, cluster: {server: 'https://localhost'}}]\n",
                        &config, &error));
    expect_text("context", config.context, "c");
}

static void what_is_wrong_is_named(void)
{
    static const char none[] = "";
    static const char context[] = "current-context: c\ncontexts:\n- name: c\n  context: {cluster: c, user: u}\n";
    static const char cluster[] = "current-context: c\ncontexts:\n- name: c\n  context: {cluster: c, user: u}\n"
                                  "clusters:\n- name: c\n  cluster: {server: 'https://h'}\n";
    static const struct {
        const char *before; /* four lines of a context, seven with its cluster */
        const char *text;
        const char *expected; /* in the sentence */
    } cases[] = {
        { none, "", "no current-context" },
        { none, "just words\n", "line 1: this is no kubeconfig" },
        { none, "- a list\n", "line 1: this is no kubeconfig" },
        { none, "current-context: [c]\n", "line 1: current-context must be a text" },
        { none, "current-context: c\n", "no context \"c\"" },
        { none, "current-context: c\ncontexts: []\n", "no context \"c\"" },
        { none, "a: b\nclusters:\n\t- name: c\n", "line 3: indented with a tab" },
        { none, "a: b\nclusters: [\n", "no YAML: line 3" },
        { none, "a: b\n  - c: d\n", "no YAML: line 2" },
        { none, "a: \xFF\n", "no YAML" },
        { none, "current-context: c\ncontexts:\n- name: c\n  context: {user: u}\n",
          "line 4: context \"c\" names no cluster" },
        { none, "current-context: c\ncontexts:\n- name: c\n", "context \"c\" names no cluster" },
        { context, "", "no cluster \"c\"" },
        { cluster, "", "no user \"u\"" },
        { context, "clusters:\n- name: c\n  cluster: {}\n", "has no server" },
        { context, "clusters:\n- name: c\n  cluster: {server: 'ftp://h'}\n", "server" },
        { context, "clusters:\n- name: c\n  cluster: {server: 'https://ann:pw@h'}\n", "user and a password" },
        { context, "clusters:\n- name: c\n  cluster: {server: 'https://h', insecure-skip-tls-verify: perhaps}\n",
          "insecure-skip-tls-verify must be true or false" },
        { context, "clusters:\n- name: c\n  cluster: {server: 'https://h', certificate-authority-data: '%'}\n",
          "line 7: certificate-authority-data is no base64" },
        { cluster, "users: [{name: u, user: {client-key-data: 'Zg'}}]\n", "client-key-data is no base64" },
        { cluster, "users: [{name: u, user: {client-key: k}}]\n", "client key without its certificate" },
        { cluster, "users: [{name: u, user: {client-certificate: k}}]\n", "client certificate without its key" },
        { cluster, "users: [{name: u, user: {username: ann, password: pw}}]\n", "line 8: username" },
        { cluster, "users: [{name: u, user: {auth-provider: {name: gcp}}}]\n", "line 8: auth-provider" },
        { cluster, "users: [{name: u, user: {token: t, as: root}}]\n", "as: acting as somebody else" },
        { cluster, "users: [{name: u, user: {token: {a: b}}}]\n", "token must be a text" },
        { cluster, "users: [{name: u, user: {token: \"a\\0b\"}}]\n", "token has a NUL" },
        { cluster, "users: [{name: u, user: {exec: {command: x}}}]\n", "apiVersion of exec" },
        { cluster,
          "users: [{name: u, user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}}]\n",
          "apiVersion of exec" },
        { cluster, "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1}}}]\n",
          "exec has no command" },
        { cluster,
          "users: [{name: u, user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1,"
          " interactiveMode: Always}}}]\n",
          "wants a terminal" },
        { cluster, "users: [{name: u, user: {exec: {command: x, args: [[]]}}}]\n", "args must be a text" },
        { cluster, "users: [{name: u, user: {exec: {command: x, env: [{value: x}]}}}]\n", "env of exec" },
        { cluster,
          "users: [{name: u, user: {exec: {command: x, args: [0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,"
          "0,1,2,3,4,5,6,7,8,9,0,1,2]}}}]\n",
          "more than 32 args" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct kubeconfig config = { 0 };
        struct error error = { 0 };
        char text[2048];

        snprintf(text, sizeof text, "%s%s", cases[i].before, cases[i].text);
        case_holds(cases[i].text, !read_one(text, &config, &error));
        case_number(cases[i].text, error.kind, ERROR_INPUT);
        if (!case_holds(cases[i].text, strstr(error.message, cases[i].expected) != NULL))
            case_text(cases[i].text, error.message, cases[i].expected);
        case_holds(error.message, strstr(error.message, "/home/ann/.kube/config") != NULL);
        case_holds(cases[i].text, config.context == NULL);
    }
}

static void the_file_at_fault_is_the_one_that_is_named(void)
{
    struct kubeconfig config = { 0 };
    struct error error = { 0 };

    CU_ASSERT_FALSE(read_two(published, "a: [\n", NULL, &config, &error));
    case_holds(error.message, strstr(error.message, "/etc/curfew/second.yaml") != NULL);
}

static void nothing_at_all_is_an_error(void)
{
    struct kubeconfig config = { 0 };
    struct error error = { 0 };

    CU_ASSERT_FALSE(kubeconfig_read(NULL, 0, NULL, &config, &error));
    CU_ASSERT_FALSE(kubeconfig_read(NULL, 0, "c", &config, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_INPUT);
}

/* "Billion laughs": nine levels of nine aliases each, and an alias to the node it stands in. */
static void aliases_do_not_multiply_and_do_not_go_round(void)
{
    struct kubeconfig config = { 0 };
    struct error error = { 0 };
    struct buffer text = { 0 };

    buffer_append_text(&text, "l0: &l0 [a, b]\n");
    for (int i = 1; i <= 9; i++)
        buffer_append_format(&text, "l%d: &l%d [*l%d, *l%d, *l%d, *l%d, *l%d, *l%d, *l%d, *l%d, *l%d]\n", i, i, i - 1,
                             i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    buffer_append_text(&text, "round: &round {contexts: *round}\ncontexts: &c [*c, *l9]\ncurrent-context: x\n");
    CU_ASSERT_FALSE(read_one(buffer_text(&text), &config, &error));
    case_holds(error.message, strstr(error.message, "no context \"x\"") != NULL);
    buffer_release(&text);
}

static void deep_nesting_is_refused(void)
{
    static const struct {
        const char *open;
        int count;
    } cases[] = { { "[", 100000 }, { "{a: ", 100000 }, { "- ", 100000 }, { "? ", 100000 }, { "[", 33 } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct kubeconfig config = { 0 };
        struct error error = { 0 };
        struct buffer text = { 0 };

        for (int n = 0; n < cases[i].count; n++)
            buffer_append_text(&text, cases[i].open);
        case_holds(cases[i].open, !read_one(buffer_text(&text), &config, &error));
        case_holds(error.message, strstr(error.message, "nested deeper than 32 levels") != NULL);
        buffer_release(&text);
    }
}

/* Once 80,000 anchors in a file of a megabyte kept the reader busy for two minutes. */
static void more_anchors_or_values_than_anybody_needs_are_refused(void)
{
    static const struct {
        const char *text, *expected;
    } cases[] = { { "- &a%d b\n", "more than 100 anchors" }, { "- %d\n", "more than 100000 values" } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct kubeconfig config = { 0 };
        struct error error = { 0 };
        struct buffer text = { 0 };

        for (int n = 0; text.length < KUBECONFIG_BYTES_MAX - 20; n++)
            buffer_append_format(&text, i == 0 ? "- &a%d b\n" : "- %d\n", n);
        case_holds(cases[i].text, !read_one(buffer_text(&text), &config, &error));
        case_number(cases[i].text, error.kind, ERROR_INPUT);
        case_holds(error.message, strstr(error.message, cases[i].expected) != NULL);
        buffer_release(&text);
    }
}

static void a_file_beyond_the_limit_is_refused(void)
{
    struct buffer text = { .limit = 2 * KUBECONFIG_BYTES_MAX };
    struct kubeconfig config = { 0 };
    struct error error = { 0 };

    while (text.length <= KUBECONFIG_BYTES_MAX)
        buffer_append_text(&text, "# a comment\n");
    CU_ASSERT_FALSE(read_one(buffer_text(&text), &config, &error));
    case_holds(error.message, strstr(error.message, "larger than 1048576 bytes") != NULL);
    buffer_release(&text);
}

static void no_sentence_shows_a_secret(void)
{
    static const char *const users[] = {
        "    token: {hunter2: hunter2}\n", "    client-key-data: hunter2\n",         "    password: hunter2\n",
        "    token: \"hunter2\\0\"\n",     "    token: hunter2\n    tokenFile: [\n",
    };

    for (size_t i = 0; i < sizeof users / sizeof users[0]; i++) {
        struct kubeconfig config = { 0 };
        struct error error = { 0 };
        char text[2048];

        write_example(text, sizeof text, "", users[i]);
        case_holds(users[i], !read_one(text, &config, &error));
        case_holds(error.message, strstr(error.message, "hunter2") == NULL);
    }
}

TEST_MAIN("k8s/kubeconfig", TEST(the_current_context_is_chosen_and_paths_stand_beside_their_file),
          TEST(another_context_can_be_asked_for), TEST(a_plugin_is_read_whole),
          TEST(data_wins_over_a_path_and_a_token_file_over_a_token), TEST(the_first_file_that_names_a_thing_wins),
          TEST(an_empty_file_beside_a_full_one_says_nothing), TEST(nobody_is_somebody_without_credentials),
          TEST(an_alias_stands_for_what_it_names), TEST(what_is_wrong_is_named),
          TEST(the_file_at_fault_is_the_one_that_is_named), TEST(nothing_at_all_is_an_error),
          TEST(aliases_do_not_multiply_and_do_not_go_round), TEST(deep_nesting_is_refused),
          TEST(more_anchors_or_values_than_anybody_needs_are_refused), TEST(a_file_beyond_the_limit_is_refused),
          TEST(no_sentence_shows_a_secret))

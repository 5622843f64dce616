/* tests/k8s/test_exec_credential.c - the examples of Kubernetes' documentation, and what is none. */
#include "k8s/exec_credential.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static const char version[] = "client.authentication.k8s.io/v1";

static bool read_output(const char *text, struct exec_credential *credential, struct error *error)
{
    return exec_credential_read(text, strlen(text), version, credential, error);
}

/* kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
static void a_published_token_is_read(void)
{
    released_by(exec_credential_release) struct exec_credential credential = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(read_output("{\n"
                                     "  \"apiVersion\": \"client.authentication.k8s.io/v1\",\n"
                                     "  \"kind\": \"ExecCredential\",\n"
                                     "  \"status\": {\n"
                                     "    \"token\": \"my-bearer-token\",\n"
                                     "    \"expirationTimestamp\": \"2018-03-05T17:30:20-08:00\"\n"
                                     "  }\n"
                                     "}\n",
                                     &credential, &error));
    CU_ASSERT_STRING_EQUAL(secret_reveal(&credential.token), "my-bearer-token");
    /* date -u -d 2018-03-05T17:30:20-08:00 +%s */
    CU_ASSERT_EQUAL(credential.expires_at, 1520299820);
    CU_ASSERT_EQUAL(credential.client_certificate_pem.length, 0);
    CU_ASSERT_TRUE(secret_is_empty(&credential.client_key_pem));
}

static void a_published_certificate_is_read(void)
{
    released_by(exec_credential_release) struct exec_credential credential = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(
        read_output("{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {"
                    "\"clientCertificateData\": \"-----BEGIN CERTIFICATE-----\\n...\\n-----END CERTIFICATE-----\","
                    "\"clientKeyData\": \"-----BEGIN RSA PRIVATE KEY-----\\n...\\n-----END RSA PRIVATE KEY-----\"}}",
                    &credential, &error));
    CU_ASSERT_TRUE(secret_is_empty(&credential.token));
    CU_ASSERT_STRING_EQUAL(buffer_text(&credential.client_certificate_pem),
                           "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----");
    CU_ASSERT_STRING_EQUAL(secret_reveal(&credential.client_key_pem),
                           "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----");
    CU_ASSERT_EQUAL(credential.expires_at, 0);
}

static void the_time_of_expiry_is_read_in_every_form(void)
{
    /* Expected: GNU date. */
    static const struct {
        const char *text;
        int64_t expected; /* -1: refused */
    } cases[] = {
        { "2026-11-24T10:30:00Z", 1795516200 },
        { "2026-11-24T10:30:00.123456789Z", 1795516200 },
        { "2026-11-24T12:30:00+02:00", 1795516200 },
        { "2026-11-24T05:00:00-05:30", 1795516200 },
        { "2028-02-29T00:00:00Z", 1835395200 },
        { "2026-11-24 10:30:00Z", -1 },
        { "2026-11-24T10:30:00", -1 },
        { "2026-11-24T10:30:00.Z", -1 },
        { "2026-13-24T10:30:00Z", -1 },
        { "2026-11-24T24:30:00Z", -1 },
        { "2026-11-24T10:30:00+2:00", -1 },
        { "2026-11-24T10:30:00+0200", -1 },
        { "2026-11-24T10:30:00Zulu", -1 },
        { "2O26-11-24T10:30:00Z", -1 },
        { "tomorrow", -1 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(exec_credential_release) struct exec_credential credential = { 0 };
        struct error error = { 0 };
        char text[512];

        snprintf(text, sizeof text,
                 "{\"apiVersion\":\"%s\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"t\","
                 "\"expirationTimestamp\":\"%s\"}}",
                 version, cases[i].text);
        case_holds(cases[i].text, read_output(text, &credential, &error) == (cases[i].expected >= 0));
        if (cases[i].expected >= 0)
            case_number(cases[i].text, credential.expires_at, cases[i].expected);
    }
}

static void what_is_no_credential_is_refused_without_showing_it(void)
{
    /* The first stand as they are, the others are what follows on apiVersion and kind. */
    static const struct {
        bool whole;
        const char *text;
    } cases[] = {
        { true, "" },
        { true, "hunter2" },
        { true, "{}" },
        { true, "{\"apiVersion\":\"client.authentication.k8s.io/"
                "v1\",\"kind\":\"Status\",\"status\":{\"token\":\"hunter2\"}}" },
        { true, "{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"kind\":\"ExecCredential\","
                "\"status\":{\"token\":\"hunter2\"}}" },
        { false, "}" },
        { false, ",\"status\":\"hunter2\"}" },
        { false, ",\"status\":{}}" },
        { false, ",\"status\":{\"token\":7}}" },
        { false, ",\"status\":{\"clientCertificateData\":\"hunter2\"}}" },
        { false, ",\"status\":{\"token\":\"t\",\"clientKeyData\":\"hunter2\"}}" },
        { false, ",\"status\":{\"token\":\"hunter2\"}} hunter2" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(exec_credential_release) struct exec_credential credential = { 0 };
        struct error error = { 0 };
        char text[512];

        snprintf(text, sizeof text, "{\"apiVersion\":\"%s\",\"kind\":\"ExecCredential\"%s", version, cases[i].text);
        case_holds(cases[i].text, !read_output(cases[i].whole ? cases[i].text : text, &credential, &error));
        case_number(cases[i].text, error.kind, ERROR_PROTOCOL);
        case_holds(error.message, strstr(error.message, "hunter2") == NULL);
    }
}

static void the_plugin_is_told_the_version_and_that_nobody_is_there(void)
{
    char api_version[] = "client.authentication.k8s.io/v1";
    struct kubeconfig config = { .exec = { .api_version = api_version } };
    released_by(buffer_release) struct buffer info = { 0 };

    exec_credential_write_info(&config, &info);
    CU_ASSERT_STRING_EQUAL(buffer_text(&info), "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication."
                                               "k8s.io/v1\",\"spec\":{\"interactive\":false}}");
}

static void the_plugin_is_told_of_the_cluster_when_it_wants_to_be(void)
{
    char api_version[] = "client.authentication.k8s.io/v1";
    char server[] = "https://172.17.4.100:6443";
    char name[] = "api.example.com";
    struct kubeconfig config = { .server = server, .tls_server_name = name };
    released_by(buffer_release) struct buffer info = { 0 };
    released_by(json_release) cJSON *read_back = NULL;
    struct error error = { 0 };

    config.exec = (struct exec_plugin){ .api_version = api_version, .provide_cluster_info = true };
    buffer_append_text(&config.ca_pem, "foobar");
    exec_credential_write_info(&config, &info);
    CU_ASSERT_TRUE_FATAL(json_parse(buffer_text(&info), info.length, "info", &read_back, &error));
    CU_ASSERT_STRING_EQUAL(json_text(read_back, "spec/cluster/server"), "https://172.17.4.100:6443");
    CU_ASSERT_STRING_EQUAL(json_text(read_back, "spec/cluster/tls-server-name"), "api.example.com");
    CU_ASSERT_STRING_EQUAL(json_text(read_back, "spec/cluster/certificate-authority-data"), "Zm9vYmFy");
    CU_ASSERT_PTR_NULL(json_find(read_back, "spec/cluster/insecure-skip-tls-verify"));
    buffer_release(&config.ca_pem);
}

TEST_MAIN("k8s/exec_credential", TEST(a_published_token_is_read), TEST(a_published_certificate_is_read),
          TEST(the_time_of_expiry_is_read_in_every_form), TEST(what_is_no_credential_is_refused_without_showing_it),
          TEST(the_plugin_is_told_the_version_and_that_nobody_is_there),
          TEST(the_plugin_is_told_of_the_cluster_when_it_wants_to_be))

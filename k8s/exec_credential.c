/* k8s/exec_credential.c - what a credential plugin is told, and what it answers. */
#include "k8s/exec_credential.h"

#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "k8s/base64.h"

static void write_cluster(const struct kubeconfig *config, struct json_writer *writer);
static bool read_status(const cJSON *status, struct exec_credential *target, struct error *error);
static bool read_instant(const char *text, int64_t *ret_instant);
static void release_and_wipe(cJSON **value);

void exec_credential_release(struct exec_credential *credential)
{
    secret_release(&credential->token);
    buffer_release(&credential->client_certificate_pem);
    secret_release(&credential->client_key_pem);
    *credential = (struct exec_credential){ 0 };
}

void exec_credential_write_info(const struct kubeconfig *config, struct buffer *target)
{
    struct json_writer writer = json_writer_start(target);

    json_begin_object(&writer, NULL);
    json_put_text(&writer, "kind", "ExecCredential");
    json_put_text(&writer, "apiVersion", config->exec.api_version);
    json_begin_object(&writer, "spec");
    if (config->exec.provide_cluster_info)
        write_cluster(config, &writer);
    json_put_bool(&writer, "interactive", false);
    json_end_object(&writer);
    json_end_object(&writer);
}

static void write_cluster(const struct kubeconfig *config, struct json_writer *writer)
{
    json_begin_object(writer, "cluster");
    json_put_text(writer, "server", config->server);
    if (config->tls_server_name != NULL)
        json_put_text(writer, "tls-server-name", config->tls_server_name);
    if (config->insecure_skip_tls_verify)
        json_put_bool(writer, "insecure-skip-tls-verify", true);
    if (config->ca_pem.length > 0) {
        released_by(buffer_release) struct buffer encoded = { .limit = 2 * BUFFER_LIMIT_DEFAULT };

        base64_encode(config->ca_pem.data, config->ca_pem.length, &encoded);
        json_put_text(writer, "certificate-authority-data", buffer_text(&encoded));
    }
    if (config->proxy_url != NULL)
        json_put_text(writer, "proxy-url", config->proxy_url);
    json_end_object(writer);
}

bool exec_credential_read(const char *output, size_t length, const char *api_version,
                          struct exec_credential *ret_credential, struct error *error)
{
    released_by(release_and_wipe) cJSON *object = NULL;
    released_by(exec_credential_release) struct exec_credential credential = { 0 };

    if (!json_parse(output, length, "the credential plugin's answer", &object, error))
        return false;
    if (!text_equal(json_text(object, "kind"), "ExecCredential"))
        return error_set(error, ERROR_PROTOCOL, "the credential plugin's answer is no ExecCredential");
    if (!text_equal(json_text(object, "apiVersion"), api_version))
        return error_set(error, ERROR_PROTOCOL, "the credential plugin's answer is of another apiVersion than %s",
                         api_version);
    if (!read_status(json_find(object, "status"), &credential, error))
        return error_context(error, "the credential plugin's answer");
    *ret_credential = credential;
    credential = (struct exec_credential){ 0 };
    return true;
}

static bool read_status(const cJSON *status, struct exec_credential *target, struct error *error)
{
    const char *token = json_text(status, "token");
    const char *certificate = json_text(status, "clientCertificateData");
    const char *key = json_text(status, "clientKeyData");
    const char *expires = json_text(status, "expirationTimestamp");

    if (!cJSON_IsObject(status))
        return error_set(error, ERROR_PROTOCOL, "it has no status");
    if ((certificate[0] == '\0') != (key[0] == '\0'))
        return error_set(error, ERROR_PROTOCOL, "certificate and key must come together");
    if (token[0] == '\0' && certificate[0] == '\0')
        return error_set(error, ERROR_PROTOCOL, "there is neither a token nor a certificate in it");
    if (expires[0] != '\0' && !read_instant(expires, &target->expires_at))
        return error_set(error, ERROR_PROTOCOL, "expirationTimestamp is no time of RFC 3339");
    secret_set(&target->token, token, strlen(token));
    buffer_append_text(&target->client_certificate_pem, certificate);
    secret_set(&target->client_key_pem, key, strlen(key));
    return buffer_complete(&target->client_certificate_pem, "clientCertificateData", error);
}

/* Exactly count digits at text. */
static bool read_digits(const char *text, size_t count, int minimum, int maximum, int *ret_number)
{
    int number = 0;

    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        number = 10 * number + (text[i] - '0');
    }
    *ret_number = number;
    return number >= minimum && number <= maximum;
}

/* "Z", "+02:00", "-05:30": seconds to take off. */
static bool read_zone(const char *text, int *ret_offset)
{
    int hours, minutes;

    if (text_equal(text, "Z")) {
        *ret_offset = 0;
        return true;
    }
    if (strlen(text) != strlen("+00:00") || strchr("+-", text[0]) == NULL || text[3] != ':' ||
        !read_digits(text + 1, 2, 0, 23, &hours) || !read_digits(text + 4, 2, 0, 59, &minutes))
        return false;
    *ret_offset = (text[0] == '-' ? -1 : 1) * (3600 * hours + 60 * minutes);
    return true;
}

/* RFC 3339: 2026-11-24T10:30:00Z, with parts of seconds (left out here) and a zone. */
static bool read_instant(const char *text, int64_t *ret_instant)
{
    static const char shape[] = "0000-00-00T00:00:00";
    struct tm time = { 0 };
    int offset;

    if (strlen(text) <= strlen(shape) || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':')
        return false;
    if (!read_digits(text, 4, 1970, 9999, &time.tm_year) || !read_digits(text + 5, 2, 1, 12, &time.tm_mon) ||
        !read_digits(text + 8, 2, 1, 31, &time.tm_mday) || !read_digits(text + 11, 2, 0, 23, &time.tm_hour) ||
        !read_digits(text + 14, 2, 0, 59, &time.tm_min) || !read_digits(text + 17, 2, 0, 60, &time.tm_sec))
        return false;
    text += strlen(shape);
    if (text[0] == '.') {
        size_t digits = strspn(text + 1, "0123456789");

        if (digits == 0)
            return false;
        text += 1 + digits;
    }
    if (!read_zone(text, &offset))
        return false;
    time.tm_year -= 1900;
    time.tm_mon -= 1;
    *ret_instant = (int64_t) timegm(&time) - offset;
    return true;
}

static void wipe(cJSON *value)
{
    cJSON *member;

    if (cJSON_IsString(value))
        explicit_bzero(value->valuestring, strlen(value->valuestring));
    cJSON_ArrayForEach(member, value) wipe(member);
}

static void release_and_wipe(cJSON **value)
{
    wipe(*value);
    json_release(value);
}

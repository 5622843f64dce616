/* tests/standin/certificates.c - makes the files by libcrypto: no openssl command needs to be there. */
#include "tests/standin/certificates.h"

#include <assert.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>

enum {
    PATH_SIZE = 4096,
    BACKDATED_S = 300,
    VALID_S =
        2 * 365 * 24 * 60 * 60, /* so long that a client whose clock is set ahead within the next year trusts them */
};

static const char *const files[] = { "ca.pem",     "server.pem",     "server-key.pem",
                                     "client.pem", "client-key.pem", "other-ca.pem" };

/* A key with the certificate that goes with it. */
struct identity {
    EVP_PKEY *key;
    X509 *certificate;
};

struct extension {
    int number;
    const char *value; /* in the notation of openssl's x509v3_config; NULL ends the list */
};

struct subject {
    const char *common_name;
    const char *organization;
    struct extension extensions[5];
};

static const struct subject root = {
    "curfew test root",
    "curfew-testers",
    { { NID_basic_constraints, "critical,CA:TRUE" },
      { NID_key_usage, "critical,keyCertSign,cRLSign" },
      { NID_subject_key_identifier, "hash" } },
};

static const struct subject other_root = {
    "another root",
    "somebody else",
    { { NID_basic_constraints, "critical,CA:TRUE" },
      { NID_key_usage, "critical,keyCertSign,cRLSign" },
      { NID_subject_key_identifier, "hash" } },
};

static const struct subject server = {
    "localhost",
    "curfew-testers",
    { { NID_basic_constraints, "critical,CA:FALSE" },
      { NID_authority_key_identifier, "keyid" },
      { NID_ext_key_usage, "serverAuth" },
      { NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1" } },
};

static const struct subject client = {
    "curfew-test",
    "curfew-testers",
    { { NID_basic_constraints, "critical,CA:FALSE" },
      { NID_authority_key_identifier, "keyid" },
      { NID_ext_key_usage, "clientAuth" } },
};

static void identity_release(struct identity *identity)
{
    EVP_PKEY_free(identity->key);
    X509_free(identity->certificate);
    *identity = (struct identity){ 0 };
}

static void add_name(X509_NAME *name, const char *field, const char *value)
{
    int added = X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *) value, -1, -1, 0);

    assert(added == 1);
}

static void add_extensions(X509 *certificate, X509 *issuer, const struct extension *extensions)
{
    X509V3_CTX context;

    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    for (const struct extension *each = extensions; each->value != NULL; each++) {
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, each->number, each->value);

        assert(extension != NULL);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
}

/* Two certificates of one issuer must not share a number; 63 random bits are enough for that. */
static void set_serial(X509 *certificate)
{
    BIGNUM *number = BN_new();

    BN_rand(number, 63, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
}

/* issuer NULL: signed by itself. What can fail here is memory and our own texts, hence the asserts. */
static struct identity identity_new(const struct subject *subject, const struct identity *issuer)
{
    struct identity made = { .key = EVP_EC_gen("P-256"), .certificate = X509_new() };
    X509_NAME *name = X509_get_subject_name(made.certificate);
    const struct identity *signer = issuer != NULL ? issuer : &made;

    assert(made.key != NULL);
    X509_set_version(made.certificate, X509_VERSION_3);
    set_serial(made.certificate);
    X509_gmtime_adj(X509_getm_notBefore(made.certificate), -BACKDATED_S);
    X509_gmtime_adj(X509_getm_notAfter(made.certificate), VALID_S);
    X509_set_pubkey(made.certificate, made.key);
    add_name(name, "O", subject->organization);
    add_name(name, "CN", subject->common_name);
    X509_set_issuer_name(made.certificate, X509_get_subject_name(signer->certificate));
    add_extensions(made.certificate, signer->certificate, subject->extensions);
    assert(X509_sign(made.certificate, signer->key, EVP_sha256()) > 0);
    return made;
}

static bool write_file(const char *folder, const char *name, const struct identity *identity, bool wants_key,
                       struct error *error)
{
    char path[PATH_SIZE];
    FILE *file = NULL;
    bool written = false;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "we");
    if (file == NULL)
        return error_set(error, ERROR_SYSTEM, "cannot write %s: %s", path, strerror(errno));
    fchmod(fileno(file), S_IRUSR | S_IWUSR);
    if (wants_key)
        written = PEM_write_PrivateKey(file, identity->key, NULL, NULL, 0, NULL, NULL) == 1;
    else
        written = PEM_write_X509(file, identity->certificate) == 1;
    if (fclose(file) != 0 || !written)
        return error_set(error, ERROR_SYSTEM, "cannot write %s: %s", path, strerror(errno));
    return true;
}

bool certificates_make(const char *folder, struct error *error)
{
    struct identity roots[] = { identity_new(&root, NULL), identity_new(&other_root, NULL) };
    struct identity leaves[] = { identity_new(&server, &roots[0]), identity_new(&client, &roots[0]) };
    bool written = write_file(folder, "ca.pem", &roots[0], false, error) &&
                   write_file(folder, "other-ca.pem", &roots[1], false, error) &&
                   write_file(folder, "server.pem", &leaves[0], false, error) &&
                   write_file(folder, "server-key.pem", &leaves[0], true, error) &&
                   write_file(folder, "client.pem", &leaves[1], false, error) &&
                   write_file(folder, "client-key.pem", &leaves[1], true, error);

    for (int i = 0; i < 2; i++) {
        identity_release(&roots[i]);
        identity_release(&leaves[i]);
    }
    return written;
}

void certificates_remove(const char *folder)
{
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[PATH_SIZE];

        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
}

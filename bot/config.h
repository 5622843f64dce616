/* bot/config.h - what the environment says: every variable, checked before anything is contacted.
 *
 * The only place that asks for environment variables. X_FILE names a file for a secret X.
 */
#ifndef CURFEW_BOT_CONFIG_H
#define CURFEW_BOT_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/url.h"
#include "base/zones.h"
#include "bot/engine.h"
#include "k8s/access.h"

enum { CONFIG_PATH_SIZE = 4096, CONFIG_CLUSTER_SIZE = 64, CONFIG_PARTS = 13 /* that may be wrong by themselves */ };

/* Where variables come from: getenv for the program, a table for tests. Texts are borrowed for as long as struct config lives. */
struct variables {
    const char *(*get)(const struct variables *variables, const char *name); /* NULL = not set */
    const char *const *(*all)(
        const struct variables *variables); /* "NAME=value", ends with NULL: a plugin inherits it */
};

/* The value of a variable. Set to nothing counts as not set, since that is how manifests leave one out. */
const char *variables_get(const struct variables *variables, const char *name, const char *fallback) must_check;

/* It stays where config_read() wrote it: engine.settings points into it, and so does whatever schedule is read later. */
struct config {
    struct secret_file app_token; /* SLACK_APP_TOKEN or SLACK_APP_TOKEN_FILE */
    struct secret_file bot_token; /* SLACK_BOT_TOKEN or SLACK_BOT_TOKEN_FILE */
    char slack_api_url[URL_PATH_SIZE];
    char ca_path[CONFIG_PATH_SIZE]; /* SSL_CERT_FILE; "" = the system's */
    char cluster[CONFIG_CLUSTER_SIZE];
    char store_path[CONFIG_PATH_SIZE]; /* of CURFEW_STORE=sqlite:PATH */
    enum log_level log_level;
    bool logs;                    /* CURFEW_LOG is set */
    struct zones zones;           /* of the machine; those of engine.settings are among them */
    struct engine_options engine; /* all but the identity; own_namespace "" = ask access */
    struct proxy_environment proxies;
    struct access_environment access;
};

/* The process's own environment. */
extern const struct variables process_variables;

/* Reads and checks all of it, files of secrets included.
 * false, ERROR_INPUT or ERROR_SYSTEM: "CURFEW_LOG is \"loud\"; allowed are error, warn, info and debug". A secret's value is
 * never in the sentence. *ret_config is then released. */
bool config_read(const struct variables *variables, struct config *ret_config, struct error *error) must_check;

/* The same, whatever is wrong: the rest is read. Returns how many sentences there are in errors. */
size_t config_read_parts(const struct variables *variables, struct config *ret_config,
                         struct error errors[CONFIG_PARTS]) must_check;

/* The same for commands at a terminal: Slack is neither asked for nor read of (its tokens, its address, CURFEW_ALLOW), and
 * CURFEW_CHANNEL need not be set. The store must be named, or lie in this folder: a new one would know nothing of what is
 * asleep. */
bool config_read_terminal(const struct variables *variables, struct config *ret_config, struct error *error) must_check;

void config_release(struct config *config);

#endif

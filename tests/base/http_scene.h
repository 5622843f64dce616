/* tests/base/http_scene.h - a loop, a client and some exchanges, for the tests of base/http.h. */
#ifndef CURFEW_TESTS_BASE_HTTP_SCENE_H
#define CURFEW_TESTS_BASE_HTTP_SCENE_H

#include "base/http.h"
#include "tests/standin/raw_server.h"

enum { SCENE_EXCHANGES_MAX = 100 };

struct http_scene {
    struct flow flow; /* of the exchanges: ends http_scene_run() once all that were started are done */
    struct loop *loop;
    struct http_client *client;
    struct raw_server *server; /* NULL = none */
    struct http_exchange exchanges[SCENE_EXCHANGES_MAX];
    int count; /* of exchanges that were asked for */
    int pumps;
};

/* Takes the proxies out of the environment, so that whose it is does not matter. */
void forget_proxies(void);

/* options NULL = a user agent and nothing else. Forgets the proxies. */
void http_scene_open(struct http_scene *scene, const struct http_client_options *options);

/* Adds a server that follows one script in every connection. */
void http_scene_serve(struct http_scene *scene, const struct raw_step *script);
void http_scene_close(struct http_scene *scene);

/* The next exchange with its URL "SCHEME://HOST:PORT/secret/path?token=hush"; not started yet. */
struct http_exchange *http_scene_prepare(struct http_scene *scene, const char *method, const char *scheme,
                                         const char *host, int port);

/* One to the scene's server. */
struct http_exchange *http_scene_ask(struct http_scene *scene, const char *method);

void http_scene_start(struct http_scene *scene, struct http_exchange *exchange);

/* Until all exchanges that were asked for are done. */
void http_scene_run(struct http_scene *scene);

/* Asks once, with that script, and leaves the exchange done. */
struct http_exchange *http_scene_ask_once(struct http_scene *scene, const char *method, const struct raw_step *script);

/* Turns of the loop for so long, whatever happens. */
void http_scene_wait(struct http_scene *scene, int64_t time_ms);

#endif

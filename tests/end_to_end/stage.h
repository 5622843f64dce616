/* tests/end_to_end/stage.h - the ground on which a test plays: a loop, a folder, and the end of all that runs on it.
 *
 * Whatever is started on it holds one end of a pipe. When the last of them is gone, the test included and however it
 * ended, a helper of a few bytes removes the folder. So nothing is left behind, not even by SIGKILL.
 *
 *     while (!child->ended)
 *         if (!stage_turn(stage, until_ms))
 *             return false;
 */
#ifndef CURFEW_TESTS_END_TO_END_STAGE_H
#define CURFEW_TESTS_END_TO_END_STAGE_H

#include "base/attributes.h"
#include "base/http.h"
#include "base/loop.h"

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stdint.h>

enum {
    STAGE_FOLDER_SIZE = 256,
    STAGE_PATH_SIZE = 512,
    STAGE_PATIENCE_MS = 60 * 1000, /* for what must happen; a test that waits longer has failed */
};

struct stage {
    struct flow flow; /* of all who want stage_turn() to return when something happened */
    struct loop *loop;
    struct timer alarm;
    char folder[STAGE_FOLDER_SIZE];
    int life;   /* held by all that runs */
    int report; /* ends when nothing runs any more and the folder is gone */
};

/* false: a sentence is on standard output. */
bool stage_open(struct stage *stage) must_check;

/* After everything on it was released. false: something was still running after a while; said on standard output. */
bool stage_close(struct stage *stage) must_check;

/* FOLDER/name */
void stage_path(const struct stage *stage, const char *name, char path[STAGE_PATH_SIZE]);

/* Waits until something happened. false: it is later than until_ms. */
bool stage_turn(struct stage *stage, int64_t until_ms) must_check;
int64_t stage_now_ms(const struct stage *stage) must_check;

/* Lets so much time go by, for what is to happen at a certain moment, never in hope of something. */
void stage_pass(struct stage *stage, int64_t time_ms);

/* One request and its whole answer. */
struct question {
    struct http_client *client;
    const char *method;
    const char *url;
    const struct secret *bearer; /* NULL = none */
    const char *content_type;    /* NULL = application/json */
    const char *body;            /* NULL = none */
};

struct reply {
    int status;  /* 0 = there was none: error says why */
    cJSON *json; /* NULL = it was none */
    struct error error;
};

void stage_ask(struct stage *stage, const struct question *question, struct reply *ret_reply);
void reply_release(struct reply *reply);

#endif

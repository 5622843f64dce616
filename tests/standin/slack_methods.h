/* tests/standin/slack_methods.h - what the methods of the Web API do, once it is clear that they may be called. */
#ifndef CURFEW_TESTS_STANDIN_SLACK_METHODS_H
#define CURFEW_TESTS_STANDIN_SLACK_METHODS_H

#include "base/attributes.h"
#include "tests/standin/slack_call.h"

struct slack_method {
    const char *name;
    bool takes_app_token; /* xapp-, else xoxb- */
    bool posts;           /* GET is refused */
    const char *scope;    /* NULL = none, or it depends on the arguments */

    /* Adds to call->answer. NULL: it went well; else Slack's word for what is wrong. */
    const char *(*carry_out)(struct call *call);
};

/* NULL: there is none of this name. */
const struct slack_method *slack_method_find(const char *name) must_check;

#endif

/* tests/standin/slack_control.h - the port of tests: plain HTTP, JSON. README.md has the calls. */
#ifndef CURFEW_TESTS_STANDIN_SLACK_CONTROL_H
#define CURFEW_TESTS_STANDIN_SLACK_CONTROL_H

#include "base/attributes.h"
#include "tests/standin/slack.h"

struct control *control_new(struct slack *slack) must_check;
void control_free(struct control *control); /* after the server */

/* For server_listen(). */
struct server_handler *control_handler(struct control *control) must_check;

/* Something was added to the journal. */
void control_wake(struct control *control);

#endif

/* bot/slack_request.h - what one call of the Web API sends. Pure, but for the token's file. */
#ifndef CURFEW_BOT_SLACK_REQUEST_H
#define CURFEW_BOT_SLACK_REQUEST_H

#include "bot/slack.h"
#include "base/attributes.h"
#include "base/url.h"

#include <stdbool.h>

/* true: asking twice does what asking once does. */
bool slack_method_is_repeatable(const char *method) must_check;

/* Fills call->exchange.request, which must be released.
 *
 * api  the parts of options->api_url
 *
 * false, with call->error set: INPUT (the response_url leads elsewhere, the body is no JSON object), or what reading the
 * token said. */
bool slack_write_request(struct slack_call *call, const struct slack_options *options, const struct url *api)
    must_check;

#endif

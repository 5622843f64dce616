/* tests/standin/slack_grants.c - a ring, searched from the newest. */
#include "tests/standin/slack_grants.h"

#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>

void grants_init(struct grants *grants, int64_t life_ms, int uses)
{
    *grants = (struct grants){ .life_ms = life_ms, .uses = uses };
}

void grants_release(struct grants *grants)
{
    free(grants->items);
    grants->items = NULL;
    grants->count = 0;
}

struct grant *grants_give(struct grants *grants, const char *token, int64_t now_ms)
{
    struct grant *grant = NULL;

    if (grants->items == NULL)
        grants->items = memory_new(GRANTS_MAX, sizeof *grants->items);
    grant = &grants->items[grants->count++ % GRANTS_MAX];
    *grant = (struct grant){ .expires_ms = now_ms + grants->life_ms, .uses_left = grants->uses };

    bool fits = text_copy(grant->token, sizeof grant->token, token);
    assert(fits);
    return grant;
}

static struct grant *find(struct grants *grants, const char *token)
{
    int oldest = grants->count > GRANTS_MAX ? grants->count - GRANTS_MAX : 0;

    for (int i = grants->count - 1; i >= oldest; i--)
        if (text_equal(grants->items[i % GRANTS_MAX].token, token))
            return &grants->items[i % GRANTS_MAX];
    return NULL;
}

enum grant_verdict grants_use(struct grants *grants, const char *token, int64_t now_ms, const struct grant **ret_grant)
{
    struct grant *grant = find(grants, token);

    *ret_grant = grant;
    if (grant == NULL)
        return GRANT_UNKNOWN;
    if (now_ms >= grant->expires_ms)
        return GRANT_EXPIRED;
    if (grant->uses_left == 0)
        return GRANT_USED;
    grant->uses_left--;
    return GRANT_GOOD;
}

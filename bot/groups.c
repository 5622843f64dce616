/* bot/groups.c - who is in which Slack user group, kept for some minutes. Pure. */
#include "bot/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static struct group *find(const struct groups *groups, const char *id)
{
    for (size_t i = 0; i < groups->count; i++)
        if (text_equal(groups->items[i].id, id))
            return &groups->items[i];
    return NULL;
}

static void add(struct groups *groups, const char *id, int64_t now)
{
    if (groups->count == GROUPS_MAX || find(groups, id) != NULL)
        return;
    if (groups->count == groups->capacity) {
        groups->capacity = groups->capacity == 0 ? 4 : groups->capacity * 2;
        groups->items = memory_grow(groups->items, groups->capacity, sizeof *groups->items);
    }
    struct group *group = &groups->items[groups->count++];
    *group = (struct group){ .due_at = now };
    text_copy_cut(group->id, sizeof group->id, id);
}

static void forget_members(struct group *group)
{
    free(group->members);
    group->members = NULL;
}

void groups_release(struct groups *groups)
{
    for (size_t i = 0; i < groups->count; i++)
        forget_members(&groups->items[i]);
    free(groups->items);
    *groups = (struct groups){ 0 };
}

void groups_note(struct groups *groups, const char *ids, int64_t now)
{
    char id[ACCESS_ID_SIZE];

    while (access_next_group(&ids, id))
        add(groups, id, now);
}

/* INT64_MAX = what is known of it does not run out. */
static int64_t runs_out_at(const struct group *group)
{
    return group->members == NULL ? INT64_MAX : group->known_at + GROUPS_KEPT_S;
}

void groups_tick(struct groups *groups, int64_t now, struct effects *effects)
{
    for (size_t i = 0; i < groups->count; i++) {
        struct group *group = &groups->items[i];
        if (runs_out_at(group) <= now)
            forget_members(group);
        if (group->asking || group->due_at > now)
            continue;
        struct effect *effect = effects_add(effects, EFFECT_LOOK_UP);
        text_copy_cut(effect->group, sizeof effect->group, group->id);
        group->asking = true;
    }
}

int64_t groups_due_at(const struct groups *groups)
{
    int64_t due_at = INT64_MAX;

    for (size_t i = 0; i < groups->count; i++) {
        const struct group *group = &groups->items[i];
        if (!group->asking && group->due_at < due_at)
            due_at = group->due_at;
        if (runs_out_at(group) < due_at)
            due_at = runs_out_at(group);
    }
    return due_at;
}

void groups_learn(struct groups *groups, const char *id, const char *members, const char *slack_error, int64_t now)
{
    struct group *group = find(groups, id);

    if (group == NULL)
        return;
    group->asking = false;
    if (members != NULL) {
        char *copy = memory_text(members); /* before the old ones go: they may be the same */
        forget_members(group);
        group->members = copy;
        group->known_at = now;
        group->slack_error[0] = '\0';
        group->due_at = now + GROUPS_REFRESH_S;
        return;
    }
    text_copy_cut(group->slack_error, sizeof group->slack_error,
                  slack_error == NULL || slack_error[0] == '\0' ? "no answer" : slack_error);
    group->due_at = now + GROUPS_RETRY_S;
}

/* Ids stand whole between commas: a group may have thousands, so they are not copied. */
static bool has_member(const char *members, const char *user)
{
    size_t user_length = strlen(user);

    for (;;) {
        size_t length = strcspn(members, ",");
        if (length == user_length && length > 0 && memcmp(members, user, length) == 0)
            return true;
        if (members[length] == '\0')
            return false;
        members += length + 1;
    }
}

enum group_answer groups_ask(const struct groups *groups, const char *id, const char *user,
                             const char **ret_slack_error)
{
    const struct group *group = find(groups, id);

    if (group == NULL || group->members == NULL) {
        *ret_slack_error = "";
        if (group != NULL)
            *ret_slack_error = group->slack_error;
        else if (groups->count == GROUPS_MAX)
            *ret_slack_error = "too many user groups";
        return GROUP_UNKNOWN;
    }
    return has_member(group->members, user) ? GROUP_HAS : GROUP_HAS_NOT;
}

void groups_clock_stepped(struct groups *groups, int64_t now)
{
    for (size_t i = 0; i < groups->count; i++) {
        struct group *group = &groups->items[i];
        if (group->due_at > now + GROUPS_REFRESH_S)
            group->due_at = now;
        if (group->known_at > now)
            group->known_at = now;
    }
}

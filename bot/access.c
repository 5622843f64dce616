/* bot/access.c - who may do what to which environment.
 *
 * Pure. Lists are short and read rarely, so they are kept as the text they came as. What is not known permits nobody.
 */
#include "bot/access.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "bot/groups.h"

enum { OWNERS_SHOWN_SIZE = 200 };

static const char separators[] = ", \t\n";
static const char id_characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
static const char harmless[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";

bool access_is_operator(const char *user)
{
    return text_starts_with(user, "kubeconfig:");
}

/* Copies the next id of *text and moves behind it. false: there is none left. One too long for an id is cut, and then
 * too long for is_id() still. It is shown in sentences, so what could mention or format anything becomes '?'. */
static bool next_id(const char **text, char id[ACCESS_ID_SIZE])
{
    const char *start = *text + strspn(*text, separators);
    size_t length = strcspn(start, separators);

    *text = start + length;
    if (length == 0)
        return false;
    if (length >= ACCESS_ID_SIZE)
        length = ACCESS_ID_SIZE - 1;
    for (size_t i = 0; i < length; i++)
        id[i] = strchr(harmless, start[i]) != NULL ? start[i] : '?';
    id[length] = '\0';
    return true;
}

static bool is_id(const char *id, const char *first_letters)
{
    return id[0] != '\0' && strchr(first_letters, id[0]) != NULL && id[1] != '\0' && strlen(id) < ACCESS_ID_SIZE - 1 &&
           id[strspn(id, id_characters)] == '\0';
}

static bool is_user_id(const char *id)
{
    return is_id(id, "UW");
}

static bool is_group_id(const char *id)
{
    return is_id(id, "S");
}

bool access_read_ids(const char *text, struct error *error)
{
    char id[ACCESS_ID_SIZE];

    while (next_id(&text, id))
        if (!is_user_id(id) && !is_group_id(id))
            return error_set(error, ERROR_INPUT,
                             "holds \"%s\", which is no id of a Slack user or user group: allowed are ids such as "
                             "U024BE7LH and S0614TZR7, comma separated",
                             id);
    return true;
}

bool access_next_group(const char **text, char ret_group[ACCESS_ID_SIZE])
{
    char id[ACCESS_ID_SIZE];

    while (next_id(text, id)) {
        if (!is_group_id(id))
            continue;
        memcpy(ret_group, id, sizeof id);
        return true;
    }
    return false;
}

/* What a list says about a user. */
struct finding {
    bool permitted;
    char blind_spot[200]; /* about the first group that cannot be looked into; "" = there is none */
};

static void describe_blind_spot(const char *group, const char *reason, struct finding *finding)
{
    char shown[64];

    text_copy_cut(shown, sizeof shown, reason[0] == '\0' ? "not asked yet" : reason);
    for (char *at = shown; *at != '\0'; at++)
        if (strchr(harmless, *at) == NULL && *at != '_' && *at != ' ')
            *at = '?';
    (void) snprintf(finding->blind_spot, sizeof finding->blind_spot,
                    "; Curfew cannot look into the user group %s (%s), so nobody is permitted by it", group, shown);
}

static void ask_group(const struct groups *groups, const char *id, const char *user, struct finding *finding)
{
    const char *reason = "";
    enum group_answer answer = groups == NULL ? GROUP_UNKNOWN : groups_ask(groups, id, user, &reason);

    finding->permitted = answer == GROUP_HAS;
    if (answer == GROUP_UNKNOWN && finding->blind_spot[0] == '\0')
        describe_blind_spot(id, reason, finding);
}

static struct finding look_for(const char *user, const char *ids, const struct groups *groups)
{
    struct finding finding = { 0 };
    char id[ACCESS_ID_SIZE];

    while (!finding.permitted && next_id(&ids, id)) {
        if (is_group_id(id))
            ask_group(groups, id, user, &finding);
        else
            finding.permitted = text_equal(id, user);
    }
    return finding;
}

bool access_may_command(const char *allow, const struct groups *groups, const char *user, struct error *error)
{
    if (allow[0] == '\0' || access_is_operator(user))
        return true;
    struct finding finding = look_for(user, allow, groups);
    if (finding.permitted)
        return true;
    return error_set(error, ERROR_REFUSED,
                     "You may not give commands here: your id `%s` is not in CURFEW_ALLOW%s. Ask those who run Curfew",
                     is_user_id(user) ? user : "?", finding.blind_spot);
}

bool access_may_touch(const char *owners, const struct groups *groups, const char *environment,
                      const struct command *command, const char *user, struct error *error)
{
    const char *word = verb_words(command->verb)->word;
    char shown[OWNERS_SHOWN_SIZE];
    struct error wrong;

    if (!command_changes(command) || owners[0] == '\0' || access_is_operator(user))
        return true;
    if (!access_read_ids(owners, &wrong))
        return error_set(error, ERROR_REFUSED, "Nobody may %s `%s`: its annotation curfew/owners %s", word, environment,
                         wrong.message);
    struct finding finding = look_for(user, owners, groups);
    if (finding.permitted)
        return true;
    text_copy_cut(shown, sizeof shown, owners);
    return error_set(error, ERROR_REFUSED, "Only its owners (%s) may %s `%s`%s", shown, word, environment,
                     finding.blind_spot);
}

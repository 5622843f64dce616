/* bot/access.c - who may do what to which environment.
 *
 * Pure. Lists are short and read rarely, so they are kept as the text they came as.
 */
#include "bot/access.h"

#include <string.h>

#include "base/text.h"

static const char separators[] = ", \t\n";
static const char id_characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
static const char harmless[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";

/* Copies the next id of *text and moves behind it. false: there is none left. One too long for an id is cut: it matches
 * nobody. It is shown in sentences, so what could mention or format anything becomes '?'. */
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

static bool is_user_id(const char *id)
{
    return (id[0] == 'U' || id[0] == 'W') && id[1] != '\0' && id[strspn(id, id_characters)] == '\0';
}

static bool contains(const char *ids, const char *user)
{
    char id[ACCESS_ID_SIZE];

    while (next_id(&ids, id))
        if (text_equal(id, user))
            return true;
    return false;
}

bool access_read_ids(const char *text, struct error *error)
{
    char id[ACCESS_ID_SIZE];

    while (next_id(&text, id)) {
        if (is_user_id(id))
            continue;
        if (id[0] == 'S')
            return error_set(error, ERROR_INPUT,
                             "holds the user group \"%s\", which this release cannot look into: list user ids (U…)",
                             id);
        return error_set(error, ERROR_INPUT,
                         "holds \"%s\", which is no Slack user id: allowed are ids such as U024BE7LH, comma separated",
                         id);
    }
    return true;
}

bool access_may_command(const char *allow, const struct groups *groups, const char *user, struct error *error)
{
    (void) groups;
    if (allow[0] == '\0' || contains(allow, user))
        return true;
    return error_set(error, ERROR_REFUSED,
                     "You may not give commands here: your id `%.32s` is not in CURFEW_ALLOW. Ask those who run Curfew",
                     user);
}

bool access_may_touch(const char *owners, const struct groups *groups, const char *environment,
                      const struct command *command, const char *user, struct error *error)
{
    enum verb verb = command->verb;

    (void) groups;
    struct error wrong;

    if (!command_changes(command))
        return true;
    if (owners[0] == '\0')
        return true;
    if (!access_read_ids(owners, &wrong))
        return error_set(error, ERROR_REFUSED, "Nobody may %s `%s`: its annotation curfew/owners %s",
                         verb_words(verb)->word, environment, wrong.message);
    if (contains(owners, user))
        return true;
    return error_set(error, ERROR_REFUSED, "Only its owners (%.200s) may %s `%s`", owners, verb_words(verb)->word,
                     environment);
}

/* store/record.h - what is stored of an environment, and its form as items. Pure.
 *
 *   partition          sort key            what
 *   C#{cluster}        S#{namespace}       the record: state, uid, who, when
 *   C#{cluster}        R#{namespace}       the journal: what every workload had before we put it to 0
 *   C#{cluster}        I#{key}             the inbox: a command or click that was accepted
 *   C#{cluster}        N#{id}              a notice: the message of the channel that announced stops
 *   C#{cluster}        A#{namespace}#{at}#{key}   the history: one act each
 *   C#{cluster}        T#{key}             what was answered to a command of a terminal: of the inbox entry of that key
 *
 * Documents carry a version; members that this release does not know are left out on the next write of the item,
 * documents of a newer version are refused with a sentence. Access patterns: store/README.md.
 */
#ifndef CURFEW_STORE_RECORD_H
#define CURFEW_STORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"

enum {
    RECORD_VERSION = 1,
    RECORD_GONE_KEPT_S = 30 * 24 * 60 * 60, /* long enough to notice that the bot looks at another cluster */
    RECORD_NAMESPACE_SIZE = 64,
    RECORD_UID_SIZE = 64,
    RECORD_PERSON_SIZE = 64, /* "U024BE7LH", or "kubeconfig:ann" */
    RECORD_RESOURCE_SIZE = 128,
    RECORD_WORKLOAD_NAME_SIZE = 254,
    RECORD_REVISION_SIZE = 33,
    RECORD_VERSION_SIZE = 64,
    RECORD_BEFORE_SIZE = 512,
    RECORD_EXCEPT_SIZE = 1024,
    INBOX_KEY_SIZE = 320,   /* what Slack may send in its parts: two keys that are cut would be one */
    INBOX_TEXT_SIZE = 4096, /* Slack's limit for the text of a message a person types is 4,000 */
    INBOX_URL_SIZE = 512,
    INBOX_ACTION_SIZE = 256,
    INBOX_APPLIED_SIZE = 50 * RECORD_NAMESPACE_SIZE + 1,
    NOTICE_ID_DIGITS = 16,
    HISTORY_KEY_SIZE = 24,
    HISTORY_ACT_SIZE = 1200, /* a stop with all its exceptions */
    HISTORY_OUTCOME_SIZE = 512,
    ANSWER_TEXT_BYTES_MAX = 128 * 1024,
    ANSWER_KEPT_S = 60 * 60, /* whoever waits for it reads it at once */
    JOURNAL_ENTRIES_MAX = 10000,
};

enum record_state {
    RECORD_AWAKE, /* nothing of ours is asleep, but for what the journal holds after "except" or a failure */
    RECORD_STOPPING,
    RECORD_ASLEEP,
    RECORD_STARTING,
};

/* Where a deadline comes from. */
enum record_deadline {
    DEADLINE_NONE,
    DEADLINE_PROLONGED, /* somebody moved the stop, or said at the start how long */
    DEADLINE_LEASE,     /* a start at night, or an environment that was found running at night */
    DEADLINE_POSTPONED, /* a stop that came due unannounced falls when the shortest warning has run out */
};

/* A plain value. What was added after the first release is absent in its documents, and then 0 or "". */
struct record {
    char namespace[RECORD_NAMESPACE_SIZE];
    char uid[RECORD_UID_SIZE]; /* of the namespace: another uid is another environment */
    enum record_state state;
    bool partly;                     /* the last stop or start did not reach everything */
    int64_t since_at;                /* when the wish for the state was accepted */
    char by[RECORD_PERSON_SIZE];     /* who wanted it */
    char except[RECORD_EXCEPT_SIZE]; /* of a stop or start under way: names behind "except", blank separated */
    int32_t remembered;              /* entries of the journal: 0 = there is nothing to read */
    enum record_deadline deadline;   /* NONE: the other three are 0 and "" */
    int64_t deadline_at;             /* replaces the curfews before it */
    int64_t deadline_set_at;         /* when that was decided */
    char deadline_by[RECORD_PERSON_SIZE];
    int64_t settled_at;      /* transitions of the schedule up to here are applied or overtaken */
    uint32_t rhythm;         /* fingerprint of the schedule that settled_at speaks of; 0 = it had none */
    int64_t warned_stop_at;  /* the stop that was announced last; 0 = none was */
    int64_t warned_before_s; /* and how long before */
    uint64_t notice;         /* the message in which it was; 0 = none */
    int64_t
        gone_at; /* the namespace was deleted then; 0 = it was not. Record and journal expire RECORD_GONE_KEPT_S later */
    char revision[RECORD_REVISION_SIZE]; /* of the stored item; "" = never stored. Not in the document */
};

/* What one workload had before it was put to 0. */
struct journal_entry {
    const char *resource; /* borrowed texts, in a journal from that journal */
    const char *name;
    const char *uid;
    const char *resource_version; /* of the workload when it was read */
    const char *before;           /* of an autoscaler: its annotations then, as a JSON object; else "" */
    int32_t replicas;             /* above 0; 1 for what is suspended or paused */
    char *block;                  /* the journal's */
};

/* A list that owns its entries and their texts. */
struct journal {
    struct journal_entry *entries;
    size_t count, capacity;
};

void journal_add(struct journal *journal, const struct journal_entry *entry); /* a copy */
void journal_release(struct journal *journal);
const struct journal_entry *journal_find(const struct journal *journal, const char *resource, const char *name)
    must_check;

/* Something that a person asked for, accepted before it was acked. A plain value. */
struct inbox_entry {
    char key[INBOX_KEY_SIZE]; /* what was done, not how it was delivered: team, user, trigger id */
    int64_t accepted_at;
    bool offered;  /* a terminal put it there, and nobody has taken it up so far */
    bool done;     /* kept a day, so that a repeat is recognised */
    bool refused;  /* could not be stored in time: its author was told so */
    char kind[16]; /* "command" or "click" */
    char user[RECORD_PERSON_SIZE];
    char name
        [RECORD_PERSON_SIZE]; /* by which people know the user: "ann"; "" = not said. For reading alone: two may share it */
    char team[RECORD_PERSON_SIZE];
    char channel[RECORD_PERSON_SIZE];
    char text[INBOX_TEXT_SIZE];       /* of a command: what was typed behind it; of a click: the button's value */
    char action[INBOX_ACTION_SIZE];   /* of a click: the button's action_id */
    char message[RECORD_PERSON_SIZE]; /* of a click: the message's ts */
    char response_url[INBOX_URL_SIZE];
    char applied[INBOX_APPLIED_SIZE]; /* environments whose record holds its effect already, blank separated: written
                                       * together with that record, so that nothing is done twice or not at all */
    char revision[RECORD_REVISION_SIZE];
};

/* A message that announces stops. Which environments it speaks of is said by their records. A plain value. */
struct notice_record {
    uint64_t id; /* above 0 */
    char channel[RECORD_PERSON_SIZE];
    char message[RECORD_PERSON_SIZE]; /* its ts */
    int64_t posted_at;
};

/* One act, or one that was refused. Written before its effect, again with its outcome. A plain value. */
struct history_entry {
    char namespace[RECORD_NAMESPACE_SIZE];
    int64_t at;
    char key[HISTORY_KEY_SIZE];         /* tells apart what happened in the same second: letters, digits, '-' */
    char by[RECORD_PERSON_SIZE];        /* "U024BE7LH", "schedule", "curfew" */
    char from[16];                      /* "command", "button", "schedule", "namespace" */
    char act[HISTORY_ACT_SIZE];         /* "stop except web", "prolongate for 2h" */
    bool refused;                       /* nothing was changed */
    char outcome[HISTORY_OUTCOME_SIZE]; /* plain text; "" = not known (any more) */
};

/* What was answered to a command that a terminal put into the inbox, for it to read. Owns its texts. */
struct answer_record {
    char *text;      /* mrkdwn; never NULL in one that was read */
    char *confirm;   /* it is a question: the command that does it, for whoever says yes; NULL = it is none */
    bool is_interim; /* more follows, in the place of this */
    int exit_status; /* what the terminal ends with: 0 done, 1 refused, failed or partly, 2 wrong words */
};

void answer_record_release(struct answer_record *answer);

/* Keys. The cluster's name is checked by the configuration, namespace names are DNS labels, so '#' is safe. */
void record_partition_key(const char *cluster, struct buffer *target);
void record_sort_key(const char *namespace, struct buffer *target);
void journal_sort_key(const char *namespace, struct buffer *target);
void inbox_sort_key(const char *key, struct buffer *target);
void notice_sort_key(uint64_t id, struct buffer *target);
void history_sort_key(const struct history_entry *entry, struct buffer *target);
void history_sort_prefix(const char *namespace, struct buffer *target); /* of all of one environment */
void answer_sort_key(const char *key, struct buffer *target);           /* key of the inbox entry */

/* Documents. Writers append JSON (buffer_complete() tells whether all of it fitted); readers: false, ERROR_PROTOCOL (no
 * such document: names what and where), ERROR_LIMIT (a text or list that does not fit above) or ERROR_INPUT (written by
 * a newer release). *ret_... is then untouched. */
void record_write(const struct record *record, struct buffer *target);
bool record_read(const char *document, const char *revision, struct record *ret_record, struct error *error) must_check;
void journal_write(const struct journal *journal, struct buffer *target);
bool journal_read(const char *document, struct journal *ret_journal, struct error *error) must_check;
void inbox_entry_write(const struct inbox_entry *entry, struct buffer *target);
bool inbox_entry_read(const char *document, const char *revision, struct inbox_entry *ret_entry, struct error *error)
    must_check;
void notice_record_write(const struct notice_record *notice, struct buffer *target);
bool notice_record_read(const char *document, struct notice_record *ret_notice, struct error *error) must_check;
void history_entry_write(const struct history_entry *entry, struct buffer *target);
bool history_entry_read(const char *document, struct history_entry *ret_entry, struct error *error) must_check;
void answer_record_write(const struct answer_record *answer, struct buffer *target); /* a text too long is cut */
bool answer_record_read(const char *document, struct answer_record *ret_answer, struct error *error) must_check;

/* An id as it stands in keys, documents and buttons: 16 hexadecimal digits. */
void notice_id_write(uint64_t id, struct buffer *target);
bool notice_id_read(const char *text, uint64_t *ret_id) must_check; /* false: it is none */

/* Whether a name is among the blank separated ones of entry->applied; and its addition (assert: it fits). */
bool inbox_entry_is_applied(const struct inbox_entry *entry, const char *namespace) must_check;
void inbox_entry_set_applied(struct inbox_entry *entry, const char *namespace);

#endif

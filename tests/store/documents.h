/* tests/store/documents.h - documents as releases have written them, each beside what it says.
 *
 * What they say must be read by every later release. The first release wrote asleep, journal and click.
 */
#ifndef CURFEW_TESTS_STORE_DOCUMENTS_H
#define CURFEW_TESTS_STORE_DOCUMENTS_H

#include "store/record.h"

enum { DOCUMENT_JOURNAL_COUNT = 3 };

extern const char document_revision[RECORD_REVISION_SIZE];

extern const char document_asleep_text[], document_warned_text[];
extern const struct record document_asleep, document_warned;

extern const char document_journal_text[];
extern const struct journal_entry document_journal_entries[DOCUMENT_JOURNAL_COUNT];

extern const char document_click_text[];
extern const struct inbox_entry document_click;

extern const char document_notice_text[];
extern const struct notice_record document_notice;

extern const char document_question_text[];
extern const struct answer_record document_question;

extern const char document_act_text[];
extern const struct history_entry document_act;

#endif

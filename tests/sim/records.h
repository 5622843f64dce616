/* tests/sim/records.h - the store: records, journals, inbox, notices and history under revisions.
 *
 * Conditions are those of bot/store_jobs.c: a record must stand as it was read, an inbox entry likewise (one that was refused
 * replaces whatever stands there), notices and history are simply written. What is read back has been a document in between.
 */
#ifndef CURFEW_TESTS_SIM_RECORDS_H
#define CURFEW_TESTS_SIM_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "bot/effects.h"
#include "store/record.h"

struct sim;

struct stored {
    bool used;
    struct record record;
    struct journal journal;
};

struct stored_notice {
    struct notice_record notice;
};

struct stored_history {
    struct history_entry entry;
    int64_t written_ms;
};

struct records {
    struct notice_record *notices;
    size_t notice_count, notice_capacity;
    struct history_entry *history;
    size_t history_count, history_capacity;
    uint64_t revisions;
};

void records_release(struct records *records);

/* true: all conditions of the save hold. */
bool records_accept(struct sim *sim, const struct save *save) must_check;

/* Writes it under fresh revisions; as in event.h, the first is the inbox entry's where no record is written. */
void records_write(struct sim *sim, const struct save *save, char ret_revision[RECORD_REVISION_SIZE],
                   char ret_inbox_revision[RECORD_REVISION_SIZE]);

/* The record and journal of a site, read from their documents. false: there is none. */
bool records_read(struct sim *sim, int site, struct record *ret_record, struct journal *ret_journal) must_check;

const struct notice_record *records_notice(const struct records *records, uint64_t id) must_check;

/* What is older than the store keeps it. */
void records_purge(struct sim *sim);

#endif

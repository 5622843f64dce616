/* tests/sim/records.c - the store: records, journals, inbox, notices and history under revisions. */
#include "tests/sim/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/sim/sim.h"

enum { DONE_KEPT_S = 24 * 60 * 60, OPEN_KEPT_S = 7 * 24 * 60 * 60 };

void records_release(struct records *records)
{
    free(records->notices);
    free(records->history);
    *records = (struct records){ 0 };
}

bool records_accept(struct sim *sim, const struct save *save)
{
    if (save->has_record) {
        int site = sim_site(sim, save->record.namespace);
        if (site == NOBODY)
            return false;
        const struct stored *stored = &sim->stored[site];
        if (!text_equal(save->record.revision, stored->used ? stored->record.revision : ""))
            return false;
    }
    if (!save->has_inbox)
        return true;
    const struct request *request = requests_find(&sim->requests, save->inbox.key);
    return request != NULL &&
           (save->inbox.refused || text_equal(save->inbox.revision, request->has_entry ? request->entry.revision : ""));
}

static void put_notice(struct records *records, const struct notice_record *notice)
{
    for (size_t i = 0; i < records->notice_count; i++) {
        if (records->notices[i].id != notice->id)
            continue;
        records->notices[i] = *notice;
        return;
    }
    if (records->notice_count == records->notice_capacity) {
        records->notice_capacity = records->notice_capacity == 0 ? 64 : records->notice_capacity * 2;
        records->notices = memory_grow(records->notices, records->notice_capacity, sizeof *records->notices);
    }
    records->notices[records->notice_count++] = *notice;
}

static void put_history(struct records *records, const struct history_entry *entry)
{
    for (size_t i = records->history_count; i-- > 0;) {
        struct history_entry *known = &records->history[i];
        if (known->at < entry->at - 60 * 60)
            break;
        if (known->at != entry->at || !text_equal(known->key, entry->key) ||
            !text_equal(known->namespace, entry->namespace))
            continue;
        *known = *entry;
        return;
    }
    if (records->history_count == records->history_capacity) {
        records->history_capacity = records->history_capacity == 0 ? 64 : records->history_capacity * 2;
        records->history = memory_grow(records->history, records->history_capacity, sizeof *records->history);
    }
    records->history[records->history_count++] = *entry;
}

static void put_record(struct sim *sim, const struct save *save, const char *revision)
{
    struct stored *stored = &sim->stored[sim_site(sim, save->record.namespace)];

    stored->used = true;
    stored->record = save->record;
    text_copy_cut(stored->record.revision, sizeof stored->record.revision, revision);
    if (!save->has_journal)
        return;
    journal_release(&stored->journal);
    for (size_t i = 0; i < save->journal.count; i++)
        journal_add(&stored->journal, &save->journal.entries[i]);
}

static void new_revision(struct sim *sim, char target[RECORD_REVISION_SIZE])
{
    (void) snprintf(target, RECORD_REVISION_SIZE, "r%llu", (unsigned long long) ++sim->records.revisions);
}

static void put_entry(struct sim *sim, const struct inbox_entry *entry, const char *revision)
{
    struct request *request = requests_find(&sim->requests, entry->key);

    request->has_entry = true;
    request->entry = *entry;
    text_copy_cut(request->entry.revision, sizeof request->entry.revision, revision);
}

void records_write(struct sim *sim, const struct save *save, char ret_revision[RECORD_REVISION_SIZE],
                   char ret_inbox_revision[RECORD_REVISION_SIZE])
{
    ret_revision[0] = ret_inbox_revision[0] = '\0';
    if (save->has_inbox) {
        new_revision(sim, ret_inbox_revision);
        put_entry(sim, &save->inbox, ret_inbox_revision);
        text_copy_cut(ret_revision, RECORD_REVISION_SIZE, ret_inbox_revision);
    }
    if (save->has_record) {
        new_revision(sim, ret_revision);
        put_record(sim, save, ret_revision);
    }
    if (save->has_notice)
        put_notice(&sim->records, &save->notice);
    if (save->has_history)
        put_history(&sim->records, &save->history);
}

/* A record goes to the disk and comes back: what its document leaves out is lost. */
static void through_documents(const struct stored *stored, struct record *ret_record, struct journal *ret_journal)
{
    struct buffer document = { 0 };
    struct error error;

    record_write(&stored->record, &document);
    if (!record_read(buffer_text(&document), stored->record.revision, ret_record, &error))
        abort();
    text_copy_cut(ret_record->namespace, sizeof ret_record->namespace, stored->record.namespace);
    buffer_clear(&document);
    if (stored->journal.count > 0) {
        journal_write(&stored->journal, &document);
        if (!journal_read(buffer_text(&document), ret_journal, &error))
            abort();
    }
    buffer_release(&document);
}

bool records_read(struct sim *sim, int site, struct record *ret_record, struct journal *ret_journal)
{
    const struct stored *stored = &sim->stored[site];

    if (!stored->used)
        return false;
    through_documents(stored, ret_record, ret_journal);
    return true;
}

const struct notice_record *records_notice(const struct records *records, uint64_t id)
{
    for (size_t i = 0; i < records->notice_count; i++)
        if (records->notices[i].id == id)
            return &records->notices[i];
    return NULL;
}

static bool is_expired(const struct request *request, int64_t now)
{
    bool closed = request->entry.done || request->entry.refused;

    return request->has_entry && now - request->entry.accepted_at > (closed ? DONE_KEPT_S : OPEN_KEPT_S);
}

void records_purge(struct sim *sim)
{
    int64_t now = sim_now(sim);
    size_t kept = 0;

    for (size_t i = 0; i < sim->site_count; i++)
        if (sim->stored[i].used && sim->stored[i].record.gone_at != 0 &&
            now - sim->stored[i].record.gone_at > RECORD_GONE_KEPT_S)
            sim->stored[i].used = false;
    for (size_t i = 0; i < sim->requests.count; i++)
        if (is_expired(sim->requests.items[i], now))
            sim->requests.items[i]->has_entry = false;
    for (size_t i = 0; i < sim->records.notice_count; i++)
        if (now - sim->records.notices[i].posted_at < 7 * (int64_t) SIM_DAY_S)
            sim->records.notices[kept++] = sim->records.notices[i];
    sim->records.notice_count = kept;
}

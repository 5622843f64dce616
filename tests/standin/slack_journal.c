/* tests/standin/slack_journal.c - a ring of JSON objects; one that was forgotten is NULL. */
#include "tests/standin/slack_journal.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "tests/standin/server.h"
#include "tests/standin/slack_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { NUMBER_SIZE = 24, US_PER_S = 1000 * 1000, NS_PER_US = 1000 };

static int64_t oldest_of(const struct journal *journal);
static cJSON **place_of(const struct journal *journal, int64_t number);
static bool member_is(const cJSON *entry, const char *name, const char *wanted);

void journal_init(struct journal *journal)
{
    *journal = (struct journal){ .entries = memory_new(JOURNAL_ENTRIES_MAX, sizeof(cJSON *)),
                                 .started_us = journal_clock_us() };
}

void journal_release(struct journal *journal)
{
    for (int64_t number = oldest_of(journal); number <= journal->count; number++)
        cJSON_Delete(*place_of(journal, number));
    free(journal->entries);
    *journal = (struct journal){ 0 };
}

void journal_add(struct journal *journal, const char *type, cJSON *entry)
{
    cJSON **place = place_of(journal, ++journal->count);

    if (journal->count > JOURNAL_ENTRIES_MAX)
        cJSON_Delete(*place);
    cJSON_AddNumberToObject(entry, "number", (double) journal->count);
    cJSON_AddStringToObject(entry, "type", type);
    cJSON_AddNumberToObject(entry, "at_us", (double) (journal_clock_us() - journal->started_us));
    *place = entry;
}

bool journal_matches(const cJSON *entry, const char *query)
{
    released_by(buffer_release) struct buffer name = { 0 };
    released_by(buffer_release) struct buffer value = { 0 };

    while (server_query_next(&query, &name, &value)) {
        const char *member = buffer_text(&name);
        const char *wanted = buffer_text(&value);
        bool matches = true;

        if (text_equal(member, "type"))
            matches = slack_list_has(wanted, ',', json_text(entry, "type"));
        else if (!text_equal(member, "after") && !text_equal(member, "wait_ms") && !text_equal(member, "count"))
            matches = member_is(entry, member, wanted);
        if (!matches)
            return false;
    }
    return true;
}

cJSON *journal_select(const struct journal *journal, const char *query, int64_t after, int limit)
{
    cJSON *selected = cJSON_CreateArray();
    int64_t number = after >= oldest_of(journal) ? after + 1 : oldest_of(journal);

    for (; number <= journal->count && limit > 0; number++) {
        cJSON *entry = *place_of(journal, number);

        if (entry == NULL || !journal_matches(entry, query))
            continue;
        cJSON_AddItemReferenceToArray(selected, entry);
        limit--;
    }
    return selected;
}

void journal_forget(struct journal *journal, const char *type)
{
    for (int64_t number = oldest_of(journal); number <= journal->count; number++) {
        cJSON **place = place_of(journal, number);

        if (*place == NULL || !text_equal(json_text(*place, "type"), type))
            continue;
        cJSON_Delete(*place);
        *place = NULL;
    }
}

int64_t journal_clock_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
}

static int64_t oldest_of(const struct journal *journal)
{
    return journal->count > JOURNAL_ENTRIES_MAX ? journal->count - JOURNAL_ENTRIES_MAX + 1 : 1;
}

static cJSON **place_of(const struct journal *journal, int64_t number)
{
    return &journal->entries[(number - 1) % JOURNAL_ENTRIES_MAX];
}

static bool member_is(const cJSON *entry, const char *name, const char *wanted)
{
    const cJSON *member = json_member(entry, name);
    char number[NUMBER_SIZE];

    if (cJSON_IsString(member))
        return text_equal(member->valuestring, wanted);
    if (cJSON_IsBool(member))
        return text_equal(cJSON_IsTrue(member) ? "true" : "false", wanted);
    if (!cJSON_IsNumber(member))
        return false;
    snprintf(number, sizeof number, "%" PRId64, (int64_t) member->valuedouble);
    return text_equal(number, wanted);
}

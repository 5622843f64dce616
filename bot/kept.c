/* bot/kept.c - a record in few bytes. */
#include "bot/kept.h"

#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"

enum { REVISION_DIGITS = 32, REVISION_BYTES = REVISION_DIGITS / 2 };

/* Instants are UTC seconds up to the year 2106. */
struct kept {
    uint64_t notice;
    uint32_t since_at, deadline_at, deadline_set_at, settled_at, warned_stop_at;
    uint32_t rhythm;
    int32_t remembered;
    uint32_t warned_before_s : 24;
    uint32_t state : 2;
    uint32_t deadline : 2;
    uint32_t partly : 1;
    uint32_t other_uid : 1;    /* of another namespace of that name: its uid is the last text */
    uint32_t odd_revision : 1; /* no 32 hexadecimal digits: it is a text */
    char texts[]; /* revision, by, deadline_by, except, uid; each ends with a zero byte, but for a revision in binary */
};

static uint32_t shorten(int64_t at)
{
    if (at < 0)
        return 0;
    return at > UINT32_MAX ? UINT32_MAX : (uint32_t) at;
}

static int digit_of(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

/* false: it is no text of 32 lower-case hexadecimal digits. */
static bool pack_revision(const char *revision, char bytes[REVISION_BYTES])
{
    if (strlen(revision) != REVISION_DIGITS)
        return false;
    for (size_t i = 0; i < REVISION_BYTES; i++) {
        int high = digit_of(revision[2 * i]), low = digit_of(revision[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (char) (unsigned char) (high * 16 + low);
    }
    return true;
}

static void unpack_revision(const char *bytes, char revision[RECORD_REVISION_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < REVISION_BYTES; i++) {
        unsigned char byte = (unsigned char) bytes[i];
        revision[2 * i] = digits[byte >> 4];
        revision[2 * i + 1] = digits[byte & 15];
    }
    revision[REVISION_DIGITS] = '\0';
}

static void append_text(struct buffer *texts, const char *text)
{
    buffer_append(texts, text, strlen(text) + 1);
}

struct kept *kept_new(const struct record *record, const char *uid)
{
    struct buffer texts = { 0 };
    char packed[REVISION_BYTES];
    bool is_packed = pack_revision(record->revision, packed);
    bool other_uid = !text_equal(record->uid, uid);

    if (is_packed)
        buffer_append(&texts, packed, sizeof packed);
    else
        append_text(&texts, record->revision);
    append_text(&texts, record->by);
    append_text(&texts, record->deadline_by);
    append_text(&texts, record->except);
    if (other_uid)
        append_text(&texts, record->uid);
    struct kept *kept = memory_new(1, sizeof *kept + texts.length);
    *kept = (struct kept){
        .notice = record->notice,
        .since_at = shorten(record->since_at),
        .deadline_at = shorten(record->deadline_at),
        .deadline_set_at = shorten(record->deadline_set_at),
        .settled_at = shorten(record->settled_at),
        .warned_stop_at = shorten(record->warned_stop_at),
        .rhythm = record->rhythm,
        .remembered = record->remembered,
        .warned_before_s = shorten(record->warned_before_s) & 0xFFFFFF,
        .state = (uint32_t) record->state & 3,
        .deadline = (uint32_t) record->deadline & 3,
        .partly = record->partly,
        .other_uid = other_uid,
        .odd_revision = !is_packed,
    };
    memcpy(kept->texts, texts.data, texts.length);
    buffer_release(&texts);
    return kept;
}

static const char *take_text(const char *texts, char *target, size_t size)
{
    text_copy_cut(target, size, texts);
    return texts + strlen(texts) + 1;
}

void kept_read(const struct kept *kept, const char *name, const char *uid, struct record *ret_record)
{
    const char *texts = kept->texts;

    *ret_record = (struct record){
        .notice = kept->notice,
        .since_at = kept->since_at,
        .deadline_at = kept->deadline_at,
        .deadline_set_at = kept->deadline_set_at,
        .settled_at = kept->settled_at,
        .warned_stop_at = kept->warned_stop_at,
        .rhythm = kept->rhythm,
        .remembered = kept->remembered,
        .warned_before_s = kept->warned_before_s,
        .state = (enum record_state) kept->state,
        .deadline = (enum record_deadline) kept->deadline,
        .partly = kept->partly,
    };
    text_copy_cut(ret_record->namespace, sizeof ret_record->namespace, name);
    text_copy_cut(ret_record->uid, sizeof ret_record->uid, uid);
    if (kept->odd_revision) {
        texts = take_text(texts, ret_record->revision, sizeof ret_record->revision);
    } else {
        unpack_revision(texts, ret_record->revision);
        texts += REVISION_BYTES;
    }
    texts = take_text(texts, ret_record->by, sizeof ret_record->by);
    texts = take_text(texts, ret_record->deadline_by, sizeof ret_record->deadline_by);
    texts = take_text(texts, ret_record->except, sizeof ret_record->except);
    if (kept->other_uid)
        (void) take_text(texts, ret_record->uid, sizeof ret_record->uid);
}

bool kept_is_of(const struct kept *kept, const char *uid)
{
    struct record record;

    if (!kept->other_uid)
        return true;
    kept_read(kept, "", "", &record);
    return text_equal(record.uid, uid);
}

enum record_state kept_state(const struct kept *kept)
{
    return (enum record_state) kept->state;
}

uint32_t kept_rhythm(const struct kept *kept)
{
    return kept->rhythm;
}

uint64_t kept_notice(const struct kept *kept)
{
    return kept->notice;
}

int32_t kept_remembered(const struct kept *kept)
{
    return kept->remembered;
}

void kept_fill_plan(const struct kept *kept, struct plan_view *view)
{
    view->awake = kept->state == RECORD_AWAKE || kept->state == RECORD_STARTING;
    view->settled_at = kept->settled_at;
    view->deadline_at = kept->deadline_at;
    view->deadline_set_at = kept->deadline_set_at;
    view->warned_stop_at = kept->warned_stop_at;
    view->warned_before_s = kept->warned_before_s;
}

/* base/zone_file.c - zone_read(): the bytes of a zone file become the table of a zone.
 *
 * The file holds its data twice, in 32 bits and in 64; the second is taken where it is there. Then the rule at its end is
 * played for every year up to ZONE_YEAR_MAX, so that nobody after this file needs to know about rules.
 */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"
#include "base/zone_rule.h"
#include "base/zone_table.h"

enum {
    HEADER_BYTES = 44,
    TYPE_BYTES = 6,
    TYPES_MAX = 256,
    RULE_BYTES_MAX = 100,
    OFFSET_MIN_S = -89999, /* RFC 9636 section 3.2 */
    OFFSET_MAX_S = 93599,
};

/* What a header says of the data behind it, and where they stand. */
struct block {
    const unsigned char *bytes; /* the data */
    size_t version;
    size_t time_bytes; /* 4 or 8 */
    size_t time_count, type_count, character_count, leap_count, standard_count, utc_count;
};

/* A kind of local time. */
struct type {
    int32_t offset_s;
    char abbreviation[ZONE_ABBREVIATION_SIZE];
};

static bool read_header(const char *bytes, size_t length, size_t time_bytes, struct block *ret_block);
static size_t block_bytes(const struct block *block);
static bool read_table(const struct block *block, struct zone *zone);
static bool play_rule(const char *footer, size_t length, struct zone *zone, struct error *error);

static bool refuse(const char *name, const char *reason, struct error *error)
{
    return error_set(error, ERROR_INPUT, "the zone file of %s %s", name, reason);
}

/* Finds the block to take, and what stands behind it. */
static bool find_block(const char *bytes, size_t length, struct block *ret_block, size_t *ret_end)
{
    if (!read_header(bytes, length, sizeof(int32_t), ret_block))
        return false;
    *ret_end = HEADER_BYTES + block_bytes(ret_block);
    if (ret_block->version == 1)
        return true;

    size_t begin = *ret_end;
    if (!read_header(bytes + begin, length - begin, sizeof(int64_t), ret_block))
        return false;
    *ret_end = begin + HEADER_BYTES + block_bytes(ret_block);
    return true;
}

static bool fill(struct zone *zone, const char *bytes, size_t length, struct error *error)
{
    struct block block;
    size_t end;

    if (length > ZONE_FILE_BYTES_MAX || !find_block(bytes, length, &block, &end))
        return refuse(zone->name, "is no time zone in the format of RFC 9636", error);
    if (block.leap_count > 0)
        return refuse(zone->name, "counts leap seconds, as no clock here does", error);
    if (!read_table(&block, zone))
        return refuse(zone->name, "contradicts itself", error);
    if (block.version > 1 && !play_rule(bytes + end, length - end, zone, error))
        return error_context(error, "the zone file of %s", zone->name);
    return true;
}

bool zone_read(const char *name, const char *bytes, size_t length, struct zone **ret_zone, struct error *error)
{
    struct zone *zone = memory_new(1, sizeof *zone);

    text_copy_cut(zone->name, sizeof zone->name, name);
    if (!fill(zone, bytes, length, error)) {
        zone_free(zone);
        return false;
    }
    *ret_zone = zone;
    return true;
}

static uint64_t big_endian(const unsigned char *bytes, size_t length)
{
    uint64_t value = 0;

    for (size_t i = 0; i < length; i++)
        value = value << 8 | bytes[i];
    return value;
}

static size_t count_at(const unsigned char *header, size_t position)
{
    return (size_t) big_endian(header + 20 + 4 * position, 4);
}

/* The header, and that all its data are there. */
static bool read_header(const char *bytes, size_t length, size_t time_bytes, struct block *ret_block)
{
    const unsigned char *header = (const unsigned char *) bytes;

    if (length < HEADER_BYTES || memcmp(bytes, "TZif", 4) != 0)
        return false;
    *ret_block = (struct block){
        .bytes = header + HEADER_BYTES,
        .version = header[4] == '\0' ? 1 : (size_t) header[4] - '0',
        .time_bytes = time_bytes,
        .utc_count = count_at(header, 0),
        .standard_count = count_at(header, 1),
        .leap_count = count_at(header, 2),
        .time_count = count_at(header, 3),
        .type_count = count_at(header, 4),
        .character_count = count_at(header, 5),
    };
    if (header[4] != '\0' && (header[4] < '2' || header[4] > '9'))
        return false;
    return block_bytes(ret_block) <= length - HEADER_BYTES;
}

/* The counts have 32 bits, so nothing overflows here. */
static size_t block_bytes(const struct block *block)
{
    return block->time_count * (block->time_bytes + 1) + block->type_count * TYPE_BYTES + block->character_count +
           block->leap_count * (block->time_bytes + 4) + block->standard_count + block->utc_count;
}

static bool read_type(const struct block *block, size_t number, struct type *ret_type)
{
    const unsigned char *types = block->bytes + block->time_count * (block->time_bytes + 1);
    const char *characters = (const char *) types + block->type_count * TYPE_BYTES;

    if (number >= block->type_count)
        return false;
    const unsigned char *type = types + number * TYPE_BYTES;
    size_t begin = type[5];
    int32_t offset_s = (int32_t) big_endian(type, 4);

    if (begin >= block->character_count || offset_s < OFFSET_MIN_S || offset_s > OFFSET_MAX_S)
        return false;
    size_t length = strnlen(characters + begin, block->character_count - begin);
    if (begin + length == block->character_count || length >= sizeof ret_type->abbreviation)
        return false;
    ret_type->offset_s = offset_s;
    memcpy(ret_type->abbreviation, characters + begin, length + 1);
    return true;
}

static int64_t time_at(const struct block *block, size_t number)
{
    uint64_t value = big_endian(block->bytes + number * block->time_bytes, block->time_bytes);

    return block->time_bytes == sizeof(int32_t) ? (int32_t) value : (int64_t) value;
}

static bool is_in_order(const struct block *block)
{
    for (size_t i = 1; i < block->time_count; i++)
        if (time_at(block, i - 1) >= time_at(block, i))
            return false;
    return true;
}

/* What was before 1970 counts only as the time that held when it began. */
static bool read_table(const struct block *block, struct zone *zone)
{
    const unsigned char *numbers = block->bytes + block->time_count * block->time_bytes;
    struct type type;
    size_t i = 0;

    if (block->type_count > TYPES_MAX || !is_in_order(block) || !read_type(block, 0, &type))
        return false;
    for (; i < block->time_count && time_at(block, i) <= 0; i++)
        if (!read_type(block, numbers[i], &type))
            return false;
    if (!zone_table_begin(zone, type.offset_s, type.abbreviation))
        return false;
    for (; i < block->time_count; i++)
        if (!read_type(block, numbers[i], &type) ||
            !zone_table_add(zone, time_at(block, i), type.offset_s, type.abbreviation))
            return false;
    return true;
}

static bool add_part(struct zone *zone, int64_t from_at, int64_t at, const struct zone_rule_part *part)
{
    if (at <= from_at || at >= calendar_days(ZONE_YEAR_MAX + 1, 1, 1) * DAY_SECONDS)
        return true;
    return zone_table_add(zone, at, part->offset_s, part->abbreviation);
}

static bool play_year(const struct zone_rule *rule, int year, int64_t from_at, struct zone *zone)
{
    int64_t summer_at = zone_rule_summer_at(rule, year);
    int64_t standard_at = zone_rule_standard_at(rule, year);

    if (summer_at < standard_at)
        return add_part(zone, from_at, summer_at, &rule->summer) &&
               add_part(zone, from_at, standard_at, &rule->standard);
    return add_part(zone, from_at, standard_at, &rule->standard) && add_part(zone, from_at, summer_at, &rule->summer);
}

/* footer: a line feed, the rule (which may be empty), a line feed. What comes before the last change of the table is the
 * table's business. */
static bool play_rule(const char *footer, size_t length, struct zone *zone, struct error *error)
{
    char text[RULE_BYTES_MAX] = { 0 };
    struct zone_rule rule;
    int64_t from_at = zone->count > 0 ? zone->changes[zone->count - 1].at : 0;
    const char *end = length > 1 && footer[0] == '\n' ? memchr(footer + 1, '\n', length - 1) : NULL;

    if (end == NULL || end - footer > RULE_BYTES_MAX)
        return error_set(error, ERROR_INPUT, "ends without a rule");
    memcpy(text, footer + 1, (size_t) (end - footer - 1));
    if (text[0] == '\0')
        return true;
    if (!zone_rule_read(text, &rule, error))
        return false;
    for (int year = calendar_local_time(from_at).year; rule.has_summer && year <= ZONE_YEAR_MAX; year++)
        if (!play_year(&rule, year, from_at, zone))
            return error_set(error, ERROR_INPUT, "\"%s\" is a rule that contradicts itself", text);
    return true;
}

/* base/zones.c - the folder of zones: read what is asked for, look around when it is not there. */
#include "base/zones.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/text.h"

static const char system_folder[] = "/usr/share/zoneinfo";

enum {
    PATH_SIZE = 4096,
    DEPTH_MAX = 3,       /* America/Argentina/Ushuaia */
    ENTRIES_MAX = 10000, /* tzdata has 600 */
};

/* The walk through the folder for the names near a misspelt one. */
struct search {
    struct nearest nearest;
    char with_region[ZONE_NAME_SIZE]; /* "Berlin" was wanted, and this is it */
    int entries_left;
};

static bool name_is_possible(const char *name);
static struct zone *load(const struct zones *zones, const char *name, struct error *error);
static void search_folder(struct search *search, const char *path, const char *prefix, int depth);
static const struct zone *refuse(const struct zones *zones, const char *name, struct error *error);

static const struct zone *find(struct zone_source *source, const char *name, struct error *error)
{
    return zones_find((struct zones *) source, name, error);
}

void zones_init(struct zones *zones, const char *folder)
{
    *zones = (struct zones){
        .source.find = find,
        .folder = memory_text(folder != NULL ? folder : system_folder),
    };
}

void zones_release(struct zones *zones)
{
    for (size_t i = 0; i < zones->count; i++)
        zone_free(zones->items[i]);
    free(zones->items);
    free(zones->folder);
    *zones = (struct zones){ 0 };
}

/* Where the zone of that name is, or belongs. */
static size_t place_of(const struct zones *zones, const char *name)
{
    size_t low = 0, high = zones->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (strcmp(zone_name(zones->items[middle]), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void keep(struct zones *zones, size_t place, struct zone *zone)
{
    if (zones->count == zones->capacity) {
        zones->capacity = zones->capacity * 2 + 8;
        zones->items = memory_grow(zones->items, zones->capacity, sizeof *zones->items);
    }
    memmove(zones->items + place + 1, zones->items + place, (zones->count - place) * sizeof *zones->items);
    zones->items[place] = zone;
    zones->count++;
}

const struct zone *zones_find(struct zones *zones, const char *name, struct error *error)
{
    size_t place = place_of(zones, name);

    if (place < zones->count && text_equal(zone_name(zones->items[place]), name))
        return zones->items[place];
    if (text_equal(name, zone_name(zone_utc())))
        return zone_utc();
    if (!name_is_possible(name))
        return refuse(zones, name, error);
    if (zones->count == ZONES_MAX) {
        error_set(error, ERROR_LIMIT, "%d time zones are in use, no further one can be", ZONES_MAX);
        return NULL;
    }

    struct zone *zone = load(zones, name, error);
    if (zone == NULL)
        return error->kind == ERROR_MISSING ? refuse(zones, name, error) : NULL;
    keep(zones, place, zone);
    return zone;
}

/* As tzdata names them: Etc/GMT+1, America/North_Dakota/New_Salem. There are other files beside them, all in lower case;
 * and no name of this form leads out of the folder. */
static bool name_is_possible(const char *name)
{
    static const char known[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    size_t length = strlen(name);

    return length > 0 && length < ZONE_NAME_SIZE && strspn(name, known) == length && name[0] >= 'A' && name[0] <= 'Z' &&
           name[length - 1] != '/' && strstr(name, "//") == NULL;
}

static bool join(char *path, const char *folder, const char *name)
{
    int length = snprintf(path, PATH_SIZE, "%s/%s", folder, name);

    return length > 0 && length < PATH_SIZE;
}

static bool is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* NULL, ERROR_MISSING: there is no such file. */
static struct zone *load(const struct zones *zones, const char *name, struct error *error)
{
    released_by(buffer_release) struct buffer content = { 0 };
    struct zone *zone = NULL;
    char path[PATH_SIZE];

    buffer_init(&content, ZONE_FILE_BYTES_MAX);
    if (!join(path, zones->folder, name) || is_folder(path) || access(path, F_OK) != 0) {
        error_set(error, ERROR_MISSING, "there is no time zone %s", name);
        return NULL;
    }
    if (!file_read(path, &content, error) || !zone_read(name, buffer_text(&content), content.length, &zone, error))
        return NULL;
    return zone;
}

static void offer(struct search *search, const char *name)
{
    const char *slash = strrchr(name, '/');

    nearest_offer(&search->nearest, name);
    if (slash != NULL && search->with_region[0] == '\0' && text_equal_ignoring_case(slash + 1, search->nearest.wanted))
        text_copy_cut(search->with_region, sizeof search->with_region, name);
}

/* name: within the folder; path: of the whole. */
static void search_entry(struct search *search, const char *path, const char *name, int depth)
{
    char inner[ZONE_NAME_SIZE];

    if (!name_is_possible(name) || search->entries_left-- <= 0)
        return;
    if (!is_folder(path)) {
        offer(search, name);
    } else if (depth < DEPTH_MAX) {
        int length = snprintf(inner, sizeof inner, "%s/", name);

        if (length > 0 && (size_t) length < sizeof inner)
            search_folder(search, path, inner, depth + 1);
    }
}

static void search_folder(struct search *search, const char *path, const char *prefix, int depth)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, NULL, alphasort);
    char inner_path[PATH_SIZE], name[PATH_SIZE];

    for (int i = 0; i < count; i++) {
        int length = snprintf(name, sizeof name, "%s%s", prefix, entries[i]->d_name);

        if (length > 0 && (size_t) length < sizeof name && join(inner_path, path, entries[i]->d_name))
            search_entry(search, inner_path, name, depth);
        free(entries[i]);
    }
    free(entries);
}

/* Of the near ones, only the nearest: many names differ in a few letters. */
static void append_near(struct buffer *sentence, const struct search *search)
{
    const struct nearest *nearest = &search->nearest;

    if (search->with_region[0] != '\0') {
        buffer_append_format(sentence, "did you mean %s?", search->with_region);
        return;
    }
    if (nearest->count == 0)
        buffer_append_text(sentence, "allowed are IANA names such as Europe/Berlin, America/New_York and UTC");
    for (int i = 0; i < nearest->count && nearest->distances[i] == nearest->distances[0]; i++)
        buffer_append_format(sentence, "%s%s", i == 0 ? "did you mean " : " or ", nearest->names[i]);
    if (nearest->count > 0)
        buffer_append_char(sentence, '?');
}

static const struct zone *refuse(const struct zones *zones, const char *name, struct error *error)
{
    released_by(buffer_release) struct buffer help = { 0 };
    struct search search = { .nearest.wanted = name, .entries_left = ENTRIES_MAX };
    char shown[48];

    text_copy_cut(shown, sizeof shown, name);
    if (!is_folder(zones->folder)) {
        error_set(error, ERROR_SYSTEM, "cannot look up the time zone \"%s\": there is no folder %s", shown,
                  zones->folder);
        return NULL;
    }
    search_folder(&search, zones->folder, "", 1);
    append_near(&help, &search);
    error_set(error, ERROR_INPUT, "no time zone \"%s\"; %s", shown, buffer_text(&help));
    return NULL;
}

/* tests/base/test_secret.c - base/secret.h.
 *
 * explicit_bzero() is replaced by one that keeps what it overwrites, so that this can be looked at.
 */
#include "base/secret.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "tests/base/folder.h"
#include "tests/test_main.h"

#include <fcntl.h>
#include <string.h>

static struct buffer overwritten = { .limit = 4 * SECRET_BYTES_MAX };

void explicit_bzero(void *memory, size_t length)
{
    volatile char *bytes = memory;

    for (size_t i = 0; i < length; i++) {
        buffer_append_char(&overwritten, bytes[i]);
        bytes[i] = 0;
    }
}

/* How often text was overwritten since the last call. */
static int times_overwritten(const char *text)
{
    const char *at = overwritten.data, *found;
    int times = 0;

    while (at != NULL) {
        found = memmem(at, (size_t) (overwritten.data + overwritten.length - at), text, strlen(text));
        times += found != NULL;
        at = found != NULL ? found + strlen(text) : NULL;
    }
    buffer_release(&overwritten);
    return times;
}

static void a_secret_is_a_copy(void)
{
    struct secret secret = { 0 };
    char text[] = "xoxb-1-2";

    CU_ASSERT(secret_is_empty(&secret));
    CU_ASSERT_STRING_EQUAL(secret_reveal(&secret), "");
    secret_set(&secret, text, 6);
    memset(text, 'z', sizeof text);
    CU_ASSERT_FALSE(secret_is_empty(&secret));
    CU_ASSERT_STRING_EQUAL(secret_reveal(&secret), "xoxb-1");
    secret_release(&secret);
    CU_ASSERT(secret_is_empty(&secret));
}

static void a_secret_is_overwritten_when_it_is_replaced_and_when_it_is_released(void)
{
    struct secret secret = { 0 };

    secret_set(&secret, "xoxb-old", 8);
    CU_ASSERT_EQUAL(times_overwritten("xoxb-old"), 0);
    secret_set(&secret, "xoxb-new", 8);
    CU_ASSERT_EQUAL(times_overwritten("xoxb-old"), 1);
    secret_release(&secret);
    CU_ASSERT_EQUAL(times_overwritten("xoxb-new"), 1);
    secret_release(&secret);
    CU_ASSERT_PTR_NULL(secret.text);
}

static void a_secret_may_be_set_from_itself(void)
{
    struct secret secret = { 0 };

    secret_set(&secret, "user:password", 13);
    secret_set(&secret, secret_reveal(&secret) + 5, 8);
    CU_ASSERT_STRING_EQUAL(secret_reveal(&secret), "password");
    secret_set(&secret, "", 0);
    CU_ASSERT(secret_is_empty(&secret));
    CU_ASSERT_PTR_NULL(secret.text);
    buffer_release(&overwritten);
}

struct token {
    struct folder folder;
    struct secret_file file;
};

/* Writes a file and gives it an age in seconds since 1970. */
static void write_aged(const struct folder *folder, const char *content, time_t age)
{
    struct timespec times[2] = { { .tv_sec = age }, { .tv_sec = age } };

    folder_write(folder, content, strlen(content));
    CU_ASSERT_EQUAL(utimensat(AT_FDCWD, folder->file, times, 0), 0);
}

static struct token token_new(const char *content)
{
    struct token token = { .folder = folder_new() };

    write_aged(&token.folder, content, 1000);
    token.file.path = memory_text(token.folder.file);
    return token;
}

static void token_release(struct token *token)
{
    secret_file_release(&token->file);
    folder_remove(&token->folder);
    buffer_release(&overwritten);
}

/* As a mounted Secret is replaced: another file takes the name. */
static void token_replace(struct token *token, const char *content, time_t age)
{
    struct folder other = token->folder;

    snprintf(other.file, sizeof other.file, "%s/other", other.path);
    write_aged(&other, content, age);
    CU_ASSERT_EQUAL(rename(other.file, token->folder.file), 0);
}

static bool refresh(struct token *token, bool is_changed)
{
    bool changed = !is_changed;
    struct error error = { 0 };
    bool read = secret_file_refresh(&token->file, &changed, &error);

    return read && changed == is_changed;
}

/* Those that replace it are as old as it is: their inodes tell. */
static void a_file_is_read_once_and_again_when_it_was_replaced(void)
{
    released_by(token_release) struct token token = token_new("first\n");

    CU_ASSERT(refresh(&token, true));
    CU_ASSERT_STRING_EQUAL(secret_reveal(&token.file.secret), "first");
    buffer_release(&overwritten);
    CU_ASSERT(refresh(&token, false));
    CU_ASSERT_EQUAL(overwritten.length, 0); /* nothing was read that had to be overwritten */
    token_replace(&token, "second \t\r\n\n", 1000);
    CU_ASSERT(refresh(&token, true));
    CU_ASSERT_STRING_EQUAL(secret_reveal(&token.file.secret), "second");
    CU_ASSERT(refresh(&token, false));
    token_replace(&token, " second\n", 1000);
    CU_ASSERT(refresh(&token, true));
    CU_ASSERT_STRING_EQUAL(secret_reveal(&token.file.secret), " second");
}

static void the_same_content_in_another_file_is_no_change(void)
{
    released_by(token_release) struct token token = token_new("token");

    CU_ASSERT(refresh(&token, true));
    token_replace(&token, "token\n", 1000);
    CU_ASSERT(refresh(&token, false));
    CU_ASSERT_STRING_EQUAL(secret_reveal(&token.file.secret), "token");
}

static void a_file_written_over_in_place_is_read_again(void)
{
    released_by(token_release) struct token token = token_new("first");

    CU_ASSERT(refresh(&token, true));
    write_aged(&token.folder, "other", 1001);
    CU_ASSERT(refresh(&token, true));
    CU_ASSERT_STRING_EQUAL(secret_reveal(&token.file.secret), "other");
}

static void nothing_of_what_was_read_stays_behind(void)
{
    released_by(token_release) struct token token = token_new("rotated-token\n");

    CU_ASSERT(refresh(&token, true));
    CU_ASSERT_EQUAL(times_overwritten("rotated-token"), 2); /* of the reader, and of the content */
    secret_file_release(&token.file);
    CU_ASSERT_EQUAL(times_overwritten("rotated-token"), 1);
    CU_ASSERT_PTR_NULL(token.file.path);
}

static void a_file_that_cannot_be_read_keeps_the_old_secret(void)
{
    static const struct {
        const char *content; /* NULL: it is not there */
        size_t length;
        enum error_kind kind;
    } cases[] = { { NULL, 0, ERROR_SYSTEM }, { "", 0, ERROR_INPUT }, { " \n\t", 3, ERROR_INPUT } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(token_release) struct token token = token_new("kept");
        bool changed = true;
        struct error error = { 0 };

        CU_ASSERT(refresh(&token, true));
        unlink(token.folder.file);
        if (cases[i].content != NULL)
            folder_write(&token.folder, cases[i].content, cases[i].length);
        CU_ASSERT_FALSE(secret_file_refresh(&token.file, &changed, &error));
        CU_ASSERT_EQUAL(error.kind, cases[i].kind);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.message, token.folder.file));
        CU_ASSERT_STRING_EQUAL(secret_reveal(&token.file.secret), "kept");

        token_replace(&token, "next", 1001);
        CU_ASSERT(refresh(&token, true));
        CU_ASSERT_STRING_EQUAL(secret_reveal(&token.file.secret), "next");
    }
}

static void a_file_above_64_kibibytes_is_refused(void)
{
    released_by(token_release) struct token token = token_new("");
    static char bytes[64 * 1024 + 1];
    bool changed;
    struct error error = { 0 };

    memset(bytes, 'x', sizeof bytes);
    folder_write(&token.folder, bytes, sizeof bytes);
    CU_ASSERT_FALSE(secret_file_refresh(&token.file, &changed, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
    token_replace(&token, "short", 1001);
    CU_ASSERT(refresh(&token, true));
}

static void a_secret_without_a_file_never_changes(void)
{
    struct secret_file file = { 0 };
    bool changed = true;
    struct error error = { 0 };

    secret_set(&file.secret, "given", 5);
    CU_ASSERT(secret_file_refresh(&file, &changed, &error));
    CU_ASSERT_FALSE(changed);
    CU_ASSERT_STRING_EQUAL(secret_reveal(&file.secret), "given");
    secret_file_release(&file);
    secret_file_release(&file);
    buffer_release(&overwritten);
}

TEST_MAIN("base/secret", TEST(a_secret_is_a_copy),
          TEST(a_secret_is_overwritten_when_it_is_replaced_and_when_it_is_released),
          TEST(a_secret_may_be_set_from_itself), TEST(a_file_is_read_once_and_again_when_it_was_replaced),
          TEST(the_same_content_in_another_file_is_no_change), TEST(a_file_written_over_in_place_is_read_again),
          TEST(nothing_of_what_was_read_stays_behind), TEST(a_file_that_cannot_be_read_keeps_the_old_secret),
          TEST(a_file_above_64_kibibytes_is_refused), TEST(a_secret_without_a_file_never_changes))

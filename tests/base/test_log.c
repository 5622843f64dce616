/* tests/base/test_log.c - base/log.h.
 *
 * The log writes into one end of a pair of sockets that keeps messages apart, so that each write is seen by itself.
 */
#include "base/log.h"

#include "base/buffer.h"
#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* date -u -d 2026-11-23T21:30:02Z +%s */
static const int64_t evening_at = 1795469402;

struct recorder {
    struct log log;
    int other_end;
    char line[2 * LOG_LINE_SIZE];
};

static struct recorder recorder_open(enum log_level level)
{
    int ends[2];

    CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    return (struct recorder){ .log = { .file = ends[0], .level = level }, .other_end = ends[1] };
}

static void recorder_close(struct recorder *recorder)
{
    close(recorder->log.file);
    close(recorder->other_end);
}

/* The next thing that was written, at once; "" when there is none. */
static const char *recorder_next(struct recorder *recorder)
{
    ssize_t length = recv(recorder->other_end, recorder->line, sizeof recorder->line - 1, MSG_DONTWAIT);

    recorder->line[length > 0 ? length : 0] = '\0';
    return recorder->line;
}

static const char *line_with(struct recorder *recorder, const char *key, const char *value)
{
    struct log_line line;

    log_begin(&line, &recorder->log, LOG_INFO, "seen", evening_at);
    log_text(&line, key, value);
    log_end(&line);
    return recorder_next(recorder);
}

static void an_event_is_one_line_written_at_once(void)
{
    released_by(recorder_close) struct recorder recorder = recorder_open(LOG_INFO);
    struct log_line line;

    recorder.log.cluster = "dev";
    log_begin(&line, &recorder.log, LOG_INFO, "stopped", evening_at);
    log_text(&line, "namespace", "payments");
    log_number(&line, "workloads", 7);
    log_number(&line, "change", -3);
    CU_ASSERT_STRING_EQUAL(recorder_next(&recorder), "");
    log_end(&line);
    CU_ASSERT_STRING_EQUAL(recorder_next(&recorder),
                           "time=2026-11-23T21:30:02Z level=info event=stopped cluster=dev namespace=payments "
                           "workloads=7 change=-3\n");
    log_end(&line);
    CU_ASSERT_STRING_EQUAL(recorder_next(&recorder), "");
}

static void lines_above_the_level_are_left_out(void)
{
    static const enum log_level levels[] = { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

    for (size_t shown = 0; shown < 4; shown++) {
        released_by(recorder_close) struct recorder recorder = recorder_open(levels[shown]);

        for (size_t i = 0; i < 4; i++) {
            struct log_line line;

            log_begin(&line, &recorder.log, levels[i], "event", evening_at);
            log_text(&line, "key", "value");
            log_end(&line);
            CU_ASSERT_EQUAL(recorder_next(&recorder)[0] != '\0', i <= shown);
        }
    }
}

static void without_a_log_everything_is_a_no_op(void)
{
    struct log_line line;

    log_begin(&line, NULL, LOG_ERROR, "event", evening_at);
    log_text(&line, "key", "value");
    log_number(&line, "key", 1);
    log_end(&line);
    CU_ASSERT_PTR_NULL(line.log);
}

static void values_are_quoted_where_they_need_to_be(void)
{
    static const struct {
        const char *value, *written;
    } cases[] = {
        { "payments", " key=payments\n" },
        { "a-b_c/d:e.f,g@h", " key=a-b_c/d:e.f,g@h\n" },
        { "", "\n" },
        { NULL, "\n" },
        { " ", " key=\" \"\n" },
        { "two words", " key=\"two words\"\n" },
        { "a=b", " key=\"a=b\"\n" },
        { "say \"no\"", " key=\"say \\\"no\\\"\"\n" },
        { "\"", " key=\"\\\"\"\n" },
        { "back\\slash", " key=\"back\\\\slash\"\n" },
        { "end\\", " key=\"end\\\\\"\n" },
        { "line\nlevel=error", " key=\"line level=error\"\n" },
        { "\x1b[2J", " key=\" [2J\"\n" },
        { "tab\tcr\rdel\x7f.", " key=\"tab cr del .\"\n" },
        { "c1 \xC2\x9B 2J", " key=\"c1   2J\"\n" },
        { "no-break\u00a0space", " key=\"no-break\u00a0space\"\n" },
        { "gr\u00fcn\U0001F319", " key=\"gr\u00fcn\U0001F319\"\n" },
        { "bad\xFF\xC3", " key=\"bad\uFFFD\uFFFD\"\n" },
    };
    released_by(recorder_close) struct recorder recorder = recorder_open(LOG_INFO);
    static const char head[] = "time=2026-11-23T21:30:02Z level=info event=seen";

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *line = line_with(&recorder, "key", cases[i].value);

        case_holds(line, text_starts_with(line, head));
        case_text(cases[i].written, line + strlen(head), cases[i].written);
    }
}

static void a_long_value_is_cut_at_400_characters(void)
{
    static const char *const characters[] = { "x", " ", "\u00e9", "\U0001F319", "\"" };
    static const char *const written[] = { "x", " ", "\u00e9", "\U0001F319", "\\\"" };
    released_by(recorder_close) struct recorder recorder = recorder_open(LOG_INFO);

    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++) {
        released_by(buffer_release) struct buffer value = { 0 }, expected = { 0 };

        for (int count = 0; count < 401; count++) {
            CU_ASSERT_PTR_NULL(strstr(line_with(&recorder, "key", buffer_text(&value)), "…"));
            recorder.log.lines = 0;
            buffer_append_text(&value, characters[i]);
            if (count < 400)
                buffer_append_text(&expected, written[i]);
        }
        buffer_append_text(&expected, i == 0 ? "…\n" : "…\"\n");
        const char *line = line_with(&recorder, "key", buffer_text(&value));
        case_holds(line, strstr(line, buffer_text(&expected)) != NULL);
    }
}

/* Whatever is put on it, a line stays whole, ends, and is UTF-8. */
static void a_full_line_takes_no_more_and_stays_well_formed(void)
{
    released_by(recorder_close) struct recorder recorder = recorder_open(LOG_INFO);

    for (int start = 0; start < 300; start++) {
        char filler[300];
        struct log_line line;

        memset(filler, 'x', sizeof filler);
        filler[start] = '\0';
        recorder.log.lines = 0;
        log_begin(&line, &recorder.log, LOG_INFO, "seen", evening_at);
        log_text(&line, "filler", filler);
        for (int i = 0; i < 60; i++)
            log_text(&line, "moon", "\U0001F319 \" \U0001F319 \" \U0001F319 \" \U0001F319 \" \U0001F319");
        log_end(&line);

        const char *text = recorder_next(&recorder);
        size_t length = strlen(text);
        CU_ASSERT(length <= LOG_LINE_SIZE && length > LOG_LINE_SIZE - 40);
        CU_ASSERT(text_is_utf8(text, length));
        CU_ASSERT_STRING_EQUAL(text + length - 2, "\"\n");
        CU_ASSERT_PTR_EQUAL(strchr(text, '\n'), text + length - 1);
    }
}

static void errors_are_written_with_kind_status_and_sentence(void)
{
    released_by(recorder_close) struct recorder recorder = recorder_open(LOG_INFO);
    struct error error = { ERROR_CONFLICT, .status = 409, .message = "deployment web changed" };
    struct log_line line;

    log_begin(&line, &recorder.log, LOG_WARN, "failed", evening_at);
    log_error(&line, &error);
    log_end(&line);
    CU_ASSERT_STRING_EQUAL(recorder_next(&recorder),
                           "time=2026-11-23T21:30:02Z level=warn event=failed kind=conflict status=409 "
                           "error=\"deployment web changed\"\n");
    error.status = 0;
    log_begin(&line, &recorder.log, LOG_ERROR, "failed", evening_at);
    log_error(&line, &error);
    log_end(&line);
    CU_ASSERT_STRING_EQUAL(recorder_next(&recorder), "time=2026-11-23T21:30:02Z level=error event=failed kind=conflict "
                                                     "error=\"deployment web changed\"\n");
}

/* How many of count lines are written, each read at once. */
static int write_lines(struct recorder *recorder, int count, int64_t now)
{
    int written = 0;

    for (int i = 0; i < count; i++) {
        struct log_line line;

        log_begin(&line, &recorder->log, LOG_ERROR, "flood", now);
        log_end(&line);
        written += strstr(recorder_next(recorder), "event=flood") != NULL;
    }
    return written;
}

static void a_flood_is_cut_and_the_next_second_says_so(void)
{
    released_by(recorder_close) struct recorder recorder = recorder_open(LOG_ERROR);

    CU_ASSERT_EQUAL(write_lines(&recorder, 200, evening_at), 200);
    CU_ASSERT_EQUAL(write_lines(&recorder, 50, evening_at), 0);

    struct log_line line;
    log_begin(&line, &recorder.log, LOG_ERROR, "after", evening_at + 1);
    log_end(&line);
    CU_ASSERT_STRING_EQUAL(recorder_next(&recorder),
                           "time=2026-11-23T21:30:03Z level=error event=log_lines_left_out lines=50\n");
    CU_ASSERT_STRING_EQUAL(recorder_next(&recorder), "time=2026-11-23T21:30:03Z level=error event=after\n");

    CU_ASSERT_EQUAL(write_lines(&recorder, 200, evening_at + 1), 198);

    /* The clock went back. */
    log_begin(&line, &recorder.log, LOG_ERROR, "earlier", evening_at);
    log_end(&line);
    CU_ASSERT_STRING_EQUAL(recorder_next(&recorder),
                           "time=2026-11-23T21:30:02Z level=error event=log_lines_left_out lines=2\n");
    CU_ASSERT_STRING_EQUAL(recorder_next(&recorder), "time=2026-11-23T21:30:02Z level=error event=earlier\n");
}

static void lines_that_are_not_shown_do_not_count(void)
{
    released_by(recorder_close) struct recorder recorder = recorder_open(LOG_INFO);
    struct log_line line;

    for (int i = 0; i < 1000; i++) {
        log_begin(&line, &recorder.log, LOG_DEBUG, "detail", evening_at);
        log_end(&line);
    }
    CU_ASSERT_EQUAL(write_lines(&recorder, 200, evening_at), 200);
}

static void levels_are_read_by_their_names(void)
{
    static const struct {
        const char *text;
        bool is_level;
        enum log_level level;
    } cases[] = {
        { "error", true, LOG_ERROR }, { "warn", true, LOG_WARN },   { "info", true, LOG_INFO },
        { "debug", true, LOG_DEBUG }, { "", false, LOG_INFO },      { "Info", false, LOG_INFO },
        { "infos", false, LOG_INFO }, { "trace", false, LOG_INFO },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum log_level level = LOG_INFO;
        struct error error = { 0 };

        case_holds(cases[i].text, log_level_read(cases[i].text, &level, &error) == cases[i].is_level);
        case_number(cases[i].text, level, cases[i].level);
        case_number(cases[i].text, error.kind, cases[i].is_level ? ERROR_NONE : ERROR_INPUT);
    }
}

static void a_wrong_level_is_quoted_beside_those_that_are_right(void)
{
    enum log_level level;
    struct error error = { 0 };

    CU_ASSERT_FALSE(log_level_read("loud", &level, &error));
    CU_ASSERT_STRING_EQUAL(error.message, "\"loud\" is no log level: error, warn, info or debug is");
}

static void instants_far_away_are_written_too(void)
{
    static const struct {
        int64_t at;
        const char *head;
    } cases[] = {
        { 0, "time=1970-01-01T00:00:00Z " },
        { 951782400, "time=2000-02-29T00:00:00Z " },
        { 4102444799, "time=2099-12-31T23:59:59Z " },
        { INT64_MAX, "time=9223372036854775807 " },
    };
    released_by(recorder_close) struct recorder recorder = recorder_open(LOG_INFO);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct log_line line;

        log_begin(&line, &recorder.log, LOG_INFO, "seen", cases[i].at);
        log_end(&line);
        case_holds(cases[i].head, text_starts_with(recorder_next(&recorder), cases[i].head));
    }
}

TEST_MAIN("base/log", TEST(an_event_is_one_line_written_at_once), TEST(lines_above_the_level_are_left_out),
          TEST(without_a_log_everything_is_a_no_op), TEST(values_are_quoted_where_they_need_to_be),
          TEST(a_long_value_is_cut_at_400_characters), TEST(a_full_line_takes_no_more_and_stays_well_formed),
          TEST(errors_are_written_with_kind_status_and_sentence), TEST(a_flood_is_cut_and_the_next_second_says_so),
          TEST(lines_that_are_not_shown_do_not_count), TEST(levels_are_read_by_their_names),
          TEST(a_wrong_level_is_quoted_beside_those_that_are_right), TEST(instants_far_away_are_written_too))

/* store/answer_document.c - an answer to a command of a terminal as a document. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/document.h"
#include "store/record.h"

enum { EXIT_STATUS_MAX = 255 };

void answer_record_release(struct answer_record *answer)
{
    free(answer->text);
    free(answer->confirm);
    *answer = (struct answer_record){ 0 };
}

void answer_record_write(const struct answer_record *answer, struct buffer *target)
{
    struct json_writer writer = json_writer_start(target);
    char *text = memory_new(1, ANSWER_TEXT_BYTES_MAX);

    text_copy_cut(text, ANSWER_TEXT_BYTES_MAX, answer->text);
    json_begin_object(&writer, NULL);
    json_put_number(&writer, "version", RECORD_VERSION);
    json_put_text(&writer, "text", text);
    document_put_text(&writer, "confirm", answer->confirm == NULL ? "" : answer->confirm);
    json_put_bool(&writer, "interim", answer->is_interim);
    json_put_number(&writer, "exit_status", answer->exit_status);
    json_end_object(&writer);
    free(text);
}

static bool read_members(const cJSON *document, struct answer_record *answer, struct error *error)
{
    const cJSON *text = json_member(document, "text");
    const char *confirm = json_text(document, "confirm");
    int64_t exit_status = 0;

    if (!cJSON_IsString(text))
        return error_set(error, ERROR_PROTOCOL, "text is missing");
    if (!document_flag(document, "interim", &answer->is_interim, error) ||
        !json_number(document, "exit_status", 0, 0, EXIT_STATUS_MAX, &exit_status, error))
        return false;
    answer->exit_status = (int) exit_status;
    answer->text = memory_text(text->valuestring);
    answer->confirm = confirm[0] == '\0' ? NULL : memory_text(confirm);
    return true;
}

bool answer_record_read(const char *document, struct answer_record *ret_answer, struct error *error)
{
    released_by(json_release) cJSON *value = NULL;
    struct answer_record answer = { 0 };

    if (!document_parse(document, "the answer", RECORD_VERSION, &value, error))
        return false;
    if (!read_members(value, &answer, error))
        return error_context(error, "cannot read the answer");
    *ret_answer = answer;
    return true;
}

/* bot/terminal_jobs.c - the runner's jobs towards terminals: what they put into the inbox, and what they read as the answer.
 *
 * A bot finds the command of a terminal in the inbox, by looking when somebody else wrote into the store, and writes the answer
 * there. Where a terminal carries its command out itself, both go straight through.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/button.h"
#include "bot/runner_state.h"

const char runner_store_url[] = "store:";
const char runner_terminal_key[] = "terminal:";

enum { PAGE_ITEMS = 50, ANSWER_TRIES_MAX = 5, ANSWER_PAUSE_MS = 1000, DOCUMENT_BYTES_MAX = STORE_DOCUMENT_MAX + 1 };

/* --- answers --------------------------------------------------------------------------------------------------- */

struct answer_job {
    struct job job;
    struct store_call call;
    struct timer pause;
    int tries;
    bool is_over; /* nothing follows on this answer */
};

static void release_answer(struct job *job)
{
    struct answer_job *answer = (struct answer_job *) job;

    timer_stop(job->runner->options.loop, &answer->pause);
    loop_unpost(job->runner->options.loop, &job->flow);
    store_call_release(&answer->call);
    free(answer);
}

static void end_answer(struct answer_job *answer)
{
    struct runner *runner = answer->job.runner;
    struct event event = { .kind = EVENT_REPLIED, .ticket = answer->job.ticket };
    bool is_over = answer->is_over;

    runner_end_job(&answer->job);
    if (event.ticket != 0)
        runner_tell(runner, &event);
    if (runner->options.terminal != NULL && is_over)
        runner_stop(runner);
}

static void start_write(struct answer_job *answer)
{
    answer->tries++;
    store_start(answer->job.runner->options.store, &answer->call, &answer->job.flow);
}

/* An interim answer that is lost found the outcome there, which is all that is wanted. */
static void pump_answer(struct flow *flow)
{
    struct answer_job *answer = (struct answer_job *) flow;
    struct runner *runner = answer->job.runner;
    struct error error = { 0 };

    if (runner->options.terminal != NULL || (answer->call.done && answer->call.result == STORE_OK) ||
        (answer->call.done && answer->call.result == STORE_LOST)) {
        end_answer(answer);
        return;
    }
    if (answer->call.done) {
        store_describe(&answer->call, &error);
        runner_log_error(runner, LOG_WARN, "reply_failed", NULL, &error);
        if (answer->tries == ANSWER_TRIES_MAX) {
            end_answer(answer);
            return;
        }
        answer->call.done = false;
        timer_start(runner->options.loop, &answer->pause, ANSWER_PAUSE_MS, flow);
        return;
    }
    start_write(answer);
}

/* The command of the button that says yes; NULL = it is no question. */
static const char *command_to_confirm(const struct message *message)
{
    for (size_t i = 0; i < message->section_count; i++)
        for (size_t j = 0; j < message->sections[i].button_count; j++)
            if (text_equal(message->sections[i].buttons[j].action, action_confirm))
                return message->sections[i].buttons[j].value;
    return NULL;
}

void answer_record_fill(const struct message *message, struct answer_record *ret_answer)
{
    const char *confirm = command_to_confirm(message);
    struct buffer text = { .limit = ANSWER_TEXT_BYTES_MAX * 2 };

    for (size_t i = 0; i < message->section_count; i++) {
        const struct buffer *part = &message->sections[i].text;
        if (text.length > 0 && part->length > 0)
            buffer_append_char(&text, '\n');
        buffer_append(&text, buffer_text(part), part->length);
    }
    *ret_answer = (struct answer_record){
        .text = buffer_take(&text),
        .confirm = confirm == NULL ? NULL : memory_text(confirm),
        .is_interim = message->is_interim,
        .exit_status = message->exit_status,
    };
}

static void put_answer(struct answer_job *job, const struct effect *effect)
{
    struct buffer partition = { 0 }, key = { 0 }, document = { .limit = DOCUMENT_BYTES_MAX };
    struct answer_record answer;

    answer_record_fill(&effect->message, &answer);
    record_partition_key(job->job.runner->options.cluster, &partition);
    answer_sort_key(effect->response_url + strlen(runner_store_url), &key);
    answer_record_write(&answer, &document);
    job->call.now = runner_now(job->job.runner);
    store_call_put(&job->call, buffer_text(&partition), buffer_text(&key), buffer_text(&document),
                   job->call.now + ANSWER_KEPT_S, answer.is_interim ? STORE_IF_ABSENT : STORE_IF_ANY, NULL);
    answer_record_release(&answer);
    buffer_release(&partition);
    buffer_release(&key);
    buffer_release(&document);
}

/* The engine is not told anything while its effects are carried out: so a terminal's answer ends in the next turn as well. */
void job_answer(struct runner *runner, const struct effect *effect)
{
    struct answer_job *job = memory_new(1, sizeof *job);

    job->job.flow.pump = pump_answer;
    job->job.release = release_answer;
    job->is_over = !effect->message.is_interim;
    runner_begin_job(runner, &job->job, effect);
    if (runner->options.terminal == NULL) {
        put_answer(job, effect);
        start_write(job);
        return;
    }
    runner->is_answered = runner->is_answered || job->is_over;
    runner->options.terminal->answer(runner->options.terminal, &effect->message);
    loop_post(runner->options.loop, &job->job.flow);
}

/* --- one command, without a bot -------------------------------------------------------------------------------- */

void runner_fail_command(struct runner *runner, const struct error *error)
{
    if (runner->options.terminal == NULL || runner->is_answered)
        return;
    runner->is_answered = true;
    runner->is_failed = true;
    runner->options.terminal->fail(runner->options.terminal, error);
    loop_post(runner->options.loop, &runner->timers.flow); /* whoever calls this may be what the end would free */
}

/* Of what the inbox holds this command alone is taken up: the rest waits for a bot. Nothing is begun by itself. */
void runner_take_up_command(struct runner *runner)
{
    const struct inbox_entry *command = runner->options.terminal->command;
    struct event event = { .kind = EVENT_COMPLETE };

    if (command == NULL) {
        runner->options.terminal->known(runner->options.terminal);
        return;
    }
    engine_end(runner->options.engine);
    runner_tell(runner, &event);
    event = (struct event){ .kind = EVENT_REQUEST, .request = command };
    for (size_t i = 0; i < runner->unfinished_count; i++)
        if (text_equal(runner->unfinished[i].key, command->key))
            event.request = &runner->unfinished[i];
    runner_tell(runner, &event);
    loop_post(runner->options.loop, &runner->timers.flow);
}

void runner_check_command(struct runner *runner)
{
    struct error error = { 0 };

    if (runner->is_failed) {
        runner_stop(runner);
        return;
    }
    if (runner->is_answered || runner->options.terminal->command == NULL || !engine_is_idle(runner->options.engine))
        return;
    (void) error_set(&error, ERROR_SYSTEM, "the command was lost; its history says whether it was carried out");
    runner_fail_command(runner, &error);
}

/* --- looking --------------------------------------------------------------------------------------------------- */

struct look_job {
    struct job job;
    struct store_call call;
};

static void release_look(struct job *job)
{
    struct look_job *look = (struct look_job *) job;

    store_call_release(&look->call);
    free(look);
}

static void read_page(struct look_job *look, const char *after)
{
    struct runner *runner = look->job.runner;
    struct buffer partition = { 0 }, prefix = { 0 };

    record_partition_key(runner->options.cluster, &partition);
    inbox_sort_key(runner_terminal_key, &prefix);
    look->call.kind = STORE_LIST;
    look->call.now = runner_now(runner);
    look->call.limit = PAGE_ITEMS;
    text_copy_cut(look->call.partition_key, sizeof look->call.partition_key, buffer_text(&partition));
    text_copy_cut(look->call.sort_key, sizeof look->call.sort_key, buffer_text(&prefix));
    text_copy_cut(look->call.after, sizeof look->call.after, after);
    buffer_release(&partition);
    buffer_release(&prefix);
    store_start(runner->options.store, &look->call, &look->job.flow);
}

/* Those that were taken up already are done with, or under way. */
static void take_page(struct look_job *look)
{
    struct runner *runner = look->job.runner;
    struct error error = { 0 };

    for (size_t i = 0; i < look->call.items.count; i++) {
        const struct store_item *item = &look->call.items.items[i];
        struct inbox_entry entry;
        struct event event = { .kind = EVENT_REQUEST, .request = &entry };

        if (!inbox_entry_read(item->document, item->revision, &entry, &error))
            runner_log_error(runner, LOG_ERROR, "item_unreadable", item->sort_key, &error);
        else if (entry.offered && !entry.done && !entry.refused)
            runner_tell(runner, &event);
    }
}

static void pump_look(struct flow *flow)
{
    struct look_job *look = (struct look_job *) flow;
    struct runner *runner = look->job.runner;
    bool failed = look->call.result != STORE_OK && look->call.result != STORE_NONE;
    struct error error = { 0 };

    if (failed) {
        store_describe(&look->call, &error);
        runner_log_error(runner, LOG_WARN, "inbox_unread", NULL, &error);
    } else if (runner->phase == RUNNER_LIVE) {
        take_page(look);
    }
    if (!failed && look->call.has_more) {
        char after[STORE_KEY_SIZE];

        text_copy_cut(after, sizeof after, look->call.next);
        store_call_release(&look->call);
        read_page(look, after);
        return;
    }
    runner->is_looking = false;
    runner->must_look = failed;
    runner_end_job(&look->job);
}

void job_look(struct runner *runner)
{
    if (runner->is_looking || (!store_was_written(runner->options.store) && !runner->must_look))
        return;
    struct look_job *job = memory_new(1, sizeof *job);

    runner->is_looking = true;
    runner->must_look = false;
    job->job.flow.pump = pump_look;
    job->job.release = release_look;
    runner_begin_job(runner, &job->job, NULL);
    read_page(job, "");
}

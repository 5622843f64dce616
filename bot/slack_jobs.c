/* bot/slack_jobs.c - the runner's jobs towards Slack, and its ear for what people send.
 *
 * An envelope becomes a request under a key that says what was done: a command by team, user and trigger id, a click by
 * message, action time and user. So a repeat is recognised under whatever envelope id it comes.
 */
#include <stdlib.h>

#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"
#include "bot/runner_state.h"

/* --- replies --------------------------------------------------------------------------------------------------- */

/* A message goes to the response_url; where that is used up or too old, to its user. */
struct reply_job {
    struct job job;
    struct slack_call call;
    char user[RECORD_PERSON_SIZE];
    struct buffer body;
    bool is_direct;
};

static void release_reply(struct job *job)
{
    struct reply_job *reply = (struct reply_job *) job;

    slack_call_release(&reply->call);
    buffer_release(&reply->body);
    free(reply);
}

/* The same message with its receiver: {"channel":"U…", and the rest of the body. */
static void write_direct(const struct reply_job *reply, struct buffer *target)
{
    struct json_writer writer = json_writer_start(target);

    json_begin_object(&writer, NULL);
    json_put_text(&writer, "channel", reply->user);
    buffer_append_char(target, ',');
    buffer_append_text(target, buffer_text(&reply->body) + 1);
}

static void post_directly(struct reply_job *reply)
{
    slack_call_release(&reply->call);
    reply->is_direct = true;
    text_copy_cut(reply->call.method, sizeof reply->call.method, "chat.postMessage");
    reply->call.token = SLACK_BOT;
    buffer_init(&reply->call.body, MESSAGE_TEXT_BYTES_MAX * 8);
    write_direct(reply, &reply->call.body);
    slack_call_start(reply->job.runner->options.slack, &reply->call, &reply->job.flow);
}

static void end_reply(struct reply_job *reply)
{
    struct runner *runner = reply->job.runner;
    struct event event = { .kind = EVENT_REPLIED, .ticket = reply->job.ticket };

    runner_end_job(&reply->job);
    if (event.ticket != 0)
        runner_tell(runner, &event);
}

static void pump_reply(struct flow *flow)
{
    struct reply_job *reply = (struct reply_job *) flow;

    if (reply->call.error.kind == ERROR_NONE) {
        end_reply(reply);
        return;
    }
    runner_log_error(reply->job.runner, LOG_WARN, reply->is_direct ? "reply_lost" : "reply_failed", NULL,
                     &reply->call.error);
    /* A reply that may have arrived is not sent again by another way. */
    bool certainly_lost = reply->call.error.kind != ERROR_TIMEOUT && reply->call.error.kind != ERROR_NETWORK;
    if (reply->is_direct || !certainly_lost || reply->user[0] == '\0')
        end_reply(reply);
    else
        post_directly(reply);
}

static void send_reply(struct runner *runner, const struct effect *effect, const struct buffer *body)
{
    struct reply_job *job = memory_new(1, sizeof *job);

    job->job.flow.pump = pump_reply;
    job->job.release = release_reply;
    text_copy_cut(job->user, sizeof job->user, effect->user);
    buffer_init(&job->body, body->limit);
    buffer_append(&job->body, body->data, body->length);
    runner_begin_job(runner, &job->job, effect);
    if (effect->response_url[0] == '\0') {
        post_directly(job);
        return;
    }
    text_copy_cut(job->call.response_url, sizeof job->call.response_url, effect->response_url);
    buffer_init(&job->call.body, body->limit);
    buffer_append(&job->call.body, body->data, body->length);
    slack_call_start(runner->options.slack, &job->call, &job->job.flow);
}

void job_reply(struct runner *runner, const struct effect *effect)
{
    released_by(buffer_release) struct buffer body = { .limit = MESSAGE_TEXT_BYTES_MAX * 8 };

    if (runner->options.terminal != NULL || text_starts_with(effect->response_url, runner_store_url)) {
        job_answer(runner, effect);
        return;
    }
    message_write(&effect->message, &body);
    send_reply(runner, effect, &body);
}

/* --- acks ------------------------------------------------------------------------------------------------------ */

static struct pending_ack *take_ack(struct runner *runner, uint64_t number)
{
    for (struct pending_ack **link = &runner->acks; *link != NULL; link = &(*link)->next) {
        struct pending_ack *ack = *link;
        if (ack->number != number)
            continue;
        *link = ack->next;
        return ack;
    }
    return NULL;
}

void runner_drop_acks(struct runner *runner)
{
    while (runner->acks != NULL) {
        struct pending_ack *ack = runner->acks;
        runner->acks = ack->next;
        free(ack);
    }
}

void job_ack(struct runner *runner, const struct effect *effect)
{
    released_by(buffer_release) struct buffer body = { .limit = MESSAGE_TEXT_BYTES_MAX * 8 };
    struct pending_ack *ack = take_ack(runner, effect->delivery);

    if (ack == NULL)
        return;
    if (!message_is_empty(&effect->message))
        message_write(&effect->message, &body);
    bool carried = sockets_ack(runner->sockets, &ack->delivery, body.length == 0 ? NULL : buffer_text(&body));
    free(ack);
    if (body.length > 0 && !carried)
        send_reply(runner, effect, &body);
}

/* --- what people send ------------------------------------------------------------------------------------------ */

/* Of a key that did not fit nothing would be kept: all of those would be repeats of one another. */
_Static_assert(sizeof "command///" + 2 * ENVELOPE_NAME_SIZE + ENVELOPE_ID_SIZE <= INBOX_KEY_SIZE, "a command's key");
_Static_assert(sizeof "click////" + 4 * ENVELOPE_NAME_SIZE <= INBOX_KEY_SIZE, "a click's key");

/* One that leads into the store is a terminal's, whatever comes from outside. */
static void take_response_url(const char *response_url, struct inbox_entry *entry)
{
    text_copy_cut(entry->response_url, sizeof entry->response_url,
                  text_starts_with(response_url, runner_store_url) ? "" : response_url);
}

static void fill_command(const struct envelope_command *command, struct inbox_entry *entry)
{
    struct buffer key = { .limit = sizeof entry->key - 1 };

    buffer_append_format(&key, "command/%s/%s/%s", command->team, command->user, command->trigger_id);
    text_copy_cut(entry->key, sizeof entry->key, buffer_text(&key));
    buffer_release(&key);
    text_copy_cut(entry->kind, sizeof entry->kind, "command");
    text_copy_cut(entry->user, sizeof entry->user, command->user);
    text_copy_cut(entry->name, sizeof entry->name, command->user_name);
    text_copy_cut(entry->team, sizeof entry->team, command->team);
    text_copy_cut(entry->channel, sizeof entry->channel, command->channel);
    text_copy_cut(entry->text, sizeof entry->text, command->text);
    take_response_url(command->response_url, entry);
}

static void fill_click(const struct envelope_click *click, struct inbox_entry *entry)
{
    struct buffer key = { .limit = sizeof entry->key - 1 };

    buffer_append_format(&key, "click/%s/%s/%s/%s", click->team, click->user, click->message, click->action_ts);
    text_copy_cut(entry->key, sizeof entry->key, buffer_text(&key));
    buffer_release(&key);
    text_copy_cut(entry->kind, sizeof entry->kind, "click");
    text_copy_cut(entry->user, sizeof entry->user, click->user);
    text_copy_cut(entry->name, sizeof entry->name, click->user_name);
    text_copy_cut(entry->team, sizeof entry->team, click->team);
    text_copy_cut(entry->channel, sizeof entry->channel, click->channel);
    text_copy_cut(entry->message, sizeof entry->message, click->message);
    text_copy_cut(entry->action, sizeof entry->action, click->action);
    text_copy_cut(entry->text, sizeof entry->text, click->value);
    take_response_url(click->response_url, entry);
}

static void log_request(struct runner *runner, const struct inbox_entry *entry)
{
    struct log_line line;

    log_begin(&line, runner->options.log, LOG_INFO, entry->kind, runner_now(runner));
    log_text(&line, "user", entry->user);
    log_text(&line, "action", entry->action);
    log_text(&line, "text", entry->text);
    log_end(&line);
}

static void envelope_arrived(struct sockets_listener *listener, const struct delivery *delivery,
                             const struct envelope *envelope)
{
    struct runner *runner = ((struct runner_sockets *) listener)->runner;
    struct pending_ack *ack = memory_new(1, sizeof *ack);
    struct inbox_entry entry = { 0 };

    ack->number = ++runner->last_delivery;
    ack->delivery = *delivery;
    ack->next = runner->acks;
    runner->acks = ack;
    if (envelope->type == ENVELOPE_COMMAND)
        fill_command(&envelope->command, &entry);
    else
        fill_click(&envelope->click, &entry);
    log_request(runner, &entry);
    struct event event = { .kind = EVENT_REQUEST,
                           .request = &entry,
                           .delivery = ack->number,
                           .accepts_payload = delivery->accepts_payload,
                           .truncated = envelope->truncated };
    runner_tell(runner, &event);
}

static void connected(struct sockets_listener *listener)
{
    struct runner *runner = ((struct runner_sockets *) listener)->runner;
    struct log_line line;

    if (runner->was_ready)
        return;
    runner->was_ready = true;
    log_begin(&line, runner->options.log, LOG_INFO, "ready", runner_now(runner));
    log_end(&line);
}

static void refused(struct sockets_listener *listener, const char *slack_error)
{
    runner_refuse(((struct runner_sockets *) listener)->runner, slack_error);
}

bool runner_open_sockets(struct runner *runner, struct error *error)
{
    struct sockets_options options = {
        .loop = runner->options.loop,
        .slack = runner->options.slack,
        .log = runner->options.log,
        .ca_path = runner->options.ca_path,
        .proxies = runner->options.proxies,
    };

    runner->sockets_listener = (struct runner_sockets){
        .listener = { .envelope = envelope_arrived, .connected = connected, .refused = refused },
        .runner = runner,
    };
    return sockets_new(&options, &runner->sockets_listener.listener, &runner->sockets, error);
}

/* --- the bot's token ------------------------------------------------------------------------------------------- */

/* Asked once at the start: a wrong bot token is found now, and not when the first answer is to be sent. */
static void pump_token(struct flow *flow)
{
    struct reply_job *check = (struct reply_job *) flow;
    struct runner *runner = check->job.runner;
    char slack_error[64];

    text_copy_cut(slack_error, sizeof slack_error, check->call.slack_error);
    if (check->call.error.kind != ERROR_NONE)
        runner_log_error(runner, LOG_WARN, "token_unchecked", NULL, &check->call.error);
    runner_end_job(&check->job);
    if (slack_error_is_final(slack_error)) {
        runner_refuse(runner, slack_error);
        return;
    }
    runner->token_known = true;
    runner_advance(runner);
}

void job_check_token(struct runner *runner)
{
    struct reply_job *job = memory_new(1, sizeof *job);

    job->job.flow.pump = pump_token;
    job->job.release = release_reply;
    text_copy_cut(job->call.method, sizeof job->call.method, "auth.test");
    job->call.token = SLACK_BOT;
    runner_begin_job(runner, &job->job, NULL);
    slack_call_start(runner->options.slack, &job->call, &job->job.flow);
}

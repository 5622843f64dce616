/* bot/terminal_inbox.c - a command that a bot carries out: offered in the inbox, its answer read from the store.
 *
 * Until the bot takes it up the offer can be withdrawn; from then on it is the bot's, whatever becomes of this terminal. Should
 * the bot end meanwhile, its lock is free, and what is left to be done is done here.
 */
#include <signal.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/runner_state.h"
#include "bot/terminal.h"
#include "store/sqlite.h"

enum {
    LOOK_MS = 200,
    LOCK_MS = 2000,
    PATIENCE_MS = 10 * 60 * 1000,
    KEPT_S = 60 * 60, /* of an offer that nobody took up; the bot keeps it longer */
    DOCUMENT_BYTES_MAX = STORE_DOCUMENT_MAX + 1,
};

enum phase { OFFERING, WAITING, READING, WITHDRAWING };

struct offer {
    struct flow flow;
    struct terminal *terminal;
    struct store *store, *alone;
    struct inbox_entry *entry;
    struct terminal_outcome *outcome;
    enum phase phase;
    struct store_call call;
    struct timer look, lock, patience;
    struct signal_watch interrupt, terminate;
    bool is_interrupted, was_interim_shown;
    char partition[STORE_KEY_SIZE], inbox_key[STORE_KEY_SIZE], answer_key[STORE_KEY_SIZE];
};

static void take_text(struct buffer *text, char target[STORE_KEY_SIZE])
{
    text_copy_cut(target, STORE_KEY_SIZE, buffer_text(text));
    buffer_clear(text);
}

static void fill_keys(struct offer *offer)
{
    released_by(buffer_release) struct buffer text = { 0 };

    record_partition_key(offer->terminal->config.cluster, &text);
    take_text(&text, offer->partition);
    inbox_sort_key(offer->entry->key, &text);
    take_text(&text, offer->inbox_key);
    answer_sort_key(offer->entry->key, &text);
    take_text(&text, offer->answer_key);
}

static void begin_call(struct offer *offer, enum phase phase)
{
    store_call_release(&offer->call);
    offer->phase = phase;
    offer->call.now = loop_now(offer->terminal->loop);
}

static void put_offer(struct offer *offer)
{
    struct buffer document = { .limit = DOCUMENT_BYTES_MAX };

    begin_call(offer, OFFERING);
    inbox_entry_write(offer->entry, &document);
    store_call_put(&offer->call, offer->partition, offer->inbox_key, buffer_text(&document), offer->call.now + KEPT_S,
                   STORE_IF_ABSENT, NULL);
    text_copy_cut(offer->entry->revision, sizeof offer->entry->revision, offer->call.operations[0].item.revision);
    buffer_release(&document);
    store_start(offer->store, &offer->call, &offer->flow);
}

static void read_answer(struct offer *offer)
{
    begin_call(offer, READING);
    offer->call.kind = STORE_GET;
    text_copy_cut(offer->call.partition_key, sizeof offer->call.partition_key, offer->partition);
    text_copy_cut(offer->call.sort_key, sizeof offer->call.sort_key, offer->answer_key);
    store_start(offer->store, &offer->call, &offer->flow);
}

/* Only as it was offered: once it is taken up another revision stands there. */
static void withdraw(struct offer *offer)
{
    begin_call(offer, WITHDRAWING);
    store_call_delete(&offer->call, offer->partition, offer->inbox_key, STORE_IF_REVISION, offer->entry->revision);
    store_start(offer->store, &offer->call, &offer->flow);
}

static void wait(struct offer *offer)
{
    offer->phase = WAITING;
    timer_start(offer->terminal->loop, &offer->look, LOOK_MS, &offer->flow);
}

static void end(struct offer *offer)
{
    loop_stop(offer->terminal->loop);
}

/* true: that was the outcome. */
static bool take_answer(struct offer *offer)
{
    struct answer_record answer;
    struct error *error = &offer->outcome->error;

    if (offer->call.result != STORE_OK)
        return false;
    if (!answer_record_read(offer->call.items.items[0].document, &answer, error))
        return true;
    if (!answer.is_interim) {
        offer->outcome->answer = answer;
        return true;
    }
    if (!offer->was_interim_shown)
        terminal_show_interim(offer->terminal, answer.text);
    offer->was_interim_shown = true;
    answer_record_release(&answer);
    return false;
}

static void explain_withdrawal(struct offer *offer)
{
    bool was_withdrawn = offer->call.result == STORE_OK;
    const char *why = offer->is_interrupted ? "interrupted" : "no answer for 10 minutes";

    if (was_withdrawn)
        (void) error_set(&offer->outcome->error, ERROR_TIMEOUT,
                         "%s; no bot had taken the command up, so it was withdrawn and nothing was changed", why);
    else
        (void) error_set(
            &offer->outcome->error, ERROR_TIMEOUT,
            "%s; the bot has taken the command up and goes on with it: `/curfew status` shows how far it is", why);
}

/* The bot that led may have ended: whoever gets its lock leads. */
static void try_lock(struct offer *offer)
{
    struct error ignored;

    if (offer->lock.armed)
        return;
    timer_start(offer->terminal->loop, &offer->lock, LOCK_MS, &offer->flow);
    if (!sqlite_store_new(offer->terminal->loop, offer->terminal->config.store_path, SQLITE_ALONE, &offer->alone,
                          &ignored))
        offer->alone = NULL;
}

static void look(struct offer *offer)
{
    bool is_over = offer->is_interrupted || !offer->patience.armed;

    if (is_over) {
        withdraw(offer);
        return;
    }
    if (offer->look.armed)
        return;
    try_lock(offer);
    if (store_was_written(offer->store) || offer->alone != NULL)
        read_answer(offer);
    else
        wait(offer);
}

static void take_call(struct offer *offer)
{
    switch (offer->phase) {
    case OFFERING:
        if (offer->call.result == STORE_OK) {
            wait(offer);
            return;
        }
        store_describe(&offer->call, &offer->outcome->error);
        end(offer);
        return;
    case READING:
        if (take_answer(offer) || offer->alone != NULL)
            end(offer);
        else
            wait(offer);
        return;
    case WITHDRAWING:
        explain_withdrawal(offer);
        end(offer);
        return;
    case WAITING:
        return;
    }
}

static void pump(struct flow *flow)
{
    struct offer *offer = (struct offer *) flow;

    offer->is_interrupted = offer->interrupt.count > 0 || offer->terminate.count > 0;
    if (offer->phase == WAITING)
        look(offer);
    else if (offer->call.done)
        take_call(offer);
}

static void release(struct offer *offer)
{
    struct loop *loop = offer->terminal->loop;

    store_call_release(&offer->call);
    timer_stop(loop, &offer->look);
    timer_stop(loop, &offer->lock);
    timer_stop(loop, &offer->patience);
    signal_stop(loop, &offer->interrupt);
    signal_stop(loop, &offer->terminate);
    loop_unpost(loop, &offer->flow);
    free(offer);
}

struct store *terminal_offer(struct terminal *terminal, struct store *store, struct inbox_entry *entry,
                             struct terminal_outcome *ret_outcome)
{
    struct offer *offer = memory_new(1, sizeof *offer);
    bool is_over;

    offer->flow.pump = pump;
    offer->terminal = terminal;
    offer->store = store;
    offer->entry = entry;
    offer->outcome = ret_outcome;
    fill_keys(offer);
    signal_start(terminal->loop, &offer->interrupt, SIGINT, &offer->flow);
    signal_start(terminal->loop, &offer->terminate, SIGTERM, &offer->flow);
    timer_start(terminal->loop, &offer->patience, PATIENCE_MS, &offer->flow);
    timer_start(terminal->loop, &offer->lock, LOCK_MS, &offer->flow);
    put_offer(offer);
    loop_run(terminal->loop);
    struct store *alone = offer->alone;
    is_over = ret_outcome->answer.text != NULL || ret_outcome->error.kind != ERROR_NONE;
    release(offer);
    if (!is_over)
        return alone;
    store_free(alone);
    return NULL;
}

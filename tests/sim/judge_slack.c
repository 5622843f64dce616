/* tests/sim/judge_slack.c - what is said, and to whom: warnings, answers, and that they are true. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/sim/judge_state.h"

enum { STALE_GRACE_MS = 15 * 1000, POST_WITHIN_S = 60 };

/* ---- claims ---- */

static struct claim *find_claim(struct sim *sim, int site, const char *uid, int64_t stop_at, int64_t before_s)
{
    struct judge *judge = &sim->judge;

    for (size_t i = judge->claim_count; i-- > 0;) {
        struct claim *claim = &judge->claims[i];
        if (!claim->is_void && claim->site == site && claim->stop_at == stop_at && claim->before_s == before_s &&
            text_equal(claim->uid, uid))
            return claim;
    }
    return NULL;
}

static struct claim *add_claim(struct judge *judge)
{
    if (judge->claim_count == judge->claim_capacity) {
        judge->claim_capacity = judge->claim_capacity == 0 ? 64 : judge->claim_capacity * 2;
        judge->claims = memory_grow(judge->claims, judge->claim_capacity, sizeof *judge->claims);
    }
    struct claim *claim = &judge->claims[judge->claim_count++];
    *claim = (struct claim){ 0 };
    return claim;
}

void judge_void_claims(struct sim *sim, int site, int64_t but_stop_at)
{
    for (size_t i = 0; i < sim->judge.claim_count; i++)
        if (sim->judge.claims[i].site == site && sim->judge.claims[i].stop_at != but_stop_at)
            sim->judge.claims[i].is_void = true;
}

static bool is_mark(const struct sim *sim, int64_t before_s)
{
    for (size_t i = 0; i < sim->options.warnings.count; i++)
        if (sim->options.warnings.before_s[i] == before_s)
            return true;
    return false;
}

static void check_claim(const struct change *change)
{
    const struct record *new = change->new;
    struct sim *sim = change->sim;
    int64_t next_at = judge_next_stop(change->schedule, new);

    if (change->told->scheduler != SCHEDULER_ENABLED)
        sim_break(sim, PROMISE_DISABLED, change->site, "its stop is announced, and its label says disabled");
    else if (new->warned_stop_at != next_at)
        sim_break(sim, PROMISE_STALE, change->site, "a stop at %s is announced, and its next stop is %s",
                  judge_instant(sim, change->site, new->warned_stop_at).text,
                  judge_instant(sim, change->site, next_at).text);
    else if (!is_mark(sim, new->warned_before_s))
        sim_break(sim, PROMISE_ONE_WARNING, change->site, "a warning %lld s before, for which there is no mark",
                  (long long) new->warned_before_s);
    else if (change->decided_at < new->warned_stop_at - new->warned_before_s)
        sim_break(sim, PROMISE_EARLY, change->site, "the warning of %lld s before comes early",
                  (long long) new->warned_before_s);
    else if (!judge_is_up(new))
        sim_break(sim, PROMISE_STALE, change->site, "a stop is announced, and it is asleep");
}

void judge_claim(const struct change *change)
{
    const struct record *old = &change->old, *new = change->new;
    struct sim *sim = change->sim;

    if (new->warned_stop_at == 0 || (new->warned_stop_at == old->warned_stop_at &&new->warned_before_s ==
                                     old->warned_before_s &&new->notice == old->notice))
        return;
    check_claim(change);
    struct claim *claim = find_claim(sim, change->site, new->uid, new->warned_stop_at, new->warned_before_s);
    if (claim != NULL && claim->posts > 0)
        sim_break(sim, PROMISE_ONE_WARNING, change->site, "the stop at %s was announced %lld s before, and is again",
                  judge_instant(sim, change->site, new->warned_stop_at).text, (long long) new->warned_before_s);
    if (claim == NULL)
        claim = add_claim(&sim->judge);
    *claim = (struct claim){ .site = change->site,
                             .stop_at = new->warned_stop_at,
                             .before_s = new->warned_before_s,
                             .notice = new->notice,
                             .claimed_ms = sim->now_ms };
    text_copy_cut(claim->uid, sizeof claim->uid, new->uid);
    sim->counts.warnings++;
}

/* Where nothing fails, each mark that lay ahead when the stop became the next one has had its message by now. */
void judge_claims_before_stop(const struct change *change, int64_t stop_at)
{
    struct sim *sim = change->sim;
    const struct judged *judged = &sim->judge.sites[change->site];

    if (!sim->settings.faultless || judged->next_stop_at != stop_at)
        return;
    for (size_t i = 0; i < sim->options.warnings.count; i++) {
        int64_t before_s = sim->options.warnings.before_s[i];
        if ((stop_at - before_s) * 1000 <= judged->moved_ms)
            continue;
        const struct claim *claim = find_claim(sim, change->site, change->new->uid, stop_at, before_s);
        if (claim == NULL || (claim->posts != 1 && !claim->failed))
            sim_break(sim, PROMISE_WARNED, change->site, "the stop at %s was announced %d times %lld s before",
                      judge_instant(sim, change->site, stop_at).text, claim == NULL ? 0 : claim->posts,
                      (long long) before_s);
        else if (claim->claimed_ms > (stop_at - before_s + POST_WITHIN_S) * 1000)
            sim_break(sim, PROMISE_WARNED, change->site, "the warning of %lld s before came late",
                      (long long) before_s);
    }
}

/* ---- messages ---- */

/* One of the buttons that keep an environment awake: it speaks of a stop. */
bool judge_speaks_of_stop(const struct sim *sim, const struct offered_button *button, int *ret_site,
                          struct button_condition *ret_condition)
{
    char text[INBOX_TEXT_SIZE], name[NAMESPACE_NAME_SIZE];

    if (!button_read(button->value, text, ret_condition) || ret_condition->stop_at == 0)
        return false;
    const char *blank = strchr(text, ' ');
    if (blank == NULL)
        return false;
    size_t length = strcspn(blank + 1, " ");
    if (length >= sizeof name)
        return false;
    memcpy(name, blank + 1, length);
    name[length] = '\0';
    *ret_site = sim_site(sim, name);
    return *ret_site != NOBODY;
}

/* A process that slept, or was overtaken by another, may say what no longer stands. */
static bool knows_best(const struct sim *sim, const struct call *call)
{
    const struct process *process = &sim->processes[call->process];

    return process_count(sim) == 1 && !call->held && process->incarnation == call->incarnation &&
           sim->now_ms - process->slept_ms > STALE_GRACE_MS && sim->now_ms - sim->troubled_ms > STALE_GRACE_MS;
}

static void check_stale(struct sim *sim, const struct call *call, const struct posted *posted)
{
    for (size_t i = 0; i < posted->shown.button_count; i++) {
        struct button_condition condition;
        int site;
        if (!judge_speaks_of_stop(sim, &posted->shown.buttons[i], &site, &condition))
            continue;
        const struct judged *judged = &sim->judge.sites[site];
        if (condition.stop_at == judged->next_stop_at || call->asked_ms - judged->moved_ms < STALE_GRACE_MS)
            continue;
        sim_break(sim, PROMISE_STALE, site, "a message speaks of the stop at %s, and the next stop is %s",
                  judge_instant(sim, site, condition.stop_at).text,
                  judge_instant(sim, site, judged->next_stop_at).text);
    }
}

static bool names(const char *text, const char *name)
{
    struct buffer code = { 0 };

    buffer_append_format(&code, "`%s`", name);
    bool found = strstr(text, buffer_text(&code)) != NULL;
    buffer_release(&code);
    return found;
}

/* Two processes that both lead: what one has claimed and not posted yet, the other believes left behind. A lease prevents
 * that, and nothing can call back what is under way. */
static bool is_contested(const struct sim *sim, const struct call *call, const struct claim *claim)
{
    return call->held || process_count(sim) > 1 || sim->double_ms >= claim->claimed_ms;
}

/* A message that announces: every environment it speaks of was claimed for it, and it is the only one. A claim of which
 * nobody knows whether it was written may stand there without being spoken of. */
static void check_claims(struct sim *sim, const struct call *call, const struct posted *posted)
{
    bool is_claimed = false;

    for (size_t i = 0; i < sim->judge.claim_count; i++) {
        struct claim *claim = &sim->judge.claims[i];
        if (claim->notice != posted->notice || !names(posted->shown.text, sim->sites[claim->site].name))
            continue;
        is_claimed = true;
        if (is_contested(sim, call, claim))
            continue;
        if (++claim->posts > 1)
            sim_break(sim, PROMISE_ONE_WARNING, claim->site, "the stop at %s is announced twice, %lld s before",
                      judge_instant(sim, claim->site, claim->stop_at).text, (long long) claim->before_s);
    }
    if (!is_claimed && !call->held && process_count(sim) < 2)
        sim_break(sim, PROMISE_RECORD, NOBODY, "a warning is posted that was not claimed in the store");
}

void judge_not_posted(struct sim *sim, struct call *call)
{
    for (size_t i = 0; call->effect.kind == EFFECT_POST && i < sim->judge.claim_count; i++)
        if (sim->judge.claims[i].notice == call->effect.post.notice)
            sim->judge.claims[i].failed = true;
}

void judge_posted(struct sim *sim, struct call *call, struct posted *posted)
{
    if (posted->notice == 0) /* a remark about something else */
        return;
    if (call->effect.kind == EFFECT_POST)
        check_claims(sim, call, posted);
    if (knows_best(sim, call))
        check_stale(sim, call, posted);
}

/* ---- answers ---- */

/* The word behind "`dev1` is ", if that is what the text says of the site. */
static bool says(const char *text, const char *name, const char *words)
{
    struct buffer sentence = { 0 };

    buffer_append_format(&sentence, "`%s` %s", name, words);
    bool found = strstr(text, buffer_text(&sentence)) != NULL;
    buffer_release(&sentence);
    return found;
}

static bool spares(const struct command *command, const char *workload)
{
    for (size_t i = 0; i < command->exception_count; i++)
        if (text_equal(command->exceptions[i], workload))
            return true;
    return false;
}

static bool still_runs(const struct sim *sim, int site, const struct last_reading *reading,
                       const struct command *command)
{
    for (size_t i = 0; i < sim->sites[site].workload_count; i++) {
        const char *name = sim->sites[site].workloads[i].workload.name;
        if ((reading->running >> i & 1) != 0 && !judge_is_excepted(&sim->judge.sites[site], name) &&
            !spares(command, name))
            return true;
    }
    return false;
}

static void check_words(struct sim *sim, const struct call *call, const struct request *request, const char *text)
{
    bool says_any = strstr(text, "is stopped (") != NULL || strstr(text, "is up (") != NULL;

    for (size_t i = 0; says_any && i < sim->site_count; i++) {
        const struct last_reading *reading = &sim->processes[call->process].readings[i];
        bool stopped = says(text, sim->sites[i].name, "is stopped ("), up = says(text, sim->sites[i].name, "is up (");
        if (!stopped && !up)
            continue;
        if (!reading->known)
            sim_break(sim, PROMISE_WORDS, (int) i, "it is said how it stands, and it was not read (request %d)",
                      request->number);
        else if (stopped && still_runs(sim, (int) i, reading, &request->command))
            sim_break(sim, PROMISE_WORDS, (int) i, "it is said to be stopped, and ran when it was read");
        else if (up && reading->unready != 0)
            sim_break(sim, PROMISE_WORDS, (int) i, "it is said to be up, and was not ready when it was read");
    }
}

/* Whoever is told that nothing was taken may rely on that; but for what reached two processes, of which one took it, and for what is
 * repeated when it was done long ago by a process that ended, and the store, which knows that, does not answer. */
static void note_refusal(struct sim *sim, const struct call *call, struct request *request, const char *text)
{
    bool by_both = (request->processes & (request->processes - 1)) != 0;
    bool has_died = sim->processes[call->process].incarnation != call->incarnation;

    bool is_of_before = request->done_ms != 0 && request->done_ms < sim->processes[call->process].booted_ms;

    if (strstr(text, "could not take this") == NULL || by_both || has_died || is_of_before)
        return;
    request->told_refused = true;
    request->told_by = call->process;
    if (request->effects != 0 && request->effect_by == call->process)
        sim_break(sim, PROMISE_ONCE, request->site, "%s is told that nothing was accepted, and it was carried out",
                  request->sent.user);
}

void judge_acked(struct sim *sim, struct call *call, struct request *request)
{
    const char *text =
        request->private.text == NULL || message_is_empty(&call->effect.message) ? "" : request->private.text;

    note_refusal(sim, call, request, text);
    check_words(sim, call, request, text);
}

void judge_replied(struct sim *sim, struct call *call, struct request *request)
{
    const char *text = request->private.text == NULL ? "" : request->private.text;

    note_refusal(sim, call, request, text);
    check_words(sim, call, request, text);
    request->replies += call->effect.ticket == 0;
    if (call->effect.ticket == 0)
        return;
    free(request->answer);
    request->answer = memory_text(text);
    request->answered_ms = sim->now_ms;
    /* Of two that lead, one finds in the store what the other accepted, and takes it up in case that has ended. */
    bool by_both = (request->processes & (request->processes - 1)) != 0;
    if (++request->answers > 1 + request->taken_up + by_both)
        sim_break(sim, PROMISE_ONCE, request->site, "request %d is answered %d times", request->number,
                  request->answers);
}

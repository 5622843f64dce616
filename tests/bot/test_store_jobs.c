/* tests/bot/test_store_jobs.c - bot/store_jobs.c, bot/restore_jobs.c, bot/history_jobs.c: what is written together,
 * what is read together, and what the engine is told of it. */
#include "bot/runner_state.h"

#include "base/text.h"
#include "tests/bot/jobs_scene.h"
#include "tests/store/documents.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_S = 24 * 60 * 60 };

static const char no_revision[] = "";

enum part { RECORD = 1, JOURNAL = 2, INBOX = 4, NOTICE = 8, ACT = 16 };

/* A save of these parts, each as nobody has stored it before. */
static struct save *add_save(struct effects *effects, unsigned parts)
{
    struct effect *effect = effects_add(effects, EFFECT_SAVE);
    struct save *save = calloc(1, sizeof *save);

    assert(save != NULL);
    *save = (struct save){
        .has_record = (parts & RECORD) != 0,
        .record = document_warned,
        .has_journal = (parts & JOURNAL) != 0,
        .has_inbox = (parts & INBOX) != 0,
        .inbox = document_click,
        .has_notice = (parts & NOTICE) != 0,
        .notice = document_notice,
        .has_history = (parts & ACT) != 0,
        .history = document_act,
    };
    save->record.revision[0] = '\0';
    save->inbox.revision[0] = '\0';
    save->inbox.refused = false;
    for (size_t i = 0; save->has_journal && i < DOCUMENT_JOURNAL_COUNT; i++)
        journal_add(&save->journal, &document_journal_entries[i]);
    text_copy_cut(effect->namespace, sizeof effect->namespace, "dev1");
    effect->save = save;
    return save;
}

static void check_item(struct jobs_scene *scene, const char *sort_key, const char *document, int64_t expires_at)
{
    struct store_item item = { 0 };

    if (!case_holds(sort_key, jobs_scene_get(scene, sort_key, &item)))
        return;
    if (document != NULL)
        case_text(sort_key, item.document, document);
    case_number(sort_key, item.expires_at, expires_at);
    free(item.document);
}

static void check_absent(struct jobs_scene *scene, const char *sort_key)
{
    struct store_item item = { 0 };

    case_holds(sort_key, !jobs_scene_get(scene, sort_key, &item));
    free(item.document);
}

/* saving */

static void what_belongs_together_is_written_together(void)
{
    struct jobs_scene scene;
    struct effects effects = { 0 };

    jobs_scene_init(&scene);
    (void) add_save(&effects, RECORD | JOURNAL | INBOX | NOTICE | ACT);
    const struct told *told = jobs_scene_carry_out(&scene, &effects);
    CU_ASSERT_EQUAL(told->kind, EVENT_SAVED);
    CU_ASSERT_EQUAL(told->result, SAVE_OK);
    CU_ASSERT_STRING_EQUAL(told->namespace, "dev1");
    check_item(&scene, "S#dev1", document_warned_text, 1795560000 + RECORD_GONE_KEPT_S);
    check_item(&scene, "R#dev1", document_journal_text, 1795560000 + RECORD_GONE_KEPT_S);
    check_item(&scene, "I#T1/U1/1795500000.1", NULL, NOW + 7 * DAY_S);
    check_item(&scene, "N#0123456789abcdef", document_notice_text, 1795550400 + 7 * DAY_S);
    check_item(&scene, "A#dev1#001795546000#9f-2", document_act_text, 1795546000 + 90 * DAY_S);
    jobs_scene_release(&scene);
}

static void where_one_part_is_lost_nothing_is_written(void)
{
    struct jobs_scene scene;
    struct effects effects = { 0 };

    jobs_scene_init(&scene);
    struct save *save = add_save(&effects, RECORD | JOURNAL | INBOX | NOTICE | ACT);
    text_copy_cut(save->record.revision, sizeof save->record.revision, document_revision);
    CU_ASSERT_EQUAL(jobs_scene_carry_out(&scene, &effects)->result, SAVE_LOST);
    check_absent(&scene, "S#dev1");
    check_absent(&scene, "R#dev1");
    check_absent(&scene, "I#T1/U1/1795500000.1");
    check_absent(&scene, "N#0123456789abcdef");
    check_absent(&scene, "A#dev1#001795546000#9f-2");
    jobs_scene_release(&scene);
}

static void notices_and_acts_are_written_over_what_stands_there(void)
{
    struct jobs_scene scene;

    jobs_scene_init(&scene);
    for (int i = 0; i < 2; i++) {
        struct effects effects = { 0 };
        struct save *save = add_save(&effects, NOTICE | ACT);

        text_copy_cut(save->history.outcome, sizeof save->history.outcome, i == 0 ? "" : document_act.outcome);
        text_copy_cut(save->notice.message, sizeof save->notice.message, i == 0 ? "" : document_notice.message);
        CU_ASSERT_EQUAL(jobs_scene_carry_out(&scene, &effects)->result, SAVE_OK);
    }
    check_item(&scene, "N#0123456789abcdef", document_notice_text, 1795550400 + 7 * DAY_S);
    check_item(&scene, "A#dev1#001795546000#9f-2", document_act_text, 1795546000 + 90 * DAY_S);
    jobs_scene_release(&scene);
}

static void the_revisions_told_are_those_of_the_record_and_of_the_inbox_entry(void)
{
    static const struct {
        const char *name;
        unsigned parts;
        const char *key, *inbox_key; /* of the items whose revisions they are; NULL = none */
    } cases[] = {
        { "record", RECORD, "S#dev1", NULL },
        { "record and journal", RECORD | JOURNAL, "S#dev1", NULL },
        { "inbox", INBOX, "I#T1/U1/1795500000.1", "I#T1/U1/1795500000.1" },
        { "inbox and act", INBOX | ACT, "I#T1/U1/1795500000.1", "I#T1/U1/1795500000.1" },
        { "record and inbox", RECORD | INBOX, "S#dev1", "I#T1/U1/1795500000.1" },
        { "everything", RECORD | JOURNAL | INBOX | NOTICE | ACT, "S#dev1", "I#T1/U1/1795500000.1" },
        { "notice", NOTICE, NULL, NULL },
        { "act", ACT, NULL, NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct jobs_scene scene;
        struct effects effects = { 0 };
        struct store_item item = { 0 }, inbox = { 0 };

        jobs_scene_init(&scene);
        (void) add_save(&effects, cases[i].parts);
        const struct told *told = jobs_scene_carry_out(&scene, &effects);
        case_number(cases[i].name, told->result, SAVE_OK);
        case_holds(cases[i].name, cases[i].key == NULL || jobs_scene_get(&scene, cases[i].key, &item));
        case_holds(cases[i].name, cases[i].inbox_key == NULL || jobs_scene_get(&scene, cases[i].inbox_key, &inbox));
        case_text(cases[i].name, told->revision, cases[i].key != NULL ? item.revision : no_revision);
        case_text(cases[i].name, told->inbox_revision, cases[i].inbox_key != NULL ? inbox.revision : no_revision);
        free(item.document);
        free(inbox.document);
        jobs_scene_release(&scene);
    }
}

/* Every character takes six bytes in JSON: no document of an act is larger. */
static void the_longest_act_is_no_reason_for_a_save_to_fail(void)
{
    struct jobs_scene scene;
    struct effects effects = { 0 };

    jobs_scene_init(&scene);
    struct save *save = add_save(&effects, RECORD | ACT);
    memset(save->history.act, '\x01', sizeof save->history.act - 1);
    memset(save->history.outcome, '\x01', sizeof save->history.outcome - 1);
    memset(save->history.by, '\x01', sizeof save->history.by - 1);
    CU_ASSERT_EQUAL(jobs_scene_carry_out(&scene, &effects)->result, SAVE_OK);
    struct effect *recall = effects_add(&effects, EFFECT_RECALL);
    text_copy_cut(recall->namespace, sizeof recall->namespace, "dev1");
    CU_ASSERT_FALSE(jobs_scene_carry_out(&scene, &effects)->has_error);
    CU_ASSERT_EQUAL_FATAL(scene.act_count, 1);
    CU_ASSERT_EQUAL(strlen(scene.acts[0].act), HISTORY_ACT_SIZE - 1);
    CU_ASSERT_EQUAL(strlen(scene.acts[0].outcome), HISTORY_OUTCOME_SIZE - 1);
    jobs_scene_release(&scene);
}

/* loading */

static const struct told *load(struct jobs_scene *scene, const char *inbox_key)
{
    struct effects effects = { 0 };
    struct effect *effect = effects_add(&effects, EFFECT_LOAD);

    text_copy_cut(effect->namespace, sizeof effect->namespace, "dev1");
    text_copy_cut(effect->inbox_key, sizeof effect->inbox_key, inbox_key);
    return jobs_scene_carry_out(scene, &effects);
}

static void an_inbox_entry_is_loaded_beside_the_record_where_it_is_asked_for(void)
{
    struct jobs_scene scene;
    struct effects effects = { 0 };

    jobs_scene_init(&scene);
    struct save *save = add_save(&effects, RECORD | JOURNAL | INBOX);
    inbox_entry_set_applied(&save->inbox, "dev1");
    CU_ASSERT_EQUAL(jobs_scene_carry_out(&scene, &effects)->result, SAVE_OK);
    const struct told *saved = &scene.events[0], *loaded = load(&scene, document_click.key);
    CU_ASSERT_EQUAL(loaded->kind, EVENT_LOADED);
    CU_ASSERT_FALSE(loaded->has_error);
    CU_ASSERT_TRUE(loaded->has_record);
    CU_ASSERT_TRUE(loaded->record.notice == document_warned.notice);
    CU_ASSERT_STRING_EQUAL(loaded->record.revision, saved->revision);
    CU_ASSERT_EQUAL(loaded->journal_count, DOCUMENT_JOURNAL_COUNT);
    CU_ASSERT_TRUE_FATAL(loaded->has_stored);
    CU_ASSERT_STRING_EQUAL(loaded->stored.applied, "dev1");
    CU_ASSERT_STRING_EQUAL(loaded->stored.revision, saved->inbox_revision);
    loaded = load(&scene, "");
    CU_ASSERT_TRUE(loaded->has_record);
    CU_ASSERT_FALSE(loaded->has_stored);
    jobs_scene_release(&scene);
}

static void what_is_absent_is_loaded_as_nothing(void)
{
    struct jobs_scene scene;

    jobs_scene_init(&scene);
    const struct told *loaded = load(&scene, document_click.key);
    CU_ASSERT_FALSE(loaded->has_error);
    CU_ASSERT_FALSE(loaded->has_record);
    CU_ASSERT_FALSE(loaded->has_stored);
    CU_ASSERT_EQUAL(scene.error_lines, 0);
    jobs_scene_release(&scene);
}

static void what_cannot_be_read_makes_the_whole_load_an_error(void)
{
    static const struct {
        const char *key, *document;
    } cases[] = {
        { "S#dev1", "{}" },
        { "S#dev1", "{\"version\":2}" },
        { "R#dev1", "{\"version\":1}" },
        { "I#T1/U1/1795500000.1", "nothing" },
        { "I#T1/U1/1795500000.1", "{\"version\":2}" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct jobs_scene scene;

        jobs_scene_init(&scene);
        jobs_scene_put(&scene, cases[i].key, cases[i].document);
        const struct told *loaded = load(&scene, document_click.key);
        case_holds(cases[i].key, loaded->has_error && !loaded->has_record && !loaded->has_stored);
        case_number(cases[i].key, loaded->error.kind, ERROR_INPUT);
        case_number(cases[i].key, scene.error_lines, 1);
        jobs_scene_release(&scene);
    }
}

/* restoring */

static void put_notices(struct jobs_scene *scene, int count)
{
    for (int i = 1; i <= count; i++) {
        struct effects effects = { 0 };
        struct save *save = add_save(&effects, NOTICE);

        save->notice.id = (uint64_t) i;
        CU_ASSERT_EQUAL(jobs_scene_carry_out(scene, &effects)->result, SAVE_OK);
    }
}

/* More than a page of them. */
static void records_come_back_before_notices_and_notices_before_the_inbox(void)
{
    enum { COUNT = 210 };
    struct jobs_scene scene;
    struct effects effects = { 0 };

    jobs_scene_init(&scene);
    put_notices(&scene, COUNT - 10);
    jobs_scene_put(&scene, "N#00000000000000zz", "{\"version\":1}");
    for (int i = COUNT - 9; i <= COUNT; i++) {
        struct save *save = add_save(&effects, NOTICE);

        save->notice.id = (uint64_t) i;
        (void) jobs_scene_carry_out(&scene, &effects);
    }
    (void) add_save(&effects, RECORD | INBOX | ACT);
    (void) jobs_scene_carry_out(&scene, &effects);
    scene.event_count = 0;
    jobs_scene_restore(&scene);

    CU_ASSERT_EQUAL_FATAL(scene.event_count, 1 + COUNT);
    CU_ASSERT_EQUAL(scene.events[0].kind, EVENT_RESTORED);
    CU_ASSERT_STRING_EQUAL(scene.events[0].namespace, "dev1");
    CU_ASSERT_EQUAL(scene.events[0].record.deadline_at, document_warned.deadline_at);
    for (size_t i = 1; i < scene.event_count; i++) {
        CU_ASSERT_EQUAL(scene.events[i].kind, EVENT_NOTICE);
        case_number("notices by their ids", (int64_t) scene.events[i].notice.id, (int64_t) i);
        case_text("channel", scene.events[i].notice.channel, document_notice.channel);
    }
    CU_ASSERT_EQUAL(scene.error_lines, 1); /* the one that is none */
    CU_ASSERT_EQUAL_FATAL(scene.runner.unfinished_count, 1);
    CU_ASSERT_STRING_EQUAL(scene.runner.unfinished[0].key, document_click.key);
    jobs_scene_release(&scene);
}

/* the history */

static const struct told *recall(struct jobs_scene *scene, const char *namespace)
{
    struct effects effects = { 0 };
    struct effect *effect = effects_add(&effects, EFFECT_RECALL);

    text_copy_cut(effect->namespace, sizeof effect->namespace, namespace);
    return jobs_scene_carry_out(scene, &effects);
}

static void put_acts(struct jobs_scene *scene, const char *namespace, int count)
{
    for (int i = 0; i < count; i++) {
        struct effects effects = { 0 };
        struct save *save = add_save(&effects, ACT);

        text_copy_cut(save->history.namespace, sizeof save->history.namespace, namespace);
        save->history.at = NOW + i;
        CU_ASSERT_EQUAL(jobs_scene_carry_out(scene, &effects)->result, SAVE_OK);
    }
}

static void the_last_twenty_acts_of_an_environment_come_newest_first(void)
{
    struct jobs_scene scene;

    jobs_scene_init(&scene);
    put_acts(&scene, "dev1", 25);
    put_acts(&scene, "dev10", 3);
    const struct told *told = recall(&scene, "dev1");
    CU_ASSERT_EQUAL(told->kind, EVENT_RECALLED);
    CU_ASSERT_STRING_EQUAL(told->namespace, "dev1");
    CU_ASSERT_FALSE(told->has_error);
    CU_ASSERT_EQUAL_FATAL(scene.act_count, 20);
    for (size_t i = 0; i < scene.act_count; i++) {
        case_text("namespace", scene.acts[i].namespace, "dev1");
        case_number("newest first", scene.acts[i].at, NOW + 24 - (int64_t) i);
        case_text("act", scene.acts[i].act, "prolongate for 2h");
    }
    CU_ASSERT_FALSE(recall(&scene, "dev10")->has_error);
    CU_ASSERT_EQUAL(scene.act_count, 3);
    CU_ASSERT_FALSE(recall(&scene, "dev")->has_error);
    CU_ASSERT_EQUAL(scene.act_count, 0);
    jobs_scene_release(&scene);
}

/* Those that cannot be read stand in front; there are still twenty others. */
static void an_act_that_cannot_be_read_takes_the_place_of_no_other(void)
{
    struct jobs_scene scene;

    jobs_scene_init(&scene);
    put_acts(&scene, "dev1", 25);
    jobs_scene_put(&scene, "A#dev1#001899999999#a", "{\"version\":1}");
    jobs_scene_put(&scene, "A#dev1#001899999999#b", "{\"version\":2}");
    CU_ASSERT_FALSE(recall(&scene, "dev1")->has_error);
    CU_ASSERT_EQUAL_FATAL(scene.act_count, 20);
    CU_ASSERT_EQUAL(scene.acts[0].at, NOW + 24);
    CU_ASSERT_EQUAL(scene.acts[19].at, NOW + 5);
    CU_ASSERT_EQUAL(scene.error_lines, 2);
    jobs_scene_release(&scene);
}

static void an_act_is_forgotten_after_ninety_days(void)
{
    struct jobs_scene scene;

    jobs_scene_init(&scene);
    for (int i = 0; i < 2; i++) {
        struct effects effects = { 0 };
        struct save *save = add_save(&effects, ACT);

        save->history.at = NOW - 90 * (int64_t) DAY_S + i;
        (void) jobs_scene_carry_out(&scene, &effects);
    }
    CU_ASSERT_FALSE(recall(&scene, "dev1")->has_error);
    CU_ASSERT_EQUAL_FATAL(scene.act_count, 1);
    CU_ASSERT_EQUAL(scene.acts[0].at, NOW - 90 * (int64_t) DAY_S + 1);
    jobs_scene_release(&scene);
}

static void a_history_that_the_store_does_not_give_is_an_error(void)
{
    struct jobs_scene scene;

    jobs_scene_init(&scene);
    scene.runner.options.cluster = "\xFF"; /* no store takes such a key */
    const struct told *told = recall(&scene, "dev1");
    CU_ASSERT_TRUE(told->has_error);
    CU_ASSERT_STRING_EQUAL(told->namespace, "dev1");
    CU_ASSERT_EQUAL(scene.act_count, 0);
    CU_ASSERT_EQUAL(scene.error_lines, 1);
    jobs_scene_release(&scene);
}

TEST_MAIN("bot/store_jobs", TEST(what_belongs_together_is_written_together),
          TEST(where_one_part_is_lost_nothing_is_written), TEST(notices_and_acts_are_written_over_what_stands_there),
          TEST(the_revisions_told_are_those_of_the_record_and_of_the_inbox_entry),
          TEST(the_longest_act_is_no_reason_for_a_save_to_fail),
          TEST(an_inbox_entry_is_loaded_beside_the_record_where_it_is_asked_for),
          TEST(what_is_absent_is_loaded_as_nothing), TEST(what_cannot_be_read_makes_the_whole_load_an_error),
          TEST(records_come_back_before_notices_and_notices_before_the_inbox),
          TEST(the_last_twenty_acts_of_an_environment_come_newest_first),
          TEST(an_act_that_cannot_be_read_takes_the_place_of_no_other), TEST(an_act_is_forgotten_after_ninety_days),
          TEST(a_history_that_the_store_does_not_give_is_an_error))

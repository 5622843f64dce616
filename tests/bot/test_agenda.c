/* Which environment is due next: against a list that is searched from end to end. */
#include "bot/agenda.h"

#include <stdio.h>
#include <string.h>

#include "tests/test_case.h"
#include "tests/test_main.h"

enum { ENVIRONMENTS = 150, OPERATIONS = 20000, SEEDS = 20 };

struct crowd {
    struct environment items[ENVIRONMENTS];
    char names[ENVIRONMENTS][16];
    struct agenda agenda;
    uint64_t state; /* of the dice */
};

/* A linear congruential generator; its upper half is good enough to choose by. */
static uint32_t roll(struct crowd *crowd, uint32_t sides)
{
    crowd->state = crowd->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t) (crowd->state >> 33) % sides;
}

/* Names in an order that is not that of the array. */
static void gather(struct crowd *crowd, uint64_t seed)
{
    *crowd = (struct crowd){ .state = seed };
    for (size_t i = 0; i < ENVIRONMENTS; i++) {
        (void) snprintf(crowd->names[i], sizeof crowd->names[i], "dev-%03zu", (i * 67) % ENVIRONMENTS);
        crowd->items[i].name = crowd->names[i];
        crowd->items[i].due_at = INT64_MAX;
    }
}

static const struct environment *first_by_search(const struct crowd *crowd)
{
    const struct environment *first = NULL;

    for (size_t i = 0; i < ENVIRONMENTS; i++) {
        const struct environment *item = &crowd->items[i];
        if (item->due_at == INT64_MAX)
            continue;
        if (first == NULL || item->due_at < first->due_at ||
            (item->due_at == first->due_at && strcmp(item->name, first->name) < 0))
            first = item;
    }
    return first;
}

/* Few instants, so that many are due at the same one. Half of the operations move the first, as what is due is moved; one in
 * four takes out what is there, or what is not. */
static void move_one(struct crowd *crowd)
{
    struct environment *first = agenda_first(&crowd->agenda), *any = &crowd->items[roll(crowd, ENVIRONMENTS)];
    int64_t at = 1795521600 + roll(crowd, 40);

    if (roll(crowd, 4) == 0)
        at = INT64_MAX;
    agenda_set(&crowd->agenda, first != NULL && roll(crowd, 2) == 0 ? first : any, at);
}

static void the_first_is_the_earliest_after_any_operations(void)
{
    static struct crowd crowd;

    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        int wrong = 0;
        gather(&crowd, seed);
        for (int i = 0; i < OPERATIONS; i++) {
            move_one(&crowd);
            wrong += agenda_first(&crowd.agenda) != first_by_search(&crowd);
        }
        char name[32];
        (void) snprintf(name, sizeof name, "seed %d", (int) seed);
        case_number(name, wrong, 0);
        agenda_release(&crowd.agenda);
    }
}

static void taken_out_one_by_one_they_come_by_instant_and_then_by_name(void)
{
    static struct crowd crowd;
    struct environment *first;
    size_t count = 0;

    gather(&crowd, 7);
    for (size_t i = 0; i < ENVIRONMENTS; i++)
        agenda_set(&crowd.agenda, &crowd.items[i], 1795521600 + roll(&crowd, 10));
    while ((first = agenda_first(&crowd.agenda)) != NULL) {
        CU_ASSERT_PTR_EQUAL_FATAL(first, first_by_search(&crowd));
        agenda_set(&crowd.agenda, first, INT64_MAX);
        CU_ASSERT_EQUAL(first->agenda_position, 0);
        count++;
    }
    CU_ASSERT_EQUAL(count, ENVIRONMENTS);
    agenda_release(&crowd.agenda);
}

static void due_at_the_same_instant_the_names_decide(void)
{
    char names[][2] = { "a", "b" };
    struct environment a = { .name = names[0], .due_at = INT64_MAX }, b = { .name = names[1], .due_at = INT64_MAX };
    struct agenda agenda = { 0 };

    agenda_set(&agenda, &b, 100);
    agenda_set(&agenda, &a, 100);
    CU_ASSERT_PTR_EQUAL(agenda_first(&agenda), &a);
    agenda_set(&agenda, &b, 99);
    CU_ASSERT_PTR_EQUAL(agenda_first(&agenda), &b);
    agenda_set(&agenda, &b, 100);
    CU_ASSERT_PTR_EQUAL(agenda_first(&agenda), &a);
    agenda_release(&agenda);
}

static void of_an_empty_one_nothing_is_first(void)
{
    char name[] = "only";
    struct environment only = { .name = name, .due_at = INT64_MAX };
    struct agenda agenda = { 0 };

    CU_ASSERT_PTR_NULL(agenda_first(&agenda));
    agenda_set(&agenda, &only, INT64_MAX);
    CU_ASSERT_PTR_NULL(agenda_first(&agenda));
    agenda_set(&agenda, &only, 100);
    CU_ASSERT_PTR_EQUAL(agenda_first(&agenda), &only);
    CU_ASSERT_EQUAL(only.due_at, 100);
    agenda_set(&agenda, &only, INT64_MAX);
    CU_ASSERT_PTR_NULL(agenda_first(&agenda));
    agenda_release(&agenda);
    agenda_release(&agenda);
}

TEST_MAIN("bot/agenda", TEST(the_first_is_the_earliest_after_any_operations),
          TEST(taken_out_one_by_one_they_come_by_instant_and_then_by_name),
          TEST(due_at_the_same_instant_the_names_decide), TEST(of_an_empty_one_nothing_is_first))

/* bot/kept.h - a record in few bytes. Pure.
 *
 * A struct record is made for reading and writing: arrays for the longest texts there may be. Of 100,000 environments it
 * would cost 200 MB, so what the engine keeps of each is this: instants as 32 bits, texts behind one another.
 */
#ifndef CURFEW_BOT_KEPT_H
#define CURFEW_BOT_KEPT_H

#include <stdint.h>

#include "base/attributes.h"
#include "bot/plan.h"
#include "store/record.h"

struct kept;

/* A copy of a record on the heap: free(). uid: of the namespace as it is, which is not kept a second time. */
struct kept *kept_new(const struct record *record, const char *uid) must_check;

/* The record as it was. name and uid are those of the environment. */
void kept_read(const struct kept *kept, const char *name, const char *uid, struct record *ret_record);

/* true: it is the record of the namespace with this uid. */
bool kept_is_of(const struct kept *kept, const char *uid) must_check;

enum record_state kept_state(const struct kept *kept) must_check;
uint32_t kept_rhythm(const struct kept *kept) must_check;
uint64_t kept_notice(const struct kept *kept) must_check;
int32_t kept_remembered(const struct kept *kept) must_check;

/* What planning needs; schedule and warnings are the caller's to set. */
void kept_fill_plan(const struct kept *kept, struct plan_view *view);

#endif

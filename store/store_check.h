/* store/store_check.h - which calls are wrong before any backend sees them. Pure. */
#ifndef CURFEW_STORE_STORE_CHECK_H
#define CURFEW_STORE_STORE_CHECK_H

#include "base/attributes.h"
#include "base/error.h"
#include "store/store.h"

/* STORE_OK; or STORE_BAD or STORE_TOO_BIG, and *error says what is wrong and what is allowed. */
enum store_result store_check_call(const struct store_call *call, struct error *error) must_check;

#endif

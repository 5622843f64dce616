/* tests/store/backend.h - the store whose contract is checked. Each backend has a file that defines these three, and
 * is linked with the same test_contract*.c.
 */
#ifndef CURFEW_TESTS_STORE_BACKEND_H
#define CURFEW_TESTS_STORE_BACKEND_H

#include "base/attributes.h"
#include "base/loop.h"
#include "store/store.h"

struct backend;

/* A place for items, empty. */
struct backend *backend_new(void) must_check;

/* A further store on these items. Ends the test program where that fails. */
struct store *backend_open(struct backend *backend, struct loop *loop) must_check;

/* After all of its stores. */
void backend_free(struct backend *backend);

#endif

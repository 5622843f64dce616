/* tests/trial/kubectl.h - lines that begin with "kubectl": the real one where it is installed.
 *
 * Where it is not, kubectl label namespace and kubectl annotate namespace are understood all the same, because labels
 * and annotations are how people talk to Curfew.
 */
#ifndef CURFEW_TESTS_TRIAL_KUBECTL_H
#define CURFEW_TESTS_TRIAL_KUBECTL_H

#include "base/attributes.h"
#include "base/error.h"
#include "base/loop.h"
#include "tests/trial/board.h"
#include "tests/trial/part.h"

#include <stdbool.h>

enum { KUBECTL_PATH_SIZE = 4096, KUBECTL_VARIABLES_MAX = 8 };

struct kubectl {
    struct loop *loop;
    struct flow *flow;
    struct part part;
    char variables[KUBECTL_VARIABLES_MAX][KUBECTL_PATH_SIZE + 32]; /* its environment */
    int variable_count;
    bool is_installed;
};

/* folder: for what it keeps. The texts are copied; flow is pumped whenever it has ended. */
void kubectl_init(struct kubectl *kubectl, struct loop *loop, const char *kubeconfig, const char *folder,
                  struct flow *flow);
void kubectl_release(struct kubectl *kubectl);

/* The whole line, as a shell reads it. Without kubectl the board writes what it says.
 * false, ERROR_MISSING: kubectl is not installed, and the line is none of the two; ERROR_SYSTEM. */
bool kubectl_run(struct kubectl *kubectl, struct board *board, const char *line, struct error *error) must_check;

bool kubectl_is_running(const struct kubectl *kubectl) must_check;

#endif

/* bot/answer_keepers.h - who brings back what Curfew stops, and the setting that ends the quarrel. Pure.
 *
 * Source: Argo CD, "Diff Customization" and "Sync Options" (RespectIgnoreDifferences); Flux, HelmRelease driftDetection and
 * `flux suspend`; the field managers are those that these programs write into metadata.managedFields.
 */
#ifndef CURFEW_BOT_ANSWER_KEEPERS_H
#define CURFEW_BOT_ANSWER_KEEPERS_H

#include "base/buffer.h"
#include "bot/answer.h"

/* A line for each kind of keeper: what it keeps, that it may bring it back after a stop, and how to let it be. */
void answer_append_keepers(const struct outcome *outcome, struct buffer *target);

/* A line for each who started again what the journal says is stopped, with the setting that ends it. Nothing where all of it
 * sleeps. */
void answer_append_brought_back(const struct outcome *outcome, struct buffer *target);

/* OUTCOME_BROUGHT_BACK, whole. */
void answer_brought_back(const struct outcome *outcome, struct buffer *target);

#endif

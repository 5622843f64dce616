/* k8s/autoscaler.h - how an autoscaler of KEDA is paused: by two annotations. Pure.
 *
 * autoscaling.keda.sh/paused-replicas "0" holds the target at 0, autoscaling.keda.sh/paused "true" stops the scaling; either alone has
 * been seen to let the target flap. Source: KEDA, "Pause auto-scaling"; kedacore/keda issues 2160, 5165.
 */
#ifndef CURFEW_K8S_AUTOSCALER_H
#define CURFEW_K8S_AUTOSCALER_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/json_writer.h"

/* true: somebody has paused it in such a way that it starts nothing: at 0, or where it stands. */
bool autoscaler_is_paused(const cJSON *object) must_check;

/* Both annotations as they are, as a JSON object that a merge patch brings them back with: absent ones are null.
 * false, ERROR_LIMIT: they do not fit. */
bool autoscaler_write_before(const cJSON *object, char *target, size_t size, struct error *error) must_check;

/* Puts "annotations" into the metadata of a merge patch: those that pause it, or those of before.
 * false, ERROR_INPUT: before is no such object; nothing was put. */
void autoscaler_put_pause(struct json_writer *writer);
bool autoscaler_put_before(struct json_writer *writer, const char *before, struct error *error) must_check;

/* Whether the annotations of an answer are those that were asked for: of a pause (before NULL), or of before. */
bool autoscaler_stands(const cJSON *object, const char *before) must_check;

#endif

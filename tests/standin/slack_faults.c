/* tests/standin/slack_faults.c - a short list, first come first served. */
#include "tests/standin/slack_faults.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { STATUS_MIN = 200, STATUS_MAX = 599, COUNT_MAX = 1000 * 1000, DELAY_MAX_MS = 10 * 60 * 1000 };

bool faults_add(struct faults *faults, const cJSON *json, struct error *error)
{
    struct fault fault = { 0 };

    if (faults->count == FAULTS_MAX)
        return error_set(error, ERROR_LIMIT, "there are %d faults already", FAULTS_MAX);
    if (!json_need_text(json, "method", fault.method, sizeof fault.method, error) ||
        !json_copy_text(json, "channel", fault.channel, sizeof fault.channel, error) ||
        !json_number(json, "count", 1, 1, COUNT_MAX, &fault.count, error) ||
        !json_number(json, "status", 0, STATUS_MIN, STATUS_MAX, &fault.status, error) ||
        !json_number(json, "delay_ms", 0, 0, DELAY_MAX_MS, &fault.delay_ms, error) ||
        !json_number(json, "retry_after_s", 0, 0, COUNT_MAX, &fault.retry_after_s, error) ||
        !json_copy_text(json, "content_type", fault.content_type, sizeof fault.content_type, error) ||
        !json_copy_text(json, "error", fault.error, sizeof fault.error, error))
        return false;
    fault.body = memory_text(json_text(json, "body"));
    fault.close = json_is_true(json, "close");
    fault.carry_out = json_is_true(json, "carry_out");
    fault.no_hello = json_is_true(json, "no_hello");
    faults->items[faults->count++] = fault;
    return true;
}

static void remove_fault(struct faults *faults, int number)
{
    int behind = faults->count - number - 1;

    fault_release(&faults->items[number]);
    memmove(&faults->items[number], &faults->items[number + 1], (size_t) behind * sizeof faults->items[0]);
    faults->count--;
}

static bool is_meant(const struct fault *fault, const char *method, const char *channel)
{
    return (text_equal(fault->method, "*") || text_equal(fault->method, method)) &&
           (fault->channel[0] == '\0' || text_equal(fault->channel, channel));
}

bool faults_take(struct faults *faults, const char *method, const char *channel, struct fault *ret_fault)
{
    for (int i = 0; i < faults->count; i++) {
        struct fault *fault = &faults->items[i];

        if (!is_meant(fault, method, channel))
            continue;
        *ret_fault = *fault;
        ret_fault->body = memory_text(fault->body);
        if (--fault->count == 0)
            remove_fault(faults, i);
        return true;
    }
    return false;
}

void faults_clear(struct faults *faults)
{
    while (faults->count > 0)
        remove_fault(faults, 0);
}

void fault_release(struct fault *fault)
{
    free(fault->body);
    fault->body = NULL;
}

bool fault_spoils(const struct fault *fault)
{
    return fault->status != 0 || fault->error[0] != '\0' || fault->close || fault->no_hello;
}

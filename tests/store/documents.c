/* tests/store/documents.c - see documents.h. */
#include "tests/store/documents.h"

const char document_revision[] = "0123456789abcdef0123456789abcdef";

const char document_asleep_text[] =
    "{\"version\":1,\"namespace\":\"dev1\",\"uid\":\"0c1f6e0e-1f3a-4f0e-9d36-0a7c1d9b7c11\",\"state\":\"asleep\","
    "\"partly\":true,\"since_at\":1795500000,\"by\":\"U024BE7LH\",\"except\":\"web db\",\"remembered\":2}";

const struct record document_asleep = {
    .namespace = "dev1",
    .uid = "0c1f6e0e-1f3a-4f0e-9d36-0a7c1d9b7c11",
    .state = RECORD_ASLEEP,
    .partly = true,
    .since_at = 1795500000,
    .by = "U024BE7LH",
    .except = "web db",
    .remembered = 2,
    .revision = "0123456789abcdef0123456789abcdef",
};

const char document_warned_text[] =
    "{\"version\":1,\"namespace\":\"dev1\",\"uid\":\"0c1f6e0e-1f3a-4f0e-9d36-0a7c1d9b7c11\",\"state\":\"awake\","
    "\"partly\":false,\"since_at\":1795500000,\"by\":\"schedule\",\"except\":\"\",\"remembered\":0,"
    "\"deadline\":\"prolonged\",\"deadline_at\":1795554000,\"deadline_set_at\":1795546000,\"deadline_by\":"
    "\"U024BE7LH\","
    "\"settled_at\":1795460400,\"rhythm\":4294967295,\"warned_stop_at\":1795554000,\"warned_before_s\":3600,"
    "\"notice\":\"00000000deadbeef\",\"gone_at\":1795560000}";

const struct record document_warned = {
    .namespace = "dev1",
    .uid = "0c1f6e0e-1f3a-4f0e-9d36-0a7c1d9b7c11",
    .state = RECORD_AWAKE,
    .since_at = 1795500000,
    .by = "schedule",
    .deadline = DEADLINE_PROLONGED,
    .deadline_at = 1795554000,
    .deadline_set_at = 1795546000,
    .deadline_by = "U024BE7LH",
    .settled_at = 1795460400,
    .rhythm = 4294967295,
    .warned_stop_at = 1795554000,
    .warned_before_s = 3600,
    .notice = 0xDEADBEEF,
    .gone_at = 1795560000,
    .revision = "0123456789abcdef0123456789abcdef",
};

const char document_journal_text[] =
    "{\"version\":1,\"resources\":["
    "{\"resource\":\"deployments.apps\",\"workloads\":["
    "{\"name\":\"web\",\"uid\":\"uid-1\",\"replicas\":3,\"resource_version\":\"4711\"},"
    "{\"name\":\"api\",\"uid\":\"uid-2\",\"replicas\":2147483647}]},"
    "{\"resource\":\"statefulsets.apps\",\"workloads\":["
    "{\"name\":\"db\",\"uid\":\"uid-3\",\"replicas\":1,\"resource_version\":\"18446744073709551615\"}]}]}";

const struct journal_entry document_journal_entries[DOCUMENT_JOURNAL_COUNT] = {
    { .resource = "deployments.apps", .name = "web", .uid = "uid-1", .replicas = 3, .resource_version = "4711" },
    { .resource = "deployments.apps", .name = "api", .uid = "uid-2", .replicas = 2147483647, .resource_version = "" },
    { .resource = "statefulsets.apps",
      .name = "db",
      .uid = "uid-3",
      .replicas = 1,
      .resource_version = "18446744073709551615" },
};

const char document_click_text[] =
    "{\"version\":1,\"key\":\"T1/U1/1795500000.1\",\"accepted_at\":1795500001,\"done\":false,\"refused\":true,"
    "\"kind\":\"click\",\"user\":\"U1\",\"team\":\"T1\",\"channel\":\"C1\",\"text\":"
    "\"a\\\"b\\\\c\\u000a\xF0\x9F\x8C\x99\","
    "\"action\":\"prolong_60\",\"message\":\"1795500000.000100\",\"response_url\":\"https://hooks.example/1\"}";

const struct inbox_entry document_click = {
    .key = "T1/U1/1795500000.1",
    .accepted_at = 1795500001,
    .refused = true,
    .kind = "click",
    .user = "U1",
    .team = "T1",
    .channel = "C1",
    .text = "a\"b\\c\n\xF0\x9F\x8C\x99",
    .action = "prolong_60",
    .message = "1795500000.000100",
    .response_url = "https://hooks.example/1",
    .revision = "0123456789abcdef0123456789abcdef",
};

const char document_notice_text[] = "{\"version\":1,\"id\":\"0123456789abcdef\",\"channel\":\"C012AB3CD\","
                                    "\"message\":\"1795550400.000200\",\"posted_at\":1795550400}";

const struct notice_record document_notice = {
    .id = 0x0123456789ABCDEF,
    .channel = "C012AB3CD",
    .message = "1795550400.000200",
    .posted_at = 1795550400,
};

const char document_act_text[] =
    "{\"version\":1,\"namespace\":\"dev1\",\"at\":1795546000,\"key\":\"9f-2\",\"by\":\"U024BE7LH\",\"from\":\"button\","
    "\"act\":\"prolongate for 2h\",\"refused\":true,\"outcome\":\"It sleeps \xF0\x9F\x8C\x99 since \\\"20:00\\\"\"}";

const struct history_entry document_act = {
    .namespace = "dev1",
    .at = 1795546000,
    .key = "9f-2",
    .by = "U024BE7LH",
    .from = "button",
    .act = "prolongate for 2h",
    .refused = true,
    .outcome = "It sleeps \xF0\x9F\x8C\x99 since \"20:00\"",
};

const char document_question_text[] =
    "{\"version\":1,\"text\":\"Stop `dev1` and `dev2`?\",\"confirm\":\"stop dev1 dev2\","
    "\"interim\":false,\"exit_status\":1}";

const struct answer_record document_question = {
    .text = (char[]){ "Stop `dev1` and `dev2`?" },
    .confirm = (char[]){ "stop dev1 dev2" },
    .exit_status = 1,
};

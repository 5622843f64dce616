/* tests/k8s/test_discovery_document.c - k8s/discovery_document.h with what a real API server answers, and with nonsense.
 *
 * What is expected of the recorded answers is what the definitions in tests/data/k8s/definitions.json say, and which of
 * the kinds in the Kubernetes API reference 1.37 have a Scale.
 */
#include "k8s/discovery_document.h"

#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* In pieces of so many bytes. */
static bool read_text(const char *text, size_t piece, struct discovery_findings *findings,
                      struct discovery_versions *versions, struct error *error)
{
    struct discovery_reader reader;
    size_t length = strlen(text);
    bool read = true;

    discovery_reader_init(&reader, findings);
    for (size_t at = 0; read && at < length; at += piece)
        read = discovery_reader_feed(&reader, text + at, at + piece < length ? piece : length - at, error);
    read = read && discovery_reader_finish(&reader, versions, error);
    discovery_reader_release(&reader);
    return read;
}

static void read_recorded(const char *file, struct discovery_findings *findings, struct discovery_versions *versions)
{
    released_by(buffer_release) struct buffer answer = recorded_answer(file);
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(answer.length > 0);
    case_holds(error.message, read_text(buffer_text(&answer), 1000, findings, versions, &error));
}

/* "deployments.apps Deployment /apis/apps/v1 scaled counts built-in; ..." */
static void describe(const struct resource_list *list, struct buffer *target)
{
    static const char *const actions[] = { "scaled", "suspended", "paused" };

    for (size_t i = 0; i < list->count; i++)
        buffer_append_format(target, "%s %s %s/%s %s%s%s; ", list->items[i].name, list->items[i].kind,
                             list->items[i].path, list->items[i].plural, actions[list->items[i].action],
                             list->items[i].counts_in_object ? " counts" : "",
                             list->items[i].is_built_in ? " built-in" : "");
}

/* In whatever order: that of the API server changes. */
static void expect_resources(const char *row, const struct discovery_findings *findings, const char *expected)
{
    released_by(buffer_release) struct buffer text = { 0 };

    describe(&findings->resources, &text);
    case_number(row, (int64_t) text.length, (int64_t) strlen(expected));
    for (const char *at = expected; *at != '\0'; at = strstr(at, "; ") + 2) {
        char one[200];

        snprintf(one, sizeof one, "%.*s; ", (int) (strstr(at, "; ") - at), at);
        if (strstr(buffer_text(&text), one) == NULL)
            case_text(row, buffer_text(&text), one);
    }
}

static const char of_core[] =
    "replicationcontrollers ReplicationController /api/v1/replicationcontrollers scaled counts built-in; ";
static const char of_apps[] = "deployments.apps Deployment /apis/apps/v1/deployments scaled counts built-in; "
                              "replicasets.apps ReplicaSet /apis/apps/v1/replicasets scaled counts built-in; "
                              "statefulsets.apps StatefulSet /apis/apps/v1/statefulsets scaled counts built-in; ";
static const char of_batch[] = "cronjobs.batch CronJob /apis/batch/v1/cronjobs suspended built-in; ";
static const char of_argo[] = "rollouts.argoproj.io Rollout /apis/argoproj.io/v1alpha1/rollouts scaled counts; ";
static const char of_keda[] = "scaledjobs.keda.sh ScaledJob /apis/keda.sh/v1alpha1/scaledjobs paused; "
                              "scaledobjects.keda.sh ScaledObject /apis/keda.sh/v1alpha1/scaledobjects paused; ";

/* The version v1 of queues has no scale. */
static const char of_example[] = "caches.example.test Cache /apis/example.test/v1beta1/caches scaled; "
                                 "queues.example.test Queue /apis/example.test/v1beta1/queues scaled; ";

static void a_recorded_list_of_groups_says_all_at_once(void)
{
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
    released_by(discovery_versions_release) struct discovery_versions versions = { 0 };
    char expected[2000];

    read_recorded("discovery-core-v2.json", &findings, &versions);
    read_recorded("discovery-groups-v2.json", &findings, &versions);
    snprintf(expected, sizeof expected, "%s%s%s%s%s%s", of_core, of_apps, of_batch, of_argo, of_example, of_keda);
    expect_resources("both", &findings, expected);
    CU_ASSERT_EQUAL(versions.count, 0);
    CU_ASSERT_STRING_EQUAL(buffer_text(&findings.unread), "metrics.k8s.io ");
    CU_ASSERT_FALSE(findings.has_more);
}

static bool names_version(const struct discovery_versions *versions, const char *group, const char *version)
{
    for (size_t i = 0; i < versions->count; i++)
        if (strcmp(versions->items[i].group, group) == 0 && strcmp(versions->items[i].version, version) == 0)
            return true;
    return false;
}

static void a_recorded_older_list_names_what_to_ask_for(void)
{
    static const char *const some[][2] = {
        { "", "v1" },
        { "apps", "v1" },
        { "autoscaling", "v2" },
        { "autoscaling", "v1" },
        { "example.test", "v1" },
        { "example.test", "v1beta1" },
        { "example.test", "v1alpha1" },
        { "metrics.k8s.io", "v1beta1" },
    };
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
    released_by(discovery_versions_release) struct discovery_versions versions = { 0 };

    read_recorded("discovery-older-versions.json", &findings, &versions);
    CU_ASSERT_EQUAL(versions.count, 1);
    read_recorded("discovery-older-groups.json", &findings, &versions);
    /* 25 groups: one with three versions, one with two. */
    CU_ASSERT_EQUAL(versions.count, 1 + 25 + 2 + 1);
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
        case_holds(some[i][0], names_version(&versions, some[i][0], some[i][1]));
    CU_ASSERT_EQUAL(findings.resources.count, 0);
    CU_ASSERT_STRING_EQUAL(buffer_text(&findings.unread), "");
}

static void recorded_older_lists_of_resources_say_the_same(void)
{
    static const struct {
        const char *file;
        struct discovery_version version;
        const char *expected;
    } cases[] = {
        { "discovery-older-core.json", { "", "v1", NULL }, of_core },
        { "discovery-older-apps-v1.json", { "apps", "v1", NULL }, of_apps },
        { "discovery-older-batch-v1.json", { "batch", "v1", NULL }, of_batch },
        { "discovery-older-autoscaling-v2.json", { "autoscaling", "v2", NULL }, "" },
        { "discovery-older-argoproj.io-v1alpha1.json", { "argoproj.io", "v1alpha1", NULL }, of_argo },
        { "discovery-older-keda.sh-v1alpha1.json", { "keda.sh", "v1alpha1", NULL }, of_keda },
        { "discovery-older-example.test-v1.json", { "example.test", "v1", NULL }, "" },
        { "discovery-older-example.test-v1beta1.json", { "example.test", "v1beta1", NULL }, of_example },
        { "discovery-older-example.test-v1alpha1.json",
          { "example.test", "v1alpha1", NULL },
          "caches.example.test Cache /apis/example.test/v1alpha1/caches scaled; " },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer answer = recorded_answer(cases[i].file);
        released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
        struct error error = { 0 };

        case_holds(cases[i].file,
                   discovery_read_resources(buffer_text(&answer), answer.length, &cases[i].version, &findings, &error));
        expect_resources(cases[i].file, &findings, cases[i].expected);
        case_text(cases[i].file, buffer_text(&findings.unread), "");
    }
}

/* " for ', so that it can be read. */
static void quote(const char *text, char *target, size_t size)
{
    snprintf(target, size, "%s", text);
    for (char *at = target; *at != '\0'; at++)
        if (*at == '\'')
            *at = '"';
}

#define GROUPS(items) "{'kind':'APIGroupDiscoveryList','apiVersion':'apidiscovery.k8s.io/v2beta1','items':[" items "]}"
#define GROUP(versions) GROUPS("{'metadata':{'name':'example.test'},'versions':" versions "}")
#define RESOURCE(more) \
    GROUP("[{'version':'v1','resources':[{'resource':'caches','responseKind':{'kind':'Cache'}," more "}]}]")
#define SCALE(version, verbs)                                                                          \
    "'subresources':[{'subresource':'scale','responseKind':{'group':'autoscaling','version':'" version \
    "','kind':'Scale'},'verbs':[" verbs "]}]"

static void the_newer_form_is_read_as_it_is_written(void)
{
    static const char caches[] = "caches.example.test Cache /apis/example.test/v1/caches scaled; ";
    static const struct {
        const char *name, *text, *resources, *unread;
    } cases[] = {
        { "with scale", RESOURCE("'scope':'Namespaced','verbs':['list']," SCALE("v1", "'get','patch'")), caches, "" },
        { "of the cluster", RESOURCE("'scope':'Cluster','verbs':['list']," SCALE("v1", "'get','patch'")), "", "" },
        { "without a list", RESOURCE("'scope':'Namespaced','verbs':['get']," SCALE("v1", "'get','patch'")), "", "" },
        { "without verbs", RESOURCE("'scope':'Namespaced'," SCALE("v1", "'get','patch'")), "", "" },
        { "its scale cannot be patched",
          RESOURCE("'scope':'Namespaced','verbs':['list']," SCALE("v1", "'get','update'")), "", "" },
        { "its scale cannot be read", RESOURCE("'scope':'Namespaced','verbs':['list']," SCALE("v1", "'patch'")), "",
          "" },
        { "its scale is another one",
          RESOURCE("'scope':'Namespaced','verbs':['list']," SCALE("v1beta1", "'get','patch'")), "", "" },
        { "only a status", RESOURCE("'scope':'Namespaced','verbs':['list'],'subresources':[{'subresource':'status'}]"),
          "", "" },
        { "no groups", GROUPS(""), "", "" },
        { "no versions", GROUP("null"), "", "" },
        { "no resources", GROUP("[{'version':'v1','resources':null}]"), "", "" },
        { "versions of another type", GROUP("'v1'"), "", "example.test " },
        { "a version of another type", GROUP("['v1']"), "", "example.test " },
        { "resources of another type", GROUP("[{'version':'v1','resources':7}]"), "", "example.test " },
        { "resources that are none", GROUP("[{'version':'v1','resources':['caches',7,{},{'resource':7}]}]"), "", "" },
        { "stale", GROUP("[{'version':'v1','freshness':'Stale'}]"), "", "example.test " },
        { "a name of another type", GROUPS("{'metadata':{'name':7},'versions':[{'freshness':'Stale'}]}"), "", "core " },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
        released_by(discovery_versions_release) struct discovery_versions versions = { 0 };
        struct error error = { 0 };
        char text[1000];

        quote(cases[i].text, text, sizeof text);
        case_holds(cases[i].name, read_text(text, 7, &findings, &versions, &error));
        expect_resources(cases[i].name, &findings, cases[i].resources);
        case_text(cases[i].name, buffer_text(&findings.unread), cases[i].unread);
        case_number(cases[i].name, (int64_t) versions.count, 0);
    }
}

static void what_is_no_discovery_is_refused_with_a_sentence(void)
{
    static const struct {
        const char *text, *sentence;
    } cases[] = {
        { "", "the list is not JSON" },
        { "<html>busy</html>", "the list is not JSON" },
        { "[]", "the answer is no list of API groups but without a kind" },
        { "{'kind':'DeploymentList','items':[]}", "the answer is no list of API groups but DeploymentList" },
        { "{'kind':'APIGroupDiscoveryList'}", "the list has no items" },
        { "{'kind':'APIGroupDiscoveryList','items':[{", "the list is cut off" },
        { "{'kind':'APIGroupDiscoveryList','items':[7]}",
          "the items of the list are not objects with commas between them" },
        { "{'kind':'APIGroupList','groups':7}", "the list of API groups has no groups" },
        { "{'kind':'APIVersions','versions':[7]}", "the API server names a version that is none" },
        { "{'kind':'APIVersions','versions':['v1/x']}", "the API server names a version that is none" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
        released_by(discovery_versions_release) struct discovery_versions versions = { 0 };
        struct error error = { 0 };
        char text[200];

        quote(cases[i].text, text, sizeof text);
        case_holds(cases[i].text, !read_text(text, 7, &findings, &versions, &error));
        case_number(cases[i].text, error.kind, ERROR_PROTOCOL);
        case_holds(error.message, strncmp(error.message, cases[i].sentence, strlen(cases[i].sentence)) == 0);
    }
}

static void versions_that_cannot_be_asked_for_leave_their_group_unread(void)
{
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
    released_by(discovery_versions_release) struct discovery_versions versions = { 0 };
    struct error error = { 0 };
    char text[400];

    quote("{'kind':'APIGroupList','groups':[{'name':'a.test','versions':[{'version':'v1'},{'version':'../v2'}]},"
          "{'name':'','versions':[{'version':'v1'}]},{'name':'b.test'},7]}",
          text, sizeof text);
    CU_ASSERT_TRUE(read_text(text, 7, &findings, &versions, &error));
    CU_ASSERT_EQUAL(versions.count, 1);
    CU_ASSERT_TRUE(names_version(&versions, "a.test", "v1"));
    CU_ASSERT_STRING_EQUAL(buffer_text(&findings.unread), "a.test ? ");
}

static void more_versions_than_anybody_has_are_refused(void)
{
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
    released_by(discovery_versions_release) struct discovery_versions versions = { 0 };
    released_by(buffer_release) struct buffer text = { 0 };
    struct error error = { 0 };

    buffer_append_text(&text, "{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":\"a.test\",\"versions\":[");
    for (int i = 0; i <= DISCOVERY_VERSIONS_MAX; i++)
        buffer_append_format(&text, "%s{\"version\":\"v%d\"}", i > 0 ? "," : "", i);
    buffer_append_text(&text, "]}]}");
    CU_ASSERT_FALSE(read_text(buffer_text(&text), 4096, &findings, &versions, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
}

static void what_is_no_list_of_resources_is_refused(void)
{
    static const char *const texts[] = {
        "",
        "service unavailable\n",
        "{\"kind\":\"Status\",\"code\":404}",
        "{\"kind\":\"APIResourceList\"}",
        "{\"kind\":\"APIResourceList\",\"resources\":{}}",
        "{\"kind\":\"PodList\",\"resources\":[]}",
    };
    static const struct discovery_version version = { "a.test", "v1", NULL };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
        struct error error = { 0 };

        case_holds(texts[i], !discovery_read_resources(texts[i], strlen(texts[i]), &version, &findings, &error));
        case_number(texts[i], error.kind, ERROR_PROTOCOL);
    }
}

/* 600 groups of 20 resources each: 12,000 definitions. */
static void many_definitions_are_read_in_the_memory_of_one_group(void)
{
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
    released_by(discovery_versions_release) struct discovery_versions versions = { 0 };
    struct discovery_reader reader;
    struct error error = { 0 };
    size_t fed = 0, largest = 0;
    bool read = true;

    discovery_reader_init(&reader, &findings);
    for (int group = 0; read && group < 600; group++) {
        released_by(buffer_release) struct buffer text = { 0 };

        buffer_append_format(
            &text, "%s{\"metadata\":{\"name\":\"g%d.test\"},\"versions\":[{\"version\":\"v1\",\"resources\":[",
            group > 0 ? "," : "{\"kind\":\"APIGroupDiscoveryList\",\"items\":[", group);
        for (int i = 0; i < 20; i++)
            buffer_append_format(&text,
                                 "%s{\"resource\":\"r%d\",\"responseKind\":{\"kind\":\"R%d\"},\"scope\":\"Namespaced\","
                                 "\"verbs\":[\"get\",\"list\",\"patch\"]}",
                                 i > 0 ? "," : "", i, i);
        buffer_append_text(&text, "]}]}");
        fed += text.length;
        largest = text.length > largest ? text.length : largest;
        read = discovery_reader_feed(&reader, text.data, text.length, &error);
    }
    CU_ASSERT_TRUE(read && discovery_reader_feed(&reader, "]}", 2, &error));
    CU_ASSERT_TRUE(discovery_reader_finish(&reader, &versions, &error));
    CU_ASSERT_TRUE(fed > 1024 * 1024);
    CU_ASSERT_TRUE(reader.list.item.capacity <= 2 * largest);
    CU_ASSERT_EQUAL(findings.resources.count, 0);
    discovery_reader_release(&reader);
}

TEST_MAIN("k8s/discovery_document", TEST(a_recorded_list_of_groups_says_all_at_once),
          TEST(a_recorded_older_list_names_what_to_ask_for), TEST(recorded_older_lists_of_resources_say_the_same),
          TEST(the_newer_form_is_read_as_it_is_written), TEST(what_is_no_discovery_is_refused_with_a_sentence),
          TEST(versions_that_cannot_be_asked_for_leave_their_group_unread),
          TEST(more_versions_than_anybody_has_are_refused), TEST(what_is_no_list_of_resources_is_refused),
          TEST(many_definitions_are_read_in_the_memory_of_one_group))

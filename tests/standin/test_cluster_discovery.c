/* tests/standin/test_cluster_discovery.c - what the played API server says that there is, a real one says as well.
 *
 * Compared with the recorded answers in tests/data/k8s: each group, resource and subresource that is played is there under
 * its name, and has the same members; verbs may be fewer.
 */
#include "tests/standin/cluster_discovery.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/k8s/recorded.h"
#include "tests/standin/cluster_kinds.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

static const char newer[] = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
                            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
                            "application/json";

static cJSON *recorded_document(const char *file)
{
    released_by(buffer_release) struct buffer text = recorded_answer(file);
    struct error error = { 0 };
    cJSON *document = NULL;

    CU_ASSERT_TRUE_FATAL(json_parse(text.data, text.length, file, &document, &error));
    return document;
}

/* The element in which the text at the path is the same as in wanted. */
static const cJSON *find_same(const cJSON *array, const char *path, const cJSON *wanted)
{
    const cJSON *element = NULL;

    cJSON_ArrayForEach(element, array)
    {
        if (text_equal(json_text(element, path), json_text(wanted, path)))
            return element;
    }
    return NULL;
}

static bool has_text(const cJSON *array, const char *text)
{
    const cJSON *element = NULL;

    cJSON_ArrayForEach(element, array)
    {
        if (text_equal(cJSON_GetStringValue(element), text))
            return true;
    }
    return false;
}

/* By which elements of an array are known; NULL: by their place. */
static const char *identity_of(const char *array)
{
    static const char *const identities[][2] = { { "items", "metadata/name" },      { "groups", "name" },
                                                 { "versions", "version" },         { "resources", "name" },
                                                 { "newer resources", "resource" }, { "subresources", "subresource" } };

    for (size_t i = 0; i < sizeof identities / sizeof identities[0]; i++)
        if (text_equal(identities[i][0], array))
            return identities[i][1];
    return NULL;
}

static void compare(const char *place, const cJSON *played, const cJSON *real)
{
    const cJSON *member = NULL;
    bool is_verbs = played->string != NULL && text_equal(played->string, "verbs");
    const char *identity = identity_of(played->string == NULL ? "" : played->string);

    if (identity != NULL && text_equal(played->string, "resources") && json_member(played->child, "resource") != NULL)
        identity = identity_of("newer resources");
    if (!case_holds(place, real != NULL) || !case_number(place, played->type & 0xff, real->type & 0xff))
        return;
    if (!cJSON_IsObject(played) && !is_verbs && (identity == NULL || cJSON_IsString(played->child))) {
        case_holds(place, cJSON_Compare(played, real, true));
        return;
    }
    cJSON_ArrayForEach(member, played)
    {
        char inner[400];

        snprintf(inner, sizeof inner, "%.300s/%.80s", place,
                 cJSON_IsObject(played) ? member->string : json_text(member, identity == NULL ? "" : identity));
        if (is_verbs)
            case_holds(inner, has_text(real, member->valuestring));
        else if (cJSON_IsObject(played))
            compare(inner, member, json_member(real, member->string));
        else
            compare(inner, member, find_same(real, identity, member));
    }
}

static void expect_alike(const char *path, const char *accept, const char *file)
{
    const char *type = NULL;
    released_by(json_release) cJSON *real = recorded_document(file);
    released_by(json_release) cJSON *played = cluster_discovery(path, accept, &type);

    if (!case_holds(path, played != NULL))
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(played, "serverAddressByClientCIDRs");
    compare(path, played, real);
    case_text(path, type,
              strchr(accept, ';') != NULL ? "application/json;g=apidiscovery.k8s.io;v=v2;as="
                                            "APIGroupDiscoveryList"
                                          : "application/json");
}

static void both_forms_say_nothing_that_a_real_one_does_not_say(void)
{
    expect_alike("/api", newer, "discovery-core-v2.json");
    expect_alike("/apis", newer, "discovery-groups-v2.json");
    expect_alike("/api", "application/json", "discovery-older-versions.json");
    expect_alike("/apis", "", "discovery-older-groups.json");
    for (int i = 0; i < CLUSTER_KINDS; i++) {
        char file[200];

        if (text_equal(cluster_kinds[i].group, "")) {
            expect_alike(cluster_kinds[i].path, "", "discovery-older-core.json");
            continue;
        }
        snprintf(file, sizeof file, "discovery-older-%s.json", cluster_kinds[i].path + strlen("/apis/"));
        *strchr(file, '/') = '-';
        expect_alike(cluster_kinds[i].path, "", file);
    }
}

/* All that is in the table of kinds, once. */
static void every_kind_that_is_played_is_named(void)
{
    const char *type = NULL;
    released_by(json_release) cJSON *core = cluster_discovery("/api", newer, &type);
    released_by(json_release) cJSON *groups = cluster_discovery("/apis", newer, &type);
    int count = 0;

    for (int list = 0; list < 2; list++) {
        const cJSON *group = NULL, *version = NULL;

        cJSON_ArrayForEach(group, json_member(list == 0 ? core : groups, "items"))
        {
            cJSON_ArrayForEach(version, json_member(group, "versions")) count +=
                cJSON_GetArraySize(json_member(version, "resources"));
        }
    }
    CU_ASSERT_EQUAL(count, CLUSTER_KINDS);
}

static void what_is_not_there_is_not_described(void)
{
    static const char *const paths[] = { "/", "/api/v2", "/apis/", "/apis/nobody", "/apis/apps/v2", "/apis/apps/v1/" };
    const char *type = NULL;

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        released_by(json_release) cJSON *document = cluster_discovery(paths[i], newer, &type);

        case_holds(paths[i], document == NULL);
    }
}

TEST_MAIN("standin/cluster_discovery", TEST(both_forms_say_nothing_that_a_real_one_does_not_say),
          TEST(every_kind_that_is_played_is_named), TEST(what_is_not_there_is_not_described))

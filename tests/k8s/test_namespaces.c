/* tests/k8s/test_namespaces.c - what the listener is told, whatever the API server does. */
#include "k8s/namespaces.h"

#include "base/text.h"
#include "tests/k8s/api_scene.h"
#include "tests/k8s/played_api.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* Writes down what it was told: "+blue -red complete failed(network) ", in the order of time. */
struct listener {
    struct namespaces_listener listener; /* First member */
    struct loop *loop;
    struct buffer heard;
};

static void tell(struct namespaces_listener *listener, const char *word, const char *name)
{
    struct listener *ours = (struct listener *) listener;

    buffer_append_format(&ours->heard, "%s%s ", word, name);
    loop_stop(ours->loop);
}

static void seen(struct namespaces_listener *listener, const struct namespace *namespace)
{
    tell(listener, "+", namespace->name);
}

static void gone(struct namespaces_listener *listener, const char *name, const char *uid)
{
    char words[2 * NAMESPACE_NAME_SIZE];

    snprintf(words, sizeof words, "%.60s/%.60s", name, uid);
    tell(listener, "-", words);
}

static void complete(struct namespaces_listener *listener)
{
    tell(listener, "complete", "");
}

static void failed(struct namespaces_listener *listener, const struct error *error)
{
    char words[40];

    snprintf(words, sizeof words, "(%s)", error_kind_name(error->kind));
    tell(listener, "failed", words);
}

/* Plays the steps until all of them were asked for and so much was heard. */
static void expect(const struct played_step *steps, size_t step_count, const char *expected)
{
    struct played_api api = { .steps = steps, .step_count = step_count };
    struct listener listener = { .listener = { seen, gone, complete, failed } };
    struct api_scene scene;

    api_scene_open_server(&scene, played_api_handler(&api));
    listener.loop = scene.loop;
    struct namespaces *namespaces = namespaces_new(scene.loop, scene.client, &listener.listener);
    while ((api.next < step_count || listener.heard.length < strlen(expected)) && api.unexpected[0] == '\0')
        api_scene_wait(&scene, 20);
    case_text("unexpected request", api.unexpected, "");
    case_text("heard", buffer_text(&listener.heard), expected);
    namespaces_free(namespaces);
    buffer_release(&listener.heard);
    api_scene_close(&scene);
}

static const char list_request[] = "GET /api/v1/namespaces?limit=1000";
static const char blue_and_red[] = "{\"kind\":\"NamespaceList\",\"metadata\":{\"resourceVersion\":\"10\"},\"items\":["
                                   "{\"metadata\":{\"name\":\"blue\",\"uid\":\"b\"}},"
                                   "{\"metadata\":{\"name\":\"red\",\"uid\":\"r\"}}]}";
static const char red_alone[] = "{\"kind\":\"NamespaceList\",\"metadata\":{\"resourceVersion\":\"20\"},\"items\":["
                                "{\"metadata\":{\"name\":\"red\",\"uid\":\"r\"}}]}";
static const char events[] =
    "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"green\",\"uid\":\"g\",\"resourceVersion\":\"11\"}}}\n"
    "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"blue\",\"uid\":\"b\",\"resourceVersion\":\"12\"}}}\n"
    "{\"type\":\"DELETED\",\"object\":{\"metadata\":{\"name\":\"red\",\"uid\":\"r\",\"resourceVersion\":\"13\"}}}\n"
    "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"15\"}}}\n";
static const char expired[] =
    "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}}\n";
static const char expired_status[] =
    "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\",\"message\":\"too old\"}";

static void a_list_is_followed_by_a_watch_from_its_version(void)
{
    static const struct played_step steps[] = {
        { list_request, 200, blue_and_red, PLAYED_END },
        { "?watch=true&allowWatchBookmarks=true&timeoutSeconds=", 200, events, PLAYED_KEEP },
    };

    expect(steps, 2, "+blue +red complete +green +blue -red/r ");
}

static void a_list_is_read_page_by_page(void)
{
    static const char first[] = "{\"metadata\":{\"resourceVersion\":\"10\",\"continue\":\"a+b\"},\"items\":["
                                "{\"metadata\":{\"name\":\"blue\",\"uid\":\"b\"}}]}";
    static const struct played_step steps[] = {
        { list_request, 200, first, PLAYED_END },
        { "?limit=1000&continue=a%2Bb", 200, red_alone, PLAYED_END },
        { "&resourceVersion=20", 200, "", PLAYED_KEEP },
    };

    expect(steps, 3, "+blue +red complete ");
}

static void an_expired_page_begins_the_list_again(void)
{
    static const char first[] = "{\"metadata\":{\"resourceVersion\":\"10\",\"continue\":\"next\"},\"items\":["
                                "{\"metadata\":{\"name\":\"blue\",\"uid\":\"b\"}}]}";
    static const struct played_step steps[] = {
        { list_request, 200, first, PLAYED_END },
        { "continue=next", 410, expired_status, PLAYED_END },
        { list_request, 200, red_alone, PLAYED_END },
        { "watch=true", 200, "", PLAYED_KEEP },
    };

    expect(steps, 4, "+blue +red -blue/b complete ");
}

static void an_expired_watch_leads_back_to_the_list(void)
{
    static const struct {
        int status;
        const char *body;
    } cases[] = { { 200, expired }, { 410, expired_status } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct played_step steps[] = {
            { list_request, 200, blue_and_red, PLAYED_END },
            { "resourceVersion=10", cases[i].status, cases[i].body, PLAYED_END },
            { list_request, 200, red_alone, PLAYED_END },
            { "resourceVersion=20", 200, "", PLAYED_KEEP },
        };

        expect(steps, 4, "+blue +red complete +red -blue/b complete ");
    }
}

static void a_watch_that_ends_goes_on_from_the_last_bookmark(void)
{
    static const struct played_step steps[] = {
        { list_request, 200, blue_and_red, PLAYED_END },
        { "resourceVersion=10", 200, events, PLAYED_END },
        { "resourceVersion=15", 200, "", PLAYED_KEEP },
    };

    expect(steps, 3, "+blue +red complete +green +blue -red/r ");
}

static void a_watch_that_breaks_goes_on_from_the_last_event(void)
{
    static const char event[] = "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"blue\",\"uid\":\"b\","
                                "\"resourceVersion\":\"12\"}}}\n"
                                "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"na";
    static const struct played_step steps[] = {
        { list_request, 200, blue_and_red, PLAYED_END },
        { "resourceVersion=10", 200, event, PLAYED_DROP },
        { "resourceVersion=12", 200, "", PLAYED_KEEP },
    };

    expect(steps, 3, "+blue +red complete +blue failed(network) ");
}

static void a_name_that_was_taken_over_is_gone_first(void)
{
    static const char other[] = "{\"metadata\":{\"resourceVersion\":\"20\"},\"items\":["
                                "{\"metadata\":{\"name\":\"blue\",\"uid\":\"b\"}},"
                                "{\"metadata\":{\"name\":\"red\",\"uid\":\"r2\"}}]}";
    static const char event[] =
        "{\"type\":\"DELETED\",\"object\":{\"metadata\":{\"name\":\"red\",\"uid\":\"r\",\"resourceVersion\":\"21\"}}}\n"
        "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"blue\",\"uid\":\"b2\",\"resourceVersion\":\"22\"}}}"
        "\n";
    static const struct played_step steps[] = {
        { list_request, 200, blue_and_red, PLAYED_END },
        { "watch=true", 200, expired, PLAYED_END },
        { list_request, 200, other, PLAYED_END },
        { "watch=true", 200, event, PLAYED_KEEP },
    };

    expect(steps, 4, "+blue +red complete +blue -red/r +red complete -blue/b +blue ");
}

static void what_is_wrong_with_a_watch_is_told_and_listed_again(void)
{
    static const struct {
        int status;
        const char *body, *failure;
    } cases[] = {
        { 403, "{\"kind\":\"Status\",\"message\":\"no\"}", "failed(refused) " },
        { 200, "<html>\n", "failed(protocol) " },
        { 200, "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"x\",\"uid\":\"y\"}}}\n", "failed(protocol) " },
        { 200,
          "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"../"
          "x\",\"uid\":\"y\",\"resourceVersion\":\"9\"}}}\n",
          "failed(protocol) " },
        { 200, "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":500}}\n", "failed(protocol) " },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct played_step steps[] = {
            { list_request, 200, blue_and_red, PLAYED_END },
            { "watch=true", cases[i].status, cases[i].body, PLAYED_END },
            { list_request, 200, red_alone, PLAYED_END },
            { "watch=true", 200, "", PLAYED_KEEP },
        };
        char expected[200];

        snprintf(expected, sizeof expected, "+blue +red complete %s+red -blue/b complete ", cases[i].failure);
        expect(steps, 4, expected);
    }
}

static void a_list_that_cannot_be_read_makes_nobody_gone(void)
{
    static const struct {
        int status;
        const char *body, *failure;
    } cases[] = {
        { 403, "{\"kind\":\"Status\",\"message\":\"no\"}", "failed(refused) " },
        { 200, "{\"metadata\":{},\"items\":[{\"metadata\":{\"name\":\"red\"}}]}", "failed(protocol) " },
        { 200, "{\"metadata\":{},\"items\":[", "failed(protocol) " },
        { 200, "", "failed(protocol) " },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct played_step steps[] = {
            { list_request, 200, blue_and_red, PLAYED_END },
            { "watch=true", 200, expired, PLAYED_END },
            { list_request, cases[i].status, cases[i].body, PLAYED_END },
            { list_request, 200, blue_and_red, PLAYED_END },
            { "watch=true", 200, "", PLAYED_KEEP },
        };
        char expected[200];

        snprintf(expected, sizeof expected, "+blue +red complete %s+blue +red complete ", cases[i].failure);
        expect(steps, 5, expected);
    }
}

TEST_MAIN("k8s/namespaces", TEST(a_list_is_followed_by_a_watch_from_its_version), TEST(a_list_is_read_page_by_page),
          TEST(an_expired_page_begins_the_list_again), TEST(an_expired_watch_leads_back_to_the_list),
          TEST(a_watch_that_ends_goes_on_from_the_last_bookmark), TEST(a_watch_that_breaks_goes_on_from_the_last_event),
          TEST(a_name_that_was_taken_over_is_gone_first), TEST(what_is_wrong_with_a_watch_is_told_and_listed_again),
          TEST(a_list_that_cannot_be_read_makes_nobody_gone))

/* tests/k8s/observation_scene.c - observations of an API server with lists, and what they saw as one text. */
#include "tests/k8s/observation_scene.h"

#include "tests/test_case.h"

void observation_scene_open(struct observation_scene *scene, const struct played_list *lists, size_t count)
{
    scene->lists = (struct played_lists){ .lists = lists, .list_count = count };
    api_scene_open_server(&scene->api, played_lists_handler(&scene->lists));
    scene->discovery = discovery_new(scene->api.client);
}

void observation_scene_close(struct observation_scene *scene)
{
    discovery_free(scene->discovery);
    api_scene_close(&scene->api);
    played_lists_release(&scene->lists);
}

struct observation *observation_scene_observe(struct observation_scene *scene, const struct observation_target *targets,
                                              size_t count, enum observation_depth depth)
{
    int pumps = scene->api.pumps;
    struct observation *observation =
        observation_new(scene->api.client, scene->discovery, targets, count, depth, &scene->api.flow);

    CU_ASSERT_FALSE(observation_is_done(observation));
    api_scene_run(&scene->api);
    CU_ASSERT_TRUE_FATAL(observation_is_done(observation));
    CU_ASSERT_EQUAL(scene->api.pumps, pumps + 1);
    return observation;
}

bool observation_scene_read(struct observation_scene *scene, enum observation_depth depth,
                            struct workload_list *ret_list, struct error *error)
{
    static const struct observation_target target = { "recorded", "" };
    struct observation *observation = observation_scene_observe(scene, &target, 1, depth);
    bool is_read = observation_take(observation, 0, ret_list, error);

    observation_free(observation);
    return is_read;
}

static void print_count(struct buffer *target, const char *name, int32_t count)
{
    if (count >= 0)
        buffer_append_format(target, "%s=%d ", name, count);
}

void observation_scene_print(const struct workload_list *list, struct buffer *target)
{
    for (size_t i = 0; i < list->count; i++)
        buffer_append_format(target, "%s ", list->items[i].name);
    for (size_t i = 0; i < list->unread_count; i++)
        buffer_append_format(target, "!%s(%s) ", list->unread[i].resource, list->unread[i].reason);
    print_count(target, "jobs", list->jobs);
    print_count(target, "pods", list->pods);
    buffer_trim_end(target, ' ');
}

void observation_scene_expect(const char *name, const struct played_list *lists, size_t count,
                              enum observation_depth depth, const char *expected)
{
    released_by(workload_list_release) struct workload_list list = { 0 };
    released_by(buffer_release) struct buffer seen = { 0 };
    struct observation_scene scene;
    struct error error = { 0 };

    observation_scene_open(&scene, lists, count);
    if (observation_scene_read(&scene, depth, &list, &error))
        observation_scene_print(&list, &seen);
    else
        buffer_append_text(&seen, error.message);
    case_text(name, buffer_text(&seen), expected);
    observation_scene_close(&scene);
}

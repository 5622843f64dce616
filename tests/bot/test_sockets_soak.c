/* A thousand connections that end in every way there is: no descriptor and no memory stays behind. */
#include "bot/sockets.h"

#include "tests/bot/sockets_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <dirent.h>
#include <malloc.h>
#include <stddef.h>
#ifdef __SANITIZE_ADDRESS__
/* gcc brings no header for it. */
extern size_t __sanitizer_get_current_allocated_bytes(void);
#endif

enum { ROUNDS = 1000, WARM_UP = 200, GROWTH_BYTES_MAX = 64 * 1024 };

static int count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static size_t bytes_in_use(void)
{
#ifdef __SANITIZE_ADDRESS__
    return __sanitizer_get_current_allocated_bytes();
#else
    return mallinfo2().uordblks;
#endif
}

static void end(struct scripted_socket *socket, int way)
{
    switch (way) {
    case 0:
        server_socket_finish(socket->socket);
        break;
    case 1:
        server_socket_drop(socket->socket);
        break;
    case 2:
        scripted_say_close(socket, 1001, "going away");
        break;
    case 3:
        server_socket_send_raw(socket->socket, "\xff\xff", 2);
        break;
    default:
        say_disconnect(socket, "refresh_requested");
        break;
    }
}

/* Every tenth time the upgrade is refused once. */
static void run_round(struct scene *scene, int round)
{
    struct scripted_slack *there = &scene->there;

    there->refuse_with = round % 10 == 0 ? 408 : 0;
    end(&there->sockets[(there->socket_count - 1) % SCRIPTED_SOCKETS_MAX], round % 5);
    if (there->refuse_with != 0) {
        run_until(scene->loop, &there->ticket_count, there->ticket_count + 1);
        there->refuse_with = 0;
    }
    run_until(scene->loop, &scene->ear.connected_count, round + 2);
    run_until(scene->loop, &there->gone_count, there->socket_count - 1);
}

static void a_thousand_connections_leave_nothing_behind(void)
{
    struct sockets_timings timings = quick;
    struct scene scene;
    int descriptors = 0;
    size_t bytes = 0;

    timings.drain_ms = 1;
    connect_first(&scene, &timings);
    for (int round = 0; round < ROUNDS; round++) {
        if (round == WARM_UP) {
            descriptors = count_descriptors();
            bytes = bytes_in_use();
        }
        run_round(&scene, round);
    }
    run_for(scene.loop, 50);
    case_number("descriptors", count_descriptors(), descriptors);
    case_holds("memory grows with each connection", bytes_in_use() < bytes + GROWTH_BYTES_MAX);
    CU_ASSERT_EQUAL(scene.ear.connected_count, ROUNDS + 1);
    close_scene(&scene);
}

TEST_MAIN("bot/sockets_soak", TEST(a_thousand_connections_leave_nothing_behind))

/* tests/bench/scale_peers.c - what others needed for the same work, measured once, on another day's control plane.
 *
 * Of 2026-11-24, on two shared cores, with controllers and pods; so their seconds stand beside the flood of their own run,
 * and only the ratio can be compared. They are not run again here.
 */
#include "tests/bench/scale_bench.h"

#include <stdio.h>

struct peer {
    const char *name, *work, *seconds, *times_flood, *first, *requests, *cpu, *peak;
};

static const struct peer peers[] = {
    { "flood of that run, 64 in flight", "W1", "2.5 / 2.3", "1", "20-50", "1000 / 1000", "0.16 / 0.16", "16" },
    { "flood of that run, 16 in flight", "W1", "4.2 / 3.6", "1.7 / 1.8", "20", "1000 / 1000", "0.20 / 0.16", "15" },
    { "kube-green 1045c706", "W1", "7.5 / 8.7-10.2", "3.0 / 3.8", "120 / 1600-1900", "1300 / 1300", "1.34 / 2.30",
      "80" },
    { "GoKubeDownscaler 5dc73ca5", "W1", "17.7 / 30.6", "7.1 / 13.7", "13000-28000",
      "1452-1605 / 1406-1440, a third 429", "1.56 / 0.49", "219" },
    { "py-kube-downscaler a1e03491", "W1", "29-45 / 40-71", "12 / -", "2000-21000", "1005 / 1005", "3.7 / 2.6", "135" },
    { "kubectl scale, xargs -P 16", "W1", "10.3 / 25.3", "-", "600-900", "1100 / 2000", "4.4 / 16.7",
      "915 (16 processes)" },
    { "flood of that run, 64 in flight", "W2", "3.7 / 4.6", "1", "-", "1400 / 1400", "-", "-" },
    { "kube-green 1045c706", "W2", "15.8 / 17.0", "4.3 / 3.7", "-", "2600 / 2600", "-", "-" },
    { "GoKubeDownscaler 5dc73ca5", "W2", "10.7 / 18.4", "2.9 / 4.0", "-", "2856 (1253 of them 429) / 1813", "-", "-" },
    { "flood of that run, 64 in flight", "W3", "9.6 / -", "1", "-", "3000", "-", "-" },
    { "GoKubeDownscaler 5dc73ca5", "W3", "73.5 / -", "7.7", "-", "10416 (6413 of them 429)", "-", "-" },
};

void scale_peers_print(void)
{
    printf("| others, stop / start, of 2026-11-24 | work | last at its count s | / flood's | first ms | requests | CPU "
           "s | "
           "peak RSS MiB |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < sizeof peers / sizeof peers[0]; i++) {
        const struct peer *peer = &peers[i];
        printf("| %s | %s | %s | %s | %s | %s | %s | %s |\n", peer->name, peer->work, peer->seconds, peer->times_flood,
               peer->first, peer->requests, peer->cpu, peer->peak);
    }
    printf("\n");
}

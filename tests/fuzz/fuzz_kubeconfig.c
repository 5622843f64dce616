/* tests/fuzz/fuzz_kubeconfig.c - kubeconfig files as people edit them.
 *
 * What is read names a server; what is not is answered with a sentence that names the file.
 */
#include <assert.h>
#include <strings.h>

#include "k8s/kubeconfig.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct kubeconfig_source source = { .path = "/home/ann/.kube/config",
                                        .text = (const char *) bytes,
                                        .length = length };
    struct kubeconfig config = { 0 };
    struct error error = { 0 };

    if (kubeconfig_read(&source, 1, NULL, &config, &error)) {
        assert(config.server != NULL);
        assert(strncasecmp(config.server, "http", 4) == 0);
    } else {
        assert(error.kind != ERROR_NONE);
        assert(strstr(error.message, source.path) != NULL);
        assert(config.server == NULL);
    }
    kubeconfig_release(&config);
    return 0;
}

/* tests/floors/upward_call.c - a call into k8s/, from where none is allowed. */
#include "k8s/scale.h"

int main(void)
{
    struct http_request request = { 0 };

    scale_write_request("dev1", &resource_built_in()->items[0], "web", 0, "", "", &request);
    return 0;
}

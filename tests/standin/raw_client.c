/* tests/standin/raw_client.c - a blocking socket for what is said, the loop for what is heard. */
#include "tests/standin/raw_client.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum { PIECE_BYTES = 4096, LENGTH_16 = 126, MASK_BIT = 0x80, MASK_BYTES = 4 };

static void hear(struct flow *flow)
{
    struct raw_client *client = (struct raw_client *) flow;
    char piece[PIECE_BYTES];
    ssize_t got = recv(client->socket, piece, sizeof piece, MSG_DONTWAIT);

    if (got < 0 && errno == EAGAIN)
        return;
    if (got > 0)
        buffer_append(&client->heard, piece, (size_t) got);
    if (got <= 0) {
        client->ended = true;
        client->failure = got < 0 ? errno : 0;
        descriptor_stop(client->loop, &client->descriptor);
    }
    if (client->ended || (client->awaited != NULL && raw_client_heard(client, client->awaited)))
        loop_stop(client->loop);
}

void raw_client_connect(struct raw_client *client, struct loop *loop, int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t) port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    *client = (struct raw_client){ .flow.pump = hear, .loop = loop };
    client->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int failed = connect(client->socket, (struct sockaddr *) &address, sizeof address);
    assert(failed == 0);
    descriptor_start(loop, &client->descriptor, client->socket, true, false, &client->flow);
}

void raw_client_close(struct raw_client *client)
{
    descriptor_stop(client->loop, &client->descriptor);
    close(client->socket);
    buffer_release(&client->heard);
}

bool raw_client_heard(const struct raw_client *client, const char *text)
{
    return memmem(buffer_text(&client->heard), client->heard.length, text, strlen(text)) != NULL;
}

const char *raw_client_listen(struct raw_client *client, const char *awaited)
{
    client->awaited = awaited;
    if (!client->ended && !raw_client_heard(client, awaited))
        loop_run(client->loop);
    client->awaited = NULL;
    return buffer_text(&client->heard);
}

static void send_bytes(struct raw_client *client, const void *bytes, size_t length)
{
    ssize_t sent = send(client->socket, bytes, length, MSG_NOSIGNAL);

    assert(sent == (ssize_t) length);
    buffer_clear(&client->heard);
}

void raw_client_start(struct raw_client *client, const char *text)
{
    send_bytes(client, text, strlen(text));
}

const char *raw_client_say(struct raw_client *client, const void *bytes, size_t length, const char *awaited)
{
    send_bytes(client, bytes, length);
    return raw_client_listen(client, awaited);
}

const char *raw_client_say_text(struct raw_client *client, const char *text, const char *awaited)
{
    return raw_client_say(client, text, strlen(text), awaited);
}

/* The mask of RFC 6455's examples. */
void raw_client_frame(struct buffer *target, int first, const void *payload, size_t length)
{
    static const unsigned char mask[MASK_BYTES] = { 0x37, 0xfa, 0x21, 0x3d };
    const unsigned char *bytes = payload;

    assert(length <= UINT16_MAX);
    buffer_append_char(target, (char) first);
    if (length < LENGTH_16) {
        buffer_append_char(target, (char) (MASK_BIT | length));
    } else {
        buffer_append_char(target, (char) (MASK_BIT | LENGTH_16));
        buffer_append_char(target, (char) (length >> 8));
        buffer_append_char(target, (char) (length & 0xFF));
    }
    buffer_append(target, mask, sizeof mask);
    for (size_t i = 0; i < length; i++)
        buffer_append_char(target, (char) (bytes[i] ^ mask[i % MASK_BYTES]));
}

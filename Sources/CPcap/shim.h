#include <errno.h>
#include <poll.h>
#include <sys/utsname.h>
#include <pcap/pcap.h>

/* Waits until `descriptor` takes octets again, or has failed. 0 or -errno; in C because errno is a macro. */
static inline int tap_wait_until_writable(int descriptor) {
    struct pollfd entry = {.fd = descriptor, .events = POLLOUT};
    return poll(&entry, 1, -1) >= 0 || errno == EINTR ? 0 : -errno;
}

/* Waits until the last reader of the pipe `descriptor` has gone; for ever on what is no pipe, socket or terminal. */
static inline void tap_wait_until_reader_gone(int descriptor) {
    struct pollfd entry = {.fd = descriptor, .events = 0};
    while (poll(&entry, 1, -1) < 0 && errno == EINTR) {
    }
}

#pragma once
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

// What Swift cannot say itself, because glibc shows it under _GNU_SOURCE only, or because the call
// takes variable arguments or a union. Every function returns >= 0, or -errno.

// Names of anonymous enumerations of glibc. Every C module that comes by <sys/socket.h> brings them along, and
// Swift takes them for those of one such module, which need not be one that a file imports.
static const int CTAP_SOCK_RAW = SOCK_RAW;
static const int CTAP_SOCK_STREAM = SOCK_STREAM;
static const int CTAP_SOCK_DGRAM = SOCK_DGRAM;
static const int CTAP_SOCK_CLOEXEC = SOCK_CLOEXEC;
static const int CTAP_SOCK_NONBLOCK = SOCK_NONBLOCK;
static const int CTAP_MSG_DONTWAIT = MSG_DONTWAIT;
static const int CTAP_MSG_TRUNC = MSG_TRUNC;

// struct mmsghdr of glibc, checked in ctap_net.c.
struct ctap_message {
    struct msghdr header;
    unsigned int length;
};

// Tells the processor that we only wait for another one; no library call does.
static inline void ctap_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// Fetches a cache line that is needed soon; a compiler builtin.
__attribute__((always_inline)) static inline void ctap_prefetch(const void *address) {
    __builtin_prefetch(address);
}

// The same for all lines of so many octets, of 64 each as most processors fetch them.
static inline void ctap_prefetch_lines(const void *start, size_t count) {
    const char *line = start;
    for (size_t place = 0; place < count; place += 64) {
        __builtin_prefetch(line + place);
    }
}

// sendmmsg(2): _GNU_SOURCE.
int ctap_send_messages(int fd, struct ctap_message *messages, unsigned int count, int flags);

// signalfd(2), eventfd(2), setns(2): not in the Swift module of glibc.
int ctap_signal_descriptor(uint64_t signals);
int ctap_event_descriptor(void);
int ctap_enter_namespace(int fd);

// capget(2), capset(2), prctl(2): system calls without a wrapper, or variadic. Bit n is capability n.
int ctap_capabilities(uint64_t *effective, uint64_t *permitted);
int ctap_keep_capabilities(uint64_t kept);
int ctap_forgo_new_privileges(void);
/// Names the calling thread for lists of threads; 15 octets are kept.
void ctap_name_thread(const char *name);

/// Asks for a signal when the parent ends.
int ctap_signal_with_parent(int signal);

// ioctl(2) with struct ifreq: variadic, and a union.
int ctap_interface_flags(int fd, const char *name);
int ctap_set_interface_flags(int fd, const char *name, int flags);
int ctap_interface_index(int fd, const char *name);
int ctap_interface_name(int fd, int index, char *name, size_t size);
int ctap_interface_mtu(int fd, const char *name);
int ctap_interface_speed(int fd, const char *name);

// Abstract AF_UNIX addresses: a union again. The name is what follows the first, zero octet.
int ctap_bind_abstract(int fd, const char *name);
int ctap_abstract_owner(const char *name, int32_t *process);

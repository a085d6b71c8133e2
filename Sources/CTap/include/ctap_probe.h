#pragma once
#include <stdint.h>

// Questions about the system that change nothing on it. Every function returns >= 0, or -errno.

// ioctl(2) with struct ifreq: variadic, and a union. The name of the driver, ended with a zero.
int ctap_interface_driver(int fd, const char *_Nonnull name, char driver[_Nonnull 32]);

// adjtimex(2): _GNU_SOURCE. 1 if somebody keeps the clock right, else 0.
int ctap_clock_is_synchronized(void);

// unshare(2): _GNU_SOURCE. The calling thread, and no other, gets a network namespace of its own.
int ctap_leave_network(void);

#pragma once

// ioctl(2) with struct ifreq: variadic, and a union. Features of an interface by the kernel's names for them,
// such as "rx-gro"; ethtool(8) has a word of its own for some.

// What ctap_interface_feature tells.
static const int CTAP_FEATURE_CHANGEABLE = 1;
static const int CTAP_FEATURE_REQUESTED = 2;
static const int CTAP_FEATURE_ACTIVE = 4;

// The bits above, or -errno; -ENOENT where the kernel has no such feature.
int ctap_interface_feature(int fd, const char *_Nonnull interface, const char *_Nonnull feature);
// 0, or -errno. Asks only: the driver may leave the feature as it was.
int ctap_set_interface_feature(int fd, const char *_Nonnull interface, const char *_Nonnull feature, int is_on);

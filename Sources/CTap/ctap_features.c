#include "ctap_features.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

// Linux 6.18 has 64 features; the kernel takes and gives them all at once, in words of 32.
enum { MAXIMUM_COUNT = 256, WORD_BITS = 32, MAXIMUM_WORDS = MAXIMUM_COUNT / WORD_BITS };

// The kernel's structures end in arrays without a length: each has its room behind it here, which GNU C allows.
#pragma clang diagnostic ignored "-Wgnu-variable-sized-type-not-at-end"
struct count_room {
    struct ethtool_sset_info head;
    uint32_t count;
};
struct names_room {
    struct ethtool_gstrings head;
    char names[MAXIMUM_COUNT][ETH_GSTRING_LEN];
};
struct get_room {
    struct ethtool_gfeatures head;
    struct ethtool_get_features_block words[MAXIMUM_WORDS];
};
struct set_room {
    struct ethtool_sfeatures head;
    struct ethtool_set_features_block words[MAXIMUM_WORDS];
};
_Static_assert(sizeof(struct ethtool_sset_info) == offsetof(struct count_room, count), "sset_info");
_Static_assert(sizeof(struct ethtool_gstrings) == offsetof(struct names_room, names), "gstrings");
_Static_assert(sizeof(struct ethtool_gfeatures) == offsetof(struct get_room, words), "gfeatures");
_Static_assert(sizeof(struct ethtool_sfeatures) == offsetof(struct set_room, words), "sfeatures");

static int ask(int fd, const char *interface, void *command) {
    struct ifreq request = {.ifr_data = command};
    if (strlen(interface) >= sizeof request.ifr_name) return -ENODEV;
    strcpy(request.ifr_name, interface);
    return ioctl(fd, SIOCETHTOOL, &request) < 0 ? -errno : 0;
}

// How many features the kernel has, and of what number is the one called so.
static int find(int fd, const char *interface, const char *feature, unsigned *count) {
    struct count_room counts = {.head = {.cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << ETH_SS_FEATURES}};
    int error = ask(fd, interface, &counts);
    if (error < 0) return error;
    if (counts.head.sset_mask == 0) return -EOPNOTSUPP;
    if (counts.count > MAXIMUM_COUNT) return -E2BIG;
    *count = counts.count;
    struct names_room names = {.head = {.cmd = ETHTOOL_GSTRINGS, .string_set = ETH_SS_FEATURES, .len = *count}};
    error = ask(fd, interface, &names);
    if (error < 0) return error;
    for (unsigned number = 0; number < *count; number++) {
        if (strncmp(names.names[number], feature, ETH_GSTRING_LEN) == 0) return (int)number;
    }
    return -ENOENT;
}

int ctap_interface_feature(int fd, const char *interface, const char *feature) {
    unsigned count = 0;
    int number = find(fd, interface, feature, &count);
    if (number < 0) return number;
    struct get_room room = {.head = {.cmd = ETHTOOL_GFEATURES, .size = (count + WORD_BITS - 1) / WORD_BITS}};
    int error = ask(fd, interface, &room);
    if (error < 0) return error;
    struct ethtool_get_features_block *word = &room.words[number / WORD_BITS];
    uint32_t bit = UINT32_C(1) << number % WORD_BITS;
    return (word->available & ~word->never_changed & bit ? CTAP_FEATURE_CHANGEABLE : 0) |
           (word->requested & bit ? CTAP_FEATURE_REQUESTED : 0) | (word->active & bit ? CTAP_FEATURE_ACTIVE : 0);
}

int ctap_set_interface_feature(int fd, const char *interface, const char *feature, int is_on) {
    unsigned count = 0;
    int number = find(fd, interface, feature, &count);
    if (number < 0) return number;
    struct set_room room = {.head = {.cmd = ETHTOOL_SFEATURES, .size = (count + WORD_BITS - 1) / WORD_BITS}};
    struct ethtool_set_features_block *word = &room.words[number / WORD_BITS];
    word->valid = UINT32_C(1) << number % WORD_BITS;
    word->requested = is_on ? word->valid : 0;
    return ask(fd, interface, &room);
}

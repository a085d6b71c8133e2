#define _GNU_SOURCE
#include "ctap_ring.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/vfs.h>

int ctap_file_space(int fd, uint64_t *available, int *is_memory) {
    struct statfs facts;
    if (fstatfs(fd, &facts) < 0) return -errno;
    uint64_t octets;
    if (__builtin_mul_overflow((uint64_t)facts.f_bavail, (uint64_t)facts.f_bsize, &octets)) {
        octets = UINT64_MAX;
    }
    *available = octets;
    *is_memory = facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC;
    return 0;
}

int ctap_file_reserve(int fd, uint64_t octets) {
    return fallocate(fd, 0, 0, (off_t)octets) < 0 ? -errno : 0;
}

int ctap_file_move(const char *from, const char *to, int overwrite) {
    unsigned flags = overwrite ? 0 : RENAME_NOREPLACE;
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, flags) < 0 ? -errno : 0;
}

#define _GNU_SOURCE
#include "ctap_bpf.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// The part of union bpf_attr that attaches, with the fields of Linux 6.6; older headers end before them.
struct attachment {
    uint32_t target;
    uint32_t program;
    uint32_t type;
    uint32_t flags;
    uint32_t replaced;
    uint32_t relative;
    uint64_t revision;
};

// The part that asks what is attached, as of Linux 6.6.
struct query {
    uint32_t target;
    uint32_t type;
    uint32_t flags;
    uint32_t attach_flags;
    uint64_t ids;
    uint32_t count;
    uint32_t reserved;
    uint64_t program_attach_flags;
    uint64_t link_ids;
    uint64_t link_attach_flags;
    uint64_t revision;
};

// BPF_F_BEFORE, BPF_F_AFTER, BPF_F_ID: without another program the first two mean the first place and the last.
enum { before = 1 << 3, after = 1 << 4, by_id = 1 << 5 };

static int result(long value) { return value < 0 ? -errno : (int)value; }

static int bpf(int command, void *attributes, size_t size) {
    return result(syscall(SYS_bpf, command, attributes, size));
}

int ctap_lift_memory_lock_limit(void) {
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    return result(setrlimit(RLIMIT_MEMLOCK, &limit));
}

static void set_name(char *to, const char *name) {
    strncpy(to, name, BPF_OBJ_NAME_LEN - 1);
}

int ctap_bpf_load_classifier(const uint64_t *instructions, uint32_t count, const char *name) {
    union bpf_attr attributes = {
        .prog_type = BPF_PROG_TYPE_SCHED_CLS,
        .insn_cnt = count,
        .insns = (uintptr_t)instructions,
        .license = (uintptr_t) "GPL",
    };
    set_name(attributes.prog_name, name);
    return bpf(BPF_PROG_LOAD, &attributes, sizeof attributes);
}

int ctap_bpf_try(int program, const void *frame, uint32_t octets, uint32_t times, uint32_t *verdict,
                 uint32_t *nanoseconds) {
    union bpf_attr attributes = {
        .test = {
            .prog_fd = (uint32_t)program,
            .data_size_in = octets,
            .data_in = (uintptr_t)frame,
            .repeat = times,
        },
    };
    int error = bpf(BPF_PROG_TEST_RUN, &attributes, sizeof attributes);
    *verdict = attributes.test.retval;
    *nanoseconds = attributes.test.duration;
    return error;
}

static int create_value(uint32_t type, uint32_t value_octets, const char *name) {
    union bpf_attr attributes = {
        .map_type = type,
        .key_size = sizeof(uint32_t),
        .value_size = value_octets,
        .max_entries = 1,
    };
    set_name(attributes.map_name, name);
    return bpf(BPF_MAP_CREATE, &attributes, sizeof attributes);
}

int ctap_bpf_create_counters(uint32_t value_octets, const char *name) {
    return create_value(BPF_MAP_TYPE_PERCPU_ARRAY, value_octets, name);
}

int ctap_bpf_create_switches(uint32_t value_octets, const char *name) {
    return create_value(BPF_MAP_TYPE_ARRAY, value_octets, name);
}

int ctap_bpf_create_ring(uint32_t octets, const char *name) {
    union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_RINGBUF, .max_entries = octets};
    set_name(attributes.map_name, name);
    return bpf(BPF_MAP_CREATE, &attributes, sizeof attributes);
}

int ctap_bpf_read_value(int map, void *values) {
    uint32_t key = 0;
    union bpf_attr attributes = {.map_fd = (uint32_t)map, .key = (uintptr_t)&key, .value = (uintptr_t)values};
    return bpf(BPF_MAP_LOOKUP_ELEM, &attributes, sizeof attributes);
}

int ctap_bpf_write_value(int map, const void *values) {
    uint32_t key = 0;
    union bpf_attr attributes = {.map_fd = (uint32_t)map, .key = (uintptr_t)&key, .value = (uintptr_t)values};
    return bpf(BPF_MAP_UPDATE_ELEM, &attributes, sizeof attributes);
}

static int information(int fd, void *into, uint32_t octets) {
    union bpf_attr attributes = {.info = {.bpf_fd = (uint32_t)fd, .info_len = octets, .info = (uintptr_t)into}};
    return bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes, sizeof attributes);
}

int ctap_bpf_program_id(int program, uint32_t *id) {
    struct bpf_prog_info facts = {0};
    int error = information(program, &facts, sizeof facts);
    *id = facts.id;
    return error;
}

int ctap_bpf_map_facts(int map, uint32_t *id, uint32_t *value_octets, uint32_t *entries, char name[16]) {
    struct bpf_map_info facts = {0};
    int error = information(map, &facts, sizeof facts);
    _Static_assert(sizeof facts.name == 16, "name");
    memcpy(name, facts.name, sizeof facts.name);
    *id = facts.id;
    *value_octets = facts.value_size;
    *entries = facts.max_entries;
    return error;
}

int ctap_bpf_map_by_id(uint32_t id) {
    union bpf_attr attributes = {.map_id = id};
    return bpf(BPF_MAP_GET_FD_BY_ID, &attributes, sizeof attributes);
}

int ctap_bpf_attach(int program, int index, uint32_t hook) {
    struct attachment attributes = {
        .target = (uint32_t)index, .program = (uint32_t)program, .type = hook, .flags = before};
    return bpf(BPF_PROG_ATTACH, &attributes, sizeof attributes);
}

int ctap_bpf_detach_end(int index, uint32_t hook, int last, uint64_t revision) {
    struct attachment attributes = {
        .target = (uint32_t)index, .type = hook, .flags = last ? after : before, .revision = revision};
    return bpf(BPF_PROG_DETACH, &attributes, sizeof attributes);
}

int ctap_bpf_detach_behind(int index, uint32_t hook, uint32_t id, uint64_t revision) {
    struct attachment attributes = {
        .target = (uint32_t)index,
        .type = hook,
        .flags = after | by_id,
        .relative = id,
        .revision = revision,
    };
    return bpf(BPF_PROG_DETACH, &attributes, sizeof attributes);
}

int ctap_bpf_query(int index, uint32_t hook, uint32_t *ids, uint32_t *count, uint64_t *revision) {
    struct query attributes = {
        .target = (uint32_t)index, .type = hook, .ids = (uintptr_t)ids, .count = *count};
    int error = bpf(BPF_PROG_QUERY, &attributes, sizeof attributes);
    *count = attributes.count;
    *revision = attributes.revision;
    return error;
}

#pragma once
#include <stdint.h>

// bpf(2): a system call without a wrapper, its arguments one union that Swift's importer cannot take
// apart. Every function returns >= 0, or -errno; descriptors close on exec. Zero stands for "none".

// setrlimit(2): its first argument is an enumeration of glibc's own. What bpf(2) makes counted as locked memory.
int ctap_lift_memory_lock_limit(void);

// Loads a tc classifier. `name` has at most 15 octets.
int ctap_bpf_load_classifier(const uint64_t *instructions, uint32_t count, const char *name);
// Runs a classifier `times` times for a frame that stands nowhere; what it returned last, and the mean time.
int ctap_bpf_try(int program, const void *frame, uint32_t octets, uint32_t times, uint32_t *verdict,
                 uint32_t *nanoseconds);
// Creates an array of one value a processor, so that programs on several share nothing.
int ctap_bpf_create_counters(uint32_t value_octets, const char *name);
// Creates a value that programs on all processors look at.
int ctap_bpf_create_switches(uint32_t value_octets, const char *name);
// Creates a ring buffer that programs write records into; `octets` is a power of two and whole pages.
int ctap_bpf_create_ring(uint32_t octets, const char *name);
// Reads or writes a value; of counters `values` holds as many as there can ever be processors.
int ctap_bpf_read_value(int map, void *values);
int ctap_bpf_write_value(int map, const void *values);

// The numbers by which programs and maps are known in the whole system, and the other way about.
int ctap_bpf_program_id(int program, uint32_t *id);
int ctap_bpf_map_facts(int map, uint32_t *id, uint32_t *value_octets, uint32_t *entries,
                       char name[16]);
int ctap_bpf_map_by_id(uint32_t id);

// tcx (Linux 6.6): programs of an interface, run in order. `hook` is BPF_TCX_INGRESS or BPF_TCX_EGRESS.
#define CTAP_BPF_TCX_INGRESS 46u
#define CTAP_BPF_TCX_EGRESS 47u
// Puts the program before all others.
int ctap_bpf_attach(int program, int index, uint32_t hook);
// Takes the first program off, or the last, if nothing was changed since `revision`.
int ctap_bpf_detach_end(int index, uint32_t hook, int last, uint64_t revision);
// Takes the program off that stands behind the one of that id.
int ctap_bpf_detach_behind(int index, uint32_t hook, uint32_t id, uint64_t revision);
// The ids of the programs in their order, *count of them, and the revision of the list.
int ctap_bpf_query(int index, uint32_t hook, uint32_t *ids, uint32_t *count, uint64_t *revision);

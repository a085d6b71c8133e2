#pragma once
// The layout of the mirror ring, version 2. docs/ring-format.md describes it octet by octet;
// the assertions below hold both to the same numbers. All integers are little-endian.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "ctap_crc.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the ring is little-endian");

#define CTAP_RING_VERSION 2u
#define CTAP_RING_PORTS 32
#define CTAP_RING_CAUSES 16
#define CTAP_RING_CUTS 4
#define CTAP_RING_PORT_OFFSET 0x1000
#define CTAP_RING_LEDGER_OFFSET 0x3000
#define CTAP_RING_LEDGER_STRIDE 0x3000
#define CTAP_RING_DATA_OFFSET 0x10000

// Values of writer_state. Whether a writer that says "running" still lives, its lock on the file tells.
#define CTAP_RING_WRITER_NONE 0u
#define CTAP_RING_WRITER_RUNNING 1u
#define CTAP_RING_WRITER_STOPPED 2u
#define CTAP_RING_WRITER_REPLACED 3u

// Bits of a port's flags.
#define CTAP_RING_PORT_MONITOR 1u

struct ctap_ring_header {
    uint64_t magic;
    uint32_t version;
    uint32_t data_offset;
    uint64_t identity_high;
    uint64_t identity_low;
    uint64_t file_octets;
    uint64_t block_octets;
    uint64_t block_count;
    uint32_t snap_octets;
    uint32_t port_count;
    int64_t created;
    uint32_t crc;
    uint32_t reserved_a;
    uint64_t reserved_b[6];
    // Written again and again by the writer, from here on.
    uint32_t writer_state;
    uint32_t writer_pid;
    uint64_t writer_starts;
    int64_t writer_started;
    int64_t writer_heartbeat;
    uint32_t writer_plane;
    uint32_t sync_milliseconds;
    int64_t synced;
    uint64_t sync_failures;
    uint64_t reserved_c;
    uint64_t head;
    uint64_t ledger_version;
    uint64_t reserved_d[6];
};

struct ctap_ring_port {
    uint8_t name[32];
    uint8_t description[64];
    uint64_t mac;
    uint32_t mtu;
    uint32_t speed_megabits;
    uint16_t link_type;
    uint16_t flags;
    uint32_t crc;
    uint64_t reserved[17];
};

struct ctap_ring_ledger_line {
    uint64_t rx_frames;
    uint64_t rx_octets;
    uint64_t forwarded;
    uint64_t mirrored;
    uint64_t tx_frames;
    uint64_t tx_octets;
    uint64_t is_up;
    uint64_t state;
    uint64_t not_forwarded[CTAP_RING_CAUSES];
    uint64_t mirror_lost[CTAP_RING_CAUSES];
    // Frames that are not held with all their octets, by cause (MirrorCut); those of the last cause are
    // counted in mirror_lost.
    uint64_t cut_frames[CTAP_RING_CUTS - 1];
    uint64_t cut_octets[CTAP_RING_CUTS];
};

struct ctap_ring_ledger {
    uint64_t version;
    uint32_t crc;
    uint32_t reserved_a;
    uint64_t reserved_b[6];
    // Room for CTAP_RING_PORTS lines follows.
};

struct ctap_ring_block {
    uint64_t state;
    uint32_t crc;
    uint32_t reserved_a;
    uint64_t ordinal;
    uint64_t first_sequence;
    int64_t first_time;
    uint64_t writer;
    uint64_t port_frames[CTAP_RING_PORTS];
    uint64_t reserved_b[2];
    // Frames follow, each on a multiple of 8 octets.
};

struct ctap_ring_frame {
    int64_t time;
    uint32_t captured_and_port; // 24 bits of length, then 8 bits of port
    uint32_t wire_octets;
    uint16_t sequence_low;
    uint16_t flags;
    uint32_t crc;
    // The frame's octets follow.
};

_Static_assert(sizeof(struct ctap_ring_header) == 256, "header");
_Static_assert(offsetof(struct ctap_ring_header, file_octets) == 32, "file_octets");
_Static_assert(offsetof(struct ctap_ring_header, created) == 64, "created");
_Static_assert(offsetof(struct ctap_ring_header, crc) == 72, "crc");
_Static_assert(offsetof(struct ctap_ring_header, writer_state) == 128, "writer_state");
_Static_assert(offsetof(struct ctap_ring_header, writer_plane) == 160, "writer_plane");
_Static_assert(offsetof(struct ctap_ring_header, synced) == 168, "synced");
_Static_assert(offsetof(struct ctap_ring_header, head) == 192, "head");
_Static_assert(sizeof(struct ctap_ring_port) == 256, "port");
_Static_assert(offsetof(struct ctap_ring_port, mac) == 96, "mac");
_Static_assert(offsetof(struct ctap_ring_port, crc) == 116, "port crc");
_Static_assert(sizeof(struct ctap_ring_ledger_line) == 376, "ledger line");
_Static_assert(sizeof(struct ctap_ring_ledger) == 64, "ledger");
_Static_assert(sizeof(struct ctap_ring_block) == 320, "block");
_Static_assert(offsetof(struct ctap_ring_block, ordinal) == 16, "ordinal");
_Static_assert(offsetof(struct ctap_ring_block, port_frames) == 48, "port_frames");
_Static_assert(sizeof(struct ctap_ring_frame) == 24, "frame");
_Static_assert(offsetof(struct ctap_ring_frame, crc) == 20, "frame crc");
_Static_assert(CTAP_RING_PORT_OFFSET + CTAP_RING_PORTS * sizeof(struct ctap_ring_port)
                   <= CTAP_RING_LEDGER_OFFSET, "room for the ports");
_Static_assert(sizeof(struct ctap_ring_ledger)
                       + CTAP_RING_PORTS * sizeof(struct ctap_ring_ledger_line)
                   <= CTAP_RING_LEDGER_STRIDE, "room for the ledger");
_Static_assert(CTAP_RING_LEDGER_OFFSET + 2 * CTAP_RING_LEDGER_STRIDE <= CTAP_RING_DATA_OFFSET,
               "room for both ledgers");

// Access to words that another process writes or reads meanwhile: Swift has no atomics on foreign memory.
// A word is loaded once, so that what was checked is what is used, whatever the other side does.

static inline uint64_t ctap_ring_state(const struct ctap_ring_block *_Nonnull block) {
    return __atomic_load_n(&block->state, __ATOMIC_ACQUIRE);
}

/// The second look of a seqlock: everything read before was read before this load.
static inline uint64_t ctap_ring_state_again(const struct ctap_ring_block *_Nonnull block) {
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return __atomic_load_n(&block->state, __ATOMIC_RELAXED);
}

/// The warning of a seqlock: whoever sees anything stored after it can see it too.
static inline void ctap_ring_invalidate(struct ctap_ring_block *_Nonnull block, uint64_t state) {
    __atomic_store_n(&block->state, state, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_RELEASE);
}

/// Everything stored before is seen by whoever sees this state.
static inline void ctap_ring_commit(struct ctap_ring_block *_Nonnull block, uint64_t state) {
    __atomic_store_n(&block->state, state, __ATOMIC_RELEASE);
}

static inline uint64_t ctap_ring_head(const struct ctap_ring_header *_Nonnull header) {
    return __atomic_load_n(&header->head, __ATOMIC_ACQUIRE);
}

static inline void ctap_ring_set_head(struct ctap_ring_header *_Nonnull header, uint64_t ordinal) {
    __atomic_store_n(&header->head, ordinal, __ATOMIC_RELEASE);
}

static inline uint32_t ctap_ring_writer_state(const struct ctap_ring_header *_Nonnull header) {
    return __atomic_load_n(&header->writer_state, __ATOMIC_ACQUIRE);
}

static inline void ctap_ring_set_writer_state(struct ctap_ring_header *_Nonnull header, uint32_t state) {
    __atomic_store_n(&header->writer_state, state, __ATOMIC_RELEASE);
}

static inline int64_t ctap_ring_heartbeat(const struct ctap_ring_header *_Nonnull header) {
    return __atomic_load_n(&header->writer_heartbeat, __ATOMIC_RELAXED);
}

static inline void ctap_ring_set_heartbeat(struct ctap_ring_header *_Nonnull header, int64_t time) {
    __atomic_store_n(&header->writer_heartbeat, time, __ATOMIC_RELAXED);
}

static inline int64_t ctap_ring_synced(const struct ctap_ring_header *_Nonnull header) {
    return __atomic_load_n(&header->synced, __ATOMIC_RELAXED);
}

static inline void ctap_ring_set_synced(struct ctap_ring_header *_Nonnull header, int64_t time) {
    __atomic_store_n(&header->synced, time, __ATOMIC_RELAXED);
}

static inline uint64_t ctap_ring_sync_failures(const struct ctap_ring_header *_Nonnull header) {
    return __atomic_load_n(&header->sync_failures, __ATOMIC_RELAXED);
}

static inline void ctap_ring_set_sync_failures(struct ctap_ring_header *_Nonnull header, uint64_t count) {
    __atomic_store_n(&header->sync_failures, count, __ATOMIC_RELAXED);
}

static inline uint64_t ctap_ring_ledger_version(const struct ctap_ring_header *_Nonnull header) {
    return __atomic_load_n(&header->ledger_version, __ATOMIC_ACQUIRE);
}

static inline uint64_t ctap_ring_ledger_version_again(const struct ctap_ring_header *_Nonnull header) {
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return __atomic_load_n(&header->ledger_version, __ATOMIC_RELAXED);
}

static inline void ctap_ring_set_ledger_version(struct ctap_ring_header *_Nonnull header, uint64_t version) {
    __atomic_store_n(&header->ledger_version, version, __ATOMIC_RELEASE);
    // The older of the two ledgers is written next: not before readers can know.
    __atomic_thread_fence(__ATOMIC_RELEASE);
}

/// Copies `words` words, each loaded once.
static inline void ctap_ring_copy_words(void *_Nonnull to, const void *_Nonnull from, size_t words) {
    for (size_t index = 0; index < words; index++) {
        ((uint64_t *)to)[index] = __atomic_load_n((const uint64_t *)from + index, __ATOMIC_RELAXED);
    }
}

static inline struct ctap_ring_frame ctap_ring_frame_at(const void *_Nonnull place) {
    struct ctap_ring_frame frame;
    ctap_ring_copy_words(&frame, place, sizeof frame / 8);
    return frame;
}

static inline struct ctap_ring_block ctap_ring_block_at(const void *_Nonnull place) {
    struct ctap_ring_block block;
    ctap_ring_copy_words(&block, place, sizeof block / 8);
    return block;
}

/// Fetches what will be read next into the cache: no access, so any address will do.
static inline void ctap_ring_fetch(const void *_Nonnull place, size_t count) {
    for (size_t at = 0; at < count; at += 64) __builtin_prefetch((const uint8_t *)place + at);
}

/// The same for what will be written next.
static inline void ctap_ring_fetch_to_write(const void *_Nonnull place, size_t count) {
    for (size_t at = 0; at < count; at += 64) __builtin_prefetch((const uint8_t *)place + at, 1);
}

/// The register after the sequence number and the header of a frame with 0 for its checksum.
static inline uint32_t ctap_ring_frame_register(
    uint32_t seed, uint64_t sequence, const struct ctap_ring_frame *_Nonnull header) {
    struct {
        uint64_t sequence;
        struct ctap_ring_frame header;
    } counted = {sequence, *header};
    counted.header.crc = 0;
    return ctap_crc32c(seed, &counted, sizeof counted);
}

// The file under a ring: calls that glibc shows under _GNU_SOURCE only. 0, or -errno.

/// Free octets of the file system of `fd`, and whether it stands in memory (tmpfs, ramfs).
int ctap_file_space(int fd, uint64_t *_Nonnull available, int *_Nonnull is_memory);

/// Allocates the first `octets` octets of the file and sets its length to at least that.
int ctap_file_reserve(int fd, uint64_t octets);

/// Renames; with `overwrite` 0 a file at `to` is left alone and -EEXIST returned.
int ctap_file_move(const char *_Nonnull from, const char *_Nonnull to, int overwrite);

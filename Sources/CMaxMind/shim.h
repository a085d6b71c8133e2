#include <errno.h>
#include <linux/memfd.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A file in memory that has no name. A descriptor or -errno; by its number, as the C library shows memfd_create() to GNU
   programs only, which a module cannot say that it is. */
static inline int tap_memory_file(void) {
    long file = syscall(SYS_memfd_create, "hubtap-places", MFD_CLOEXEC);
    return file >= 0 ? (int)file : -errno;
}

/* 1 and the entry of an address, which has 4 or 16 octets; 0 if the table has none, or is damaged there. In C because every
   family has a structure of its own that is handed over as another. */
static inline int tap_place_entry(const MMDB_s *table, const uint8_t *octets, size_t count, MMDB_entry_s *entry) {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address = {0};
    if (count == sizeof address.v4.sin_addr) {
        address.v4.sin_family = AF_INET;
        memcpy(&address.v4.sin_addr, octets, count);
    } else if (count == sizeof address.v6.sin6_addr) {
        address.v6.sin6_family = AF_INET6;
        memcpy(&address.v6.sin6_addr, octets, count);
    } else {
        return 0;
    }
    int error = MMDB_SUCCESS;
    MMDB_lookup_result_s found = MMDB_lookup_sockaddr(table, &address.any, &error);
    if (error != MMDB_SUCCESS || !found.found_entry) return 0;
    *entry = found.entry;
    return 1;
}

/* A value of an entry: its kind (MMDB_DATA_TYPE_...), and its octets or its number. */
struct tap_place_value {
    uint32_t kind;
    uint32_t length;
    const char *octets;
    uint64_t whole;
    double number;
};

/* 1 and what stands at a path of one to three keys; 0 if nothing does, or the table is damaged there. In C because the
   library takes the path as an array of pointers, and gives the value in a union without a name. */
static inline int tap_place_value(MMDB_entry_s *entry, const char *first, const char *second, const char *third,
                                  struct tap_place_value *value) {
    const char *path[] = {first, second, third, NULL};
    MMDB_entry_data_s data;
    *value = (struct tap_place_value){0};
    if (MMDB_aget_value(entry, &data, path) != MMDB_SUCCESS || !data.has_data) return 0;
    value->kind = data.type;
    switch (data.type) {
    case MMDB_DATA_TYPE_UTF8_STRING:
        value->octets = data.utf8_string;
        value->length = data.data_size;
        return 1;
    case MMDB_DATA_TYPE_DOUBLE: value->number = data.double_value; return 1;
    case MMDB_DATA_TYPE_FLOAT: value->number = (double)data.float_value; return 1;
    case MMDB_DATA_TYPE_UINT16: value->whole = data.uint16; return 1;
    case MMDB_DATA_TYPE_UINT32: value->whole = data.uint32; return 1;
    case MMDB_DATA_TYPE_UINT64: value->whole = data.uint64; return 1;
    default: return 0;
    }
}

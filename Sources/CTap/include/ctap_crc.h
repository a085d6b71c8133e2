#pragma once
// The Castagnoli checksum (CRC32C; RFC 3720, appendix B.4) with the processor's own instructions:
// Swift cannot choose instructions by the processor it runs on.

#include <stddef.h>
#include <stdint.h>

/// The register after `count` octets at `from`. A checksum begins with ~0 and ends with a last ~.
uint32_t ctap_crc32c(uint32_t reg, const void *_Nonnull from, size_t count);

/// How it is computed: 2 by instructions in three streams, 1 by instructions, 0 by a table.
int ctap_crc32c_way(void);

/// The register by one of the ways, for tests; -1 if this processor has no such instructions.
int64_t ctap_crc32c_by(int way, uint32_t reg, const void *_Nonnull from, size_t count);

#include "ctap_crc.h"

#include <string.h>

// Theory of operation. The instruction takes 8 octets in 3 cycles, but a new one can begin every cycle.
// So a long stretch is cut into three lanes of the same length that are counted side by side, and the
// three registers are put together in the end: a register goes on over n zero octets by a multiplication
// with x^(8 n) modulo the polynomial, for which there is a carry-less multiplication, and the CRC
// instruction itself takes the remainder. The constants, one for each length of a lane, are computed once.

#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET __attribute__((target("sse4.2,pclmul")))
#define TAKE_8(reg, word) ((uint32_t)_mm_crc32_u64(reg, word))
#define TAKE_4(reg, word) _mm_crc32_u32(reg, word)
#define TAKE_2(reg, word) _mm_crc32_u16(reg, word)
#define TAKE_1(reg, octet) _mm_crc32_u8(reg, octet)
TARGET static inline uint64_t multiply(uint32_t a, uint32_t b) {
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi32_si128((int)a), _mm_cvtsi32_si128((int)b), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}
static int best_way(void) {
    if (!__builtin_cpu_supports("sse4.2")) return 0;
    return __builtin_cpu_supports("pclmul") ? 2 : 1;
}
#elif defined(__aarch64__)
#include <arm_acle.h>
#include <arm_neon.h>
#include <sys/auxv.h>
#define TARGET __attribute__((target("crc,aes")))
#define TAKE_8(reg, word) __crc32cd(reg, word)
#define TAKE_4(reg, word) __crc32cw(reg, word)
#define TAKE_2(reg, word) __crc32ch(reg, word)
#define TAKE_1(reg, octet) __crc32cb(reg, octet)
TARGET static inline uint64_t multiply(uint32_t a, uint32_t b) {
    return vgetq_lane_u64(vreinterpretq_u64_p128(vmull_p64(a, b)), 0);
}
static int best_way(void) {
    // Bits of AT_HWCAP: 7 CRC32, 4 PMULL.
    unsigned long features = getauxval(AT_HWCAP);
    if (!(features >> 7 & 1)) return 0;
    return features >> 4 & 1 ? 2 : 1;
}
#else
static int best_way(void) { return 0; }
#endif

#define POLYNOMIAL 0x82F63B78u
#define LONGEST_LANE 64 // words
#define SHORTEST_LANE 8

static uint32_t table[256];
static uint32_t lane_shift[2 * LONGEST_LANE + 1];
static int way = -1;

static uint32_t shift_right(uint32_t reg, size_t bits) {
    while (bits-- > 0) reg = reg & 1 ? reg >> 1 ^ POLYNOMIAL : reg >> 1;
    return reg;
}

// Threads that come first at the same time write the same values.
static int prepare(void) {
    for (uint32_t octet = 0; octet < 256; octet++) table[octet] = shift_right(octet, 8);
    // x^(64 n - 33): the product is 33 bits short of a multiple of the word that the instruction takes.
    uint32_t power = shift_right(0x80000000u, 64 - 33);
    for (size_t words = 1; words <= 2 * LONGEST_LANE; words++) {
        lane_shift[words] = power;
        power = shift_right(power, 64);
    }
    int best = best_way();
    __atomic_store_n(&way, best, __ATOMIC_RELEASE);
    return best;
}

int ctap_crc32c_way(void) {
    int known = __atomic_load_n(&way, __ATOMIC_ACQUIRE);
    return known >= 0 ? known : prepare();
}

static uint32_t by_table(uint32_t reg, const uint8_t *from, size_t count) {
    while (count-- > 0) reg = reg >> 8 ^ table[(reg ^ *from++) & 0xFF];
    return reg;
}

#ifdef TARGET
static inline uint64_t load(const uint8_t *from) {
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
}
static inline uint32_t load_4(const uint8_t *from) {
    uint32_t word;
    memcpy(&word, from, sizeof word);
    return word;
}
static inline uint16_t load_2(const uint8_t *from) {
    uint16_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

TARGET static inline uint32_t take_lanes(uint32_t reg, const uint8_t *from, size_t lane) {
    size_t step = 8 * lane;
    uint32_t second = 0, third = 0;
    for (size_t at = 0; at < step; at += 8) {
        reg = TAKE_8(reg, load(from + at));
        second = TAKE_8(second, load(from + step + at));
        third = TAKE_8(third, load(from + 2 * step + at));
    }
    uint64_t product = multiply(reg, lane_shift[2 * lane]) ^ multiply(second, lane_shift[lane]);
    return TAKE_8(0, product) ^ third;
}

TARGET static uint32_t in_turn(uint32_t reg, const uint8_t *from, size_t count) {
    for (const uint8_t *end = from + (count & ~(size_t)7); from < end; from += 8) reg = TAKE_8(reg, load(from));
    if (count & 4) {
        reg = TAKE_4(reg, load_4(from));
        from += 4;
    }
    if (count & 2) {
        reg = TAKE_2(reg, load_2(from));
        from += 2;
    }
    return count & 1 ? TAKE_1(reg, *from) : reg;
}

TARGET static uint32_t in_lanes(uint32_t reg, const uint8_t *from, size_t count) {
    while (count >= 3 * 8 * SHORTEST_LANE) {
        size_t lane = count >= 3 * 8 * LONGEST_LANE ? LONGEST_LANE : count / (3 * 8);
        reg = take_lanes(reg, from, lane);
        from += 3 * 8 * lane;
        count -= 3 * 8 * lane;
    }
    return in_turn(reg, from, count);
}
#else
#define in_turn by_table
#define in_lanes by_table
#endif

uint32_t ctap_crc32c(uint32_t reg, const void *from, size_t count) {
    switch (ctap_crc32c_way()) {
    case 2: return in_lanes(reg, from, count);
    case 1: return in_turn(reg, from, count);
    default: return by_table(reg, from, count);
    }
}

int64_t ctap_crc32c_by(int asked, uint32_t reg, const void *from, size_t count) {
    if (asked > ctap_crc32c_way()) return -1;
    if (asked == 2) return in_lanes(reg, from, count);
    return asked ? in_turn(reg, from, count) : by_table(reg, from, count);
}

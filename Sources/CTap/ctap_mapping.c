// Mapped files that may become shorter while they are read.

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ctap_mapping.h"

enum { guard_count = 8 };

struct guard {
    atomic_int is_taken;
    atomic_int is_broken;
    // Both 0 while nothing is guarded.
    _Atomic uintptr_t start;
    _Atomic uintptr_t end;
};

static struct guard guards[guard_count];
volatile int ctap_broken_guards;
static struct sigaction earlier_action;
static int set_error;
static uintptr_t page_mask;

static struct guard *guard_of(uintptr_t address) {
    for (int i = 0; i < guard_count; i++) {
        if (address >= atomic_load(&guards[i].start) && address < atomic_load(&guards[i].end)) {
            return &guards[i];
        }
    }
    return NULL;
}

// Only what may be called in a signal handler, and mmap, which is nothing but its system call.
static void on_bus_error(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    uintptr_t page = (uintptr_t)info->si_addr & ~page_mask;
    struct guard *guard = guard_of((uintptr_t)info->si_addr);
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    if (guard && mmap((void *)page, page_mask + 1, PROT_READ, flags, -1, 0) != MAP_FAILED) {
        atomic_store(&guard->is_broken, 1);
        ctap_broken_guards = 1;
    } else {
        // It comes again, to whoever was there before.
        sigaction(number, &earlier_action, NULL);
    }
    errno = saved;
}

static void set_handler(void) {
    struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    page_mask = (uintptr_t)sysconf(_SC_PAGESIZE) - 1;
    set_error = sigaction(SIGBUS, &action, &earlier_action) == 0 ? 0 : errno;
}

int ctap_guard_mapping(const void *base, size_t byte_count) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_handler);
    if (set_error) {
        errno = set_error;
        return -1;
    }
    for (int i = 0; i < guard_count; i++) {
        int is_taken = 0;
        if (!atomic_compare_exchange_strong(&guards[i].is_taken, &is_taken, 1)) continue;
        atomic_store(&guards[i].is_broken, 0);
        atomic_store(&guards[i].start, (uintptr_t)base);
        atomic_store(&guards[i].end, (uintptr_t)base + byte_count);
        return i;
    }
    errno = ENOSPC;
    return -1;
}

int ctap_is_guard_broken(int guard) {
    return atomic_load_explicit(&guards[guard].is_broken, memory_order_acquire);
}

void ctap_release_guard(int guard) {
    atomic_store(&guards[guard].end, 0);
    atomic_store(&guards[guard].start, 0);
    atomic_store(&guards[guard].is_taken, 0);
}

#pragma once
#include <stddef.h>

// Guards a mapping of a file of `byte_count` octets at `base`, for all threads.
//
// A page that the file does not have any more, or that cannot be read, holds zeros from the first look at it on, in
// place of SIGBUS, and the guard is broken.
//
// Returns the number of the guard; -1 if there is none left (there are 8), or no handler can be set (errno).
int ctap_guard_mapping(const void *base, size_t byte_count);

// Tells whether a page was missing.
int ctap_is_guard_broken(int guard);

extern volatile int ctap_broken_guards;

// Tells whether any guard was ever broken: asked more often than a call is worth.
static inline int ctap_is_any_guard_broken(void) { return ctap_broken_guards; }

// Gives a guard back, before its mapping goes.
void ctap_release_guard(int guard);

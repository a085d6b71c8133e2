#pragma once
#include <spawn.h>

/* posix_spawn_file_actions_addclosefrom_np(3) is a GNU extension, which Swift's importer hides. */
int ctap_close_from(posix_spawn_file_actions_t *actions, int first);

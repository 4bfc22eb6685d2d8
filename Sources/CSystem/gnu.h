// Declarations that glibc shows only to _GNU_SOURCE, which the Swift importer does not define.
#ifdef __linux__
#include <spawn.h>
extern int pipe2(int descriptors[2], int flags);
extern int posix_spawn_file_actions_addchdir_np(
  posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(
  posix_spawn_file_actions_t *actions, int first);
// <spawn.h>: POSIX_SPAWN_SETSID.
static const short spawn_in_own_session = 0x80;
#endif

// Declarations that glibc shows only to _GNU_SOURCE, which the Swift importer does not define.
#ifdef __linux__
#include <linux/stat.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/uio.h>
extern int pipe2(int descriptors[2], int flags);
extern int posix_spawn_file_actions_addchdir_np(
  posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(
  posix_spawn_file_actions_t *actions, int first);
extern ssize_t process_vm_readv(
  pid_t pid, const struct iovec *local, unsigned long local_count, const struct iovec *remote,
  unsigned long remote_count, unsigned long flags);
extern ssize_t process_vm_writev(
  pid_t pid, const struct iovec *local, unsigned long local_count, const struct iovec *remote,
  unsigned long remote_count, unsigned long flags);
extern int statx(
  int directory, const char *path, int flags, unsigned int mask, struct statx *status);
// Variadic functions aren't imported, and the two have wrappers from glibc 2.36 on alone.
extern long syscall(long number, ...);
static inline int open_process(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
static inline int copy_descriptor(int process, int descriptor) {
  return (int)syscall(SYS_pidfd_getfd, process, descriptor, 0);
}
// <spawn.h>: POSIX_SPAWN_SETSID.
static const short spawn_in_own_session = 0x80;
// <linux/fcntl.h>: AT_STATX_DONT_SYNC. The header itself makes O_CLOEXEC ambiguous.
static const int statx_without_sync = 0x4000;
#endif

// Receiving on a socket that has a timeout of its own (SO_RCVTIMEO): the wait for bytes is in virtual
// time, the kernel's timeout never comes. Only after the program has set one; what was set before an
// exec is real.
#ifdef __linux__
#define _GNU_SOURCE
#include "time_shim.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>

static bool has_timeouts;

int setsockopt(int socket, int level, int name, const void *value, socklen_t length) {
  if (level == SOL_SOCKET && name == SO_RCVTIMEO) {
    __atomic_store_n(&has_timeouts, true, __ATOMIC_RELAXED);
  }
  return REAL(setsockopt)(socket, level, name, value, length);
}

/// Waits until a socket with a timeout can be read; -1 and errno where it can't, in that time.
static int await(int socket, int flags) {
  if (!__atomic_load_n(&has_timeouts, __ATOMIC_RELAXED) || !soldout_is_timed()) return 0;
  struct timeval timeout = {0, 0};
  socklen_t size = sizeof timeout;
  int error = errno;
  int status = getsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, &size);
  errno = error;
  int64_t length = (int64_t)timeout.tv_sec * 1000000000 + (int64_t)timeout.tv_usec * 1000;
  if (status < 0 || length <= 0 || flags & (MSG_DONTWAIT | MSG_ERRQUEUE)
    || fcntl(socket, F_GETFL) & O_NONBLOCK) {
    return 0;
  }
  struct pollfd descriptor = {.fd = socket, .events = POLLIN};
  int result = soldout_poll(&descriptor, 1, length, NULL);
  if (result == 0) errno = EAGAIN;
  return result > 0 ? 0 : -1;
}

ssize_t recv(int socket, void *buffer, size_t size, int flags) {
  return await(socket, flags) < 0 ? -1 : REAL(recv)(socket, buffer, size, flags);
}

ssize_t recvfrom(
  int socket, void *buffer, size_t size, int flags, __SOCKADDR_ARG from, socklen_t *length
) {
  if (await(socket, flags) < 0) return -1;
  return REAL(recvfrom)(socket, buffer, size, flags, from, length);
}

ssize_t recvmsg(int socket, struct msghdr *message, int flags) {
  return await(socket, flags) < 0 ? -1 : REAL(recvmsg)(socket, message, flags);
}

ssize_t read(int file, void *buffer, size_t size) {
  return await(file, 0) < 0 ? -1 : REAL(read)(file, buffer, size);
}

ssize_t readv(int file, const struct iovec *pieces, int count) {
  return await(file, 0) < 0 ? -1 : REAL(readv)(file, pieces, count);
}

// What they become under _FORTIFY_SOURCE (glibc's <bits/socket2.h>, <bits/unistd.h>).
extern void __chk_fail(void) __attribute__((noreturn));
ssize_t __recv_chk(int socket, void *buffer, size_t size, size_t room, int flags) {
  if (size > room) __chk_fail();
  return recv(socket, buffer, size, flags);
}

ssize_t __recvfrom_chk(
  int socket, void *buffer, size_t size, size_t room, int flags, __SOCKADDR_ARG from,
  socklen_t *length
) {
  if (size > room) __chk_fail();
  return recvfrom(socket, buffer, size, flags, from, length);
}

ssize_t __read_chk(int file, void *buffer, size_t size, size_t room) {
  if (size > room) __chk_fail();
  return read(file, buffer, size);
}
#endif

// Starts a program into which nothing can be preloaded, so that soldout answers its waits that have an end and its
// looks at the clocks (seccomp_unotify(2); Drivers/Processes/SupervisedTime). Preloaded into `env PROGRAM …`, which
// it replaces by the program before main. Whatever fails, the program is started, and its time is real.
#if defined(__linux__) && defined(__x86_64__)
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define LOAD_LOW(argument) LOAD(args[argument])
#define LOAD_HIGH(argument) \
  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[argument]) + 4)
#define IF_EQUAL(value, then, otherwise) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, then, otherwise)
#define ASK BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF)
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/// A call that is always soldout's to answer.
#define ANY(call) IF_EQUAL(call, 0, 1), ASK
/// One that is if an argument, a number of ms, is above 0.
#define IF_POSITIVE(call, argument) \
  IF_EQUAL(call, 0, 5), LOAD_LOW(argument), IF_EQUAL(0, 2, 0), \
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x80000000, 1, 0), ASK, ALLOW
#define POINTS(argument) \
  LOAD_LOW(argument), IF_EQUAL(0, 0, 2), LOAD_HIGH(argument), IF_EQUAL(0, 1, 0), ASK, ALLOW
/// One that is if an argument, an address, isn't 0.
#define IF_POINTING(call, argument) IF_EQUAL(call, 0, 6), POINTS(argument)

// Of x32 (numbers from 0x40000000 on) and 32 bits nothing is asked.
static struct sock_filter filter[] = {
  LOAD(arch),
  IF_EQUAL(AUDIT_ARCH_X86_64, 1, 0),
  ALLOW,
  LOAD(nr),
  // Every program calls it when it begins, before it looks at a clock: its vDSO is replaced then.
  ANY(SYS_arch_prctl),
  ANY(SYS_gettimeofday),
  ANY(SYS_time),
  ANY(SYS_nanosleep),
  ANY(SYS_clock_nanosleep),
  IF_POSITIVE(SYS_epoll_wait, 3),
  IF_POSITIVE(SYS_epoll_pwait, 3),
  IF_POINTING(SYS_epoll_pwait2, 3),
  IF_POSITIVE(SYS_poll, 2),
  IF_POINTING(SYS_ppoll, 2),
  IF_POINTING(SYS_select, 4),
  IF_POINTING(SYS_pselect6, 4),
  // Clocks of processor time stay what they are.
  IF_EQUAL(SYS_clock_gettime, 0, 6),
  LOAD_LOW(0),
  IF_EQUAL(CLOCK_PROCESS_CPUTIME_ID, 3, 0),
  IF_EQUAL(CLOCK_THREAD_CPUTIME_ID, 2, 0),
  BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, CLOCK_TAI, 1, 0),
  ASK,
  ALLOW,
  IF_EQUAL(SYS_futex, 1, 0),
  ALLOW,
  LOAD_LOW(1),
  BPF_STMT(BPF_ALU | BPF_AND | BPF_K, FUTEX_CMD_MASK),
  IF_EQUAL(FUTEX_WAIT, 2, 0),
  IF_EQUAL(FUTEX_WAIT_BITSET, 1, 0),
  ALLOW,
  POINTS(3),
};

/// Puts ourselves and what we become under the filter. Returns the descriptor by which calls are answered, or -1.
static int supervise(void) {
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  for (int attempt = 0; attempt < 2; attempt++) {
    long listener = syscall(
      SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    if (listener >= 0) return (int)listener;
    // Without CAP_SYS_ADMIN it takes the promise to gain no rights.
    if (errno != EACCES || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  }
  return -1;
}

/// Says where the descriptor is, and waits until it was copied (pidfd_getfd(2)).
static void hand_over(int socket, int listener) {
  const char *member = getenv("SOLDOUT_SUPERVISED_MEMBER");
  const int32_t report[3] = {getpid(), listener, member ? atoi(member) : 0};
  char answer;
  if (write(socket, report, sizeof report) == sizeof report && read(socket, &answer, 1) < 0) return;
}

static void connect_and_supervise(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return;
  strcpy(address.sun_path, path);
  int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection < 0) return;
  if (connect(connection, (struct sockaddr *)&address, sizeof address) == 0) {
    int listener = supervise();
    if (listener >= 0) {
      hand_over(connection, listener);
      close(listener);
    }
  }
  close(connection);
}

/// The environment as the program is to have it.
static void restore_environment(void) {
  const char *preloaded = getenv("SOLDOUT_SUPERVISED_PRELOAD");
  if (preloaded) {
    setenv("LD_PRELOAD", preloaded, 1);
  } else {
    unsetenv("LD_PRELOAD");
  }
  unsetenv("SOLDOUT_SUPERVISED_PRELOAD");
  unsetenv("SOLDOUT_SUPERVISED_MEMBER");
  unsetenv("SOLDOUT_SUPERVISED");
}

__attribute__((constructor)) static void start_supervised(int count, char **arguments) {
  const char *path = getenv("SOLDOUT_SUPERVISED");
  if (!path || count < 2) return;
  connect_and_supervise(path);
  restore_environment();
  execve(arguments[1], arguments + 1, environ);
}
#endif

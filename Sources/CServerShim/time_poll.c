// Sleeping, and waiting for descriptors or signals with an end, in virtual time. A sleep is a poll of
// nothing: like nanosleep it is never resumed after a signal (signal(7)), whatever SA_RESTART says.
#ifdef __linux__
#define _GNU_SOURCE
#include "time_shim.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

struct descriptors {
  struct pollfd *list;
  unsigned long count;
};

static int ask_poll(void *what, const struct timespec *timeout, const sigset_t *mask) {
  struct descriptors *set = what;
  return REAL(ppoll)(set->list, set->count, timeout, mask);
}

int soldout_poll(
  struct pollfd *list, unsigned long count, int64_t length, const sigset_t *mask
) {
  struct descriptors set = {list, count};
  int64_t end = soldout_time_now(soldout_page, 0) + length;
  return soldout_wait_for(ask_poll, &set, end, length, count > 0, mask);
}

int ppoll(
  struct pollfd *list, nfds_t count, const struct timespec *timeout, const sigset_t *mask
) {
  int64_t length = timeout ? soldout_length(timeout) : SOLDOUT_ENDLESS;
  if (length <= 0 || length == SOLDOUT_ENDLESS || !soldout_is_timed()) {
    return REAL(ppoll)(list, count, timeout, mask);
  }
  return soldout_poll(list, count, length, mask);
}

int poll(struct pollfd *list, nfds_t count, int timeout) {
  if (timeout <= 0 || !soldout_is_timed()) return REAL(poll)(list, count, timeout);
  return soldout_poll(list, count, (int64_t)timeout * 1000000, NULL);
}

// What poll becomes under _FORTIFY_SOURCE (glibc's <bits/poll2.h>).
extern void __chk_fail(void) __attribute__((noreturn));
int __poll_chk(struct pollfd *list, nfds_t count, int timeout, size_t length) {
  if (length / sizeof *list < count) __chk_fail();
  return poll(list, count, timeout);
}

int __ppoll_chk(
  struct pollfd *list, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
  size_t length
) {
  if (length / sizeof *list < count) __chk_fail();
  return ppoll(list, count, timeout, mask);
}

/// Sleeps; 0, or EINTR with what was left of it, in ns.
static int sleep_for(int64_t length, int64_t *left) {
  struct descriptors nothing = {NULL, 0};
  int error = errno;
  int64_t end = soldout_time_now(soldout_page, 0) + length;
  int result = soldout_wait_for(ask_poll, &nothing, end, length, false, NULL);
  int outcome = result < 0 ? errno : 0;
  errno = error;
  *left = end - soldout_time_now(soldout_page, 0);
  return outcome;
}

int clock_nanosleep(
  clockid_t clock, int flags, const struct timespec *time, struct timespec *rest
) {
  int64_t ahead, left, length = soldout_length(time);
  bool is_moment = flags & TIMER_ABSTIME;
  if (length < 0 || !soldout_is_timed() || !soldout_clock_ahead(clock, &ahead)
    || (is_moment && !soldout_left_until(clock, time, &length))) {
    return REAL(clock_nanosleep)(clock, flags, time, rest);
  }
  if (length <= 0) return 0;
  if (soldout_is_short_sleep_of_runtime(__builtin_return_address(0), length)) {
    struct timespec short_time = soldout_timespec(length);
    return REAL(clock_nanosleep)(CLOCK_MONOTONIC, 0, &short_time, rest);
  }
  int error = sleep_for(length, &left);
  if (is_moment) return error;
  if (error == EINTR && rest) *rest = soldout_timespec(left);
  return error;
}

int nanosleep(const struct timespec *time, struct timespec *rest) {
  int64_t left, length = soldout_length(time);
  if (length <= 0 || !soldout_is_timed()
    || soldout_is_short_sleep_of_runtime(__builtin_return_address(0), length)) {
    return REAL(nanosleep)(time, rest);
  }
  int error = sleep_for(length, &left);
  if (!error) return 0;
  if (error == EINTR && rest) *rest = soldout_timespec(left);
  errno = error;
  return -1;
}

int usleep(useconds_t length) {
  struct timespec time = soldout_timespec((int64_t)length * 1000);
  return nanosleep(&time, NULL);
}

unsigned sleep(unsigned seconds) {
  int64_t left;
  if (seconds == 0 || !soldout_is_timed()) return REAL(sleep)(seconds);
  int error = sleep_for((int64_t)seconds * 1000000000, &left);
  return error && left > 0 ? (unsigned)((left + 999999999) / 1000000000) : 0;
}

struct selection {
  int count;
  fd_set *read, *write, *except;
};

static int ask_select(void *what, const struct timespec *timeout, const sigset_t *mask) {
  // The sets are left alone when it is interrupted (fs/select.c), so it can be asked again.
  struct selection *set = what;
  return REAL(pselect)(set->count, set->read, set->write, set->except, timeout, mask);
}

int pselect(
  int count, fd_set *read, fd_set *write, fd_set *except, const struct timespec *timeout,
  const sigset_t *mask
) {
  int64_t length = timeout ? soldout_length(timeout) : SOLDOUT_ENDLESS;
  if (length <= 0 || length == SOLDOUT_ENDLESS || !soldout_is_timed()) {
    return REAL(pselect)(count, read, write, except, timeout, mask);
  }
  struct selection set = {count, read, write, except};
  int64_t end = soldout_time_now(soldout_page, 0) + length;
  return soldout_wait_for(ask_select, &set, end, length, count > 0, mask);
}

int select(int count, fd_set *read, fd_set *write, fd_set *except, struct timeval *timeout) {
  // As the kernel does, more than a second's worth of microseconds is taken too.
  bool is_timed = timeout && timeout->tv_sec >= 0 && timeout->tv_usec >= 0
    && timeout->tv_sec < SOLDOUT_ENDLESS / 1000000000 && soldout_is_timed();
  int64_t length =
    is_timed ? (int64_t)timeout->tv_sec * 1000000000 + (int64_t)timeout->tv_usec * 1000 : 0;
  if (length <= 0) return REAL(select)(count, read, write, except, timeout);
  struct timespec time = soldout_timespec(length);
  int64_t end = soldout_time_now(soldout_page, 0) + length;
  int result = pselect(count, read, write, except, &time, NULL);
  struct timespec left = soldout_timespec(
    result == 0 ? 0 : end - soldout_time_now(soldout_page, 0));
  *timeout = (struct timeval){left.tv_sec, left.tv_nsec / 1000};
  return result;
}

struct interest {
  int descriptor;
  struct epoll_event *events;
  int count;
};

static int ask_epoll(void *what, const struct timespec *timeout, const sigset_t *mask) {
  struct interest *set = what;
  int64_t ms = timeout ? (soldout_length(timeout) + 999999) / 1000000 : -1;
  if (ms > INT32_MAX) ms = INT32_MAX;
  return REAL(epoll_pwait)(set->descriptor, set->events, set->count, (int)ms, mask);
}

static int wait_epoll(
  int descriptor, struct epoll_event *events, int count, int64_t length, const sigset_t *mask
) {
  struct interest set = {descriptor, events, count};
  int64_t end = soldout_time_now(soldout_page, 0) + length;
  return soldout_wait_for(ask_epoll, &set, end, length, true, mask);
}

int epoll_pwait(
  int descriptor, struct epoll_event *events, int count, int timeout, const sigset_t *mask
) {
  if (timeout <= 0 || !soldout_is_timed()) {
    return REAL(epoll_pwait)(descriptor, events, count, timeout, mask);
  }
  return wait_epoll(descriptor, events, count, (int64_t)timeout * 1000000, mask);
}

int epoll_wait(int descriptor, struct epoll_event *events, int count, int timeout) {
  if (timeout <= 0 || !soldout_is_timed()) {
    return REAL(epoll_wait)(descriptor, events, count, timeout);
  }
  return wait_epoll(descriptor, events, count, (int64_t)timeout * 1000000, NULL);
}

int epoll_pwait2(
  int descriptor, struct epoll_event *events, int count, const struct timespec *timeout,
  const sigset_t *mask
) {
  int64_t length = timeout ? soldout_length(timeout) : SOLDOUT_ENDLESS;
  if (length <= 0 || length == SOLDOUT_ENDLESS || !soldout_is_timed()) {
    return REAL(epoll_pwait2)(descriptor, events, count, timeout, mask);
  }
  return wait_epoll(descriptor, events, count, length, mask);
}

struct expectation {
  sigset_t set;
  siginfo_t *info;
};

static int ask_signals(void *what, const struct timespec *timeout, const sigset_t *mask) {
  (void)mask;
  struct expectation *expected = what;
  int result = REAL(sigtimedwait)(&expected->set, expected->info, timeout);
  if (result != SOLDOUT_TIME_SIGNAL) return result;
  soldout_mark_interrupted();
  errno = EINTR;
  return -1;
}

int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout) {
  int64_t length = timeout ? soldout_length(timeout) : SOLDOUT_ENDLESS;
  if (length <= 0 || length == SOLDOUT_ENDLESS || !soldout_is_timed()) {
    return REAL(sigtimedwait)(set, info, timeout);
  }
  struct expectation expected = {*set, info};
  sigaddset(&expected.set, SOLDOUT_TIME_SIGNAL);
  int64_t end = soldout_time_now(soldout_page, 0) + length;
  return soldout_wait_for(ask_signals, &expected, end, length, false, NULL);
}
#endif

// Waiting for locks with an end, in virtual time. Semaphores are libc's: a signal ends sem_wait. Nothing
// ends libc's pthread_cond_wait but its own signal, so a condition variable under virtual time is one
// word that counts the signals, and a futex on it, as in Android's libc (bionic, pthread_cond.cpp).
#ifdef __linux__
#define _GNU_SOURCE
#include "time_shim.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>

static int wait_for_semaphore(sem_t *semaphore, int64_t length) {
  struct soldout_wait wait;
  int result;
  int64_t end = soldout_time_now(soldout_page, 0) + length;
  soldout_wait_begin(&wait, end, length, false);
  pthread_cleanup_push(soldout_wait_end, &wait);
  soldout_let_interrupt(true);
  do {
    soldout_wait_look(&wait);
    if (wait.is_due) {
      result = sem_trywait(semaphore);
      if (result < 0 && errno == EAGAIN) errno = ETIMEDOUT;
    } else if (wait.timeout) {
      struct timespec end = soldout_timespec(
        soldout_real_clock(CLOCK_REALTIME) + soldout_length(wait.timeout));
      result = REAL(sem_timedwait)(semaphore, &end);
    } else {
      result = sem_wait(semaphore);
    }
  } while (result < 0 && errno == EINTR && soldout_was_interrupted());
  pthread_cleanup_pop(true);
  int error = errno;
  soldout_let_interrupt(false);
  errno = error;
  return result;
}

int sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *end) {
  int64_t left;
  if (!soldout_is_timed()) return REAL(sem_clockwait)(semaphore, clock, end);
  bool is_clock = clock == CLOCK_MONOTONIC || clock == CLOCK_REALTIME;
  if (!is_clock || end->tv_nsec < 0 || end->tv_nsec > 999999999) {
    errno = EINVAL;
    return -1;
  }
  if (sem_trywait(semaphore) == 0) return 0;
  if (!soldout_left_until(clock, end, &left) || left <= 0) {
    errno = ETIMEDOUT;
    return -1;
  }
  return left >= SOLDOUT_ENDLESS ? sem_wait(semaphore) : wait_for_semaphore(semaphore, left);
}

int sem_timedwait(sem_t *semaphore, const struct timespec *end) {
  if (!soldout_is_timed()) return REAL(sem_timedwait)(semaphore, end);
  return sem_clockwait(semaphore, CLOCK_REALTIME, end);
}

// What glibc's initializers write: the last word but one holds these bits (nptl/pthreadP.h).
enum { shared_condition = 1, monotonic_condition = 2 };

static uint32_t *signals(pthread_cond_t *condition) { return (uint32_t *)condition; }

static bool has(pthread_cond_t *condition, unsigned bit) {
  return condition->__data.__wrefs & bit;
}

static int futex_operation(pthread_cond_t *condition, int operation) {
  return has(condition, shared_condition) ? operation : operation | FUTEX_PRIVATE_FLAG;
}

static void wake(pthread_cond_t *condition, int count) {
  int error = errno;
  __atomic_add_fetch(signals(condition), 1, __ATOMIC_SEQ_CST);
  syscall(SYS_futex, signals(condition), futex_operation(condition, FUTEX_WAKE), count);
  errno = error;
}

int pthread_cond_signal(pthread_cond_t *condition) {
  if (!soldout_is_timed()) return REAL(pthread_cond_signal)(condition);
  wake(condition, 1);
  return 0;
}

int pthread_cond_broadcast(pthread_cond_t *condition) {
  if (!soldout_is_timed()) return REAL(pthread_cond_broadcast)(condition);
  wake(condition, INT_MAX);
  return 0;
}

/// A thread's wait for a condition.
struct condition_wait {
  pthread_cond_t *condition;
  pthread_mutex_t *mutex;
  uint32_t signals;
  /// nil: this wait is not registered.
  struct soldout_wait *registered;
};

/// Waits in the kernel until it is signalled, interrupted, or so long; the error, 0: woken. A
/// cancellation point, as pthread_cond_wait is.
static int sleep_on(struct condition_wait *wait, const struct timespec *timeout) {
  int type, operation = futex_operation(wait->condition, FUTEX_WAIT);
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &type);
  long result = syscall(
    SYS_futex, signals(wait->condition), operation, wait->signals, timeout);
  int error = result < 0 ? errno : 0;
  pthread_setcanceltype(type, NULL);
  return error;
}

/// What a cancelled thread leaves in order: a signal that it may have taken goes to another.
static void give_up(void *argument) {
  struct condition_wait *wait = argument;
  if (wait->registered) {
    soldout_wait_end(wait->registered);
    soldout_let_interrupt(false);
  }
  wake(wait->condition, 1);
  pthread_mutex_lock(wait->mutex);
}

static bool is_signalled(struct condition_wait *wait) {
  return soldout_load(signals(wait->condition)) != wait->signals;
}

/// Until it is signalled or its end has come: 0 or ETIMEDOUT.
static int wait_registered(struct condition_wait *wait) {
  int error;
  do {
    soldout_wait_look(wait->registered);
    if (is_signalled(wait)) return 0;
    if (wait->registered->is_due) return ETIMEDOUT;
    error = sleep_on(wait, wait->registered->timeout);
  } while (error == EINTR);
  return error == ETIMEDOUT ? ETIMEDOUT : 0;
}

/// Until it is signalled, or so long of real time (ns; negative: for ever): 0 or ETIMEDOUT.
static int wait_really(struct condition_wait *wait, int64_t length) {
  int64_t end = soldout_real_clock(CLOCK_MONOTONIC) + length;
  int error;
  do {
    struct timespec left = soldout_timespec(end - soldout_real_clock(CLOCK_MONOTONIC));
    error = sleep_on(wait, length < 0 ? NULL : &left);
  } while (error == EINTR && !is_signalled(wait));
  return error == ETIMEDOUT ? ETIMEDOUT : 0;
}

/// `length`: in ns; negative: for ever. `is_real`: nobody is to know of it.
static int wait_on(
  pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t length, bool is_real
) {
  struct soldout_wait registered;
  struct condition_wait wait = {
    condition, mutex, soldout_load(signals(condition)), is_real ? NULL : &registered};
  int result = pthread_mutex_unlock(mutex);
  if (result) return result;
  if (!is_real) {
    int64_t end = soldout_time_now(soldout_page, 0) + length;
    soldout_wait_begin(&registered, end, length, false);
    soldout_let_interrupt(true);
  }
  pthread_cleanup_push(give_up, &wait);
  result = is_real ? wait_really(&wait, length) : wait_registered(&wait);
  pthread_cleanup_pop(false);
  if (!is_real) {
    // Before the mutex, which its owner may keep for long: soldout is to know that this wait is over.
    soldout_wait_end(&registered);
    soldout_let_interrupt(false);
  }
  int error = pthread_mutex_lock(mutex);
  return error ? error : result;
}

static int wait_until(
  pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock,
  const struct timespec *end, const void *caller
) {
  int64_t left;
  bool is_clock = clock == CLOCK_MONOTONIC || clock == CLOCK_REALTIME;
  if (!is_clock || end->tv_nsec < 0 || end->tv_nsec > 999999999) return EINVAL;
  if (!soldout_left_until(clock, end, &left) || left < 0) left = 0;
  if (left >= SOLDOUT_ENDLESS) return wait_on(condition, mutex, -1, true);
  // One that is over already still lets go of the mutex, as glibc's does.
  bool is_real =
    left == 0 || soldout_is_interpreter_lock(left) || soldout_is_housekeeping(caller);
  return wait_on(condition, mutex, left, is_real);
}

int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex) {
  if (!soldout_is_timed()) return REAL(pthread_cond_wait)(condition, mutex);
  return wait_on(condition, mutex, -1, true);
}

int pthread_cond_timedwait(
  pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *end
) {
  if (!soldout_is_timed()) return REAL(pthread_cond_timedwait)(condition, mutex, end);
  clockid_t clock = has(condition, monotonic_condition) ? CLOCK_MONOTONIC : CLOCK_REALTIME;
  return wait_until(condition, mutex, clock, end, __builtin_return_address(0));
}

int pthread_cond_clockwait(
  pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock, const struct timespec *end
) {
  if (!soldout_is_timed()) return REAL(pthread_cond_clockwait)(condition, mutex, clock, end);
  return wait_until(condition, mutex, clock, end, __builtin_return_address(0));
}
#endif

// Functions that wait for a lock until a reading of a clock, and whose wait stays real: nothing but the
// lock's owner could end it. The reading is the virtual clock's, so what is left of it is asked of the
// real one.
#ifdef __linux__
#define _GNU_SOURCE
#include "time_shim.h"

#include <pthread.h>

/// The real clock's reading when that much is left; the same one where the kernel would refuse it.
static struct timespec real_moment(clockid_t clock, const struct timespec *end) {
  int64_t left;
  if (!soldout_is_timed() || !soldout_left_until(clock, end, &left)) return *end;
  return soldout_timespec(soldout_real_clock(clock) + left);
}

int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *end) {
  struct timespec moment = real_moment(CLOCK_REALTIME, end);
  return REAL(pthread_mutex_timedlock)(mutex, &moment);
}

int pthread_mutex_clocklock(
  pthread_mutex_t *mutex, clockid_t clock, const struct timespec *end
) {
  struct timespec moment = real_moment(clock, end);
  return REAL(pthread_mutex_clocklock)(mutex, clock, &moment);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t *lock, const struct timespec *end) {
  struct timespec moment = real_moment(CLOCK_REALTIME, end);
  return REAL(pthread_rwlock_timedrdlock)(lock, &moment);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *lock, const struct timespec *end) {
  struct timespec moment = real_moment(CLOCK_REALTIME, end);
  return REAL(pthread_rwlock_timedwrlock)(lock, &moment);
}

int pthread_rwlock_clockrdlock(
  pthread_rwlock_t *lock, clockid_t clock, const struct timespec *end
) {
  struct timespec moment = real_moment(clock, end);
  return REAL(pthread_rwlock_clockrdlock)(lock, clock, &moment);
}

int pthread_rwlock_clockwrlock(
  pthread_rwlock_t *lock, clockid_t clock, const struct timespec *end
) {
  struct timespec moment = real_moment(clock, end);
  return REAL(pthread_rwlock_clockwrlock)(lock, clock, &moment);
}

int pthread_timedjoin_np(pthread_t thread, void **result, const struct timespec *end) {
  struct timespec moment = end ? real_moment(CLOCK_REALTIME, end) : (struct timespec){0, 0};
  return REAL(pthread_timedjoin_np)(thread, result, end ? &moment : NULL);
}
#endif

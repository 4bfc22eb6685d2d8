// Preloaded (LD_PRELOAD) into one private server: its wall clock can be set, its disk be made slow; or
// into a user's program, whose time is virtual then (time_*.c). Neither without its variable. No part of soldout links it. The true functions are reached by system call, never by dlsym, which
// allocates: jemalloc asks for the time while it starts, and that would not end.
#ifdef __linux__
#define _GNU_SOURCE
#include "soldout_shim.h"
#include "time_shim.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const struct soldout_shim *control;

__attribute__((constructor)) static void map_control(void) {
  const char *path = getenv("SOLDOUT_SHIM");
  if (!path) return;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  void *memory = mmap(NULL, sizeof *control, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (memory != MAP_FAILED) control = memory;
}

static struct soldout_shim settings(void) {
  struct soldout_shim copy = {0, 0, 1000000, 0, 0};
  if (!control) return copy;
  uint64_t before, after;
  do {
    before = __atomic_load_n(&control->sequence, __ATOMIC_ACQUIRE);
    copy.offset = control->offset;
    copy.rate = control->rate;
    copy.base = control->base;
    copy.sync_delay = control->sync_delay;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    after = __atomic_load_n(&control->sequence, __ATOMIC_RELAXED);
  } while (before != after || before % 2);
  return copy;
}

static int64_t wall_clock(void) {
  int64_t reading;
  if (soldout_read_clock(CLOCK_REALTIME, &reading)) return reading;
  struct timespec now;
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  int64_t time = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
  struct soldout_shim set = settings();
  if (set.rate != 1000000 && time > set.base) {
    time = set.base + (int64_t)((__int128)(time - set.base) * set.rate / 1000000);
  }
  return time + set.offset;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int64_t reading;
  if (soldout_read_clock(clock, &reading)) {
    *time = soldout_timespec(reading);
    return 0;
  }
  if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) {
    return (int)syscall(SYS_clock_gettime, clock, time);
  }
  int64_t now = wall_clock();
  time->tv_sec = now / 1000000000;
  time->tv_nsec = now % 1000000000;
  return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  int64_t now = wall_clock();
  time->tv_sec = now / 1000000000;
  time->tv_usec = now % 1000000000 / 1000;
  return 0;
}

time_t time(time_t *result) {
  time_t now = wall_clock() / 1000000000;
  if (result) *result = now;
  return now;
}

int timespec_get(struct timespec *time, int base) {
  return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, time) == 0 ? base : 0;
}

static void delay(void) {
  int64_t length = settings().sync_delay;
  struct timespec rest = {length / 1000000000, length % 1000000000};
  if (length > 0) nanosleep(&rest, NULL);
}

int fsync(int file) {
  delay();
  return (int)syscall(SYS_fsync, file);
}

int fdatasync(int file) {
  delay();
  return (int)syscall(SYS_fdatasync, file);
}
#endif

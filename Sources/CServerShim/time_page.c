// The page that soldout and the program share, and the program's clocks in it.
#ifdef __linux__
#define _GNU_SOURCE
#include "time_shim.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct soldout_time_page *soldout_page;
uint32_t soldout_member;

static void complain(const char *path, const char *reason) {
  char line[512];
  int count = snprintf(
    line, sizeof line, "soldout: time is not virtual here, since %.300s %s\n", path, reason);
  if (write(2, line, (size_t)count) < 0) return;
}

static struct soldout_time_page *map_page(void) {
  const char *path = getenv("SOLDOUT_TIME");
  if (!path || !*path) return NULL;
  const char *member = getenv("SOLDOUT_TIME_MEMBER");
  if (member) soldout_member = (uint32_t)atoi(member) % SOLDOUT_MEMBERS;
  int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) {
    complain(path, "can't be opened");
    return NULL;
  }
  struct soldout_time_page *page = mmap(
    NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (page == MAP_FAILED) {
    complain(path, "can't be mapped");
    return NULL;
  }
  if (soldout_load(&page->magic) == SOLDOUT_TIME_MAGIC) return page;
  complain(path, "is of another version");
  munmap(page, sizeof *page);
  return NULL;
}

static void interrupt(int number) {
  (void)number;
  soldout_mark_interrupted();
}

/// Blocked from here on in every thread, but for its waits: no other call is ever interrupted.
static void catch_interruptions(void) {
  struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_ONSTACK};
  sigaction(SOLDOUT_TIME_SIGNAL, &action, NULL);
  soldout_let_interrupt(false);
}

bool soldout_is_timed(void) {
  static enum { unknown, inert, mapping, mapped } state;
  int now = __atomic_load_n(&state, __ATOMIC_ACQUIRE);
  if (now == inert) return false;
  if (now == mapped) return true;
  // Before libc has its environment, and for a second thread in the very first moments.
  if (!environ || now == mapping) return false;
  __atomic_store_n(&state, mapping, __ATOMIC_RELEASE);
  soldout_page = map_page();
  if (soldout_page) catch_interruptions();
  __atomic_store_n(&state, soldout_page ? mapped : inert, __ATOMIC_RELEASE);
  return soldout_page != NULL;
}

__attribute__((constructor)) static void begin(void) { soldout_is_timed(); }

void *soldout_real(const char *name) {
  // Condition variables have two lives in glibc on x86; the first, of 2002, is the one dlsym finds.
  void *found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
  return found ? found : dlsym(RTLD_NEXT, name);
}

bool soldout_clock_ahead(clockid_t clock, int64_t *ahead) {
  switch (clock) {
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE: *ahead = 0; return true;
    case CLOCK_MONOTONIC_RAW: *ahead = soldout_page->raw; return true;
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_REALTIME_COARSE: *ahead = soldout_page->wall; return true;
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM: *ahead = soldout_page->boot; return true;
    case CLOCK_TAI: *ahead = soldout_page->tai; return true;
    default: return false;
  }
}

bool soldout_read_clock(clockid_t clock, int64_t *reading) {
  int64_t ahead;
  if (!soldout_is_timed() || !soldout_clock_ahead(clock, &ahead)) return false;
  *reading = soldout_time_now(soldout_page, SOLDOUT_LOOK) + ahead;
  return true;
}

int64_t soldout_length(const struct timespec *time) {
  if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec > 999999999) return -1;
  if (time->tv_sec >= SOLDOUT_ENDLESS / 1000000000) return SOLDOUT_ENDLESS;
  return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

bool soldout_left_until(clockid_t clock, const struct timespec *time, int64_t *left) {
  int64_t ahead;
  if (!soldout_clock_ahead(clock, &ahead) || soldout_length(time) < 0) return false;
  int64_t now = soldout_time_now(soldout_page, 0) + ahead;
  int64_t seconds = (int64_t)time->tv_sec - now / 1000000000;
  *left = seconds >= SOLDOUT_ENDLESS / 1000000000
    ? SOLDOUT_ENDLESS
    : seconds * 1000000000 + time->tv_nsec - now % 1000000000;
  return true;
}

struct timespec soldout_timespec(int64_t ns) {
  if (ns < 0) ns = 0;
  return (struct timespec){ns / 1000000000, ns % 1000000000};
}
#endif

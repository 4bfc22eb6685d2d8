// What the parts of the shim that make a program's time virtual share (time_*.c). All of it is inert
// unless SOLDOUT_TIME names a page (CSystem/virtual_time.h): then every function does what libc's does.
#ifndef SOLDOUT_TIME_SHIM_H
#define SOLDOUT_TIME_SHIM_H
#include "../CSystem/virtual_time.h"

#include <stdbool.h>

#pragma GCC visibility push(hidden)

/// The page; nil while `soldout_is_timed` is false.
extern struct soldout_time_page *soldout_page;

/// Whose deliveries this process sees.
extern uint32_t soldout_member;

/// Whether this process is under virtual time; maps the page when first asked.
bool soldout_is_timed(void);

/// How far a clock is ahead of the monotonic one, in ns; false for one that is not virtual.
bool soldout_clock_ahead(clockid_t clock, int64_t *ahead);

/// A clock's reading by the program, which moves it; false for one that is not virtual.
bool soldout_read_clock(clockid_t clock, int64_t *reading);

/// The function that this one stands before.
void *soldout_real(const char *name);
#define REAL(name)                                                       \
  ({                                                                     \
    static __typeof__(&name) real;                                       \
    __typeof__(&name) found = __atomic_load_n(&real, __ATOMIC_RELAXED);  \
    if (!found) {                                                        \
      found = (__typeof__(&name))soldout_real(#name);                    \
      __atomic_store_n(&real, found, __ATOMIC_RELAXED);                  \
    }                                                                    \
    found;                                                               \
  })

/// Longer waits (31 years, in ns) count as endless, as runtimes mean them.
#define SOLDOUT_ENDLESS 1000000000000000000

/// A length in ns, `SOLDOUT_ENDLESS` at most; -1 where the kernel would refuse it.
int64_t soldout_length(const struct timespec *time);
/// What is left in ns until a clock's reading, 0 or less: it is past. `SOLDOUT_ENDLESS` at most; false
/// where the kernel would refuse it, or the clock is not virtual.
bool soldout_left_until(clockid_t clock, const struct timespec *time, int64_t *left);
struct timespec soldout_timespec(int64_t ns);

/// Whether a call comes from a runtime that waits for itself, not for its program: then it is real.
bool soldout_is_housekeeping(const void *caller);
bool soldout_is_short_sleep_of_runtime(const void *caller, int64_t length);
/// CPython waits so for its interpreter lock (ns); asked of waits on condition variables only.
bool soldout_is_interpreter_lock(int64_t length);

/// A wait under way.
struct soldout_wait {
  struct soldout_sleeper *slot;
  int64_t end;
  bool looks_at_descriptors;
  /// Whether its end has come.
  bool is_due;
  /// How long the kernel is to wait: nil for ever, which it is while time stands still.
  struct timespec *timeout;
  struct timespec left;
};

/// Begins a wait that ends at a moment of the virtual monotonic clock.
void soldout_wait_begin(struct soldout_wait *, int64_t end, int64_t length, bool looks);
/// Sees what soldout wants of it; to be called before every look at what is waited for.
void soldout_wait_look(struct soldout_wait *);
/// Frees its slot; errno is kept.
void soldout_wait_end(void *wait);
/// Whether soldout, not a signal of the program's, interrupted it since this was last asked.
bool soldout_was_interrupted(void);
void soldout_mark_interrupted(void);
/// Lets interruptions through, outside of calls that take a mask, or not.
void soldout_let_interrupt(bool is_let);

/// Looks at what is waited for, and waits for it for so long under a mask: as poll, >= 0 or -1 and errno.
typedef int soldout_question(void *what, const struct timespec *timeout, const sigset_t *mask);
/// Asks until there is an answer or the end has come.
int soldout_wait_for(
  soldout_question *question, void *what, int64_t end, int64_t length, bool looks,
  const sigset_t *mask);
/// Asks poll; nothing of `descriptors` is a sleep.
struct pollfd;
int soldout_poll(
  struct pollfd *descriptors, unsigned long count, int64_t length, const sigset_t *mask);

#pragma GCC visibility pop
#endif

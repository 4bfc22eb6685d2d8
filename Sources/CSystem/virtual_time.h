// What soldout and the programs under its virtual time share, in a file that all of them map: the clock
// and who waits for it. Included by the shim (CServerShim/time_*.c) and, by this module, by
// Drivers/Processes/VirtualTime. Every access from outside a slot's owner goes through here.
#ifndef SOLDOUT_VIRTUAL_TIME_H
#define SOLDOUT_VIRTUAL_TIME_H
#ifdef __linux__
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/// Changes with the layout, so that a library of another build is not trusted.
#define SOLDOUT_TIME_MAGIC 0x736f6c64740001ULL
/// Waits that can go on at once, in all processes together.
#define SOLDOUT_SLEEPERS 1024
/// Groups of processes whose deliveries are counted apart.
#define SOLDOUT_MEMBERS 64
/// Interrupts a wait; blocked outside of waits, so that no other call of the program is interrupted.
#define SOLDOUT_TIME_SIGNAL 53
/// `deliveries` of a wait that looks at no descriptor.
#define SOLDOUT_NO_DESCRIPTORS UINT64_MAX
/// A look at the clock moves it by so much (ns): libuuid's uuid1 waits for the clock to move.
#define SOLDOUT_LOOK 1000

enum soldout_sleeper_state { SOLDOUT_FREE, SOLDOUT_CLAIMED, SOLDOUT_WAITING };

/// One wait with an end. Written by the thread that waits, but for `end` and `kicks`.
struct soldout_sleeper {
  uint32_t state;
  /// Counts the waits that have had this slot.
  uint32_t serial;
  int32_t process, thread;
  /// On the virtual monotonic clock, in ns.
  int64_t end;
  /// From the wait's beginning to its end, in ns.
  int64_t length;
  /// The member's deliveries before it looked at its descriptors.
  uint64_t deliveries;
  uint32_t member;
  /// How often it was told to look again; soldout's.
  uint32_t kicks;
  /// The kicks that it knew of when it last looked.
  uint32_t looked;
  uint32_t reserved[3];
};

struct soldout_time_page {
  uint64_t magic;
  /// Odd while mode and clock are being set.
  uint32_t sequence;
  /// 0: the clock follows the real one; 1: it stands still but for looks.
  uint32_t is_virtual;
  /// The monotonic clock in ns; while it follows the real one, what it was at `anchor`.
  int64_t now;
  /// On the real monotonic clock, in ns.
  int64_t anchor;
  /// Waits that end no later are over.
  int64_t until;
  /// What other clocks are ahead of the monotonic one, in ns: wall, since boot, raw, atomic time.
  int64_t wall, boot, raw, tai;
  /// Waits that found no slot and were real.
  uint32_t overflows;
  uint32_t reserved;
  uint64_t deliveries[SOLDOUT_MEMBERS];
  struct soldout_sleeper sleepers[SOLDOUT_SLEEPERS];
};

#define soldout_load(place) __atomic_load_n(place, __ATOMIC_SEQ_CST)
#define soldout_store(place, value) __atomic_store_n(place, value, __ATOMIC_SEQ_CST)

/// A clock of the kernel's in ns; by system call, since the functions may be the shim's.
static inline int64_t soldout_real_clock(clockid_t clock) {
  struct timespec time = {0, 0};
  syscall(SYS_clock_gettime, clock, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/// The virtual monotonic clock in ns; `step`: how far this look moves it.
static inline int64_t soldout_time_now(struct soldout_time_page *page, int64_t step) {
  int64_t now = 0;
  // Whoever sets the clock may die half way; then a look is better wrong than without end.
  for (int turn = 0; turn < 1000000; turn++) {
    uint32_t before = soldout_load(&page->sequence);
    if (before % 2) continue;
    now = soldout_load(&page->is_virtual)
      ? __atomic_add_fetch(&page->now, step, __ATOMIC_SEQ_CST)
      : soldout_load(&page->now) + soldout_real_clock(CLOCK_MONOTONIC)
        - soldout_load(&page->anchor);
    if (soldout_load(&page->sequence) == before) break;
  }
  return now;
}

/// An empty page whose clock follows the real one.
static inline void soldout_time_start(struct soldout_time_page *page) {
  int64_t now = soldout_real_clock(CLOCK_MONOTONIC);
  page->now = page->anchor = now;
  page->wall = soldout_real_clock(CLOCK_REALTIME) - now;
  page->boot = soldout_real_clock(CLOCK_BOOTTIME) - now;
  page->raw = soldout_real_clock(CLOCK_MONOTONIC_RAW) - now;
  page->tai = soldout_real_clock(CLOCK_TAI) - now;
  soldout_store(&page->magic, SOLDOUT_TIME_MAGIC);
}

/// Sets mode and clock. Waits are not told: they have to be kicked.
static inline void soldout_time_set(
  struct soldout_time_page *page, int is_virtual, int64_t now) {
  __atomic_add_fetch(&page->sequence, 1, __ATOMIC_SEQ_CST);
  soldout_store(&page->is_virtual, (uint32_t)is_virtual);
  soldout_store(&page->now, now);
  soldout_store(&page->anchor, soldout_real_clock(CLOCK_MONOTONIC));
  soldout_store(&page->until, now);
  __atomic_add_fetch(&page->sequence, 1, __ATOMIC_SEQ_CST);
}

/// Lets the virtual clock reach a moment. Waits are not told: they have to be kicked.
static inline void soldout_time_advance(struct soldout_time_page *page, int64_t moment) {
  int64_t now = soldout_load(&page->now);
  while (now < moment
    && !__atomic_compare_exchange_n(
      &page->now, &now, moment, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
  }
  if (soldout_load(&page->until) < moment) soldout_store(&page->until, moment);
}

static inline struct soldout_sleeper *soldout_sleeper_at(
  struct soldout_time_page *page, int number) {
  return &page->sleepers[number];
}

/// Whether a slot holds a wait; copies it if so. False too where it changed meanwhile.
static inline int soldout_sleeper_read(
  struct soldout_sleeper *slot, struct soldout_sleeper *copy) {
  if (soldout_load(&slot->state) != SOLDOUT_WAITING) return 0;
  copy->serial = soldout_load(&slot->serial);
  copy->process = soldout_load(&slot->process);
  copy->thread = soldout_load(&slot->thread);
  copy->end = soldout_load(&slot->end);
  copy->length = soldout_load(&slot->length);
  copy->deliveries = soldout_load(&slot->deliveries);
  copy->member = soldout_load(&slot->member);
  copy->kicks = soldout_load(&slot->kicks);
  copy->looked = soldout_load(&slot->looked);
  return soldout_load(&slot->state) == SOLDOUT_WAITING
    && soldout_load(&slot->serial) == copy->serial;
}

/// Tells a wait to look again; its thread still has to be interrupted.
static inline uint32_t soldout_sleeper_kick(struct soldout_sleeper *slot) {
  return __atomic_add_fetch(&slot->kicks, 1, __ATOMIC_SEQ_CST);
}

/// Gives a wait another end.
static inline void soldout_sleeper_move(struct soldout_sleeper *slot, int64_t end) {
  soldout_store(&slot->end, end);
}

/// Frees the slot of a thread that is no more.
static inline void soldout_sleeper_free(struct soldout_sleeper *slot, uint32_t serial) {
  uint32_t state = SOLDOUT_WAITING;
  if (soldout_load(&slot->serial) != serial) return;
  __atomic_compare_exchange_n(
    &slot->state, &state, SOLDOUT_FREE, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/// Interrupts a thread in its wait.
static inline void soldout_interrupt(int32_t process, int32_t thread) {
  syscall(SYS_tgkill, process, thread, SOLDOUT_TIME_SIGNAL);
}

static inline uint64_t soldout_deliveries(struct soldout_time_page *page, uint32_t member) {
  return soldout_load(&page->deliveries[member % SOLDOUT_MEMBERS]);
}

static inline void soldout_note_delivery(struct soldout_time_page *page, uint32_t member) {
  __atomic_add_fetch(&page->deliveries[member % SOLDOUT_MEMBERS], 1, __ATOMIC_SEQ_CST);
}

static inline uint32_t soldout_overflows(struct soldout_time_page *page) {
  return soldout_load(&page->overflows);
}
#endif
#endif

// A wait with an end: registered in the page, endless in the kernel while time stands still, and
// interrupted by a signal when soldout wants it to look again. Any number of processes and threads.
#ifdef __linux__
#define _GNU_SOURCE
#include "time_shim.h"

#include <errno.h>
#include <pthread.h>

// In the thread's own block from its start, so that a signal's handler may touch it.
static __thread volatile sig_atomic_t interrupted
  __attribute__((tls_model("initial-exec")));

bool soldout_was_interrupted(void) {
  bool was = interrupted;
  interrupted = 0;
  return was;
}

void soldout_mark_interrupted(void) { interrupted = 1; }

void soldout_let_interrupt(bool is_let) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SOLDOUT_TIME_SIGNAL);
  pthread_sigmask(is_let ? SIG_UNBLOCK : SIG_BLOCK, &set, NULL);
}

static struct soldout_sleeper *claim(void) {
  int32_t process = getpid(), thread = (int32_t)syscall(SYS_gettid);
  for (uint32_t turn = 0; turn < SOLDOUT_SLEEPERS; turn++) {
    struct soldout_sleeper *slot =
      &soldout_page->sleepers[((uint32_t)thread + turn) % SOLDOUT_SLEEPERS];
    uint32_t state = SOLDOUT_FREE;
    if (!__atomic_compare_exchange_n(
          &slot->state, &state, SOLDOUT_CLAIMED, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
      continue;
    }
    soldout_store(&slot->process, process);
    soldout_store(&slot->thread, thread);
    __atomic_add_fetch(&slot->serial, 1, __ATOMIC_SEQ_CST);
    return slot;
  }
  if (__atomic_fetch_add(&soldout_page->overflows, 1, __ATOMIC_SEQ_CST) == 0) {
    static const char line[] = "soldout: too many waits at once; some take real time\n";
    if (write(2, line, sizeof line - 1) < 0) return NULL;
  }
  return NULL;
}

void soldout_wait_begin(struct soldout_wait *wait, int64_t end, int64_t length, bool looks) {
  int error = errno;
  *wait = (struct soldout_wait){.slot = claim(), .end = end, .looks_at_descriptors = looks};
  if (wait->slot) {
    soldout_store(&wait->slot->end, end);
    soldout_store(&wait->slot->length, length);
    soldout_store(&wait->slot->member, soldout_member);
    soldout_store(&wait->slot->deliveries, SOLDOUT_NO_DESCRIPTORS);
    soldout_store(&wait->slot->looked, soldout_load(&wait->slot->kicks));
    interrupted = 0;
  }
  errno = error;
}

void soldout_wait_look(struct soldout_wait *wait) {
  struct soldout_sleeper *slot = wait->slot;
  uint32_t kicks = slot ? soldout_load(&slot->kicks) : 0;
  if (slot && wait->looks_at_descriptors) {
    soldout_store(&slot->deliveries, soldout_deliveries(soldout_page, slot->member));
  }
  // Another state is waiting from here on, so that whoever sets time afterwards finds it.
  if (slot) soldout_store(&slot->state, SOLDOUT_WAITING);
  bool is_virtual = soldout_load(&soldout_page->is_virtual);
  int64_t end = slot ? soldout_load(&slot->end) : wait->end;
  int64_t left = end - soldout_time_now(soldout_page, 0);
  wait->is_due = is_virtual && slot ? end <= soldout_load(&soldout_page->until) : left <= 0;
  wait->left = soldout_timespec(left);
  wait->timeout = is_virtual && slot ? NULL : &wait->left;
  if (slot) soldout_store(&slot->looked, kicks);
}

void soldout_wait_end(void *argument) {
  struct soldout_wait *wait = argument;
  int error = errno;
  if (wait->slot) soldout_store(&wait->slot->state, SOLDOUT_FREE);
  errno = error;
}

int soldout_wait_for(
  soldout_question *question, void *what, int64_t end, int64_t length, bool looks,
  const sigset_t *mask
) {
  static const struct timespec none = {0, 0};
  sigset_t during, after;
  if (mask) during = *mask;
  else pthread_sigmask(SIG_BLOCK, NULL, &during);
  after = during;
  sigdelset(&during, SOLDOUT_TIME_SIGNAL);
  sigaddset(&after, SOLDOUT_TIME_SIGNAL);
  struct soldout_wait wait;
  int result;
  soldout_wait_begin(&wait, end, length, looks);
  pthread_cleanup_push(soldout_wait_end, &wait);
  do {
    soldout_wait_look(&wait);
    result = wait.is_due ? question(what, &none, &after) : question(what, wait.timeout, &during);
  } while (result < 0 && errno == EINTR && soldout_was_interrupted());
  pthread_cleanup_pop(true);
  return result;
}
#endif

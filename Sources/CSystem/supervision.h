// How one process answers the system calls of others: seccomp's user notification (seccomp_unotify(2)). Its ioctls
// take variadic arguments, which Swift doesn't import.
#ifndef SOLDOUT_SUPERVISION_H
#define SOLDOUT_SUPERVISION_H
#ifdef __linux__
#include <linux/ioctl.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>

// <sys/ioctl.h> has more than this, and would make it this module's.
extern int ioctl(int descriptor, unsigned long request, ...);
// <sys/auxv.h>
extern unsigned long getauxval(unsigned long type);
/// Where the vDSO begins: AT_SYSINFO_EHDR.
static const unsigned long clock_page = 33;

/// The next call; false: its thread is gone.
static inline bool supervisor_receive(int listener, struct seccomp_notif *call) {
  *call = (struct seccomp_notif){0};
  return ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, call) == 0;
}

/// Lets a call be carried out as it is.
static inline bool supervisor_continue(int listener, uint64_t id) {
  struct seccomp_notif_resp answer = {.id = id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
  return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0;
}

/// Ends a call with a value, or with an error below 0.
static inline bool supervisor_answer(int listener, uint64_t id, int64_t value, int32_t error) {
  struct seccomp_notif_resp answer = {.id = id, .val = value, .error = error};
  return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0;
}

/// Whether a call still waits for its answer; a signal interrupts it, and it is asked about again.
static inline bool supervisor_is_asked(int listener, uint64_t id) {
  return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

#endif
#endif

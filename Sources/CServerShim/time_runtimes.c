// Which waits are a language runtime's own and stay real: its threads and its interpreter lock wait for
// the runtime, not for time to pass, and in virtual time they would hold up the program for ever.
#ifdef __linux__
#define _GNU_SOURCE
#include "time_shim.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/prctl.h>

bool soldout_is_interpreter_lock(int64_t length) {
  // sys.setswitchinterval is 5 ms (Python/ceval_gil.h); longer ones are a program's.
  return length <= 6000000 && dlsym(RTLD_DEFAULT, "PyEval_SaveThread");
}

static bool is_from_hotspot(const void *caller) {
  Dl_info info;
  if (!dladdr(caller, &info) || !info.dli_fname) return false;
  const char *name = strrchr(info.dli_fname, '/');
  return strcmp(name ? name + 1 : info.dli_fname, "libjvm.so") == 0;
}

/// HotSpot's threads that are not a program's, by the names it gives them (15 letters are kept).
static const char *const hotspot_threads[] = {
  "VM ", "GC Thread", "G1 ", "C1 ", "C2 ", "JVMCI", "Sweeper thread", "Service Thread",
  "Monitor Deflati", "Signal Dispatch", "Reference Handl", "Finalizer", "Common-Cleaner",
  "Notification Th", "Attach Listener", "Concurrent Mark", "ParGC", "StringDedup", "ZDriver",
  "ZDirector", "ZStat", "ZUncommitter", "ZUnmapper", "ZWorker", "XDriver", "XDirector",
  "Shenandoah", "JFR ",
};

bool soldout_is_housekeeping(const void *caller) {
  if (!is_from_hotspot(caller)) return false;
  char name[16] = "";
  prctl(PR_GET_NAME, name);
  for (size_t i = 0; i < sizeof hotspot_threads / sizeof *hotspot_threads; i++) {
    if (strncmp(name, hotspot_threads[i], strlen(hotspot_threads[i])) == 0) return true;
  }
  return false;
}

bool soldout_is_short_sleep_of_runtime(const void *caller, int64_t length) {
  // HotSpot's spin waits of 1 ms and less; Thread.sleep waits on a condition variable.
  return length <= 1000000 && is_from_hotspot(caller);
}
#endif

// Whether this system tells what a look at processes needs to know.

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Why rest can't be told.
enum RestRefusal {
  /// A sentence; nil: it can be told.
  static var sentence: String? {
    #if os(Linux)
      guard SystemCall.isKnown else {
        return "Whether a program rests can be told on x86_64 and arm64 processors alone."
      }
      guard let scheduling = smallFile("/proc/self/schedstat"),
        let count = Array(scheduling.utf8).withUnsafeBytes({ switchCount($0) }), count > 0
      else {
        return """
          Whether a program rests can't be told: this kernel counts no switches; one with CONFIG_SCHEDSTATS does, or \
          `sysctl kernel.task_delayacct=1`.
          """
      }
      let folder = "/proc/thread-self"
      guard smallFile("\(folder)/children") != nil else {
        return
          "Whether a program rests can't be told: this kernel lists no children (CONFIG_PROC_CHILDREN)."
      }
      guard smallFile("\(folder)/syscall") != nil else {
        return
          "Whether a program rests can't be told: this kernel tells no system calls, or we may not ask."
      }
      // Of their own processes everybody may ask always, of others only then (Documentation/…/Yama.rst).
      let scope = smallFile("/proc/sys/kernel/yama/ptrace_scope")?.first?.wholeNumberValue ?? 0
      guard scope < 2 || scope == 2 && geteuid() == 0 else {
        return """
          Whether a program rests can't be told: kernel.yama.ptrace_scope is \(scope), which forbids us to ask \
          what it waits for; `sysctl kernel.yama.ptrace_scope=1` allows it.
          """
      }
      return nil
    #else
      return "Whether a program rests can be told on Linux alone."
    #endif
  }
}

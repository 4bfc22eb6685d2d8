// How much processor time this process has used, for benches: other load on the machine hardly
// affects it.

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The processor time of the process, of all its threads, since it started.
public enum ProcessorTime {
  /// Seconds, in the program and in the system for it (getrusage(2)); 0 where the system doesn't say.
  public static var seconds: Double {
    var usage = rusage()
    #if canImport(Darwin)
      guard getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
    #else
      // The two declarations of glibc's header disagree on the type.
      guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
    #endif
    return [usage.ru_utime, usage.ru_stime].reduce(0) {
      $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
    }
  }
}

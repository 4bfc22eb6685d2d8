// How much memory this process has used, for benches.

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The most memory the process had resident at once, since it started.
public enum PeakMemory {
  /// Bytes (getrusage(2), `ru_maxrss`); 0 where the system doesn't say.
  public static var bytes: Int {
    var usage = rusage()
    #if canImport(Darwin)
      return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0
    #else
      // The two declarations of glibc's header disagree on the type.
      return getrusage(RUSAGE_SELF.rawValue, &usage) == 0 ? usage.ru_maxrss * 1024 : 0
    #endif
  }
}

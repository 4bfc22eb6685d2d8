// How many descriptors we may have open: every client is one.

internal import Glibc

/// The process's limit of open descriptors (RLIMIT_NOFILE). Servers we start inherit it.
public enum OpenFileLimit {
  /// Raises the limit as far as the hard limit allows, at most to `wanted`, never lowers it, and
  /// returns the new limit.
  public static func raise(to wanted: Int) -> Int {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return 0 }
    let target = min(rlim_t(clamping: wanted), limit.rlim_max)
    if target > limit.rlim_cur {
      let before = limit.rlim_cur
      limit.rlim_cur = target
      if setrlimit(resource, &limit) != 0 { limit.rlim_cur = before }
    }
    return Int(clamping: limit.rlim_cur)
  }
}

// How much is read as a whole: foreign input may be larger than memory, or endless, and a
// few kilobytes of gzip data can hold gigabytes.

internal import Glibc

/// Bounds for a file that is read as a whole.
public struct ReadLimit: Sendable {
  /// Bytes of the file, and of what it is unzipped to.
  public var bytes: Int
  /// Bytes that any gzip data may be unzipped to.
  var unzippedAtLeast: Int
  /// How many times as large as itself gzip data may be.
  var ratio: Int
  /// How long a pipe by name is waited for, in ms.
  var timeout: Int32

  /// 8 GiB, or half of the memory there is; of gzip data 1 GiB, or 200 times its size.
  public static let standard: ReadLimit = {
    let memory = max(1 << 30, sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)))
    return ReadLimit(
      bytes: min(8 << 30, memory / 2), unzippedAtLeast: 1 << 30, ratio: 200, timeout: 10_000)
  }()

  /// How large this many bytes of gzip data may unzip.
  func unzipped(from size: Int) -> Int {
    let (scaled, overflow) = size.multipliedReportingOverflow(by: ratio)
    return min(bytes, max(unzippedAtLeast, overflow ? .max : scaled))
  }
}

// What a descriptor of another process leads to, as the links in /proc/PID/fd say.

#if os(Linux)
  internal import CSystem
#endif
#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A descriptor of a process.
struct OpenDescriptor {
  let process: Int32
  let number: Int32

  private var path: String { "/proc/\(process)/fd/\(number)" }

  /// Such as `socket:[4711]`, `pipe:[4712]`, `anon_inode:[timerfd]` or a path; nil: it isn't open.
  var target: String? { ProcLink(path).target }

  /// All that a process has open.
  static func all(of process: Int32) -> [OpenDescriptor] {
    guard let folder = try? ProcFolder("/proc/\(process)/fd") else { return [] }
    return folder.numbers.map { OpenDescriptor(process: process, number: $0) }
  }

  /// The number in `socket:[4711]`, where the target begins so.
  static func inode(in target: String, of kind: String) -> UInt64? {
    guard target.hasPrefix("\(kind):["), target.hasSuffix("]") else { return nil }
    return UInt64(target.dropFirst(kind.utf8.count + 2).dropLast())
  }

  /// Whether what is read or written there comes from a disk or, where a file system is a network's, from
  /// a server that isn't looked at.
  func isStored(_ target: String) -> Bool {
    guard target.hasPrefix("/"), !target.hasPrefix("/dev/") else { return false }
    #if os(Linux)
      var status = statx()
      // What is known of the file is enough: its server isn't asked.
      let error = statx(AT_FDCWD, path, statx_without_sync, UInt32(STATX_TYPE), &status)
      guard error == 0 else { return true }
      return [S_IFREG, S_IFDIR, S_IFBLK].contains(mode_t(status.stx_mode) & S_IFMT)
    #else
      return true
    #endif
  }

  /// When a timer of timerfd_create(2) runs out that it is, or that epoll waits for there, the first of
  /// several; in ns on CLOCK_MONOTONIC. nil: none runs.
  func timer(_ target: String) -> Int64? {
    switch target {
    case "anon_inode:[timerfd]": expiry
    case "anon_inode:[eventpoll]": polled.compactMap(\.expiry).min()
    default: nil
    }
  }

  /// How long a socket lets a call wait that receives or sends (socket(7), SO_RCVTIMEO and SO_SNDTIMEO), in ns; nil:
  /// as long as it takes, or it can't be asked. It is asked through a copy of the descriptor that lasts for the
  /// question (pidfd_getfd(2), Linux 5.6).
  func timeout(receiving: Bool) -> Int64? {
    #if os(Linux)
      let process = open_process(process)
      guard process >= 0 else { return nil }
      defer { System.close(process) }
      let socket = copy_descriptor(process, number)
      guard socket >= 0 else { return nil }
      defer { System.close(socket) }
      var time = timeval()
      var size = socklen_t(MemoryLayout<timeval>.size)
      let option = receiving ? SO_RCVTIMEO : SO_SNDTIMEO
      guard getsockopt(socket, SOL_SOCKET, option, &time, &size) == 0 else { return nil }
      let length = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_usec) * 1000
      return length > 0 ? length : nil
    #else
      return nil
    #endif
  }

  private var information: [Substring] {
    (smallFile("/proc/\(process)/fdinfo/\(number)") ?? "").split(separator: "\n")
  }

  /// `it_value: (0, 49406829)`: seconds and ns that are left (proc(5)).
  private var expiry: Int64? {
    for line in information where line.hasPrefix("it_value:") {
      let numbers = line.split { !("0"..."9" ~= $0) }.compactMap { Int64($0) }
      guard numbers.count == 2, numbers != [0, 0] else { return nil }
      return EventLoop.now() + numbers[0] * 1_000_000_000 + numbers[1]
    }
    return nil
  }

  /// The timers among the descriptors that epoll was given: `tfd:        5 events: …`.
  private var polled: [OpenDescriptor] {
    information.compactMap { line in
      let words = line.split(separator: " ")
      guard words.first == "tfd:", words.count > 1, let number = Int32(words[1]) else { return nil }
      let descriptor = OpenDescriptor(process: process, number: number)
      return descriptor.target == "anon_inode:[timerfd]" ? descriptor : nil
    }
  }
}

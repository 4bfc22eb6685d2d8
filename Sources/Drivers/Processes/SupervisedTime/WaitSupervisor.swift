// Whoever answers the calls of supervised programs, on a thread of its own: they stand still until it does, also
// while everybody else here waits for them.

internal import CSystem
internal import Glibc
internal import Synchronization

/// The thread that supervises the programs which report at a socket.
final class WaitSupervisor: Sendable {
  let time = Mutex(SupervisedTime())
  private let server: Int32
  /// Readable when something has changed.
  private let change: Int32
  private let isEnding = Atomic(false)

  /// Listens at a path, where programs hand over the listeners by which their calls are answered.
  init(at path: String) throws(ServerFailure) {
    server = try Self.listen(at: path)
    change = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
  }

  private static func listen(at path: String) throws(ServerFailure) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let isShort = withUnsafeMutableBytes(of: &address.sun_path) { target in
      guard path.utf8.count < target.count else { return false }
      target.copyBytes(from: path.utf8)
      return true
    }
    guard isShort else { throw .directory(path: path, reason: message(ENAMETOOLONG)) }
    let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(server, $0, size) == 0 }
    }
    guard isBound, Glibc.listen(server, 16) == 0 else {
      let reason = message(errno)
      if server >= 0 { close(server) }
      throw .directory(path: path, reason: reason)
    }
    return server
  }

  /// Serves until it is told to end.
  func serve() {
    var listeners: [SupervisedTime.Listener] = []
    while !isEnding.load(ordering: .acquiring) {
      let (watched, patience) = time.withLock { time in
        (time.waits.flatMap(\.descriptors), time.patience)
      }
      var entries = ([change, server] + listeners.map(\.descriptor)).map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      entries += watched
      _ = poll(&entries, nfds_t(entries.count), patience)
      if entries[0].revents != 0 {
        var count: UInt64 = 0
        _ = read(change, &count, 8)
      }
      let events = zip(listeners, entries.dropFirst(2)).map { ($0, Int32($1.revents)) }
      time.withLock { time in
        for (listener, events) in events where events & POLLIN != 0 { time.take(from: listener) }
        time.proceedReady()
        time.passByItself()
      }
      for (listener, events) in events where events & (POLLIN | POLLHUP) == POLLHUP {
        close(listener.descriptor)
        listeners.removeAll { $0.descriptor == listener.descriptor }
        time.withLock { $0.forgetThreads() }
      }
      if entries[1].revents != 0, let newcomer = admit() { listeners.append(newcomer) }
    }
    for listener in listeners { close(listener.descriptor) }
  }

  /// A program reports, and stands still until it is answered.
  private func admit() -> SupervisedTime.Listener? {
    let connection = accept(server, nil, nil)
    guard connection >= 0 else { return nil }
    defer { close(connection) }
    // Its process, its descriptor of the listener, its member.
    var report: [Int32] = [0, 0, 0]
    guard read(connection, &report, 12) == 12, case let process = open_process(report[0]),
      process >= 0
    else { return nil }
    defer { close(process) }
    let listener = copy_descriptor(process, report[1])
    guard listener >= 0, write(connection, &report, 1) == 1 else { return nil }
    return SupervisedTime.Listener(descriptor: listener, member: Int(report[2]))
  }

  /// Lets it see that waits may end now.
  func wake() {
    var one: UInt64 = 1
    _ = write(change, &one, 8)
  }

  /// Lets `serve` return.
  func end() {
    isEnding.store(true, ordering: .releasing)
    wake()
  }

  deinit {
    time.withLock { for wait in $0.waits { wait.forget() } }
    close(server)
    close(change)
  }
}

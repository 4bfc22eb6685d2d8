// A wait that doesn't begin before its time is over or what it waits for is there. Its thread stands at the entry
// of its call as if it had been slow to get there, which any correct program must bear.

internal import CSystem
internal import Glibc

/// A wait with an end whose call is not answered yet.
struct SupervisedWait {
  private(set) var call: SupervisedCall
  let process: Int32
  let member: Int
  /// On the program's clock, in ns.
  var end: Int64
  private let awaited: Awaited

  /// What ends it before its time.
  private enum Awaited {
    case nothing
    /// That a word of memory has another value (futex(2)): whoever wakes by it changes it first, or else would
    /// miss those who are about to wait.
    case word(address: UInt64, value: UInt32)
    /// That something is to be had from one of these, copies of the program's.
    case descriptors([pollfd])
  }

  /// nil: what it waits for can't be watched from here. Among that are signals which the call would let in.
  init?(_ call: SupervisedCall, of process: Int32, member: Int, until end: Int64) {
    (self.call, self.process, self.member, self.end) = (call, process, member, end)
    if let place = Self.masks[call.name], call.registers.argument(place) != 0 { return nil }
    switch call.name {
    case "nanosleep", "clock_nanosleep": awaited = .nothing
    case "select", "pselect6":
      guard call.registers.argument(0) == 0 else { return nil }
      awaited = .nothing
    case "futex":
      let value = UInt32(truncatingIfNeeded: call.registers.argument(2))
      awaited = .word(address: call.registers.argument(0), value: value)
    case "epoll_wait", "epoll_pwait", "epoll_pwait2":
      let number = Int32(truncatingIfNeeded: call.registers.argument(0))
      let entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
      guard let copies = Self.copies([entry], of: process) else { return nil }
      awaited = .descriptors(copies)
    case "poll", "ppoll":
      guard let entries = Self.entries(call, of: process),
        let copies = Self.copies(entries, of: process)
      else { return nil }
      awaited = .descriptors(copies)
    default: return nil
    }
  }

  /// The same wait, whose thread asks once more.
  init(_ wait: SupervisedWait, asking call: SupervisedCall) {
    self = wait
    self.call = call
  }

  /// Where calls have the signals that are blocked meanwhile.
  private static let masks = ["ppoll": 3, "pselect6": 5, "epoll_pwait": 4, "epoll_pwait2": 4]

  private static func entries(_ call: SupervisedCall, of process: Int32) -> [pollfd]? {
    // As many as a process has descriptors at most, mostly.
    let count = call.registers.argument(1)
    guard count <= 1024 else { return nil }
    var entries = [pollfd](repeating: pollfd(), count: Int(count))
    let isRead = entries.withUnsafeMutableBytes {
      ForeignMemory(process: process).read(call.registers.argument(0), $0)
    }
    return isRead ? entries.filter { $0.fd >= 0 } : nil
  }

  /// Copies of a process's descriptors (pidfd_getfd(2)); to be closed.
  private static func copies(_ entries: [pollfd], of process: Int32) -> [pollfd]? {
    let handle = open_process(process)
    guard handle >= 0 else { return nil }
    defer { System.close(handle) }
    var copies: [pollfd] = []
    for entry in entries {
      let copy = copy_descriptor(handle, entry.fd)
      guard copy >= 0 else {
        for copy in copies { System.close(copy.fd) }
        return nil
      }
      copies.append(pollfd(fd: copy, events: entry.events, revents: 0))
    }
    return copies
  }

  /// Why descriptors of a process can't be copied: a clause; nil: they can.
  static func refusal(of process: Int32) -> String? {
    let handle = open_process(process)
    guard handle >= 0 else { return "it can't be reached: \(message(errno))" }
    defer { System.close(handle) }
    let copy = copy_descriptor(handle, 2)
    if copy >= 0 { System.close(copy) }
    return copy >= 0 || errno == EBADF ? nil : "its descriptors can't be copied: \(message(errno))"
  }

  var awaitsBytes: Bool { if case .descriptors = awaited { true } else { false } }

  /// What to wait for with poll(2).
  var descriptors: [pollfd] { if case .descriptors(let copies) = awaited { copies } else { [] } }

  /// Whether only a look can tell that it is ready.
  var awaitsWord: Bool { if case .word = awaited { true } else { false } }

  /// Whether what it waits for is there.
  var isReady: Bool {
    switch awaited {
    case .nothing: return false
    case .word(let address, let value):
      let present = ForeignMemory(process: process).int32(at: address)
      return present.map { UInt32(bitPattern: $0) } != value
    case .descriptors(var copies):
      return poll(&copies, nfds_t(copies.count), 0) > 0
    }
  }

  /// Lets it find what is there.
  func proceed() {
    call.proceed()
    forget()
  }

  /// Ends it as its time's end does.
  func timeOut() {
    switch call.name {
    case "futex": call.fail(ETIMEDOUT)
    case "poll", "ppoll":
      clearEvents()
      call.answer(0)
    case "select", "pselect6":
      leave(0, at: call.registers.argument(4))
      call.answer(0)
    default: call.answer(0)
    }
    forget()
  }

  /// Ends it as a signal does whose handler has run: none of these calls is begun again then (signal(7)), but for
  /// futex, which would be if the handler lets it.
  func interrupt(at now: Int64) {
    let isNap = call.name == "nanosleep" || call.name == "clock_nanosleep"
    let isMoment = call.name == "clock_nanosleep" && call.registers.argument(1) & 1 != 0
    let place = call.registers.argument(call.name == "nanosleep" ? 1 : 3)
    if isNap, !isMoment, place != 0 { leave(max(0, end - now), at: place) }
    call.fail(EINTR)
    forget()
  }

  /// Says how much time is left, in ns; of none, a timeval says the same as a timespec.
  private func leave(_ rest: Int64, at address: UInt64) {
    let (seconds, nanoseconds) = rest.quotientAndRemainder(dividingBy: 1_000_000_000)
    withUnsafeBytes(of: (seconds, nanoseconds)) {
      _ = ForeignMemory(process: process).write($0, at: address)
    }
  }

  /// Its thread is gone, or asks again.
  func forget() {
    for copy in descriptors { System.close(copy.fd) }
  }

  /// Nothing has happened to any of those asked about (poll(2), revents).
  private func clearEvents() {
    let size = UInt64(MemoryLayout<pollfd>.size)
    for index in 0..<call.registers.argument(1) {
      let place = call.registers.argument(0) + index * size + size - 2
      withUnsafeBytes(of: UInt16(0)) { _ = ForeignMemory(process: process).write($0, at: place) }
    }
  }
}

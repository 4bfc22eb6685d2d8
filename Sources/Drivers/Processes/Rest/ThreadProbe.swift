// One thread as /proc shows it, through files that stay open, and what is known of its present sleep.

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A thread that is looked at.
///
/// Its sleep is proved by two readings. The first reads its count of switches, c, and after it its system call,
/// which says that it has left the processor. The second reads its state, S, and after it the count. If that
/// is still c, it has not come onto a processor since the first reading of the count: so it was off the processor
/// from the first reading of the call to the second of the state, and slept, since it can't fall asleep
/// without running. The first reading holds for as long as the thread sleeps on, so one that has not moved
/// since an earlier look is read once.
///
/// The call alone doesn't tell that nobody has woken it: of a thread that is being woken from another processor
/// (TASK_WAKING) Linux tells the call that it slept in, as if it did, while its state is R.
final class ThreadProbe {
  /// What one reading finds.
  enum Reading: Equatable {
    case asleep
    case ended
    case busy(BusyThread.Reason)
    /// It is no more.
    case gone
  }

  let process: Int32
  let thread: Int32
  private let scheduling: ProcFile
  private let call: ProcFile
  private let status: ProcFile
  private let descent: ProcFile

  /// How often it had come onto a processor when it was first seen in its present sleep; nil: it isn't known
  /// to sleep.
  private(set) var switches: UInt64?
  /// The call that it sleeps in.
  private(set) var registers = SystemCallText.Registers.none
  /// Its state in this sleep; nil: not read yet.
  private(set) var state: ThreadState?
  /// The count of switches at which its children were read last: a thread that hasn't run has no new ones.
  private var childrenRead: UInt64?
  /// What it waits for in this sleep; nil: not found out yet.
  var wait: ThreadWait?
  /// What it waited for before, with the call: a nap that SIGSTOP interrupted goes on as `restart_syscall`.
  private(set) var former: (registers: SystemCallText.Registers, wait: ThreadWait)?

  init(process: Int32, thread: Int32) throws(ProcFailure) {
    let folder = "/proc/\(process)/task/\(thread)"
    scheduling = try ProcFile("\(folder)/schedstat")
    call = try ProcFile("\(folder)/syscall")
    status = try ProcFile("\(folder)/stat")
    descent = try ProcFile("\(folder)/children")
    self.process = process
    self.thread = thread
  }

  /// The first reading, unless that of an earlier look may still hold.
  func readFirst(_ buffer: UnsafeMutableRawBufferPointer) -> Reading {
    if state == .ended { return .ended }
    if switches != nil { return .asleep }
    return reading { () throws(ProcFailure) in
      let count = try readSwitches(buffer)
      guard case .asleep(let registers) = try readCall(buffer) else { return .busy(.runs) }
      if registers.number < 0, try readState(buffer) == .ended {
        // Its parent is told under a lock that reading children takes too: from here on it has been.
        _ = try descent.read(buffer)
        state = .ended
        return .ended
      }
      self.switches = count
      self.registers = registers
      return .asleep
    }
  }

  /// The second reading. `asleep` is proved from the first reading on.
  func readSecond(_ buffer: UnsafeMutableRawBufferPointer) -> Reading {
    if state == .ended { return .ended }
    return reading { () throws(ProcFailure) in
      let state = try readState(buffer)
      guard try readSwitches(buffer) == switches, state != .running else {
        let isRunning = state == .running
        forget()
        return .busy(isRunning ? .runs : .changed)
      }
      self.state = state
      wait?.isStopped = state == .stopped
      return switch state {
      case .sleeping, .stopped: .asleep
      case .disk: .busy(.disk)
      case .running, .ended: .busy(.changed)
      }
    }
  }

  /// The one reading of a look that takes no second: to show that this is not enough.
  func readOnly(_ buffer: UnsafeMutableRawBufferPointer) -> Reading {
    forget()
    let first = readFirst(buffer)
    guard first == .asleep else { return first }
    return reading { () throws(ProcFailure) in
      state = try readState(buffer)
      return state == .sleeping || state == .stopped ? .asleep : .busy(.disk)
    }
  }

  /// The children that it has now, if it may have others than when they were read last.
  func readChildren(
    _ buffer: UnsafeMutableRawBufferPointer, _ body: (Int32) -> Void
  ) throws(ProcFailure) {
    guard mayHaveNewChildren else { return }
    let bytes = try descent.read(buffer)
    // A list that fills the buffer may be cut: it is read anew each time.
    childrenRead = bytes.count < buffer.count ? switches ?? 0 : nil
    forEachNumber(bytes, body)
  }

  /// Whether it has run since its children were read.
  var mayHaveNewChildren: Bool {
    state != .ended && (childrenRead == nil || childrenRead != switches)
  }

  /// Somebody has ended, who may have left it a child.
  func rereadChildren() { childrenRead = nil }

  /// Another thread has come or gone: it may have left this one a child, or its number.
  func startOver() {
    forget()
    rereadChildren()
  }

  /// It may have moved.
  private func forget() {
    if let wait { former = (registers, wait) }
    (switches, state, wait) = (nil, nil, nil)
  }

  private func reading(_ body: () throws(ProcFailure) -> Reading) -> Reading {
    do throws(ProcFailure) {
      return try body()
    } catch {
      return error.isGone ? .gone : .busy(.unreadable(error.error))
    }
  }

  private func readSwitches(
    _ buffer: UnsafeMutableRawBufferPointer
  ) throws(ProcFailure) -> UInt64 {
    guard let count = switchCount(try scheduling.read(buffer)) else { throw ProcFailure(EBADMSG) }
    return count
  }

  private func readCall(
    _ buffer: UnsafeMutableRawBufferPointer
  ) throws(ProcFailure) -> SystemCallText {
    guard let text = SystemCallText(try call.read(buffer)) else { throw ProcFailure(EBADMSG) }
    return text
  }

  private func readState(
    _ buffer: UnsafeMutableRawBufferPointer
  ) throws(ProcFailure) -> ThreadState {
    guard let state = ThreadState(try status.read(buffer)) else { throw ProcFailure(EBADMSG) }
    return state
  }
}

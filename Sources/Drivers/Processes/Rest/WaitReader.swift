// What a sleeping thread waits for and until when, from its system call's arguments. Read while it sleeps;
// whoever looks makes sure afterwards that it slept on meanwhile.

/// Reads one thread's wait.
struct WaitReader {
  private let thread: ThreadProbe
  private let root: Int32
  private let call: SystemCall
  private let memory: ForeignMemory

  private var registers: SystemCallText.Registers { thread.registers }

  init(_ thread: ThreadProbe, root: Int32) {
    self.thread = thread
    self.root = root
    call = SystemCall(number: thread.registers.number)
    memory = ForeignMemory(process: thread.process)
  }

  /// nil: the call or its arguments don't tell.
  var wait: ThreadWait? {
    guard let rule = WaitRule.of(call) else { return nil }
    if case .restarted = rule { return restarted }
    let reader = WaitEnd(
      registers: registers, memory: memory.pair(at:), clock: WaitEnd.machineClock)
    guard let end = reader.end(rule) else { return nil }
    switch rule {
    case .descriptor: return descriptorWait(until: end)
    case .polled: return found(end, descriptor: onlyPolled)
    default: return found(end)
    }
  }

  /// Waits for somebody to let it go on; what it was stopped in doesn't tell when it ends.
  var stopped: ThreadWait { found(.forever) }

  private func found(_ end: ThreadWait.End, descriptor: Int32? = nil) -> ThreadWait {
    ThreadWait(
      process: thread.process, thread: thread.thread, root: root, call: call,
      descriptor: descriptor, end: end, switches: thread.switches ?? 0)
  }

  private func descriptorWait(until end: ThreadWait.End) -> ThreadWait? {
    let number = Int32(truncatingIfNeeded: registers.argument(0))
    let descriptor = OpenDescriptor(process: thread.process, number: number)
    // Locks of files are waited for like any message; files themselves come from a disk or a network.
    let isLock = call.name == "flock" || call.name == "fcntl"
    let target = descriptor.target ?? ""
    guard isLock || !descriptor.isStored(target) else { return nil }
    if end == .forever, target.hasPrefix("socket:"),
      let length = descriptor.timeout(receiving: !sends)
    {
      let due = EventLoop.now() + length
      return found(.until(due, given: .nanoseconds(length)), descriptor: number)
    }
    return found(earlier(end, descriptor.timer(target)), descriptor: number)
  }

  private var sends: Bool {
    ["write", "writev", "sendto", "sendmsg", "sendmmsg", "connect"].contains(call.name)
  }

  private func earlier(_ end: ThreadWait.End, _ timer: Int64?) -> ThreadWait.End {
    guard let timer else { return end }
    if case .until(let moment, _) = end, moment <= timer { return end }
    return .until(timer, given: nil)
  }

  private var onlyPolled: Int32? {
    registers.argument(1) == 1 ? memory.int32(at: registers.argument(0)) : nil
  }

  /// A nap goes on as it was: what was known of its end holds.
  private var restarted: ThreadWait? {
    guard let former = thread.former, former.registers.words == registers.words else { return nil }
    var wait = former.wait
    (wait.isStopped, wait.switches) = (false, thread.switches ?? 0)
    return wait
  }
}

// What the time of supervised programs is, and what each of their calls is answered: looks at the clocks with its
// reading, waits with an end when they are over.

internal import CSystem
internal import Glibc

/// The clock of supervised programs, and the waits that don't go on until it says so.
struct SupervisedTime {
  /// A way to answer the calls of a process and its children.
  struct Listener {
    var descriptor: Int32
    var member: Int
  }

  /// The monotonic clock, in ns; nil: all clocks are the real ones, and waits end by themselves.
  private(set) var now: Int64?
  /// What other clocks are ahead of it, in ns.
  private var ahead: [clockid_t: Int64] = [:]
  private(set) var waits: [SupervisedWait] = []
  /// How often a wait was let go on.
  private(set) var wakings = 0
  /// When those ended that were under way when the schedule began.
  private var backgroundEnds: [Int64] = []
  /// By thread, how often in a row it has napped as Go's monitor does.
  private var monitorNaps: [Int32: Int] = [:]
  private(set) var failure: ClockFailure?
  /// How many programs have begun.
  private(set) var starts = 0
  /// By thread, its process.
  private var processes: [Int32: Int32] = [:]

  /// Ends so close, in ns, are those of one timer: what is left of it is waited for in whole milliseconds.
  private static let accuracy: Int64 = 2_000_000
  /// Waits that are shorter last as long as they do, in ns: spins of a runtime, which only wait for a processor.
  private static let shortest: Int64 = 1_000_000
  /// Go's monitor naps 20 µs fifty times, then ever longer up to 10 ms (runtime.sysmon); whoever has done so this often
  /// in a row is one. Its naps are real: it must run while others work, and its work is nobody's.
  private static let monitorNap = (length: Duration.microseconds(20), count: 8)
  /// A look at the clock moves it by so much, in ns: whoever waits for it to move goes on.
  private static let look: Int64 = 1000

  // MARK: Clocks

  /// From now on time passes when it is let. Waits under way, while nothing is asked, are background.
  mutating func hold() {
    backgroundEnds = waits.map(\.end)
    guard now == nil else { return }
    for clock in Self.clocks { ahead[clock] = Self.real(clock) - Self.real(CLOCK_MONOTONIC) }
    now = Self.real(CLOCK_MONOTONIC)
  }

  /// From now on all clocks are the real ones; waits last as long as was left of them.
  mutating func release() {
    guard let before = now else { return }
    now = nil
    for index in waits.indices { waits[index].end += reading - before }
  }

  /// What the monotonic clock reads.
  var reading: Int64 { now ?? Self.real(CLOCK_MONOTONIC) }

  private static let clocks = [
    CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME, CLOCK_TAI,
  ]

  private static func real(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// What a clock reads (clock_gettime(2)); nil: it isn't one of time.
  private func reading(of clock: clockid_t) -> Int64? {
    let kind: clockid_t
    switch clock {
    case CLOCK_REALTIME_COARSE, 8: kind = CLOCK_REALTIME  // CLOCK_REALTIME_ALARM
    case CLOCK_MONOTONIC_COARSE: kind = CLOCK_MONOTONIC
    case 9: kind = CLOCK_BOOTTIME  // CLOCK_BOOTTIME_ALARM
    default: kind = clock
    }
    guard Self.clocks.contains(kind) else { return nil }
    return now.map { $0 + (ahead[kind] ?? 0) } ?? Self.real(kind)
  }

  // MARK: Calls

  /// Answers a listener's next call, or keeps it.
  mutating func take(from listener: Listener) {
    guard let call = SupervisedCall(from: listener.descriptor) else { return }
    switch call.name {
    case "arch_prctl": begin(call)
    case "clock_gettime", "gettimeofday", "time": tell(call)
    default: keep(call, of: listener.member)
    }
  }

  /// A program begins: it called what all do, to have variables of each thread's own.
  private mutating func begin(_ call: SupervisedCall) {
    starts += 1
    let process = process(of: call.thread)
    let reason =
      ForeignClockPage(process: process).replace() ?? SupervisedWait.refusal(of: process)
    if let reason {
      failure = failure ?? .unsupervised(process: process, reason: reason)
    }
    call.proceed()
  }

  private mutating func tell(_ call: SupervisedCall) {
    if let present = now { now = present + Self.look }
    let isWall = call.name != "clock_gettime"
    let clock = isWall ? CLOCK_REALTIME : clockid_t(truncatingIfNeeded: call.registers.argument(0))
    let address = call.registers.argument(isWall ? 0 : 1)
    guard let reading = reading(of: clock) else { return call.proceed() }
    let (seconds, rest) = reading.quotientAndRemainder(dividingBy: 1_000_000_000)
    let isTime = call.name == "time"
    var words = [seconds]
    if !isTime { words.append(call.name == "gettimeofday" ? rest / 1000 : rest) }
    let isWritten = words.withUnsafeBytes {
      ForeignMemory(process: call.thread).write($0, at: address)
    }
    guard isWritten || isWall && address == 0 else { return call.fail(EFAULT) }
    call.answer(isTime ? seconds : 0)
  }

  /// Keeps a wait until its time is over, unless it ends by itself anyway.
  private mutating func keep(_ call: SupervisedCall, of member: Int) {
    if interrupts(call) { return }
    guard case .until(let moment, let length)? = end(of: call) else { return call.proceed() }
    let isNap = call.name.hasSuffix("nanosleep")
    if let length, length < .nanoseconds(Self.shortest) {
      note(nap: length, of: call.thread)
      return call.proceed()
    }
    if isNap, isOfMonitor(call.name, call.thread) { return call.proceed() }
    let process = process(of: call.thread)
    guard let wait = SupervisedWait(call, of: process, member: member, until: moment) else {
      return call.proceed()
    }
    if wait.isReady {
      wait.proceed()
    } else if moment <= reading {
      wait.timeOut()
    } else {
      waits.append(wait)
    }
  }

  /// Whether a thread asks again since a signal has interrupted its wait, which is over then.
  private mutating func interrupts(_ call: SupervisedCall) -> Bool {
    guard let index = waits.firstIndex(where: { $0.call.thread == call.thread }) else {
      return false
    }
    let wait = waits.remove(at: index)
    guard wait.call.registers == call.registers, call.name != "futex" else {
      wait.forget()
      return false
    }
    SupervisedWait(wait, asking: call).interrupt(at: reading)
    wakings += 1
    return true
  }

  private func end(of call: SupervisedCall) -> ThreadWait.End? {
    guard let rule = WaitRule.of(SystemCall(number: call.registers.number)) else { return nil }
    let reader = WaitEnd(
      registers: call.registers, memory: ForeignMemory(process: call.thread).pair(at:),
      clock: reading(of:))
    guard let end = reader.end(rule), case .until(let moment, let length) = end,
      rule.isInMilliseconds
    else { return reader.end(rule) }
    // What was cut off is waited for now too: Go asks epoll for 9 ms where 9.99 are left, and then for 1.
    return .until(moment + 1_000_000, given: length)
  }

  private mutating func process(of thread: Int32) -> Int32 {
    if let known = processes[thread] { return known }
    let line = smallFile("/proc/\(thread)/status")?.split(separator: "\n")
      .first { $0.hasPrefix("Tgid:") }
    let process = line.flatMap { $0.split(separator: "\t").last }.flatMap { Int32($0) } ?? thread
    processes[thread] = process
    return process
  }

  // MARK: Waits

  /// Forgets the waits that are asked about no more: of threads that died or were interrupted.
  mutating func forgetGone() {
    for wait in waits where !wait.call.isAsked { wait.forget() }
    waits.removeAll { !$0.call.isAsked }
  }

  /// Lets those go on that find what they wait for.
  mutating func proceedReady() {
    waits.removeAll { wait in
      guard wait.isReady else { return false }
      wait.proceed()
      wakings += 1
      return true
    }
  }

  /// Lets time pass until a moment. Returns the waits that are over.
  mutating func advance(to moment: Int64, holding members: Set<Int>) -> [Sleeper] {
    guard let before = now else { preconditionFailure("time passes by itself") }
    let passed = max(0, moment - before)
    for index in waits.indices
    where waits[index].awaitsBytes && members.contains(waits[index].member) {
      waits[index].end += passed
    }
    now = before + passed
    proceedReady()
    return endOver(by: moment)
  }

  /// Ends the waits that are over by themselves.
  mutating func passByItself() {
    if now == nil { endOver(by: reading) }
  }

  /// How long to wait for a call before the waits are looked at again, in ms; below 0: for ever.
  var patience: Int32 {
    // A word of memory can't be polled for.
    if waits.contains(where: \.awaitsWord) { return 1 }
    guard now == nil, let end = waits.map(\.end).min() else { return -1 }
    return Int32(clamping: max(0, end - reading) / 1_000_000 + 1)
  }

  @discardableResult
  private mutating func endOver(by moment: Int64) -> [Sleeper] {
    let over = waits.filter { $0.end <= moment }
    waits.removeAll { $0.end <= moment }
    let sleepers = over.map(sleeper)
    for wait in over { wait.timeOut() }
    wakings += over.count
    return sleepers
  }

  private mutating func note(nap length: Duration, of thread: Int32) {
    let naps = monitorNaps[thread, default: 0]
    guard naps < Self.monitorNap.count else { return }
    monitorNaps[thread] = length == Self.monitorNap.length ? naps + 1 : nil
  }

  /// Whether a wait is a monitor's own. Those for descriptors never are: any thread of Go's makes them.
  func isOfMonitor(_ call: String, _ thread: Int32) -> Bool {
    monitorNaps[thread, default: 0] >= Self.monitorNap.count
      && (call == "futex" || call.hasSuffix("nanosleep"))
  }

  func sleeper(_ wait: SupervisedWait) -> Sleeper {
    Sleeper(
      process: wait.process, thread: wait.call.thread, end: wait.end, member: wait.member,
      awaitsBytes: wait.awaitsBytes, isStale: wait.isReady,
      isBackground: isOfMonitor(wait.call.name, wait.call.thread)
        || backgroundEnds.contains { abs($0 - wait.end) <= Self.accuracy })
  }

  /// A listener's processes have all ended.
  mutating func forgetThreads() {
    processes = [:]
    monitorNaps = monitorNaps.filter { ProcessStatus(of: $0.key) != nil }
  }
}

extension WaitRule {
  /// Whether its length is given in whole milliseconds.
  fileprivate var isInMilliseconds: Bool {
    switch self {
    case .descriptor(.milliseconds), .polled(.milliseconds), .length(.milliseconds): true
    default: false
    }
  }
}

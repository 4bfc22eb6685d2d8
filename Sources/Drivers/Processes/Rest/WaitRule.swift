// Where a system call's arguments say what it waits for and until when (its manual page, section 2). A call
// that isn't here doesn't tell: a thread that sleeps in one is busy.

/// How a call's arguments are to be understood.
enum WaitRule {
  /// For what another thread or process does.
  case others
  /// For a descriptor in the first argument; `nil` of the length: no timeout.
  case descriptor(Length?)
  /// For those of an array of `pollfd` in the first argument.
  case polled(Length)
  /// For a length of time, or for others.
  case length(Length)
  /// Until a moment: its place, the clock's.
  case moment(timespec: Int, clock: Clock)
  /// clock_nanosleep(2): a length or a moment.
  case clockNap
  /// futex(2): by its operation.
  case futex
  /// restart_syscall(2): what was interrupted by a stop goes on, with the arguments that it had.
  case restarted

  enum Length {
    /// The argument itself, in ms; below 0: for ever.
    case milliseconds(Int)
    /// The address of a timespec; 0: for ever.
    case timespec(Int)
    /// The address of a timeval; 0: for ever.
    case timeval(Int)
  }

  enum Clock {
    case realTime
    /// An argument.
    case argument(Int)
  }

  static func of(_ call: SystemCall) -> WaitRule? {
    table.indices.contains(call.number) ? table[call.number] : nil
  }

  /// The names of all calls that are here.
  static var spokenOf: [String] { Array(rules.keys) }

  private static let table: [WaitRule?] = SystemCall.names.map { rules[$0] }

  private static let rules: [String: WaitRule] = {
    var rules: [String: WaitRule] = [
      "poll": .polled(.milliseconds(2)), "ppoll": .polled(.timespec(2)),
      "select": .length(.timeval(4)), "pselect6": .length(.timespec(4)),
      "epoll_wait": .descriptor(.milliseconds(3)), "epoll_pwait": .descriptor(.milliseconds(3)),
      "epoll_pwait2": .descriptor(.timespec(3)),
      "nanosleep": .length(.timespec(0)), "clock_nanosleep": .clockNap,
      "rt_sigtimedwait": .length(.timespec(2)), "semtimedop": .length(.timespec(3)),
      "mq_timedsend": .moment(timespec: 4, clock: .realTime),
      "mq_timedreceive": .moment(timespec: 4, clock: .realTime),
      "futex": .futex, "futex_wait": .moment(timespec: 4, clock: .argument(5)),
      "futex_waitv": .moment(timespec: 3, clock: .argument(4)), "restart_syscall": .restarted,
    ]
    for name in ["wait4", "waitid", "pause", "rt_sigsuspend", "semop", "msgsnd", "msgrcv"] {
      rules[name] = .others
    }
    // recvmmsg looks at its timeout only when something has come.
    for name in """
    read pread64 readv preadv preadv2 write pwrite64 writev pwritev pwritev2 recvfrom recvmsg
    recvmmsg sendto sendmsg sendmmsg accept accept4 connect sendfile splice tee vmsplice flock
    fcntl
    """.split(whereSeparator: \.isWhitespace) {
      rules[String(name)] = .descriptor(nil)
    }
    return rules
  }()

  /// The descriptor that a call is about, as far as its arguments tell.
  func descriptor(_ registers: SystemCallText.Registers) -> Int32? {
    guard case .descriptor = self else { return nil }
    return Int32(truncatingIfNeeded: registers.argument(0))
  }
}

// How a server's process ended. It does not know whether that was intended.

internal import Glibc

/// How a process ended (wait(2)).
public enum ServerEnd: Sendable, Hashable {
  /// By a signal, such as 9 where the kernel ran out of memory.
  case signal(Int32)
  case status(Int32)
  /// Reaped by another.
  case unknown

  /// What waitpid reported.
  init(waitStatus status: Int32) {
    let signal = status & 0x7f
    self = signal == 0 ? .status((status >> 8) & 0xff) : .signal(signal)
  }
}

extension ServerEnd: CustomStringConvertible {
  /// `was ended by signal 9 (Killed)`.
  public var description: String {
    switch self {
    case .signal(let number):
      "was ended by signal \(number) (\(String(cString: strsignal(number))))"
    case .status(let status): "ended by itself with status \(status)"
    case .unknown: "ended by itself"
    }
  }
}

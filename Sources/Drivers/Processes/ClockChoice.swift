// Which clock a program can have: the preloaded one where that can be, or else one whose readings are answered from
// outside, or none.

/// What a program's time is.
public enum ClockChoice: Sendable {
  case clock(any ProgramClock)
  /// It passes by itself; why: a clause, such as `/usr/bin/passwd runs with another user's rights`.
  case real(reason: String)

  /// For the processes of a command; what they need is put into a folder.
  public init(for command: ProgramCommand, in folder: String) {
    do throws(ServerFailure) {
      guard let reason = VirtualClock.refusal(of: command) else {
        self = .clock(try VirtualClock(in: folder))
        return
      }
      guard !VirtualClock.isPrivileged(command), ServerShim.library != nil else {
        self = .real(reason: reason)
        return
      }
      let clock = try SupervisedClock(in: folder)
      self = clock.refusal.map { .real(reason: "\(reason); \($0)") } ?? .clock(clock)
    } catch {
      self = .real(reason: "\(error)")
    }
  }

  /// nil: time is real.
  public var clock: (any ProgramClock)? {
    if case .clock(let clock) = self { clock } else { nil }
  }

  /// Why time is real; nil: it isn't.
  public var reason: String? {
    if case .real(let reason) = self { reason } else { nil }
  }
}

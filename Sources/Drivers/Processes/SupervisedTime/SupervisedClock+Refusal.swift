// Where programs can't be supervised: the kernel, or who runs soldout, may not allow it.

extension SupervisedClock {
  /// Why no program can be supervised here: a clause; nil: it can. Found out by starting `true`.
  public var refusal: String? {
    #if arch(x86_64)
      let trial = command(
        ProgramCommand(program: "/bin/true", directory: "/", environment: Spawn.environment()),
        member: 0)
      let spawn = Spawn(
        program: trial.program, arguments: trial.arguments, environment: trial.environment,
        directory: "/")
      guard let (status, _) = try? spawn.run(within: 10), status == 0 else {
        return "no program runs under supervision"
      }
      if case .unsupervised(_, let reason)? = starts.failure { return reason }
      return starts.count > 0 ? nil : "this system lets nobody answer its calls (seccomp)"
    #else
      return "its calls are answered on x86-64 alone"
    #endif
  }
}

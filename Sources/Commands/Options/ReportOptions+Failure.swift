// Reports for programs even if a server or a program is missing: the command still ends with its
// sentence and its exit code, and every report that a CI waits for is written.

import Report

extension ReportOptions {
  /// Does something; if it fails since something is missing, that is reported before it is thrown.
  func reporting<T>(of suite: String, _ name: String, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch {
      if let refusal = CLIError(error), refusal.status == .unavailable {
        do {
          try write(
            CommandFailure(
              suite: suite, name: name, sentence: refusal.message,
              exitCode: Int(refusal.status.rawValue)))
        } catch let second {
          // The first failure is thrown; this one is reported beside it.
          Terminal.complain(CLIError(second)?.message ?? "\(second)")
        }
      }
      throw error
    }
  }
}

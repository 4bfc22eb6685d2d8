// Why a server could not be started or reached: one sentence, and what to do next.
// What a server answers to a client's command is not described here, but in the drivers.

/// Why a private server could not be started or an external one could not be used.
///
/// The command line maps it to exit code 69 (EX_UNAVAILABLE).
public enum ServerFailure: Error, Hashable, Sendable {
  /// No such program among the folders looked in.
  case missingProgram(name: String, package: String)
  /// The program is there but could not be executed.
  case notExecutable(program: String, reason: String)
  /// A program of ours (initdb, cp, rm) ended with a non-zero status.
  case failed(program: String, status: Int32, output: [String])
  /// A program that should end by itself does not.
  case hung(program: String, seconds: Int)
  /// A program of ours finds a disk full; the line that says which.
  case noSpace(program: String, line: String)
  /// The server ended before it answered; the last lines of its log, oldest first.
  case endedAtStart(server: String, log: [String])
  /// The server runs but does not answer.
  case notReady(server: String, seconds: Int, log: [String])
  /// The loopback port asked for is taken by someone else.
  case portInUse(UInt16)
  /// Nobody answers at an address, or what answers refuses to talk.
  case unreachable(address: String, reason: String)
  /// A server that is reached by TLS, and not by ours: it is not whom we trust, or speaks none.
  case noTLS(address: String, reason: String)
  /// The server wants a password, and the address has none.
  case passwordNeeded(address: String)
  /// The server does not accept the user and password of the address.
  case passwordRefused(address: String)
  /// The server is older than what the strategies need.
  case tooOld(server: String, found: ServerVersion, needed: ServerVersion)
  /// A server that answers and is not one to make runs on; what it is, and what mends it.
  case unfit(address: String, reason: String, advice: String)
  /// A private directory cannot be made, changed or removed.
  case directory(path: String, reason: String)
  /// The process that cleans up after us cannot be started or has been ended by someone.
  case watchdog(reason: String)
  /// Started by root, but there is no unprivileged user or no way to become one.
  case noUnprivilegedUser(reason: String)
  /// The library that is preloaded into servers is not beside the program.
  case missingShim
  /// A signal or a look at the process table failed.
  case process(server: String, reason: String)
}

extension ServerFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingProgram(let name, let package):
      "\(name) is not on PATH; install it with `make setup` (Debian: apt-get install \(package))"
    case .notExecutable(let program, let reason):
      "\(program) cannot be executed: \(reason); check the installation with `soldout doctor`"
    case .failed(let program, let status, let output):
      "\(program) ended with status \(status)\(quoted(output)); fix that and rerun"
    case .hung(let program, let seconds):
      "\(program) did not end within \(seconds) s and was killed; "
        + "check the installation with `soldout doctor`"
    case .noSpace(_, let line):
      "\(line); free 100 MB there, or set TMPDIR to a folder on another disk"
    case .endedAtStart(let server, let log):
      "\(server) ended while starting\(quoted(log)); fix what its log names and run again"
    case .notReady(let server, let seconds, let log):
      "\(server) did not answer within \(seconds) s\(quoted(log)); "
        + "run again when the machine is less busy"
    case .portInUse(let port):
      "port \(port) on 127.0.0.1 is in use; choose another or let soldout choose"
    case .unreachable(let address, let reason):
      "\(address) cannot be used: \(reason); check that the server runs and the URL is right"
    case .noTLS(let address, let reason):
      "\(address) cannot be reached by TLS: \(reason)"
    case .passwordNeeded(let address):
      "\(address) needs a password; give it in the URL as user:password@, or by a password file"
    case .passwordRefused(let address):
      "\(address) refuses the user or password; correct them"
    case .tooOld(let server, let found, let needed):
      "\(server) is version \(found), and soldout needs \(needed) or later; upgrade it"
    case .unfit(let address, let reason, let advice):
      "\(address) is not fit for a run: \(reason); \(advice)"
    case .directory(let path, let reason):
      "\(path) cannot be used as a private directory: \(reason); set TMPDIR to another folder"
    case .watchdog(let reason):
      "the process that cleans up after a run is gone: \(reason); run again"
    case .noUnprivilegedUser(let reason):
      "servers do not run as root, and \(reason); run soldout as an ordinary user"
    case .missingShim:
      "libServerShim.so is not beside the program; build it with `make build`"
    case .process(let server, let reason):
      "\(server) cannot be controlled: \(reason); run again"
    }
  }
}

/// The lines of a log as part of a sentence, or nothing where the log is empty.
private func quoted(_ lines: [String]) -> String {
  lines.isEmpty ? "" : ": " + lines.joined(separator: " | ")
}

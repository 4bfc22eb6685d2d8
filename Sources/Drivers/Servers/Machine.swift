// What this machine offers to private servers and to clients, as facts.

internal import Glibc

/// Limits and places, as found. Sizes are bytes.
public struct Machine: Sendable, Hashable {
  public var cores: Int
  /// RLIMIT_NOFILE: what a process may raise its open descriptors to.
  public var openFiles: Int
  /// Where private servers live, and what is free there; nil where it can't be told.
  public var temporaryFolder: String
  public var temporaryFree: Int?
  /// Where results are written.
  public var resultsFolder: String
  public var resultsFree: Int?
  /// /dev/shm, where PostgreSQL keeps dynamic shared memory; nil where there is none.
  public var sharedMemoryFree: Int?
  /// What Linux reads the time from: `tsc`, `kvm-clock`, `hpet`, …; nil elsewhere.
  public var clockSource: String?
  /// Nanoseconds between two readings of CLOCK_MONOTONIC, the least of many.
  public var clockStep: Int
  /// The user's name, or number where it has none.
  public var user: String
  /// Whom servers are run as where the user is root; nil where they run as the user.
  public var serverUser: String?
  /// Why there is nobody to run servers as.
  public var serverUserProblem: String?

  public init(
    cores: Int, openFiles: Int, temporaryFolder: String, temporaryFree: Int?,
    resultsFolder: String, resultsFree: Int?, sharedMemoryFree: Int?, clockSource: String?,
    clockStep: Int, user: String, serverUser: String? = nil, serverUserProblem: String? = nil
  ) {
    self.cores = cores
    self.openFiles = openFiles
    self.temporaryFolder = temporaryFolder
    self.temporaryFree = temporaryFree
    self.resultsFolder = resultsFolder
    self.resultsFree = resultsFree
    self.sharedMemoryFree = sharedMemoryFree
    self.clockSource = clockSource
    self.clockStep = clockStep
    self.user = user
    self.serverUser = serverUser
    self.serverUserProblem = serverUserProblem
  }

  /// Looks at this machine; `results` is the folder that runs will be written to.
  public static func look(results: String, programs: Programs = .installed) -> Machine {
    let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var machine = Machine(
      cores: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), openFiles: hardOpenFileLimit(),
      temporaryFolder: temporary, temporaryFree: freeSpace(at: temporary),
      resultsFolder: results, resultsFree: freeSpace(at: results) ?? freeSpace(at: "."),
      sharedMemoryFree: freeSpace(at: "/dev/shm"), clockSource: currentClockSource(),
      clockStep: leastClockStep(), user: userName())
    do throws(ServerFailure) {
      machine.serverUser = try ServerUser.unprivileged(programs)?.description
    } catch {
      machine.serverUserProblem = error.description
    }
    return machine
  }
}

private func hardOpenFileLimit() -> Int {
  var limit = rlimit()
  guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
  return Int(clamping: limit.rlim_max)
}

/// What an ordinary user may still write to a file system.
private func freeSpace(at path: String) -> Int? {
  var status = statvfs()
  guard statvfs(path, &status) == 0 else { return nil }
  return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
}

private func currentClockSource() -> String? {
  let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
  guard let bytes = try? readFile(path) else { return nil }
  return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
}

private func leastClockStep() -> Int {
  var least = Int64.max
  for _ in 0..<1000 {
    let (first, second) = (EventLoop.now(), EventLoop.now())
    if second > first { least = min(least, second - first) }
  }
  return Int(least)
}

private func userName() -> String {
  var entry = passwd()
  var buffer = [CChar](repeating: 0, count: 4096)
  var found: UnsafeMutablePointer<passwd>?
  let error = getpwuid_r(geteuid(), &entry, &buffer, buffer.count, &found)
  guard error == 0, found != nil, let name = entry.pw_name else { return "\(geteuid())" }
  return String(cString: name)
}

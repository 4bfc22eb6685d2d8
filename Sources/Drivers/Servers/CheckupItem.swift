// What `soldout doctor` finds: what is there, what is missing, and what would limit
// a big run, each with the command that fixes it. Facts come from `Machine` and from
// starting a private server of each kind.

internal import Glibc

/// One thing looked at.
public struct CheckupItem: Sendable, Hashable {
  public enum State: Sendable, Hashable {
    case ok
    /// Runs work, but not every one, or not as well.
    case doubtful
    /// No run works without it.
    case missing
  }

  public var name: String
  public var state: State
  /// What was found.
  public var found: String
  /// What to do, where something is to be done.
  public var advice: String?

  public init(_ name: String, _ state: State, _ found: String, advice: String? = nil) {
    self.name = name
    self.state = state
    self.found = found
    self.advice = advice
  }
}

extension Machine {
  private static let megabyte = 1_000_000
  private static let gigabyte = 1_000_000_000

  /// This machine judged by what runs need.
  public var items: [CheckupItem] {
    [
      files, space("temporary folder", temporaryFolder, temporaryFree, needed: 300),
      space("results folder", resultsFolder, resultsFree, needed: 100), sharedMemory, clock,
      userItem, processors,
    ]
  }

  private var files: CheckupItem {
    let found = "\(openFiles)"
    // A client holds up to two connections, on both of whose ends there is a descriptor.
    if openFiles >= 4096 { return CheckupItem("open files", .ok, found) }
    return CheckupItem(
      "open files", .doubtful, "\(found), enough for \(max(0, (openFiles - 64) / 4)) clients",
      advice: "raise the limit: ulimit -Hn 65536 as root, or nofile in /etc/security/limits.conf")
  }

  private func space(
    _ name: String, _ folder: String, _ free: Int?, needed megabytes: Int
  ) -> CheckupItem {
    guard let free else {
      return CheckupItem(
        name, .missing, "\(folder) can't be used",
        advice: name == "temporary folder"
          ? "set TMPDIR to a folder you can write to" : "choose another one with --output")
    }
    let found = "\(folder), \(Self.size(free)) free"
    if free >= megabytes * Self.megabyte { return CheckupItem(name, .ok, found) }
    return CheckupItem(
      name, .doubtful, found,
      advice: "free \(megabytes) MB there, or "
        + (name == "temporary folder" ? "set TMPDIR to another folder" : "choose another: --output")
    )
  }

  private var sharedMemory: CheckupItem {
    guard let sharedMemoryFree else {
      return CheckupItem(
        "shared memory", .doubtful, "there is no /dev/shm",
        advice: "mount -t tmpfs tmpfs /dev/shm, as root")
    }
    let found = "/dev/shm, \(Self.size(sharedMemoryFree)) free"
    // PostgreSQL's manual, "Managing Kernel Resources": dynamic shared memory lives there.
    if sharedMemoryFree >= 32 * Self.megabyte { return CheckupItem("shared memory", .ok, found) }
    return CheckupItem(
      "shared memory", .doubtful, found,
      advice: "mount -o remount,size=256m /dev/shm, or docker run --shm-size=256m")
  }

  private var clock: CheckupItem {
    let found = (clockSource.map { "\($0), " } ?? "") + "reads in \(clockStep) ns"
    // A clock that costs a system call, or a walk over a bus, slows every stamp.
    if clockStep < 1000 { return CheckupItem("clock", .ok, found) }
    return CheckupItem(
      "clock", .doubtful, found,
      advice: "as root: echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource"
    )
  }

  private var userItem: CheckupItem {
    if let serverUserProblem {
      let problem = CheckupItem.parts(of: serverUserProblem)
      return CheckupItem(
        "user", .missing, "\(user): \(problem.found)",
        advice: problem.advice ?? "run soldout as an ordinary user")
    }
    return CheckupItem("user", .ok, user + (serverUser.map { ", servers run as \($0)" } ?? ""))
  }

  private var processors: CheckupItem {
    cores > 1
      ? CheckupItem("processors", .ok, "\(cores)")
      : CheckupItem(
        "processors", .doubtful, "1: clients and servers take turns on it, so few calls overlap",
        advice: "use a machine with 2 or more")
  }

  static func size(_ bytes: Int) -> String {
    bytes >= 10 * gigabyte ? "\(bytes / gigabyte) GB" : "\(bytes / megabyte) MB"
  }
}

extension CheckupItem {
  /// Starts a private Redis, asks its version and stops it.
  public static func redis(_ programs: Programs = .installed) -> CheckupItem {
    item("redis-server") { () throws(ServerFailure) in
      _ = try programs.redisServer()
      return try started(programs) { (place) throws(ServerFailure) in
        try RedisServer.start(RedisOptions(), in: place)
      }
    }
  }

  /// Starts a private PostgreSQL, asks its version and stops it.
  public static func postgres(_ programs: Programs = .installed) -> CheckupItem {
    item("postgres") { () throws(ServerFailure) in
      _ = try programs.postgresFolder()
      return try started(programs) { (place) throws(ServerFailure) in
        try PostgresServer.start(PostgresOptions(), in: place)
      }
    }
  }

  /// Starts a private MariaDB, asks its version and stops it. Most strategies do without.
  public static func mysql(_ programs: Programs = .installed) -> CheckupItem {
    var item = item("mariadbd") { () throws(ServerFailure) in
      _ = try programs.mariaDB()
      return try started(programs) { (place) throws(ServerFailure) in
        try MariaDBServer.start(MariaDBOptions(), in: place)
      }
    }
    if item.state == .missing {
      item.state = .doubtful
      item.found += "; strategies on MySQL need it"
    }
    return item
  }

  /// The library for faulty clocks and disks.
  public static func shim() -> CheckupItem {
    if let path = ServerShim.library { return CheckupItem("fault library", .ok, path) }
    return CheckupItem(
      "fault library", .doubtful, "libServerShim.so is missing; faults of clocks and disks need it",
      advice: "make build, or make install")
  }

  /// Starts a server, stops it, and says how that went.
  private static func started(
    _ programs: Programs, _ start: (RunDirectory) throws(ServerFailure) -> any PrivateServer
  ) throws(ServerFailure) -> String {
    let place = try RunDirectory(programs: programs)
    let began = EventLoop.now()
    do throws(ServerFailure) {
      let server = try start(place)
      let took = (EventLoop.now() - began) / 1_000_000
      let identity = server.identity
      try place.close()
      return "\(identity), started and stopped; ready after \(took) ms"
    } catch {
      // The failure to start is the one to tell.
      try? place.close()
      throw error
    }
  }

  private static func item(
    _ name: String, _ look: () throws(ServerFailure) -> String
  ) -> CheckupItem {
    do throws(ServerFailure) {
      return CheckupItem(name, .ok, try look())
    } catch {
      let parts = parts(of: error.description)
      return CheckupItem(
        name, .missing, parts.found, advice: command(for: error) ?? parts.advice)
    }
  }

  /// Failures read: what is wrong; what to do next.
  static func parts(of failure: String) -> (found: String, advice: String?) {
    let parts = failure.split(separator: "; ")
    guard parts.count > 1, let advice = parts.last else { return (failure, nil) }
    return (parts.dropLast().joined(separator: "; "), String(advice))
  }

  private static func command(for failure: ServerFailure) -> String? {
    switch failure {
    case .missingProgram(_, let package): "apt-get install \(package), or make setup"
    case .tooOld(let server, _, let needed): "install \(server) \(needed) or later"
    default: nil
    }
  }

  /// A tool that only some commands use.
  public static func program(
    _ name: String, for use: String, package: String, _ programs: Programs = .installed
  ) -> CheckupItem {
    if let path = programs.find(name) { return CheckupItem(name, .ok, "\(path), for \(use)") }
    return CheckupItem(
      name, .doubtful, "not found; \(use) needs it", advice: "apt-get install \(package)")
  }
}

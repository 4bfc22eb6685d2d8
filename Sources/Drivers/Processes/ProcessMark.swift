// How we recognize the user's processes and all their descendants: by a random word in the
// environment that they inherit. A process number is reused once its owner has ended, and
// a working directory, by which servers are known, is the user's own here.

internal import Glibc

/// A word that every process of one run carries in its environment.
///
///     let mark = try ProcessMark()
///     // start programs with `mark.environment`, then, when they should be gone:
///     let left = mark.endAll()
public final class ProcessMark: Sendable {
  /// The variable that holds it.
  static let variable = "SOLDOUT_RUN"

  private let word: String

  /// From now on nothing that carries it outlives this process, however this process ends.
  public init() throws(ServerFailure) {
    word = randomWord(length: 24)
    try Watchdog.mark(word)
  }

  /// What a program is to be started with.
  public var environment: [String: String] { [Self.variable: word] }

  /// Kills all that carry it, and waits for two seconds at most until they are gone. Blocks. Returns how
  /// many there were.
  @discardableResult
  public func endAll() -> Int {
    var ended: Set<pid_t> = []
    let deadline = EventLoop.now() + 2_000_000_000
    while case let living = carriers, !living.isEmpty, EventLoop.now() < deadline {
      for pid in living {
        ended.insert(pid)
        kill(pid, SIGKILL)
      }
      usleep(2000)
    }
    Watchdog.unmark(word)
    return ended.count
  }

  /// The living processes that carry it.
  var carriers: [pid_t] {
    ProcessTable.all.filter { pid in
      guard ProcessStatus(of: pid)?.isEnded == false,
        let environment = try? readFile("/proc/\(pid)/environ")
      else { return false }
      return environment.split(separator: 0).contains {
        $0.elementsEqual("\(Self.variable)=\(word)".utf8)
      }
    }
  }
}

/// The processes of this machine that we may see.
enum ProcessTable {
  static var all: [pid_t] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [pid_t] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let pid = pid_t(name) { found.append(pid) }
    }
    return found
  }

  /// The living members of a session besides its leader.
  static func members(ofSession leader: pid_t) -> [pid_t] {
    all.filter { pid in
      guard pid != leader, getsid(pid) == leader, let status = ProcessStatus(of: pid) else {
        return false
      }
      return !status.isEnded
    }
  }
}

// Which user a private server runs as. PostgreSQL refuses to run as root, and a server for
// an experiment needs no rights at all. It is never a user who owns anything: not `postgres`, whose
// real databases a private server could read, nor `nobody`, which other services use.

internal import Glibc

/// An unprivileged user to run programs as.
struct ServerUser: Sendable, Hashable {
  var id: uid_t
  var group: gid_t
  /// Absolute path of setpriv (util-linux).
  var setpriv: String

  /// The words to put before a command so that it runs as this user, without further groups.
  var become: [String] {
    [setpriv, "--reuid=\(id)", "--regid=\(group)", "--clear-groups", "--"]
  }

  /// Nil where we are not root and servers simply run as ourselves; as root, a number that no user
  /// and no group has, another one for every process of ours.
  static func unprivileged(_ programs: Programs) throws(ServerFailure) -> ServerUser? {
    guard geteuid() == 0 else { return nil }
    let setpriv = try setpriv(programs)
    guard let number = unusedNumber else {
      throw .noUnprivilegedUser(reason: "this container has no user number free for them")
    }
    return ServerUser(id: number, group: number, setpriv: setpriv)
  }

  /// For initdb alone, which wants its user to have a name (PostgreSQL source, `initdb.c`, get_id):
  /// nil where we are not root, else `nobody`. No server is up while it works.
  static func named(_ programs: Programs) throws(ServerFailure) -> ServerUser? {
    guard geteuid() == 0 else { return nil }
    let setpriv = try setpriv(programs)
    var entry = passwd()
    var buffer = [CChar](repeating: 0, count: 4096)
    var found: UnsafeMutablePointer<passwd>?
    guard getpwnam_r("nobody", &entry, &buffer, buffer.count, &found) == 0, found != nil else {
      throw .noUnprivilegedUser(reason: "there is no user `nobody` to run initdb")
    }
    return ServerUser(id: entry.pw_uid, group: entry.pw_gid, setpriv: setpriv)
  }

  private static func setpriv(_ programs: Programs) throws(ServerFailure) -> String {
    guard let setpriv = programs.find("setpriv") else {
      throw .noUnprivilegedUser(reason: "setpriv (util-linux) is not on PATH")
    }
    return setpriv
  }

  /// Chosen once: the servers of one process are one user's.
  private static let unusedNumber: uid_t? = {
    // What systemd's list of user numbers (UIDS-GIDS) leaves unused; then, where a container has
    // no numbers so high, above those that people get.
    let ranges: [ClosedRange<UInt32>] = [1_900_000_000...1_999_999_999, 30_000...59_999]
    let maps = ["/proc/self/uid_map", "/proc/self/gid_map"].map { smallFile($0) }
    for range in ranges where maps.allSatisfy({ isMapped(range, in: $0) }) {
      for _ in 0..<100 {
        let number = UInt32.random(in: range)
        if !isTaken(number) { return number }
      }
    }
    return nil
  }()

  /// Whether a user namespace knows all of these numbers (user_namespaces(7): first number inside,
  /// first outside, count). A kernel without namespaces has no map and knows all.
  static func isMapped(_ numbers: ClosedRange<UInt32>, in map: String?) -> Bool {
    guard let map else { return true }
    return map.split(whereSeparator: \.isNewline).contains { line in
      let fields = line.split(separator: " ").compactMap { UInt64($0) }
      guard fields.count == 3 else { return false }
      return fields[0] <= numbers.lowerBound && numbers.upperBound < fields[0] + fields[2]
    }
  }

  private static func isTaken(_ number: UInt32) -> Bool {
    var buffer = [CChar](repeating: 0, count: 16384)
    var (user, group) = (passwd(), Glibc.group())
    var foundUser: UnsafeMutablePointer<passwd>?
    var foundGroup: UnsafeMutablePointer<Glibc.group>?
    getpwuid_r(number, &user, &buffer, buffer.count, &foundUser)
    getgrgid_r(number, &group, &buffer, buffer.count, &foundGroup)
    return foundUser != nil || foundGroup != nil
  }
}

extension ServerUser: CustomStringConvertible {
  /// `user 1912345678`.
  var description: String { "user \(id)" }
}

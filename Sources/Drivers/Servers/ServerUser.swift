// Whom a private server runs as. PostgreSQL refuses to run as root, and a server that only serves
// an experiment needs no rights at all.

internal import Glibc

/// An unprivileged user to run servers as.
struct ServerUser: Sendable, Hashable {
  var name: String
  var id: uid_t
  var group: gid_t
  /// Absolute path of setpriv (util-linux).
  var setpriv: String

  /// The words to put before a command so that it runs as this user, without further groups.
  var become: [String] {
    [setpriv, "--reuid=\(id)", "--regid=\(group)", "--clear-groups", "--"]
  }

  /// Nil where we are not root and servers simply run as ourselves; as root, the user `postgres` if
  /// there is one, else `nobody`.
  static func unprivileged(_ programs: Programs) throws(ServerFailure) -> ServerUser? {
    guard geteuid() == 0 else { return nil }
    guard let setpriv = programs.find("setpriv") else {
      throw .noUnprivilegedUser(reason: "setpriv (util-linux) is not on PATH")
    }
    for name in ["postgres", "nobody"] {
      if let (id, group) = lookUp(name) {
        return ServerUser(name: name, id: id, group: group, setpriv: setpriv)
      }
    }
    throw .noUnprivilegedUser(reason: "there is neither a user postgres nor a user nobody")
  }

  private static func lookUp(_ name: String) -> (uid_t, gid_t)? {
    var entry = passwd()
    var buffer = [CChar](repeating: 0, count: 4096)
    var found: UnsafeMutablePointer<passwd>?
    let error = getpwnam_r(name, &entry, &buffer, buffer.count, &found)
    return error == 0 && found != nil ? (entry.pw_uid, entry.pw_gid) : nil
  }
}

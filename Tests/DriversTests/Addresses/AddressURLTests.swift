// URLs of servers: what is understood, what is refused and where, and that no secret is printed.

import Support
import Testing

@testable import Drivers

@Suite struct AddressURLTests {
  @Test(
    arguments: [
      ("redis://localhost", RedisAddress(.tcp(host: "localhost", port: 6379))),
      ("REDIS://h:7000/3", RedisAddress(.tcp(host: "h", port: 7000), database: 3)),
      ("redis://h/?db=4", RedisAddress(.tcp(host: "h", port: 6379), database: 4)),
      ("redis://:s3cret@h", RedisAddress(.tcp(host: "h", port: 6379), password: "s3cret")),
      (
        "redis://u:p%40%3a%2F@h:1",
        RedisAddress(.tcp(host: "h", port: 1), user: "u", password: "p@:/")
      ),
      (
        "redis://u:a@b:c@h", RedisAddress(.tcp(host: "h", port: 6379), user: "u", password: "a@b:c")
      ),
      ("redis://[::1]:6380/", RedisAddress(.tcp(host: "::1", port: 6380))),
      ("rediss://h/1", RedisAddress(.tcp(host: "h", port: 6379), database: 1, tls: TLSSettings())),
      (
        "rediss://:p@h:1?cacert=/c%20a.pem&cert=c.pem&key=k.pem&db=2",
        RedisAddress(
          .tcp(host: "h", port: 1), password: "p", database: 2,
          tls: TLSSettings(authorities: "/c a.pem", certificate: "c.pem", key: "k.pem"))
      ),
      ("unix:///run/r.sock", RedisAddress(.unix(path: "/run/r.sock"))),
      ("redis+unix:///a%20b?db=2", RedisAddress(.unix(path: "/a b"), database: 2)),
      (
        "unix://:p@/run/r.sock", RedisAddress(.unix(path: "/run/r.sock"), password: "p")
      ),
    ])
  func `a Redis URL is understood`(url: String, address: RedisAddress) throws {
    #expect(try RedisAddress(url: url) == address)
  }

  @Test(
    arguments: [
      ("", 1), ("localhost:6379", 1), ("http://h", 1), ("rediss://", 10), ("redis://", 9),
      ("redis://h?cacert=/ca.pem", 11), ("rediss://h?key=/k.pem", 12), ("rediss://h?tls=1", 12),
      ("redis://user@h", 14), ("redis://h:0", 11), ("redis://h:65536", 11), ("redis://h:x", 11),
      ("redis://h:1/x", 13), ("redis://h/1/2", 12), ("redis://h?x=1", 11), ("redis://h?db", 13),
      ("redis://h?db=-1", 11), ("redis://h%2", 10), ("redis://h%zz", 10), ("redis://h%00", 10),
      ("redis://%ff", 9), ("redis://[::1", 13), ("redis://[::1]x", 14), ("redis://a,b", 10),
      ("redis://u@v:p@h", 10), ("unix://run/r.sock", 8), ("redis://h%+1", 10),
      ("unix:///" + String(repeating: "x", count: 107), 8),
    ])
  func `a Redis URL that is wrong is refused with the column`(url: String, column: Int) {
    let error = #expect(throws: AddressError.self) { try RedisAddress(url: url) }
    #expect(error?.column == column, "\(error?.description ?? "")")
  }

  @Test(
    arguments: [
      (
        "postgres://h", PostgresAddress(host: "h", port: 5432, user: "", database: "")
      ),
      (
        "postgresql://u:p%20w@h:1/d?sslmode=require&connect_timeout=3",
        PostgresAddress(
          host: "h", port: 1, user: "u", password: "p w", database: "d",
          options: ["sslmode": "require", "connect_timeout": "3"])
      ),
      (
        "postgresql:///d?host=/run/pg&port=6000&user=a&password=b",
        PostgresAddress(host: "/run/pg", port: 6000, user: "a", password: "b", database: "d")
      ),
      (
        "postgresql://%2Frun%2Fpg/d",
        PostgresAddress(host: "/run/pg", port: 5432, user: "", database: "d")
      ),
      (
        "postgresql://u@[::1]/d?",
        PostgresAddress(host: "::1", port: 5432, user: "u", database: "d")
      ),
      ("postgresql://", PostgresAddress(host: "", port: 5432, user: "", database: "")),
    ])
  func `a PostgreSQL URL is understood`(url: String, address: PostgresAddress) throws {
    #expect(try PostgresAddress(url: url) == address)
  }

  @Test(
    arguments: [
      ("redis://h", 1), ("h/d", 1), ("postgres://h:port", 14), ("postgres://a,b/d", 13),
      ("postgres://h/d?ssl=true", 16), ("postgres://h/d?port=0", 16),
      ("postgres://h/d?sslmode", 23), ("postgres://h/%", 14),
    ])
  func `a PostgreSQL URL that is wrong is refused with the column`(url: String, column: Int) {
    let error = #expect(throws: AddressError.self) { try PostgresAddress(url: url) }
    #expect(error?.column == column, "\(error?.description ?? "")")
  }

  @Test(
    arguments: [
      "redis://user:hunter2@h", "unix://:hunter2@/r.sock", "redis://user:hunter2@h:6379/1",
    ])
  func `no description of a Redis address shows the password`(url: String) throws {
    expectSilence(about: "hunter2", in: try RedisAddress(url: url))
  }

  @Test(
    arguments: [
      "postgres://user:hunter2@h/d", "postgres://h/d?password=hunter2",
      "postgres://h/d?sslpassword=hunter2",
    ])
  func `no description of a PostgreSQL address shows a password`(url: String) throws {
    expectSilence(about: "hunter2", in: try PostgresAddress(url: url))
  }

  @Test(
    arguments: [
      "redis://user:hunter2@h:x", "redis://hunter2@h", "redis://user:hunter2%@h", "hunter2",
      "redis://user:hunter2@h?hunter2=1",
    ])
  func `no refusal shows the password`(url: String) {
    let error = #expect(throws: AddressError.self) { try RedisAddress(url: url) }
    #expect(error.map { "\($0)".contains("hunter2") } == false)
  }

  @Test func `what an address prints can be read back where there is no secret`() throws {
    for url in [
      "redis://h:1/2", "redis://[::1]:6379", "unix:///r.sock?db=3",
      "rediss://h:1/2?cacert=/c%20a.pem&cert=c.pem&key=k.pem",
    ] {
      let address = try RedisAddress(url: url)
      #expect(address.description == url)
      #expect(try RedisAddress(url: address.description) == address)
    }
    #expect(
      "\(try PostgresAddress(url: "postgres://u:p@h/d?sslmode=disable"))"
        == "postgresql://u:***@h:5432/d?sslmode=disable")
  }

  @Test func `random text is understood or refused, never anything else`() {
    let seed = UInt64.random(in: 0 ... .max)
    var chance = SeededGenerator(seed: seed)
    let pieces =
      Array("redis://unix:pg@[]%20%ff%/?=&,0123456789é")
      + ["redis://", "postgres://"]
      .flatMap { Array($0) }
    for _ in 0..<3000 {
      let length = Int.random(in: 0..<24, using: &chance)
      let tail = String((0..<length).map { _ in pieces.randomElement(using: &chance) ?? "x" })
      for url in [tail, "redis://\(tail)", "unix://\(tail)", "postgres://\(tail)"] {
        do throws(AddressError) {
          if url.hasPrefix("postgres") {
            _ = try PostgresAddress(url: url)
          } else {
            _ = try RedisAddress(url: url)
          }
        } catch {
          #expect((1...url.count + 1).contains(error.column), "seed \(seed): \(url)")
        }
      }
    }
  }

  private func expectSilence<Address: CustomStringConvertible>(
    about secret: String, in address: Address
  ) {
    var dumped = ""
    dump(address, to: &dumped)
    for text in ["\(address)", String(reflecting: address), dumped, "\(Optional(address) as Any)"] {
      #expect(!text.contains(secret))
    }
  }
}

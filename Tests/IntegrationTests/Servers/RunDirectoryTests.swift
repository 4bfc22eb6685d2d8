// The private directory: where it is, whose it is, and that it goes.

import Glibc
import Testing

@testable import Drivers

@Suite struct RunDirectoryTests {
  @Test func `it is private, short enough for a socket, and gone after close`() throws {
    let run = try RunDirectory()
    var status = stat()
    try #require(stat(run.path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o700)
    #expect(status.st_uid == run.user?.id ?? geteuid())
    #expect("\(run.path)/postgres-12/.s.PGSQL.54321".utf8.count <= 107)
    #expect(try run.makeSubdirectory("x") == "\(run.path)/x-1")
    #expect(try run.makeSubdirectory("x") == "\(run.path)/x-2")
    try run.close()
    #expect(access(run.path, F_OK) != 0)
    try run.close()
  }

  @Test func `close stops the servers in it`() throws {
    let run = try RunDirectory()
    let servers: [any PrivateServer] = [
      try RedisServer.start(in: run), try RedisServer.start(in: run),
    ]
    try servers[1].pause()
    try run.close()
    #expect(servers.allSatisfy { !$0.isAlive })
    #expect(processes(in: run.path) == [])
  }

  @Test func `a folder that is too deep, missing or closed to the servers is passed over`() throws {
    let outer = "/tmp/soldout-base-\(randomWord(length: 8))"
    let deep = "\(outer)/\(String(repeating: "d", count: 60))"
    try makeFolder(deep)
    defer { try? removeTree(outer) }
    let user = try ServerUser.unprivileged(.installed)
    #expect(try RunDirectory.base(among: [outer, "/tmp"], for: user) == outer)
    #expect(try RunDirectory.base(among: [deep, "/tmp"], for: user) == "/tmp")
    #expect(try RunDirectory.base(among: ["/no/such", "/tmp"], for: user) == "/tmp")
    if user != nil {
      chmod(outer, 0o700)
      #expect(try RunDirectory.base(among: [outer, "/tmp"], for: user) == "/tmp")
    }
    #expect(throws: ServerFailure.self) { try RunDirectory.base(among: [deep], for: user) }
  }

  @Test func `a path through a symbolic link is resolved`() throws {
    let outer = "/tmp/soldout-base-\(randomWord(length: 8))"
    try makeFolder("\(outer)/real")
    defer { try? removeTree(outer) }
    try replaceLink(at: "\(outer)/link", to: "real")
    let base = try RunDirectory.base(among: ["\(outer)/link"], for: nil)
    #expect(base == "\(outer)/real")
  }
}

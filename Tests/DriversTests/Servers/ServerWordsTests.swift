// What servers, programs and /proc say about themselves, and what we say about them.

import Glibc
import Support
import Testing

@testable import Drivers

@Suite struct ServerIdentityTests {
  @Test(arguments: [
    ("Redis server v=7.0.15 sha=00000000:0", ServerIdentity(.redis, ServerVersion(7, 0, 15))),
    ("Valkey server v=9.1.2 sha=0", ServerIdentity(.valkey, ServerVersion(9, 1, 2))),
    ("postgres (PostgreSQL) 18.6", ServerIdentity(.postgres, ServerVersion(18, 6))),
    ("redis_cli v=7.0.15", nil), ("", nil), ("Valkey server v=x", nil),
  ])
  func `a program is what it says it is`(text: String, identity: ServerIdentity?) {
    #expect(ServerIdentity(stated: text) == identity)
  }

  @Test func `Valkey is not called Redis, and has what Redis had when they parted`() throws {
    let valkey = try #require(
      ServerIdentity(
        information: "# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\n"
          + "valkey_version:9.1.2\r\n"))
    #expect("\(valkey)" == "Valkey 9.1.2")
    #expect(valkey.redis == ServerVersion(7, 2, 4))
    let redis = ServerIdentity(information: "# Server\r\nredis_version:6.0.16\r\n")
    #expect(redis == ServerIdentity(.redis, ServerVersion(6, 0, 16)))
    #expect(ServerIdentity(information: "# Server\r\n") == nil)
  }
}

/// Programs that are no servers, made in a folder of their own.
@Suite struct OddProgramTests {
  @Test(arguments: [
    ("sleep 600", "did not end within 1 s and was killed"),
    ("exec >/dev/null; sleep 600", "did not end within 1 s and was killed"),
    ("(sleep 600 >&1 &) ; echo Redis server v=7.0.15", "did not end within 1 s and was killed"),
    ("printf 'garbage \\033[31m\\n'", "its --version is not understood: garbage \\u{1B}[31m"),
    (":", "its --version says nothing"),
    ("head -c 100000 /dev/zero | tr '\\0' x", "xxx"),
    ("echo no; exit 3", "ended with status 3: no"),
  ])
  func `is refused in a sentence, soon`(script: String, words: String) throws {
    let program = try Self.program(script)
    defer { unlink(program) }
    let failure = #expect(throws: ServerFailure.self) {
      try Programs.identity(of: program, within: script.contains("sleep") ? 1 : 60)
    }
    let sentence = failure?.description ?? ""
    #expect(sentence.contains(words))
    #expect(sentence.hasPrefix(program))
    #expect(sentence.utf8.count < 400)
    #expect(!sentence.contains("\u{1b}"))
  }

  @Test func `a chosen program that isn't there is not replaced by another`() {
    #expect(
      throws: ServerFailure.notExecutable(
        program: "/nowhere/redis-server", reason: "no such program")
    ) { try Programs.installed.choosing(redis: "/nowhere/redis-server", postgres: nil) }
    #expect(
      throws: ServerFailure.notExecutable(
        program: "/tmp/postgres", reason: "no such program")
    ) { try Programs.installed.choosing(redis: nil, postgres: "/tmp") }
  }

  static func program(_ script: String) throws -> String {
    let path = "/tmp/soldout-odd-\(UInt64.random(in: 0...UInt64.max))"
    try writeProgram(script, to: path)
    return path
  }
}

@Suite struct ServerVersionTests {
  @Test(
    arguments: [
      ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc", "v=", ServerVersion(7, 0, 15)),
      (
        "redis_mode:standalone\r\nredis_version:6.2.6\r\n", "redis_version:", ServerVersion(6, 2, 6)
      ),
      (
        "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)", "(PostgreSQL)",
        ServerVersion(15, 20)
      ),
      ("postgres (PostgreSQL) 18beta1", "(PostgreSQL)", ServerVersion(18)),
    ])
  func `a version is found in what a program prints`(
    text: String, prefix: String, version: ServerVersion
  ) {
    #expect(ServerVersion(in: text, after: prefix) == version)
  }

  @Test(arguments: ["", "v=", "no number", "Redis server v=x"])
  func `no version is made up`(text: String) {
    #expect(ServerVersion(in: text, after: "v=") == nil)
  }

  @Test func `versions are ordered by number, not by letter`() {
    let ordered = [
      ServerVersion(6), ServerVersion(6, 0, 16), ServerVersion(6, 2), ServerVersion(7, 0, 9),
      ServerVersion(7, 0, 15), ServerVersion(10),
    ]
    #expect(ordered.shuffled().sorted() == ordered)
    #expect(ServerVersion(postgresNumber: 150_020) == ServerVersion(15, 20))
  }
}

@Suite struct ProcessStatusTests {
  @Test func `a name with spaces and parentheses does not shift the fields`() throws {
    let fields = (1...40).map { "\($0)" }.joined(separator: " ")
    let status = try #require(ProcessStatus(line: "77 (a) b) (c d) T 5 \(fields)"))
    #expect(status.state == "T")
    #expect(status.isStopped)
    #expect(status.parent == 5)
    // Field 22 of proc(5) is the start time: the twentieth after the name.
    #expect(status.started == 18)
  }

  @Test(arguments: ["", "1", "1 (x)", "1 (x) R", "1 (x) R y 1 1 1", "1 (x) R 1 2 3"])
  func `a line that is cut off is no status`(line: String) {
    #expect(ProcessStatus(line: line) == nil)
  }

  @Test func `this process is found alive, with its parent`() throws {
    let status = try #require(ProcessStatus(of: getpid()))
    #expect(!status.isEnded)
    #expect(status.parent == getppid())
    #expect(ProcessStatus(of: -1) == nil)
  }
}

@Suite struct PostgresLockFileTests {
  private let whole =
    "4711\n/d\n1700000000\n5432\n/s\n\n  4293001     65539\nready   \n"

  @Test func `the lines of a ready server are read`() throws {
    let lock = try #require(PostgresLockFile(whole))
    #expect(lock.pid == 4711)
    #expect(lock.memory?.key == 4_293_001)
    #expect(lock.memory?.identifier == 65_539)
    #expect(lock.isReady)
  }

  @Test func `a key beyond the signed range keeps its bits`() {
    let text = whole.replacing("  4293001", with: "4294967295")
    #expect(PostgresLockFile(text)?.memory?.key == -1)
  }

  @Test func `a file that is being written is not ready and never crashes`() {
    for length in 0..<whole.count - 5 {
      #expect(PostgresLockFile(String(whole.prefix(length)))?.isReady != true)
    }
    #expect(PostgresLockFile(whole.replacing("ready", with: "starting"))?.isReady == false)
    #expect(PostgresLockFile(whole.replacing("ready", with: "standby"))?.isReady == true)
    #expect(PostgresLockFile("") == nil)
  }
}

@Suite struct CommandLineTests {
  @Test func `Redis keeps nothing unless asked`() {
    let words = RedisServer.arguments(
      RedisOptions(), port: nil, directory: "/d", version: ServerVersion(7))
    #expect(value(of: "--save", in: words) == "")
    #expect(value(of: "--appendonly", in: words) == "no")
    #expect(value(of: "--port", in: words) == "0")
    #expect(value(of: "--unixsocket", in: words) == "/d/socket")
    #expect(value(of: "--bind", in: words) == "127.0.0.1")
  }

  @Test(arguments: [(6, nil), (7, "yes")])
  func `the directive for DEBUG is used where it exists`(major: Int, expected: String?) {
    let words = RedisServer.arguments(
      RedisOptions(), port: nil, directory: "/d", version: ServerVersion(major, 2))
    #expect(value(of: "--enable-debug-command", in: words) == expected)
  }

  @Test(arguments: RedisOptions.Sync.allCases)
  func `the append-only file is synced as asked`(sync: RedisOptions.Sync) {
    var options = RedisOptions()
    options.persistence = .appendOnly(sync)
    let words = RedisServer.arguments(
      options, port: 7001, directory: "/d", version: ServerVersion(7))
    #expect(value(of: "--appendonly", in: words) == "yes")
    #expect(value(of: "--appendfsync", in: words) == sync.rawValue)
    #expect(value(of: "--port", in: words) == "7001")
  }

  @Test func `the user's words come last, so they win`() {
    var options = RedisOptions()
    options.arguments = ["--save", "1 1"]
    let words = RedisServer.arguments(
      options, port: nil, directory: "/d", version: ServerVersion(7))
    #expect(words.suffix(2) == ["--save", "1 1"])
  }

  @Test func `a PostgreSQL setting of the user's replaces ours`() {
    var options = PostgresOptions()
    options.settings = ["fsync": "on", "work_mem": "1MB"]
    let words = PostgresServer.arguments(
      options, port: nil, directory: "/d", rules: "/d/rules")
    #expect(words.contains("fsync=on"))
    #expect(!words.contains("fsync=off"))
    #expect(words.contains("work_mem=1MB"))
    #expect(words.contains("listen_addresses="))
    #expect(words.contains("dynamic_shared_memory_type=mmap"))
  }

  @Test(arguments: [(12, false), (13, false), (14, true), (15, true)])
  func `initdb is given only options it knows`(major: Int, quiet: Bool) {
    let words = PostgresTemplate.initdbOptions(ServerVersion(major, 3))
    #expect(words.contains("--no-instructions") == quiet)
  }

  private func value(of word: String, in words: [String]) -> String? {
    words.firstIndex(of: word).map { words[$0 + 1] }
  }
}

@Suite struct ServerFailureTests {
  static let all: [ServerFailure] = [
    .missingProgram(name: "redis-server", package: "redis-server"),
    .hung(program: "/p", seconds: 20), .noSpace(program: "/p", line: "/d: no space"),
    .notExecutable(program: "/p", reason: "r"), .failed(program: "/p", status: 1, output: ["o"]),
    .endedAtStart(server: "s", log: ["l"]), .notReady(server: "s", seconds: 3, log: []),
    .portInUse(6379), .unreachable(address: "a", reason: "r"), .passwordNeeded(address: "a"),
    .passwordRefused(address: "a"),
    .tooOld(server: "s", found: ServerVersion(5, 0, 7), needed: ServerVersion(6)),
    .directory(path: "/d", reason: "r"), .watchdog(reason: "r"), .noUnprivilegedUser(reason: "r"),
    .process(server: "s", reason: "r"),
  ]

  @Test(arguments: all)
  func `a failure is one line that ends in what to do`(failure: ServerFailure) {
    let text = failure.description
    #expect(!text.contains { $0.isNewline })
    #expect(text.contains("; "))
    #expect(text.split(separator: "; ").last?.isEmpty == false)
  }
}

@Suite struct ProgramsTests {
  @Test func `a program is looked for in order, and a folder is not a program`() throws {
    let programs = Programs(path: ["/nowhere", "/usr", "/bin", "/usr/bin"], elsewhere: [])
    #expect(programs.find("sh") == "/bin/sh")
    #expect(programs.find("bin") == nil)
    #expect(programs.find("no-such-program") == nil)
    #expect(programs.folder(holding: ["sh", "no-such-program"]) == nil)
    #expect(programs.folder(holding: ["sh", "rm"]) == "/bin")
  }
}

@Suite struct SpawnTests {
  @Test func `what a program prints and how it ends comes back`() throws {
    let spawn = { (script: String) in
      Spawn(
        program: "/bin/sh", arguments: ["-c", script], environment: ["A": "b c"], directory: "/usr")
    }
    #expect(try spawn("pwd; echo $A; echo e >&2").run() == (0, "/usr\nb c\ne\n"))
    #expect(try spawn("exit 7").run().status == 7)
    #expect(try spawn("kill -9 $$").run().status == 137)
    #expect(throws: ServerFailure.failed(program: "/bin/sh", status: 3, output: ["why"])) {
      try spawn("echo why; exit 3").succeed()
    }
  }

  @Test func `a program that is not there is a failure`() {
    let spawn = Spawn(
      program: "/no/such", arguments: [], environment: [:], directory: "/", user: nil)
    #expect(throws: ServerFailure.self) { try spawn.start() }
  }

  @Test func `a child is in a session of its own and ignores nothing`() throws {
    let (_, output) = try Spawn(
      program: "/bin/sh", arguments: ["-c", "cat /proc/$$/stat; grep SigIgn /proc/$$/status"],
      environment: Spawn.environment(), directory: "/"
    ).run()
    let lines = output.split(separator: "\n")
    let fields = try #require(lines.first).split(separator: " ")
    // proc(5): 1 pid, 5 process group, 6 session.
    #expect(fields[0] == fields[4])
    #expect(fields[0] == fields[5])
    // Signals 1 to 31; 32 and 33 are glibc's own.
    let ignored = try #require(lines.last?.split(separator: "\t").last)
    #expect(try #require(UInt64(ignored, radix: 16)) & 0x7fff_ffff == 0)
  }
}

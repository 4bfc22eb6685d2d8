// Whatever ends a process that started servers, no server, directory or shared memory outlives it.

import Glibc
import Testing

@testable import Drivers

/// What the child tells us before it ends.
private struct Traces {
  var directory: String
  var watchdog: pid_t
  var memory: Int32
  var servers: [pid_t]

  init?(_ text: String) {
    let lines = text.split(separator: "\n").map { String($0) }
    guard lines.count > 4, let watchdog = pid_t(lines[1]), let memory = Int32(lines[2])
    else { return nil }
    directory = lines[0]
    self.watchdog = watchdog
    self.memory = memory
    servers = lines[3...].compactMap { pid_t($0) }
  }
}

/// Starts both servers in the child and writes down what must be gone later.
private func startBoth(tracesAt path: String, paused: Bool = false) throws {
  // A process group of our own: a ^C reaches all of it.
  setpgid(0, 0)
  let run = try RunDirectory()
  let redis = try RedisServer.start(in: run)
  let postgres = try PostgresServer.start(in: run)
  let lock = try #require(PostgresLockFile(in: "\(postgres.directory)/data"))
  let memory = try #require(lock.memory).identifier
  let pids = [redis.processID, postgres.processID].compactMap { $0 }
  let backends = try ProcessTree.children(of: pids[1])
  if paused {
    try redis.pause()
    try postgres.pause()
  }
  // What a terminal or a service manager sends to everybody must not end it before us.
  let watchdog = try #require(Watchdog.processID)
  for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { kill(watchdog, number) }
  let lines =
    [run.path, "\(watchdog)", "\(memory)"] + (pids + backends).map { "\($0)" }
  try writeFile(lines.joined(separator: "\n"), to: path)
}

/// Reads the traces and checks that all they name goes.
private func expectNothingLeft(of path: String) throws {
  let text = String(decoding: try readFile(path), as: UTF8.self)
  let traces = try #require(Traces(text))
  #expect(traces.servers.count > 4)
  #expect(eventually { access(traces.directory, F_OK) != 0 })
  #expect(processes(in: traces.directory) == [])
  for pid in traces.servers + [traces.watchdog] {
    #expect(eventually { ProcessStatus(of: pid)?.isEnded ?? true })
  }
  #expect(!sharedMemoryExists(traces.memory))
}

/// A way for a process to end without cleaning up.
enum Ending: String, Codable, CaseIterable {
  case interrupt = "^C"
  case termination = "SIGTERM"
  case crash = "a crash"
  case kill = "kill -9"
  case killWhilePaused = "kill -9 while the servers are paused"
  case exit = "an exit that closes nothing"

  var expected: ExitTest.Condition {
    switch self {
    case .interrupt: .signal(SIGINT)
    case .termination: .signal(SIGTERM)
    case .crash: .failure
    case .kill, .killWhilePaused: .signal(SIGKILL)
    case .exit: .success
    }
  }

  /// Ends this process.
  func happen() {
    switch self {
    // As a terminal does it: to the whole process group.
    case .interrupt: Glibc.kill(0, SIGINT)
    case .termination: Glibc.kill(getpid(), SIGTERM)
    case .crash: fatalError("a crash on purpose")
    case .kill, .killWhilePaused: Glibc.kill(getpid(), SIGKILL)
    case .exit: Glibc.exit(0)
    }
    sleep(30)
  }
}

@Suite struct WatchdogTests {
  @Test(arguments: Ending.allCases)
  func `nothing is left, whatever the end`(ending: Ending) async throws {
    let path = "/tmp/soldout-traces-\(randomWord(length: 8))"
    defer { unlink(path) }
    await #expect(processExitsWith: ending.expected) {
      [path = path as String, ending = ending as Ending] in
      try startBoth(tracesAt: path, paused: ending == .killWhilePaused)
      ending.happen()
    }
    try expectNothingLeft(of: path)
  }

  /// What is being copied into would be there again while it is removed.
  @Test(arguments: [2, 5, 10, 20, 40, 80])
  func `nothing is left of a server that was still being started`(milliseconds: Int) async throws {
    let path = "/tmp/soldout-traces-\(randomWord(length: 8))"
    defer { unlink(path) }
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, milliseconds = milliseconds as Int] in
      let run = try RunDirectory()
      try writeFile("\(run.path)\n\(try #require(Watchdog.processID))", to: path)
      // By somebody else, as in life: whatever we are at.
      _ = try Spawn(
        program: "/bin/sh",
        arguments: ["-c", "sleep \(Double(milliseconds) / 1000); kill -9 \(getpid())"],
        environment: Spawn.environment(), directory: "/"
      ).start()
      for _ in 0..<100 { _ = try PostgresServer.start(in: run) }
    }
    let lines = String(decoding: try readFile(path), as: UTF8.self).split(separator: "\n")
    let (directory, watchdog) = (String(lines[0]), try #require(pid_t(lines[1])))
    #expect(eventually { ProcessStatus(of: watchdog)?.isEnded ?? true })
    #expect(access(directory, F_OK) != 0, "\(directory) is still there")
    #expect(processes(in: directory) == [])
  }

  @Test func `a directory without our mark is left alone unless it is empty`() async throws {
    let folder = "/tmp/soldout-unmarked-\(randomWord(length: 8))"
    for name in ["full", "wrong", "empty", "begun", "forgotten"] {
      try makeFolder("\(folder)/\(name)")
    }
    defer { try? removeTree(folder) }
    try writeFile("", to: "\(folder)/full/precious")
    try writeFile("another token\n", to: "\(folder)/wrong/\(Watchdog.marker)")
    // As it is while the mark is being written.
    try writeFile("", to: "\(folder)/begun/\(Watchdog.marker).a1b2c3d4.part")
    try writeFile("token\n", to: "\(folder)/forgotten/\(Watchdog.marker)")
    await #expect(processExitsWith: .success) { [folder = folder as String] in
      for name in ["full", "wrong", "forgotten", "empty", "begun"] {
        try Watchdog.hold("\(folder)/\(name)", token: "token")
      }
      Watchdog.forget("\(folder)/forgotten", token: "token")
      try writeFile("\(try #require(Watchdog.processID))", to: "\(folder)/pid")
      exit(0)
    }
    let pid = pid_t(String(decoding: try readFile("\(folder)/pid"), as: UTF8.self))
    let watchdog = try #require(pid)
    #expect(eventually { ProcessStatus(of: watchdog)?.isEnded ?? true })
    #expect(access("\(folder)/full/precious", F_OK) == 0)
    #expect(access("\(folder)/wrong", F_OK) == 0)
    #expect(access("\(folder)/forgotten", F_OK) == 0)
    #expect(access("\(folder)/empty", F_OK) != 0)
    #expect(access("\(folder)/begun", F_OK) != 0)
  }
}

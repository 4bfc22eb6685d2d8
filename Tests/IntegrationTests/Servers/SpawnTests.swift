// Programs that we run to their end: what they print, and what becomes of one that never ends or finds
// no room.

import Glibc
import Support
import Testing

@testable import Drivers

@Suite struct SpawnTests {
  private func shell(_ script: String) -> Spawn {
    Spawn(
      program: "/bin/sh", arguments: ["-c", script], environment: Spawn.environment(),
      directory: "/")
  }

  @Test func `a program that hangs is killed with what it started`() throws {
    try withRun { run in
      var spawn = shell("sleep 1000 & echo $! > child; wait")
      spawn.directory = run.path
      #expect(throws: ServerFailure.hung(program: "/bin/sh", seconds: 1)) {
        try spawn.run(within: 1)
      }
      let text = try #require(smallFile("\(run.path)/child"))
      let child = try #require(pid_t(text.split(whereSeparator: \.isNewline).joined()))
      #expect(eventually { ProcessStatus(of: child)?.isEnded ?? true })
    }
  }

  @Test func `a redis-server that doesn't tell its version is named`() throws {
    try withRun { run in
      let fake = "\(run.path)/redis-server"
      try writeProgram("exec sleep 1000", to: fake)
      #expect(throws: ServerFailure.hung(program: fake, seconds: 1)) {
        try Programs.identity(of: fake, within: 1)
      }
    }
  }

  @Test func `all that is printed comes back, with the status`() throws {
    let (status, output) = try shell("echo one; echo two >&2; exit 3").run()
    #expect(status == 3)
    #expect(output == "one\ntwo\n")
  }

  @Test func `a full disk is said in one sentence`() {
    let line = "cp: error writing '/t/data': No space left on device"
    #expect(throws: ServerFailure.noSpace(program: "/bin/sh", line: line)) {
      try shell("echo \"\(line)\"; echo more; exit 1").succeed()
    }
  }
}

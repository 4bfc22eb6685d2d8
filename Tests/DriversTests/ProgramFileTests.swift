// Scripts that are run as soon as they are written, while another thread starts one program after the other.

import Support
import Synchronization
import Testing

@testable import Drivers

private final class Flag: Sendable {
  let isUp = Atomic(false)
}

@Suite struct ProgramFileTests {
  private static func spawn(_ program: String) -> Spawn {
    Spawn(program: program, arguments: [], environment: [:], directory: "/")
  }

  @Test func `a script can be run at once, whoever starts programs meanwhile`() throws {
    let isOver = Flag()
    let busy = EventLoop.startThread {
      while !isOver.isUp.load(ordering: .relaxed) { _ = try? Self.spawn("/bin/true").run() }
    }
    defer {
      isOver.isUp.store(true, ordering: .relaxed)
      EventLoop.detach(busy)
    }
    for _ in 0..<100 {
      let path = try OddProgramTests.program("echo written")
      defer { System.unlink(path) }
      #expect(try Self.spawn(path).run().output == "written\n")
    }
  }
}

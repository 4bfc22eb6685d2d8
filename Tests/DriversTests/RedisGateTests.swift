// The gate and the trace: nothing leaves before it is admitted, a crash sends no byte, a lost reply
// was executed, and the recorded interval contains the true one.

import Testing

@testable import Drivers

private let get = RedisCommand("GET", ["k"], effect: .read)
private let set = RedisCommand("SET", ["k", 57], effect: .write, showing: 57)
private let multi = RedisCommand("MULTI", effect: .begin)
private let exec = RedisCommand("EXEC", effect: .commit)

/// Plays a list of admissions and notes what it hears. `@unchecked Sendable`: one loop's.
private final class Script: CommandGate, @unchecked Sendable {
  var admissions: [Admission]
  var heard: [String] = []
  let opened: Signal?

  init(_ admissions: [Admission] = [], openedBy signal: Signal? = nil) {
    self.admissions = admissions
    opened = signal
  }

  func admit(_ command: CommandDescription) async -> Admission {
    heard.append("\(command)\(command.inTransaction ? " in transaction" : "")")
    _ = await opened?.wait()
    return admissions.isEmpty ? .proceed : admissions.removeFirst()
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {
    heard.append("\(command.verb) \(reply)")
  }
}

@Suite struct RedisGateTests {
  @Test func `a command that is held back has sent nothing`() async throws {
    let ending = try await play { connection in
      connection.gate = Script(openedBy: Signal(on: connection.loop))
      return await connection.ending(set)
    } against: { peer, connection in
      await connection.loop.sleep(for: .milliseconds(1))
      let gate = connection.gate as? Script
      await #expect(throws: Failure.definite(.timeout)) {
        try await peer.wait(until: EventLoop.now() + 1_000_000)
      }
      gate?.opened?.notifyAll()
      try await peer.expect(set)
      peer.answer("+OK\r\n")
    }
    #expect(ending == .reply(.status("OK")))
  }

  @Test func `a crash sends no byte and closes`() async throws {
    let (ending, heard) = try await play { connection in
      let gate = Script([.crash])
      connection.gate = gate
      return (await connection.ending(set), gate.heard)
    } against: { peer, _ in
      try await peer.expectEnd()
    }
    #expect(ending == .failure(.definite(.crashed)))
    #expect(heard == ["SET k 57"])
  }

  @Test func `a lost reply was executed, and only the gate knows`() async throws {
    let (ending, heard, steps) = try await play { connection in
      let gate = Script([.loseReply])
      let trace = CommandTrace()
      (connection.gate, connection.trace) = (gate, trace)
      return (await connection.ending(set), gate.heard, trace.steps.map(\.reply))
    } against: { peer, _ in
      try await peer.expect(set)
      peer.answer("+OK\r\n")
      try await peer.expectEnd()
    }
    #expect(ending == .failure(.indefinite(.connectionClosed)))
    #expect(heard == ["SET k 57", "SET ok"])
    #expect(steps == [.lost])
  }

  @Test func `the gate hears the end of each command, also of one without an answer`() async throws
  {
    let heard = try await play { connection in
      let gate = Script()
      connection.gate = gate
      _ = await connection.ending([multi, set, exec])
      _ = await connection.ending(multi)
      _ = await connection.ending(set)
      return gate.heard
    } against: { peer, _ in
      try await peer.expect(multi, set, exec)
      peer.answer("+OK\r\n+QUEUED\r\n*-1\r\n")
      try await peer.expect(multi)
      peer.answer("+OK\r\n")
      try await peer.expect(set)
      peer.close()
    }
    let expected = [
      "MULTI; SET k 57; EXEC", "MULTI null", "MULTI", "MULTI ok", "SET k 57 in transaction",
      "SET lost",
    ]
    #expect(heard == expected)
  }
}

@Suite struct RedisTraceTests {
  @Test func `each command is a step with its verb, argument and reply`() async throws {
    let steps = try await play { connection in
      let trace = CommandTrace()
      connection.trace = trace
      _ = await connection.ending(get)
      _ = await connection.ending(set)
      _ = await connection.ending(get)
      _ = await connection.ending([multi, set, exec])
      _ = await connection.ending(get)
      return trace.steps
    } against: { peer, _ in
      for (command, answer) in [(get, "$2\r\n58\r\n"), (set, "-OOM no\r\n"), (get, "$-1\r\n")] {
        try await peer.expect(command)
        peer.answer(answer)
      }
      try await peer.expect(multi, set, exec)
      peer.answer("+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n")
      try await peer.expect(get)
      peer.close()
    }
    #expect(steps.map { "\($0.verb)" } == ["GET", "SET", "GET", "MULTI", "SET", "EXEC", "GET"])
    #expect(steps.map(\.argument) == [nil, 57, nil, nil, 57, nil, nil])
    let replies: [CommandTrace.Reply] = [
      .integer(58), .error("OOM"), .null, .ok, .text("QUEUED"), .ok, .lost,
    ]
    #expect(steps.map(\.reply) == replies)
  }

  @Test func `a step begins before its first byte leaves and ends after its last one came`()
    async throws
  {
    let arrived = Shared<[Int64]>([])
    let answered = Shared<[Int64]>([])
    let steps = try await play { connection in
      let trace = CommandTrace()
      connection.trace = trace
      for _ in 0..<20 { _ = await connection.ending(get) }
      return trace.steps
    } against: { peer, connection in
      for _ in 0..<20 {
        try await peer.expect(get)
        arrived.change { $0.append(EventLoop.now()) }
        peer.answer("$2\r\n5")
        // The readiness for the first half must not become the end of the step.
        await connection.loop.sleep(for: .microseconds(50))
        answered.change { $0.append(EventLoop.now()) }
        peer.answer("8\r\n")
      }
    }
    for (step, (arrived, answered)) in zip(steps, zip(arrived.read(), answered.read())) {
      #expect(step.sent <= arrived && answered <= step.received && step.sent <= step.received)
    }
    #expect(steps.count == 20)
  }

  @Test func `an emptied trace begins anew`() async throws {
    let steps = try await play { connection in
      let trace = CommandTrace()
      connection.trace = trace
      _ = await connection.ending(get)
      trace.removeAll()
      _ = await connection.ending(set)
      return trace.steps
    } against: { peer, _ in
      for command in [get, set] {
        try await peer.expect(command)
        peer.answer("+OK\r\n")
      }
    }
    #expect(steps.map { "\($0.verb)" } == ["SET"])
  }
}

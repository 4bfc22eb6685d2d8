// Commands over an exchange: the gate before it, the trace after it, and what a missing or negative
// reply proves.

extension RedisCommand {
  /// Its reply as a trace shows it.
  fileprivate func traced(_ reply: RedisReply) -> CommandTrace.Reply {
    caption?.shown(reply) ?? reply.traced
  }
}

extension RedisConnection {
  /// Sends one command and waits for its reply.
  ///
  /// `deadline` is in ns of `EventLoop.now()`; nil allows `timeout` from now. Throws the server's
  /// error, classified by `RedisErrors`, or `timeout` or `connectionClosed`, definite when the
  /// command cannot have had an effect.
  public func send(
    _ command: RedisCommand, deadline: Int64? = nil
  ) async throws(Failure) -> RedisReply {
    if gate == nil && trace == nil {
      // The path a million commands take; `perform` does the same and more.
      let deadline = deadline ?? EventLoop.now() + timeoutNs
      await exchange(command.bytes, expecting: 1, until: deadline)
      if let failure { throw lost([command], failure) }
      if case .integer = reply { return reply }
      follow(command, reply)
    } else {
      try await perform([command], deadline)
    }
    guard case .error(let message) = reply else { return reply }
    throw refused(command, message)
  }

  /// Sends commands in one piece and waits for all replies, errors among them in their places.
  ///
  /// Throws only when the exchange itself failed, definite when no command of it can have had an
  /// effect.
  public func send(
    _ commands: [RedisCommand], deadline: Int64? = nil
  ) async throws(Failure) -> [RedisReply] {
    guard !commands.isEmpty else { return [] }
    try await perform(commands, deadline)
    return commands.count == 1 ? [reply] : replies
  }

  /// Passes the gate, exchanges, and records.
  ///
  /// Afterwards `reply` or `replies` hold the answer.
  private func perform(_ commands: [RedisCommand], _ deadline: Int64?) async throws(Failure) {
    var admitted: (gate: any CommandGate, command: CommandDescription, admission: Admission)?
    if let gate {
      let command = CommandDescription(payload: .redis(commands), inTransaction: inTransaction)
      let admission = await gate.admit(command)
      if let reason = admission.refusal {
        close()
        throw .definite(reason)
      }
      admitted = (gate, command, admission)
    }
    let sent = EventLoop.now()
    let bytes = commands.count == 1 ? commands[0].bytes : commands.flatMap(\.bytes)
    await exchange(bytes, expecting: commands.count, until: deadline ?? sent + timeoutNs)
    if let admitted {
      admitted.gate.finished(admitted.command, failure == nil ? answer(to: commands) : .lost)
      if admitted.admission == .loseReply { loseReply() }
    }
    if trace != nil { record(commands, sent) }
    if let failure { throw lost(commands, failure) }
    for index in commands.indices { follow(commands[index], reply(at: index, of: commands)) }
  }

  private func reply(at index: Int, of commands: [RedisCommand]) -> RedisReply {
    commands.count == 1 ? reply : replies[index]
  }

  /// What the last command's reply says in brief: that of EXEC, where MULTI … EXEC went out whole.
  private func answer(to commands: [RedisCommand]) -> CommandTrace.Reply {
    reply(at: commands.count - 1, of: commands).traced
  }

  private func record(_ commands: [RedisCommand], _ sent: Int64) {
    for (index, command) in commands.enumerated() {
      let answer = failure == nil ? command.traced(reply(at: index, of: commands)) : .lost
      trace?.append(
        CommandTrace.Step(
          verb: command.caption?.label ?? command.verb, argument: command.argument, reply: answer,
          sent: sent,
          received: received))
    }
  }

  /// Keeps account of MULTI … EXEC.
  ///
  /// In doubt it is closed: then a lost write counts as possible.
  private func follow(_ command: RedisCommand, _ reply: RedisReply) {
    switch command.effect {
    case .begin: if command.opensTransaction && reply.isOK { inTransaction = true }
    case .commit, .rollback: inTransaction = false
    case .read, .write, .script: break
    }
  }

  private func refused(_ command: RedisCommand, _ message: String) -> Failure {
    let code = RedisErrors.code(of: message)
    return Failure(
      RedisErrors.certainty(of: code, for: command.effect, inTransaction: inTransaction),
      .server(
        code: code, message: code.isEmpty ? message : String(message.dropFirst(code.count + 1))))
  }

  private func lost(_ commands: [RedisCommand], _ reason: Failure.Reason) -> Failure {
    guard hasSent else { return .definite(reason) }
    var inTransaction = inTransaction
    for command in commands {
      let certainty = command.effect.certaintyWhenLost(inTransaction: inTransaction)
      guard certainty == .definite else { return .indefinite(reason) }
      if command.opensTransaction { inTransaction = true }
      if command.effect == .rollback { inTransaction = false }
    }
    return .definite(reason)
  }
}

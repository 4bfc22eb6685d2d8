// A connection that listens to channels, for locks that wait for their release message. Messages
// that come while nobody waits are kept in order; none is lost but those Redis itself never sent,
// which is why a waiter needs a deadline.

import DequeModule

/// A connection in Redis' subscribed mode (Redis manual, Pub/Sub). It belongs to one event loop and
/// is used there by one task at a time.
///
/// `@unchecked Sendable`: touched on the loop's thread alone, which every entry checks.
public final class RedisSubscription: @unchecked Sendable {
  /// A published message.
  public struct Message: Sendable, Hashable {
    public let channel: String
    public let payload: [UInt8]

    /// The payload, where it is valid UTF-8.
    public var text: String? { String(validating: payload, as: UTF8.self) }
  }

  /// The loop it belongs to.
  public let loop: EventLoop
  /// Passed by SUBSCRIBE and UNSUBSCRIBE before they are sent; nil lets them pass.
  public var gate: (any CommandGate)?

  private let stream: RedisStream
  private let exchange: Exchange
  private var messages: Deque<Message> = []
  /// The confirmation waited for: its kind and its channel.
  private var awaited: (kind: String, channel: String)?
  private var failure: Failure.Reason?
  /// Who waits for the server's word that it has sent everything up to now, oldest first.
  private var flushes: Deque<() -> Void> = []

  /// Takes over a stream to a server that answers.
  init(_ stream: RedisStream, on loop: EventLoop) {
    self.loop = loop
    self.stream = stream
    exchange = Exchange(on: loop)
    exchange.own(by: self)
    stream.own(by: self)
  }

  /// Connects, as `RedisConnection.open` does; what it throws is always definite.
  public static func open(
    _ address: RedisAddress, on loop: EventLoop, deadline: Int64, name: String? = nil
  ) async throws(Failure) -> RedisSubscription {
    let connection = try await RedisConnection.open(
      address, on: loop, deadline: deadline, name: name)
    return RedisSubscription(connection.surrender(), on: loop)
  }

  /// Whether messages can still come.
  public var isOpen: Bool { stream.isOpen }

  /// Subscribes to a channel; when it returns, every later message of the channel will arrive.
  public func subscribe(_ channel: String, deadline: Int64) async throws(Failure) {
    try await request("SUBSCRIBE", "subscribe", channel, deadline)
  }

  /// Ends the subscription to a channel and forgets its messages not taken yet.
  public func unsubscribe(_ channel: String, deadline: Int64) async throws(Failure) {
    try await request("UNSUBSCRIBE", "unsubscribe", channel, deadline)
    messages.removeAll { $0.channel == channel }
  }

  /// The next message, or nil when none came by `deadline` (ns of `EventLoop.now()`) or the task
  /// was cancelled. A connection lost is thrown, after the messages that came before.
  public func next(deadline: Int64) async throws(Failure) -> Message? {
    loop.preconditionOnLoop()
    if let message = messages.popFirst() { return message }
    guard isOpen else { throw .definite(failure ?? .connectionClosed) }
    await withTaskCancellationHandler {
      guard !Task.isCancelled else { return }
      await exchange.run(until: deadline) {}
    } onCancel: {
      loop.perform { if self.awaited == nil { self.exchange.end() } }
    }
    if let message = messages.popFirst() { return message }
    guard isOpen else { throw .definite(failure ?? .connectionClosed) }
    return nil
  }

  /// Ends a `next` under way as its deadline would.
  public func interrupt() {
    loop.preconditionOnLoop()
    if awaited == nil { exchange.end() }
  }

  /// Calls `done` when every message published so far is in, or the connection is lost: the server
  /// answers PING after whatever it has sent before (Redis manual, Pub/Sub).
  public func flush(_ done: @escaping () -> Void) {
    loop.preconditionOnLoop()
    guard isOpen else { return done() }
    flushes.append(done)
    stream.send(RedisCommand("PING", effect: .read).bytes)
  }

  /// Closes the connection; `next` under way throws.
  public func close() {
    loop.preconditionOnLoop()
    stream.close()
    exchange.stop()
    endFlushes()
  }

  private func request(
    _ verb: StaticString, _ kind: String, _ channel: String, _ deadline: Int64
  ) async throws(Failure) {
    loop.preconditionOnLoop()
    guard isOpen else { throw .definite(failure ?? .connectionClosed) }
    let command = RedisCommand(verb, [.text(channel)], effect: .read)
    var admitted: CommandDescription?
    if let gate {
      let description = CommandDescription(payload: .redis([command]), inTransaction: false)
      let admission = await gate.admit(description)
      guard case .proceed = admission else {
        // Losing a confirmation is losing the connection: no message comes without one.
        if case .loseReply = admission { gate.finished(description, .lost) }
        close()
        throw .definite(admission.refusal ?? .connectionClosed)
      }
      admitted = description
    }
    // It may have been lost while the gate held the command back.
    guard isOpen else {
      if let admitted { gate?.finished(admitted, .lost) }
      throw .definite(failure ?? .connectionClosed)
    }
    awaited = (kind, channel)
    await exchange.run(until: deadline) {
      stream.send(command.bytes)
    }
    if let admitted { gate?.finished(admitted, awaited == nil ? .ok : .lost) }
    guard awaited != nil else { return }
    awaited = nil
    let reason = failure ?? (isOpen ? .timeout : .connectionClosed)
    // A confirmation still to come would be taken for the next request's.
    close()
    throw .definite(reason)
  }
}

extension RedisSubscription: RedisStreamOwner, ExchangeOwner {
  func received(_ reply: RedisReply) {
    // Without a channel the connection is an ordinary one again, and so is the answer.
    if !flushes.isEmpty, reply.elements?.first?.text == "pong" || reply == .status("PONG") {
      return flushes.removeFirst()()
    }
    guard let push = Push(reply) else {
      stream.close()
      if case .error(let message) = reply {
        return ended(.server(code: RedisErrors.code(of: message), message: message))
      }
      return ended(.protocolViolation("neither a message nor a confirmation"))
    }
    if push.kind == "message" {
      messages.append(Message(channel: push.channel, payload: push.payload))
      if awaited == nil { exchange.end() }
    } else if let awaited, awaited == (push.kind, push.channel) {
      self.awaited = nil
      exchange.end()
    }
  }

  func ended(_ reason: Failure.Reason) {
    failure = reason
    exchange.stop()
    endFlushes()
  }

  private func endFlushes() {
    while let done = flushes.popFirst() { done() }
  }

  func overdue() { exchange.end() }

  /// What a subscribed connection is sent: a kind, a channel, and a payload or a count.
  private struct Push {
    var kind: String
    var channel: String
    var payload: [UInt8]

    init?(_ reply: RedisReply) {
      guard let parts = reply.elements, parts.count == 3 else { return nil }
      guard let kind = parts[0].text, let channel = parts[1].text else { return nil }
      self.kind = kind
      self.channel = channel
      if case .bulk(let bytes) = parts[2] { payload = bytes } else { payload = [] }
    }
  }
}

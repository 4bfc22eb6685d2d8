// One connection to a service: one request at a time. It never sends anything twice, not even what the
// server can hardly have read: a service that executes a request and hangs up looks just the same.

/// A connected, watched socket and the answer that is awaited on it.
final class HTTPConnection: Watcher, ExchangeOwner {
  private let loop: EventLoop
  private let socket: Int32
  private let exchange: Exchange
  private var parser: HTTPParser?
  private var unsent: ArraySlice<UInt8> = []
  private var hasSent = false
  private var failure: Failure.Reason?
  private(set) var isOpen = true
  /// Until when it may carry another request, in ns.
  private var usableUntil: Int64 = 0

  /// Takes over a connected socket.
  init(_ socket: Int32, on loop: EventLoop) throws(Failure) {
    self.loop = loop
    self.socket = socket
    exchange = Exchange(on: loop)
    let error = loop.watch(socket, .read, by: self)
    guard error == 0 else {
      isOpen = false
      System.close(socket)
      throw .definite(.system(System.text(errno: error)))
    }
    exchange.own(by: self)
  }

  /// Whether another request may be sent: the server has left it open, says nothing, and can't be
  /// about to close it.
  func isUsable(at now: Int64) -> Bool {
    guard isOpen, now < usableUntil else { return false }
    // The loop may not have heard yet of an end that has come.
    guard System.read(socket, loop.readBuffer) == -Int(System.wouldBlock) else {
      close()
      return false
    }
    return true
  }

  /// Sends a request and waits for its answer.
  func perform(
    _ bytes: [UInt8], isHead: Bool, until deadline: Int64
  ) async throws(Failure) -> HTTPResponse {
    precondition(parser == nil, "a connection carries one request at a time")
    guard isOpen else { throw .definite(.connectionClosed) }
    guard EventLoop.now() < deadline else {
      close()
      throw .definite(.timeout)
    }
    parser = HTTPParser(isHead: isHead)
    (hasSent, failure) = (false, nil)
    unsent = bytes[...]
    await exchange.run(until: deadline) { send() }
    defer { parser = nil }
    if let failure {
      close()
      throw Failure(hasSent ? .indefinite : .definite, failure)
    }
    guard let response = parser?.response else {
      preconditionFailure("an exchange ended without an answer or a failure")
    }
    if let idle = response.idleTime, isOpen, unsent.isEmpty {
      usableUntil = EventLoop.now() + idle
    } else {
      close()
    }
    return response
  }

  /// Closes; a request under way fails.
  func close() {
    guard isOpen else { return }
    isOpen = false
    loop.unwatch(socket)
    System.close(socket)
  }

  // MARK: Both ways

  private func send() {
    guard isOpen, !unsent.isEmpty else { return }
    let count = unsent.withUnsafeBytes { System.write(socket, $0) }
    if count > 0 {
      hasSent = true
      unsent = unsent.dropFirst(count)
    } else if count < 0, !System.isTransient(count) {
      // What the server has said before it went is still to be read.
      unsent = []
      if !hasSent { return end(.connectionClosed) }
    }
    loop.rewatch(socket, unsent.isEmpty ? .read : [.read, .write])
  }

  func ready(_ readiness: Readiness) {
    if readiness.contains(.write) { send() }
    guard isOpen, readiness.contains(.read) else { return }
    let buffer = loop.readBuffer
    let count = System.read(socket, buffer)
    if count > 0 {
      received(Array(buffer[..<count])[...])
    } else if !System.isTransient(count) {
      ended(isOrderly: count == 0)
    }
  }

  private func received(_ bytes: ArraySlice<UInt8>) {
    guard exchange.isUnderWay else {
      // Nobody asked: whatever it is, the next answer would be taken for another request's.
      return close()
    }
    do throws(HTTPParser.Malformed) {
      let count = try parser?.read(bytes) ?? 0
      guard parser?.isDone == true else { return }
      // What follows an answer belongs to nothing.
      if count < bytes.count { close() }
      exchange.stop()
    } catch {
      end(.protocolViolation(error.what))
    }
  }

  private func ended(isOrderly: Bool) {
    guard exchange.isUnderWay else { return close() }
    // An answer that ends with the connection is whole only where that ended in order.
    guard isOrderly, parser?.end() == true else { return end(.connectionClosed) }
    close()
    exchange.stop()
  }

  private func end(_ reason: Failure.Reason) {
    failure = reason
    close()
    exchange.stop()
  }

  func overdue() { end(.timeout) }

  func loopEnds() { ended(isOrderly: false) }
}

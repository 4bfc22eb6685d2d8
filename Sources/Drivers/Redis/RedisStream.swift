// A socket that speaks RESP: bytes out, replies in. It knows nothing of commands, deadlines or
// publications; its owner does.

import CHiredis

/// Receives what a stream brings.
protocol RedisStreamOwner: AnyObject {
  /// A whole reply was read.
  func received(_ reply: RedisReply)
  /// The stream has ended by itself; told once, never after `close()`.
  func ended(_ reason: Failure.Reason)
}

/// A connected, watched, non-blocking socket and hiredis' reader for it.
///
/// An open stream is kept alive by its loop and keeps its owner alive, until one closes it.
final class RedisStream: Watcher, Sender {
  private let loop: EventLoop
  private let socket: Int32
  private let reader: UnsafeMutablePointer<redisReader>
  /// What seals and opens the bytes; nil: they go as they are.
  private let channel: TLSChannel?
  private var owner: (any RedisStreamOwner)?
  /// What has not left yet: it was held back, or the socket was full.
  private var unsent: ArraySlice<UInt8> = []
  /// Whether the socket is watched for taking more.
  private var wantsWrite = false
  private(set) var isOpen = true
  /// How many bytes the socket has taken in all.
  private(set) var sentCount = 0
  /// What has come of the reply that is not whole yet.
  private var partial = PartialReply()

  /// Takes over a connected socket.
  init(_ socket: Int32, through channel: TLSChannel? = nil, on loop: EventLoop) throws(Failure) {
    guard let reader = redisReaderCreate() else {
      System.close(socket)
      throw .definite(.system("out of memory"))
    }
    self.loop = loop
    self.socket = socket
    self.reader = reader
    self.channel = channel
    let error = loop.watch(socket, .read, by: self)
    guard error == 0 else {
      isOpen = false
      System.close(socket)
      throw .definite(.system(System.text(errno: error)))
    }
  }

  deinit {
    redisReaderFree(reader)
  }

  /// Names the receiver; until then nothing may be sent.
  func own(by owner: any RedisStreamOwner) { self.owner = owner }

  /// Ends the stream without telling the owner.
  func close() {
    guard isOpen else { return }
    isOpen = false
    loop.unwatch(socket)
    System.close(socket)
    unsent = []
    owner = nil
  }

  private func end(_ reason: Failure.Reason) {
    guard isOpen, let owner else { return close() }
    close()
    owner.ended(reason)
  }

  func loopEnds() { end(.connectionClosed) }

  // MARK: Sending

  /// Writes what the socket takes, at once or when the loop says, and keeps the rest for later.
  func send(_ bytes: [UInt8]) {
    guard let channel else { return pass(bytes) }
    do throws(TLSFailure) {
      try channel.write(bytes)
      pass(channel.output())
    } catch {
      end(.system(error.reason))
    }
  }

  private func pass(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    guard unsent.isEmpty else {
      unsent += bytes
      return
    }
    unsent = bytes[...]
    if !loop.gathers(self) { sendUnsent() }
  }

  func sendUnsent() {
    guard isOpen else { return }
    let count = unsent.withUnsafeBytes { write($0) }
    guard isOpen else { return }
    unsent = unsent.dropFirst(count)
    guard wantsWrite == unsent.isEmpty else { return }
    // Asked for only now: arming and disarming it per command costs a quarter of the throughput.
    wantsWrite = !unsent.isEmpty
    loop.rewatch(socket, wantsWrite ? [.read, .write] : .read)
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    let count = System.write(socket, bytes)
    guard count < 0 else {
      sentCount += count
      return count
    }
    if !System.isTransient(count) { end(.connectionClosed) }
    return 0
  }

  // MARK: Receiving

  func ready(_ readiness: Readiness) {
    if readiness.contains(.write) && wantsWrite { sendUnsent() }
    guard isOpen, readiness.contains(.read) else { return }
    let buffer = loop.readBuffer
    let count = System.read(socket, buffer)
    if count > 0 {
      // One read per event: what is left over, if anything, is announced again.
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      if let channel { open(bytes, channel) } else { feed(bytes) }
    } else if !System.isTransient(count) {
      end(.connectionClosed)
    }
  }

  private func open(_ bytes: UnsafeRawBufferPointer, _ channel: TLSChannel) {
    let plain: [UInt8]
    do throws(TLSFailure) {
      plain = try channel.read(bytes)
    } catch {
      // Why we go, said to the server as well.
      pass(channel.output())
      return end(.system(error.reason))
    }
    pass(channel.output())
    if isOpen { plain.withUnsafeBytes { if !$0.isEmpty { feed($0) } } }
  }

  private func feed(_ bytes: UnsafeRawBufferPointer) {
    redisReaderFeed(reader, bytes.baseAddress, bytes.count)
    partial.add(bytes, isArray: reader.pointee.ridx > 0)
    while isOpen {
      var object: UnsafeMutableRawPointer?
      guard redisReaderGetReply(reader, &object) == REDIS_OK else {
        return end(.protocolViolation("not RESP: \(errorText)"))
      }
      guard let object else {
        if let excess = partial.excess { end(.protocolViolation(excess)) }
        return
      }
      partial = PartialReply()
      let reply = RedisReply(copying: object.assumingMemoryBound(to: redisReply.self))
      freeReplyObject(object)
      owner?.received(reply)
    }
  }

  private var errorText: String {
    withUnsafeBytes(of: &reader.pointee.errstr) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

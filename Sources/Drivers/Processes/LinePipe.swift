// The output of a user's program, line by line, read on the loop as it comes. A program that prints
// faster than it is read waits at its pipe; an endless line is cut.

internal import Glibc

/// The reading end of a pipe.
final class LinePipe: Watcher {
  private let loop: EventLoop
  private let descriptor: Int32
  private var rest: [UInt8] = []
  /// Whether a line that was too long is being passed over.
  private var isPassingOver = false
  private(set) var isOpen = true
  private let onLine: ([UInt8]) -> Void
  private let onEnd: () -> Void

  /// Bytes of a line that are kept.
  static let longest = 1 << 20

  /// Takes over a descriptor; nil, and it is closed, where the loop can't watch it.
  init?(
    _ descriptor: Int32, on loop: EventLoop, onLine: @escaping ([UInt8]) -> Void,
    onEnd: @escaping () -> Void
  ) {
    self.loop = loop
    self.descriptor = descriptor
    self.onLine = onLine
    self.onEnd = onEnd
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    guard loop.watch(descriptor, .read, by: self) == 0 else {
      isOpen = false
      System.close(descriptor)
      return nil
    }
  }

  func ready(_ readiness: Readiness) { _ = read() }

  func loopEnds() { close() }

  /// Reads what is there by now, a megabyte at most.
  func drain() {
    for _ in 0..<16 where isOpen { guard read() else { return } }
  }

  /// Reads once; false where nothing was there.
  private func read() -> Bool {
    guard isOpen else { return false }
    let count = System.read(descriptor, loop.readBuffer)
    if System.isTransient(count) { return false }
    guard count > 0 else {
      close()
      onEnd()
      return false
    }
    take(loop.readBuffer[..<count])
    return true
  }

  private func take(_ bytes: Slice<UnsafeMutableRawBufferPointer>) {
    var bytes = bytes
    while let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
      rest.append(contentsOf: bytes[..<end])
      bytes = bytes[(end + 1)...]
      finishLine()
    }
    if !isPassingOver { rest.append(contentsOf: bytes) }
    if rest.count > Self.longest {
      finishLine()
      isPassingOver = true
    }
  }

  private func finishLine() {
    defer {
      rest.removeAll(keepingCapacity: rest.capacity < 1 << 16)
      isPassingOver = false
    }
    if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
    if !isPassingOver { onLine(rest) }
  }

  /// Closes it; a line without its end is one all the same.
  func close() {
    guard isOpen else { return }
    isOpen = false
    loop.unwatch(descriptor)
    System.close(descriptor)
    if !rest.isEmpty { finishLine() }
  }
}

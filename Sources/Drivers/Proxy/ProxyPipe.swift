// One direction of a proxied connection: bytes pass at once, late, or not until it is healed. Their
// order never changes, and none is lost except with the connection.

/// A direction's bytes on their way.
final class ProxyPipe: Timer {
  private let loop: EventLoop
  private let sink: ([UInt8]) -> Void
  private var waiting: [(due: Int64, bytes: [UInt8])] = []
  /// Nothing passes.
  var isHeld = false { didSet { pump() } }
  /// How late bytes pass.
  var delayNs: Int64 = 0
  /// Called once, when everything that was sent has passed.
  private var whenEmpty: (() -> Void)?

  init(on loop: EventLoop, _ sink: @escaping ([UInt8]) -> Void) {
    self.loop = loop
    self.sink = sink
  }

  func send(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    guard isHeld || delayNs > 0 || !waiting.isEmpty else { return sink(bytes) }
    waiting.append((EventLoop.now() + delayNs, bytes))
    pump()
  }

  /// Calls `done` when all that was sent before has passed.
  func drain(_ done: @escaping () -> Void) {
    whenEmpty = done
    pump()
  }

  /// Forgets what has not passed.
  func close() {
    loop.disarm(self)
    waiting = []
    whenEmpty = nil
  }

  override func fire() { pump() }

  private func pump() {
    guard !isHeld else { return }
    let now = EventLoop.now()
    while let first = waiting.first, first.due <= now {
      waiting.removeFirst()
      sink(first.bytes)
    }
    if let first = waiting.first {
      loop.arm(self, at: first.due)
    } else if let done = whenEmpty {
      whenEmpty = nil
      done()
    }
  }
}

// Input to a user's program: written at once, or as soon as it reads. It never blocks us.

internal import Glibc

/// The writing end of a pipe.
final class InputPipe: Watcher {
  private let loop: EventLoop
  private let descriptor: Int32
  private var unsent: [UInt8] = []
  private(set) var isOpen = true
  private var isWatched = false

  /// Takes over a descriptor.
  init(_ descriptor: Int32, on loop: EventLoop) {
    self.loop = loop
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
  }

  /// Writes; that nobody reads any more shows by the end of the output, not here.
  func send(_ bytes: [UInt8]) {
    guard isOpen else { return }
    unsent += bytes
    if !isWatched { write() }
    guard isOpen, !isWatched, !unsent.isEmpty else { return }
    isWatched = loop.watch(descriptor, .write, by: self) == 0
    if !isWatched { close() }
  }

  private func write() {
    let count = unsent.withUnsafeBytes { System.write(descriptor, $0) }
    if count >= 0 {
      unsent.removeFirst(count)
    } else if !System.isTransient(count) {
      close()
    }
  }

  func ready(_ readiness: Readiness) {
    write()
    if isOpen, unsent.isEmpty { unwatch() }
  }

  func loopEnds() { close() }

  /// Closes it: the program finds its input at an end.
  func close() {
    guard isOpen else { return }
    isOpen = false
    unsent = []
    unwatch()
    System.close(descriptor)
  }

  private func unwatch() {
    if isWatched { loop.unwatch(descriptor) }
    isWatched = false
  }
}

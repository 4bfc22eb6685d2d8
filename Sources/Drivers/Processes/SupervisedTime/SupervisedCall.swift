// A system call of another process that waits for our answer (seccomp_unotify(2)): what it was called with, and
// the ways to answer it.

internal import CSystem

/// A call whose thread stands at its entry. A signal may interrupt it at any time; then answers go nowhere, and the
/// thread asks again.
struct SupervisedCall {
  /// By which it is answered.
  let listener: Int32
  private let id: UInt64
  let thread: Int32
  let registers: SystemCallText.Registers

  /// The next one at a listener that has one; nil: its thread is gone.
  init?(from listener: Int32) {
    var call = seccomp_notif()
    guard supervisor_receive(listener, &call) else { return nil }
    let words = call.data.args
    self.listener = listener
    (id, thread) = (call.id, Int32(bitPattern: call.pid))
    registers = SystemCallText.Registers(
      number: Int(call.data.nr),
      words: SIMD8(
        words.0, words.1, words.2, words.3, words.4, words.5, 0, call.data.instruction_pointer))
  }

  var name: String { SystemCall(number: registers.number).name }

  /// Whether nobody has answered or interrupted it.
  var isAsked: Bool { supervisor_is_asked(listener, id) }

  /// Lets the kernel carry it out.
  func proceed() { _ = supervisor_continue(listener, id) }

  func answer(_ value: Int64) { _ = supervisor_answer(listener, id, value, 0) }

  func fail(_ error: Int32) { _ = supervisor_answer(listener, id, 0, -error) }
}

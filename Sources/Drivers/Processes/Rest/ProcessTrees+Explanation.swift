// Sentences about threads that don't rest, or that rest and shouldn't: what they are called, what they wait
// for, and who is at the other end. Asked when an error is to be told, not before.

extension ProcessTrees {
  /// A clause about a thread that doesn't rest, such as `thread 12 (worker) of process 10 (python3) waits for
  /// a disk or inside the kernel in fsync (descriptor 7), /var/lib/shop.db`.
  public func explanation(of busy: BusyThread) -> String {
    subject(busy.process, busy.thread) + " " + busy.state
      + place(busy.process, busy.descriptor)
  }

  /// A clause about a thread that sleeps, such as `thread 10 (python3) of process 10 (python3) waits in recvfrom
  /// (descriptor 7), a TCP connection to 127.0.0.1:6379`.
  public func explanation(of wait: ThreadWait) -> String {
    let call = wait.isStopped ? "has been stopped in \(wait.call)" : "waits in \(wait.call)"
    let descriptor = wait.descriptor.map { " (descriptor \($0))" } ?? ""
    var end = ""
    if let due = wait.due {
      end = ", for \(max(0, due - EventLoop.now()) / 1_000_000) ms more at most"
    }
    return subject(wait.process, wait.thread) + " \(call)\(descriptor)"
      + place(wait.process, wait.descriptor) + end
  }

  private func subject(_ process: Int32, _ thread: Int32) -> String {
    "thread \(thread)\(name("\(process)/task/\(thread)")) of process \(process)\(name("\(process)"))"
  }

  private func name(_ folder: String) -> String {
    smallFile("/proc/\(folder)/comm").map { " (\($0.split(separator: "\n").first ?? ""))" } ?? ""
  }

  /// What is at the other end.
  private func place(_ process: Int32, _ number: Int32?) -> String {
    guard let number else { return "" }
    let descriptor = OpenDescriptor(process: process, number: number)
    guard let target = descriptor.target else { return "" }
    if target.hasPrefix("socket:") {
      let socket = sockets().first { $0.process == process && $0.descriptor == number }
      return socket.map { ", \($0.peer)" } ?? ", a socket that isn't connected"
    }
    if target.hasPrefix("pipe:") { return ", a pipe to \(others(at: target, than: process))" }
    return ", \(target)"
  }

  /// Who else has a pipe.
  private func others(at target: String, than process: Int32) -> String {
    let others = processes.map(\.process).filter { other in
      other != process && OpenDescriptor.all(of: other).contains { $0.target == target }
    }
    guard !others.isEmpty else { return "somebody who isn't looked at, or to itself" }
    let list = others.map { "\($0)\(name("\($0)"))" }.joined(separator: ", ")
    return "process \(list)"
  }
}

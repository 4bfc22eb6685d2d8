// How a call ended, by the mark that its script has left in the same step.

package import Drivers

extension RedisAddress {
  package func end(
    of left: CallEvidence.Left, process: Int, prefix: String, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) -> CallEnd? {
    guard case .mark(let number) = left else { return nil }
    let connection = try await RedisConnection.open(self, on: loop, deadline: deadline)
    defer { connection.close() }
    // A command that the server has read but not run yet goes with its connection.
    let list = RedisCommand("CLIENT", ["LIST"], effect: .read)
    let name = " name=\(Session.name(of: process)) "
    while try await connection.send(list, deadline: deadline).text?.contains(name) != false {
      guard EventLoop.now() < deadline else { return nil }
      await loop.sleep(for: .milliseconds(5))
    }
    let key = Session.mark(of: process, prefix: prefix)
    let get = RedisCommand("GET", [.text(key)], effect: .read)
    let words = try await connection.send(get, deadline: deadline).text?.split(separator: " ") ?? []
    guard words.first.flatMap({ Int($0) }) == number else { return .noEffect }
    return words.last.flatMap { Int($0) }.map(CallEnd.answered)
  }
}

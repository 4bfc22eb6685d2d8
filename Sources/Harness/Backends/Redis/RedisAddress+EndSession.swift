// CLIENT KILL ID: a Redis ends a client's connection.

package import Drivers
package import History

extension RedisAddress {
  package func endSession(
    on loop: EventLoop, by deadline: Int64, _ random: inout SplitMix64,
    noting note: (_ process: Int?, _ isOver: Bool) -> Void
  ) async throws(Failure) {
    let connection = try await RedisConnection.open(self, on: loop, deadline: deadline)
    defer { connection.close() }
    let list = RedisCommand("CLIENT", ["LIST"], effect: .read)
    let victims = (try await connection.send(list, deadline: deadline).text ?? "")
      .split(separator: "\n").compactMap(Victim.init)
    guard let victim = victims.randomElement(using: &random) else { return }
    note(victim.process, false)
    // An error only if it has gone meanwhile, which has the same effect.
    let kill = RedisCommand("CLIENT", ["KILL", "ID", .integer(victim.id)], effect: .read)
    _ = try await connection.send(kill, deadline: deadline)
    note(victim.process, true)
  }
}

/// A client's connection in CLIENT LIST: `id=7 addr=… name=p3 …`.
private struct Victim {
  var id: Int
  var process: Int

  init?(line: Substring) {
    var fields: [Substring: Substring] = [:]
    for field in line.split(separator: " ") {
      let sides = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if sides.count == 2 { fields[sides[0]] = sides[1] }
    }
    // Only clients of the run have such names.
    guard let id = fields["id"].flatMap({ Int($0) }), let name = fields["name"],
      name.first == "p", let process = Int(name.dropFirst())
    else { return nil }
    self.id = id
    self.process = process
  }
}

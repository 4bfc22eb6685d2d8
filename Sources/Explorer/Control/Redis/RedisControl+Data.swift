// Whether what a reading command waits for is there: asked of the server beside the command, which is held
// at its gate.

import Drivers

extension RedisControl {
  /// Whether a read that waits for this would be answered at once.
  func isThere(_ awaited: AwaitedData) async throws(Failure) -> Bool {
    switch awaited {
    case .keys(let keys):
      let ask = RedisCommand("EXISTS", keys.map { .text($0) }, effect: .read)
      return try await connection.send(ask).integer ?? 0 > 0
    case .entry(let stream, let group):
      let groups = RedisCommand("XINFO", ["GROUPS", .text(stream)], effect: .read)
      guard
        let last = try await connection.send(groups).elements?.lazy.compactMap({
          Self.lastDelivered($0, to: group)
        }).first
      else { return false }
      let ask = RedisCommand(
        "XRANGE", [.text(stream), .text(Self.successor(of: last)), "+", "COUNT", 1], effect: .read)
      return try await connection.send(ask).elements?.isEmpty == false
    }
  }

  /// The least id after another one (Redis manual, XRANGE: ids are `ms-sequence`); an exclusive
  /// range says the same from Redis 6.2 on.
  static func successor(of id: String) -> String {
    let parts = id.split(separator: "-").compactMap { UInt64($0) }
    guard parts.count == 2 else { return id }
    return parts[1] == .max ? "\(parts[0] + 1)-0" : "\(parts[0])-\(parts[1] + 1)"
  }

  /// Of a group's names and values the id of the last entry it was given.
  private static func lastDelivered(_ reply: RedisReply, to group: String) -> String? {
    let words = reply.elements ?? []
    var values: [String: String] = [:]
    for place in stride(from: 0, to: words.count - 1, by: 2) {
      if let name = words[place].text { values[name] = words[place + 1].text }
    }
    return values["name"] == group ? values["last-delivered-id"] : nil
  }
}

// The servers' own load generators, on servers that soldout started: soldout's figures are
// compared with theirs, so that they mean the same on every machine.

import Commands
import Drivers
import Foundation
import Harness

/// redis-benchmark on a private Redis.
struct RedisBenchmark {
  private let program: PeerProgram
  private let socket: String

  init(_ topology: Topology) throws {
    guard case .unix(let socket)? = topology.redis?.endpoint else {
      throw CLIError("the private Redis has no unix socket", .internalError)
    }
    self.socket = socket
    program = try PeerProgram("redis-benchmark")
  }

  /// Requests per second of clients that send one command after the other. It counts requests, so
  /// a short run first tells how many fill the time.
  func rate(_ command: [String], clients: Int, seconds: Double) throws -> Double {
    let few = try rate(command, clients: clients, requests: 10_000)
    return try rate(command, clients: clients, requests: max(10_000, Int(few * seconds)))
  }

  private func rate(_ command: [String], clients: Int, requests: Int) throws -> Double {
    let output = try program.run(
      ["-s", socket, "-c", "\(clients)", "-n", "\(requests)", "--csv"] + command)
    // "test","rps",… and then "DECR …","123456.78",…
    let row = output.split(separator: "\n").last.map(String.init) ?? ""
    let fields = row.split(separator: ",")
      .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"")) }
    guard fields.count > 1, let rate = Double(fields[1]), rate > 0 else {
      throw CLIError("redis-benchmark printed no rate: \(row)", .unavailable)
    }
    return rate
  }
}

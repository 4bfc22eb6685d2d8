// Which call a client makes next: a pure function of seed, client and number.
// No state, no clock: the same seed gives the same calls, whatever the servers do.

import Foundation
import History

/// A call on one item, before it is made.
public struct PlannedCall: Sendable, Hashable {
  /// Position of the item, from 0.
  public var item: Int
  public var call: ShopCall
}

/// The calls of a workload under one seed.
public struct Generator: Sendable {
  private let workload: Workload
  private let seed: UInt64
  /// Cumulative popularity of the items, ending in 1.
  private let popularity: [Double]

  public init(_ workload: Workload, seed: Seed) {
    self.workload = workload
    self.seed = seed.value
    var sum = 0.0
    let cumulative = (1...workload.items).map { rank in
      sum += rank.zipfWeight(exponent: workload.skew)
      return sum
    }
    popularity = cumulative.map { $0 / sum }
  }

  /// Call number `number` (from 0) of a client (from 0).
  public func call(client: Int, number: Int) -> PlannedCall {
    var random = SplitMix64(seed: seed, stream: UInt64(client), position: UInt64(number))
    if isShared(client, number) {
      // Counted down, to be no client's stream.
      random = SplitMix64(seed: seed, stream: .max - UInt64(client / 2), position: UInt64(number))
    }
    return PlannedCall(
      item: item(&random), call: call(&random, name: name(client, number)))
  }

  /// Whether a call of a buyer's is made by two neighbouring clients, as by one who presses twice: one in two,
  /// where calls have a buyer or a number.
  private func isShared(_ client: Int, _ number: Int) -> Bool {
    guard !workload.datatype.isStock else { return false }
    var random = SplitMix64(
      seed: seed, stream: .max / 2 - UInt64(client / 2), position: UInt64(number))
    return Bool.random(using: &random)
  }

  /// A number for an order that only this call has, or this and its neighbour's.
  private func name(_ client: Int, _ number: Int) -> Int {
    let own = isShared(client, number) ? client / 2 * 2 : client
    return number * (workload.clients + 1) + own
  }

  /// When an open loop means that call to start, in ns on a clock that starts with the main phase:
  /// the clients take turns at a constant rate. Nil in a closed loop.
  public func start(client: Int, number: Int) -> Int64? {
    guard let rate = workload.rate else { return nil }
    return Int64(Double(number * workload.clients + client) * 1e9 / rate)
  }

  private func item(_ random: inout SplitMix64) -> Int {
    if popularity.count == 1 { return 0 }
    let point = Double.random(in: 0..<1, using: &random)
    var low = 0
    var high = popularity.count - 1
    while low < high {
      let middle = (low + high) / 2
      if popularity[middle] > point { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// `name` is the number that an order has.
  private func call(_ random: inout SplitMix64, name: Int) -> ShopCall {
    let mix = workload.mix
    let point = Int.random(in: 0..<mix.total, using: &random)
    if point >= mix.take, point < mix.take + mix.read { return .read }
    switch workload.datatype {
    case .stock where point >= mix.take: return .restock(workload.restockUnits)
    case .account where point >= mix.take:
      return .restock(Int.random(in: workload.quantity, using: &random))
    case .stock, .account: return .take(Int.random(in: workload.quantity, using: &random))
    case .coupon:
      let buyers = workload.buyers ?? max(2, 2 * workload.stock)
      return .claim(buyer: Int.random(in: 1...buyers, using: &random))
    case .orders:
      return .order(id: name, units: Int.random(in: workload.quantity, using: &random))
    }
  }
}

extension Int {
  /// Popularity of the item of this rank, from 1.
  fileprivate func zipfWeight(exponent: Double) -> Double {
    exponent == 0 ? 1 : pow(Double(self), -exponent)
  }
}

// Generated histories with a known verdict, for benches and tests of the engines.
// It runs no server and asks no model; the seed decides everything.

import Checker
import History

/// The shape of a made-up history of one object; see `history()`.
struct SyntheticHistory: Sendable, Hashable {
  /// What is simulated, by the name of its model.
  enum Object: String, Sendable, Hashable, CaseIterable {
    case stock
    case coupon
    case basket
    case counter
    case set
    case queue = "fifo-queue"
    case register
    case casRegister = "cas-register"
  }

  /// Something that no conforming object does, planted once, in the middle.
  enum Defect: String, Sendable, Hashable, CaseIterable {
    case none
    /// One change is done twice: a unit sold, an element taken, a value swapped.
    case duplicate
    /// A read misses a change that its own client had finished before.
    case stale
    /// Two elements come out in the order opposite to the one they went in, or two orders leave less of one
    /// item and more of another.
    case swap
    /// A take is ok after its client had been told "sold out".
    case oversell
    /// Something is read that never was there.
    case ghost
  }

  var object: Object
  /// Clients that call at the same time, at least 1.
  var clients: Int
  /// Calls in all, at least 4.
  var operations: Int
  /// The share of calls that are reads, from 0 to 1; of a queue, dequeues.
  var reads: Double
  /// The share of calls that get no reply, from 0 to 1; every other one of them takes effect.
  var indeterminate: Double
  var defect: Defect
  var seed: UInt64

  init(
    _ object: Object, clients: Int = 8, operations: Int, reads: Double = 0.2,
    indeterminate: Double = 0, defect: Defect = .none, seed: UInt64 = 1
  ) {
    precondition(clients >= 1 && operations >= 4, "somebody calls, and often enough for a defect")
    precondition((0...1).contains(reads) && (0...1).contains(indeterminate), "shares are 0 to 1")
    self.object = object
    self.clients = clients
    self.operations = operations
    self.reads = reads
    self.indeterminate = indeterminate
    self.defect = defect
    self.seed = seed
  }

  /// What a sound engine must find.
  var verdict: Verdict { defect == .none ? .linearizable : .violation }

  /// The defects that mean something for an object, `none` first.
  static func defects(of object: Object) -> [Defect] {
    switch object {
    case .stock, .coupon: [.none, .duplicate, .stale, .oversell, .ghost]
    case .basket: [.none, .duplicate, .stale, .swap, .oversell, .ghost]
    case .counter, .register: [.none, .stale, .ghost]
    case .set, .casRegister: [.none, .duplicate, .stale, .ghost]
    case .queue: [.none, .duplicate, .swap, .ghost]
    }
  }

  /// The history: equal seeds give equal ones.
  ///
  /// Every call takes effect at one moment between call and reply and is answered truthfully, so a
  /// history without a defect is linearizable. A defect is a few calls of one client, one after
  /// another, whose replies contradict each other whatever all others do.
  ///
  /// - Throws: `InvalidValue` for a defect that means nothing for the object.
  func history() throws(InvalidValue) -> History {
    let known = Self.defects(of: object)
    guard known.contains(defect) else {
      throw InvalidValue(
        "\(object.rawValue) knows no defect \(defect.rawValue); it knows "
          + list(known.map(\.rawValue)))
    }
    var history =
      switch object {
      case .stock: simulated(SyntheticStock(units: units))
      case .coupon: simulated(SyntheticCoupons(coupons: units))
      case .basket: simulated(SyntheticBaskets(units: max(1, units / 6)))
      case .counter: simulated(SyntheticCounter())
      case .set: simulated(SyntheticSet())
      case .queue: simulated(SyntheticQueue())
      case .register: simulated(SyntheticRegister(swaps: false))
      case .casRegister: simulated(SyntheticRegister(swaps: true))
      }
    history.header.model = object.rawValue
    history.header.seed = String(seed, radix: 16)
    return history
  }

  /// Units in stock: three quarters of what is asked for, so that the stock is sold out at the end.
  private var units: Int { max(1, Int(Double(operations) * (1 - reads) * 0.75)) }

  private func simulated<O: SyntheticObject>(_ object: O) -> History {
    let initial = object.initial
    var simulation = Simulation(object, shape: self)
    var history = simulation.run()
    history.header.initial = [.null: initial]
    return history
  }
}

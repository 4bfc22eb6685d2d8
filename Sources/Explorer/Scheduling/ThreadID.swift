// The threads of an execution: sequences of commands, each sent when the one before it is answered.
// Every client has two, its calls and what runs beside them, such as a lock's watchdog; every worker one.

/// One thread of an execution.
public struct ThreadID: Sendable, Hashable {
  /// Its place among the threads: of client c 2c and 2c + 1, of worker w 16 + w. Search orders by it.
  let number: Int

  /// Clients of one execution at most: as many as `Occurrences` and tokens can tell apart.
  static let mostClients = 8
  /// Workers of one execution at most.
  static let mostWorkers = 64

  private static let firstWorker = 2 * mostClients

  /// The thread of a client's calls; clients count from 0.
  public static func client(_ client: Int) -> ThreadID {
    precondition((0..<mostClients).contains(client), "there are clients 0 to \(mostClients - 1)")
    return ThreadID(number: 2 * client)
  }

  /// The thread beside a client's calls.
  public static func beside(_ client: Int) -> ThreadID {
    ThreadID(number: self.client(client).number + 1)
  }

  /// A worker's thread; workers count from 0.
  static func worker(_ worker: Int) -> ThreadID {
    precondition((0..<mostWorkers).contains(worker), "there are workers 0 to \(mostWorkers - 1)")
    return ThreadID(number: firstWorker + worker)
  }

  /// Every thread of these clients and workers. Between the two there may be numbers of no client,
  /// whose threads stay idle.
  static func all(clients: Int, workers: Int) -> [ThreadID] {
    let count = workers == 0 ? 2 * clients : firstWorker + workers
    return (0..<count).map { ThreadID(number: $0) }
  }

  /// The client whose thread it is, from 0; nil: a worker's.
  var client: Int? { isWorker ? nil : number / 2 }

  /// The worker whose thread it is, from 0; nil: a client's.
  var worker: Int? { isWorker ? number - Self.firstWorker : nil }

  var isWorker: Bool { number >= Self.firstWorker }

  /// Whether it runs beside a client's calls.
  var isBeside: Bool { !isWorker && number % 2 == 1 }

  /// Whether it makes a client's calls.
  var makesCalls: Bool { !isWorker && number % 2 == 0 }

  /// Who moves: a client's two threads are one actor.
  var actor: ThreadID { isBeside ? ThreadID(number: number - 1) : self }
}

extension ThreadID: CustomStringConvertible {
  /// `1`, `2+` (beside the calls), `w1` (a worker): people count from 1.
  public var description: String {
    if let worker { return "w\(worker + 1)" }
    return "\(number / 2 + 1)\(isBeside ? "+" : "")"
  }

  /// Reads what `description` writes from the front of a text, and takes it away.
  init?(readingFrom text: inout Substring) {
    var rest = text
    let isWorker = rest.first == "w"
    if isWorker { rest = rest.dropFirst() }
    let digits = rest.prefix { $0.isNumber }
    let most = isWorker ? Self.mostWorkers : Self.mostClients
    guard let ordinal = Int(digits), (1...most).contains(ordinal) else { return nil }
    rest = rest.dropFirst(digits.count)
    if isWorker {
      self = .worker(ordinal - 1)
    } else if rest.first == "+" {
      rest = rest.dropFirst()
      self = .beside(ordinal - 1)
    } else {
      self = .client(ordinal - 1)
    }
    text = rest
  }
}

// The threads of a testbed: sequences of commands, each sent when the one before it is answered. A client
// of a strategy has two, its calls and what runs beside them, such as a lock's watchdog; one of a program as
// many as it has commands under way at once; every worker one.

/// One thread of a testbed.
public struct ThreadID: Sendable, Hashable {
  /// Its place among the threads: of client c 2c and 2c + 1, of worker w 16 + w, of a client's further
  /// threads 80 + 8 (t − 2) + c. Search orders by it.
  let number: Int

  /// Clients of one testbed at most: as many as `Occurrences` and tokens can tell apart.
  static let mostClients = 8
  /// Workers of one testbed at most.
  static let mostWorkers = 64
  /// Threads of one client at most.
  static let mostOfClient = 8

  private static let firstWorker = 2 * mostClients
  private static let firstFurther = firstWorker + mostWorkers

  /// The thread of a client's calls; clients count from 0.
  public static func client(_ client: Int) -> ThreadID { self.client(client, 0) }

  /// The thread beside a client's calls.
  public static func beside(_ client: Int) -> ThreadID { self.client(client, 1) }

  /// One of a client's threads, from 0.
  static func client(_ client: Int, _ thread: Int) -> ThreadID {
    precondition((0..<mostClients).contains(client), "there are clients 0 to \(mostClients - 1)")
    precondition(
      (0..<mostOfClient).contains(thread), "a client has at most \(mostOfClient) threads")
    return ThreadID(
      number: thread < 2
        ? 2 * client + thread : firstFurther + mostClients * (thread - 2) + client)
  }

  /// A worker's thread; workers count from 0.
  static func worker(_ worker: Int) -> ThreadID {
    precondition((0..<mostWorkers).contains(worker), "there are workers 0 to \(mostWorkers - 1)")
    return ThreadID(number: firstWorker + worker)
  }

  /// Every thread of these clients, who have so many each, and workers. Between them there may be numbers
  /// of no client, whose threads stay idle.
  static func all(clients: Int, workers: Int, each threads: Int = 2) -> [ThreadID] {
    let count =
      threads > 2
      ? firstFurther + mostClients * (threads - 2)
      : workers == 0 ? 2 * clients : firstWorker + workers
    return (0..<count).map { ThreadID(number: $0) }
  }

  /// The client whose thread it is, from 0; nil: a worker's.
  var client: Int? {
    if isWorker { return nil }
    return number < Self.firstWorker ? number / 2 : (number - Self.firstFurther) % Self.mostClients
  }

  /// The worker whose thread it is, from 0; nil: a client's.
  var worker: Int? { isWorker ? number - Self.firstWorker : nil }

  var isWorker: Bool { (Self.firstWorker..<Self.firstFurther).contains(number) }

  /// Which of its client's threads it is, from 0; of a worker's 0.
  private var place: Int {
    if isWorker { return 0 }
    return number < Self.firstWorker
      ? number % 2 : 2 + (number - Self.firstFurther) / Self.mostClients
  }

  /// Whether it runs beside a client's calls.
  var isBeside: Bool { place > 0 }

  /// Whether it makes a client's calls.
  var makesCalls: Bool { !isWorker && place == 0 }

  /// Who moves: a client's threads are one actor.
  var actor: ThreadID { client.map { .client($0) } ?? self }
}

extension ThreadID: CustomStringConvertible {
  /// `1`, `2+` (beside the calls), `2++` (a third thread), `w1` (a worker): people count from 1.
  public var description: String {
    guard let client else { return "w\((worker ?? 0) + 1)" }
    return "\(client + 1)" + String(repeating: "+", count: place)
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
    } else {
      let signs = rest.prefix { $0 == "+" }
      guard signs.count < Self.mostOfClient else { return nil }
      rest = rest.dropFirst(signs.count)
      self = .client(ordinal - 1, signs.count)
    }
    text = rest
  }
}

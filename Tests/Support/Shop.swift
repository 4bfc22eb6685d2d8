// A shop under concurrent clients, as the text of an own history: several keys, equal times, failed,
// indeterminate and unanswered calls, and wrong answers if asked for.

public import History

/// What a random shop is like.
public struct Shop: Sendable, CustomStringConvertible {
  public enum Model: String, Sendable, CaseIterable { case stock, account, counter }

  public var model: Model
  public var clients: Int
  public var keys: Int
  public var operations = 60
  public var units = 20
  /// One in so many calls fails, stays indeterminate, or is never answered; 0 for none.
  public var failing = 0
  public var indeterminate = 0
  public var silent = 0
  /// Whether every change is answered with what it left.
  public var isTold = true
  /// Whether units are put in as well.
  public var restocks = false
  /// Answers that are changed.
  public var wrong = 0

  public init(_ model: Model, clients: Int, keys: Int) {
    self.model = model
    self.clients = clients
    self.keys = keys
  }

  /// Some shop.
  public init(_ model: Model, _ random: inout SeededGenerator) {
    self.init(model, clients: 1 + random.below(6), keys: 1 + random.below(3))
    operations = 10 + random.below(150)
    units = random.below(60)
    failing = [0, 7][random.below(2)]
    indeterminate = [0, 0, 12][random.below(3)]
    silent = [0, 0, 40][random.below(3)]
    isTold = !random.once(in: 3)
    restocks = random.once(in: 3)
    wrong = [0, 1, 2][random.below(3)]
  }

  public var description: String {
    "\(clients) clients, \(keys) keys, \(operations) operations, \(units) units, failing \(failing), "
      + "indeterminate \(indeterminate), silent \(silent), told \(isTold), restocks \(restocks), "
      + "wrong \(wrong)"
  }

  /// What truthful clients noted, line by line.
  public func entries(_ random: inout SeededGenerator) -> [Entry] {
    var simulation = ShopSimulation(self)
    simulation.run(&random)
    return simulation.entries
  }

  /// The history's lines.
  public func text(_ random: inout SeededGenerator) -> [UInt8] {
    var simulation = ShopSimulation(self)
    simulation.run(&random)
    let replies = simulation.entries.indices.filter { simulation.entries[$0].kind == .ok }
    for _ in 0..<wrong where !replies.isEmpty {
      let place = replies[random.below(replies.count)]
      if case .int(let told) = simulation.entries[place].value {
        simulation.entries[place].value = .int(told + [-1, 1, 2][random.below(3)])
      }
    }
    var bytes: [UInt8] = []
    JSONLinesWriter.append(simulation.header, to: &bytes)
    for entry in simulation.entries { JSONLinesWriter.append(entry, to: &bytes) }
    return bytes
  }
}

private struct ShopSimulation {
  private struct Call {
    var entry: Entry
    var key: Int
    var reply: Value?
    var isDone = false
  }

  let shop: Shop
  var entries: [Entry] = []
  private var left: [Int]
  private var open: [Int: Call] = [:]
  private var time: Int64 = 0
  private var processes: [Int]

  init(_ shop: Shop) {
    self.shop = shop
    left = Array(repeating: shop.units, count: shop.keys)
    processes = Array(0..<shop.clients)
  }

  var header: Header {
    Header(
      model: shop.model.rawValue,
      initial: Dictionary(
        uniqueKeysWithValues: (0..<shop.keys).map {
          (Value.string("item-\($0)"), Value.int(shop.units))
        }))
  }

  mutating func run(_ random: inout SeededGenerator) {
    var begun = 0
    while begun < shop.operations || !open.isEmpty {
      let client = random.below(shop.clients)
      guard var call = open[client] else {
        guard begun < shop.operations else { continue }
        begun += 1
        begin(client, &random)
        continue
      }
      if !call.isDone {
        if shop.failing == 0 || !random.once(in: 4 * shop.failing) {
          if random.once(in: 2) { perform(&call) }
          open[client] = call
        } else {
          end(client, call, .fail, &random)
        }
      } else if random.once(in: 2) {
        end(client, call, .ok, &random)
      }
      lose(client, &random)
    }
  }

  private mutating func begin(_ client: Int, _ random: inout SeededGenerator) {
    let key = random.below(shop.keys)
    let functions: [(String, Value)] =
      switch shop.model {
      case .stock:
        [("take", .int(1)), ("read", .null)] + (shop.restocks ? [("restock", .int(2))] : [])
      case .account: [("use", .int(3)), ("read", .null), ("charge", .int(2))]
      case .counter: [("add", .int(shop.restocks && random.once(in: 2) ? -1 : 1)), ("read", .null)]
      }
    let (function, value) = functions[random.below(functions.count)]
    tick(&random)
    let entry = Entry(
      process: .client(processes[client]), kind: .invoke, function: function,
      key: .string("item-\(key)"), value: value, time: time, index: entries.count)
    entries.append(entry)
    open[client] = Call(entry: entry, key: key)
  }

  private mutating func perform(_ call: inout Call) {
    guard case .int(let amount) = call.entry.value else {
      call.reply = .int(left[call.key])
      call.isDone = true
      return
    }
    call.isDone = true
    switch call.entry.function {
    case "take" where left[call.key] < amount: call.reply = .string("sold-out")
    case "use" where left[call.key] < amount: call.reply = .string("insufficient")
    case "take", "use":
      left[call.key] -= amount
      call.reply = shop.isTold ? .int(left[call.key]) : .null
    default:
      left[call.key] += amount
      call.reply =
        call.entry.function == "charge" && shop.isTold ? .int(left[call.key]) : .null
    }
  }

  private mutating func end(
    _ client: Int, _ call: Call, _ kind: Entry.Kind, _ random: inout SeededGenerator
  ) {
    tick(&random)
    var entry = call.entry
    (entry.kind, entry.time, entry.index) = (kind, time, entries.count)
    entry.value = kind == .ok ? call.reply ?? .null : call.entry.value
    entries.append(entry)
    open[client] = nil
  }

  /// Some calls stay without an answer; another process goes on.
  private mutating func lose(_ client: Int, _ random: inout SeededGenerator) {
    guard let call = open[client] else { return }
    if shop.indeterminate > 0, random.once(in: 3 * shop.indeterminate) {
      end(client, call, .info, &random)
    } else if shop.silent > 0, random.once(in: 3 * shop.silent) {
      open[client] = nil
    } else {
      return
    }
    processes[client] = (processes.max() ?? 0) + 1
  }

  /// Time goes on; sometimes not, so that equal times occur.
  private mutating func tick(_ random: inout SeededGenerator) {
    if !random.once(in: 5) { time += 1 }
  }
}

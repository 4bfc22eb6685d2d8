// What soldout tells a program: one JSON object on a line, in the envelope of Maelstrom's nodes
// (docs/your-own-code.md).

import History

/// One message to a program.
enum ProgramRequest {
  case initialise(nodes: [String])
  case open(items: [String], units: Int)
  case take(item: String, units: Int, call: String)
  case read(item: String)
  case restock(item: String, units: Int)
  case claim(item: String, buyer: String, call: String)
  case order(item: String, id: String, units: Int)
  case remaining(item: String)

  /// A client's call; `name` is one that no other has.
  init(_ call: ShopCall, on item: Item, call name: String) {
    self =
      switch call {
      case .take(let units): .take(item: item.name, units: units, call: name)
      case .read: .read(item: item.name)
      case .restock(let units): .restock(item: item.name, units: units)
      case .claim(let buyer): .claim(item: item.name, buyer: "u\(buyer)", call: name)
      case .order(let id, let units): .order(item: item.name, id: "o\(id)", units: units)
      }
  }

  /// The `type` of its body.
  var type: String {
    switch self {
    case .initialise: "init"
    case .open: "open"
    case .take: "take"
    case .read: "read"
    case .restock: "restock"
    case .claim: "claim"
    case .order: "order"
    case .remaining: "remaining"
    }
  }

  /// What answers it where all went well.
  var answers: Set<String> {
    switch self {
    case .take, .order: ["\(type)_ok", "sold_out"]
    case .claim: ["claim_ok", "already", "sold_out"]
    case .initialise, .open, .read, .restock, .remaining: ["\(type)_ok"]
    }
  }

  /// The message's line, with its end.
  func line(_ id: Int, to node: String) -> [UInt8] {
    let message = Value.map([
      entry("src", .string("soldout")), entry("dest", .string(node)),
      entry("body", .map(fields(id, to: node))),
    ])
    var bytes: [UInt8] = []
    JSONText.append(value: message, to: &bytes)
    return bytes + [UInt8(ascii: "\n")]
  }

  /// The message's body alone, for people.
  func body(_ id: Int, to node: String) -> String {
    var bytes: [UInt8] = []
    JSONText.append(value: .map(fields(id, to: node)), to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func fields(_ id: Int, to node: String) -> [Value.Entry] {
    var fields = [entry("type", .string(type)), entry("msg_id", .int(id))]
    switch self {
    case .initialise(let nodes):
      fields += [
        entry("node_id", .string(node)), entry("node_ids", .list(nodes.map(Value.string))),
      ]
    case .open(let items, let units):
      fields += [entry("items", .list(items.map(Value.string))), entry("units", .int(units))]
    case .take(let item, let units, let call):
      fields += [
        entry("item", .string(item)), entry("units", .int(units)), entry("call", .string(call)),
      ]
    case .claim(let item, let buyer, let call):
      fields += [
        entry("item", .string(item)), entry("buyer", .string(buyer)), entry("call", .string(call)),
      ]
    case .order(let item, let id, let units):
      fields += [
        entry("item", .string(item)), entry("id", .string(id)), entry("units", .int(units)),
      ]
    case .restock(let item, let units):
      fields += [entry("item", .string(item)), entry("units", .int(units))]
    case .read(let item), .remaining(let item): fields.append(entry("item", .string(item)))
    }
    return fields
  }

  private func entry(_ name: String, _ value: Value) -> Value.Entry {
    Value.Entry(.string(name), value)
  }
}

// The calls of a few clients, written out: `t,r/t`. What an exploration walks, as workloads, the
// command line and replay tokens write it.

/// Clients' calls as text.
public enum CallScript {
  /// The clients' calls as text: `t/t,r`.
  public static func text(of script: [[ShopCall]]) -> String {
    script.map { $0.map(\.letter).joined(separator: ",") }.joined(separator: "/")
  }

  /// Reads `t/t,r`: clients between slashes, calls between commas; nil if that is not what it says.
  public static func calls(_ text: String) -> [[ShopCall]]? {
    let clients = text.split(separator: "/", omittingEmptySubsequences: false)
    let script = clients.map { client in
      client.split(separator: ",").compactMap { ShopCall(letter: String($0)) }
    }
    let count = clients.map { $0.split(separator: ",").count }
    guard (1...8).contains(script.count), script.map(\.count) == count,
      count.allSatisfy({ (1...16).contains($0) })
    else { return nil }
    return script
  }
}

extension ShopCall {
  /// As scripts write it: `t`, `t3`, `r`, `p2`; `c1`, a claim of buyer 1; `o1`, the order of number 1, and
  /// `o1x3` one of three units.
  fileprivate var letter: String {
    switch self {
    case .take(1): "t"
    case .take(let units): "t\(units)"
    case .read: "r"
    case .restock(let units): "p\(units)"
    case .claim(let buyer): "c\(buyer)"
    case .order(let id, 1): "o\(id)"
    case .order(let id, let units): "o\(id)x\(units)"
    }
  }

  fileprivate init?(letter: String) {
    let (number, order) = (
      letter.dropFirst(), letter.dropFirst().split(separator: "x", omittingEmptySubsequences: false)
    )
    let units = number.isEmpty ? 1 : Int(number) ?? 0
    switch letter.first {
    case "t" where (1...1000).contains(units): self = .take(units)
    case "p" where (1...1000).contains(units): self = .restock(units)
    case "r" where number.isEmpty: self = .read
    case "c" where !number.isEmpty && (1...1000).contains(units): self = .claim(buyer: units)
    case "o" where (1...2).contains(order.count):
      guard let id = Int(order[0]), let units = order.count == 1 ? 1 : Int(order[1]),
        (1...1000).contains(id), (1...1000).contains(units)
      else { return nil }
      self = .order(id: id, units: units)
    default: return nil
    }
  }
}

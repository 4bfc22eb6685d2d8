// Small phrases for sentences about calls.

/// "no takes", "1 take", "3 takes".
func count(_ number: Int, _ noun: String) -> String {
  switch number {
  case 0: "no \(noun)s"
  case 1: "1 \(noun)"
  default: "\(number) \(noun)s"
  }
}

/// "p1", "p1 and p2", "p1, p2 and p3".
package func list(_ phrases: [String]) -> String {
  guard let last = phrases.last, phrases.count > 1 else { return phrases.first ?? "" }
  return phrases.dropLast().joined(separator: ", ") + " and " + last
}

// Numbers and reasons in words, for the explorer's reports. Text only.

import History

/// Why a schedule breaks the stock, after a lead such as `Why:`, in lines of a width.
func why(_ reasons: [String], lead: String, _ width: Int) -> [String] {
  // A headline is often what another sentence says at greater length.
  let kept = reasons.filter { reason in
    !reasons.contains { $0 != reason && $0.contains(reason) }
  }
  let sentences = kept.map { ".!?".contains($0.last ?? ".") ? $0 : $0 + "." }
  return wrapped(
    "\(lead) \(sentences.joined(separator: " "))", width, indent: min(lead.count + 1, 5))
}

/// `1 restart`, `2 PostgreSQL restarts`, of an allowance's kind.
func counted(_ count: Int, ofKind name: String) -> String {
  let singular = [
    "crashes": "crash", "disconnects": "lost connection", "losses": "lost reply",
    "expiries": "early end of a lease", "delays": "delay", "lapses": "end of a lease",
    "restarts": "restart of Redis",
    "postgres-restarts": "restart of PostgreSQL", "failovers": "failover",
  ]
  let plural = [
    "crashes": "crashes", "disconnects": "lost connections", "losses": "lost replies",
    "expiries": "early ends of leases", "delays": "delays", "lapses": "ends of leases",
    "restarts": "restarts of Redis",
    "postgres-restarts": "restarts of PostgreSQL", "failovers": "failovers",
  ]
  return "\(count) \((count == 1 ? singular : plural)[name] ?? name)"
}

func counted(_ count: Int, _ noun: String) -> String {
  if count == 1 { return "1 \(noun)" }
  return "\(grouped(count)) \(noun.hasSuffix("y") ? noun.dropLast() + "ies" : noun + "s")"
}

/// `12,345`, in groups as elsewhere in reports.
func grouped(_ number: Int) -> String {
  var digits = String(abs(number))
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits = String(digits.dropLast(3))
  }
  return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}

func tenths(_ number: Double) -> String {
  let scaled = Int((number * 10).rounded())
  return "\(scaled / 10).\(abs(scaled % 10))"
}

/// Words in lines of a width; later lines are indented. A longer word has a line of its own.
func wrapped(_ text: String, _ width: Int, indent: Int = 2) -> [String] {
  var lines: [String] = []
  var line = ""
  let hanging = String(repeating: " ", count: indent)
  let words = Printable.text(text).split(separator: " ", omittingEmptySubsequences: false)
  for word in words {
    if !line.isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      line = hanging + word
    } else {
      line += line.isEmpty && lines.isEmpty ? String(word) : (line == hanging ? "" : " ") + word
    }
  }
  return lines + [line]
}

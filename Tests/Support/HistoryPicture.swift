// Histories drawn as they are explained: a line per process, an interval per call.
//
//     p0 |-- take → 2 --|   |- read → 2 -|
//     p1    |---- take → sold-out ----|
//     p2      |-- take 2 → ?
//
// A bar opens a call and a bar closes it, at their columns; between them stand the function, its
// input, an arrow and the reply. `→ ?` without a closing bar is an indeterminate call, `→ fail` one
// that had no effect. Values: whole numbers, null, true, false, [lists], other words as they are.

public import Checker
public import History

/// Reads a picture. A malformed one ends the test: it is the test's own text.
public func history(_ picture: String) -> History {
  var operations: [Operation] = []
  for line in picture.split(separator: "\n") where line.contains("|") {
    let characters = Array(line)
    let name = characters.prefix { $0 != " " }.dropFirst()
    guard let process = Int(String(name)) else { fatalError("no process in \(line)") }
    operations += calls(of: process, in: characters)
  }
  return History(operations: operations.sorted { $0.call.rank < $1.call.rank })
}

private func calls(of process: Int, in characters: [Character]) -> [Operation] {
  var operations: [Operation] = []
  var column = 0
  while let open = characters[column...].firstIndex(of: "|") {
    let close = characters[(open + 1)...].firstIndex(of: "|")
    let text = String(characters[(open + 1)..<(close ?? characters.count)])
    operations.append(operation(text, process, from: open, to: close))
    guard let close else { break }
    column = close + 1
  }
  return operations
}

private func operation(_ text: String, _ process: Int, from open: Int, to close: Int?) -> Operation
{
  let trimmed = text.drop { $0 == "-" || $0 == " " }
  let parts = trimmed.split(separator: "→", maxSplits: 1)
  let call = parts[0].split(separator: " ", maxSplits: 1)
  var reply = parts.count > 1 ? String(parts[1]) : ""
  while reply.last == "-" || reply.last == " " { reply.removeLast() }
  reply.removeFirst(reply.prefix { $0 == " " }.count)
  let input = call.count > 1 ? value(String(call[1])) : .null
  var operation = Operation(
    process: process, function: String(call[0]).filter { $0 != "-" }, input: input, outcome: .info,
    call: Moment(rank: 2 * open, index: 2 * open), reply: nil)
  guard reply != "?", let close else { return operation }
  operation.reply = Moment(rank: 2 * close + 1, index: 2 * close + 1)
  operation.outcome = reply == "fail" ? .fail : .ok
  if reply != "fail" { operation.output = value(reply) }
  return operation
}

/// A value as a picture writes it.
private func value(_ text: String) -> Value {
  var text = text[...]
  while text.last == " " || text.last == "-" { text.removeLast() }
  if text.first == "[", text.last == "]" {
    return .list(text.dropFirst().dropLast().split(separator: " ").map { value(String($0)) })
  }
  switch text {
  case "", "null": return .null
  case "true": return .bool(true)
  case "false": return .bool(false)
  default: return Int(text).map { .int($0) } ?? .string(String(text))
  }
}

extension ModelEntry {
  /// The verdict on a picture, by the general engine.
  public func judge(_ picture: String, initial: Value = .null) throws -> Judgement {
    let history = history(picture)
    return try search(
      Partition(key: nil, operations: Array(history.operations.indices), initial: initial),
      of: history)
  }
}

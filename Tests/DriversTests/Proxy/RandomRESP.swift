// Random values of RESP, versions 2 and 3, and a parser of whole bytes that says where they end: slow,
// recursive, and nothing like the scanner that it is compared with.

import Support

@testable import Drivers

/// A random RESP value, at most so deep.
func randomValue(_ depth: Int, _ random: inout SeededGenerator) -> [UInt8] {
  // Bytes that look like RESP must not be taken for it.
  let text =
    ["\r\n", "$5\r\n*3\r\n", "abc", "+OK\r\n", ">2\r\n", ""].randomElement(using: &random) ?? ""
  let count = Int.random(in: 0...3, using: &random)
  func values(_ number: Int) -> [UInt8] {
    (0..<number).flatMap { _ in randomValue(depth - 1, &random) }
  }
  switch Int.random(in: 0..<(depth > 0 ? 18 : 14), using: &random) {
  case 0: return Array("+OK\r\n".utf8)
  case 1: return Array("-ERR no \r such\r\n".utf8)
  case 2: return Array(":-42\r\n".utf8)
  case 3: return Array("$-1\r\n".utf8)
  case 4: return Array("*-1\r\n".utf8)
  case 5: return Array("_\r\n".utf8)
  case 6: return Array(",1.5e3\r\n".utf8)
  case 7: return Array("#t\r\n".utf8)
  case 8: return Array("(12345678901234567890123\r\n".utf8)
  case 9: return Array(":9223372036854775807\r\n".utf8)
  case 10, 11: return Array("$\(text.utf8.count)\r\n\(text)\r\n".utf8)
  case 12: return Array("!\(text.utf8.count)\r\n\(text)\r\n".utf8)
  case 13: return Array("=\(text.utf8.count + 4)\r\ntxt:\(text)\r\n".utf8)
  case 14: return Array("*\(count)\r\n".utf8) + values(count)
  case 15: return Array("~\(count)\r\n".utf8) + values(count)
  case 16: return Array("%\(count)\r\n".utf8) + values(2 * count)
  default:
    return Array("|\(count)\r\n".utf8) + values(2 * count) + randomValue(depth - 1, &random)
  }
}

/// Where the RESP value ends that begins at a position; nil where there is none, or not all of it.
func oracleEnd(of bytes: [UInt8], from start: Int) -> Int? {
  guard start < bytes.count,
    let cr = (start..<bytes.count).first(where: {
      bytes[$0] == 13 && $0 + 1 < bytes.count && bytes[$0 + 1] == 10
    })
  else { return nil }
  let text = String(decoding: bytes[(start + 1)..<cr], as: UTF8.self)
  func several(_ count: Int) -> Int? {
    var position = cr + 2
    for _ in 0..<count {
      guard let end = oracleEnd(of: bytes, from: position) else { return nil }
      position = end
    }
    return position
  }
  switch Character(Unicode.Scalar(bytes[start])) {
  case "+", "-", ":", "_", ",", "#", "(": return cr + 2
  case "$", "!", "=":
    guard let length = Int(text) else { return nil }
    if length == -1 { return cr + 2 }
    let end = cr + 2 + length + 2
    guard length >= 0, end <= bytes.count, bytes[(end - 2)..<end] == [13, 10] else { return nil }
    return end
  case "*", "~", ">": return Int(text).flatMap { several(max(0, $0)) }
  case "%": return Int(text).flatMap { several(2 * $0) }
  case "|": return Int(text).flatMap { several(2 * $0 + 1) }
  default: return nil
  }
}

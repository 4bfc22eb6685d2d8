// Damage to histories' bytes, for fuzzing: from single bits to pieces put where they don't belong.

import Support

/// Damage to bytes.
enum Mutation: CaseIterable {
  case flip, set, insert, delete, cut, duplicate, swap, token, splice

  private static let tokens = [
    "{", "}", "[", "]", "(", ")", "\"", "\\", "\\u", "\\ud800", ":", ",", "#", "#{", "#_", ";",
    "\n",
    "\r\n", "\t", " ", "nil", "null", "true", "-", "+", "0", "1e", "1/", "9223372036854775808",
    "1e999",
    "##Inf", ":invoke", ":ok", "\"type\":\"ok\",", "\"process\":1,", ":process :nemesis",
    "\u{FEFF}",
    "\u{0}", "é", "\"soldout\":1", "\"time\":-1", "{\"#map\":[[1,2]]}", "#inst \"x\"", "[[[[[[[[",
    ":timed-out", "INFO jepsen.util - ",
  ].map { Array($0.utf8) }

  /// One of the inputs, damaged a few times, mostly once.
  static func apply(to inputs: [[UInt8]], using random: inout SeededGenerator) -> [UInt8] {
    var bytes = inputs.randomElement(using: &random) ?? []
    for _ in 0..<([1, 1, 1, 2, 3, 8].randomElement(using: &random) ?? 1) {
      let mutation = allCases.randomElement(using: &random) ?? .flip
      mutation.apply(to: &bytes, beside: inputs, using: &random)
    }
    return bytes
  }

  private func apply(
    to bytes: inout [UInt8], beside inputs: [[UInt8]], using random: inout SeededGenerator
  ) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 0...20, using: &random))
    switch self {
    case .flip where place < bytes.count:
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case .set where place < bytes.count: bytes[place] = .random(in: 0...255, using: &random)
    case .insert: bytes.insert(.random(in: 0...255, using: &random), at: place)
    case .delete: bytes.removeSubrange(place..<end)
    case .cut: bytes.removeSubrange(place...)
    case .duplicate: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
    case .swap where place + 1 < bytes.count: bytes.swapAt(place, place + 1)
    case .token:
      bytes.insert(contentsOf: Self.tokens.randomElement(using: &random) ?? [], at: place)
    case .splice:
      let other = inputs.randomElement(using: &random) ?? []
      bytes.replaceSubrange(
        place..., with: other.dropFirst(Int.random(in: 0...other.count, using: &random)))
    default: break
    }
  }
}

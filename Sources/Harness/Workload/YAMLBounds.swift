// What a workload file may ask of the YAML parser. An alias stands for what it names, so that a few lines
// can stand for billions of values, and every level of nesting takes stack; no workload needs either.

/// Bounds for YAML that others wrote.
enum YAMLBounds {
  static let mostBytes = 1 << 20
  static let mostAliases = 20
  static let deepest = 64

  /// Where the text goes beyond them, from 1, and what to say; nil where it does not.
  ///
  /// It counts what may be an alias or a bracket, in quotes and comments too: so it may refuse a text
  /// that is full of stars, and lets nothing pass.
  static func excess(of yaml: String) -> (line: Int, column: Int, message: String)? {
    guard yaml.utf8.count <= mostBytes else {
      return (1, 1, "the file has more than \(mostBytes >> 20) MiB, which no workload needs")
    }
    var aliases = 0
    var brackets = 0
    for (number, line) in yaml.utf8.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).enumerated() {
      if let column = nested(line) { return (number + 1, column, tooDeep) }
      var previous = UInt8(ascii: " ")
      for (column, byte) in line.enumerated() {
        switch previous {
        case UInt8(ascii: "*") where isWord(byte): aliases += 1
        case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
        default: break
        }
        if aliases > mostAliases {
          return (number + 1, column, "more than \(mostAliases) aliases (*name); write values out")
        }
        if brackets > deepest { return (number + 1, column, tooDeep) }
        previous = byte
      }
      if previous == UInt8(ascii: "[") || previous == UInt8(ascii: "{") { brackets += 1 }
      if previous == UInt8(ascii: "]") || previous == UInt8(ascii: "}") {
        brackets = max(0, brackets - 1)
      }
    }
    return nil
  }

  private static let tooDeep = "values nest more than \(deepest) deep, which no workload needs"

  /// The column at which a line's indentation, or its `- - -`, goes too deep.
  private static func nested(_ line: Substring.UTF8View.SubSequence) -> Int? {
    var column = 0
    var levels = 0
    for byte in line {
      switch byte {
      case UInt8(ascii: " "): break
      case UInt8(ascii: "-"), UInt8(ascii: "?"): levels += 1
      default: return column > 4 * deepest || levels > deepest ? column + 1 : nil
      }
      column += 1
    }
    return levels > deepest ? column : nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "_")
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

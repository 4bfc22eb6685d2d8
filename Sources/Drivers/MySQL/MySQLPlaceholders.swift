// Placeholders as MySQL has them: `?`, filled in the order in which they stand. Statements are written
// with $1, $2, … as for PostgreSQL, where one value may stand in several places.

/// An SQL text with `?`, and which value stands at each.
struct MySQLPlaceholders {
  private(set) var sql = ""
  /// By place, the number of the value, from 0.
  private(set) var order: [Int] = []

  /// Rewrites `$1` to `?` wherever it is no part of a literal, a quoted name or another word.
  init(_ text: String) {
    var quote: Character?
    var last: Character = " "
    var rest = text[...]
    while let character = rest.first {
      rest.removeFirst()
      if quote == nil, character == "$", !Self.continuesName(last),
        let digits = Optional(rest.prefix { $0.isASCII && $0.isNumber }), let number = Int(digits),
        number > 0
      {
        order.append(number - 1)
        sql.append("?")
        rest = rest.dropFirst(digits.count)
        last = "?"
        continue
      }
      if quote == nil, "'\"`".contains(character) {
        quote = character
      } else if quote == character {
        quote = nil
      }
      sql.append(character)
      last = character
    }
  }

  private static func continuesName(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "$"
  }
}

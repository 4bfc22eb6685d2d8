// Statements that are given once, beside the calls: nothing is prepared for them.

import Drivers

extension Statement {
  /// A question.
  static func question(_ sql: String) -> Statement {
    Statement("SELECT", sql, effect: .read, prepared: false)
  }

  /// A definition.
  static func definition(_ sql: String) -> Statement {
    Statement("DDL", sql, effect: .write, prepared: false)
  }
}

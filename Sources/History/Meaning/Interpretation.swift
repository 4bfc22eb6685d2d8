// What a history's calls mean to a model, beyond their names: which client a lock's call is for, which
// lock, what a drain did. Reading a file leaves all of that open; judging needs it.

/// How the calls of a history are to be understood.
public struct Interpretation: Sendable, Hashable {
  /// Names of functions as the history has them, and as the model has them.
  public var renames: [String: String]
  /// Who owns a lock: `process`, `value`, or a key of the call's entry. Nil: the process.
  public var owner: String?

  public init(renames: [String: String] = [:], owner: String? = nil) {
    self.renames = renames
    self.owner = owner
  }

  /// Whether it may change what a history of this model says; if not, one can be judged while it is read.
  public func concerns(_ model: String) -> Bool {
    !renames.isEmpty || owner != nil || LockNames.models.contains(model)
      || Drains.models.contains(model)
      || KeyedPairs.models.contains(model)
  }

  /// The history in the model's terms.
  ///
  /// - Returns: sentences about what was taken for what, for the report.
  /// - Throws: what can be understood in two ways, with what to say about it.
  @discardableResult
  public func apply(
    to history: inout History, for model: String
  ) throws(Ambiguity) -> [String] {
    for position in history.operations.indices {
      if let name = renames[history.operations[position].function] {
        history.operations[position].function = name
      }
    }
    var notes: [String] = []
    if KeyedPairs.models.contains(model) { try KeyedPairs.refuse(in: history) }
    if LockNames.models.contains(model) {
      notes += try LockNames(owner: owner, areTokens: model == LockNames.fenced).apply(to: &history)
    }
    if Drains.models.contains(model) { notes += try Drains.expand(&history) }
    return notes
  }
}

/// What a history says in a way that has two meanings, or none.
public struct Ambiguity: Error, Sendable, Hashable, CustomStringConvertible {
  /// Line of the input, 0 if none.
  public var line: Int
  /// Column in bytes, counted from 1; 0 if none.
  public var column: Int
  public var message: String

  init(_ moment: Moment, _ message: String) {
    line = moment.line
    column = moment.column
    self.message = message
  }

  public var description: String {
    line > 0 ? "\(line):\(max(1, column)): \(message)" : message
  }
}

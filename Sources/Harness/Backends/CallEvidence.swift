// What a call leaves on a server, by which it can be told after the run how it ended.

/// What a call has left on one server.
package struct CallEvidence: Sendable, Hashable {
  package enum Left: Sendable, Hashable {
    /// A transaction, by the server's number for it.
    case transaction(Int)
    /// A row, under the number of the call among its process's, if its statement has changed anything.
    case row(Int)
    /// A mark of a script's, under the number of the call among its process's.
    case mark(Int)
  }

  package let server: ServerName
  package let left: Left
}

/// How a call ended, as a server knows.
package enum CallEnd: Sendable, Hashable {
  /// It had no effect and never will.
  case noEffect
  /// It took effect; the answer that its client would have had, nil where that is not known.
  case tookEffect(answer: Int?)
  /// It was carried out, whether to any effect its answer says.
  case answered(Int)
}

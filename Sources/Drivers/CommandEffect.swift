// What a command can do to the data, as far as judging its loss needs it. The same words serve
// Redis (MULTI, EXEC, DISCARD) and PostgreSQL (BEGIN, COMMIT, ROLLBACK).

/// A command's effect.
public enum CommandEffect: Sendable, Hashable {
  /// None: losing its answer loses nothing. Not for reads that change something (GETDEL).
  case read
  /// One change, complete or absent: a Redis command, an SQL statement.
  case write
  /// Several changes that are not undone when a later one fails: a Lua script that writes.
  case script
  /// Opens a transaction, or prepares one (MULTI, WATCH, BEGIN).
  case begin
  /// Makes a transaction's changes take effect (EXEC, COMMIT).
  case commit
  /// Drops a transaction's changes (DISCARD, ROLLBACK, UNWATCH).
  case rollback

  /// What follows when the command left and its answer never came, because the connection ended
  /// with it.
  ///
  /// An open transaction dies with its connection, so what is lost inside one is harmless until the
  /// commit is sent; a commit, or a write outside a transaction, may have happened or may happen
  /// yet.
  func certaintyWhenLost(inTransaction: Bool) -> Failure.Certainty {
    switch self {
    case .read, .begin, .rollback: .definite
    case .write, .script: inTransaction ? .definite : .indefinite
    case .commit: .indefinite
    }
  }
}

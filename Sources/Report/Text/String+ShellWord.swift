// Words of commands that a reader copies into a shell.

extension String {
  /// The text as one word of a POSIX shell (XCU §2.2): as it is where nothing in it means anything to a
  /// shell, else between single quotes.
  public var shellWord: String {
    let plain = unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "-_./:=,+@%".unicodeScalars.contains(scalar)
    }
    if plain, !isEmpty { return self }
    return "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}

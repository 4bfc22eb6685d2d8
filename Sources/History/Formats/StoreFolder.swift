// Which file of a Jepsen store folder is the history: a decision over a listing of names.
// It reads no directory and no file.

/// A Jepsen test's folder, `store/<name>/<time>/`, by the paths in it.
public enum StoreFolder {
  /// What to read from the folder.
  public enum Choice: Sendable, Hashable {
    /// One history with everything in it.
    case whole(String)
    /// One history per key, already unwrapped (`jepsen.independent`): key and path.
    case perKey([Part])
  }

  /// One key's history.
  public struct Part: Sendable, Hashable {
    public var key: String
    public var path: String

    public init(key: String, path: String) {
      self.key = key
      self.path = path
    }
  }

  /// What to read, from paths relative to the folder, such as `independent/3/history.edn`.
  ///
  /// Histories per key come before the whole one: in that one a key and its value are a pair that
  /// nothing tells from a CAS' pair. Throws a sentence saying what to give instead.
  public static func choose(among paths: [String]) throws(ParseError) -> Choice {
    let plain = paths.map { $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0 }
    let parts = plain.compactMap(part).sorted { numeric($0.key, before: $1.key) }
    if !parts.isEmpty { return .perKey(parts) }
    for name in ["history.edn", "history.edn.gz", "history.txt", "history.txt.gz"]
    where plain.contains(name) {
      return .whole(name)
    }
    throw ParseError(line: 0, rule: .content, advice(plain))
  }

  private static func part(_ path: String) -> Part? {
    let names = path.split(separator: "/", omittingEmptySubsequences: false)
    guard names.count == 3, names[0] == "independent", !names[1].isEmpty,
      names[2] == "history.edn" || names[2] == "history.edn.gz"
    else { return nil }
    return Part(key: String(names[1]), path: path)
  }

  /// Numbers in their order, before texts in theirs.
  private static func numeric(_ one: String, before other: String) -> Bool {
    switch (Int(one), Int(other)) {
    case (let one?, let other?): one < other
    case (_?, nil): true
    case (nil, _?): false
    case (nil, nil): one < other
    }
  }

  private static func advice(_ paths: [String]) -> String {
    if paths.contains(where: { $0.hasSuffix("/history.edn") }) {
      return "the folder holds several tests; give one of them, such as store/latest"
    }
    if paths.contains("test.fressian") || paths.contains("test.jepsen") {
      return "the folder has no history.edn, only Jepsen's binary test; write one with "
        + "Jepsen's own tools and give that"
    }
    return "the folder holds neither history.edn nor independent/<key>/history.edn; "
      + "give a Jepsen test's folder, store/<name>/<time>"
  }
}

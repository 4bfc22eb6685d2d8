// What servers are for in a run: a strategy asks for roles, each a number of servers of a kind. A new one is
// a line of `all`.

/// A number of servers of one kind, which one strategy uses together.
public struct Role: Sendable, Hashable {
  public let kind: BackendKind
  public let count: Int
  /// Whether they are one cluster, instead of knowing nothing of each other.
  public let isCluster: Bool
  /// Of its first server, in the tokens of explorations; its others follow.
  let firstNumber: Int

  private init(_ kind: BackendKind, _ count: Int, isCluster: Bool = false, firstNumber: Int) {
    self.kind = kind
    self.count = count
    self.isCluster = isCluster
    self.firstNumber = firstNumber
  }

  package static let redis = Role(.redis, 1, firstNumber: 0)
  package static let fiveRedis = Role(.redis, 5, firstNumber: 1)
  /// Its masters.
  package static let redisCluster = Role(.redis, 3, isCluster: true, firstNumber: 9)
  package static let postgres = Role(.postgres, 1, firstNumber: 32)
  package static let twoPostgres = Role(.postgres, 2, firstNumber: 33)
  package static let mysql = Role(.mysql, 1, firstNumber: 48)

  /// In the order in which they are listed.
  public static let all = [redis, fiveRedis, redisCluster, postgres, twoPostgres, mysql]

  /// `Redis`, `five Redis`, `a Redis cluster`.
  public var title: String {
    if isCluster { return "a \(kind.title) cluster" }
    let numbers = [2: "two", 3: "three", 4: "four", 5: "five"]
    return (count == 1 ? "" : (numbers[count] ?? "\(count)") + " ") + kind.title
  }

  /// The same in a sentence, where several are servers: `five Redis servers`.
  public var words: String { isCluster || count == 1 ? title : "\(title) servers" }

  /// Its servers, in order.
  package var servers: [ServerName] { (0..<count).map { ServerName(self, $0) } }
}

/// Servers a strategy needs: roles, each at most once.
public struct Needs: Sendable, Hashable {
  private var chosen: Set<Role>

  public init() { chosen = [] }

  init(_ role: Role) { chosen = [role] }

  public static let redis = Needs(.redis)
  /// Five Redis servers that know nothing of each other.
  public static let fiveRedis = Needs(.fiveRedis)
  /// A Redis cluster of three masters.
  public static let redisCluster = Needs(.redisCluster)
  public static let postgres = Needs(.postgres)
  /// Two PostgreSQL servers that know nothing of each other.
  public static let twoPostgres = Needs(.twoPostgres)
  /// A MySQL, or a MariaDB, which stands for it.
  public static let mysql = Needs(.mysql)

  package static let all = Needs { _ in true }
  package static let allRedis = every(.redis)
  package static let allPostgres = every(.postgres)
  static let allDatabases = Needs { $0.kind.isDatabase }

  /// Every role of a kind.
  package static func every(_ kind: BackendKind) -> Needs { Needs { $0.kind == kind } }

  /// The one server of a kind.
  package static func one(_ kind: BackendKind) -> Needs {
    Needs { $0.kind == kind && $0.count == 1 }
  }

  /// The roles of a kind that the user has no servers for.
  static func several(_ kind: BackendKind) -> Needs {
    Needs { $0.kind == kind && $0.count > 1 }
  }

  private init(where isChosen: (Role) -> Bool) { chosen = Set(Role.all.filter(isChosen)) }

  /// The roles, in the order of their list.
  public var roles: [Role] { Role.all.filter(chosen.contains) }

  public var isEmpty: Bool { chosen.isEmpty }

  public func contains(_ others: Needs) -> Bool { others.chosen.isSubset(of: chosen) }

  public func isDisjoint(with others: Needs) -> Bool { chosen.isDisjoint(with: others.chosen) }

  public func intersection(_ others: Needs) -> Needs {
    Needs { chosen.contains($0) && others.chosen.contains($0) }
  }

  public func subtracting(_ others: Needs) -> Needs {
    Needs { chosen.contains($0) && !others.chosen.contains($0) }
  }

  public mutating func formUnion(_ others: Needs) { chosen.formUnion(others.chosen) }

  /// `Redis or two PostgreSQL servers`.
  public var words: String { roles.map(\.words).joined(separator: " or ") }

  /// The servers that they come to.
  package var servers: [ServerName] { roles.flatMap(\.servers) }
}

extension Needs: ExpressibleByArrayLiteral {
  /// All of these together.
  public init(arrayLiteral parts: Needs...) {
    self.init()
    for part in parts { formUnion(part) }
  }
}

// Which servers a fault may strike: any, those of a kind, or one by the name that events use. A choice
// that a strategy has no server for is refused before the run.

/// The servers that a fault picks from.
struct ServerChoice: Sendable, Hashable {
  /// `any`, a kind (`redis`, `postgres`, `mysql`), or a name (`redis-3`). A strategy with one server of a kind
  /// calls it by the kind.
  let word: String

  static let any = ServerChoice(word: "any")
  static let redis = ServerChoice(word: ServerName.redis.description)
  static let postgres = ServerChoice(word: ServerName.postgres.description)

  private static let redisNames = names { $0.kind == .redis }

  /// The servers that strategies have several of, by name.
  private static func names(where isMeant: (ServerName) -> Bool) -> [String] {
    ServerName.all.filter { isMeant($0) && !$0.isAlone }.map(\.description)
  }

  static let parameter = FaultParameter(
    "server", .word(["any"] + BackendKind.allCases.map(\.name) + names { _ in true }),
    standard: "any",
    about:
      "which server: \(BackendKind.allCases.map(\.name).joined(separator: ", ")), a name such as "
      + "redis-3, or any")
  /// Of a fault that strikes no PostgreSQL.
  static let redisParameter = FaultParameter(
    "server", .word([redis.word] + redisNames), standard: redis.word,
    about: "which server: redis for any, or a name such as redis-3")
  /// Of a fault that strikes a client at a step for one of several servers.
  static let stepParameter = FaultParameter(
    "at", .word(redisNames), about: "which of several servers the step goes to, such as redis-3")

  private init(word: String) {
    self.word = word
  }

  init(_ settings: FaultSettings) {
    word = settings.text("server") ?? "any"
  }

  /// Whether it may strike a server.
  func contains(_ server: ServerName) -> Bool {
    word == "any" || word == server.kind.name || word == server.description
  }

  /// Whether it may strike a server of a kind.
  func strikes(_ kind: BackendKind) -> Bool {
    ServerName.all.contains { $0.kind == kind && contains($0) }
  }

  /// Whether it may strike a database of any kind.
  var strikesDatabase: Bool { BackendKind.allCases.contains { $0.isDatabase && strikes($0) } }
}

extension FaultSpec {
  private var settings: FaultSettings { FaultSettings(card: type.card, given: given) }

  /// What it strikes: `Redis or PostgreSQL`, `redis-3`.
  public var target: String {
    if settings.count("cut") > 0 { return Needs.fiveRedis.words }
    if let step = settings.text("at") { return step }
    let isChosen = given.contains { $0.parameter == "server" }
    return isChosen ? ServerChoice(settings).word : type.card.fits.words
  }

  /// Why it can't strike a program, whose locks are its own.
  private var misfitOfPrograms: String? {
    if type == LeaseExpiry.self {
      return
        "lease-expiry sets the leases of soldout's own locks, and a program sets its own; hold it "
        + "up for longer than its lease, by client-pause or slow-transaction"
    }
    guard given.contains(where: { $0.parameter == "lease" }) else { return nil }
    return "`lease` of \(name) sets the leases of soldout's own locks, and a program sets its own; "
      + "leave it out"
  }

  /// Why it can't strike a strategy: a sentence; nil if it can.
  public func invalid(_ strategy: StrategyCard) -> String? {
    if !strategy.hasGates, let sentence = misfitOfPrograms { return sentence }
    let choice = ServerChoice(settings)
    let needs = strategy.needs
    if needs.intersection(type.card.fits).servers.contains(where: choice.contains),
      settings.count("cut") == 0 || needs.contains(.fiveRedis),
      settings.text("at").map({ word in needs.servers.contains { $0.description == word } }) ?? true
    {
      return nil
    }
    return "\(name) targets \(target), which \(strategy.name) doesn't use; leave it out"
  }
}

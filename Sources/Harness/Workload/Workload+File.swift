// Reads a workload from YAML and refuses what it doesn't know, with line and column.
// A misspelt key that is silently ignored would test something else than its author meant.

extension Workload {
  /// Reads a workload from the text of a file; its name is usually the file's without the
  /// extension. Only `known` names may stand under `strategies`.
  public init(
    yaml: String, name: String, file: String, strategies known: [String]
  ) throws(WorkloadError) {
    let map = try WorkloadMap(yaml: yaml, file: file)
    self.init(name: name, strategies: [])
    datatype = try map.datatype("datatype") ?? .stock
    exploration = try map.exploration("explore")
    service = try map.service("service")
    program = try map.program("program")
    if program != nil { try map.refuseAccount(datatype) }
    program?.datatype = datatype
    if let service {
      try map.checkDatatype(of: service)
      datatype = service.datatype
    }
    let keys = datatype.keys
    try map.check(map.root, keys: knownKeys, what: kind)
    about = try map.text("about") ?? ""
    let examples = exploration == nil ? [] : ExampleCatalogue.names
    if external == nil { strategies = try map.names("strategies", among: known + examples) }
    map.complete(&exploration, for: soldDatatype)
    try map.checkExplored(strategies, selling: soldDatatype)
    try map.checkCalls(of: exploration, against: soldDatatype)
    clients = try map.whole("clients", in: 1...10_000) ?? clients
    items = try map.whole(keys.objects, in: 1...1_000_000) ?? items
    stock = try map.whole(keys.start, in: 0...1_000_000_000) ?? stock
    mix = try map.mix("mix", of: keys.mix) ?? mix
    if let key = keys.quantity { quantity = try map.range(key, in: 1...1_000_000) ?? quantity }
    buyers = try map.whole("buyers", in: 1...1_000_000_000)
    restockUnits = try map.whole("restock-units", in: 1...1_000_000) ?? restockUnits
    try map.check(&mix, quantity, against: service)
    skew = try map.number("skew", in: 0...10) ?? skew
    extent = try map.extent() ?? extent
    rate = try map.number("rate", in: 0.001...10_000_000)
    statedDeadline = try map.duration("deadline")
    wait = try map.duration("wait", atLeast: .milliseconds(1))
    lease = try map.duration("lease", atLeast: .milliseconds(1))
    maxFailures = try map.share("max-failures") ?? maxFailures
    seed = try map.seed("seed")
    faults = try map.faults("faults")
    passLeaseToFaults()
    resolve = try map.yesOrNo("resolve") ?? resolve
    expect = try map.expectations("expect", for: external.map { [$0.card.name] } ?? strategies)
  }

  /// What of the user's is driven instead of strategies: a program or a service.
  public var external: SystemUnderTest? { service?.system ?? program?.system }

  /// What is sold; of a workload that is only explored its strategies say it.
  public var soldDatatype: Datatype {
    guard datatype == .stock, external == nil, let name = strategies.first else { return datatype }
    return Catalogue.strategy(named: name)?.card.datatype ?? datatype
  }

  /// Whether it says nothing of a run. What drives something of the user's can be run as well.
  public var isOnlyExplored: Bool { exploration != nil && external == nil }

  /// What its file may say.
  private var knownKeys: [String] {
    if isOnlyExplored { return Self.keysOfExplorations }
    if service != nil { return WorkloadMap.keysOfServices + keysOfAmounts }
    return program == nil
      ? Self.keysOfStrategies + keysOfAmounts
      : Self.keysOfPrograms + keysOfAmounts
  }

  /// What refusals call it.
  private var kind: String {
    if isOnlyExplored { return "workload to explore" }
    if service != nil { return "workload with a service" }
    return program == nil ? "\(datatype) workload" : "workload with a program"
  }

  static let keysOfPrograms = [
    "about", "datatype", "program", "prepare", "truth", "clients", "mix", "skew", "operations",
    "duration", "rate", "deadline", "max-failures", "seed", "faults", "expect", "explore",
  ]

  /// What there is, and how much of it calls ask for.
  private var keysOfAmounts: [String] {
    let keys = datatype.keys
    return [keys.objects, keys.start] + [keys.quantity].compactMap(\.self)
      + (datatype == .stock ? ["restock-units"] : []) + (datatype == .coupon ? ["buyers"] : [])
  }

  static let keysOfExplorations = ["about", "strategies", "explore", "expect"]

  static let keysOfStrategies = [
    "about", "datatype", "strategies", "clients", "mix", "skew", "operations", "duration", "rate",
    "deadline", "wait", "lease", "max-failures", "seed", "faults", "resolve", "expect", "explore",
  ]
}

// A service of the user's, as a workload file describes it: how its instances are started, what is asked of
// them, and what their answers mean.

/// A service that is driven and judged over HTTP, unchanged.
public struct ServiceSetup: Sendable, Hashable {
  /// Where it comes from.
  public enum Origin: Sendable, Hashable {
    /// Instances that are started for each run.
    case command(ServiceCommand)
    /// One that runs already, of which nothing but HTTP is seen.
    case url(ServiceURL)
  }

  public var origin: Origin
  /// What it sells.
  public var datatype = Workload.Datatype.stock
  /// The call that takes: `take`, `claim` or `order`.
  public var take: ServiceCall
  /// nil: there are no such calls.
  public var read: ServiceCall?
  public var restock: ServiceCall?
  /// What each client asks once, before its first call.
  public var login: ServiceLogin?
  /// Puts up the stock.
  public var prepare: [ServiceStep] = []
  /// Tells what is left; nil: `read` does.
  public var truth: ServiceTruth?
  /// Whether a client's connection carries more than one request.
  public var keepsConnections = true
  /// Where `service:` stands, `shop.yaml:3:3`.
  public var place: String

  init(origin: Origin, take: ServiceCall, place: String) {
    self.origin = origin
    self.take = take
    self.place = place
  }
}

/// How instances are started.
public struct ServiceCommand: Sendable, Hashable {
  /// The command and its arguments; never empty.
  public var words: [String]
  public var directory: String
  /// Wins over the usual names.
  public var environment: [String: String] = [:]
  public var instances = 1
  public var servers: [ServiceServer] = []
  public var ready: ServiceReady?
  /// How long an instance may take to end once it has been told to.
  public var stop: Duration = .seconds(10)
  /// Where the command stands.
  public var place: String
}

/// A private server that instances use.
public struct ServiceServer: Sendable, Hashable {
  /// `redis`, `postgres`, `mysql`.
  public var name: String
  /// The port of 127.0.0.1 that is written down in the code; nil: any, told by the environment.
  public var port: UInt16?
  /// Where it stands.
  public var place: String
}

/// What an instance is asked until it answers 200.
public struct ServiceReady: Sendable, Hashable {
  public var request: RequestTemplate
  public var within: Duration = .seconds(60)
  public var every: Duration = .milliseconds(100)
}

/// A service that runs already.
public struct ServiceURL: Sendable, Hashable {
  public var host: String
  public var port: UInt16
  /// What its addresses begin with, without a slash at the end: `/api`, or nothing.
  public var base: String
}

extension ServiceURL {
  /// Reads `http://host:port/base`; nil where it is no such address.
  init?(_ text: String) {
    guard text.lowercased().hasPrefix("http://") else { return nil }
    let rest = text.dropFirst("http://".count)
    let authority = rest.prefix { $0 != "/" }
    var base = rest.dropFirst(authority.count)
    while base.last == "/" { base.removeLast() }
    let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let host = parts.first, !host.isEmpty,
      host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }),
      let port = parts.count == 1 ? 80 : UInt16(parts[1]), port > 0,
      base.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x23 && $0 != 0x3f })
    else { return nil }
    self.init(host: String(host), port: port, base: String(base))
  }
}

/// One kind of call.
public struct ServiceCall: Sendable, Hashable {
  public var request: RequestTemplate
  public var rules: ReplyRules
}

/// What a client asks once, and what it keeps of the answer.
public struct ServiceLogin: Sendable, Hashable {
  public enum Source: Sendable, Hashable {
    case json(JSONPath)
    case header(String)
  }

  public var request: RequestTemplate
  public var captures: [Capture] = []

  public struct Capture: Sendable, Hashable {
    /// As `{{token}}` has it.
    public var name: String
    public var source: Source
    public var place: String
  }
}

/// One step of `prepare`.
public enum ServiceStep: Sendable, Hashable {
  case store(StoreCommand)
  case request(RequestTemplate)
}

/// How to find out what is left.
public enum ServiceTruth: Sendable, Hashable {
  case store(StoreTruth)
  /// A number at a path of the answer.
  case request(ServiceCall, settle: Duration?)
}

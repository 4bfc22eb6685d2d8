// A program of the user's, as a workload file describes it: how it is started, what it needs, and how its
// stock is put up and looked at where it doesn't say so itself.

/// A program that is driven and judged, unchanged.
public struct ProgramSetup: Sendable, Hashable {
  /// The command and its arguments; never empty.
  public var command: [String]
  /// Where it works.
  public var directory: String
  /// Variables besides the usual names; they win over these.
  public var environment: [String: String] = [:]
  /// The private servers it is given.
  public var servers: Needs = []
  /// How long it may take to answer `init`.
  public var ready: Duration = .seconds(30)
  /// How long it may take to end once its input has.
  public var stop: Duration = .seconds(5)
  /// Puts up the stock; empty: the program does.
  public var prepare: [StoreCommand] = []
  /// Tells what is left; nil: the program does.
  public var truth: StoreTruth?
  /// What it sells.
  public var datatype = Workload.Datatype.stock
  /// Where the command stands, `shop.yaml:3:12`.
  public var place: String

  public init(command: [String], directory: String = ".", place: String = "") {
    self.command = command
    self.directory = directory
    self.place = place
  }

  /// What reports call it: its command line.
  public var name: String {
    let words = command.map { word in
      word.isEmpty || word.contains { $0.isWhitespace || "'\"\\".contains($0) }
        ? "'"
          + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
          + "'"
        : word
    }.joined(separator: " ")
    return words.count > 60 ? words.prefix(59) + "…" : words
  }

  /// Nobody has claimed anything of it but that it sells what is there.
  var card: StrategyCard {
    StrategyCard(
      name: name, family: nil, datatype: datatype, summary: "a program of yours", needs: servers,
      expected: .linearizable, supports: [.severalUnits, .restocks], hasGates: false,
      databaseConnections: 100, vulnerableTo: [], note: "")
  }

  /// The program as a value that a run can hold.
  public var system: SystemUnderTest {
    SystemUnderTest(card) { ProgramDeployment(self, in: $0) }
  }
}

// A fault as it is asked for: its name and its parameters, checked against its card before anything
// starts. A misspelt parameter that is silently ignored would inject something else.

import Drivers
import History

/// A parameter that a fault takes.
public struct FaultParameter: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// A time, from a least to a greatest one.
    case time(ClosedRange<Duration>)
    case count(ClosedRange<Int>)
    /// A factor or a share.
    case number(ClosedRange<Double>)
    case word([String])
    /// A step of a strategy, as it stands in pictures and traces: `UPDATE`.
    case step
  }

  public var name: String
  public var kind: Kind
  /// The default value; nil if there is none.
  public var standard: String?
  /// What it sets, for people.
  public var about: String

  public init(_ name: String, _ kind: Kind, standard: String? = nil, about: String) {
    self.name = name
    self.kind = kind
    self.standard = standard
    self.about = about
  }

  /// What is wrong with a value, as the end of a sentence; nil if nothing is.
  func refusal(of text: String) -> String? {
    switch kind {
    case .time(let range):
      if let time = Duration(text: text), range.contains(time) { return nil }
      return "a time from \(range.lowerBound.words) to \(range.upperBound.words), not \(text)"
    case .count(let range):
      if let count = Int(text), range.contains(count) { return nil }
      return "a whole number from \(range.lowerBound) to \(range.upperBound), not \(text)"
    case .number(let range):
      if let number = Double(text), range.contains(number) { return nil }
      return "a number from \(range.lowerBound) to \(range.upperBound), not \(text)"
    case .word(let words):
      return words.contains(text) ? nil : "one of \(words.joined(separator: ", ")), not \(text)"
    case .step:
      return text.isEmpty || text.utf8.count > 64 ? "a step's name such as UPDATE" : nil
    }
  }
}

/// A fault asked for, with its parameters.
public struct FaultSpec: Sendable, Hashable, CustomStringConvertible {
  /// Why there is no such fault, or no such parameter.
  public struct Refusal: Error, Sendable, Hashable {
    /// The parameter it is about; nil: the fault's name.
    public var parameter: String?
    public var message: String
  }

  public let name: String
  /// Parameters that were given, in order.
  public let given: [Given]

  public struct Given: Sendable, Hashable {
    public var parameter: String
    public var value: String

    public init(_ parameter: String, _ value: String) {
      self.parameter = parameter
      self.value = value
    }
  }

  public init(name: String, given: [Given] = []) throws(Refusal) {
    guard let fault = FaultCatalogue.fault(named: name) else {
      throw Refusal(
        message: "unknown fault \(name)" + nearest(to: name, among: FaultCatalogue.names))
    }
    let parameters = fault.card.parameters
    var seen: Set<String> = []
    for pair in given {
      guard let parameter = parameters.first(where: { $0.name == pair.parameter }) else {
        throw Refusal(
          parameter: pair.parameter,
          message: "\(name) has no parameter `\(pair.parameter)`"
            + nearest(to: pair.parameter, among: parameters.map(\.name)))
      }
      guard seen.insert(pair.parameter).inserted else {
        throw Refusal(parameter: pair.parameter, message: "`\(pair.parameter)` is given twice")
      }
      if let reason = parameter.refusal(of: pair.value) {
        throw Refusal(
          parameter: pair.parameter, message: "\(name)'s `\(pair.parameter)` is \(reason)")
      }
    }
    self.name = name
    self.given = given
  }

  /// A fault as the command line has it: `server-kill:for=50ms,persistence=everysec`.
  public init(text: String) throws(Refusal) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var given: [Given] = []
    for pair in parts.count < 2 ? [] : parts[1].split(separator: ",") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2 else {
        throw Refusal(message: "a fault's parameters look like for=400ms, not \(pair)")
      }
      given.append(Given(String(sides[0]), String(sides[1])))
    }
    try self.init(name: parts.first.map(String.init) ?? "", given: given)
  }

  /// As the command line has it.
  public var description: String {
    let parameters = given.map { "\($0.parameter)=\($0.value)" }.joined(separator: ",")
    return parameters.isEmpty ? name : "\(name):\(parameters)"
  }

  /// The catalogue's entry.
  public var type: any Fault.Type {
    guard let fault = FaultCatalogue.fault(named: name) else {
      preconditionFailure("a fault was checked and is not in the catalogue")
    }
    return fault
  }

  /// The fault itself, for one run.
  public func make() -> any Fault {
    type.init(FaultSettings(card: type.card, given: given))
  }
}

/// The parameters of one fault, checked, with the standard ones filled in.
public struct FaultSettings: Sendable, Hashable {
  private var values: [String: String] = [:]

  init(card: FaultCard, given: [FaultSpec.Given]) {
    for parameter in card.parameters { values[parameter.name] = parameter.standard }
    for pair in given { values[pair.parameter] = pair.value }
  }

  /// A word, or a step's name; nil if it is not set.
  public func text(_ name: String) -> String? { values[name] }

  /// A time; zero if it is not set.
  public func time(_ name: String) -> Duration {
    Duration(text: values[name] ?? "0s") ?? .zero
  }

  /// A whole number; 0 if it is not set.
  public func count(_ name: String) -> Int { values[name].flatMap { Int($0) } ?? 0 }

  /// A number; 0 if it is not set.
  public func number(_ name: String) -> Double { values[name].flatMap { Double($0) } ?? 0 }
}

extension Duration {
  /// As people write it: `250us`, `400ms`, `10s`.
  public var words: String {
    let nanoseconds = inNanoseconds
    if nanoseconds % 1_000_000_000 == 0 { return "\(nanoseconds / 1_000_000_000)s" }
    if nanoseconds % 1_000_000 == 0 { return "\(nanoseconds / 1_000_000)ms" }
    return "\(nanoseconds / 1000)us"
  }
}

/// When a fault strikes: again and again, at moments that follow from the seed.
public struct Rhythm: Sendable, Hashable {
  /// From the start of the main phase to the first strike, at least.
  public var first: Duration
  /// From one strike's earliest moment to the next one's.
  public var every: Duration
  /// How many strikes at most; 0 for no limit.
  public var times: Int

  static let parameters = [
    FaultParameter(
      "first", .time(.zero...Duration.seconds(3600)), standard: "200ms",
      about: "from the start to the first strike"),
    FaultParameter(
      "every", .time(.milliseconds(1)...Duration.seconds(3600)), standard: "1s",
      about: "from one strike to the next"),
    FaultParameter("times", .count(1...1_000_000), about: "how often it strikes at most"),
  ]

  init(_ settings: FaultSettings) {
    first = settings.time("first")
    every = settings.time("every")
    times = settings.count("times")
  }

  /// The moment of a strike (from 0), in ns from the start: up to a quarter of the period late.
  func moment(of strike: Int, _ random: inout SplitMix64) -> Int64 {
    (first + every * strike).inNanoseconds
      + Int64.random(in: 0...max(0, every.inNanoseconds / 4), using: &random)
  }
}

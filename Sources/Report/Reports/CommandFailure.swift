// What reports for programs say about a command that failed because a server or a program
// is missing: a CI that reads only reports must not take their absence for success.

/// Why a command came to nothing.
public struct CommandFailure: Sendable, Hashable {
  /// The workload; of a comparison `compare`, of a strategy explored by itself `explore`.
  public var suite: String
  /// What was to be run: as JUnit's cases are called.
  public var name: String
  /// One sentence, as people read it.
  public var sentence: String
  /// As in `soldout --help`.
  public var exitCode: Int

  public init(suite: String, name: String, sentence: String, exitCode: Int) {
    self.suite = suite
    self.name = name
    self.sentence = sentence
    self.exitCode = exitCode
  }
}

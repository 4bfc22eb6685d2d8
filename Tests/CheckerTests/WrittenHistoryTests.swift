// Every engine against brute force on histories as files hold them, with the ends of Int64, text,
// null and failed calls among the values: nothing traps, and no two engines disagree.

import Checker
import History
import Support
import Testing

/// Histories for each model: a few hundred, or `SOLDOUT_LONG`.
private let histories = longRun ?? 300

@Suite struct `Histories as written` {
  @Test func `every model has its vocabulary`() {
    #expect(vocabularies.map(\.model) == ModelCatalogue.entries.map(\.name))
  }

  @Test(arguments: vocabularies)
  func `every engine agrees with brute force`(_ vocabulary: Vocabulary) async throws {
    let entry = try #require(ModelCatalogue[vocabulary.model])
    let engines =
      ["auto", "search"]
      + MonitorCatalogue.entries.filter { $0.model == entry.name }
      .map(\.name)
    var seen: [Verdict: Int] = [:]
    for seed in 0..<UInt64(histories) {
      var random = SeededGenerator(seed: seed)
      let history = vocabulary.history(&random)
      let initial = vocabulary.initials[random.below(vocabulary.initials.count)]
      guard let expected = try bruteForce(vocabulary.model, history, initial) else { continue }
      seen[expected ? .linearizable : .violation, default: 0] += 1
      for engine in engines {
        var check = Check(
          history, model: entry, initial: initial,
          engine: engine == "auto" ? .auto : .named(engine))
        // Explaining takes far longer than deciding.
        check.options.explains = seed % 16 == 0
        let verdict = try await check.judgements().verdict
        // A monitor by name leaves undecided what it is not made for.
        if verdict == .unknown, engine != "auto", engine != "search" { continue }
        guard (verdict == .linearizable) == expected else {
          Issue.record(
            """
            \(vocabulary) from \(initial.literal), seed \(seed): \(engine) says \(verdict), brute \
            force \(expected ? "linearizable" : "violation")
            \(history.picture)
            """)
          return
        }
      }
    }
    // Both verdicts must occur often, else the test shows nothing.
    #expect(seen[.linearizable, default: 0] > histories / 50, "\(seen)")
    #expect(seen[.violation, default: 0] > histories / 50, "\(seen)")
  }
}

/// Whether the history is linearizable; nil where the model's datatype doesn't know its calls.
private func bruteForce(_ model: String, _ history: History, _ initial: Value) throws -> Bool? {
  for sample in modelSamples where sample.description == model {
    return try bruteForce(sample, history, initial)
  }
  return nil
}

private func bruteForce<S: ModelSample>(
  _ sample: S, _ history: History, _ initial: Value
) throws -> Bool? {
  let model = try S.M(initial: initial)
  let all = Array(history.operations.indices)
  let nils = NilReading(.auto, initial: initial)
  guard let calls = try? history.timeline(of: all, as: S.M.Data.self, nils: nils) else {
    return nil
  }
  return isLinearizable(calls, model: model)
}

extension History {
  /// One line per operation, for messages of failing tests.
  fileprivate var picture: String {
    operations.map {
      "p\($0.process) [\($0.call.rank), \($0.reply.map { "\($0.rank)" } ?? "…")] \($0.function) "
        + "\($0.input.literal) → \($0.outcome) \($0.output.literal)"
    }.joined(separator: "\n")
  }
}

@Suite struct `Values at the ends of Int64` {
  typealias Place = (model: String, initial: Value, function: String, inputs: [Value])

  /// Calls with a place for a number, and the same of replies.
  private static let places: [Place] = [
    ("stock", .int(5), "take", [.int(1)]), ("stock", .int(5), "read", [.null]),
    ("stock", .int(5), "restock", [.int(1)]), ("account", .int(5), "charge", [.int(1)]),
    ("account", .int(5), "use", [.int(1)]), ("account", .int(5), "read", [.null]),
    ("counter", .int(5), "add", [.int(1), .int(-1)]), ("counter", .int(5), "read", [.null]),
    ("register", .int(5), "write", [.int(1)]), ("register", .int(5), "read", [.null]),
    ("cas-register", .int(5), "cas", [.list([.int(.min), .int(.max)])]),
    ("set", .null, "add", [.int(.min)]), ("fifo-queue", .null, "enqueue", [.int(.min)]),
    ("fifo-queue", .null, "dequeue", [.null]), ("unordered-queue", .null, "dequeue", [.null]),
    ("mutex", .null, "acquire", [.null]), ("owner-mutex", .null, "acquire", [.null]),
    ("fenced-mutex", .int(5), "acquire", [.null]), ("kv-append", .null, "put", [.string("a")]),
  ]

  @Test(arguments: places, extremeNumbers)
  func `are judged or refused, never a trap`(
    _ place: Place, _ number: Value
  ) async throws {
    let entry = try #require(ModelCatalogue[place.model])
    let setUp = place.function == "read" && place.model == "counter" ? [Value.int(-1)] : []
    for (input, output) in place.inputs.map({ ($0, number) }) + [(number, .null), (number, number)]
    {
      for initial in [place.initial, number] {
        var operations = setUp.map { amount in
          Operation(
            process: 1, function: "add", input: amount, outcome: .ok,
            call: Moment(rank: -4, index: 9), reply: Moment(rank: -3, index: 10))
        }
        operations.append(
          Operation(
            process: 0, function: place.function, input: input, output: output, outcome: .ok,
            call: Moment(rank: 0, index: 0), reply: Moment(rank: 1, index: 1)))
        let history = History(operations: operations)
        for engine in [EngineChoice.auto, .named("search")] {
          let check = Check(history, model: entry, initial: initial, engine: engine)
          guard let judgement = try? await check.judgements().first else { continue }
          // What an explanation says must be said too.
          if judgement.verdict == .violation {
            #expect(judgement.counterexample?.headline.isEmpty == false)
          }
        }
      }
    }
  }

  @Test func `a counter that fell to the lowest number is a violation`() async throws {
    var story = Story()
    story.call(0, "add", -1, from: 1, until: 2)
    story.call(0, "read", from: 3, until: 4, .ok, Int.min)
    let entry = try #require(ModelCatalogue["counter"])
    for engine in ["search", "counter-monitor"] {
      let check = Check(story.history, model: entry, engine: .named(engine))
      #expect(try await check.judgements().verdict == .violation, "\(engine)")
    }
  }

  @Test func `after the largest token an acquisition without reply did not happen`() async throws {
    let history = history(
      """
      p0 |-acquire→9223372036854775807-| |-release→null-|
      p1                                                   |-acquire→?
      """)
    let entry = try #require(ModelCatalogue["fenced-mutex"])
    for engine in ["search", "fenced-mutex-monitor"] {
      let check = Check(history, model: entry, engine: .named(engine))
      #expect(try await check.judgements().verdict == .linearizable, "\(engine)")
    }
  }
}

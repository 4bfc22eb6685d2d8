// Judging while reading against judging the whole: what is proven online is linearizable, and what a
// store answers truthfully, with told values, is proven.

import Checker
import History
import Support
import Testing

/// Feeds an online check.
private struct Feed: OperationReceiver {
  var check: OnlineCheck

  mutating func begin(_ header: Header, order: EventOrder) { check.begin(header) }
  mutating func call(_ operation: Operation, at position: Int) { check.call(operation) }
  mutating func end(_ operation: Operation, at position: Int, givenUp: Moment?) {
    check.end(operation)
  }
  mutating func event(_ event: Event) {}
}

@Suite("Online check")
struct OnlineCheckTests {
  /// What the online check says of a history's text, with pieces of so many operations.
  private static func online(
    _ text: [UInt8], _ model: ModelEntry, pieceSize: Int
  ) async throws -> [Judgement] {
    let check = try #require(OnlineCheck(model: model, width: 2, pieceSize: pieceSize))
    var stream = OperationStream(to: Feed(check: check))
    for line in text.split(separator: UInt8(ascii: "\n")) {
      try stream.read(line + [UInt8(ascii: "\n")])
      while stream.receiver.check.isDue {
        let horizon = stream.horizon
        let piece = stream.receiver.check.piece(upTo: horizon)
        stream.receiver.check.take(try await piece.judged(.unlimited))
      }
    }
    return try await stream.finish().check.finish(.unlimited)
  }

  /// Holds the online check against the whole one; whether it came to a proof.
  private static func compare(
    _ shop: Shop, _ random: inout SeededGenerator, _ comment: Comment
  ) async throws -> Bool {
    let text = shop.text(&random)
    let model = try #require(ModelCatalogue[shop.model.rawValue])
    let history = try HistoryFormat.read(text).history
    let whole = try await Check(history, model: model).judgements()
    let online: [Judgement]
    do {
      online = try await Self.online(text, model, pieceSize: 1 + random.below(30))
    } catch is Unproven {
      return false
    }
    #expect(whole.verdict == .linearizable, comment)
    #expect(online.verdict == .linearizable, comment)
    #expect(online.map(\.key) == whole.map(\.key), comment)
    #expect(online.map(\.operations) == whole.map(\.operations), comment)
    return true
  }

  @Test("a truthful store's history is proven", arguments: Shop.Model.allCases, 0..<60)
  func truthful(_ model: Shop.Model, _ seed: Int) async throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var shop = Shop(model, &random)
    shop.wrong = 0
    shop.isTold = true
    shop.restocks = shop.restocks && model != .stock
    let isProven = try await Self.compare(shop, &random, "\(model), seed \(seed): \(shop)")
    // A balance that goes both ways may show only later which of two ways it went.
    #expect(isProven || model == .account, "\(model), seed \(seed): \(shop)")
  }

  @Test("what is proven is linearizable", arguments: Shop.Model.allCases, 0..<150)
  func sound(_ model: Shop.Model, _ seed: Int) async throws {
    var random = SeededGenerator(seed: UInt64(1000 + seed))
    let shop = Shop(model, &random)
    _ = try await Self.compare(shop, &random, "\(model), seed \(seed): \(shop)")
  }

  @Test("most histories of any truthful store are proven")
  func most() async throws {
    var proven = 0
    for seed in 0..<100 {
      var random = SeededGenerator(seed: UInt64(5000 + seed))
      var shop = Shop(Shop.Model.allCases[seed % 3], &random)
      shop.wrong = 0
      if try await Self.compare(shop, &random, "seed \(seed): \(shop)") { proven += 1 }
    }
    #expect(proven >= 70, "\(proven) of 100")
  }

  @Test("an initial value that is missing is for the whole check to refuse")
  func invalid() async throws {
    let model = try #require(ModelCatalogue["stock"])
    let text = Array(
      """
      {"soldout":1,"model":"stock"}
      {"process":1,"type":"invoke","f":"take","time":1}
      {"process":1,"type":"fail","f":"take","time":2}

      """.utf8)
    await #expect(throws: Unproven.self) {
      try await Self.online(text, model, pieceSize: 10)
    }
  }

  @Test("a model that can't be started from each state is not judged online")
  func unresumable() throws {
    #expect(OnlineCheck(model: try #require(ModelCatalogue["fifo-queue"])) == nil)
  }

  @Test("calls that are never answered hold up what comes after them, but no proof")
  func unanswered() async throws {
    var shop = Shop(.stock, clients: 4, keys: 1)
    shop.operations = 4000
    shop.silent = 200
    shop.isTold = true
    shop.units = 10_000
    var random = SeededGenerator(seed: 7)
    #expect(try await Self.compare(shop, &random, "\(shop)"))
  }
}

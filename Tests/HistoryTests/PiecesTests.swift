// Own histories in pieces of lines: the same history, the same refusals, the same operations one by
// one.

import History
import Support
import Testing

/// Keeps what a stream hands on.
private struct Kept: OperationReceiver {
  var header = Header()
  var order: EventOrder?
  var called: [Int] = []
  var ended: [Int: Operation] = [:]
  var givenUp: [Int: Moment] = [:]
  var events: [Event] = []
  /// Up to where everything was said to be known, and whether a call came after all.
  var horizon = Int.min
  var isBelated = false

  mutating func begin(_ header: Header, order: EventOrder) {
    self.header = header
    self.order = order
  }

  mutating func call(_ operation: Operation, at position: Int) {
    called.append(position)
    if operation.call.rank <= horizon { isBelated = true }
  }

  mutating func end(_ operation: Operation, at position: Int, givenUp: Moment?) {
    ended[position] = operation
    if let givenUp { self.givenUp[position] = givenUp }
  }
  mutating func event(_ event: Event) { events.append(event) }
}

@Suite("Pieces of a history")
struct PiecesTests {
  /// The lines, some together.
  private static func pieces(
    of bytes: [UInt8], using random: inout SeededGenerator
  ) -> [[UInt8]] {
    var pieces: [[UInt8]] = [[]]
    for byte in bytes {
      pieces[pieces.count - 1].append(byte)
      if byte == UInt8(ascii: "\n"), Bool.random(using: &random) { pieces.append([]) }
    }
    return pieces.filter { !$0.isEmpty }
  }

  private static func read(_ pieces: [[UInt8]], size: Int) throws(ParseError) -> Reading {
    var reading = PiecewiseReading(size: size)
    for piece in pieces { try reading.read(piece) }
    return try reading.finish()
  }

  /// What the whole of it is read as, or refused with.
  private static func whole(_ bytes: [UInt8]) -> Result<Reading, ParseError> {
    do throws(ParseError) {
      return .success(try HistoryFormat.read(bytes, format: .jsonl))
    } catch {
      return .failure(error)
    }
  }

  private static func stream(_ pieces: [[UInt8]]) throws(NotStreamable) -> Kept {
    var stream = OperationStream(to: Kept())
    for piece in pieces {
      try stream.read(piece)
      let horizon = stream.horizon
      stream.receiver.horizon = horizon
    }
    return try stream.finish()
  }

  @Test("give what the whole gives, damaged or not", arguments: 0..<40)
  func same(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let order: EventOrder = seed.isMultiple(of: 2) ? .times : .positions
    let text = try History.random(count: 40, order: order, edn: false, using: &random).jsonLines()
    for round in 0..<25 {
      let bytes = round == 0 ? text : Mutation.apply(to: [text], using: &random)
      guard bytes.starts(with: PiecewiseReading.start) else { continue }
      let pieces = Self.pieces(of: bytes, using: &random)
      let read: Result<Reading, ParseError>
      do throws(ParseError) {
        read = .success(try Self.read(pieces, size: bytes.count))
      } catch {
        read = .failure(error)
      }
      switch (Self.whole(bytes), read) {
      case (.success(let whole), .success(let pieces)):
        expectSame(pieces.history, whole.history, "seed \(seed), round \(round)")
        #expect(pieces.notes == whole.notes, "seed \(seed), round \(round)")
      case (.failure(let whole), .failure(let pieces)):
        #expect(whole == pieces, "seed \(seed), round \(round)")
      case (let whole, let pieces):
        Issue.record("seed \(seed), round \(round): \(whole) is not \(pieces)")
      }
    }
  }

  @Test("what is handed on is what the whole has, and a refused text is refused", arguments: 0..<40)
  func streamed(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let order: EventOrder = seed.isMultiple(of: 2) ? .times : .positions
    let text = try History.random(count: 40, order: order, edn: false, using: &random).jsonLines()
    for round in 0..<25 {
      let bytes = round == 0 ? text : Mutation.apply(to: [text], using: &random)
      let kept: Kept
      do throws(NotStreamable) {
        kept = try Self.stream(Self.pieces(of: bytes, using: &random))
      } catch {
        #expect(round > 0, "seed \(seed): \(error.reason)")
        continue
      }
      let history: History
      switch Self.whole(bytes) {
      case .success(let reading): history = reading.history
      case .failure(let refusal):
        Issue.record("seed \(seed), round \(round): handed on, though \(refusal)")
        continue
      }
      #expect(kept.called == Array(history.operations.indices), "seed \(seed), round \(round)")
      #expect(kept.givenUp == history.givenUp, "seed \(seed), round \(round)")
      #expect(
        kept.ended.sorted { $0.key < $1.key }.map(\.value) == history.operations,
        "seed \(seed), round \(round)")
      #expect(kept.events == history.events, "seed \(seed), round \(round)")
      #expect(!kept.isBelated, "seed \(seed), round \(round)")
      #expect(kept.header == history.header, "seed \(seed), round \(round)")
      if !history.operations.isEmpty { #expect(kept.order == history.order) }
    }
  }

  @Test("operations settled after the run are for the whole history")
  func settled() {
    let lines = """
      {"soldout":1,"initial":1}
      {"process":1,"type":"invoke","f":"take","time":1}
      {"process":1,"type":"info","f":"take","time":2}
      {"process":"resolver","type":"info","f":"ok","value":{"process":1,"value":0},"time":3}

      """
    #expect(throws: NotStreamable.self) { try Self.stream([Array(lines.utf8)]) }
  }
}

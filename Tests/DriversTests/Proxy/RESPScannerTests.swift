// The proxy's ear for Redis: values and commands end where they end, however their bytes are cut.

import Support
import Testing

@testable import Drivers

/// Where the values in pieces end, and whether the scanner can go on.
private func ends(_ parts: [[UInt8]]) -> (ends: [Int], isBroken: Bool) {
  var scanner = RESPScanner()
  var found: [Int] = []
  var start = 0
  for piece in parts {
    var position = 0
    while let end = scanner.end(in: piece, from: position) {
      found.append(start + end)
      position = end
    }
    start += piece.count
  }
  return (found, scanner.isBroken)
}

@Suite("A proxy's scanners of RESP")
struct RESPScannerTests {
  @Test("a value ends where it ends, cut anywhere, as the oracle has it", arguments: 0..<60)
  func respEnds(_ number: Int) {
    var random = SeededGenerator(seed: UInt64(number))
    let values = (0..<5).map { _ in randomValue(3, &random) }
    let bytes = values.flatMap(\.self)
    let known = values.indices.map { values[...$0].reduce(0) { $0 + $1.count } }
    var oracle: [Int] = []
    while let end = oracleEnd(of: bytes, from: oracle.last ?? 0) { oracle.append(end) }
    #expect(oracle == known, "seed \(number)")
    for cuts in cuttings(of: bytes.count, seed: UInt64(number)) {
      let (found, isBroken) = ends(pieces(bytes, at: cuts))
      #expect(found == known && !isBroken, "seed \(number), cuts \(cuts)")
    }
  }

  @Test("a damaged stream gives the same events, cut anywhere", arguments: 0..<200)
  func damaged(_ number: Int) {
    var random = SeededGenerator(seed: UInt64(1000 + number))
    var bytes = (0..<4).flatMap { _ in randomValue(2, &random) }
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      bytes[place] = UInt8.random(in: 0...255, using: &random)
    }
    let whole = ends([bytes])
    for cuts in cuttings(of: bytes.count, seed: UInt64(number)) {
      let found = ends(pieces(bytes, at: cuts))
      #expect(found == whole, "seed \(1000 + number), cuts \(cuts)")
    }
  }

  @Test(
    "what is no RESP is noticed and never passes for it",
    arguments: [
      "HELLO\r\n", "$abc\r\n", "*1x\r\n", "$--1\r\n", "$99999999999999999999\r\n", "%-1\r\n",
      "$-2\r\n", "$\r\n", "$2\r\nabcd", "*1\r\n?",
    ])
  func respBroken(_ text: String) {
    var scanner = RESPScanner()
    #expect(scanner.end(in: Array(text.utf8), from: 0) == nil)
    #expect(scanner.isBroken)
    #expect(scanner.end(in: Array("+OK\r\n".utf8), from: 0) == nil)
  }

  @Test(
    "what tells a push or a confirmation",
    arguments: [
      ("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:2\r\n", "*", "subscribe", 2),
      (
        "|1\r\n$1\r\na\r\n$1\r\nb\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n", ">", "message",
        nil
      ),
      ("*2\r\n:5\r\n$1\r\na\r\n", "*", "", 5), ("%1\r\n$1\r\nk\r\n:-7\r\n", "%", "k", -7),
      ("$7\r\nmessage\r\n", "$", "", nil),
    ] as [(String, Character, String, Int?)])
  func labels(_ text: String, _ kind: Character, _ label: String, _ last: Int?) {
    var scanner = RESPScanner()
    for piece in pieces(Array(text.utf8), at: Array(0...text.utf8.count)) {
      _ = scanner.end(in: piece, from: 0)
    }
    #expect(scanner.outer == kind.asciiValue)
    #expect(String(decoding: scanner.label, as: UTF8.self) == label)
    #expect(scanner.lastInteger == last)
  }
}

@Suite("A proxy's scanner of commands")
struct RESPCommandScannerTests {
  /// The words of the commands in pieces.
  private func words(
    _ parts: [[UInt8]]
  ) -> (words: [[String]], cut: [Int], refusal: String?) {
    var scanner = RESPCommandScanner()
    var found: [[String]] = []
    var cut: [Int] = []
    for piece in parts {
      var position = 0
      while let (command, end) = scanner.next(in: piece, from: position) {
        found.append(command.words.map { String(decoding: $0, as: UTF8.self) })
        cut.append(command.cut)
        position = end
      }
    }
    return (found, cut, scanner.refusal)
  }

  @Test("commands have their words, typed or not, cut anywhere")
  func commands() {
    let long = String(repeating: "x", count: 300)
    let bytes =
      command("SET", "a", "$3\r\n") + Array("GET  a\r\n".utf8) + Array("*0\r\n\r\n\n".utf8)
      + Array("set \"a b\\x41\\n\" 'it\\'s'\n".utf8) + command("SET", "k", long) + command("PING")
    let known = [
      ["SET", "a", "$3\r\n"], ["GET", "a"], [], [], [], ["set", "a bA\n", "it's"],
      ["SET", "k", String(repeating: "x", count: 256)], ["PING"],
    ]
    for cuts in cuttings(of: bytes.count, seed: 5) {
      let found = words(pieces(bytes, at: cuts))
      #expect(found.words == known, "cuts \(cuts)")
      #expect(found.cut == [0, 0, 0, 0, 0, 0, 44, 0] && found.refusal == nil)
    }
  }

  @Test("of many words the first are kept, and all are counted")
  func manyWords() throws {
    var scanner = RESPCommandScanner()
    let channels = (0..<100).map { "c\($0)" }
    let next = scanner.next(in: command(["SUBSCRIBE"] + channels), from: 0)
    let found = try #require(next).command
    #expect(found.count == 101 && found.words.count == 64)
    #expect(found.cut == channels.dropFirst(63).reduce(0) { $0 + $1.utf8.count })
  }

  @Test(
    "what is no command is noticed, cut anywhere",
    arguments: [
      "\u{16}\u{3}\u{1}\u{2}", "*1\r\n:5\r\n", "*1\r\n$-1\r\n", "*x\r\n", "GET \"a\r\n",
      "GET 'a'b\r\n", "$3\r\n*1\r\n\u{80}",
    ])
  func broken(_ text: String) {
    let bytes = Array(text.utf8)
    let whole = words([bytes])
    #expect(whole.refusal != nil)
    for cuts in cuttings(of: bytes.count, seed: 6) {
      let found = words(pieces(bytes, at: cuts))
      #expect(found.words == whole.words && (found.refusal == nil) == false, "cuts \(cuts)")
    }
  }
}

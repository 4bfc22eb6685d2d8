// Bytes as clients and servers send them, and the ways in which they arrive: cut anywhere.

import Support

@testable import Drivers

/// Cuts bytes into pieces.
func pieces(_ bytes: [UInt8], at cuts: [Int]) -> [[UInt8]] {
  let ends = [0] + cuts.map { min($0, bytes.count) }.sorted() + [bytes.count]
  return zip(ends, ends.dropFirst()).map { Array(bytes[$0..<$1]) }
}

/// Cuts: none, at each position, after every byte, and some at random.
func cuttings(of count: Int, seed: UInt64) -> [[Int]] {
  var random = SeededGenerator(seed: seed)
  let few = (0..<20).map { _ in
    (0..<Int.random(in: 1...6, using: &random)).map { _ in
      Int.random(in: 0...count, using: &random)
    }
  }
  return [[]] + (0...count).map { [$0] } + [Array(0...count)] + few
}

/// A command to Redis as clients send it.
func command(_ words: String...) -> [UInt8] { command(words) }

func command(_ words: [String]) -> [UInt8] {
  Array("*\(words.count)\r\n".utf8)
    + words.flatMap { Array("$\($0.utf8.count)\r\n\($0)\r\n".utf8) }
}

/// A message of PostgreSQL's protocol; without a kind, as a client's first.
func message(_ kind: Character?, _ body: [UInt8] = []) -> [UInt8] {
  let length = body.count + 4
  return (kind?.asciiValue.map { [$0] } ?? [])
    + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + body
}

func zeroEnded(_ texts: String...) -> [UInt8] { texts.flatMap { Array($0.utf8) + [0] } }

/// What somebody who listens to a conversation hears.
struct Heard: Equatable {
  var toServer: [UInt8] = []
  var toClient: [UInt8] = []
  /// Requests that were asked about.
  var asked: [ProxyRequest] = []
  var lost: [UInt8]?
  var lostRequest: ProxyRequest?
  /// Requests and their replies.
  var exchanges: [String] = []
  var refusal: String?

  private mutating func add(_ relayed: Relayed) {
    toServer += relayed.toServer
    toClient += relayed.toClient
    exchanges += relayed.exchanges.map {
      "\($0.request.text) → \(String(decoding: $0.reply, as: UTF8.self))"
    }
    if let reply = relayed.lost { (lost, lostRequest) = (reply.bytes, reply.request) }
    refusal = refusal ?? relayed.refusal
  }

  /// Parts of a conversation, in their order, each cut; nothing more once it is over.
  static func listening(
    to tracker: some ProtocolTracker, _ parts: [(isClient: Bool, bytes: [UInt8])],
    cut: (Int) -> [Int] = { _ in [] }, losing: (ProxyRequest) -> Bool = { _ in false }
  ) -> Heard {
    var tracker = tracker
    tracker.tellsExchanges = true
    var heard = Heard()
    heard.toServer = tracker.opening()
    for part in parts {
      for piece in pieces(part.bytes, at: cut(part.bytes.count)) {
        guard heard.lost == nil, heard.refusal == nil else { return heard }
        let relayed =
          part.isClient
          ? tracker.fromClient(piece, at: 0) { request in
            heard.asked.append(request)
            return losing(request)
          } : tracker.fromServer(piece, at: 0)
        heard.add(relayed)
      }
    }
    return heard
  }
}

func client(_ bytes: [UInt8]...) -> (isClient: Bool, bytes: [UInt8]) {
  (true, bytes.flatMap(\.self))
}

func server(_ texts: String...) -> (isClient: Bool, bytes: [UInt8]) {
  (false, Array(texts.joined().utf8))
}

func server(_ bytes: [UInt8]...) -> (isClient: Bool, bytes: [UInt8]) {
  (false, bytes.flatMap(\.self))
}

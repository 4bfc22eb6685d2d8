// Answers of services, read whole or in any pieces, and whatever is no answer refused.

import Support
import Testing

@testable import Drivers

/// What reading came to.
private enum Reading: Equatable {
  case response(HTTPResponse, left: Int)
  case unfinished
  case malformed(String)

  /// Reads pieces; what comes after the answer isn't read. `ends`: the connection does after them.
  static func of(_ parts: [[UInt8]], isHead: Bool = false, ends: Bool = false) -> Reading {
    var parser = HTTPParser(isHead: isHead)
    var left = 0
    do throws(HTTPParser.Malformed) {
      for part in parts { left += part.count - (try parser.read(part[...])) }
    } catch {
      return .malformed(error.what)
    }
    if ends { _ = parser.end() }
    guard parser.isDone, let response = parser.response else { return .unfinished }
    return .response(response, left: left)
  }

  var status: Int? {
    if case .response(let response, _) = self { return response.status }
    return nil
  }

  var body: String? {
    guard case .response(let response, _) = self else { return nil }
    return String(decoding: response.body, as: UTF8.self)
  }
}

@Suite("Reading answers over HTTP")
struct HTTPParserTests {
  /// Reads a text, and expects the same however it is cut.
  private func read(_ text: String, isHead: Bool = false, ends: Bool = false) -> Reading {
    let bytes = Array(text.utf8)
    let whole = Reading.of([bytes], isHead: isHead, ends: ends)
    for cuts in cuttings(of: bytes.count, seed: 7) {
      let cut = Reading.of(pieces(bytes, at: cuts), isHead: isHead, ends: ends)
      #expect(cut == whole, "cuts \(cuts)")
    }
    return whole
  }

  @Test("by Content-Length; what follows is not read")
  func length() {
    let reading = read("HTTP/1.1 200 OK\r\ncontent-length:  5 \r\nX: a\r\n\r\nhelloHTTP")
    #expect(reading.body == "hello")
    guard case .response(let response, left: 4) = reading else {
      Issue.record("\(reading)")
      return
    }
    #expect(response["Content-Length"] == "5" && response["x"] == "a")
  }

  @Test("in chunks, with extensions and trailers")
  func chunks() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
    #expect(
      read(head + "5;a=b\r\nhello\r\n00A\r\n, 10 bytes\r\n0\r\nX: y\r\n\r\n").body
        == "hello, 10 bytes")
    #expect(read(head + "0\r\n\r\n").body == "")
    #expect(read(head + "5\r\nhello\r\n", ends: true) == .unfinished)
  }

  @Test("until the connection ends")
  func closeDelimited() {
    let text = "HTTP/1.0 200 OK\r\n\r\nhello"
    #expect(read(text) == .unfinished)
    #expect(read(text, ends: true).body == "hello")
    #expect(read("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", ends: true) == .unfinished)
  }

  @Test("without a body: 204, 304, and whatever answers HEAD")
  func bodiless() {
    for status in ["204 No Content", "304 Not Modified"] {
      #expect(read("HTTP/1.1 \(status)\r\nContent-Length: 5\r\n\r\n").body == "")
    }
    #expect(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", isHead: true).body == "")
    #expect(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", isHead: true).body == "")
  }

  @Test("interim answers are passed over")
  func interim() {
    let reading = read(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        + "HTTP/1.1 201\r\nContent-Length: 0\r\n\r\n")
    #expect(reading.status == 201)
  }

  @Test(
    "what is no answer is refused, wherever it is cut",
    arguments: [
      ("SSH-2.0-OpenSSH\r\n", "an answer that begins with `S`"),
      ("HTTP/2 200\r\n\r\n", "an answer that begins with `HTTP/2`"),
      ("HTTP/1.1 20 OK\r\n\r\n", "the status line `HTTP/1.1 20 OK`"),
      ("HTTP/1.1 2000\r\n\r\n", "the status line `HTTP/1.1 2000`"),
      ("HTTP/1.1 099 X\r\n\r\n", "the status 99"),
      ("HTTP/1.1 101 Switching\r\n\r\n", "an unrequested 101 Switching Protocols"),
      ("HTTP/1.1 200 OK\nX: y\n\n", "a line that ends without CR"),
      ("HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n", "a CR without its LF"),
      ("HTTP/1.1 200 OK\r\nX : a\r\n\r\n", "the header line `X : a`"),
      ("HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", "the header line ` b`"),
      ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "the header line `no colon`"),
      (
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "two values of Content-Length"
      ),
      ("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n", "the Content-Length 5, 5"),
      ("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "the Content-Length -5"),
      ("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", "the Content-Length "),
      ("HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n", "a body of more than 1 MiB"),
      (
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "a body of more than 1 MiB"
      ),
      (
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "both Content-Length and Transfer-Encoding"
      ),
      (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "the Transfer-Encoding gzip, chunked"
      ),
      ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "the Transfer-Encoding chunked"),
      (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "the length of a chunk `xyz`"
      ),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", "the length of a chunk ``"),
      (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
        "a chunk that is longer than it says"
      ),
      (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\n",
        "the length of a chunk `123456789`"
      ),
      (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nab",
        "a line between chunks that ends without CR"
      ),
    ])
  func malformed(_ text: String, _ what: String) {
    #expect(read(text) == .malformed(what))
  }

  @Test("a head of more than 64 KiB, a body of more than 1 MiB, however they come")
  func limits() {
    let long = String(repeating: "x", count: 65_536)
    let malformed = { (text: String) in Reading.of([Array(text.utf8)], ends: true) }
    #expect(malformed("HTTP/1.1 200 OK\r\nX: \(long)") == .malformed("a head of more than 64 KiB"))
    let interim = String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 3000)
    #expect(malformed(interim) == .malformed("a head of more than 64 KiB"))
    let body = String(repeating: "x", count: 1_048_577)
    #expect(malformed("HTTP/1.1 200 OK\r\n\r\n" + body) == .malformed("a body of more than 1 MiB"))
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    #expect(malformed(chunked + "100001\r\n\(body)\r\n") == .malformed("a body of more than 1 MiB"))
    #expect(
      malformed(chunked + "0\r\nX: \(long)")
        == .malformed("more than 64 KiB of lines between chunks"))
  }

  @Test(
    "random answers are read as they were made, and damaged ones alike in any pieces",
    arguments: 0..<100)
  func random(_ number: Int) {
    let seed = UInt64(4000 + number)
    var random = SeededGenerator(seed: seed)
    let body = String(
      (0..<Int.random(in: 0...40, using: &random)).map { _ in
        "ab\r\n0;5 ".randomElement(using: &random) ?? "a"
      })
    let status = [200, 201, 409, 500].randomElement(using: &random) ?? 200
    var text = "HTTP/1.1 \(status) Some Words\r\nServer: x\r\n"
    if Bool.random(using: &random) {
      text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    } else {
      text += "Transfer-Encoding: chunked\r\n\r\n"
      var rest = Array(body.utf8)[...]
      while !rest.isEmpty {
        let part = rest.prefix(Int.random(in: 1...7, using: &random))
        text += "\(String(part.count, radix: 16))\r\n\(String(decoding: part, as: UTF8.self))\r\n"
        rest = rest.dropFirst(part.count)
      }
      text += "0\r\n\r\n"
    }
    let reading = read(text)
    #expect(reading.status == status && reading.body == body, "seed \(seed)")
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
        in: 0...255, using: &random)
    }
    let whole = Reading.of([bytes], ends: true)
    for cuts in cuttings(of: bytes.count, seed: seed) {
      #expect(
        Reading.of(pieces(bytes, at: cuts), ends: true) == whole, "seed \(seed), cuts \(cuts)")
    }
  }

  @Test(
    "how long a connection may be idle",
    arguments: [
      ("", true, 1_000_000_000), ("Connection: close", true, nil), ("", false, nil),
      ("Connection: Keep-Alive", false, 1_000_000_000),
      ("Keep-Alive: timeout=5, max=100", true, 1_000_000_000),
      ("Keep-Alive: timeout=1", true, 500_000_000), ("Keep-Alive: timeout=0", true, nil),
      ("Keep-Alive: max=0", true, nil), ("Connection: foo, Close", true, nil),
    ] as [(String, Bool, Int64?)])
  func idleTime(_ header: String, _ isCurrent: Bool, _ known: Int64?) {
    let version = isCurrent ? "1.1" : "1.0"
    let line = header.isEmpty ? "" : header + "\r\n"
    let text = "HTTP/\(version) 200 OK\r\n\(line)Content-Length: 0\r\n\r\n"
    guard case .response(let response, _) = read(text) else {
      Issue.record("not read")
      return
    }
    #expect(response.idleTime == known)
  }
}

@Suite("Requests over HTTP")
struct HTTPRequestTests {
  @Test("a request is written as it is")
  func written() throws {
    let request = try HTTPRequest(
      "POST", "/stocks/1", headers: [HTTPHeader("Content-Type", "application/json")],
      body: Array("{}".utf8))
    let text = String(decoding: request.bytes(host: "127.0.0.1:80", isLast: false), as: UTF8.self)
    #expect(
      text == """
        POST /stocks/1 HTTP/1.1\r\nHost: 127.0.0.1:80\r\nUser-Agent: soldout\r\nAccept: */*\r\n\
        Accept-Encoding: identity\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}
        """)
    let get = try HTTPRequest("GET", "/a?b=c", headers: [HTTPHeader("accept", "text/plain")])
    let last = String(decoding: get.bytes(host: "h:1", isLast: true), as: UTF8.self)
    #expect(last.contains("accept: text/plain\r\n") && !last.contains("Accept: */*"))
    #expect(last.hasSuffix("Connection: close\r\n\r\n") && !last.contains("Content-Length"))
  }

  @Test(
    "what would be no request, or two, is refused",
    arguments: [
      ("GET ", "/", "", ""), ("get", "/", "", ""), ("CONNECT", "/", "", ""), ("GET", "a", "", ""),
      ("GET", "/a b", "", ""), ("GET", "/a\r\nX: y", "", ""), ("GET", "/한", "", ""),
      ("GET", "/", "X Y", "a"), ("GET", "/", "X", "a\r\nY: b"), ("GET", "/", "Content-Length", "5"),
      ("GET", "/", "Expect", "100-continue"), ("GET", "/", "Transfer-Encoding", "chunked"),
    ])
  func refused(_ method: String, _ target: String, _ name: String, _ value: String) {
    #expect(throws: HTTPRequest.Refusal.self) {
      _ = try HTTPRequest(
        method, target, headers: name.isEmpty ? [] : [HTTPHeader(name, value)])
    }
  }
}

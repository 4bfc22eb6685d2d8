// The client against services that behave as they like: one request is sent once, whatever happens to its
// answer, and only what never left is certain not to have been done.

import Testing

@testable import Drivers

private let order = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

/// What requests came to, what the service executed, and how many connections it saw.
private struct Visit: Sendable {
  var endings: [String] = []
  var executed = 0
  var connections = 0
}

/// Sends requests one after the other to a service that takes these steps.
private func visit(
  _ steps: [ServiceStep], requests: Int? = nil, within patience: Int64 = 20_000_000_000,
  pause: Int64 = 0, method: String = "POST"
) async throws -> Visit {
  try await EventLoop.run { loop async throws -> Visit in
    let service = try ServicePeer(steps, on: loop)
    defer { service.close() }
    let client = HTTPClient(to: "localhost", port: service.port, on: loop)
    defer { client.close() }
    async let served: Void = service.serve()
    var visit = Visit()
    for number in 0..<(requests ?? steps.count) {
      if number > 0, pause > 0 { await loop.sleep(for: .nanoseconds(pause)) }
      let request = try HTTPRequest(method, "/take", body: method == "POST" ? [0x7b, 0x7d] : [])
      do throws(Failure) {
        let response = try await client.send(request, deadline: EventLoop.now() + patience)
        visit.endings.append("\(response.status) \(String(decoding: response.body, as: UTF8.self))")
      } catch {
        visit.endings.append("\(error.certainty): \(error)")
      }
    }
    if requests == nil { try await served }
    visit.executed = service.executed.count
    visit.connections = service.connections
    return visit
  }
}

@Suite("HTTP over the loop")
struct HTTPClientTests {
  @Test("a connection carries one request after the other")
  func reuse() async throws {
    let visit = try await visit([.answer([order]), .answer([order]), .answer([order])])
    #expect(visit.endings == ["200 ok", "200 ok", "200 ok"])
    #expect(visit.executed == 3 && visit.connections == 1)
  }

  @Test("an answer in pieces, with an interim one before it")
  func pieces() async throws {
    let visit = try await visit([
      .answer([
        "HTTP/1.1 100 Continue\r\n\r\nHTT", "P/1.1 200 OK\r\nContent-Le", "ngth: 2\r\n\r\no", "k",
      ])
    ])
    #expect(visit.endings == ["200 ok"])
  }

  @Test(
    "NOTHING is sent twice: a service that executes and hangs up has executed once",
    arguments: [false, true])
  func hangUp(_ isAbrupt: Bool) async throws {
    let visit = try await visit([
      .answer([order]), .hangUp(isAbrupt: isAbrupt), .answer([order]), .hangUp(isAbrupt: isAbrupt),
    ])
    #expect(
      visit.endings == [
        "200 ok", "indefinite: connection closed", "200 ok", "indefinite: connection closed",
      ])
    #expect(visit.executed == 4)
  }

  @Test(
    "where the server has closed meanwhile a new connection is opened, and nothing was sent before")
  func closedMeanwhile() async throws {
    let silent = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    let visit = try await visit(
      [.answerAndClose(silent), .answerAndClose(silent), .answer([silent])], pause: 20_000_000)
    #expect(visit.endings == ["200 ok", "200 ok", "200 ok"])
    #expect(visit.executed == 3 && visit.connections == 3)
  }

  @Test(
    "a server that says so is not kept waiting on its connection",
    arguments: [
      "Connection: close\r\nContent-Length: 2\r\n",
      "Keep-Alive: timeout=0\r\nContent-Length: 2\r\n", "",
    ])
  func closeIsHonoured(_ headers: String) async throws {
    let answer = "HTTP/1.1 200 OK\r\n\(headers)\r\nok"
    let visit = try await visit([.answerAndClose(answer), .answerAndClose(answer)])
    #expect(visit.endings == ["200 ok", "200 ok"])
    #expect(visit.executed == 2 && visit.connections == 2)
  }

  @Test("an idle connection is used no more when its time is over")
  func idle() async throws {
    let answer = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok"
    let visit = try await visit([.answer([answer]), .answer([answer])], pause: 600_000_000)
    #expect(visit.endings == ["200 ok", "200 ok"] && visit.connections == 2)
  }

  @Test("bytes that nobody asked for are no answer to the next request")
  func unasked() async throws {
    let visit = try await visit(
      [.answer([order + order]), .answer(["HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n"])])
    #expect(visit.endings == ["200 ok", "409 "] && visit.connections == 2)
  }

  @Test("an answer that is cut off is none, also one without a length after a reset")
  func cutOff() async throws {
    let visit = try await visit([
      .answerAndClose("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"),
      .answerAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n"),
      .answerAndClose("HTTP/1.1 200"),
    ])
    #expect(visit.endings == Array(repeating: "indefinite: connection closed", count: 3))
    #expect(visit.executed == 3)
  }

  @Test("what is no answer is indefinite")
  func malformed() async throws {
    let visit = try await visit([.answerAndClose("hello\r\n"), .answer([order])])
    #expect(
      visit.endings == [
        "indefinite: protocol violation: an answer that begins with `h`", "200 ok",
      ])
  }

  @Test("no answer in time is indefinite; a deadline that has passed before is definite")
  func deadlines() async throws {
    let late = try await visit([.silence], within: 50_000_000)
    #expect(late.endings == ["indefinite: timeout"] && late.executed == 1)
    let passed = try await visit([], requests: 1, within: 0)
    #expect(passed.endings == ["definite: timeout"] && passed.executed == 0)
  }

  @Test("nobody there: definite")
  func refused() async throws {
    let ending = try await EventLoop.run { loop async throws -> Failure? in
      let service = try ServicePeer([], on: loop)
      let client = HTTPClient(port: service.port, on: loop)
      service.close()
      do throws(Failure) {
        _ = try await client.send(
          try! HTTPRequest("GET", "/"), deadline: EventLoop.now() + 20_000_000_000)
        return nil
      } catch {
        return error
      }
    }
    #expect(ending == .definite(.connectionRefused))
  }

  @Test("HEAD has no body, and its connection goes on")
  func head() async throws {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    let visit = try await visit([.answer([answer]), .answer([answer])], method: "HEAD")
    #expect(visit.endings == ["200 ", "200 "] && visit.connections == 1)
  }
}

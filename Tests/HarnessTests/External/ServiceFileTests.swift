// `service:` in a workload file: read into typed values, and every refusal with its line and column.

import Drivers
import Testing

@testable import Harness

private func setup(_ yaml: String) throws -> ServiceSetup {
  try #require(try WorkloadMap(yaml: yaml, file: "shops/shop.yaml").service("service"))
}

/// A whole file, one part of which is replaced.
private let whole = """
  service:
    command: java -jar 'build/my shop.jar'
    directory: ../shop
    instances: 3
    servers: [postgres, redis]
    env: {SPRING_JPA_HIBERNATE_DDL_AUTO: update}
    ready: {request: GET /actuator/health, within: 30s, every: 50ms}
    stop: 5s
    connection: new
  login:
    request: POST /login
    json: {user: "u{{client}}"}
    capture: {token: $.access.token, session: header Set-Cookie}
  prepare:
    - sql: INSERT INTO stock VALUES ({{item.number}}, {{stock}})
    - redis: SET {{item}} {{stock}}
    - {request: "POST /stocks/{{item.number}}", json: {quantity: "{{stock}}"}}
  take:
    request: POST /stocks/{{item.number}}/decrease
    headers: {Authorization: "Bearer {{token}}"}
    json: {quantity: "{{units}}", userId: "{{call}}"}
    replies:
      - {status: 200, taken: true}
      - {status: 500, body: sold out, sold-out: true}
  read: {request: "GET /stocks/{{item.number}}", left: $.quantity}
  truth: {sql: "SELECT quantity FROM stock WHERE id = {{item.number}}", settle: 5s}
  """

@Suite("A service in a workload file")
struct ServiceFileTests {
  @Test("everything that can be said")
  func everything() throws {
    let setup = try setup(whole)
    guard case .command(let command) = setup.origin else {
      Issue.record("no command")
      return
    }
    #expect(command.words == ["java", "-jar", "build/my shop.jar"])
    #expect(command.directory == "shops/../shop" && command.instances == 3)
    #expect(command.servers.map(\.name) == ["postgres", "redis"])
    #expect(command.environment == ["SPRING_JPA_HIBERNATE_DDL_AUTO": "update"])
    #expect(command.ready?.within == .seconds(30) && command.ready?.every == .milliseconds(50))
    #expect(command.stop == .seconds(5) && !setup.keepsConnections)
    #expect(setup.login?.captures.map(\.name) == ["token", "session"])
    #expect(setup.login?.captures.last?.source == .header("Set-Cookie"))
    #expect(setup.prepare.count == 3 && setup.take.rules.rules.count == 2)
    #expect(setup.read?.rules.left?.description == "$.quantity" && setup.restock == nil)
    var values = PlaceholderValues()
    (values.itemNumber, values.units, values.call) = (4, 2, "p1-1")
    values.captured = ["token": "t0"]
    let request = try setup.take.request.request(values)
    #expect(request.target == "/stocks/4/decrease")
    #expect(request.headers.first?.value == "Bearer t0")
    #expect(String(decoding: request.body, as: UTF8.self) == #"{"quantity":2,"userId":"p1-1"}"#)
    guard case .store(let truth)? = setup.truth else {
      Issue.record("no truth")
      return
    }
    #expect(truth.settle == .seconds(5))
  }

  @Test("a service that runs already, a pinned port, and what is left out")
  func short() throws {
    let running = try setup(
      """
      service: {url: "http://localhost:8080/api/"}
      take: {request: "POST /{{item}}"}
      read: {request: "GET /{{item}}", left: $}
      """)
    #expect(
      running.origin == .url(ServiceURL(host: "localhost", port: 8080, base: "/api")))
    #expect(running.keepsConnections && running.truth == nil)
    let pinned = try setup(
      """
      service: {command: [python3, shop.py], servers: {redis: {port: 6379}}}
      take: {request: "POST /{{item}}"}
      truth: {redis: "GET {{item}}"}
      """)
    guard case .command(let command) = pinned.origin else {
      Issue.record("no command")
      return
    }
    #expect(command.servers.map(\.port) == [6379] && command.instances == 1)
  }

  @Test(
    "whatever is wrong is refused where it stands",
    arguments: [
      ("instances: 3", "instances: 0", "5:14: `instances` is a whole number from 1 to 100, not 0"),
      ("redis]", "reds]", "6:23: unknown server reds; did you mean `redis`?"),
      (
        "redis]", "redis: {port: 70000}]",
        "6:37: `port` is a whole number from 1 to 65535, not 70000"
      ),
      (
        "GET /actuator", "/actuator",
        "8:20: `request` is a method and a path such as GET /health, not /actuator/health"
      ),
      ("connection: new", "connection: old", "10:15: `connection` is keep or new, not old"),
      (
        "{{client}}", "{{clinet}}",
        "13:16: {{clinet}} is not available here; did you mean `client`?"
      ),
      (
        "$.access.token", "access.token",
        "14:20: what is captured is a JSON path such as $.token, or `header` and its name, not access.token"
      ),
      (
        "{token:", "{item:",
        "14:13: `item` can't be captured: a name has letters and digits, and is none of soldout's own, such as item"
      ),
      ("{{token}}", "{{tokens}}", "21:28: {{tokens}} is not available here; did you mean `token`?"),
      (
        "Authorization:", "Content-Length:",
        "20:12: soldout sets the header Content-Length itself; leave it out"
      ),
      (
        "POST /stocks/{{item.number}}/decrease", "POST stocks/{{item.number}}",
        "20:12: stocks/0 is not a path; it begins with /, has neither spaces nor #, and writes non-ASCII as %EA%B0%80"
      ),
      ("taken: true", "taken: yes please", "24:28: `taken` is true, or left out"),
      (
        "taken: true", "sold-out: true, fail: true",
        "24:7: an answer means one thing, not both sold-out and fail"
      ),
      (
        "status: 500, body: sold out,", "status: 200,",
        "25:7: this rule is never reached: rule 1 matches everything that it does"
      ),
      (
        "status: 500, body: sold out, ", "",
        "25:7: a rule needs a `status`, `body` or `json` to match"
      ),
      ("body: sold out", "body: /so(/", "25:27: `body`: /so(/ is not a regular expression"),
      (
        "status: 500", "status: many",
        "25:16: `status` is a number such as 409, a list of them, or 5xx, not many"
      ),
      (
        "left: $.quantity", "left: quantity",
        "26:54: `left` is a JSON path such as $.data.quantity, not quantity"
      ),
      (
        ", left: $.quantity", "",
        "26:7: `read` doesn't say where its answer tells what is left, such as left: $.quantity"
      ),
      (
        "WHERE id = {{item.number}}", "",
        "27:8: `truth` is read for each item; name it by {{item}} or {{item.number}}"
      ),
      (
        "servers: [postgres, redis]", "servers: [redis]",
        "16:10: `prepare` uses a PostgreSQL or MySQL that the service's `servers` don't name"
      ),
      (
        "  command: java -jar 'build/my shop.jar'\n", "",
        "3:3: a service has neither `command` nor `url`: say how an instance is started, or where one runs"
      ),
      (
        "instances: 3", "instance: 3",
        "5:3: a service has no key `instance`; did you mean `instances`?"
      ),
      (
        "command: java", "url: http://a\n  command: java",
        "3:8: `command` and `url` are both given; leave one out"
      ),
    ])
  func refused(_ part: String, _ other: String, _ message: String) throws {
    let yaml = "about: x\n" + whole.replacing(part, with: other, maxReplacements: 1)
    do throws(WorkloadError) {
      _ = try WorkloadMap(yaml: yaml, file: "shop.yaml").service("service")
      Issue.record("read all the same")
    } catch {
      #expect(error.description == "shop.yaml:\(message)")
    }
  }

  @Test(
    "addresses",
    arguments: [
      ("http://a", "a", 80, ""), ("HTTP://a.b-c:81/x/y/", "a.b-c", 81, "/x/y"),
      ("https://a", nil, 0, ""), ("http://", nil, 0, ""), ("http://a:0", nil, 0, ""),
      ("http://a:x", nil, 0, ""), ("http://a/?b", nil, 0, ""), ("http://u@a", nil, 0, ""),
    ] as [(String, String?, UInt16, String)])
  func addresses(_ text: String, _ host: String?, _ port: UInt16, _ base: String) {
    #expect(ServiceURL(text) == host.map { ServiceURL(host: $0, port: port, base: base) })
  }
}

// What a service is asked besides the calls that are judged: to put up the stock, who is allowed to buy, and
// at the end what is left.

import Drivers
import History

/// A run's own questions to one instance.
final class ServiceAsker {
  private let setup: ServiceSetup
  private let instance: ServiceInstance
  private let loop: EventLoop
  private let http: HTTPClient
  private let exchangeLog: ExchangeLog?

  /// How long one answer may take, in ns.
  private static let timeout: Int64 = 30_000_000_000

  init(
    _ setup: ServiceSetup, at instance: ServiceInstance, on loop: EventLoop,
    notingIn exchangeLog: ExchangeLog? = nil
  ) {
    self.exchangeLog = exchangeLog
    self.setup = setup
    self.instance = instance
    self.loop = loop
    http = instance.client(reusing: false)
  }

  func close() { http.close() }

  /// Puts up `units` of every item; any 2xx will do.
  func prepare(
    _ request: RequestTemplate, _ items: [Item], units: Int
  ) async throws(RunFailure) {
    let isPerItem = request.mentions(.item) || request.mentions(.itemNumber)
    for item in isPerItem ? items : Array(items.prefix(1)) {
      var values = values(on: item)
      (values.stock, values.units) = (units, units)
      let answer = try await ask(request, values, "prepare")
      guard (200..<300).contains(answer.status) else {
        throw .workload("\(request.place): `prepare` was answered \(answer.example)")
      }
    }
  }

  /// What a client keeps of a login.
  func login(
    _ login: ServiceLogin, _ values: PlaceholderValues, by deadline: Int64
  ) async throws(RunFailure) -> [String: String] {
    let answer = try await ask(login.request, values, "login", by: deadline)
    guard (200..<300).contains(answer.status) else {
      throw .workload("\(login.request.place): `login` was answered \(answer.example)")
    }
    var captured: [String: String] = [:]
    for capture in login.captures {
      let value: String? =
        switch capture.source {
        case .json(let path): answer.json.flatMap { path.value(in: $0) }?.description
        case .header(let name): answer.response[name]
        }
      guard let value else {
        throw .workload(
          "\(capture.place): `login` was answered without \(capture.name): \(answer.example)")
      }
      captured[capture.name] = value
    }
    return captured
  }

  /// What is left of every item, once it has stayed the same for as long as it has to settle.
  func look(_ items: [Item]) async throws(RunFailure) -> [Int] {
    let (call, settle): (ServiceCall?, Duration?) =
      if case .request(let call, let settle)? = setup.truth {
        (call, settle)
      } else {
        (setup.read, nil)
      }
    guard let call else { return [] }
    var captured: [String: String] = [:]
    if let login = setup.login {
      captured = try await self.login(
        login, values(on: items.first), by: EventLoop.now() + Self.timeout)
    }
    let known = captured
    return try await loop.settled(for: settle, timeout: Self.timeout) {
      () async throws(RunFailure) in try await left(of: items, call, known)
    }
  }

  private func left(
    of items: [Item], _ call: ServiceCall, _ captured: [String: String]
  ) async throws(RunFailure) -> [Int] {
    var units: [Int] = []
    for item in items {
      var values = values(on: item)
      values.captured = captured
      let answer = try await ask(call.request, values, "truth")
      let reading = call.rules.reading(of: answer)
      if let invalid = reading.invalid { throw .workload(invalid) }
      guard let left = reading.left else {
        throw .workload(
          "\(call.request.place): the answer does not tell what is left of \(item.name): \(answer.example)"
        )
      }
      units.append(left)
    }
    return units
  }

  private func values(on item: Item?) -> PlaceholderValues {
    var values = PlaceholderValues()
    if let item { (values.item, values.itemNumber) = (item.name, item.number) }
    values.port = Int(instance.port)
    values.call = "soldout"
    return values
  }

  private func ask(
    _ template: RequestTemplate, _ values: PlaceholderValues, _ key: String,
    by deadline: Int64? = nil
  ) async throws(RunFailure) -> ServiceAnswer {
    let request: HTTPRequest
    do throws(HTTPRequest.Refusal) {
      request = try template.request(values, base: instance.base)
    } catch {
      throw .workload("\(template.place): \(error.reason)")
    }
    do throws(Failure) {
      let answer = ServiceAnswer(
        try await http.send(request, deadline: deadline ?? EventLoop.now() + Self.timeout))
      exchangeLog?.note(request.shown, answer.example)
      return answer
    } catch {
      throw .program("\(template.place): `\(key)` was not answered: \(error)")
    }
  }
}

// A client of a service: one request a call, each sent once. What its author's rules say is believed;
// whatever else comes back, or doesn't, may have had an effect.

import Drivers
import History

/// A client that makes its calls over HTTP.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
final class ServiceClient: CallClient, @unchecked Sendable {
  let number: Int
  /// What is known of what its instance sent to servers for the last call.
  let trace = CommandTrace()
  var evidence: CallEvidence? { nil }
  private let instance: ServiceInstance
  private unowned let deployment: ServiceDeployment
  private let http: HTTPClient
  private var calls = 0
  private var captured: [String: String] = [:]
  private var isLoggedIn: Bool
  private var failures = 0
  /// What the last call asked, and how its answer was read.
  private(set) var latest: (asked: ServiceCall, reading: ReplyReading, answer: ServiceAnswer)?
  /// Whether nobody listened: then a moment passes before it is tried again.
  private var isRefused = false

  init(_ number: Int, at instance: ServiceInstance, of deployment: ServiceDeployment) {
    self.number = number
    self.instance = instance
    self.deployment = deployment
    http = instance.client(reusing: deployment.setup.keepsConnections)
    isLoggedIn = deployment.setup.login == nil
  }

  var isConnected: Bool { isLoggedIn && !isRefused && !deployment.isGone }
  var canRead: Bool { deployment.setup.read != nil && !deployment.isGone }
  var retryAfter: Duration { .milliseconds(100) }
  var hasGivenUp: Bool { failures >= 3 || deployment.isGone }

  /// Waits a moment where nobody listened, as while an instance is started again; logs in, where that is
  /// asked for.
  func connect(by deadline: Int64) async throws(Failure) {
    if deployment.isGone { throw .definite(.connectionRefused) }
    if isRefused { await deployment.context.loop.sleep(for: retryAfter) }
    isRefused = false
    do throws(RunFailure) {
      try await logIn(by: deadline)
    } catch {
      failures += 1
      if case .workload(let sentence) = error, hasGivenUp { deployment.note(sentence) }
      throw .definite(.system(error.sentence))
    }
  }

  /// The same; throws a sentence.
  func logIn(by deadline: Int64) async throws(RunFailure) {
    guard !isLoggedIn, let login = deployment.setup.login else { return }
    let asker = ServiceAsker(
      deployment.setup, at: instance, on: deployment.context.loop,
      notingIn: deployment.context.exchangeLog)
    defer { asker.close() }
    captured = try await asker.login(login, values(for: nil, on: nil), by: deadline)
    isLoggedIn = true
  }

  func warmUp(_ call: ShopCall, on item: Item, deadline: Int64) async {
    guard isConnected else { return }
    _ = await perform(call, on: item, deadline: deadline, isCounted: false)
  }

  func perform(
    _ call: ShopCall, on item: Item, deadline: Int64, noting journal: Journal
  ) async -> CallOutcome {
    await perform(call, on: item, deadline: deadline, isCounted: true)
  }

  private func perform(
    _ call: ShopCall, on item: Item, deadline: Int64, isCounted: Bool
  ) async -> CallOutcome {
    guard let (kind, asked) = deployment.setup.call(for: call) else {
      return .fail(.gaveUp("the workload has no such call"))
    }
    let request: HTTPRequest
    do throws(HTTPRequest.Refusal) {
      request = try asked.request.request(values(for: call, on: item), base: instance.base)
    } catch {
      deployment.note("\(asked.request.place): \(error.reason)")
      return .fail(.gaveUp(error.reason))
    }
    let watch = deployment.context.proxies?.watch
    let watched = watch?.begin(of: instance.number, on: item.name, filling: trace)
    defer { if let watched { watch?.end(watched) } }
    let answer: ServiceAnswer
    do throws(Failure) {
      answer = ServiceAnswer(try await http.send(request, deadline: deadline))
    } catch {
      isRefused = error.reason == .connectionRefused
      deployment.context.exchangeLog?.note(request.shown, "\(error)")
      return error.certainty == .definite ? .fail(error.reason) : .info(error.reason)
    }
    let reading = asked.rules.reading(of: answer)
    if isCounted { deployment.count(kind, reading, answer) }
    latest = (asked, reading, answer)
    deployment.context.exchangeLog?.note(
      request.shown, answer.example, by: asked.rules.words(for: reading))
    if let invalid = reading.invalid { deployment.note(invalid) }
    return outcome(of: call, reading, answer)
  }

  private func outcome(
    of call: ShopCall, _ reading: ReplyReading, _ answer: ServiceAnswer
  ) -> CallOutcome {
    let rule = reading.rule.map { "by rule \($0 + 1)" } ?? "no rule matches it"
    let reason = Failure.Reason.server(code: "\(answer.status)", message: rule)
    switch reading.meaning {
    case .failed: return .fail(reason)
    case .unknown: return .info(reason)
    case .soldOut: return .ok(.soldOut)
    case .already: return .ok(.already)
    case .done: break
    }
    guard reading.invalid == nil else { return .info(reason) }
    return switch call {
    case .take, .claim, .order: .ok(reading.left.map { .left($0) } ?? .taken)
    case .read: .ok(reading.left.map { .value($0) } ?? .unread)
    case .restock: .ok(reading.left.map { .stocked($0) } ?? .restocked)
    }
  }

  private func values(for call: ShopCall?, on item: Item?) -> PlaceholderValues {
    calls += 1
    var values = PlaceholderValues()
    if let item { (values.item, values.itemNumber) = (item.name, item.number) }
    switch call {
    case .take(let units)?, .restock(let units)?: values.units = units
    case .claim(let buyer)?: values.buyer = "u\(buyer)"
    case .order(let id, let units)?: (values.order, values.units) = ("o\(id)", units)
    case .read?, nil: break
    }
    values.stock = deployment.context.plan.workload.stock
    values.client = number
    values.call = "\(number)-\(calls)"
    values.port = Int(instance.port)
    values.captured = captured
    var random = SplitMix64(
      seed: deployment.context.seed.value, stream: 1 << 61 + UInt64(number), position: UInt64(calls)
    )
    values.uuid = UniqueName.text(&random)
    return values
  }

  func restartNames() { calls = 0 }

  func close() { http.close() }
}

/// A random name that a seed gives again (RFC 9562, version 4).
enum UniqueName {
  static func text(_ random: inout SplitMix64) -> String {
    let high = random.next() & 0xffff_ffff_ffff_0fff | 0x4000
    let low = random.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
    func digits(_ number: UInt64) -> String {
      let text = String(number, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    let text = Array(digits(high) + digits(low))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(text[$0]) }
      .joined(separator: "-")
  }
}

extension ServiceSetup {
  /// The kind of the call that takes.
  var taking: ServiceTallies.Kind {
    switch datatype {
    case .stock, .account: .take
    case .coupon: .claim
    case .orders: .order
    }
  }

  func call(for call: ShopCall) -> (kind: ServiceTallies.Kind, call: ServiceCall)? {
    switch call {
    case .take, .claim, .order: (taking, take)
    case .read: read.map { (.read, $0) }
    case .restock: restock.map { (.restock, $0) }
    }
  }
}

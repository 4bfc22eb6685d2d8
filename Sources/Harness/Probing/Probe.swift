// One look at a program or a service before it is tried under load: started once, its stock put up, one unit
// bought, read, put back where that can be asked, bought until there is none, and what is left told. One call
// at a time, so that every command is known to be its call's.

import Drivers
import History

extension RunPlan {
  /// Probes what the workload drives, on an event loop of its own; blocks until everything is over and
  /// nothing of it is left.
  public func probe() -> ProbeRecord {
    EventLoop.run { (loop) async in
      let (record, failure) = await Probe(self, on: loop).carryOut()
      guard let failure else { return record }
      var told = record
      told.verdict = .failed(failure)
      return told
    }
  }

  /// One client, one item, and as few units as the workload leaves open.
  fileprivate var forProbe: RunPlan {
    var plan = self
    (plan.workload.clients, plan.workload.items, plan.workload.faults) = (1, 1, [])
    if plan.workload.choosesStock { plan.workload.stock = 1 }
    plan.workload.deadline = .seconds(30)
    if case .command(var command)? = plan.workload.service?.origin {
      command.instances = 1
      plan.workload.service?.origin = .command(command)
      if let system = plan.workload.external { plan.system = system }
    }
    return plan
  }
}

extension Workload {
  /// Whether how much is put up follows from `stock`.
  fileprivate var choosesStock: Bool {
    if let service {
      return service.prepare.contains { step in
        switch step {
        case .store(let command): command.mentions(.stock)
        case .request(let request): request.mentions(.stock) || request.mentions(.units)
        }
      }
    }
    guard let program else { return false }
    return program.prepare.isEmpty || program.prepare.contains { $0.mentions(.stock) }
  }

  /// Where what is asked is described.
  fileprivate func place(of call: ShopCall) -> String {
    guard let service else { return program?.place ?? name }
    return service.call(for: call)?.call.request.place ?? service.place
  }
}

/// A probe under way, on the loop's thread.
private final class Probe {
  private let plan: RunPlan
  private let loop: EventLoop
  private let exchangeLog = ExchangeLog()
  private var record = ProbeRecord()
  private var commands: [ProbeRecord.Command] = []
  /// Sentences of answers that say nothing, and of answers that can't be.
  private var unclear: [String] = []
  private var wrong: [String] = []
  /// Units that went by what was answered; nil once that is not known.
  private var sold: Int? = 0

  /// Takes without one that was sold out.
  private static let mostTakes = 300

  init(_ plan: RunPlan, on loop: EventLoop) {
    self.plan = plan.forProbe
    self.loop = loop
  }

  func carryOut() async -> (ProbeRecord, RunFailure?) {
    let proxies =
      plan.demands.hasPorts
      ? ServerProxies(apart: plan.topology, servers: plan.handles, on: loop) : nil
    defer { proxies?.close() }
    let context = RunContext(
      loop: loop, plan: plan, proxies: proxies, journal: Journal(origin: EventLoop.now()))
    context.exchangeLog = exchangeLog
    proxies?.watch?.onCommand = { [unowned self] _, server, step in
      commands.append(
        ProbeRecord.Command(
          server: "\(server)", text: "\(step.command) → \(step.shownReply)"))
    }
    var failure: RunFailure?
    do throws(RunFailure) {
      try await look(at: context.items[0], in: context)
    } catch {
      failure = proxies?.unfollowed.map { .program("\($0)") } ?? error
      note("so far", "it ended here", always: false)
    }
    await context.deployment.end()
    if failure == nil { conclude(context) }
    return (record, failure)
  }

  // MARK: Steps

  private func look(at item: Item, in context: RunContext) async throws(RunFailure) {
    let deployment = context.deployment
    let began = EventLoop.now()
    try await deployment.start()
    note("start", "ready after \((EventLoop.now() - began) / 1_000_000)ms")
    try await deployment.open([item], units: plan.workload.stock, on: plan.topology)
    note("prepare", plan.workload.datatype.start("\(plan.workload.stock)"), always: false)
    let client = deployment.client(0)
    defer { client.close() }
    context.proxies?.watch?.isCounting = true
    try await connect(client, context)
    note("login", "ok", always: false)
    try await buy(item, by: client, in: context)
    context.proxies?.watch?.isCounting = false
    let look = try await deployment.finalState(of: [item])
    if let left = look?.remaining.first {
      note("truth", "\(left) left")
      compare(left)
    } else {
      note("truth", "it doesn't tell what is left", always: false)
      record.remarks.append(ProgramRemarks.untold)
    }
  }

  private func connect(
    _ client: any CallClient, _ context: RunContext
  ) async throws(RunFailure) {
    do throws(Failure) {
      try await client.connect(by: EventLoop.now() + context.callTimeout)
    } catch {
      // A sentence with its place, where it is one of the workload's.
      if case .system(let reason) = error.reason { throw .workload(reason) }
      throw .program("\(error)")
    }
  }

  private func buy(
    _ item: Item, by client: any CallClient, in context: RunContext
  ) async throws(RunFailure) {
    let datatype = plan.workload.datatype
    let first = try await call(datatype.taking(1), item, client, context)
    if first == .soldOut, plan.workload.stock > 0 {
      wrong.append(
        "the first \(datatype.calls[0]) was told \"sold out\", with a stock of \(plan.workload.stock)"
      )
    }
    try await repeated(first, item, client, context)
    if client.canRead {
      let read = try await call(.read, item, client, context)
      if case .value(let value)? = read, let sold, value != plan.workload.stock - sold {
        record.remarks.append(
          "a read answered \(value) where \(plan.workload.stock - sold) should be left, as from a cache"
        )
      }
    }
    if plan.workload.mix.restock > 0 {
      if try await call(.restock(1), item, client, context) != nil { sold = sold.map { $0 - 1 } }
    }
    // Of a service that runs already no more than needs be.
    let most = if case .url? = plan.workload.service?.origin { 1 } else { Self.mostTakes }
    var latest = first
    for number in 0..<most where latest?.isTaken == true {
      latest = try await call(datatype.taking(2 + number), item, client, context)
      if let sold, sold > plan.workload.stock { break }
    }
    if latest?.isTaken == true, sold.map({ $0 <= plan.workload.stock }) ?? true {
      record.remarks.append(
        "it was not sold out after \(most + 1) \(datatype.calls[0])s, so the answer to that was never seen"
      )
    }
  }

  /// The same buyer's claim, or the same order, once more: it must not take again.
  private func repeated(
    _ first: ShopReply?, _ item: Item, _ client: any CallClient, _ context: RunContext
  ) async throws(RunFailure) {
    let datatype = plan.workload.datatype
    guard !datatype.isStock, first?.isTaken == true else { return }
    let again = try await call(datatype.taking(1), item, client, context, isRepeated: true)
    switch (datatype, again) {
    case (.coupon, let again?) where again != .already:
      wrong.append("buyer u1 has a coupon, and a second claim was told something else")
    case (.orders, let again?) where again != first:
      wrong.append("order o1 was sent twice and answered in two ways")
    default: break
    }
  }

  /// One call; what it was answered where that is understood.
  private func call(
    _ call: ShopCall, _ item: Item, _ client: any CallClient, _ context: RunContext,
    isRepeated: Bool = false
  ) async throws(RunFailure) -> ShopReply? {
    let outcome = await client.perform(
      call, on: item, deadline: EventLoop.now() + context.callTimeout, noting: context.journal)
    let title = call.function
    // Repeated takes are shown once.
    let isNew = record.steps.last?.title != title || outcome.words != record.steps.last?.outcome
    note(title, outcome.words, always: isNew)
    if let invalid = context.deployment.invalid { throw .workload(invalid) }
    guard case .ok(let reply) = outcome else {
      let said = record.steps.last?.exchanges.last?.heard ?? outcome.words
      let log = context.deployment.hasLog ? "; what it printed is in \(plan.logPath)" : ""
      unclear.append(
        "\(plan.workload.place(of: call)): \(title) was answered \(said), which "
          + (outcome.isFailure ? "says that nothing was done" : "is not understood") + log)
      if call != .read, !outcome.isFailure { sold = nil }
      return nil
    }
    if reply.isTaken, !isRepeated { sold = sold.map { $0 + 1 } }
    if case .left(let left) = reply, let sold, left != plan.workload.stock - sold {
      wrong.append(
        "\(call.function.withArticle) was told \(left) left, where \(plan.workload.stock - sold) should be"
      )
    }
    return reply
  }

  /// Notes what was done since the last time.
  private func note(_ title: String, _ outcome: String, always: Bool = true) {
    let (exchanges, commands) = (exchangeLog.take(), self.commands)
    self.commands = []
    guard always || !exchanges.isEmpty || title == "start" else { return }
    guard always || title != record.steps.last?.title else { return }
    record.steps.append(
      ProbeRecord.Step(title: title, exchanges: exchanges, outcome: outcome, commands: commands))
  }

  // MARK: Conclusions

  private func compare(_ left: Int) {
    guard let sold else { return }
    let stock = plan.workload.stock
    guard stock - left != sold || sold > stock else { return }
    let suspects = plan.workload.service == nil ? "the program" : "the service, a rule or `truth`"
    wrong.append("\(sold) of \(stock) were sold and \(left) are left: \(suspects) is wrong")
  }

  private func conclude(_ context: RunContext) {
    let remarks = context.deployment.remarks
    record.remarks += remarks?.unmet ?? []
    if let outside = remarks?.commands, !outside.outside.isEmpty || outside.upkeep > 0 {
      var told = outside
      (told.ofCalls, told.shared) = (0, 0)
      record.remarks.append(contentsOf: told.sentence.map { ["commands: \($0)"] } ?? [])
    }
    if let service = plan.workload.service, service.truth == nil {
      record.remarks.append(
        "without `truth`, the last read counts as what is left")
    }
    if !unclear.isEmpty {
      record.verdict = .notUnderstood(unclear)
    } else if !wrong.isEmpty {
      record.verdict = .contradictory(wrong)
    }
  }
}

extension CallOutcome {
  fileprivate var isFailure: Bool { if case .fail = self { true } else { false } }

  /// As a probe tells it.
  fileprivate var words: String {
    switch self {
    case .ok(.left(let left)): "taken, \(left) left"
    case .ok(.taken): "taken"
    case .ok(.soldOut): "sold out"
    case .ok(.value(let value)): "\(value) left"
    case .ok(.unread): "read, but no number told"
    case .ok(.restocked): "put back"
    case .ok(.stocked(let left)): "put back, \(left) left"
    case .ok(.already): "the buyer has one"
    case .fail: "not done"
    case .info: "not known whether it was done"
    }
  }
}

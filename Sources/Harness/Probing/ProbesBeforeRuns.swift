// What a run makes sure of before its clients buy: that what they will ask is answered in a way that is
// understood. It is asked of an item that is not for sale, and only where one was put up.

import Drivers
import History

extension ProgramDeployment {
  func probe(on item: Item) async throws(RunFailure) {
    if var truth = setup.truth {
      truth.settle = nil
      _ = try await CommandedStore(context.plan.topology, on: context.loop)
        .look(truth, [context.items[0]])
    }
    guard setup.prepare.isEmpty || setup.prepare.contains(where: \.isPerItem) else { return }
    try await ask(.take(item: item.name, units: 1, call: "probe"))
    if context.plan.workload.mix.read > 0 { try await ask(.read(item: item.name)) }
  }

  private func ask(_ request: ProgramRequest) async throws(RunFailure) {
    guard let process = firstProcess else { return }
    let heard = await process.ask(request, until: EventLoop.now() + setup.ready.inNanoseconds)
    let words = process.lastWords.map { "; its last words: \($0)" } ?? ""
    let what: String
    switch heard {
    case .answer(let answer) where answer.isUnsupported:
      what =
        "it does not support \(request.type) (code 10)"
        + (request.type == "read" ? "; leave reads out of the mix: `mix: {take: 1}`" : "")
    case .answer(let answer) where answer.type == "error" && answer.number("code") == 13:
      what =
        "it answered \(request.type) with error 13 crash: \(Printable.text(answer.text.prefix(200)))"
    case .ended(let end):
      what = "it \(end.map { "\($0)" } ?? "ended") before it answered \(request.type)"
    case .overdue: what = "it did not answer \(request.type) within \(setup.ready.words)"
    case .answer, .garbled: return
    }
    throw .program(
      "\(setup.place): \(setup.name): \(what)\(words); soldout probe shows the exchange, --no-probe runs "
        + "anyway")
  }
}

extension ServiceDeployment {
  func probe(on item: Item) async throws(RunFailure) {
    if case .store(var truth)? = setup.truth {
      truth.settle = nil
      _ = try await CommandedStore(context.plan.topology, on: context.loop)
        .look(truth, [context.items[0]])
    }
    let isPutUp = setup.prepare.contains { step in
      switch step {
      case .store(let command): command.isPerItem
      case .request(let request): request.mentions(.item) || request.mentions(.itemNumber)
      }
    }
    guard isPutUp else { return }
    let client = ServiceClient(context.freshProcess(), at: instances[0], of: self)
    defer { client.close() }
    try await client.logIn(by: EventLoop.now() + context.patience)
    try await ask(.take(1), "take", item, client)
    if setup.read != nil { try await ask(.read, "read", item, client) }
  }

  private func ask(
    _ call: Stock.Call, _ name: String, _ item: Item, _ client: ServiceClient
  ) async throws(RunFailure) {
    await client.warmUp(call, on: item, deadline: EventLoop.now() + context.patience)
    guard let (asked, reading, answer) = client.latest else { return }
    if let invalid = reading.invalid { throw .workload(invalid) }
    guard reading.rule == nil, reading.meaning == .unknown,
      ReplyRules.refusals.contains(answer.status)
    else { return }
    throw .workload(
      "\(asked.request.place): `\(name)` was answered \(answer.example), which no rule matches: the request "
        + "may be wrong; soldout probe shows the exchange, --no-probe runs anyway")
  }
}

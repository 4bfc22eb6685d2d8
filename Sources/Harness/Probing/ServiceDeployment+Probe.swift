// Before its clients buy, a run makes sure that a service's answers are understood. It is asked about an item
// that is not for sale, and only where one was put up.

import Drivers
import History

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
    try await client.logIn(by: EventLoop.now() + context.callTimeout)
    try await ask(setup.datatype.taking(0), item, client)
    if setup.read != nil { try await ask(.read, item, client) }
  }

  private func ask(
    _ call: ShopCall, _ item: Item, _ client: ServiceClient
  ) async throws(RunFailure) {
    await client.warmUp(call, on: item, deadline: EventLoop.now() + context.callTimeout)
    guard let (asked, reading, answer) = client.latest else { return }
    if let invalid = reading.invalid { throw .workload(invalid) }
    guard reading.rule == nil, reading.meaning == .unknown,
      ReplyRules.refusals.contains(answer.status)
    else { return }
    throw .workload(
      "\(asked.request.place): `\(call.function)` was answered \(answer.example), which no rule matches: the request "
        + "may be wrong; soldout probe shows the exchange, --no-probe runs anyway")
  }
}

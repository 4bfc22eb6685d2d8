// Before its clients buy, a run makes sure that a program understands what it will be asked. It is asked about
// an item that is not for sale, and only where one was put up.

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
    let take = setup.datatype.taking(0)
    try await ask(ProgramRequest(take, on: item, call: "probe"))
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

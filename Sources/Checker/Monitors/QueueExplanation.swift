// What the queue monitor tells people, and the calls that show it.

import History

/// A clash of a queue's elements, in words.
struct QueueExplanation {
  let elements: QueueElements

  private var calls: [TimedCall<Queue>] { elements.calls }

  func contradiction(_ clash: QueueClash) -> Contradiction {
    switch clash {
    case .unknown(let index):
      return Contradiction(
        calls: [index], headline: "\(got(index)), which nobody enqueued", reasons: [])
    case .twice(let first, let second):
      return Contradiction(
        calls: [first, second],
        headline: "\(who(first)) and \(who(second)) both dequeued \(name(of: first))",
        reasons: ["\(name(of: first)) was enqueued only once."])
    case .early(let element):
      let index = elements.passages[element].enqueue
      let early = calls.indices.first { calls[$0].reply == .value(elements.passages[element].name) }
      return Contradiction(
        calls: Set([early, index].compactMap(\.self)),
        headline: "\(early.map(got) ?? "") before \(who(index)) called to enqueue it", reasons: [])
    case .overtaken(let first, let second):
      return overtaken(elements.passages[first], elements.passages[second])
    case .stuck(let waiting, let spare, let deadline):
      return stuck(waiting, spare, deadline)
    case .occupied(let call, let covers, let unclaimed, let deadline):
      return occupied(call, covers, unclaimed, deadline)
    }
  }

  private func overtaken(
    _ first: QueueElements.Passage, _ second: QueueElements.Passage
  ) -> Contradiction {
    let shown = [first.enqueue, first.dequeue, second.enqueue, second.dequeue]
    return Contradiction(
      calls: Set(shown.filter { $0 >= 0 }),
      headline:
        "\(first.name.literal) was enqueued before \(second.name.literal), but dequeued after it",
      reasons: [
        "\(went(in: first)) before \(went(in: second)).",
        "\(who(second.dequeue)) had dequeued \(second.name.literal) before \(who(first.dequeue)) called "
          + "and got \(first.name.literal).",
      ])
  }

  /// Any dequeue called by then could have got the missing elements, had it not got another: all of
  /// them are part of the argument.
  private func stuck(_ waiting: [Int], _ spare: Int, _ deadline: Int) -> Contradiction {
    var shown = Set(waiting.map { elements.passages[$0].enqueue })
    for passage in elements.passages where passage.dequeue >= 0 {
      guard calls[passage.dequeue].start <= deadline else { continue }
      shown.formUnion([passage.enqueue, passage.dequeue])
    }
    let names = waiting.prefix(3).map { elements.passages[$0].name.literal }
    let more = waiting.count > 3 ? " and \(waiting.count - 3) more" : ""
    let lost = waiting.count == 1 ? "\(names[0]) was" : "\(list(names))\(more) were"
    let unanswered =
      spare == 0
      ? "nobody dequeued \(waiting.count == 1 ? "it" : "them")"
      : "only \(count(spare, "dequeue")) without a reply can have got them"
    return Contradiction(
      calls: shown.filter { $0 >= 0 },
      headline: "\(lost) enqueued before elements that were dequeued, but \(unanswered)",
      reasons: ["An element comes out only after all that went in before it."],
      named: Set(waiting.prefix(3).map { elements.passages[$0].enqueue }))
  }

  /// What is there for a while, and what nobody got: of the latter, any dequeue called by then could
  /// have got some, had it not got another element.
  private func occupied(
    _ call: Int, _ covers: [Int], _ unclaimed: [Int], _ deadline: Int?
  ) -> Contradiction {
    var shown: Set<Int> = [call]
    var reasons: [String] = []
    for element in covers {
      let passage = elements.passages[element]
      shown.formUnion([passage.enqueue, passage.dequeue])
      reasons.append("\(went(in: passage)) before \(who(passage.dequeue)) called and dequeued it.")
    }
    if let deadline {
      shown.formUnion(unclaimed.map { elements.passages[$0].enqueue })
      shown.formUnion(
        calls.indices.filter { index in
          guard case .value = calls[index].reply else { return false }
          return calls[index].start <= deadline
        })
      reasons.append(left(unclaimed))
    }
    let there =
      covers.count + unclaimed.count == 1
      ? "\(elements.passages[(covers + unclaimed)[0]].name.literal) was" : "something was always"
    return Contradiction(
      calls: shown.filter { $0 >= 0 },
      headline: "\(who(call)) found the queue empty, but \(there) in it",
      reasons: reasons.count > 4 ? reasons.prefix(3) + ["And so on, without a gap."] : reasons,
      named: Set([call] + unclaimed.prefix(2).map { elements.passages[$0].enqueue }))
  }

  private func left(_ unclaimed: [Int]) -> String {
    let first = elements.passages[unclaimed[0]]
    return unclaimed.count == 1
      ? "\(went(in: first)), and nobody dequeued it."
      : "Nobody is known to have dequeued \(first.name.literal) and \(unclaimed.count - 1) more that were in "
        + "it, and only \(count(unclaimed.count - 1, "dequeue")) without a reply had been called."
  }

  // Phrases.

  private func who(_ index: Int) -> String { CallNames.marked(calls, index) }

  private func name(of index: Int) -> String {
    guard case .value(let name) = calls[index].reply else { return "" }
    return name.literal
  }

  private func got(_ index: Int) -> String { "\(who(index)) dequeued \(name(of: index))" }

  private func went(in passage: QueueElements.Passage) -> String {
    passage.enqueue < 0
      ? "\(passage.name.literal) was there from the start"
      : "\(who(passage.enqueue)) enqueued \(passage.name.literal)"
  }
}

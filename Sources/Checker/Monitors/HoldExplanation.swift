// What the monitors of locks with owners tell people, and the calls that show it.
//
// Whatever is forgotten of a client's calls, it holds the lock at a moment if more acquisitions had been
// answered by then than releases called, and does not if as many releases had been answered as
// acquisitions called. So counts are shown, and which calls were counted if a client has several.

import History

/// A conflict of a lock's holds, in words.
struct HoldExplanation {
  let holds: LockHolds

  private var calls: [TimedCall<Lock>] { holds.calls }

  func contradiction(_ conflict: HoldConflict) -> Contradiction {
    switch conflict {
    case .unheld(let index): unheld(index)
    case .alreadyHeld(let index): alreadyHeld(index)
    case .both(let first, let second): both(first, second)
    case .free(let index, let before, let after): free(index, before, after)
    case .token(let place, let from): token(place, from)
    }
  }

  private func unheld(_ index: Int) -> Contradiction {
    let client = calls[index].call.client
    let releases = replied(.release, of: client, by: calls[index].end)
    let before = releases.subtracting([index])
    let acquisitions = replied(.acquire, of: client, by: calls[index].end)
    return Contradiction(
      calls: releases,
      headline: "\(who(index, among: releases)) released the lock, but did not hold it",
      reasons: [
        before.isEmpty
          ? "It had not acquired it."
          : "It had acquired it \(times(before.count, acquisitions)) and released it "
            + "\(times(before.count, before)) before."
      ])
  }

  private func alreadyHeld(_ index: Int) -> Contradiction {
    let client = calls[index].call.client
    let acquisitions = replied(.acquire, of: client, by: calls[index].end)
    let shown = acquisitions.union([index])
    let who = who(index, among: shown)
    let headline =
      switch (calls[index].call.action, calls[index].reply) {
      case (.release, _): "\(who) was refused the release, but held the lock"
      case (.acquire, .refused): "\(who) was refused the lock, but held it itself"
      case (.acquire, _): "\(who) acquired the lock, but held it already"
      }
    return Contradiction(
      calls: shown, headline: headline,
      reasons: [holding(client, until: calls[index].end, beside: index, among: shown)])
  }

  private func both(_ first: Int, _ second: Int) -> Contradiction {
    let (one, other) = (holds.holds[first], holds.holds[second])
    let moment = other.acquireEnd
    let shown = replied(.acquire, of: one.client, by: moment)
      .union(replied(.acquire, of: other.client, by: moment))
    return Contradiction(
      calls: shown,
      headline:
        "\(who(other.acquire, among: shown)) acquired the lock while \(who(one, among: shown)) held it",
      reasons: [
        one.acquire < 0
          ? "\(name(one.client)) held it from the start, and had not called to release it when "
            + "\(name(other.client)) was answered."
          : holding(one.client, until: moment, beside: nil, among: shown),
        holding(other.client, until: moment, beside: nil, among: shown),
      ],
      named: [one.acquire, other.acquire])
  }

  private func free(_ index: Int, _ before: Int?, _ after: Int?) -> Contradiction {
    let start = calls[index].start
    var shown: Set<Int> = [index]
    for other in calls.indices where calls[other].call.action == .release {
      if calls[other].reply == .done, calls[other].end < start { shown.insert(other) }
    }
    if let after {
      let hold = holds.holds[after]
      shown.formUnion(replied(.acquire, of: hold.client, by: hold.acquireEnd))
    }
    if let before {
      // Releases answered later had taken effect when the last hold before began.
      let hold = holds.holds[before]
      let late = holds.holds[..<before].filter { $0.releaseEnd >= start }
      for hold in late + (late.isEmpty ? [] : [hold]) {
        shown.formUnion(replied(.acquire, of: hold.client, by: hold.acquireEnd))
      }
    }
    let somebody = holds.isReentrant ? "nobody else" : "nobody"
    let wasCalled = before != nil
    return Contradiction(
      calls: shown,
      headline:
        "\(who(index, among: shown)) was refused the lock, but \(somebody) can have held it",
      reasons: [
        wasCalled
          ? "All who had acquired it before had released it when \(name(calls[index].call.client)) "
            + "called."
          : "Nobody can have acquired it by then."
      ]
        + (after.map { place in
          let next = holds.holds[place]
          return next.acquire < 0
            ? []
            : [
              "The next to hold it was \(who(next.acquire, among: shown)), who called only after."
            ]
        } ?? []))
  }

  private func token(_ place: Int, _ from: Int?) -> Contradiction {
    let hold = holds.holds[place]
    guard case .token(let told) = calls[hold.acquire].reply else {
      let shown = acquisitions(from ?? 0, place)
      return Contradiction(
        calls: shown,
        headline: "\(who(hold.acquire, among: shown)) acquired the lock, but no token was left",
        reasons: [])
    }
    guard let from, case .token(let earlier) = calls[holds.holds[from].acquire].reply else {
      let first = holds.holds[..<place].count { $0.acquire >= 0 }
      let shown = first == 0 ? [hold.acquire] : acquisitions(0, place)
      return Contradiction(
        calls: shown,
        headline:
          "\(who(hold.acquire, among: shown)) got token \(told), but that one was handed out before",
        reasons: first == 0 ? [] : ["\(count(first, "acquisition")) came before it."])
    }
    let between = holds.holds[(from + 1)..<place].map(\.acquire)
    let shown = acquisitions(from, place)
    return Contradiction(
      calls: shown,
      headline:
        "\(who(hold.acquire, among: shown)) got token \(told) after "
        + "\(who(holds.holds[from].acquire, among: shown)) had got \(earlier)",
      reasons: between.isEmpty
        ? ["Each acquisition gets a higher token than all before."]
        : [
          "\(count(between.count, "acquisition")) in between\(indices(of: Set(between))) took a token "
            + "too."
        ])
  }

  /// The acquisitions that show these holds to have followed one another.
  private func acquisitions(_ first: Int, _ last: Int) -> Set<Int> {
    let end = holds.holds[last].acquireEnd
    return holds.holds[first...last].reduce(into: []) {
      $0.formUnion(replied(.acquire, of: $1.client, by: end))
    }
  }

  /// A client's `ok` calls of one kind that were answered by a moment.
  private func replied(_ action: Lock.Action, of client: Value, by moment: Int) -> Set<Int> {
    Set(
      calls.indices.filter {
        calls[$0].call.action == action && calls[$0].call.client == client
          && calls[$0].reply.map { $0 != .refused } == true && calls[$0].end <= moment
      })
  }

  // Phrases.

  /// "p1 had acquired it 3 times (#0, #4, #9) and called to release it once (#6)."
  private func holding(
    _ client: Value, until moment: Int, beside index: Int?, among shown: Set<Int>
  ) -> String {
    let acquisitions = replied(.acquire, of: client, by: moment)
      .subtracting(index.map { [$0] } ?? [])
    let acquired =
      acquisitions.count
      + (holds.holds.contains { $0.acquire < 0 && $0.client == client } ? 1 : 0)
    let releases = Set(
      calls.indices.filter {
        $0 != index && calls[$0].call.action == .release && calls[$0].call.client == client
          && calls[$0].reply != .refused && calls[$0].start <= moment
      })
    let name = name(client)
    if releases.isEmpty {
      let which =
        acquired > 1
        ? " " + times(acquired, acquisitions)
        : hasSeveral(client, among: shown) ? indices(of: acquisitions) : ""
      return "\(name) had acquired it\(which) and not called to release it."
    }
    return "\(name) had acquired it \(times(acquired, acquisitions)) and called to release it "
      + "\(times(releases.count, releases))."
  }

  /// "once (#3)", "2 times (#3, #8)".
  private func times(_ number: Int, _ counted: Set<Int>) -> String {
    (number == 1 ? "once" : "\(number) times") + indices(of: counted)
  }

  /// " (#3, #8)" by the indices that pictures and files show; of many the last one.
  private func indices(of some: Set<Int>) -> String { CallNames.indices(of: some, calls) }

  /// A call's client, and which of its calls it is where several are shown.
  private func who(_ index: Int, among shown: Set<Int>) -> String {
    let client = calls[index].call.client
    return name(client) + (hasSeveral(client, among: shown) ? indices(of: [index]) : "")
  }

  private func who(_ hold: LockHolds.Hold, among shown: Set<Int>) -> String {
    hold.acquire < 0 ? name(hold.client) : who(hold.acquire, among: shown)
  }

  private func hasSeveral(_ client: Value, among shown: Set<Int>) -> Bool {
    shown.count { calls[$0].call.client == client } > 1
  }

  /// As a rule clients are processes.
  private func name(_ client: Value) -> String {
    if case .int(let process) = client { "p\(process)" } else { client.description }
  }
}

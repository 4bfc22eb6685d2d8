// `explore:` in a workload file.

import Yams

extension WorkloadMap {
  static let explorationKeys =
    ["calls", "stock", "persistence", "preemptions"] + FaultBudget.kinds.map(\.name)

  /// `{calls: t/t, expiries: 1}`.
  func exploration(_ key: String) throws(WorkloadError) -> Workload.Exploration? {
    guard let node = root[key] else { return nil }
    guard let mapping = node.mapping else {
      throw error(node, "`\(key)` is a mapping such as {calls: t/t, expiries: 1}")
    }
    try check(mapping, keys: Self.explorationKeys, what: "exploration")
    var exploration = Workload.Exploration()
    if let node = mapping["calls"] {
      guard let calls = CallScript.calls(shown(node)) else {
        throw error(
          node, "`calls` is each client's calls between slashes, such as t,r/t, not \(shown(node))")
      }
      exploration.calls = calls
    }
    if let node = mapping["stock"] {
      exploration.stock = try whole(node, "stock", in: 0...1_000_000)
    }
    if let node = mapping["persistence"] {
      guard let kept = Workload.Exploration.persistence(shown(node)) else {
        throw error(node, "`persistence` \(Workload.Exploration.persistenceRefusal(shown(node)))")
      }
      exploration.persistence = kept
    }
    if let node = mapping["preemptions"] {
      exploration.preemptions = try whole(node, "preemptions", in: 0...100)
    }
    for (name, count) in FaultBudget.kinds {
      guard let node = mapping[name] else { continue }
      exploration.faultBudget[keyPath: count] = try whole(node, name, in: 0...10)
    }
    return exploration
  }

  /// Where a file doesn't say what is called, that follows from what is sold.
  func complete(_ exploration: inout Workload.Exploration?, for datatype: Workload.Datatype) {
    guard root["explore"]?.mapping?["calls"] == nil, var completed = exploration else { return }
    let standard = Workload.Exploration(of: datatype)
    completed.calls = standard.calls
    completed.stock = completed.stock ?? standard.stock
    exploration = completed
  }

  /// Refuses strategies beside others that sell something else: the same calls can't fit both.
  func checkExplored(
    _ strategies: [String], selling datatype: Workload.Datatype
  ) throws(WorkloadError) {
    guard root["explore"] != nil else { return }
    for name in strategies {
      guard let card = Catalogue.strategy(named: name)?.card, card.datatype != datatype else {
        continue
      }
      throw error(
        root["strategies"],
        "\(name) is for \(card.datatype) workloads, \(strategies[0]) for \(datatype) workloads: explore them "
          + "apart")
    }
  }

  /// Refuses calls that what is sold doesn't have.
  func checkCalls(
    of exploration: Workload.Exploration?, against datatype: Workload.Datatype
  ) throws(WorkloadError) {
    guard let mapping = root["explore"]?.mapping, let node = mapping["calls"],
      let calls = exploration?.calls.joined(),
      let misfit = calls.first(where: { !$0.fits(datatype) })
    else { return }
    throw error(
      node,
      "`calls` are of \(datatype.calls.joined(separator: ", ")) here, not of \(misfit.function)")
  }
}

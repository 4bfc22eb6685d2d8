// The values in a workload file, each checked as it is looked up: a refusal names its line and column.

import Yams

/// The top mapping of a workload file, every look-up checked.
struct WorkloadMap {
  let file: String
  let root: Node.Mapping

  init(yaml: String, file: String) throws(WorkloadError) {
    self.file = file
    if let (line, column, message) = YAMLBounds.excess(of: yaml) {
      throw WorkloadError(file: file, line: line, column: column, message: message)
    }
    let node: Node?
    do {
      node = try Yams.compose(yaml: yaml)
    } catch let YamlError.scanner(_, problem, mark, _) {
      throw WorkloadError(file: file, line: mark.line, column: mark.column, message: problem)
    } catch let YamlError.parser(_, problem, mark, _) {
      throw WorkloadError(file: file, line: mark.line, column: mark.column, message: problem)
    } catch let YamlError.duplicatedKeysInMapping(duplicates, context) {
      throw WorkloadError(
        file: file, line: context.mark.line, column: context.mark.column,
        message: "given twice: \(duplicates.sorted().joined(separator: ", "))")
    } catch {
      throw WorkloadError(file: file, line: 0, column: 0, message: "this is not YAML: \(error)")
    }
    guard let mapping = node?.mapping else {
      throw WorkloadError(
        file: file, line: 0, column: 0,
        message: "a workload is a mapping such as `strategies: [redis-decr]`")
    }
    root = mapping
  }

  func check(_ mapping: Node.Mapping, keys: [String], what: String) throws(WorkloadError) {
    var seen: Set<String> = []
    for (key, _) in mapping {
      guard let name = key.string, keys.contains(name) else {
        let written = key.string ?? "this"
        throw error(
          key, "\(what.withArticle) has no key `\(written)`" + nearest(to: written, among: keys))
      }
      guard seen.insert(name).inserted else { throw error(key, "`\(name)` is given twice") }
    }
  }

  func error(_ node: Node?, _ message: String) -> WorkloadError {
    WorkloadError(
      file: file, line: node?.mark?.line ?? 0, column: node?.mark?.column ?? 0, message: message)
  }

  func text(_ key: String) throws(WorkloadError) -> String? {
    guard let node = root[key] else { return nil }
    guard let text = node.string else { throw error(node, "`\(key)` is a text") }
    return text
  }

  func whole(_ key: String, in range: ClosedRange<Int>) throws(WorkloadError) -> Int? {
    guard let node = root[key] else { return nil }
    return try whole(node, key, in: range)
  }

  func whole(
    _ node: Node, _ key: String, in range: ClosedRange<Int>
  ) throws(WorkloadError) -> Int {
    guard let number = node.int, range.contains(number) else {
      throw error(
        node,
        "`\(key)` is a whole number from \(range.lowerBound) to \(range.upperBound), "
          + "not \(shown(node))")
    }
    return number
  }

  func number(_ key: String, in range: ClosedRange<Double>) throws(WorkloadError) -> Double? {
    guard let node = root[key] else { return nil }
    guard let number = node.float, range.contains(number) else {
      throw error(
        node,
        "`\(key)` is a number from \(range.lowerBound) to \(range.upperBound), not \(shown(node))")
    }
    return number
  }

  func range(_ key: String, in range: ClosedRange<Int>) throws(WorkloadError) -> ClosedRange<Int>? {
    guard let node = root[key] else { return nil }
    if let number = node.int, range.contains(number) { return number...number }
    let ends = (node.string ?? "").split(separator: "-").map { Int($0) }
    if ends.count == 2, let low = ends[0], let high = ends[1], low <= high,
      range.contains(low), range.contains(high)
    {
      return low...high
    }
    throw error(
      node,
      "`\(key)` is a number or a range such as 1-3, from \(range.lowerBound) up, not \(shown(node))"
    )
  }

  func datatype(_ key: String) throws(WorkloadError) -> Workload.Datatype? {
    guard let node = root[key] else { return nil }
    guard let datatype = Workload.Datatype(rawValue: node.string ?? "") else {
      throw error(
        node,
        "`\(key)` is \(Workload.Datatype.allCases.map(\.rawValue).joined(separator: ", ")), "
          + "not \(shown(node))")
    }
    return datatype
  }

  /// Programs are asked to take and restock, whatever it is that is taken.
  func refuseAccount(_ datatype: Workload.Datatype) throws(WorkloadError) {
    guard datatype == .account else { return }
    throw error(
      root["datatype"], "`datatype` of a program is stock, coupon or orders, not account")
  }

  /// What a service sells follows from its call that takes; a file may say it too.
  func checkDatatype(of service: ServiceSetup) throws(WorkloadError) {
    guard let node = root["datatype"], node.string != service.datatype.rawValue else { return }
    throw error(
      node,
      "`\(service.datatype.calls[0])` makes this \((service.datatype.rawValue + " workload").withArticle), "
        + "not \(shown(node))")
  }

  /// Weights of the calls named so: those that take, read and restock.
  func mix(_ key: String, of calls: [String]) throws(WorkloadError) -> Mix? {
    guard let node = root[key] else { return nil }
    guard let mapping = node.mapping else {
      throw error(node, "`\(key)` is a mapping such as {\(calls[0]): 80, \(calls[1]): 20}")
    }
    try check(mapping, keys: calls, what: "mix")
    func weight(_ call: String) throws(WorkloadError) -> Int {
      guard let node = mapping[call] else { return 0 }
      return try whole(node, call, in: 0...1_000_000)
    }
    let mix = Mix(
      take: try weight(calls[0]), read: try weight(calls[1]),
      restock: calls.count > 2 ? try weight(calls[2]) : 0)
    guard mix.total > 0 else { throw error(node, "`\(key)` has no call with a weight above 0") }
    return mix
  }

  /// A share such as `10%`, from 0 to 1.
  func share(_ key: String) throws(WorkloadError) -> Double? {
    guard let node = root[key] else { return nil }
    guard let share = Workload.share(node.string ?? "") else {
      throw error(node, "`\(key)` is a share from 0% to 100%, not \(shown(node))")
    }
    return share
  }

  func duration(
    _ key: String, atLeast least: Duration = .nanoseconds(1)
  ) throws(WorkloadError) -> Duration? {
    guard let node = root[key] else { return nil }
    guard let duration = Duration(text: node.string ?? ""), duration >= least else {
      throw error(node, "`\(key)` is a time such as 500ms, 10s or 2m, not \(shown(node))")
    }
    return duration
  }

  func extent() throws(WorkloadError) -> Extent? {
    if let node = root["operations"], root["duration"] != nil {
      throw error(node, "`operations` and `duration` are both given; leave one out")
    }
    if let count = try whole("operations", in: 1...1_000_000_000) { return .operations(count) }
    return try duration("duration").map(Extent.duration)
  }

  func seed(_ key: String) throws(WorkloadError) -> Seed? {
    guard let node = root[key] else { return nil }
    guard let seed = Seed(node.string ?? "") else {
      throw error(node, "`\(key)` is a hexadecimal number such as 7f3a, not \(shown(node))")
    }
    return seed
  }

  func names(_ key: String, among known: [String]) throws(WorkloadError) -> [String] {
    guard let node = root[key] else {
      throw error(nil, "`\(key)` is missing: name at least one, such as `\(key): [redis-decr]`")
    }
    let nodes = node.sequence.map(Array.init) ?? [node]
    var names: [String] = []
    for node in nodes {
      guard let name = node.string, known.contains(name) else {
        let written = shown(node)
        throw error(node, "unknown strategy \(written)" + nearest(to: written, among: known))
      }
      guard !names.contains(name) else { throw error(node, "\(name) is named twice") }
      names.append(name)
    }
    guard !names.isEmpty else { throw error(node, "`\(key)` names no strategy") }
    return names
  }

  func expectations(
    _ key: String, for strategies: [String]
  ) throws(WorkloadError) -> [String: Expectation] {
    guard let node = root[key] else { return [:] }
    func expectation(_ node: Node) throws(WorkloadError) -> Expectation {
      guard let expectation = Expectation(rawValue: node.string ?? "") else {
        throw error(node, "`\(key)` is linearizable or violation, not \(shown(node))")
      }
      return expectation
    }
    guard let mapping = node.mapping else {
      let all = try expectation(node)
      return Dictionary(uniqueKeysWithValues: strategies.map { ($0, all) })
    }
    try check(mapping, keys: strategies, what: "workload's `expect`")
    var expectations: [String: Expectation] = [:]
    for (key, value) in mapping {
      expectations[key.string ?? ""] = try expectation(value)
    }
    return expectations
  }

  func shown(_ node: Node) -> String { node.string ?? "a list or mapping" }
}

extension String {
  /// `a workload`, `an exploration`.
  var withArticle: String { (first.map { "aeiou".contains($0) } ?? false ? "an " : "a ") + self }
}

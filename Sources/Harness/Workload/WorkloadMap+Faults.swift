// The faults of a workload file: names, or names with their parameters. What no fault knows is
// refused at its line and column.

import Yams

extension WorkloadMap {
  func yesOrNo(_ key: String) throws(WorkloadError) -> Bool? {
    guard let node = root[key] else { return nil }
    guard let isSet = node.bool else {
      throw error(node, "`\(key)` is true or false, not \(shown(node))")
    }
    return isSet
  }

  /// `client-pause`, or a list of such names and of entries such as
  /// `server-kill: {for: 50ms, persistence: everysec}`.
  func faults(_ key: String) throws(WorkloadError) -> [FaultSpec] {
    guard let node = root[key] else { return [] }
    if let mapping = node.mapping { return try entries(mapping) }
    var specs: [FaultSpec] = []
    for node in node.sequence.map(Array.init) ?? [node] {
      if let mapping = node.mapping {
        specs += try entries(mapping)
      } else {
        specs.append(try fault(node, nil))
      }
    }
    for (position, spec) in specs.enumerated() where specs[..<position].contains(spec) {
      throw error(node, "\(spec) is named twice")
    }
    return specs
  }

  private func entries(_ mapping: Node.Mapping) throws(WorkloadError) -> [FaultSpec] {
    var specs: [FaultSpec] = []
    for (name, parameters) in mapping { specs.append(try fault(name, parameters)) }
    return specs
  }

  private func fault(_ name: Node, _ parameters: Node?) throws(WorkloadError) -> FaultSpec {
    guard let word = name.string else {
      throw error(name, "a fault is a name such as client-pause")
    }
    var given: [FaultSpec.Given] = []
    var places: [String: (key: Node, value: Node)] = [:]
    if let parameters, parameters.null == nil {
      guard let mapping = parameters.mapping else {
        throw error(parameters, "a fault's parameters are a mapping such as {for: 400ms}")
      }
      for (key, value) in mapping {
        let parameter = key.string ?? "this"
        places[parameter] = (key, value)
        given.append(FaultSpec.Given(parameter, shown(value)))
      }
    }
    do throws(FaultSpec.Refusal) {
      return try FaultSpec(name: word, given: given)
    } catch {
      let place = error.parameter.flatMap { places[$0] }
      let isKnown = FaultCatalogue.fault(named: word)?.card.parameters
        .contains { $0.name == error.parameter }
      throw self.error(isKnown == true ? place?.value : place?.key ?? name, error.message)
    }
  }
}

// Values of `jepsen.independent` in a history read without `--independent`: a read called with
// `[key nil]` and answered `[key value]` is of a key. Judged as one register of pairs, it would
// break rules that no client ever meant.

enum KeyedPairs {
  static let models = ["register", "cas-register", "set"]

  /// Refuses a history whose reads show that its values are `[key value]`.
  static func refuse(in history: History) throws(Ambiguity) {
    for operation in history.operations where operation.function == "read" {
      guard operation.key == nil, operation.outcome == .ok,
        case .list(let called) = operation.input, called.count == 2, called[1] == .null,
        case .list(let told) = operation.output, told.count == 2, told[0] == called[0]
      else { continue }
      throw Ambiguity(
        operation.call,
        "a read called with \(operation.input.literal) and answered \(operation.output.literal) is of the key "
          + "\(called[0].literal): the values are [key value]; give --independent")
    }
  }
}

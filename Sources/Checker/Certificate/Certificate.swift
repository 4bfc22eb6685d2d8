// A verdict that can be checked without the engine that found it.
//
//     soldout-certificate 1
//     model stock
//     operations 1000
//     digest 91f0c3a2b5d4e687
//     object 0 initial 100
//     linearizable 12
//     3 0 1 5 4
//     2 6 8 7 9 10 11
//     object 40 initial 50
//     violation 2
//     44 57
//     end
//
// Operations are named by their position in the history, by call, counted from 0; so is an object,
// by the first operation on it. After `linearizable n` come n operations in the order in which they
// took effect; indeterminate ones left out never did. After `violation n` come the n operations
// that are kept in full: the history is cut after the last reply among them, pure reads not among
// them are dropped, and the others not among them become indeterminate; what is left is still not
// linearizable. `initial` is JSON; `digest` is that of the history (`Certificate.digest`).

public import History

/// The verdicts on a history's objects, with what shows them.
public struct Certificate: Sendable, Hashable {
  public enum Claim: Sendable, Hashable {
    /// An order of the operations that conforms.
    case linearizable(order: [Int])
    /// Operations that show the violation, whatever the others did.
    case violation(full: [Int])
  }

  /// What is claimed of one object.
  public struct Part: Sendable, Hashable {
    /// The first operation on the object.
    public var object: Int
    /// The object's initial value as JSON text.
    public var initial: String
    public var claim: Claim

    public init(object: Int, initial: String, claim: Claim) {
      self.object = object
      self.initial = initial
      self.claim = claim
    }
  }

  public var model: String
  /// Operations of the history.
  public var operations: Int
  public var digest: UInt64
  public var parts: [Part]

  public init(model: String, operations: Int, digest: UInt64, parts: [Part]) {
    self.model = model
    self.operations = operations
    self.digest = digest
    self.parts = parts
  }

  /// The certificate of a history's judgements. Unknown ones certify nothing and are left out.
  public init(
    of history: History, model: ModelEntry, judgements: [(ModelEntry.Partition, Judgement)]
  ) {
    self.init(
      model: model.name, operations: history.operations.count, digest: Self.digest(of: history),
      parts: [])
    for (partition, judgement) in judgements {
      guard let object = partition.operations.first else { continue }
      let claim: Claim? =
        switch judgement.verdict {
        case .linearizable: judgement.order.map { .linearizable(order: $0) }
        case .violation: judgement.counterexample.map { .violation(full: $0.operations) }
        case .unknown: nil
        }
      guard let claim else { continue }
      parts.append(Part(object: object, initial: Self.text(partition.initial), claim: claim))
    }
  }

  /// FNV-1a (64 bits) over what the operations say: enough to tell that a certificate belongs to
  /// another file, no protection against forgery.
  public static func digest(of history: History) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      hash = (hash ^ 0x1F) &* 0x100_0000_01B3
    }
    for operation in history.operations {
      add(operation.function)
      add(operation.key.map(text) ?? "")
      add(text(operation.input))
      add(text(operation.output))
      add(operation.outcome.rawValue)
      add(String(operation.process))
      add(String(operation.call.rank))
      add(operation.reply.map { String($0.rank) } ?? "")
    }
    return hash
  }

  static func text(_ value: Value) -> String {
    var buffer: [UInt8] = []
    JSONText.append(value: value, to: &buffer)
    return String(decoding: buffer, as: UTF8.self)
  }
}

// Checks a certificate against its history.

public import History

extension Certificate {
  /// What a certificate was found to show.
  public struct Finding: Sendable, Hashable {
    public var verdict: Verdict
    /// Objects whose claim holds.
    public var confirmed: Int
    /// Objects of the history without a claim.
    public var silent: Int
    /// Of those, violations too large for the second engine, judged again by the general one.
    public var bySearch: Int
    /// Objects whose violation is too large to be judged again here.
    public var undecided: Int
  }

  /// How a claim that holds was seen to.
  public enum Confirmation: Sendable, Hashable {
    case replayed
    case bySecondEngine
    /// By the general engine, on the weakened history: no second opinion where that engine found
    /// the violation, but one where a monitor did.
    case bySearch
  }

  /// Configurations the second engine may visit for one object.
  public static let mostConfigurations = 200_000
  /// Configurations and bytes the general engine may take where that was not enough.
  static let mostSearched = Budget(bytes: 512 << 20, configurations: 2_000_000)

  /// Checks every claim: orders are replayed, violations judged again by a second engine.
  ///
  /// `partitions` are the history's objects with the initial values they are held to. The verdict
  /// is `linearizable` only if every object is claimed and confirmed to be.
  public func verify(
    _ history: History, model entry: ModelEntry, partitions: [ModelEntry.Partition]
  ) throws(CertificateError) -> Finding {
    guard model == entry.name else {
      throw .foreign("the certificate is about model \(model), not \(entry.name)")
    }
    guard operations == history.operations.count, digest == Self.digest(of: history) else {
      throw .foreign("the certificate is about another history; check the history again")
    }
    var objects: [Int: ModelEntry.Partition] = [:]
    for partition in partitions {
      if let first = partition.operations.first { objects[first] = partition }
    }
    var finding = Finding(
      verdict: .linearizable, confirmed: 0, silent: 0, bySearch: 0, undecided: 0)
    for part in parts {
      guard let partition = objects.removeValue(forKey: part.object) else {
        throw .wrong(object: part.object, "no object begins there, or it was claimed before")
      }
      guard part.initial == Self.text(partition.initial) else {
        throw .foreign(
          "the certificate starts an object at \(part.initial), not \(Self.text(partition.initial))"
        )
      }
      guard let confirmation = try entry.confirm(part, partition, history) else {
        finding.verdict = finding.verdict.merged(with: .unknown)
        finding.undecided += 1
        continue
      }
      finding.confirmed += 1
      if confirmation != .replayed { finding.verdict = .violation }
      if confirmation == .bySearch { finding.bySearch += 1 }
    }
    finding.silent = objects.count
    if finding.silent > 0 { finding.verdict = finding.verdict.merged(with: .unknown) }
    return finding
  }
}

extension History {
  /// How a claim is seen to hold; nil where that takes too long, throws where it does not hold.
  func confirm<M: CatalogueModel>(
    _ part: Certificate.Part, _ partition: ModelEntry.Partition, as _: M.Type
  ) throws(CertificateError) -> Certificate.Confirmation? {
    let model: M
    let calls: [TimedCall<M.Data>]
    do throws(Undecodable) {
      (model, calls) = try decoded(partition, as: M.self)
    } catch {
      throw .foreign("the history is not of this model: \(error.message)")
    }
    let indices = Dictionary(
      uniqueKeysWithValues: calls.enumerated().map { ($0.element.position, $0.offset) })
    func index(_ position: Int) -> Int { indices[position] ?? -1 }
    let claim: Certificate.Claim =
      switch part.claim {
      case .linearizable(let order): .linearizable(order: order.map(index))
      case .violation(let full): .violation(full: full.map(index))
      }
    do throws(Misplacement) {
      return try confirmation(of: claim, about: calls, model: model)
    } catch {
      var place = ""
      if case .linearizable(let order) = part.claim {
        let operation = order.indices.contains(error.place) ? "\(order[error.place])" : "the end"
        place = "at operation \(operation): "
      }
      throw .wrong(object: part.object, place + error.message)
    }
  }
}

/// How a claim about some calls is seen to hold, operations being indices of calls: an order is
/// replayed, a violation judged again as far as its operations show it.
///
/// - Returns: nil where that takes too long.
/// - Throws: `Misplacement` where it does not hold.
public func confirmation<M: Model>(
  of claim: Certificate.Claim, about calls: [TimedCall<M.Data>], model: M
) throws(Misplacement) -> Certificate.Confirmation? {
  switch claim {
  case .linearizable(let order):
    try replay(order, of: calls, model: model)
    return .replayed
  case .violation(let full):
    guard Set(full).count == full.count,
      full.allSatisfy({ calls.indices.contains($0) && !calls[$0].isIndeterminate })
    else {
      throw Misplacement(
        place: 0, message: "it keeps operations that have no reply or are not the object's")
    }
    let weakened = Weakening(full: full.sorted()).apply(to: calls, model: model)
    let judge = PlainJudge(
      weakened, model: model, mostConfigurations: Certificate.mostConfigurations)
    var verdict = judge.verdict()
    let isPlain = verdict != .unknown
    if !isPlain {
      verdict = search(weakened, model: model, budget: Certificate.mostSearched).verdict
    }
    switch verdict {
    case .violation: return isPlain ? .bySecondEngine : .bySearch
    case .unknown: return nil
    case .linearizable:
      throw Misplacement(place: 0, message: "the operations it keeps in full can be explained")
    }
  }
}

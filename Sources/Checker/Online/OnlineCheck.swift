// Judges a history while it is read, piece by piece, holding little more than what is open. It can only
// prove histories linearizable: without a proof, the whole history has to be judged, and only that
// yields `violation` or `unknown`.

public import History

/// Why a history was not proven linearizable while it was read.
public struct Unproven: Error, Sendable, Hashable {
  public var reason: String
}

/// A check of a history whose operations come one by one (`OperationStream`).
///
/// When enough operations are over, those called by a moment up to which everything is known are
/// taken out as a piece, and each of its objects is brought forward from the state it was in (see
/// `Advance`); what takes effect only after that moment goes into the next piece. Memory is that of
/// two pieces, the operations open or indeterminate, and a state for each key.
///
/// ```swift
/// check.call(operation)         // for each call, and
/// check.end(operation)          // for each operation that is over
/// if check.isDue {
///   try check.take(try await check.piece(upTo: horizon).judged(budget))
/// }
/// let judgements = try await check.finish(budget)
/// ```
public struct OnlineCheck: Sendable {
  /// The engine's name in judgements.
  public static let engine = "online-search"

  /// One object.
  private struct Object {
    let key: Value?
    /// The state as an initial value.
    var state: Value
    var operations = 0
    /// Rank of the call that each process has open.
    var open: [Int: Int] = [:]
    /// Over, and not in a piece yet.
    var waiting: [Operation] = []
    var effort = Judgement.Effort()
  }

  private let model: ModelEntry
  private let width: Int
  private let pieceSize: Int
  private let given: Value?
  private var initial = InitialValues()
  private var objects: [Object] = []
  private var numbers: [Value?: Int] = [:]
  private var lastNumber = 0
  /// An initial value that the model can't start with.
  private var invalid: InvalidValue?
  /// Operations waiting, and how many of them make a piece.
  private var waiting = 0
  private var due: Int

  /// A check by a model; nil for one that can't be started from each of its states.
  ///
  /// `initial` is every object's initial value, where the caller gives one; else the header does.
  /// `width` objects are judged at the same time, and `pieceSize` operations together, at least 1.
  public init?(
    model: ModelEntry, initial: Value? = nil, width: Int = 1, pieceSize: Int = 1 << 14
  ) {
    guard model.isResumable else { return nil }
    self.model = model
    self.width = width
    self.pieceSize = pieceSize
    due = pieceSize
    given = initial
  }

  public mutating func begin(_ header: Header) {
    initial = InitialValues(given, header: header.initial)
  }

  public mutating func call(_ operation: Operation) {
    let number = number(of: operation.key)
    objects[number].operations += 1
    objects[number].open[operation.process] = operation.call.rank
  }

  /// Notes an operation that is over, after its call.
  public mutating func end(_ operation: Operation) {
    let number = number(of: operation.key)
    objects[number].open[operation.process] = nil
    // What failed never happened.
    guard operation.outcome != .fail else { return }
    objects[number].waiting.append(operation)
    waiting += 1
  }

  /// Whether enough waits to be judged.
  public var isDue: Bool { waiting >= due }

  /// Takes out what can be judged. No operation to come is called at a rank up to the horizon. There
  /// is no other piece until this one is taken in again.
  public mutating func piece(upTo horizon: Int) -> OnlinePiece {
    var piece = OnlinePiece(model: model, width: width)
    for number in objects.indices where !objects[number].waiting.isEmpty {
      let safe = min(horizon, (objects[number].open.values.min() ?? .max) - 1)
      var part = OnlinePiece.Part(
        object: number, key: objects[number].key, state: objects[number].state, horizon: safe)
      var later: [Operation] = []
      for operation in objects[number].waiting {
        if operation.call.rank <= safe {
          part.operations.append(operation)
        } else {
          later.append(operation)
        }
      }
      guard !part.operations.isEmpty else { continue }
      waiting -= part.operations.count
      objects[number].waiting = later
      part.operations.sort { $0.call.rank < $1.call.rank }
      piece.parts.append(part)
    }
    // What is carried from piece to piece must not be looked at again for each few new ones.
    due = max(pieceSize, 2 * waiting)
    return piece
  }

  /// Takes in what a piece came to.
  public mutating func take(_ judged: OnlinePiece.Judged) {
    for (object, advance) in judged.advances {
      objects[object].state = advance.state
      objects[object].waiting += advance.left
      waiting += advance.left.count
      objects[object].effort.configurations += advance.effort.configurations
      objects[object].effort.bytes = max(objects[object].effort.bytes, advance.effort.bytes)
    }
    due = max(pieceSize, 2 * waiting)
  }

  /// Judges the rest, when all operations are over.
  ///
  /// - Returns: judgements in the order of the objects' first calls, all linearizable; without orders.
  public consuming func finish(_ budget: Budget) async throws(Unproven) -> [Judgement] {
    if let invalid { throw Unproven(reason: invalid.message) }
    take(try await piece(upTo: .max).judged(budget))
    return objects.map { object in
      Judgement(
        key: object.key, verdict: .linearizable, engine: Self.engine,
        operations: object.operations, effort: object.effort)
    }
  }

  /// The object of a key, begun where it is new.
  private mutating func number(of key: Value?) -> Int {
    if lastNumber < objects.count, objects[lastNumber].key == key { return lastNumber }
    if let known = numbers[key] {
      lastNumber = known
      return known
    }
    var state = Value.null
    do throws(InvalidValue) {
      state = try initial.value(of: key)
      try model.check(initial: state)
    } catch {
      invalid = error
    }
    lastNumber = objects.count
    numbers[key] = lastNumber
    objects.append(Object(key: key, state: state))
    return lastNumber
  }
}

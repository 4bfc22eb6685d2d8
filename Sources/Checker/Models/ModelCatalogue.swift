// All models by name. A new one is its file, its line here, and its sample in the tests.

public import History

/// How one partition is to be judged.
public struct SearchOptions: Sendable {
  public var reductions: Reductions
  public var budget: Budget
  /// Whether a violation is shrunk to a counterexample, within the same budget.
  public var explains: Bool

  public init(
    reductions: Reductions = .all, budget: Budget = .unlimited, explains: Bool = true
  ) {
    self.reductions = reductions
    self.budget = budget
    self.explains = explains
  }
}

/// A model with its types erased: once per check, so that the search itself is specialised.
public struct ModelEntry: Sendable {
  public let name: String
  /// What it models, in a line without a full stop.
  public let summary: String
  /// What its initial value is, in a line without a full stop.
  public let initialForm: String
  /// What can be called, by name.
  public let functions: [String]
  /// Whether an initial value may be a map; where it can't, a map gives each key its own.
  let mayStartWithMap: Bool

  private let accept: @Sendable (Value) throws(InvalidValue) -> Void
  private let searchPartition:
    @Sendable (History, Partition, SearchOptions) throws(Undecodable) -> Judgement

  private let confirmPart:
    @Sendable (History, Partition, Certificate.Part) throws(CertificateError)
      -> Certificate.Confirmation?

  private let firstUndecodable: @Sendable (History, Int) -> Undecodable?
  private let countUnanswered: @Sendable (History, Partition) throws(Undecodable) -> Int

  private typealias Dividing =
    @Sendable (History, Partition) throws(InvalidValue) -> [Partition]
  private var divideParts: Dividing?

  private typealias Advancing =
    @Sendable (History, Partition, Int, Budget) throws(Undecodable) -> Advance?
  private var advanceAlong: Advancing?

  /// Some operations of a history that are about one object.
  public struct Partition: Sendable {
    public var key: Value?
    /// Positions in `History.operations`.
    public var operations: [Int]
    /// The object's initial value; `.null` if not known.
    public var initial: Value
    /// What reads answered nil mean.
    public var nils: NilMeaning

    public init(
      key: Value?, operations: [Int], initial: Value, nils: NilMeaning = .auto
    ) {
      self.key = key
      self.operations = operations
      self.initial = initial
      self.nils = nils
    }

    var nilReading: NilReading { NilReading(nils, initial: initial) }
  }

  /// The entry of a model, of the catalogue's or of your own.
  public init<M: CatalogueModel>(_ model: M.Type) { self.init(unresumable: model) }

  private init<M: CatalogueModel>(unresumable _: M.Type) {
    name = M.name
    summary = M.summary
    initialForm = M.initialForm
    functions = M.Data.functions
    mayStartWithMap = M.mayStartWithMap
    firstUndecodable = { (history: History, most: Int) in
      history.undecodable(as: M.Data.self, most: most)
    }
    countUnanswered = { (history: History, partition: Partition) throws(Undecodable) in
      try history.unanswered(in: partition, as: M.Data.self)
    }
    accept = { (value: Value) throws(InvalidValue) in _ = try M(initial: value) }
    searchPartition = {
      (history: History, partition: Partition, options: SearchOptions) throws(Undecodable) in
      try history.searched(partition, as: M.self, options)
    }
    confirmPart = {
      (history: History, partition: Partition, part: Certificate.Part) throws(CertificateError) in
      try history.confirm(part, partition, as: M.self)
    }
  }

  /// The entry of a model that can be started from each of its states.
  public init<M: ResumableModel>(_ model: M.Type) {
    self.init(unresumable: model)
    advanceAlong = {
      (history: History, partition: Partition, horizon: Int, budget: Budget) throws(Undecodable) in
      try history.advance(partition, upTo: horizon, budget, as: M.self)
    }
  }

  /// The entry of a model whose object may fall into independent parts.
  public init<M: DivisibleModel>(_ model: M.Type) {
    self.init(unresumable: model)
    divideParts = { (history: History, partition: Partition) throws(InvalidValue) in
      try history.divided(partition, as: M.self)
    }
  }

  /// The independent objects of which a partition's object consists, as a rule itself.
  func divided(
    _ partition: Partition, of history: History
  ) throws(InvalidValue) -> [Partition] {
    try divideParts?(history, partition) ?? [partition]
  }

  /// Whether a history can be judged piece by piece (`OnlineCheck`).
  var isResumable: Bool { advanceAlong != nil }

  /// Where a partition was by a rank; nil where that is not found (`History.advance`).
  func advance(
    _ partition: Partition, of history: History, upTo horizon: Int, _ budget: Budget
  ) throws(Undecodable) -> Advance? {
    try advanceAlong?(history, partition, horizon, budget)
  }

  /// How a certificate's claim about a partition is seen to hold; throws where it does not.
  func confirm(
    _ part: Certificate.Part, _ partition: Partition, _ history: History
  ) throws(CertificateError) -> Certificate.Confirmation? {
    try confirmPart(history, partition, part)
  }

  /// Refuses an initial value the model can't start with, in a sentence.
  public func check(initial value: Value) throws(InvalidValue) {
    try accept(value)
  }

  /// The first call or reply that the model doesn't know; nil where it knows all, or the first `most`
  /// operations.
  public func undecodable(in history: History, most: Int = .max) -> Undecodable? {
    firstUndecodable(history, most)
  }

  /// Reads of a partition whose replies told nothing, so that there is nothing to judge.
  func unanswered(_ partition: Partition, of history: History) throws(Undecodable) -> Int {
    try countUnanswered(history, partition)
  }

  /// Judges one partition by the general engine.
  public func search(
    _ partition: Partition, of history: History, _ options: SearchOptions = SearchOptions()
  ) throws(Undecodable) -> Judgement {
    try searchPartition(history, partition, options)
  }
}

/// The models, in the order in which they are listed.
public enum ModelCatalogue {
  public static let entries: [ModelEntry] = [
    ModelEntry(StockModel.self),
    ModelEntry(CouponModel.self),
    ModelEntry(BasketModel.self),
    ModelEntry(ReservationModel.self),
    ModelEntry(OrdersModel.self),
    ModelEntry(AccountModel.self),
    ModelEntry(RegisterModel.self),
    ModelEntry(CASRegisterModel.self),
    ModelEntry(MultiRegisterModel.self),
    ModelEntry(CounterModel.self),
    ModelEntry(SetModel.self),
    ModelEntry(FIFOQueueModel.self),
    ModelEntry(UnorderedQueueModel.self),
    ModelEntry(MutexModel.self),
    ModelEntry(OwnerMutexModel.self),
    ModelEntry(FencedMutexModel.self),
    ModelEntry(KVAppendModel.self),
  ]

  public static subscript(_ name: String) -> ModelEntry? {
    entries.first { $0.name == name }
  }
}

// Decides baskets whose orders say what was left of every item, in O(n log n).
// It refuses histories in which an order doesn't, or where it is open what unanswered orders took.

public import History

/// The exact monitor for baskets that tell what they left.
///
/// **Versions.** Nothing is put back, so what is left of an item only falls, and a number told of it is a
/// version: of two orders that name an item the one that left more came first, and a look that saw
/// `v` came after the order that left `v` and before the next. So every item has its calls in
/// one order (`BasketVersions`), and all these orders together say which calls come before which.
///
/// **Moments.** Let every call take effect at the latest call among those that come before it and its own. If
/// that is after its reply, it had its answer before a call that must come before it: a cycle of precedence,
/// with real time as one of its steps. If versions alone form a cycle there is no order either
/// (`BasketPrecedence`). Else sorting by these moments, and versions where they are the same, is an order that
/// keeps to all intervals and explains every number.
///
/// **"Sold out"** needs some item to have fallen below what was asked for, and changes nothing: it is
/// right iff that can have happened by its reply, and no moment above can be any earlier.
///
/// **Unanswered orders** need not have taken effect. Where numbers are missing that only they can have
/// passed, one that fits is taken for the cause; if that leads to a conflict, another choice might not, and
/// the history is left to the search. A conflict of answered calls alone is one whatever others did.
public struct BasketMonitor: Monitor {
  public typealias Data = Basket

  public static var name: String { "basket-monitor" }

  let model: BasketModel

  public init(_ model: BasketModel) {
    self.model = model
  }

  public func judge(
    _ calls: [TimedCall<Basket>], key: Value?
  ) throws(NotApplicable) -> Judgement {
    let calls = calls.byStart()
    let finding: Finding
    var bytes = 0
    do throws(BasketRefusal) {
      var versions = try BasketVersions(calls, model)
      try versions.fill()
      var precedence = BasketPrecedence(versions)
      bytes = versions.bytes + precedence.bytes
      try precedence.place()
      finding = .order(try precedence.order())
    } catch {
      switch error {
      case .open(let why): throw NotApplicable(why)
      case .conflict(let conflict):
        let explanation = BasketExplanation(calls: calls, model: model)
        finding = .violation(explanation.contradiction(conflict))
      }
    }
    return judgement(of: finding, calls, key: key, bytes: bytes)
  }
}

/// One call before another, as what was told of an item shows.
struct BasketStep: Hashable {
  var from: Int
  var to: Int
  /// The item's place in the model.
  var item: Int
}

/// Why no order of the baskets is given.
enum BasketRefusal: Error {
  /// Not decided here, with the reason.
  case open(String)
  /// There is none.
  case conflict(BasketConflict)
}

/// Why baskets contradict each other. Numbers are indexes of calls; items are places in the model.
enum BasketConflict {
  /// A number told of an item that it never has.
  case impossible(Int, item: Int)
  /// Two orders that took the same units of an item: what the second found is more than the first left.
  case overlap(Int, Int, item: Int)
  /// A look that saw a number between what an order found and what it left.
  case skipped(look: Int, order: Int, item: Int)
  /// What a call found of an item is less than answered orders left of it, and others can't have taken as
  /// much by then; `later` certainly came later.
  case missing(Int, item: Int, units: Int, later: [Int])
  /// Each before the next; the last had its reply before the first was called, or (if `isTimeless`) leads
  /// back to the first.
  case cycle([BasketStep], isTimeless: Bool)
  /// "Sold out" when there was enough: for each item that fell too low some time, what shows it to have been
  /// later: a call after the reply, and what led from there to the item.
  case refused(Int, later: [(call: Int, path: [BasketStep])])
}

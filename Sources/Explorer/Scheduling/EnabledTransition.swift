// What is known of a transition before it is taken: enough to tell which pairs of them commute.

/// What a command touches, as far as commuting goes; keys are bits.
public struct Footprint: Sendable, Hashable {
  public var reads: UInt64 = 0
  public var writes: UInt64 = 0

  public init(reads: UInt64 = 0, writes: UInt64 = 0) {
    self.reads = reads
    self.writes = writes
  }

  func conflicts(with other: Footprint) -> Bool {
    writes & (other.reads | other.writes) != 0 || other.writes & reads != 0
  }

  mutating func formUnion(_ other: Footprint) {
    reads |= other.reads
    writes |= other.writes
  }
}

/// A transition that could be taken now.
public struct EnabledTransition: Sendable, Hashable {
  public var transition: Transition
  public var footprint: Footprint
  /// Whether it begins its client's call.
  public var beginsCall: Bool
  /// Whether it may end a call, its own or one that it wakes.
  public var mayEndCall: Bool

  public init(
    _ transition: Transition, footprint: Footprint = Footprint(), beginsCall: Bool = false,
    mayEndCall: Bool = true
  ) {
    self.transition = transition
    self.footprint = footprint
    self.beginsCall = beginsCall
    self.mayEndCall = mayEndCall
  }

  /// Whether both move the same client, or the same worker.
  func hasSameActor(as other: EnabledTransition) -> Bool {
    transition.thread?.actor == other.transition.thread?.actor
  }

  /// Whether the order of the two makes no difference to any reply, to the servers, or to which
  /// call came before which.
  ///
  /// Only plain steps commute: of different clients, touching different keys or only reading. One
  /// that begins a call and one that ends another's don't: in one order the second call came after
  /// the first, in the other they are concurrent, and a model allows more of concurrent calls.
  func commutes(with other: EnabledTransition) -> Bool {
    transition.kind == .step && other.transition.kind == .step && !hasSameActor(as: other)
      && !footprint.conflicts(with: other.footprint) && !(beginsCall && other.mayEndCall)
      && !(other.beginsCall && mayEndCall)
  }
}

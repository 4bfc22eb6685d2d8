// The configurations on the search's stack, with the choices that led to them.

/// One choice: a call took effect and left a state.
struct Node {
  /// No call took effect: the root of a frame.
  static let noChoice = Int32.max

  var state: Int32
  var standing: Standing
  /// The node before, −1 at the start.
  var parent: Int32
  /// A call (0 and up), an indeterminate class (−1 − class), or `noChoice`.
  var choice: Int32
  var stop: Int32
  /// The stop's own call has taken effect, so that the search may go past the reply.
  var isPassed: Bool
  /// The call went just before the last overwrite chosen in the open, and left the state as it was.
  var isHidden = false
}

/// A stack of nodes, each with one bit per slot: open calls that have taken effect.
struct NodeArena {
  let words: Int
  private(set) var nodes: [Node] = []
  private(set) var bits: [UInt64] = []

  init(words: Int) {
    self.words = words
  }

  var count: Int { nodes.count }
  var bytes: Int { nodes.capacity * MemoryLayout<Node>.stride + bits.capacity * 8 }

  subscript(_ index: Int) -> Node { nodes[index] }

  mutating func push(_ node: Node, bits new: borrowing [UInt64]) {
    nodes.append(node)
    for word in 0..<words { bits.append(new[word]) }
  }

  func load(_ index: Int, into target: inout [UInt64]) {
    for word in 0..<words { target[word] = bits[index * words + word] }
  }

  mutating func truncate(to count: Int) {
    nodes.removeLast(nodes.count - count)
    bits.removeLast(bits.count - count * words)
  }
}

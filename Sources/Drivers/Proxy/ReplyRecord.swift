// The beginning of a reply, kept for observers.

/// The first bytes of what is being answered.
struct ReplyRecord: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var cut = 0

  mutating func add(_ part: ArraySlice<UInt8>) {
    let kept = part.prefix(ProxyExchange.mostOfReply - bytes.count)
    bytes.append(contentsOf: kept)
    cut += part.count - kept.count
  }

  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    cut = 0
  }

  /// What was asked, with this as the answer.
  func exchange(_ request: ProxyRequest, asked: Int64, answered: Int64) -> ProxyExchange {
    ProxyExchange(request: request, reply: bytes, cut: cut, asked: asked, answered: answered)
  }
}

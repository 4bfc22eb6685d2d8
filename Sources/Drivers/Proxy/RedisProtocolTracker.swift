// RESP, versions 2 and 3: every command has one reply, in order. Pushes answer nothing and may stand
// between replies; what confirms a subscription is a push in version 3 and looks like a reply in version
// 2, where messages then come by themselves until nothing is subscribed to any more.

import DequeModule

struct RedisProtocolTracker: ProtocolTracker {
  /// What becomes of a request's reply.
  private enum Fate {
    case passes
    case lost
    /// It is the proxy's own.
    case ours
  }

  private struct Entry {
    var request: ProxyRequest
    var effect: RedisEffect
    var fate: Fate
    var asked: Int64
    /// Confirmations that have come.
    var confirmed = 0
  }

  var tellsExchanges = false
  private let login: ProxyLogin?
  private var scanner = RESPCommandScanner()
  private var requests = RedisRequests()
  private var pending: Deque<Entry> = []
  var isAwaited: Bool { !pending.isEmpty }
  /// What the client has sent of a command that may be a login.
  private var held: [UInt8] = []
  private var mayBeLogin = true

  private var replies = RESPScanner()
  private var isInside = false
  /// Bytes of the present value, where it may have to be kept back.
  private var kept: [UInt8]?
  private var record = ReplyRecord()
  private var version = 2
  /// How many channels are listened to, and how many of a cluster's.
  private var channels = 0
  private var shardChannels = 0

  /// `login`: what the server is told in the client's place.
  init(login: ProxyLogin? = nil) {
    self.login = login?.password == nil ? nil : login
  }

  mutating func opening() -> [UInt8] {
    guard let login else { return [] }
    pending.append(ours())
    return login.auth
  }

  private func ours() -> Entry {
    Entry(request: ProxyRequest(verb: "AUTH", text: "AUTH"), effect: .reply, fate: .ours, asked: 0)
  }
}

// MARK: From the client

extension RedisProtocolTracker {
  mutating func fromClient(
    _ bytes: [UInt8], at now: Int64, isLost: (ProxyRequest) -> Bool
  ) -> Relayed {
    var relayed = Relayed()
    if login == nil { relayed.toServer = bytes }
    var position = 0
    while let (command, end) = scanner.next(in: bytes, from: position) {
      if login != nil { pass(bytes[position..<end], of: command, &relayed) }
      position = end
      do throws(Unfollowed) {
        guard let (request, effect) = try requests.note(command) else { continue }
        relayed.requests.append(request)
        var isWanted = false
        // What a subscription is answered with is not one reply.
        if case .confirmations = effect {} else { isWanted = isLost(request) }
        pending.append(
          Entry(request: request, effect: effect, fate: isWanted ? .lost : .passes, asked: now))
        // As new, and so without its login.
        if effect == .reset, let login {
          relayed.toServer += login.auth
          pending.append(ours())
        }
      } catch {
        relayed.refusal = error.seen
        return relayed
      }
    }
    if login != nil { hold(bytes[position...], &relayed) }
    relayed.refusal = scanner.refusal
    return relayed
  }

  /// Lets a whole command pass, with our login in the place of the client's.
  private mutating func pass(
    _ bytes: ArraySlice<UInt8>, of command: RESPCommandScanner.Command, _ relayed: inout Relayed
  ) {
    defer {
      held = []
      mayBeLogin = true
    }
    let words = command.words.map { String(decoding: $0, as: UTF8.self) }
    switch words.first?.uppercased() {
    case "AUTH" where mayBeLogin: relayed.toServer += login?.auth ?? []
    case "HELLO" where mayBeLogin: relayed.toServer += login?.hello(words) ?? []
    default: relayed.toServer += held + bytes
    }
  }

  /// Keeps back what may become a login.
  private mutating func hold(_ bytes: ArraySlice<UInt8>, _ relayed: inout Relayed) {
    guard mayBeLogin else {
      relayed.toServer += bytes
      return
    }
    held += bytes
    // No login is as long.
    guard held.count > 16_384 else { return }
    relayed.toServer += held
    held = []
    mayBeLogin = false
  }
}

// MARK: From the server

extension RedisProtocolTracker {
  mutating func fromServer(_ bytes: [UInt8], at now: Int64) -> Relayed {
    var relayed = Relayed()
    var position = 0
    while position < bytes.count {
      if !isInside { begin() }
      let end = replies.end(in: bytes, from: position)
      let part = bytes[position..<(end ?? bytes.count)]
      if kept == nil { relayed.toClient += part } else { kept? += part }
      if tellsExchanges { record.add(part) }
      guard let end else { break }
      position = end
      isInside = false
      settle(at: now, &relayed)
      if relayed.lost != nil || relayed.refusal != nil { return relayed }
    }
    relayed.refusal = replies.refusal
    return relayed
  }

  private mutating func begin() {
    isInside = true
    record.clear()
    // The first may be a subscription's end, of which nobody knows that it is over.
    kept = pending.prefix(2).contains { $0.fate != .passes } ? [] : nil
  }

  /// A value is complete: a reply, or something that answers nothing.
  private mutating func settle(at now: Int64, _ relayed: inout Relayed) {
    let label = String(decoding: replies.label, as: UTF8.self)
    let isPush = replies.outer == UInt8(ascii: ">")
    let mayBeTold = isPush || (version < 3 && replies.outer == UInt8(ascii: "*"))
    if mayBeTold, confirm(label, at: now, &relayed) { return release(&relayed) }
    let isListening = channels + shardChannels > 0
    if isPush || (mayBeTold && isListening && ["message", "pmessage", "smessage"].contains(label)) {
      return release(&relayed)
    }
    if case .confirmations(_, nil)? = pending.first?.effect, (pending.first?.confirmed ?? 0) > 0 {
      pending.removeFirst()
    }
    guard let entry = pending.popFirst() else {
      release(&relayed)
      // A server that has no room, or that ends, says so unasked.
      if replies.outer != UInt8(ascii: "-") { relayed.refusal = "a reply to nothing" }
      return
    }
    answer(entry, at: now, &relayed)
  }

  private mutating func answer(_ entry: Entry, at now: Int64, _ relayed: inout Relayed) {
    let isError = replies.outer == UInt8(ascii: "-") || replies.outer == UInt8(ascii: "!")
    if !isError {
      switch entry.effect {
      case .hello(let number): version = number
      case .reset: (version, channels, shardChannels) = (2, 0, 0)
      case .reply, .confirmations: break
      }
    }
    switch entry.fate {
    case .passes: release(&relayed)
    case .lost:
      relayed.lost = LostReply(request: entry.request, bytes: kept ?? [])
      return
    case .ours:
      if isError { relayed.refusal = "a refusal of its own password" }
      kept = nil
      return
    }
    tell(entry, at: now, &relayed)
  }

  /// A subscription's confirmation, if this is one that was asked for.
  private mutating func confirm(
    _ label: String, at now: Int64, _ relayed: inout Relayed
  ) -> Bool {
    guard ["subscribe", "unsubscribe"].contains(where: label.hasSuffix) else { return false }
    if let first = pending.first, case .confirmations(let kind, nil) = first.effect,
      first.confirmed > 0, kind != label
    {
      pending.removeFirst()
    }
    let isAsked: Bool
    if let first = pending.first, case .confirmations(label, let count) = first.effect {
      isAsked = true
      pending[0].confirmed += 1
      let isLast = count.map { pending[0].confirmed == $0 } ?? (replies.lastInteger == 0)
      if isLast {
        let entry = pending.removeFirst()
        tell(entry, at: now, &relayed)
      }
    } else {
      isAsked = false
    }
    // A cluster says by itself that a channel has moved away; in version 2 only who listens hears it.
    guard isAsked || version >= 3 || channels + shardChannels > 0 else { return false }
    if label.hasPrefix("s"), label != "subscribe" {
      shardChannels = replies.lastInteger ?? 0
    } else {
      channels = replies.lastInteger ?? 0
    }
    return true
  }

  /// Lets the present value pass.
  private mutating func release(_ relayed: inout Relayed) {
    relayed.toClient += kept ?? []
    kept = nil
  }

  private func tell(_ entry: Entry, at now: Int64, _ relayed: inout Relayed) {
    guard tellsExchanges else { return }
    relayed.exchanges.append(record.exchange(entry.request, asked: entry.asked, answered: now))
  }
}

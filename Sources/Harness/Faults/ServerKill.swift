// A server is killed (SIGKILL, all its processes) and started again on what it left on its disk.
//
// The kill alone loses nothing of an append-only file, whatever appendfsync says: Redis writes before
// it replies, and the kernel keeps what was written. Without persistence everything is gone. In
// PostgreSQL a commit is lost where synchronous_commit is off, for up to three wal_writer_delays
// (PostgreSQL manual §30.4). MySQL keeps what it has confirmed, but InnoDB shows a commit to others before
// it is in the log: what a reader was shown may be taken back.

import Drivers
import History

struct ServerKill: Fault {
  static let card = FaultCard(
    name: "server-kill", summary: "a server is killed (SIGKILL) and started again",
    reach: .servers, fits: .all,
    parameters: [
      FaultParameter(
        "for", .time(.zero...Duration.seconds(60)), standard: "50ms",
        about: "from the kill to the start"),
      ServerChoice.parameter,
      FaultParameter(
        "persistence", .word(["none", "always", "everysec", "no"]), standard: "none",
        about: "of Redis: none, or the append-only file with this appendfsync"),
      FaultParameter(
        "synchronous-commit", .word(["on", "off"]), standard: "on",
        about: "of PostgreSQL: whether a commit waits until it is written"),
      FaultParameter(
        "fsync-delay", .time(.zero...Duration.seconds(60)), standard: "0s",
        about: "how much longer Redis' disk takes to sync (libServerShim.so)"),
    ] + QuorumCut.parameters,
    note: "A Redis without persistence forgets stock and locks. A PostgreSQL that does not wait "
      + "for its log forgets the last sales it confirmed. MySQL forgets none, but may have shown readers "
      + "sales that a kill undoes, even with innodb_flush_log_at_trx_commit=1.")

  let rhythm: Rhythm
  private let length: Duration
  private let choice: ServerChoice
  private let persistence: RedisOptions.Persistence
  private let commitsAtOnce: Bool
  private let syncDelay: Duration
  private let quorumCut: QuorumCut

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    length = settings.time("for")
    choice = ServerChoice(settings)
    persistence = settings.text("persistence").flatMap { .init(word: $0) } ?? .none
    commitsAtOnce = settings.text("synchronous-commit") != "off"
    syncDelay = settings.time("fsync-delay")
    quorumCut = QuorumCut(settings)
  }

  var demands: ServerDemands {
    var demands = quorumCut.demands
    demands.persistence = persistence
    demands.hasShims = syncDelay > .zero
    if !commitsAtOnce {
      demands.postgresSettings = ["synchronous_commit": "off", "wal_writer_delay": "10s"]
    }
    return demands
  }

  var hazards: Hazards {
    var hazards: Hazards = .callCutOff
    if choice.strikes(.redis) {
      hazards.insert(.connectionLost)
      if persistence == .none { hazards.insert(.redisForgets) }
      if syncDelay > .zero, persistence != .appendOnly(.always) { hazards.insert(.redisForgets) }
    }
    if choice.strikes(.postgres), !commitsAtOnce { hazards.insert(.postgresForgets) }
    if choice.strikes(.mysql) { hazards.insert(.mysqlForgets) }
    return hazards
  }

  /// A disk that is slow from the start: under everysec Redis then puts its writes off, and replies
  /// all the same ("Asynchronous AOF fsync is taking too long").
  func setUp(_ nemesis: Nemesis) async throws(FaultFailure) {
    setSyncDelay(syncDelay, nemesis)
  }

  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    if quorumCut.cut > 0 {
      try await quorumCut.strike(choice, nemesis, &random) { (target) async throws(FaultFailure) in
        try await kill(target, nemesis)
      }
    } else if let target = nemesis.servers.all(choice).randomElement(using: &random) {
      try await kill(target, nemesis)
    }
  }

  private func kill(_ target: NamedServer, _ nemesis: Nemesis) async throws(FaultFailure) {
    nemesis.began(Self.self, [("server", .text(target.name))])
    try await nemesis.blocking { () throws(ServerFailure) in try target.server.kill() }
    await nemesis.pause(for: length)
    setSyncDelay(.zero, nemesis)
    try await nemesis.blocking { () throws(ServerFailure) in try target.server.restart() }
    setSyncDelay(syncDelay, nemesis)
    nemesis.ended(Self.self, [("server", .text(target.name))])
  }

  func tearDown(_ nemesis: Nemesis) async throws(FaultFailure) { setSyncDelay(.zero, nemesis) }

  private func setSyncDelay(_ delay: Duration, _ nemesis: Nemesis) {
    var settings = ServerShim.Settings()
    settings.syncDelay = delay
    for target in nemesis.servers.all(.redis) {
      (target.server as? RedisServer)?.shim?.set(settings)
    }
  }
}

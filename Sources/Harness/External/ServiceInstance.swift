// One instance of a service: a process that listens on a port of its own, or an address where one runs
// already.

import Drivers
import History

/// A running instance.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
final class ServiceInstance: @unchecked Sendable {
  let number: Int
  let host: String
  let port: UInt16
  /// What its addresses begin with.
  let base: String
  private let loop: EventLoop
  private var process: LineProcess?
  private let signal: Signal
  private var lastWords: String?
  /// How it ended; nil: it runs, or nobody here has started it.
  private(set) var end: ServerEnd?
  private var isEnding = false
  /// Whether it has ended by itself; nobody starts it again.
  private(set) var isGone = false
  /// Told of the answer that says that it is ready.
  var onReady: (_ sent: String, _ heard: String) -> Void = { _, _ in }
  /// Whether a fault has killed it: its end is nothing odd.
  private var isCrashed = false
  /// Starts it, once more.
  private var launch: () throws(ServerFailure) -> Void = {}

  /// One that runs already.
  init(at url: ServiceURL, on loop: EventLoop) {
    (number, host, port, base) = (0, url.host, url.port, url.base)
    self.loop = loop
    signal = Signal(on: loop)
  }

  /// Starts one that is to listen on a port.
  init(
    _ number: Int, port: UInt16, _ command: ServiceCommand, environment: [String: String],
    clock: (any ProgramClock)?, on loop: EventLoop, noting notes: ProgramNotes
  ) throws(ServerFailure) {
    (self.number, self.port) = (number, port)
    (host, base) = ("127.0.0.1", "")
    self.loop = loop
    signal = Signal(on: loop)
    let program: ProgramCommand
    do throws(ProgramRefusal) {
      let own = try ProgramCommand(
        command.words, in: command.directory, environment: environment)
      program = clock?.command(own, member: number) ?? own
    } catch {
      throw .notExecutable(program: command.words[0], reason: error.reason)
    }
    launch = { [unowned self] () throws(ServerFailure) in try start(program, notes) }
    try launch()
  }

  private func start(_ program: ProgramCommand, _ notes: ProgramNotes) throws(ServerFailure) {
    process = try LineProcess(
      program, on: loop,
      onLine: { [self] stream, line in
        notes.log.note("i\(number)", stream, line)
        if !line.isEmpty { lastWords = ProgramLog.excerpt(line) }
      },
      onEnd: { [self] in ended(notes) })
    notes.started()
  }

  /// The process, while it runs.
  var pid: Int32? { process?.pid }

  /// Lets it stand still with all its group, or go on.
  func pause(_ isPaused: Bool) { process?.pause(isPaused) }

  /// Kills it as a fault does.
  func crash() {
    isCrashed = true
    process?.kill()
  }

  /// Starts it again once nothing of it is left, and waits until it is ready. Returns why it isn't: a
  /// clause.
  func revive(_ ready: ServiceReady?) async -> String? {
    await awaitEnd()
    guard !isEnding else { return nil }
    isCrashed = false
    do throws(ServerFailure) {
      try launch()
    } catch {
      return "\(error)"
    }
    return await awaitReadiness(ready)
  }

  private func ended(_ notes: ProgramNotes) {
    end = process?.end
    if !isEnding, !isCrashed {
      isGone = true
      notes.note(.endedBetweenCalls, "instance \(number) \(end.map { "\($0)" } ?? "")", at: nil)
    }
    // It holds us as long as it runs.
    process = nil
    signal.notifyAll()
  }

  func client(reusing reuses: Bool = true) -> HTTPClient {
    HTTPClient(to: host, port: port, on: loop, reuses: reuses)
  }

  /// Waits until it answers 200, or, where no request says so, until it takes connections. Returns why
  /// it doesn't: a clause.
  func awaitReadiness(_ ready: ServiceReady?) async -> String? {
    let within = ready?.within ?? .seconds(60)
    let deadline = EventLoop.now() + within.inNanoseconds
    var last = "nothing listened on port \(port), which PORT and SERVER_PORT give"
    while EventLoop.now() < deadline {
      if process == nil {
        return "it \(end.map { "\($0)" } ?? "ended") before it was ready" + words
      }
      guard let reason = await ask(ready) else { return nil }
      last = reason
      await loop.sleep(for: ready?.every ?? .milliseconds(50))
    }
    return "it was not ready within \(within.words): \(last)" + words
  }

  private var words: String { lastWords.map { "; its last words: \($0)" } ?? "" }

  /// nil: it is ready.
  private func ask(_ ready: ServiceReady?) async -> String? {
    let client = client(reusing: false)
    defer { client.close() }
    var values = PlaceholderValues()
    values.port = Int(port)
    guard
      let request = try? ready?.request.request(values, base: base) ?? HTTPRequest("GET", "/")
    else { return "its request is invalid" }
    do throws(Failure) {
      let response = try await client.send(request, deadline: EventLoop.now() + 5_000_000_000)
      let isReady = ready == nil || response.status == 200
      let answer = ServiceAnswer(response).example
      if isReady { onReady(request.shown, answer) }
      return isReady ? nil : "it answered \(answer)"
    } catch {
      return error.reason == .connectionRefused
        ? "nothing listened on port \(port), which PORT and SERVER_PORT give" : "\(error)"
    }
  }

  /// Ends it, and kills it if it is still there after this long.
  func terminate(within grace: Duration) {
    isEnding = true
    process?.terminate(within: grace)
  }

  /// Waits until nothing of it runs.
  func awaitEnd() async { _ = await signal.wait { process == nil } }
}

// What arrives later, as through a queue, has arrived once a question's answer stays the same.

import Drivers
import History

extension EventLoop {
  /// The answer to a question, asked again and again until it has stayed the same for so long (nil: asked
  /// once), or for ten times as long or `timeout` (ns), whichever is longer.
  func settled<Answer: Equatable>(
    for length: Duration?, timeout: Int64,
    _ ask: () async throws(RunFailure) -> Answer
  ) async throws(RunFailure) -> Answer {
    var answer = try await ask()
    guard let length = length?.inNanoseconds else { return answer }
    let end = EventLoop.now() + max(10 * length, timeout)
    var steady = EventLoop.now()
    while EventLoop.now() - steady < length, EventLoop.now() < end {
      await sleep(for: .nanoseconds(min(length / 4 + 1, 100_000_000)))
      let now = try await ask()
      if now != answer { steady = EventLoop.now() }
      answer = now
    }
    return answer
  }
}

// One logical client: makes its calls one after the other, as the generator says, and records each
// call before its first byte leaves and each reply after its last byte came.

import Drivers
import History

/// A client's run through its calls.
struct Client {
  let context: RunContext
  let generator: Generator
  /// Position among the clients, from 0.
  let number: Int

  /// Connects, warms up, waits for the others, and makes its calls: all of `extent`'s share, or
  /// those until its end, or none any more once the run is stopping.
  func run(_ extent: Extent) async {
    var process = Process(context, number: number)
    defer { process.client.close() }
    if await process.connect(until: EventLoop.now() + context.callTimeout) {
      await process.warmUp()
    }
    let start = await context.startTogether()
    var (calls, end) = (Int.max, Int64.max)
    switch extent {
    case .operations(let count):
      calls = count / context.clients + (number < count % context.clients ? 1 : 0)
    case .duration(let duration): end = start + duration.inNanoseconds
    }
    var made = 0
    // An order whose fate is not known is sent again until it is.
    var repeated: PlannedCall?
    while made < calls, !context.isStopping {
      var intended: Int64?
      if let offset = generator.start(client: number, number: made) {
        guard start + offset < context.extended(end) else { break }
        intended = start + offset
        if start + offset > EventLoop.now() {
          guard await context.loop.sleep(until: start + offset) else { break }
        }
      }
      let last = context.extended(end)
      guard last == .max || EventLoop.now() < last else { break }
      if !process.client.isConnected {
        guard await process.connect(until: last) else { break }
      }
      let planned = repeated ?? generator.call(client: number, number: made)
      made += 1
      repeated = nil
      if await !process.perform(planned, intended: intended) {
        process = process.successor()
        if planned.call.isRepeatable { repeated = planned }
      }
    }
  }
}

/// A process: one call at a time, retired when a call's outcome is not known.
struct Process {
  let context: RunContext
  let number: Int
  let client: any CallClient

  init(_ context: RunContext, number: Int) {
    self.context = context
    self.number = number
    client = context.deployment.client(number)
  }

  /// The process that goes on after this one's outcome was indeterminate: a new number, new
  /// connections.
  func successor() -> Process {
    client.close()
    return Process(context, number: context.freshProcess())
  }

  /// Connects if need be, trying again every few milliseconds until a moment.
  func connect(until end: Int64) async -> Bool {
    while !context.isStopping {
      let now = EventLoop.now()
      do throws(Failure) {
        try await client.connect(by: now + context.callTimeout)
        return true
      } catch {
        // Connecting has no effect, so it is not part of the history; the gap shows there.
        guard !client.hasGivenUp else {
          context.hasGivenUp = true
          return false
        }
        let retry = EventLoop.now() + client.retryAfter.inNanoseconds
        guard retry < end, await context.loop.sleep(until: retry) else { return false }
      }
    }
    return false
  }

  /// Touches everything a call needs, on an item that is not for sale, unrecorded: statements are
  /// prepared and scripts known before the first call is timed.
  func warmUp() async {
    for call in [.read, context.plan.workload.datatype.taking(0)] {
      await client.warmUp(
        call, on: context.warmUpItem, deadline: EventLoop.now() + context.callTimeout)
    }
  }

  /// Makes one call and records it. False when the outcome is indeterminate.
  func perform(_ planned: PlannedCall, intended: Int64? = nil) async -> Bool {
    let journal = context.journal
    let called = journal.call(planned, by: number, intended: intended)
    let outcome = await client.perform(
      planned.call, on: context.items[planned.item], deadline: called + context.callTimeout,
      noting: journal)
    switch outcome {
    case .ok(let reply):
      journal.reply(reply, to: planned, by: number, trace: client.trace)
      return true
    case .fail(let reason):
      journal.failure(.definite(reason), to: planned, by: number, trace: client.trace)
      return true
    case .info(let reason):
      journal.failure(.indefinite(reason), to: planned, by: number, trace: client.trace)
      if let evidence = client.evidence {
        context.unsettled.append(
          Unsettled(process: number, planned: planned, evidence: evidence))
      }
      return false
    }
  }
}

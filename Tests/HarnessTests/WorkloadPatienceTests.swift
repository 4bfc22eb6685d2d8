// Deadlines, waits and leases that go together: what could not be seen is refused, or made room for.

import Testing

@testable import Harness

private func workload(_ keys: String) throws -> Workload {
  try Workload(
    yaml: "strategies: redisson-lock\n" + keys, name: "w", file: "w.yaml",
    strategies: ["redisson-lock"])
}

@Suite struct `Deadline, wait and lease` {
  @Test(arguments: [
    ("", 5), ("faults: {client-pause: {for: 400ms}}", 5),
    // Held for 11 s, after a wait of up to 2 s, and some time to go on.
    ("faults: {client-pause: {for: 11s, lease: 5s}}", 16),
    ("faults: {lease-expiry: {for: 4s, lease: 1s}}", 9),
    ("faults: {slow-transaction: {for: 10s}}", 15), ("wait: 20s", 23),
    ("deadline: 30s\nfaults: {client-pause: {for: 11s}}", 30), ("deadline: 1s", 1),
    // A server that stands still gives calls up: that is what it is for.
    ("faults: {server-pause: {for: 11s}}", 5),
  ])
  func `the deadline leaves room for what is held up`(keys: String, seconds: Int) throws {
    let workload = try workload(keys)
    #expect(workload.deadline == .seconds(seconds))
    #expect(workload.contradiction == nil)
  }

  @Test(arguments: [
    (
      "deadline: 5s\nfaults: {client-pause: {for: 11s}}",
      "client-pause holds a call up for 11s, but the deadline of 5s gives it up first; make the "
        + "deadline longer, or leave it out"
    ),
    (
      "deadline: 1s\nwait: 2s",
      "a wait for a lock takes up to 2s, but the deadline of 1s gives the call up first; make the "
        + "deadline longer, or leave it out"
    ),
    (
      "lease: 1s\nfaults: {client-pause: {lease: 150ms}}",
      "the lease is 1s, but client-pause sets 150ms; leave one out"
    ),
  ])
  func `what contradicts is refused`(keys: String, sentence: String) throws {
    #expect(try workload(keys).contradiction?.description == sentence)
  }

  @Test func `faults that make something of a lease take the workload's`() throws {
    let workload = try workload("lease: 1s\nfaults: [lease-expiry, latency]")
    #expect(workload.faults.map(\.description) == ["lease-expiry:lease=1s", "latency"])
    #expect(workload.contradiction == nil)
    #expect(workload.leaseDemand == LeaseDemand(length: .seconds(1), isRenewed: true))
  }

  @Test(arguments: ["10", "101%", "-1%", "ten", "%"])
  func `a share is in per cent`(text: String) {
    #expect(throws: WorkloadError.self) { try workload("max-failures: \(text)") }
    #expect(Workload.share("0%") == 0 && Workload.share("100%") == 1)
  }
}

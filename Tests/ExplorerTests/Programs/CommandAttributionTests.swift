import Testing

@testable import Explorer
@testable import Harness

@Suite("Whose commands those of a shared instance are")
struct CommandAttributionTests {
  private func connection(_ number: Int) -> DrivenSystem.Connection.ID {
    DrivenSystem.Connection.ID(instance: 0, server: .postgres, number: number)
  }

  @Test("what comes after a call was made is that call's, over whichever connection")
  func calls() {
    var attribution = CommandAttribution()
    attribution.wake(0)
    #expect(attribution.owner(of: connection(7), calling: [0], waiting: []) == 0)
    attribution.rest()
    attribution.wake(1)
    #expect(attribution.owner(of: connection(3), calling: [0, 1], waiting: [0]) == 1)
    #expect(attribution.guesses == 0)
  }

  @Test("where a reply ends another's wait, each goes on with its own connection")
  func twoAwake() {
    var attribution = CommandAttribution()
    attribution.wake(0)
    _ = attribution.owner(of: connection(1), calling: [0], waiting: [])
    attribution.rest()
    attribution.wake(1)
    _ = attribution.owner(of: connection(2), calling: [0, 1], waiting: [0])
    attribution.rest()
    // Client 0 commits, which ends client 1's wait for its row.
    attribution.wake(0)
    attribution.wake(1)
    #expect(attribution.owner(of: connection(2), calling: [0, 1], waiting: []) == 1)
    #expect(attribution.owner(of: connection(1), calling: [0, 1], waiting: [1]) == 0)
    #expect(attribution.guesses == 0)
  }

  @Test("who waited for a connection gets what comes over it when the other's call has ended")
  func handedOver() {
    var attribution = CommandAttribution()
    attribution.wake(0)
    _ = attribution.owner(of: connection(1), calling: [0], waiting: [])
    attribution.rest()
    attribution.wake(1)
    attribution.rest()
    attribution.wake(0)
    #expect(attribution.owner(of: connection(1), calling: [1], waiting: []) == 1)
    #expect(attribution.guesses == 0)
  }

  @Test("one of several that may be meant is counted as a guess, and nobody's is nobody's")
  func guesses() {
    var attribution = CommandAttribution()
    #expect(attribution.owner(of: connection(1), calling: [], waiting: []) == nil)
    #expect(attribution.owner(of: connection(1), calling: [0, 1, 2], waiting: [2]) == 0)
    #expect(attribution.guesses == 1)
  }
}

import Testing

@testable import Explorer

@Suite("What a program sent and answered after the same steps")
struct CommandMemoryTests {
  private func sent(_ waiting: String, told: String = "nothing") -> Behaviour {
    Behaviour(waiting: waiting, told: told)
  }

  @Test("the same is no difference, something else is told with what it was")
  func difference() {
    var memory = CommandMemory()
    let steps = [Transition.step(.client(0)), .step(.client(1))]
    #expect(memory.difference(of: sent("1: GET"), after: []) == nil)
    #expect(memory.difference(of: sent("1: SET"), after: steps) == nil)
    #expect(memory.difference(of: sent("1: GET"), after: []) == nil)
    let other = memory.difference(of: sent("1: EXISTS"), after: steps)
    #expect(other?.was == "sent 1: SET" && other?.now == "sent 1: EXISTS")
    #expect(memory.difference(of: sent("1: SET"), after: steps.reversed()) == nil)
  }

  @Test("so is another answer, though the same is sent")
  func answers() {
    var memory = CommandMemory()
    #expect(memory.difference(of: sent("nothing", told: "1 left"), after: []) == nil)
    let other = memory.difference(of: sent("nothing", told: "sold out"), after: [])
    #expect(other?.was == "had answered 1 left")
    #expect(other?.now.hasPrefix("sold out, as a program does that keeps state") == true)
  }
}

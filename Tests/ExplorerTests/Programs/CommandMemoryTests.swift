import Testing

@testable import Explorer

@Suite("What a program sent after the same steps")
struct CommandMemoryTests {
  @Test("the same is no difference, something else is told with what it was")
  func difference() {
    var memory = CommandMemory()
    let steps = [Transition.step(.client(0)), .step(.client(1))]
    #expect(memory.difference(of: "1: GET", after: []) == nil)
    #expect(memory.difference(of: "1: SET", after: steps) == nil)
    #expect(memory.difference(of: "1: GET", after: []) == nil)
    #expect(memory.difference(of: "1: EXISTS", after: steps) == "1: SET")
    #expect(memory.difference(of: "1: SET", after: steps.reversed()) == nil)
  }
}

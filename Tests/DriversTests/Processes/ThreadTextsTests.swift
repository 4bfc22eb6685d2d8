// What Linux says of a thread is read from its bytes, and anything else is refused.

import Support
import Testing

@testable import Drivers

private func parse<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
  Array(text.utf8).withUnsafeBytes(body)
}

@Suite("What /proc says of a thread")
struct ThreadTextsTests {
  @Test("a system call with its arguments, stack and program counter")
  func call() throws {
    let text = "230 0x1 0x0 0x7ffc7ec2a7a0 0x7ffc7ec2a7e0 0x0 0xffffffffffffffff 0x7ffc 0x7fb6\n"
    guard case .asleep(let registers)? = parse(text, SystemCallText.init) else {
      Issue.record("not read")
      return
    }
    #expect(registers.number == 230)
    #expect(
      registers.words
        == SIMD8(1, 0, 0x7ffc_7ec2_a7a0, 0x7ffc_7ec2_a7e0, 0, .max, 0x7ffc, 0x7fb6))
    #expect(registers.argument(2) == 0x7ffc_7ec2_a7a0)
  }

  @Test("running, and asleep outside any call")
  func noCall() {
    #expect(parse("running\n", SystemCallText.init) == .running)
    let outside = SystemCallText.Registers(number: -1, words: SIMD8(0, 0, 0, 0, 0, 0, 0x10, 0x20))
    #expect(parse("-1 0x10 0x20\n", SystemCallText.init) == .asleep(outside))
  }

  @Test(
    "what isn't a call is refused",
    arguments: [
      "", "\n", "-", "12", "12 0x1", "12 1 2 3 4 5 6 7 8", "x 0x1", "-1 0x1\n",
      "12 0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x12345678123456781\n", "99999999999999999999 0x1",
    ])
  func refused(_ text: String) { #expect(parse(text, SystemCallText.init) == nil) }

  @Test("the third number of schedstat counts switches")
  func switches() {
    #expect(parse("1393721 270666 2\n", switchCount) == 2)
    #expect(parse("0 0 18446744073709551615\n", switchCount) == .max)
    for text in ["", "1 2", "1 2 ", "1 2 x", "a b c", "1 2 18446744073709551616\n"] {
      #expect(parse(text, switchCount) == nil, "\(text)")
    }
  }

  @Test("the state stands behind a name that may hold anything")
  func state() {
    for (letter, state) in [
      ("S", ThreadState.sleeping), ("D", .disk), ("T", .stopped), ("t", .stopped), ("Z", .ended),
      ("X", .ended), ("R", .running), ("I", .running), ("P", .running),
    ] {
      #expect(parse("12 (a) S (b) D) \(letter) 1 2 3\n", ThreadState.init) == state, "\(letter)")
    }
    for text in ["", "12", "12 (a)", "12 (a) "] {
      #expect(parse(text, ThreadState.init) == nil, "\(text)")
    }
  }

  @Test("a list of children")
  func numbers() {
    var found: [Int32] = []
    parse("12 345 6 \n") { bytes in forEachNumber(bytes) { found.append($0) } }
    #expect(found == [12, 345, 6])
    found = []
    parse(" 99999999999 x7 2147483647") { bytes in forEachNumber(bytes) { found.append($0) } }
    #expect(found == [7, 2_147_483_647])
  }

  @Test("no bytes are read past their end")
  func hostile() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    let letters = Array("0123456789abcdefx -)( \nrunS\u{ff}".utf8)
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
        letters.randomElement(using: &random) ?? 0
      }
      bytes.withUnsafeBytes { bytes in
        _ = SystemCallText(bytes)
        _ = ThreadState(bytes)
        _ = switchCount(bytes)
        forEachNumber(bytes) { #expect($0 >= 0, "seed \(seed)") }
      }
    }
  }

  @Test("system calls have the names of their manual pages")
  func names() throws {
    #expect(SystemCall(number: 441).name == "epoll_pwait2")
    #expect(SystemCall(number: 455).name == "futex_wait")
    #expect(SystemCall(number: 9999).name == "system call 9999")
    #expect(SystemCall(number: -1).name == "no system call")
    #if arch(x86_64)
      let known = [0: "read", 7: "poll", 202: "futex", 230: "clock_nanosleep", 334: "rseq"]
    #else
      let known = [63: "read", 73: "ppoll", 98: "futex", 115: "clock_nanosleep", 293: "rseq"]
    #endif
    for (number, name) in known { #expect(SystemCall(number: number).name == name) }
  }
}

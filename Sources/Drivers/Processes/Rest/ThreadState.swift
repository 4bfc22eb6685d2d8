// What Linux says of a thread in /proc/PID/task/TID (proc(5)), read from the bytes: looks at rest are made
// thousands of times a second, so no string is made here.

/// What /proc/PID/task/TID/syscall says.
enum SystemCallText: Equatable {
  /// `running`: it runs, or is to run as soon as a processor is free.
  case running
  /// It has left the processor. Read by the kernel between two looks at whether it has
  /// (`task_current_syscall`), so that all of it is of one moment.
  case asleep(Registers)

  /// The call and what it was called with.
  struct Registers: Equatable {
    /// -1: not in a system call, but in a page fault or at its end.
    var number: Int
    /// Six arguments, the stack pointer and the program counter.
    var words: SIMD8<UInt64>

    /// No number that any call has.
    static let none = Registers(number: -2, words: SIMD8(repeating: 0))

    func argument(_ index: Int) -> UInt64 { words[index] }
  }

  /// `running`, `-1 0xSP 0xPC` or `NUMBER 0xA1 … 0xA6 0xSP 0xPC`; nil: none of them.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return nil }
    if first == UInt8(ascii: "r") {
      self = .running
      return
    }
    var place = 0
    let isNegative = first == UInt8(ascii: "-")
    if isNegative { place = 1 }
    guard let number = decimal(bytes, &place), number <= UInt64(Int32.max) else { return nil }
    var registers = Registers(
      number: isNegative ? -Int(number) : Int(number), words: SIMD8(repeating: 0))
    for index in (isNegative ? 6 : 0)..<8 {
      guard place + 2 < bytes.count, bytes[place] == UInt8(ascii: " "),
        bytes[place + 2] == UInt8(ascii: "x")
      else { return nil }
      place += 3
      guard let word = hexadecimal(bytes, &place) else { return nil }
      registers.words[index] = word
    }
    self = .asleep(registers)
  }
}

/// What /proc/PID/task/TID/stat says of a thread's state.
enum ThreadState {
  case sleeping
  /// Waits for a disk or inside the kernel, and takes no signal meanwhile: about to go on.
  case disk
  /// By SIGSTOP or a tracer.
  case stopped
  case ended
  /// Runs, or a state that doesn't last.
  case running

  /// The letter behind the name, which stands in parentheses and may hold anything, parentheses too.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard let end = bytes.lastIndex(of: UInt8(ascii: ")")), end + 2 < bytes.count else {
      return nil
    }
    self =
      switch bytes[end + 2] {
      case UInt8(ascii: "S"): .sleeping
      case UInt8(ascii: "D"): .disk
      case UInt8(ascii: "T"), UInt8(ascii: "t"): .stopped
      case UInt8(ascii: "Z"), UInt8(ascii: "X"): .ended
      default: .running
      }
  }
}

/// The third number of /proc/PID/task/TID/schedstat: how often the thread came onto a processor
/// (Documentation/scheduler/sched-stats.rst).
func switchCount(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
  var place = 0
  for _ in 0..<2 {
    guard decimal(bytes, &place) != nil, place < bytes.count else { return nil }
    place += 1
  }
  return decimal(bytes, &place)
}

/// The numbers of a list with blanks between them, such as /proc/PID/task/TID/children.
func forEachNumber(_ bytes: UnsafeRawBufferPointer, _ body: (Int32) -> Void) {
  var place = 0
  while place < bytes.count {
    if let number = decimal(bytes, &place), let pid = Int32(exactly: number) { body(pid) }
    place += 1
  }
}

/// The number that begins at a place, which is moved behind it; nil: none does, or it is too large.
private func decimal(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> UInt64? {
  let start = place
  var value: UInt64 = 0
  while place < bytes.count, case let digit = bytes[place] &- UInt8(ascii: "0"), digit < 10 {
    let (product, isLarge) = value.multipliedReportingOverflow(by: 10)
    let (sum, isLarger) = product.addingReportingOverflow(UInt64(digit))
    if isLarge || isLarger { return nil }
    value = sum
    place += 1
  }
  return place > start ? value : nil
}

private func hexadecimal(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> UInt64? {
  let start = place
  var value: UInt64 = 0
  while place < bytes.count {
    let byte = bytes[place]
    let digit: UInt8
    if case let decimal = byte &- UInt8(ascii: "0"), decimal < 10 {
      digit = decimal
    } else if case let letter = byte &- UInt8(ascii: "a"), letter < 6 {
      digit = letter + 10
    } else {
      break
    }
    guard value >> 60 == 0 else { return nil }
    value = value << 4 | UInt64(digit)
    place += 1
  }
  return place > start ? value : nil
}

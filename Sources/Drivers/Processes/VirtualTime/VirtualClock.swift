// The clock of a user's unchanged program, and who waits for it: a library is preloaded into it and all
// that it starts (Sources/CServerShim), and shares a page with us. How a wait is ended is
// VirtualClock+Waking.swift; which programs can have one, VirtualClock+Refusal.swift.

internal import CSystem
internal import Glibc
internal import Synchronization

/// Virtual time for the programs that are started with its environment, and for their children.
///
/// A timed wait of the program (sleep, poll, select, epoll, condition variable, semaphore, a socket with a
/// timeout) is registered here and sleeps in the kernel without an end.
///
/// Not virtual: timers that signal (alarm, timerfd),
/// raw system calls (Go), `thrd_sleep` and `cnd_timedwait`, locks with an end (their wait is real),
/// times that files carry. Short waits (6 ms) of CPython for its interpreter lock and those of HotSpot's
/// own threads stay real.
public final class VirtualClock: ProgramClock {
  /// How many groups of processes have their deliveries counted apart.
  public static let members = Int(SOLDOUT_MEMBERS)
  /// How many waits can be under way at once, in all processes together.
  public static let room = Int(SOLDOUT_SLEEPERS)

  let state: Mutex<State>
  private let library: String
  private let path: String

  /// What is known beside the page.
  ///
  /// `@unchecked Sendable`: the page is mapped until its owner goes, and what is in it is atomic.
  struct State: @unchecked Sendable {
    let page: UnsafeMutablePointer<soldout_time_page>
    /// Where every schedule begins; nil until the first has.
    var base: Int64?
    var background: Set<ThreadIdentity> = []
  }

  /// A thread, for as long as its process lives.
  struct ThreadIdentity: Hashable {
    var process: Int32
    var thread: Int32
  }

  /// Puts library and page into a folder that the programs can read.
  ///
  /// - Throws: `ServerFailure` where the library is missing or the folder can't be written.
  public init(in folder: String) throws(ServerFailure) {
    guard let source = ServerShim.library else { throw .missingShim }
    library = "\(folder)/time-shim.so"
    path = "\(folder)/time"
    do throws(FileFailure) {
      try writeFile(try readFile(source), to: library)
      try writeFile([], to: path)
    } catch {
      throw .directory(path: folder, reason: error.reason)
    }
    // Programs that change their user read the one and write the other, whatever our umask.
    let length = MemoryLayout<soldout_time_page>.size
    guard chmod(library, 0o644) == 0, chmod(path, 0o666) == 0, truncate(path, length) == 0 else {
      throw .directory(path: folder, reason: message(errno))
    }
    let file = open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { throw .directory(path: path, reason: message(errno)) }
    defer { close(file) }
    let memory = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    guard let memory, memory != MAP_FAILED else {
      throw .directory(path: path, reason: message(errno))
    }
    let page = memory.assumingMemoryBound(to: soldout_time_page.self)
    soldout_time_start(page)
    state = Mutex(State(page: page))
  }

  deinit {
    state.withLock { _ = munmap($0.page, MemoryLayout<soldout_time_page>.size) }
  }

  /// What a program is to be started with: its environment, with the library before those that it
  /// preloads itself. `member`: whose deliveries are counted with its own, below `members`.
  public func environment(
    over environment: [String: String], member: Int = 0
  ) -> [String: String] {
    precondition(0..<Self.members ~= member)
    var result = environment
    let other = environment["LD_PRELOAD"].map { $0.isEmpty ? "" : " \($0)" } ?? ""
    result["LD_PRELOAD"] = library + other
    result["SOLDOUT_TIME"] = path
    result["SOLDOUT_TIME_MEMBER"] = "\(member)"
    return result
  }

  public func command(_ command: ProgramCommand, member: Int) -> ProgramCommand {
    var command = command
    command.environment = environment(over: command.environment, member: member)
    return command
  }

  /// Whoever it wakes is seen to run.
  public var wakings: Int { 0 }

  /// What still has an end for the kernel is a runtime's.
  public func holds(_ wait: ThreadWait) -> Bool { true }

  public var now: Int64 { state.withLock { soldout_time_now($0.page, 0) } }

  public func noteDelivery(to member: Int) {
    precondition(0..<Self.members ~= member)
    state.withLock { soldout_note_delivery($0.page, UInt32(member)) }
  }
}

// The shim that is preloaded into a private server so that its wall clock can be set and its disk be
// made slow: finding the library that the package builds, and telling it what to do.
// The library is copied into the run's directory, since an unprivileged server may not be able to
// read where soldout was built.

internal import Glibc
internal import Synchronization

/// One server's shim, told through a file that both processes map.
public final class ServerShim: Sendable {
  /// What the shim is set to.
  public struct Settings: Sendable, Hashable {
    /// Added to its wall clock.
    public var clockOffset = Duration.zero
    /// How fast its wall clock runs from now on, against the true one.
    public var clockRate = 1.0
    /// Where its wall clock stands, since 1970, the offset not counted; nil: it runs.
    public var clockStandsAt: Duration?
    /// How much longer fsync and fdatasync take.
    public var syncDelay = Duration.zero

    public init() {}
  }

  /// Variables that put a server under the shim.
  let environment: [String: String]
  private let control: Mutex<Control>

  /// The mapped file: `struct soldout_shim`, five numbers of eight bytes.
  ///
  /// `@unchecked Sendable`: reached through the mutex alone, and mapped until its owner goes.
  private struct Control: @unchecked Sendable {
    let words: UnsafeMutablePointer<Int64>
  }

  private static let length = 5 * MemoryLayout<Int64>.size

  /// Puts library and control file into a run's directory.
  init(in run: RunDirectory) throws(ServerFailure) {
    guard let source = Self.library else { throw .missingShim }
    let folder = try run.makeSubdirectory("shim")
    let (library, path) = ("\(folder)/shim.so", "\(folder)/control")
    do throws(FileFailure) {
      try writeFile(try readFile(source), to: library)
      try writeFile([UInt8](repeating: 0, count: Self.length), to: path)
    } catch {
      throw .directory(path: folder, reason: error.reason)
    }
    // The server's user reads both, whatever our umask.
    guard chmod(library, 0o644) == 0, chmod(path, 0o644) == 0 else {
      throw .directory(path: folder, reason: message(errno))
    }
    let file = open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { throw .directory(path: path, reason: message(errno)) }
    defer { close(file) }
    let memory = mmap(nil, Self.length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    guard let memory, memory != MAP_FAILED else {
      throw .directory(path: path, reason: message(errno))
    }
    control = Mutex(Control(words: memory.assumingMemoryBound(to: Int64.self)))
    environment = ["LD_PRELOAD": library, "SOLDOUT_SHIM": path]
    set(Settings())
  }

  deinit {
    control.withLock { _ = munmap($0.words, Self.length) }
  }

  /// In force at once, on the server's next look at its clock or its disk.
  public func set(_ settings: Settings) {
    control.withLock { control in
      let words = control.words
      words[0] += 1
      atomicMemoryFence(ordering: .sequentiallyConsistent)
      words[1] = settings.clockOffset.ns
      // From `base` on a clock that stands runs at rate 0.
      words[2] = settings.clockStandsAt == nil ? Int64(settings.clockRate * 1e6) : 0
      words[3] = settings.clockStandsAt?.ns ?? Self.wallClock()
      words[4] = settings.syncDelay.ns
      atomicMemoryFence(ordering: .sequentiallyConsistent)
      words[0] += 1
    }
  }

  /// The true wall clock, in ns since 1970.
  public static func wallClock() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension ServerShim {
  /// The library that the package builds, beside the program; nil where it is missing. Tests are a
  /// program too, in the same folder.
  public static let library: String? = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard count > 0 else { return nil }
    let program = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard let end = program.lastIndex(of: "/") else { return nil }
    let folder = program[..<end]
    let name = "libServerShim.so"
    return ["\(folder)/\(name)", "\(folder)/../lib/soldout/\(name)"]
      .first { access($0, R_OK) == 0 }
  }()
}

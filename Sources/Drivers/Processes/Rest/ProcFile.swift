// Files and folders of /proc that stay open: they go on being about the same thread or process, and fail
// once it is gone, whoever has its number then.

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// An open file of /proc.
struct ProcFile: ~Copyable {
  private let descriptor: Int32

  /// Opens it; throws errno.
  init(_ path: String) throws(ProcFailure) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ProcFailure(errno) }
  }

  /// What it says now, as much as there is room for.
  func read(
    _ buffer: UnsafeMutableRawBufferPointer
  ) throws(ProcFailure) -> UnsafeRawBufferPointer {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
      if count >= 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
      if errno != EINTR { throw ProcFailure(errno) }
    }
  }

  deinit { close(descriptor) }
}

/// Why something in /proc can't be read.
struct ProcFailure: Error, Hashable {
  /// errno.
  var error: Int32

  init(_ error: Int32) { self.error = error }

  /// Whether it is about somebody who has ended.
  var isGone: Bool { error == ENOENT || error == ESRCH }
}

/// An open folder of /proc whose entries are numbers: threads, descriptors.
struct ProcFolder: ~Copyable {
  private let folder: OpaquePointer

  init(_ path: String) throws(ProcFailure) {
    guard let folder = opendir(path) else { throw ProcFailure(errno) }
    self.folder = folder
  }

  /// Of /proc/PID/task: how many threads there are now, by the folder's links: two, and one for each thread, whom
  /// Linux counts at the moment of asking (`proc_task_getattr`).
  var threadCount: Int {
    var status = stat()
    return fstat(dirfd(folder), &status) == 0 ? Int(status.st_nlink) - 2 : -1
  }

  /// Its entries; none once the process is gone.
  var numbers: [Int32] {
    rewinddir(folder)
    var numbers: [Int32] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let number = Int32(name) { numbers.append(number) }
    }
    return numbers
  }

  deinit { closedir(folder) }
}

/// A link in /proc.
struct ProcLink {
  let path: String

  init(_ path: String) { self.path = path }

  /// What it leads to; nil: it is gone, or nobody may know.
  var target: String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
      guard let start = buffer.baseAddress, case let count = readlink(path, start, buffer.count),
        count > 0
      else { return nil }
      return String(decoding: buffer[..<count].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}

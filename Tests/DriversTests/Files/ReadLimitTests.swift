// What has no end, or would not fit, is refused: devices, pipes nobody writes to, gzip bombs, lines of
// gigabytes.

import Glibc
import Testing

@testable import Drivers

private let small = ReadLimit(bytes: 1 << 22, unzippedAtLeast: 1 << 20, ratio: 2, timeout: 20)

/// Why a file is not read; nil where it is.
private func refusal(of path: String, _ limit: ReadLimit = .standard) -> FileFailure.Kind? {
  do throws(FileFailure) {
    _ = try readFile(path, limit: limit)
    return nil
  } catch {
    return error.kind
  }
}

@Suite struct ReadLimitTests {
  @Test func `gzip data is unzipped to 200 times its size or 1 GiB, and no further`() throws {
    let standard = ReadLimit.standard
    #expect(standard.unzipped(from: 10) == min(standard.bytes, 1 << 30))
    #expect(standard.unzipped(from: 6 << 20) == min(standard.bytes, 1200 << 20))
    #expect(standard.unzipped(from: .max) == standard.bytes && standard.bytes <= 8 << 30)
    try withFolder { folder in
      let path = "\(folder)/bomb"
      // A thousand times its size.
      let zeros = [UInt8](repeating: 0, count: 3 << 20)
      try writeFile(gzipped(zeros), to: path)
      #expect(
        refusal(of: path, small) == .tooMuch(1 << 20)
      )
      #expect(try readFile(path).count == zeros.count)
      // Many members, each small.
      try writeFile(
        (0..<40).flatMap { _ in gzipped([UInt8](repeating: 0, count: 100_000)) }, to: path)
      #expect(
        refusal(of: path, small) == .tooMuch(1 << 20)
      )
      try writeFile([UInt8](repeating: 1, count: (1 << 22) + 1), to: path)
      #expect(
        refusal(of: path, small) == .tooMuch(1 << 22)
      )
    }
  }

  @Test(arguments: ["/dev/zero", "/dev/urandom", "/dev/full"])
  func `a device without an end is refused`(_ path: String) {
    #expect(refusal(of: path) == .endless)
  }

  @Test func `a device that has ended is empty`() throws {
    #expect(try readFile("/dev/null") == [])
  }

  @Test func `a pipe is read when somebody writes, and refused when nobody does`() throws {
    try withFolder { (folder: String) throws in
      let path = "\(folder)/pipe"
      #expect(mkfifo(path, 0o600) == 0)
      #expect(refusal(of: path, small) == .unwritten)
      let writer = EventLoop.startThread {
        let pipe = open(path, O_WRONLY)
        usleep(5_000)
        write(pipe, "ab", 2)
        usleep(30_000)
        write(pipe, "c", 1)
        close(pipe)
      }
      let read = try readFile(path)
      #expect(read == Array("abc".utf8))
      EventLoop.join(writer)
      let flood = EventLoop.startThread {
        signal(SIGPIPE, SIG_IGN)
        let pipe = open(path, O_WRONLY)
        let bytes = [UInt8](repeating: 1, count: 1 << 16)
        while bytes.withUnsafeBytes({ write(pipe, $0.baseAddress, $0.count) }) > 0 {}
        close(pipe)
      }
      let limit = ReadLimit(bytes: 1 << 20, unzippedAtLeast: 1, ratio: 1, timeout: 10_000)
      #expect(
        refusal(of: path, limit) == .tooMuch(1 << 20)
      )
      EventLoop.join(flood)
    }
  }

  @Test func `a line that does not end is refused`() throws {
    try withFolder { folder in
      let path = "\(folder)/line"
      try writeFile(Array("a\n".utf8) + [UInt8](repeating: 0x20, count: 100_000), to: path)
      let pieces = try #require(try FilePieces(path, pieceSize: 1000, longestLine: 50_000))
      let failure = #expect(throws: FileFailure.self) { while try pieces.next() != nil {} }
      #expect(failure?.kind == .longLine(50_000))
    }
  }
}

// Files: nothing lost, nothing half, and every refusal in words.

import CZlib
import Glibc
import Support
import Testing

@testable import Drivers

/// A folder that is gone after `body`.
func withFolder(_ body: (String) throws -> Void) throws {
  let folder = "/tmp/soldout-files-\(randomWord(length: 8))"
  try makeFolder(folder)
  defer { try? removeTree(folder) }
  try body(folder)
}

/// gzip data with one member, as zlib makes it.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 1024)
  let written = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      deflate(&stream, Z_FINISH)
      return output.count - Int(stream.avail_out)
    }
  }
  return Array(output[..<written])
}

@Suite struct AppendFileTests {
  @Test func `appends come out in order, whole, and after what was there`() throws {
    try withFolder { folder in
      let path = "\(folder)/f"
      try writeFile("old\n", to: path)
      let file = try AppendFile(path: path)
      var expected = "old\n"
      for number in 0..<20_000 {
        try file.append("line \(number)\n")
        expected += "line \(number)\n"
      }
      try file.close()
      try file.close()
      #expect(try readFile(path) == Array(expected.utf8))
    }
  }

  @Test func `flushed bytes are in the file, and truncating drops the old ones`() throws {
    try withFolder { folder in
      let path = "\(folder)/f"
      try writeFile("old", to: path)
      let file = try AppendFile(path: path, truncating: true)
      try file.append([1, 2, 3])
      try file.flush()
      #expect(try readFile(path) == [1, 2, 3])
      try file.close()
    }
  }

  @Test func `a full disk is named, and what it refused is kept`() throws {
    let file = try AppendFile(path: "/dev/full")
    try file.append("a")
    for _ in 0..<2 {
      let failure = #expect(throws: FileFailure.self) { try file.flush() }
      #expect(failure?.kind == .diskFull)
      #expect(failure?.description.contains("the disk is full") == true)
    }
    #expect(throws: FileFailure.self) { try file.close() }
  }

  @Test func `after a failure in the middle, writing goes on at the exact byte`() async {
    // In a process of its own, whose files may not grow beyond 100 000 bytes for a while.
    await #expect(processExitsWith: .success) {
      signal(SIGXFSZ, SIG_IGN)
      let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
      try withFolder { folder in
        let path = "\(folder)/f"
        let file = try AppendFile(path: path)
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        var limit = rlimit()
        try #require(getrlimit(resource, &limit) == 0)
        limit.rlim_cur = 100_000
        try #require(setrlimit(resource, &limit) == 0)
        #expect(throws: FileFailure.self) { try file.append(bytes) }
        #expect(throws: FileFailure.self) { try file.flush() }
        #expect(try readFile(path) == Array(bytes[..<100_000]))
        limit.rlim_cur = limit.rlim_max
        try #require(setrlimit(resource, &limit) == 0)
        try file.close()
        #expect(try readFile(path) == bytes)
      }
    }
  }

  @Test(
    arguments: [
      ("/nowhere/f", FileFailure.Kind.missing), ("/tmp", .isDirectory),
    ])
  func `a place that cannot be written to is refused`(path: String, kind: FileFailure.Kind) {
    let failure = #expect(throws: FileFailure.self) { _ = try AppendFile(path: path) }
    #expect(failure == FileFailure(path, .write, kind))
  }
}

@Suite struct ReadFileTests {
  @Test(arguments: [0, 1, 4095, 4096, 4097, 300_000])
  func `a file is read whole, plain or gzipped`(size: Int) throws {
    try withFolder { folder in
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      try writeFile(bytes, to: "\(folder)/plain")
      try writeFile(gzipped(bytes), to: "\(folder)/zipped")
      #expect(try readFile("\(folder)/plain") == bytes)
      #expect(try readFile("\(folder)/zipped") == bytes)
    }
  }

  @Test func `what zlib did not make, gzip did`() throws {
    try withFolder { folder in
      let text = "a line that repeats\n"
      let script = "cd \(folder) && yes 'a line that repeats' | head -n 100000 | gzip > z"
      try Spawn(
        program: "/bin/sh", arguments: ["-c", script], environment: Spawn.environment(),
        directory: "/"
      ).succeed()
      let bytes = try readFile("\(folder)/z")
      #expect(bytes.count == 100_000 * text.utf8.count)
      #expect(bytes.starts(with: text.utf8))
    }
  }

  @Test func `members follow one another, and zero padding ends them`() throws {
    let first = gzipped(Array("one ".utf8))
    let second = gzipped(Array("two".utf8))
    let padding = [UInt8](repeating: 0, count: 512)
    #expect(try Gzip.unzip(first + second) == Array("one two".utf8))
    #expect(try Gzip.unzip(first + second + padding) == Array("one two".utf8))
    #expect(throws: Gzip.Damage.self) { try Gzip.unzip(first + [1, 2, 3] + second) }
    #expect(throws: Gzip.Damage.self) { try Gzip.unzip(first + padding + second) }
  }

  @Test func `gzip data cut off anywhere is truncated, never shorter data`() throws {
    let one = gzipped((0..<500).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 4) })
    let whole = one + one
    for length in 3..<whole.count where length != one.count {
      let error = #expect(throws: Gzip.Damage.self) {
        try Gzip.unzip(Array(whole[..<length]))
      }
      // The first two bytes of a second member do not say yet that they are one.
      if length >= one.count + 3 || length < one.count { #expect(error == .truncated) }
    }
  }

  @Test func `a flipped bit never passes for other data`() throws {
    let plain = (0..<2000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 4) }
    let whole = gzipped(plain)
    let seed = UInt64.random(in: 0 ... .max)
    var chance = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      var damaged = whole
      let place = Int.random(in: 10..<whole.count, using: &chance)
      damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
      // The bits that fill up the last byte of the compressed data mean nothing (RFC 1951, §3.1.1).
      let read = try? Gzip.unzip(damaged)
      #expect(read == nil || read == plain, "seed \(seed), byte \(place)")
    }
  }

  @Test func `damage is told with the path`() throws {
    try withFolder { folder in
      let path = "\(folder)/f.gz"
      try writeFile(Array(gzipped([1, 2, 3, 4, 5]).dropLast(2)), to: path)
      let failure = #expect(throws: FileFailure.self) { try readFile(path) }
      #expect(failure == FileFailure(path, .read, .truncated))
    }
  }

  @Test(
    arguments: [("/nowhere/f", FileFailure.Kind.missing), ("/tmp", .isDirectory)])
  func `a file that cannot be read is refused`(path: String, kind: FileFailure.Kind) {
    let failure = #expect(throws: FileFailure.self) { try readFile(path) }
    #expect(failure == FileFailure(path, .read, kind))
  }
}

@Suite struct WriteFileTests {
  @Test func `a file is replaced whole and nothing else is left in its folder`() throws {
    try withFolder { folder in
      try writeFile("one", to: "\(folder)/f")
      try writeFile("two", to: "\(folder)/f")
      #expect(try readFile("\(folder)/f") == Array("two".utf8))
      #expect(throws: FileFailure.self) { try writeFile("x", to: "\(folder)/no/f") }
      try makeFolder("\(folder)/g")
      #expect(throws: FileFailure.self) { try writeFile("x", to: "\(folder)/g") }
      let listing = try Spawn(
        program: "/bin/ls", arguments: ["-A", folder], environment: [:], directory: "/"
      ).succeed()
      #expect(listing == "f\ng\n")
    }
  }

  @Test func `folders are made all the way, and existing ones are fine`() throws {
    try withFolder { folder in
      try makeFolder("\(folder)/a/b/c")
      try makeFolder("\(folder)/a/b/c/")
      #expect(access("\(folder)/a/b/c", F_OK) == 0)
      try writeFile("", to: "\(folder)/f")
      let failure = #expect(throws: FileFailure.self) { try makeFolder("\(folder)/f/g") }
      #expect(failure?.path == "\(folder)/f")
    }
  }

  @Test func `latest points to the latest, and a folder of that name is left alone`() throws {
    try withFolder { folder in
      try makeFolder("\(folder)/run-1")
      try makeFolder("\(folder)/run-2")
      try writeFile("2", to: "\(folder)/run-2/f")
      try replaceLink(at: "\(folder)/latest", to: "run-1")
      try replaceLink(at: "\(folder)/latest", to: "run-2")
      #expect(try readFile("\(folder)/latest/f") == Array("2".utf8))
      #expect(throws: FileFailure.self) { try replaceLink(at: "\(folder)/run-1", to: "run-2") }
      #expect(access("\(folder)/run-1/f", F_OK) != 0)
    }
  }
}

@Suite struct FileFailureTests {
  @Test(
    arguments: [
      FileFailure.Kind.missing, .permission, .diskFull, .isDirectory, .truncated, .corrupt("x"),
      .system(5, "Input/output error"),
    ])
  func `a failure is one line that ends in what to do`(kind: FileFailure.Kind) {
    for action in [FileFailure.Action.read, .write] {
      let text = FileFailure("/p", action, kind).description
      #expect(text.hasPrefix("/p cannot be "))
      #expect(text.contains("; "))
      #expect(!text.contains { $0.isNewline })
    }
    #expect(FileFailure("-", .read, kind).description.hasPrefix("the standard input cannot be"))
  }
}

@Suite struct SerialWorkerTests {
  @Test func `work runs in order, and drain waits for all of it`() async {
    let worker = SerialWorker(name: "test")
    let seen = Journal()
    for number in 0..<5000 { worker.submit { seen.append(number) } }
    worker.drain()
    #expect(seen.numbers == Array(0..<5000))
  }

  @Test func `work of several submitters never runs side by side`() async {
    let worker = SerialWorker(name: "test")
    let seen = Journal()
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<500 { worker.submit { seen.addOne() } } }
      }
    }
    worker.drain()
    #expect(seen.numbers == [4000])
  }
}

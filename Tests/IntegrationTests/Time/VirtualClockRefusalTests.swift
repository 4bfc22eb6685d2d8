// Which programs can't have a virtual clock, told by the heads of their files: written here by the format
// (elf(5)), and those of this machine.

import Foundation
import Glibc
import Testing

@testable import Drivers

@Suite("Programs without a virtual clock")
struct VirtualClockRefusalTests {
  private static let loader = "/lib64/ld-linux-x86-64.so.2"

  /// A name and a file's content, and what is said of it.
  private static let files: [(name: String, content: [UInt8], clause: String?)] = [
    ("dynamic", elf([(3, Array("\(loader)\0".utf8))]), nil),
    ("static", elf([(1, [0])]), "is linked statically"),
    ("musl", elf([(3, Array("/lib/ld-musl-x86_64.so.1\0".utf8))]), "is linked with musl"),
    (
      "go", elf([(3, Array("\(loader)\0".utf8)), (4, note("GNU\0", 3) + note("Go\0\0", 4))]),
      "is a Go program"
    ),
    ("signed", elf([(3, Array("\(loader)\0".utf8)), (4, note("GNU\0", 3))]), nil),
    ("script", Array("#!/bin/sh -e\ntrue\n".utf8), nil),
    ("env", Array("#!/usr/bin/env -S LC_ALL=C sh\n".utf8), nil),
  ]

  /// An ELF file of 64 bits that has these segments and nothing else.
  private static func elf(_ segments: [(type: UInt32, bytes: [UInt8])]) -> [UInt8] {
    var offset = 64 + 56 * segments.count
    var file: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 57)
    file.replaceSubrange(32..<40, with: bytes(UInt64(64)))
    file.replaceSubrange(54..<56, with: bytes(UInt16(56)))
    file.replaceSubrange(56..<58, with: bytes(UInt16(segments.count)))
    for segment in segments {
      let length = UInt64(segment.bytes.count)
      file += bytes(segment.type) + bytes(UInt32(4)) + bytes(UInt64(offset))
      file +=
        [0, 0].flatMap { bytes(UInt64($0)) } + bytes(length) + bytes(length) + bytes(UInt64(4))
      offset += segment.bytes.count
    }
    return file + segments.flatMap(\.bytes)
  }

  private static func note(_ name: String, _ type: UInt32) -> [UInt8] {
    bytes(UInt32(name.utf8.count)) + bytes(UInt32(4)) + bytes(type) + Array(name.utf8) + [
      1, 2, 3, 4,
    ]
  }

  private static func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private func refusal(of path: String) throws -> String? {
    let command = try ProgramCommand([path], in: "/", environment: Spawn.environment())
    return VirtualClock.refusal(of: command)
  }

  private func withFile(_ content: [UInt8], _ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "soldout-head-\(UInt64.random(in: 0...UInt64.max))").path
    defer { unlink(path) }
    try Data(content).write(to: URL(filePath: path))
    try #require(chmod(path, 0o755) == 0)
    try body(path)
  }

  @Test("are told by how they are linked", arguments: files.indices)
  func linkage(_ index: Int) throws {
    let file = Self.files[index]
    try withFile(file.content) { path in
      let said = try refusal(of: path)
      guard let clause = file.clause else { return #expect(said == nil, "\(file.name)") }
      #expect(said?.contains(clause) == true && said?.contains(path) == true, "\(file.name)")
    }
  }

  @Test("a script is what its interpreter is")
  func interpreter() throws {
    try withFile(Self.files[1].content) { program in
      try withFile(Array("#!\(program) -x\n".utf8)) { script in
        let said = try refusal(of: script)
        #expect(said == "\(program) is linked statically")
      }
    }
  }

  @Test("a program that gives another user's rights ignores what is preloaded")
  func rights() throws {
    try withFile(Self.files[0].content) { path in
      try #require(chmod(path, 0o4755) == 0)
      #expect(try refusal(of: path) == nil, "its owner's rights are ours")
      guard chown(path, 4321, 4321) == 0 else { return }
      try #require(chmod(path, 0o4755) == 0)
      #expect(try refusal(of: path) == "\(path) runs with another user's rights")
    }
  }

  @Test("the shell of this machine can have one")
  func shell() throws {
    #expect(try refusal(of: "/bin/sh") == nil)
    let command = try ProgramCommand(["sh"], in: "/", environment: [:])
    #expect(VirtualClock.refusal(of: command) == nil)
  }
}

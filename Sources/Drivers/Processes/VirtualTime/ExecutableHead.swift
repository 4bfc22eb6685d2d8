// What the head of a program's file tells about how it is run: by an interpreter, by a dynamic loader, or
// by neither (elf(5)). Little-endian ELF of 64 bits, which is all that soldout runs on.

internal import CSystem
internal import Glibc

/// The head of a file that can be executed.
struct ExecutableHead {
  /// Of an ELF file.
  struct ELF {
    /// PT_INTERP: the dynamic loader; nil: linked statically.
    var loader: String?
    /// Whether Go's linker signed it.
    var isGo = false
  }

  /// The words of a script's `#!` line.
  private(set) var interpreter: [String]?
  private(set) var elf: ELF?
  /// Whether the loader would ignore what is preloaded: it gives another user's rights, or capabilities.
  private(set) var isPrivileged = false

  /// Reads it; nil where it can't be read.
  init?(of path: String) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { return nil }
    isPrivileged =
      status.st_mode & S_ISUID != 0 && status.st_uid != geteuid()
      || status.st_mode & S_ISGID != 0 && status.st_gid != getegid()
      || fgetxattr(file, "security.capability", nil, 0) > 0
    let head = Self.read(file, at: 0, count: 4096)
    if head.starts(with: "#!".utf8) {
      let line = head.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
      interpreter = String(decoding: line, as: UTF8.self)
        .split(whereSeparator: \.isWhitespace).map(String.init)
    } else if head.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) {
      elf = Self.elf(head, of: file)
    }
  }

  /// Goes through the program headers (elf(5), Elf64_Phdr).
  private static func elf(_ head: [UInt8], of file: Int32) -> ELF {
    var elf = ELF()
    guard let table = number(head, at: 32, bytes: 8), let size = number(head, at: 54, bytes: 2),
      let count = number(head, at: 56, bytes: 2)
    else { return elf }
    let headers = read(file, at: table, count: size * count)
    for start in stride(from: 0, to: size * count, by: max(size, 1)) {
      guard let type = number(headers, at: start, bytes: 4),
        let offset = number(headers, at: start + 8, bytes: 8),
        let length = number(headers, at: start + 32, bytes: 8)
      else { break }
      let segment = { read(file, at: offset, count: min(length, 4096)) }
      if type == 3 {
        elf.loader = String(decoding: segment().prefix { $0 != 0 }, as: UTF8.self)
      } else if type == 4, isGo(segment()) {
        elf.isGo = true
      }
    }
    return elf
  }

  /// Whether one of a segment's notes is named "Go" (cmd/link, ELFNOTE_GOBUILDID).
  private static func isGo(_ notes: [UInt8]) -> Bool {
    var start = 0
    while let name = number(notes, at: start, bytes: 4),
      let length = number(notes, at: start + 4, bytes: 4)
    {
      if notes.dropFirst(start + 12).starts(with: [0x47, 0x6F, 0, 0]), name == 4 { return true }
      start += 12 + (name + 3) / 4 * 4 + (length + 3) / 4 * 4
    }
    return false
  }

  private static func number(_ bytes: [UInt8], at offset: Int, bytes count: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - count else { return nil }
    let value = bytes[offset..<(offset + count)].reversed().reduce(UInt64(0)) {
      $0 << 8 | UInt64($1)
    }
    return Int(exactly: value)
  }

  private static func read(_ file: Int32, at offset: Int, count: Int) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: max(count, 0))
    let length = pread(file, &buffer, buffer.count, off_t(offset))
    return Array(buffer.prefix(max(length, 0)))
  }
}

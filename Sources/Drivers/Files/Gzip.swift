// gzip data to plain bytes (RFC 1952), by zlib.

internal import CZlib

enum Gzip {
  /// ID1, ID2 and the only compression method there is.
  static let magic: [UInt8] = [0x1f, 0x8b, 0x08]

  enum Damage: Error, Equatable {
    /// The data ends before its last member does.
    case truncated
    /// The data is unzipped to more than was allowed.
    case tooMuch
    /// What zlib or the format refuses, in words.
    case corrupt(String)
  }

  /// Unzips all members, one after the other, as gzip(1) does. Zero bytes after the last member are
  /// padding (a tape's or tar's); anything else there is damage.
  ///
  /// More than `most` bytes are not unzipped.
  static func unzip(_ bytes: [UInt8], most: Int = .max) throws(Damage) -> [UInt8] {
    var plain: [UInt8] = []
    plain.reserveCapacity(min(most, bytes.count * 4))
    var rest = bytes[...]
    while !rest.isEmpty {
      if rest.allSatisfy({ $0 == 0 }) && rest.startIndex > 0 { break }
      guard zip(rest, magic).allSatisfy({ $0 == $1 }) else {
        throw .corrupt("byte \(rest.startIndex) does not begin a gzip member")
      }
      let used = try inflateMember(rest, into: &plain, most: most)
      rest = rest.dropFirst(used)
    }
    return plain
  }

  /// Unzips one member and returns how many bytes it took.
  private static func inflateMember(
    _ bytes: ArraySlice<UInt8>, into plain: inout [UInt8], most: Int
  ) throws(Damage) -> Int {
    var stream = z_stream()
    // 16 + the largest window: gzip framing, checksum and length verified (zlib.h, inflateInit2).
    let ready = inflateInit2_(
      &stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard ready == Z_OK else { throw .corrupt("zlib does not start: \(ready)") }
    defer { inflateEnd(&stream) }
    var used = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 17)
    while true {
      let (status, read, written) = step(&stream, bytes.dropFirst(used), into: &chunk)
      used += read
      if plain.count + written > most { throw .tooMuch }
      plain += chunk[..<written]
      switch status {
      case Z_STREAM_END: return used
      case Z_OK where read > 0 || written > 0: continue
      // Neither room nor input is missing but input: there is no more of it.
      case Z_OK, Z_BUF_ERROR: throw .truncated
      default:
        let detail = stream.msg.map { String(cString: $0) } ?? "zlib status \(status)"
        throw .corrupt("\(detail) after byte \(bytes.startIndex + used)")
      }
    }
  }

  private static func step(
    _ stream: inout z_stream, _ input: ArraySlice<UInt8>, into chunk: inout [UInt8]
  ) -> (status: Int32, read: Int, written: Int) {
    // zlib counts in 32 bits; its input is never written to, only declared so.
    let inputCount = min(input.count, 1 << 30)
    return input.withUnsafeBufferPointer { input in
      chunk.withUnsafeMutableBufferPointer { output in
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(inputCount)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        let status = inflate(&stream, Z_NO_FLUSH)
        return (
          status, inputCount - Int(stream.avail_in), output.count - Int(stream.avail_out)
        )
      }
    }
  }
}

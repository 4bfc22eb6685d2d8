// Which of a cluster's 16384 slots a key lives in: CRC16 of its hash tag, or of the key.
// Redis cluster specification, "Key distribution model" and "Hash tags". Pure; asks no server.

/// A slot of a Redis cluster.
public enum KeySlot {
  /// How many slots a cluster has.
  public static let count = 16_384

  /// The slot of a key, 0 ..< `count`.
  public static func of(_ key: String) -> Int {
    Int(crc16(hashed(Array(key.utf8)[...]))) % count
  }

  /// What stands between the first `{` and the next `}`, if anything does; else the whole key.
  private static func hashed(_ key: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let open = key.firstIndex(of: UInt8(ascii: "{")),
      let close = key[(open + 1)...].firstIndex(of: UInt8(ascii: "}")), close > open + 1
    else { return key }
    return key[(open + 1)..<close]
  }

  /// CRC-16/XMODEM: polynomial 0x1021, most significant bit first, starting from 0.
  static func crc16(_ bytes: some Sequence<UInt8>) -> UInt16 {
    bytes.reduce(0) { crc, byte in
      (0..<8).reduce(crc ^ UInt16(byte) << 8) { value, _ in
        value & 0x8000 == 0 ? value << 1 : value << 1 ^ 0x1021
      }
    }
  }
}

// A key's slot, by the vectors of the Redis cluster specification.

import Testing

@testable import Drivers

@Suite struct KeySlotTests {
  @Test func `the checksum is CRC16-XMODEM`() {
    #expect(KeySlot.crc16("123456789".utf8) == 0x31c3)
    #expect(KeySlot.crc16([]) == 0)
  }

  @Test(
    "only a hash tag counts, where there is one",
    arguments: [
      ("{user1000}.following", "user1000"), ("{user1000}.followers", "user1000"),
      ("foo{}{bar}", "foo{}{bar}"), ("foo{{bar}}zap", "{bar"), ("foo{bar}{zap}", "bar"),
      ("foo{bar", "foo{bar"), ("}foo{bar}", "bar"),
    ])
  func tag(_ key: String, _ hashed: String) {
    #expect(KeySlot.of(key) == Int(KeySlot.crc16(hashed.utf8)) % 16_384)
  }
}

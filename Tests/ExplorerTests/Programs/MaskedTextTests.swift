import Testing

@testable import Explorer

@Suite("Texts without what is random in them")
struct MaskedTextTests {
  @Test(
    "tokens and times go, names and numbers stay",
    arguments: [
      ("SET lock:item-0 3f2ac0de81ec5311f1be3002 NX PX 10000", "SET lock:item-0 * NX PX 10000"),
      ("GET 5986d4a0-ec53-11f1-be30-02fc00000001", "GET *"),
      ("ZADD q 1732924800123 item-0", "ZADD q * item-0"),
      ("SET t 1732924800.8746808", "SET t *"),
      ("SET price 19.99 of 3.", "SET price 19.99 of 3."),
      ("SET k dGhpcyBpcyBhIHRva2VuMQ==", "SET k *=="),
      ("UPDATE stock_of_a_long_name SET units = 41", "UPDATE stock_of_a_long_name SET units = 41"),
      ("", ""),
    ])
  func masked(_ text: String, _ expected: String) {
    #expect(MaskedText.of(text) == expected)
  }

  @Test("a token without a digit is no difference, but a key's name")
  func comparable() {
    let text = "SET lock:item-0 OCPtHuBV+UMZCbLjOKTKEKFX NX EX 10 of warehouse_positions"
    #expect(
      MaskedText.comparable(text) == "SET lock:item-0 * NX EX 10 of warehouse_positions")
    #expect(MaskedText.of(text) == text)
  }

  @Test("people see how tokens begin")
  func shortened() {
    #expect(
      MaskedText.shortened("lock=3f2ac0de81ec5311f1be3002 units=41") == "lock=3f2ac0de… units=41")
  }
}

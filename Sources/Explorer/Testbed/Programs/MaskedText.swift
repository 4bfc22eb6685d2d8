// What differs between two runs of one schedule though the program does the same: random tokens, times.

/// Texts without what is random in them.
enum MaskedText {
  /// Replaces what looks random by `*`: words of sixteen characters or more that mix letters and digits,
  /// such as UUIDs and base64 tokens, and numbers of ten digits or more, such as times.
  ///
  /// `SET lock:item-0 3f2a…91c0 NX PX 10000` → `SET lock:item-0 * NX PX 10000`.
  static func of(_ text: String) -> String { replacing(text, isRandom) { _ in star } }

  /// The same for a comparison, without words of sixteen letters or more, large and small, as well: of such
  /// tokens one in seventeen has no digit. Names such as `InventoryPosition` then are no difference either.
  static func comparable(_ text: String) -> String {
    replacing(text, mayBeRandom) { _ in star }
  }

  private static let star = [UInt8(ascii: "*")]

  /// The same for people, who tell tokens apart by their beginnings: `SET lock:item-0 3f2a91c0… NX`.
  static func shortened(_ text: String) -> String {
    replacing(text, isRandom) { Array($0.prefix(8)) + Array("…".utf8) }
  }

  private static func replacing(
    _ text: String, _ isRandom: ([UInt8]) -> Bool, _ shown: ([UInt8]) -> [UInt8]
  ) -> String {
    var result: [UInt8] = []
    var word: [UInt8] = []
    func flush() {
      result += isRandom(word) ? shown(word) : word
      word.removeAll(keepingCapacity: true)
    }
    let bytes = Array(text.utf8)
    for (place, byte) in bytes.enumerated() {
      // A number's fraction belongs to it.
      let isPoint =
        byte == UInt8(ascii: ".") && !word.isEmpty && word.allSatisfy(isDigit)
        && bytes.indices.contains(place + 1) && isDigit(bytes[place + 1])
      if isPart(byte) || isPoint {
        word.append(byte)
      } else {
        flush()
        result.append(byte)
      }
    }
    flush()
    return String(decoding: result, as: UTF8.self)
  }

  private static func isPart(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLetter(byte) || "+/_-".utf8.contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isRandom(_ word: [UInt8]) -> Bool {
    let digits = word.count(where: isDigit)
    if word.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }) { return digits >= 10 }
    return word.count >= 16 && digits > 0 && word.contains(where: isLetter)
  }

  private static func mayBeRandom(_ word: [UInt8]) -> Bool {
    isRandom(word)
      || word.count >= 16 && word.contains { isLetter($0) && $0 & 0x20 == 0 }
        && word.contains { isLetter($0) && $0 & 0x20 != 0 }
  }
}

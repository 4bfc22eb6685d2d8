// The parts of a URL that is printed: no password, and nothing that would be read as another part.

enum PrintableURL {
  static func login(_ user: String?, _ password: String?) -> String {
    switch (user, password) {
    case (nil, nil): ""
    case (let user?, nil): "\(user)@"
    case (let user, .some): "\(user ?? ""):***@"
    }
  }

  /// What may stand in a query as it is (RFC 3986 §2.3, and the slash of paths).
  static func percentEncoded(_ value: String) -> String {
    value.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || (48...57).contains(byte))
      if isPlain || "-._~/".unicodeScalars.contains(scalar) { return String(scalar) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }

  static func host(_ host: String) -> String {
    host.contains(":") ? "[\(host)]" : host
  }
}

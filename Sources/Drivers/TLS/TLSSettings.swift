// How a server is reached by TLS: whom we trust, and who we are. A server is always verified: a
// verdict on an unknown server would be worthless.

/// What `rediss://` asks for.
public struct TLSSettings: Sendable, Hashable {
  /// A file of certificates of authorities, in PEM; nil: the system's, or those of SSL_CERT_FILE.
  public var authorities: String?
  /// A file with the certificate we show, in PEM; nil: we show none.
  public var certificate: String?
  /// A file with its key; nil: it is in the certificate's file.
  public var key: String?

  public init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
    self.authorities = authorities
    self.certificate = certificate
    self.key = key
  }
}

extension TLSSettings {
  /// As the end of a URL.
  var query: String {
    let files = [("cacert", authorities), ("cert", certificate), ("key", key)]
    let pairs = files.compactMap { keyword, value in
      value.map { "\(keyword)=\(PrintableURL.percentEncoded($0))" }
    }
    return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
  }
}

/// Why there is no TLS with a server, in words that follow "it" or stand by themselves.
struct TLSFailure: Error, Hashable {
  var reason: String
}

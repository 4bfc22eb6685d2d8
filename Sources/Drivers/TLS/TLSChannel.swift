// TLS between a plain stream and a socket, without either: bytes in, bytes out. The socket's owner
// moves the bytes, so that the event loop, the proxies and the blocking questions share it.

import COpenSSL

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One connection's TLS, from our side.
///
/// It belongs to the socket's owner, and is used on one thread.
final class TLSChannel {
  private let context: TLSContext
  private let connection: OpaquePointer
  /// What came from the server; freed with the connection, like `outgoing`.
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer
  private let host: String
  /// What is to be said once the handshake is over.
  private var waiting: [UInt8] = []
  private(set) var isEstablished = false

  /// A connection to a host whose certificate has to name it.
  init(_ settings: TLSSettings, host: String) throws(TLSFailure) {
    context = try TLSContext.of(settings)
    guard let connection = SSL_new(context.pointer) else {
      throw TLSFailure(reason: "out of memory")
    }
    guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
      SSL_free(connection)
      throw TLSFailure(reason: "out of memory")
    }
    self.connection = connection
    self.incoming = incoming
    self.outgoing = outgoing
    self.host = host
    SSL_set_bio(connection, incoming, outgoing)
    SSL_set_connect_state(connection)
    // An address is no name: it is looked for among the certificate's addresses (RFC 6125 §1.7.2).
    if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host) != 1 {
      ERR_clear_error()
      SSL_set1_host(connection, host)
      _ = tls_name_server(connection, host)
    }
  }

  deinit { SSL_free(connection) }

  /// A connection to an endpoint; nil where it is to be reached in plain.
  convenience init?(
    _ settings: TLSSettings?, to endpoint: RedisAddress.Endpoint
  ) throws(TLSFailure) {
    guard let settings, case .tcp(let host, _) = endpoint else { return nil }
    try self.init(settings, host: host)
  }

  /// Trusts any server. Only to find out what a server speaks: nothing secret may be sent then.
  func trustAnybody() { SSL_set_verify(connection, SSL_VERIFY_NONE, nil) }

  /// Seals bytes, or keeps them until the handshake, which the first call begins, is over.
  func write(_ bytes: [UInt8]) throws(TLSFailure) {
    guard isEstablished else {
      waiting += bytes
      return try shakeHands()
    }
    guard !bytes.isEmpty else { return }
    ERR_clear_error()
    let count = SSL_write(connection, bytes, Int32(bytes.count))
    // Memory takes all of it at once.
    guard count == bytes.count else { throw failure(count) }
  }

  /// Opens what the server sent; what it has to hear in turn is in `output()` afterwards, also where
  /// this throws.
  func read(_ bytes: UnsafeRawBufferPointer) throws(TLSFailure) -> [UInt8] {
    _ = BIO_write(incoming, bytes.baseAddress, Int32(bytes.count))
    if !isEstablished {
      try shakeHands()
      guard isEstablished else { return [] }
    }
    var plain: [UInt8] = []
    while true {
      ERR_clear_error()
      let count = withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { buffer in
        let count = SSL_read(connection, buffer.baseAddress, Int32(buffer.count))
        if count > 0 { plain += buffer[..<Int(count)] }
        return count
      }
      guard count <= 0 else { continue }
      switch SSL_get_error(connection, count) {
      // What the server said before it took its leave counts; that it has is seen at the socket.
      case SSL_ERROR_WANT_READ, SSL_ERROR_ZERO_RETURN: return plain
      default: throw failure(count)
      }
    }
  }

  /// Sealed bytes that are to be sent, once.
  func output() -> [UInt8] {
    let pending = BIO_ctrl_pending(outgoing)
    guard pending > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: pending) { buffer, count in
      count = max(0, Int(BIO_read(outgoing, buffer.baseAddress, Int32(pending))))
    }
  }

  private func shakeHands() throws(TLSFailure) {
    ERR_clear_error()
    let result = SSL_do_handshake(connection)
    guard result == 1 else {
      guard SSL_get_error(connection, result) == SSL_ERROR_WANT_READ else { throw failure(result) }
      return
    }
    isEstablished = true
    let bytes = waiting
    waiting = []
    try write(bytes)
  }

  /// Why the last call failed, in a sentence.
  private func failure(_ result: Int32) -> TLSFailure {
    let error = TLSError.last
    let found = SSL_get_verify_result(connection)
    if found != Int(X509_V_OK) { return TLSFailure(reason: untrusted(Int32(found))) }
    if error.isTLS(SSL_R_WRONG_VERSION_NUMBER) || error.isTLS(SSL_R_PACKET_LENGTH_TOO_LONG) {
      return TLSFailure(reason: "what answers there does not speak TLS")
    }
    if error.isTLS(SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED) {
      return TLSFailure(reason: "it asks for a client certificate; name it by ?cert=FILE&key=FILE")
    }
    return TLSFailure(reason: "TLS: \(error.text)")
  }

  private func untrusted(_ code: Int32) -> String {
    switch code {
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "its certificate is not for \(host)"
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
      X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
      X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
      return "its certificate is not signed by a trusted authority; "
        + "name the authority by ?cacert=FILE or SSL_CERT_FILE"
    default:
      let words = X509_verify_cert_error_string(Int(code)).map { String(cString: $0) } ?? ""
      return "its certificate is not valid: \(words)"
    }
  }
}

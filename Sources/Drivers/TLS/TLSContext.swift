// What all connections of the same settings share: the authorities, which take a while to read, and the
// certificate of our own.

import COpenSSL
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// OpenSSL's SSL_CTX, made once for each settings and kept: there are one or two in a process.
///
/// `@unchecked Sendable`: OpenSSL locks what it changes in a context (manual, openssl-threads), and it
/// is set up before it is shared.
final class TLSContext: @unchecked Sendable {
  let pointer: OpaquePointer

  private static let made = Mutex<[TLSSettings: TLSContext]>([:])

  static func of(_ settings: TLSSettings) throws(TLSFailure) -> TLSContext {
    try made.withLock { (made) throws(TLSFailure) in
      if let context = made[settings] { return context }
      let context = try TLSContext(settings)
      made[settings] = context
      return context
    }
  }

  private init(_ settings: TLSSettings) throws(TLSFailure) {
    OpenSSLAtExit.keep()
    guard let context = SSL_CTX_new(TLS_client_method()) else {
      throw TLSFailure(reason: "out of memory")
    }
    // From here on deinit frees it, also where what follows throws.
    pointer = context
    _ = tls_require_version_1_2(context)
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    try trust(settings.authorities)
    if let certificate = settings.certificate {
      try show(certificate, key: settings.key ?? certificate)
    }
  }

  deinit { SSL_CTX_free(pointer) }

  private func trust(_ authorities: String?) throws(TLSFailure) {
    ERR_clear_error()
    guard let authorities else {
      // SSL_CERT_FILE and SSL_CERT_DIR are looked at in here.
      SSL_CTX_set_default_verify_paths(pointer)
      return
    }
    try require(authorities, "cacert")
    guard SSL_CTX_load_verify_locations(pointer, authorities, nil) == 1 else {
      throw TLSFailure(reason: "cacert \(authorities) has no certificate: \(TLSError.last.text)")
    }
  }

  /// OpenSSL calls a file that is not there an error of the system library, and no more.
  private func require(_ file: String, _ keyword: String) throws(TLSFailure) {
    guard access(file, R_OK) != 0 else { return }
    throw TLSFailure(reason: "\(keyword) \(file): \(System.text(errno: errno))")
  }

  private func show(_ certificate: String, key: String) throws(TLSFailure) {
    ERR_clear_error()
    try require(certificate, "cert")
    try require(key, "key")
    guard SSL_CTX_use_certificate_chain_file(pointer, certificate) == 1 else {
      throw TLSFailure(reason: "cert \(certificate) has no certificate: \(TLSError.last.text)")
    }
    guard SSL_CTX_use_PrivateKey_file(pointer, key, SSL_FILETYPE_PEM) == 1 else {
      throw TLSFailure(
        reason: "key \(key) has no key of that certificate: \(TLSError.last.text)")
    }
  }
}

/// An error of OpenSSL's queue.
struct TLSError {
  private let number: UInt

  /// The last one of this thread; the queue is empty afterwards.
  static var last: TLSError {
    defer { ERR_clear_error() }
    return TLSError(number: ERR_peek_last_error())
  }

  /// OpenSSL's words: `no such file or directory`, `wrong version number`.
  var text: String {
    ERR_reason_error_string(number).map { String(cString: $0).lowercased() } ?? "unknown error"
  }

  /// Whether it is one of the TLS protocol with this reason (SSL_R_…).
  func isTLS(_ reason: Int32) -> Bool {
    tls_library(number) == ERR_LIB_SSL && tls_reason(number) == reason
  }
}

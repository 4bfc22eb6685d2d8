// What happens to OpenSSL, which libpq hashes and encrypts with, when the process ends. By default it
// frees everything in a handler of exit(), while a thread left to a server's SCRAM may still be
// hashing: a crash instead of the exit code.

internal import COpenSSL

enum OpenSSLAtExit {
  /// Registers no such handler, once; called before OpenSSL is first needed, by libpq or by us, which
  /// would (OPENSSL_init_crypto(3); the first call decides).
  static func keep() { kept }

  private static let kept: Void = {
    _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
  }()
}

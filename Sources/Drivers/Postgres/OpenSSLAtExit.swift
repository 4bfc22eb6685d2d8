// What becomes of OpenSSL, which libpq hashes and encrypts with, when the process ends. By itself it
// frees all it has in a handler of exit(), while a thread that was left to a server's SCRAM still
// hashes: instead of the exit code there is a crash.

internal import Glibc

enum OpenSSLAtExit {
  /// Registers no such handler, once; called before libpq first needs OpenSSL, which would
  /// (OPENSSL_init_crypto(3), OPENSSL_INIT_NO_ATEXIT; the first call decides).
  static func keep() { kept }

  private static let kept: Void = {
    typealias Initialise = @convention(c) (UInt64, UnsafeRawPointer?) -> Int32
    let withoutHandler: UInt64 = 0x0008_0000
    // libpq brings the library along, or another one (GnuTLS) that has no such function.
    guard let symbol = dlsym(nil, "OPENSSL_init_crypto") else { return }
    _ = unsafeBitCast(symbol, to: Initialise.self)(withoutHandler, nil)
  }()
}

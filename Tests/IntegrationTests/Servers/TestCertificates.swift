// Certificates made for a test, by openssl in the test's own folder: an authority, a server of it that is
// 127.0.0.1 and localhost, one that is somebody else, a client, and another authority.

import Foundation
import Testing

@testable import Drivers

struct TestCertificates {
  private let run: RunDirectory
  private let folder: String

  init(in run: RunDirectory) throws {
    self.run = run
    folder = try run.makeSubdirectory("certificates")
    let openssl = Process()
    openssl.executableURL = URL(filePath: "/bin/sh")
    openssl.arguments = ["-ec", Self.script]
    openssl.currentDirectoryURL = URL(filePath: folder)
    try openssl.run()
    openssl.waitUntilExit()
    try #require(openssl.terminationStatus == 0)
    // Servers run as a user of their own, and want their keys to be nobody else's.
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let file = "\(folder)/\(name)"
      try run.writeSecret(try String(contentsOfFile: file, encoding: .utf8), to: "\(file).own")
    }
  }

  /// A certificate or a key, as whoever runs the tests reads it.
  func file(_ name: String) -> String { "\(folder)/\(name)" }

  /// The same, as a server reads it.
  func serverFile(_ name: String) -> String { "\(folder)/\(name).own" }

  private static let script = """
    key='-nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1'
    openssl req -x509 $key -subj /CN=ca -keyout ca.key -out ca.pem 2>log
    openssl req -x509 $key -subj /CN=other -keyout other.key -out other.pem 2>log
    sign() {
      openssl req $key -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>log
      printf 'subjectAltName=%s' "$2" >"$1.ext"
      openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \\
        -extfile "$1.ext" -out "$1.pem" 2>log
    }
    sign server IP:127.0.0.1,DNS:localhost
    sign elsewhere DNS:redis.example
    sign client DNS:client
    """
}

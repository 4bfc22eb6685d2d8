// Scripts that a test writes and then runs, as programs. A file that is written here can't be executed
// while any process has it open for writing ("text file busy"), and every test that starts a process at
// that moment gives it our descriptors until it is on its own. So another process does the writing.

import Foundation

/// Writes a script of sh that can be run as soon as this returns.
public func writeProgram(_ script: String, to path: String) throws {
  let writer = Process()
  writer.executableURL = URL(filePath: "/bin/sh")
  writer.arguments = ["-c", "umask 022 && cat >\"$1\" && chmod 755 \"$1\"", "sh", path]
  let input = Pipe()
  writer.standardInput = input
  try writer.run()
  try input.fileHandleForWriting.write(contentsOf: Data("#!/bin/sh\n\(script)\n".utf8))
  try input.fileHandleForWriting.close()
  writer.waitUntilExit()
  guard writer.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
}

// A run directory that is closed when a test ends, and bounded waiting.

import Foundation
import Glibc
import Testing

@testable import Drivers

/// Gives `body` a run directory, closes it after, and checks that nothing is left of it.
func withRun(
  programs: Programs = .installed, _ body: (RunDirectory) throws -> Void
) throws {
  let run = try RunDirectory(programs: programs)
  do {
    try body(run)
  } catch {
    try run.close()
    throw error
  }
  try run.close()
  #expect(access(run.path, F_OK) != 0)
  #expect(processes(in: run.path) == [])
}

/// Waits until `condition` holds, at most half a minute: generous, since the machine may be busy.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
  let deadline = ContinuousClock.now + .seconds(30)
  while ContinuousClock.now < deadline {
    if try condition() { return true }
    usleep(2000)
  }
  return try condition()
}

/// The living processes whose working folder lies in `directory`.
func processes(in directory: String) -> [pid_t] {
  guard let folder = opendir("/proc") else { return [] }
  defer { closedir(folder) }
  var found: [pid_t] = []
  while let entry = readdir(folder) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    guard let pid = pid_t(name) else { continue }
    // Not realpath: the folder of a leftover process may be gone, and then the link ends in
    // " (deleted)".
    var link = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/\(pid)/cwd", &link, link.count - 1)
    guard count > 0 else { continue }
    let target = String(decoding: link[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if target == directory || target.hasPrefix(directory + "/") { found.append(pid) }
  }
  return found
}

/// One command on a connection of its own.
func ask(_ address: RedisAddress, _ words: String..., seconds: Int = 5) throws
  -> BlockingRedis.Reply
{
  try BlockingRedis.open(address, seconds: seconds).send(words)
}

/// Whether the System V segment still exists.
func sharedMemoryExists(_ identifier: Int32) -> Bool {
  var segment = shmid_ds()
  return shmctl(identifier, IPC_STAT, &segment) == 0
}

private func lines(of file: String) -> [String] {
  ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").split(separator: "\n").map(
    String.init)
}

/// System V segments that one of these processes made (sysvipc(5): the column cpid).
func sharedMemory(of processes: [pid_t]) -> [String] {
  let lines = lines(of: "/proc/sysvipc/shm")
  guard let names = lines.first?.split(separator: " "),
    let column = names.firstIndex(of: "cpid")
  else { return [] }
  return lines.dropFirst().filter { line in
    let fields = line.split(separator: " ")
    return fields.count > column && pid_t(fields[column]).map(processes.contains) == true
  }
}

/// What is mounted in a directory (proc(5)); a namespace that outlives its processes is mounted too.
func mounts(in directory: String) -> [String] {
  lines(of: "/proc/self/mountinfo").filter {
    $0.contains(directory + "/") || $0.contains(" nsfs ")
  }
}

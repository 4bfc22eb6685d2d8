// postmaster.pid: what a PostgreSQL server writes about itself while it runs (source,
// `src/include/utils/pidfile.h`), and the shared memory it leaves when it is killed.

internal import Glibc

/// The lines of postmaster.pid.
struct PostgresLockFile: Equatable {
  /// Line 1.
  var pid: pid_t
  /// Line 7, key and identifier of its System V segment; not there until the segment is.
  var memory: (key: Int32, identifier: Int32)?
  /// Line 8: whether clients are let in (`ready`, and `standby` for one that only reads).
  var isReady: Bool

  init?(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let pid = lines.first.flatMap({ pid_t($0) }) else { return nil }
    self.pid = pid
    if lines.count > 6 {
      let words = lines[6].split(separator: " ")
      // The key is printed unsigned.
      if words.count == 2, let key = UInt32(words[0]), let identifier = Int32(words[1]) {
        memory = (Int32(bitPattern: key), identifier)
      }
    }
    let status = lines.count > 7 ? lines[7].filter { $0 != " " } : ""
    isReady = status == "ready" || status == "standby"
  }

  init?(in data: String) {
    guard let text = smallFile("\(data)/postmaster.pid") else { return nil }
    self.init(text)
  }

  /// Removes the segment of a server that is gone, if it is still that one and nobody uses it.
  func removeSharedMemory() {
    guard let memory else { return }
    var segment = shmid_ds()
    guard shmctl(memory.identifier, IPC_STAT, &segment) == 0,
      segment.shm_perm.__key == memory.key, segment.shm_nattch == 0
    else { return }
    shmctl(memory.identifier, IPC_RMID, nil)
  }

  static func == (left: Self, right: Self) -> Bool {
    left.pid == right.pid && left.isReady == right.isReady
      && left.memory?.key == right.memory?.key
      && left.memory?.identifier == right.memory?.identifier
  }
}

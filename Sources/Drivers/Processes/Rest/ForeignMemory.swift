// Another process's memory, read and written where a system call's argument is an address.

#if os(Linux)
  internal import CSystem
  internal import Glibc
#endif

/// The memory of a process that sleeps.
struct ForeignMemory {
  let process: Int32

  /// Two numbers of 64 bits side by side, as in a timespec; nil: nothing can be read there.
  func pair(at address: UInt64) -> (Int64, Int64)? {
    var pair = (Int64(0), Int64(0))
    let isRead = withUnsafeMutableBytes(of: &pair) { read(address, $0) }
    return isRead ? pair : nil
  }

  /// A number of 32 bits, such as the descriptor in a pollfd; nil: nothing can be read there.
  func int32(at address: UInt64) -> Int32? {
    var number = Int32(0)
    let isRead = withUnsafeMutableBytes(of: &number) { read(address, $0) }
    return isRead ? number : nil
  }

  /// Fills a buffer from there; false: not all of it can be read.
  func read(_ address: UInt64, _ target: UnsafeMutableRawBufferPointer) -> Bool {
    #if os(Linux)
      var local = iovec(iov_base: target.baseAddress, iov_len: target.count)
      var remote = iovec(
        iov_base: UnsafeMutableRawPointer(bitPattern: UInt(address)), iov_len: target.count)
      return process_vm_readv(process, &local, 1, &remote, 1, 0) == target.count
    #else
      return false
    #endif
  }

  /// Writes bytes there; false: not all of them can be.
  func write(_ bytes: UnsafeRawBufferPointer, at address: UInt64) -> Bool {
    #if os(Linux)
      var local = iovec(
        iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
      var remote = iovec(
        iov_base: UnsafeMutableRawPointer(bitPattern: UInt(address)), iov_len: bytes.count)
      return process_vm_writev(process, &local, 1, &remote, 1, 0) == bytes.count
    #else
      return false
    #endif
  }
}

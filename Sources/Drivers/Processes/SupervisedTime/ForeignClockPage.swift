// A program without libc's functions asks the kernel for the time, and mostly without a system call: by code that the
// kernel maps into it (vdso(7)). That code is replaced by true system calls, which can be answered.

internal import CSystem
internal import Glibc

/// The vDSO of a process on x86-64.
struct ForeignClockPage {
  let process: Int32

  private struct Function {
    /// From the page's beginning, in bytes.
    var place: UInt64
    var code: [UInt8]
  }

  /// Where this kernel has its functions: in every process at the same distance from the beginning.
  private static let functions: [Function] = {
    let start = UInt64(getauxval(clock_page))
    guard start != 0, let page = dlopen("linux-vdso.so.1", RTLD_LAZY | RTLD_NOLOAD) else {
      return []
    }
    defer { dlclose(page) }
    // clock_gettime, gettimeofday and time by their numbers.
    let calls: [(String, UInt8)] = [
      ("__vdso_clock_gettime", 228), ("__vdso_gettimeofday", 96), ("__vdso_time", 201),
    ]
    return calls.compactMap { name, number in
      guard let address = dlsym(page, name) else { return nil }
      // mov eax, NUMBER; syscall; ret
      return Function(
        place: UInt64(UInt(bitPattern: address)) - start,
        code: [0xB8, number, 0, 0, 0, 0x0F, 0x05, 0xC3])
    }
  }()

  /// Replaces them; returns why that can't be, a clause. To be called while it has one thread.
  func replace() -> String? {
    guard !Self.functions.isEmpty else { return "the kernel's clock functions aren't found" }
    guard let start = auxiliary(clock_page) else { return nil }
    let memory = open("/proc/\(process)/mem", O_RDWR | O_CLOEXEC)
    guard memory >= 0 else { return "its memory can't be opened: \(message(errno))" }
    defer { close(memory) }
    for function in Self.functions {
      let place = off_t(truncatingIfNeeded: start &+ function.place)
      guard pwrite(memory, function.code, function.code.count, place) == function.code.count else {
        return "its memory can't be written: \(message(errno))"
      }
    }
    return nil
  }

  /// What the kernel told it when it began (getauxval(3)); nil: nothing of this kind.
  private func auxiliary(_ kind: UInt) -> UInt64? {
    guard let bytes = try? readFile("/proc/\(process)/auxv") else { return nil }
    return bytes.withUnsafeBytes { buffer in
      for place in stride(from: 0, to: buffer.count - 15, by: 16)
      where buffer.loadUnaligned(fromByteOffset: place, as: UInt64.self) == UInt64(kind) {
        return buffer.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)
      }
      return nil
    }
  }
}

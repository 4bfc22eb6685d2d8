// System calls whose names the drivers' own methods would hide, spelled once for both systems.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The C library.
enum System {
  /// read(2); the count, or -errno.
  static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Darwin)
      let count = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
    #else
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    #endif
    return count < 0 ? -Int(errno) : count
  }

  /// write(2); the count, or -errno.
  static func write(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
      let count = Darwin.write(descriptor, buffer.baseAddress, buffer.count)
    #else
      let count = Glibc.write(descriptor, buffer.baseAddress, buffer.count)
    #endif
    return count < 0 ? -Int(errno) : count
  }

  /// connect(2); errno, 0 when connected.
  static func connect(
    _ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
  ) -> Int32 {
    #if canImport(Darwin)
      Darwin.connect(descriptor, address, length) == 0 ? 0 : errno
    #else
      Glibc.connect(descriptor, address, length) == 0 ? 0 : errno
    #endif
  }

  /// close(2).
  ///
  /// Its errors are of no use: the descriptor is gone either way.
  static func close(_ descriptor: Int32) {
    #if canImport(Darwin)
      _ = Darwin.close(descriptor)
    #else
      _ = Glibc.close(descriptor)
    #endif
  }

  /// unlink(2). Succeeds if the file is gone already.
  static func unlink(_ path: String) {
    #if canImport(Darwin)
      _ = Darwin.unlink(path)
    #else
      _ = Glibc.unlink(path)
    #endif
  }

  /// SOCK_STREAM, which the two systems type differently.
  static var streamSocket: Int32 {
    #if canImport(Darwin)
      SOCK_STREAM
    #else
      Int32(SOCK_STREAM.rawValue)
    #endif
  }

  /// The error number of a socket that has nothing to read just now.
  static var wouldBlock: Int32 { EAGAIN }

  /// Whether a failed read or write is to be repeated when the socket is ready again.
  static func isTransient(_ result: Int) -> Bool {
    result == -Int(EAGAIN) || result == -Int(EINTR)
  }

  /// The system's text for an error number.
  static func text(errno error: Int32) -> String {
    String(cString: strerror(error)).lowercased()
  }
}

// What `soldout --version` says: the release, and what this binary was built from.

package enum Version {
  package static let number = "0.1.0"

  /// `0.1.0 (c56dc75a0f12, release, linux x86_64)`; built from a tarball, without a commit.
  package static var text: String {
    let parts = [builtCommit, configuration, platform].filter { !$0.isEmpty }
    return "\(number) (\(parts.joined(separator: ", ")))"
  }

  private static var configuration: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }

  private static var platform: String {
    #if os(Linux)
      let system = "linux"
    #elseif os(macOS)
      let system = "macos"
    #else
      let system = "unknown system"
    #endif
    #if arch(x86_64)
      return system + " x86_64"
    #elseif arch(arm64)
      return system + " arm64"
    #else
      return system
    #endif
  }
}

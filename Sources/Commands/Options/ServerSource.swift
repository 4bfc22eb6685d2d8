// One of the user's servers, as the command line names it: a URL, or the variable that holds one, and a
// password that need not be there, where `ps` would show it. A variable is read only if it is
// asked for by name.

import Drivers
import Foundation

struct ServerSource {
  /// Its option, without dashes: `redis`.
  let option: String
  /// A URL, or `env:NAME`.
  let word: String?
  /// The file that holds the password.
  let passwordFile: String?

  /// The URL; nil where none is asked for.
  func url() throws -> String? {
    guard let word else {
      guard passwordFile == nil else {
        throw CLIError(
          "--\(option)-password-file is for your own server; name it with --\(option)", .usage)
      }
      return nil
    }
    guard let variable else { return word }
    guard let url = ProcessInfo.processInfo.environment[variable], !url.isEmpty else {
      throw CLIError(
        "--\(option) env:\(variable): this variable holds no URL; set it, or give the URL",
        .usage)
    }
    return url
  }

  private var variable: String? {
    word.flatMap { $0.hasPrefix("env:") ? String($0.dropFirst(4)) : nil }
  }

  /// Reads an address, and says where a wrong one stands.
  func address<Address>(
    _ read: (String) throws(AddressError) -> Address
  ) throws -> Address? {
    guard let url = try url() else { return nil }
    do throws(AddressError) {
      return try read(url)
    } catch {
      throw CLIError(
        "--\(option)\(variable.map { " env:\($0)" } ?? ""): \(error.description)", .usage)
    }
  }

  /// The password that is not in the URL: of the file, else of `SOLDOUT_REDIS_PASSWORD` and
  /// the like; nil where there is none.
  func password(beside given: String?) throws -> String? {
    // `redis://ann:@host`: a user whose password comes from elsewhere.
    let inURL = given?.isEmpty == true ? nil : given
    if let passwordFile {
      guard inURL == nil else {
        throw CLIError(
          "--\(option) and --\(option)-password-file both give a password; leave one out", .usage)
      }
      let bytes = try readFile(passwordFile)
      // As psql and redis-cli users write such files: a line.
      guard let text = String(validating: bytes, as: UTF8.self),
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).first,
        case let password = line.hasSuffix("\r") ? line.dropLast() : line, !password.isEmpty,
        !password.contains("\0")
      else { throw CLIError("\(passwordFile) has no password on its first line", .badInput) }
      return String(password)
    }
    guard inURL == nil else { return nil }
    let name = "SOLDOUT_\(option.uppercased())_PASSWORD"
    guard let password = ProcessInfo.processInfo.environment[name], !password.isEmpty else {
      return nil
    }
    return password
  }

  /// The words that name the same server again, without a secret.
  func words(_ printable: String) -> [String: String] {
    var words = [option: variable.map { "env:\($0)" } ?? printable]
    if let passwordFile { words["\(option)-password-file"] = passwordFile }
    return words
  }
}

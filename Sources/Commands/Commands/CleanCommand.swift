// `soldout clean`: lists what runs left on the user's servers, and removes it on request.

import ArgumentParser
import Drivers
import Foundation
import Harness

struct CleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean", abstract: "Remove what dead runs left on your own servers.",
    discussion: """
      Lists the key prefixes (soldout:TAG:), schemas and MySQL databases (soldout_TAG) that runs left at \
      each URL, and removes them once you confirm, or with --yes. It leaves everything else alone, and \
      whatever belongs to a run still going on. Exits with 0 if nothing removable is left, 69 if \
      something could not be removed.
      """)

  @OptionGroup(title: "Servers") var servers: ServerOptions

  @Flag(help: "Remove without asking.")
  var yes = false

  func run() throws {
    let external = try servers.external()
    let places = external.given.compactMap { kind in
      external[kind].map { ("\($0)", Leftovers(on: $0)) }
    }
    guard !places.isEmpty else {
      throw CLIError("name the servers to clean with \(BackendKind.options("or"))", .usage)
    }
    // A server that can't be reached is reported as before a run.
    if let redis = external.redis { _ = try ExternalProbe.redis(redis) }
    var removable: [(Leftovers, Leftover)] = []
    for (address, leftovers) in places {
      let found = try leftovers.find()
      Terminal.tell("\(address): \(found.isEmpty ? "nothing of any run\n" : "\n")")
      for one in found {
        Terminal.tell("  \(one.line)\n")
        if one.state == .over { removable.append((leftovers, one)) }
      }
    }
    guard !removable.isEmpty else { return }
    guard try isWanted(removable.count) else { return }
    try remove(removable)
  }

  private func isWanted(_ count: Int) throws -> Bool {
    if yes { return true }
    guard isatty(STDIN_FILENO) == 1 else {
      throw CLIError("nothing was removed; give --yes to remove what is listed", .usage)
    }
    Terminal.tell("Remove \(count == 1 ? "it" : "these \(count)")? [y/N] ")
    return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
  }

  private func remove(_ all: [(Leftovers, Leftover)]) throws {
    var removed = 0
    var kept = false
    for (leftovers, one) in all {
      do throws(RunFailure) {
        if try leftovers.remove(one) {
          removed += 1
        } else {
          Terminal.complain("\(one.name) is in use now; left alone")
        }
      } catch {
        kept = true
        Terminal.complain(CLIError(error)?.message ?? "\(one.name) could not be removed")
      }
    }
    Terminal.tell("Removed \(removed) of \(all.count).\n")
    if kept { throw ExitCode(ExitStatus.unavailable.rawValue) }
  }
}

extension Leftover {
  fileprivate var line: String {
    let end =
      switch state {
      case .over: ""
      case .underWay: ": a run is still going on there; left alone"
      case .unknown(let why): ": left alone, since \(why)"
      }
    return ([name, size] + [age].compactMap(\.self)).joined(separator: "  ") + end
  }
}

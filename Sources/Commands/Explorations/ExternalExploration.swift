// A program or a service of the user's that is explored: what its workload file says of it, as a
// configuration.

package import Explorer
import Foundation
import Harness

package struct ExternalExploration {
  let workload: Workload
  private let system: SystemUnderTest

  /// Throws where the workload names strategies of soldout's.
  init(_ workload: Workload) throws {
    guard let system = workload.external else {
      throw CLIError("\(workload.name) drives no program and no service", .usage)
    }
    (self.workload, self.system) = (workload, system)
  }

  /// What a file describes, as its own `explore` asks.
  package static func configuration(of file: String) throws -> Configuration {
    guard let workload = try WorkloadSource.external(file) else {
      throw CLIError("\(file) drives no program and no service", .usage)
    }
    return Configuration(
      workload.exploration ?? .init(of: workload.datatype),
      of: try ExternalExploration(workload).subject())
  }

  /// What it prints is kept here.
  private var folder: String { "results/\(workload.name)/explore" }

  /// The question that the workload asks, and options instead of what it says.
  func configuration(_ options: ExplorationSubject) throws -> Configuration {
    let datatype = workload.datatype
    let exploration = try options.exploration(
      workload.exploration ?? .init(of: datatype), of: workload.name, selling: datatype)
    return Configuration(exploration, of: try subject())
  }

  func subject() throws -> Configuration.Subject {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw CLIError("\(folder) can't be made: \(error.localizedDescription)", .inputOutput)
    }
    return .external(Configuration.External(workload, system, folder: folder))
  }
}

// Every command that is shipped, a line each, in the order of `soldout --help`.

package import ArgumentParser

/// What can be asked for.
package enum CommandCatalogue {
  package static let commands: [any ParsableCommand.Type] = [
    RunCommand.self,
    InitCommand.self,
    ProbeCommand.self,
    CompareCommand.self,
    CheckCommand.self,
    VerifyCommand.self,
    LintCommand.self,
    ConvertCommand.self,
    ReportCommand.self,
    DoctorCommand.self,
    ListCommand.self,
    ExploreCommand.self,
    ReplayCommand.self,
    CleanCommand.self,
  ]
}

// Why a program's process did not come up, as a clause: `it ended by itself with status 1 before it
// answered init`.

/// What kept a process from coming up.
struct ProgramStartFailure: Error, Hashable {
  var reason: String
}

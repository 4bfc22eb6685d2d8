// This program, as the user called it.

/// What commands to copy begin with.
enum Program {
  static var own: String { CommandLine.arguments.first ?? "soldout" }
}

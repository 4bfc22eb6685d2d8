// How a command writes to the screen, if the terminal and its variables shall not decide.

import ArgumentParser
package import Report

package struct ScreenOptions: ParsableArguments {
  @Flag(name: .customLong("no-color"), help: "No colour, as with the variable NO_COLOR.")
  package var isColorless = false

  /// For standard output, or another descriptor.
  package init() {}

  package func style(of descriptor: Int32 = Terminal.output) -> Style {
    var style = Terminal.style(of: descriptor)
    if isColorless { style.color = false }
    return style
  }
}

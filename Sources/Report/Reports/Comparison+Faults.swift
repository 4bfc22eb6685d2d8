// What a comparison says about trials under conditions such as a fault: what broke, what overlapped,
// how long nobody was answered, and which pairs were not tried and why.

extension Comparison {
  /// The figures of all rows under one condition.
  func faultFigures(_ condition: String) -> TextTable {
    var table = TextTable([
      TableColumn("strategy", narrowest: 8), TableColumn("verdict"),
      TableColumn("as exp", isNumeric: true), TableColumn("over", isNumeric: true),
      TableColumn("overlaps", isNumeric: true), TableColumn("gap", isNumeric: true),
      TableColumn("ops/s", isNumeric: true),
    ])
    for group in groups where group.condition == condition {
      let isExpected = group.expected == group.cells.count
      table.append([
        Span(group.name), mark(group),
        Span("\(group.expected)/\(group.cells.count)", isExpected ? .faint : .bad),
        oversold(group), overlaps(group),
        Span(group.cells.compactMap(\.gap).max().map(Units.compactDuration) ?? "-"),
        Span(group.middle.perSecond.map(Units.shortRate) ?? "-"),
      ])
    }
    return table
  }

  private func overlaps(_ group: Group) -> Span {
    guard let most = group.cells.compactMap(\.waits?.overlaps).max() else {
      return Span("-", .faint)
    }
    return Span(Units.short(most), most == 0 ? .plain : .doubtful)
  }

  /// Why some cells of the matrix are empty.
  func omitted(width: Int) -> [Line] {
    guard !omissions.isEmpty else { return [] }
    return [.empty, Line([Span("Not tried", .strong)])]
      + omissions.flatMap { omission in
        Paragraph(
          "\(omission.reason): \(omission.names.joined(separator: ", "))",
          lead: Span(omission.condition + "  ", .faint), margin: 2
        ).lines(width: width)
      }
  }
}

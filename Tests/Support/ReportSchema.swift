// The schema of reports, which tests hold them against.

import Foundation
import Testing

private let schema: JSONSchema? = {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let text = try? String(
    contentsOf: root.appending(path: "docs/report.schema.json"), encoding: .utf8)
  return text.flatMap { try? JSONSchema(text: $0) }
}()

/// What is wrong with a report; nothing, if it is right.
public func checkAgainstSchema(_ text: String) throws -> [String] {
  try checkAgainstSchema(try JSONDocument(text: text))
}

public func checkAgainstSchema(_ document: JSONDocument) throws -> [String] {
  try #require(schema).faults(of: document)
}

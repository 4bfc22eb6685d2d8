// As much of JSON Schema (draft 2020-12) as docs/report.schema.json uses, so that a test can hold
// reports against it. A keyword it doesn't know is a failure of the schema, not ignored.

import Foundation

/// A JSON document.
public indirect enum JSONDocument: Decodable, Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case list([JSONDocument])
  case object([String: JSONDocument])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .bool(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .string(text)
    } else if let items = try? container.decode([JSONDocument].self) {
      self = .list(items)
    } else {
      self = .object(try container.decode([String: JSONDocument].self))
    }
  }

  public init(text: String) throws {
    self = try JSONDecoder().decode(JSONDocument.self, from: Data(text.utf8))
  }

  subscript(_ name: String) -> JSONDocument? {
    if case .object(let entries) = self { entries[name] } else { nil }
  }

  /// The kind as a schema names it.
  fileprivate var type: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .number: "number"
    case .string: "string"
    case .list: "array"
    case .object: "object"
    }
  }
}

/// A schema that documents are held against.
public struct JSONSchema: Sendable {
  private let root: JSONDocument

  public init(text: String) throws { root = try JSONDocument(text: text) }

  /// What is wrong with a document, each with where; empty if nothing is.
  public func faults(of document: JSONDocument) -> [String] { faults(document, root, at: "$") }

  private static let annotations: Set = ["$schema", "title", "description", "$defs"]

  private func faults(
    _ document: JSONDocument, _ schema: JSONDocument, at path: String
  ) -> [String] {
    guard case .object(let keywords) = schema else { return ["\(path): the schema is no object"] }
    return keywords.sorted { $0.key < $1.key }.flatMap { keyword, value -> [String] in
      if Self.annotations.contains(keyword) { return [] }
      return check(document, keyword, value, keywords, at: path)
    }
  }

  private func check(
    _ document: JSONDocument, _ keyword: String, _ value: JSONDocument,
    _ schema: [String: JSONDocument], at path: String
  ) -> [String] {
    switch (keyword, value) {
    case ("$ref", .string(let reference)):
      guard let name = reference.split(separator: "/").last,
        let found = root["$defs"]?[String(name)]
      else { return ["\(path): no \(reference) in the schema"] }
      return faults(document, found, at: path)
    case ("oneOf", .list(let choices)):
      let failures = choices.map { faults(document, $0, at: path) }
      if failures.filter(\.isEmpty).count == 1 { return [] }
      return ["\(path): fits \(failures.filter(\.isEmpty).count) of \(choices.count) forms"]
        + (failures.min { $0.count < $1.count } ?? [])
    case ("type", .string(let type)): return fits(document, type) ? [] : ["\(path): no \(type)"]
    case ("const", _): return document == value ? [] : ["\(path): not \(value)"]
    case ("enum", .list(let values)):
      return values.contains(document) ? [] : ["\(path): \(document)"]
    case ("minimum", .number(let least)):
      if case .number(let number) = document, number < least { return ["\(path): below \(least)"] }
      return []
    case ("required", .list(let names)):
      return names.compactMap { name in
        if case .string(let name) = name, document[name] == nil {
          "\(path): lacks \(name)"
        } else {
          nil
        }
      }
    case ("properties", .object(let properties)):
      return properties.sorted { $0.key < $1.key }.flatMap { name, schema in
        document[name].map { faults($0, schema, at: "\(path).\(name)") } ?? []
      }
    case ("additionalProperties", .bool(false)):
      guard case .object(let entries) = document, case .object(let known)? = schema["properties"]
      else { return [] }
      return entries.keys.filter { known[$0] == nil }.sorted().map { "\(path): unknown name \($0)" }
    case ("items", _):
      guard case .list(let items) = document else { return [] }
      return items.enumerated().flatMap { faults($1, value, at: "\(path)[\($0)]") }
    default: return ["\(path): the schema's keyword \(keyword) is not understood"]
    }
  }

  private func fits(_ document: JSONDocument, _ type: String) -> Bool {
    if type == "integer", case .number(let number) = document { return number.rounded() == number }
    return document.type == type
  }
}

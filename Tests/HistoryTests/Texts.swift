// Small texts of histories for the tests of formats, and reading them in one line.

import History
import Testing

extension HistoryFormat {
  /// A history from a text.
  static func read(
    _ text: String, format: HistoryFormat? = nil, independent: Bool = false
  ) throws(ParseError) -> Reading {
    try read(Array(text.utf8), format: format, independent: independent)
  }

  /// What reading the text is refused with; nil where it is read.
  static func refusal(
    of text: String, format: HistoryFormat? = nil, independent: Bool = false
  ) -> ParseError? {
    refusal(of: Array(text.utf8), format: format, independent: independent)
  }

  static func refusal(
    of bytes: [UInt8], format: HistoryFormat? = nil, independent: Bool = false
  ) -> ParseError? {
    do throws(ParseError) {
      _ = try read(bytes, format: format, independent: independent)
      return nil
    } catch {
      return error
    }
  }
}

/// A history of one open call that carries the value: values are tested through the front door.
func call(json value: String) -> String {
  "{\"process\":1,\"type\":\"invoke\",\"f\":\"put\",\"value\":" + value + "}"
}

/// As `call(json:)`, in EDN.
func call(edn value: String) -> String {
  "{:process 1, :type :invoke, :f :put, :value " + value + "}"
}

extension History {
  /// The history without the places it was read from.
  var unplaced: History {
    var history = self
    history.source = nil
    for position in operations.indices {
      history.operations[position].call.line = 0
      history.operations[position].reply?.line = 0
    }
    for position in events.indices { history.events[position].moment.line = 0 }
    for position in givenUp.keys { history.givenUp[position]?.line = 0 }
    return history
  }
}

/// Expects two histories to be the same but for the lines they were read from.
func expectSame(
  _ one: History, _ other: History, _ comment: Comment,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let (one, other) = (one.unplaced, other.unplaced)
  #expect(one.header == other.header, comment, sourceLocation: sourceLocation)
  #expect(one.operations == other.operations, comment, sourceLocation: sourceLocation)
  #expect(one.events == other.events, comment, sourceLocation: sourceLocation)
  #expect(one.steps == other.steps, comment, sourceLocation: sourceLocation)
  #expect(one.givenUp == other.givenUp, comment, sourceLocation: sourceLocation)
  #expect(one.extra == other.extra, comment, sourceLocation: sourceLocation)
  #expect(one.order == other.order, comment, sourceLocation: sourceLocation)
}

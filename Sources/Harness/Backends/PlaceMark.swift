// By what a run's place in a database is known to be soldout's, whatever the database.

import Foundation

/// The comment by which a place in a database is known to be soldout's.
enum PlaceMark {
  private static let start = "soldout: the place of one run, begun "

  static func text(_ begun: Date) -> String { start + begun.formatted(.iso8601) }

  /// When the run of a comment began; nil: the comment is not ours.
  static func begun(in comment: String) -> String? {
    comment.hasPrefix(start) ? String(comment.dropFirst(start.count)) : nil
  }
}

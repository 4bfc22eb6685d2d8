// "Did you mean": the known name nearest to a misspelt one.

/// Names listed where none is near; of more, those that are the least far.
private let mostListed = 12

/// A clause such as "; did you mean `clients`?", or the list of names when none is near.
public func nearest(to written: String, among names: [String]) -> String {
  let ranked = names.map { (name: $0, distance: editDistance(written, $0)) }
  if let best = ranked.min(by: { $0.distance < $1.distance }),
    best.distance <= max(2, written.count / 3)
  {
    return "; did you mean `\(best.name)`?"
  }
  guard names.count > mostListed else { return "; there are: \(names.joined(separator: ", "))" }
  let least = ranked.enumerated().sorted {
    ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset)
  }.prefix(mostListed).map(\.offset).sorted().map { names[$0] }
  return "; there are \(names.count), such as \(least.joined(separator: ", "))"
}

/// Levenshtein's distance: insertions, deletions and replacements.
func editDistance(_ left: String, _ right: String) -> Int {
  let target = Array(right)
  var row = Array(0...target.count)
  for (i, letter) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in target.indices {
      let replaced = diagonal + (letter == target[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[target.count]
}

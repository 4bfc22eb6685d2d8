// Certificates: what the engine found is confirmed by what shares no code with it, and nothing
// else is.

import Checker
import History
import Support
import Testing

private func partition(_ history: History, _ initial: Value) -> ModelEntry.Partition {
  .init(key: nil, operations: Array(history.operations.indices), initial: initial)
}

private func certificate(_ picture: Picture) throws -> (History, ModelEntry, Certificate) {
  let history = history(picture.lines)
  let entry = try #require(ModelCatalogue[picture.model])
  let part = partition(history, picture.initial)
  let judgement = try entry.search(part, of: history)
  return (history, entry, Certificate(of: history, model: entry, judgements: [(part, judgement)]))
}

@Suite struct `Certificates` {
  @Test(arguments: pictures)
  func `a verdict is confirmed from the certificate's text`(_ picture: Picture) throws {
    let (history, entry, certificate) = try certificate(picture)
    let read = try Certificate(parsing: certificate.text())
    #expect(read == certificate)
    let finding = try read.verify(
      history, model: entry, partitions: [partition(history, picture.initial)])
    #expect(finding.verdict == picture.verdict)
    #expect(finding.confirmed == 1 && finding.silent == 0 && finding.undecided == 0)
  }

  @Test(arguments: pictures.filter { $0.verdict == .linearizable })
  func `a violation that is none is not confirmed`(_ picture: Picture) throws {
    let (history, entry, certificate) = try certificate(picture)
    let full = history.operations.indices.filter { history.operations[$0].outcome == .ok }
    let lie = certificate.claiming(.violation(full: full))
    #expect(throws: CertificateError.self) {
      _ = try lie.verify(
        history, model: entry, partitions: [partition(history, picture.initial)])
    }
  }

  @Test(arguments: pictures.filter { $0.verdict == .violation })
  func `no order of a violation is confirmed`(_ picture: Picture) throws {
    let (history, entry, certificate) = try certificate(picture)
    let placed = history.operations.indices.filter { history.operations[$0].outcome != .fail }
    for order in permutations(placed) {
      let lie = certificate.claiming(.linearizable(order: order))
      #expect(throws: CertificateError.self) {
        _ = try lie.verify(
          history, model: entry, partitions: [partition(history, picture.initial)])
      }
    }
  }

  @Test func `an order must place every reply once and keep to the intervals`() throws {
    let history = history(
      """
      p0 |-write 1→1-|                |-write 1→1-|
      p1                |-read→1-|
      """)
    let entry = try #require(ModelCatalogue["register"])
    let part = partition(history, .int(0))
    func verify(_ order: [Int]) throws -> Verdict {
      var certificate = Certificate(of: history, model: entry, judgements: [])
      certificate.parts = [.init(object: 0, initial: "0", claim: .linearizable(order: order))]
      return try certificate.verify(history, model: entry, partitions: [part]).verdict
    }
    #expect(try verify([0, 1, 2]) == .linearizable)
    for wrong in [[0, 2, 1], [2, 1, 0], [0, 1], [0, 1, 2, 2], [1, 0, 2], []] {
      #expect(throws: CertificateError.self, "\(wrong)") { _ = try verify(wrong) }
    }
  }

  @Test func `a certificate for another history, model or start is refused`() throws {
    let (history, entry, certificate) = try certificate(pictures[0])
    var other = history
    other.operations[0].output = .int(0)
    let start = partition(history, .int(2))
    #expect(throws: CertificateError.self) {
      _ = try certificate.verify(other, model: entry, partitions: [start])
    }
    #expect(throws: CertificateError.self) {
      _ = try certificate.verify(history, model: entry, partitions: [partition(history, .int(3))])
    }
    let account = try #require(ModelCatalogue["account"])
    #expect(throws: CertificateError.self) {
      _ = try certificate.verify(history, model: account, partitions: [start])
    }
  }

  @Test func `an object without a claim leaves the verdict open`() throws {
    var (history, entry, certificate) = try certificate(pictures[0])
    certificate.parts = []
    let finding = try certificate.verify(
      history, model: entry, partitions: [partition(history, .int(2))])
    #expect(finding.verdict == .unknown && finding.silent == 1)
  }

  @Test func `every damaged line is refused with its number`() throws {
    let (_, _, certificate) = try certificate(pictures[0])
    let lines = certificate.text().split(separator: "\n").map(String.init)
    for index in lines.indices {
      for damaged in ["", "x", lines[index] + " 9999", String(lines[index].dropLast())] {
        var copy = lines
        copy[index] = damaged
        let text = copy.joined(separator: "\n") + "\n"
        if let read = try? Certificate(parsing: text) {
          // Fewer digits may still be a number; it is another certificate then.
          #expect(read != certificate, "line \(index + 1): \(damaged)")
        }
      }
      let cut = lines[..<index].joined(separator: "\n")
      #expect(throws: CertificateError.self) { _ = try Certificate(parsing: cut) }
    }
    let error = #expect(throws: CertificateError.self) { _ = try Certificate(parsing: "hello") }
    #expect(error?.description == "line 1: expected \"soldout-certificate 1\"")
  }
}

extension Certificate {
  /// The same certificate with another claim about its object.
  fileprivate func claiming(_ claim: Claim) -> Certificate {
    var copy = self
    copy.parts[0].claim = claim
    return copy
  }
}

private func permutations(_ items: [Int]) -> [[Int]] {
  guard let first = items.first else { return [[]] }
  return permutations(Array(items.dropFirst())).flatMap { rest in
    (0...rest.count).map { place in
      var rest = rest
      rest.insert(first, at: place)
      return rest
    }
  }
}

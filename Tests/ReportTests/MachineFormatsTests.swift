// Formats that programs read, read back by parsers that are not ours.

import Checker
import Foundation
import History
import Report
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

private func parsed(_ json: String) throws -> [String: Any] {
  let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
  return try #require(value as? [String: Any])
}

/// A run whose every text wants escaping.
private func hostileRun() -> RunFacts {
  var run = leaseExpiryRun()
  run.workload = "a<b>&\"c\"%,:|\u{1B}"
  run.strategy = "x\r\ny::z"
  run.judgements[0].counterexample?.headline = "50% <lost>\n]]> & \"quoted\" \u{0} \u{FFFF} ```|"
  run.judgements[0].counterexample?.reasons = ["first\nline", "::error::"]
  return run
}

@Suite struct `JSON report` {
  @Test func `the verdict and the counterexample come first, and all facts are there`() throws {
    let text = JSONReport.text(leaseExpiryRun())
    #expect(
      text.hasPrefix(
        """
        {
          "soldout_report": 1,
          "kind": "run",
          "verdict": "violation",
          "expected": "linearizable",
          "as_expected": false,
          "headline": "item-4 was oversold: two buyers were both told \\"57 left\\"",
          "counterexample": {
        """))
    let report = try parsed(text)
    #expect(report["seed"] as? String == "7f3a")
    let outcomes = try #require(report["outcomes"] as? [String: Int])
    #expect(outcomes == ["ok": 47_960, "sold_out": 141, "fail": 0, "info": 11])
    let latency = try #require(report["latency_ns"] as? [String: Int])
    #expect(latency["p99.9"] == 5_200_000)
    let counterexample = try #require(report["counterexample"] as? [String: Any])
    let operations = try #require(counterexample["operations"] as? [[String: Any]])
    #expect(operations.map { $0["index"] as? Int } == [33, 36])
    #expect(operations[0]["lines"] as? [Int] == [35, 52])
    #expect((operations[0]["steps"] as? [Any])?.count == 3)
  }

  @Test func `several runs and a check are documents of their own kind`() throws {
    let runs = try parsed(JSONReport.text(runsOfEveryKind()))
    #expect(runs["kind"] as? String == "workload")
    #expect(runs["as_expected"] as? Bool == false)
    let first = try #require(runs["first"] as? [String: Any])
    #expect(first["strategy"] as? String == "redisson-lock")
    #expect((first["counterexample"] as? [String: Any])?["operations"] != nil)
    let verdicts = (runs["runs"] as? [[String: Any]])?.map { $0["verdict"] as? String }
    #expect(verdicts == ["linearizable", "vacuous", "unknown", "violation", "violation"])
    let run = leaseExpiryRun()
    let check = CheckFacts(
      source: "h.jsonl", model: "stock", history: run.history, judgements: run.judgements,
      elapsed: 5)
    let report = try parsed(JSONReport.text(check))
    #expect(report["kind"] as? String == "check")
    let keys = try #require(report["keys"] as? [[String: Any]])
    let prefix = try #require(keys[0]["prefix"] as? [String: Any])
    #expect(prefix["operations"] as? Int == 41 && prefix["line"] as? Int == 86)
    #expect(prefix["longest"] as? Bool == true)
  }

  @Test func `hostile text stays text`() throws {
    let report = try parsed(JSONReport.text(hostileRun()))
    #expect(report["workload"] as? String == hostileRun().workload)
    let headline = try #require(hostileRun().judgements[0].counterexample?.headline)
    #expect(report["headline"] as? String == "item-4: " + headline)
  }

  @Test func `keys and values beyond JSON are written all the same`() throws {
    var run = leaseExpiryRun()
    run.history.operations[0].key = .map([Value.Entry(.int(1), .set([.keyword("a")]))])
    run.history.operations[0].output = .double(.nan)
    _ = try parsed(JSONReport.text(run))
  }
}

/// What a JUnit document holds, as an XML parser sees it.
private final class JUnitReader: NSObject, XMLParserDelegate {
  var elements: [(name: String, attributes: [String: String])] = []
  var text = ""

  init?(_ document: String) {
    super.init()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append((name, attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }
}

@Suite struct `JUnit report` {
  @Test func `a case for each strategy; only an expected verdict passes`() throws {
    let reader = try #require(JUnitReader(JUnit.text(runsOfEveryKind())))
    let suite = try #require(reader.elements.first { $0.name == "testsuite" }).attributes
    #expect(suite["tests"] == "5" && suite["failures"] == "1" && suite["errors"] == "2")
    let names = reader.elements.filter { $0.name == "testcase" }.map { $0.attributes["name"] }
    // What failed stands first.
    #expect(
      names == ["redisson-lock", "redlock", "pg-update", "redisson-fenced-lock", "lock-simple"])
    let failure = try #require(reader.elements.first { $0.name == "failure" }).attributes
    #expect(failure["type"] == "violation")
    #expect(
      failure["message"] == "item-4 was oversold: two buyers were both told \"57 left\"")
    let errors = reader.elements.filter { $0.name == "error" }.map { $0.attributes["type"] }
    #expect(errors == ["unknown", "vacuous"])
    #expect(reader.text.contains("p11 #36 take"))
  }

  /// Names that Jenkins' schema (xunit-plugin, junit-10.xsd) knows, of those that are of use here.
  private static let schema: [String: (attributes: Set<String>, required: Set<String>)] = [
    "testsuites": (["name", "time", "tests", "failures", "errors"], []),
    "testsuite": (
      ["name", "tests", "failures", "errors", "time", "skipped"],
      ["name", "tests", "failures", "errors"]
    ),
    "testcase": (["name", "time", "classname"], ["name"]),
    "failure": (["type", "message"], []), "error": (["type", "message"], []),
    "system-out": ([], []),
  ]

  @Test func `elements and attributes are those of the schema`() throws {
    let check = CheckFacts(
      source: "h.jsonl", model: "stock", history: leaseExpiry().history, judgements: [])
    for document in [
      JUnit.text(runsOfEveryKind()), JUnit.text([check]), JUnit.text(comparisonSample),
    ] {
      let reader = try #require(JUnitReader(document))
      for (name, attributes) in reader.elements {
        let known = try #require(Self.schema[name], "\(name)")
        #expect(known.required.isSubset(of: attributes.keys), "\(name)")
        #expect(known.attributes.isSuperset(of: attributes.keys), "\(name): \(attributes)")
        if let time = attributes["time"] {
          #expect(time.wholeMatch(of: /[0-9]+\.[0-9]{3}/) != nil, "\(time)")
        }
      }
    }
  }

  @Test func `hostile text is one document still`() throws {
    let reader = try #require(JUnitReader(JUnit.text([hostileRun()])))
    let failure = try #require(reader.elements.first { $0.name == "failure" }).attributes
    #expect(failure["message"] == "item-4: 50% <lost>\n]]> & \"quoted\" \u{FFFD} \u{FFFD} ```|")
    let member = try #require(reader.elements.first { $0.name == "testcase" }).attributes
    #expect(member["name"] == "x\r\ny::z")
  }

  @Test func `a checked file is a case too`() throws {
    let run = leaseExpiryRun()
    let check = CheckFacts(
      source: "a/h.jsonl", model: "stock", history: run.history, judgements: run.judgements,
      elapsed: 1_234_000_000)
    let reader = try #require(JUnitReader(JUnit.text([check])))
    let member = try #require(reader.elements.first { $0.name == "testcase" }).attributes
    #expect(member == ["classname": "stock", "name": "a/h.jsonl", "time": "1.234"])
  }
}

@Suite struct `Annotations for pull requests` {
  @Test func `escape what the grammar of workflow commands reserves`() {
    #expect(
      Annotations.text([hostileRun()]).hasPrefix(
        "::error title=a<b>&\"c\"%25%2C%3A|\\u{1B}%3A VIOLATION x%0D%0Ay%3A%3Az::"
          + "item-4: 50%25 <lost>%0A]]>")
    )
    let lines = Annotations.text([hostileRun()]).split(separator: "\n")
    #expect(lines.count == 1)
  }

  @Test func `text for people holds no command of the runner's`() {
    let text =
      "::error::x\n  ::add-mask::x\na ::b:: c\n\u{3000}::warning ::x\n##[set-output name=x;]y\n"
    #expect(
      Annotations.disarmed(text)
        == "\\::error::x\n  \\::add-mask::x\na ::b:: c\n\u{3000}\\::warning ::x\n"
        + "#\\#[set-output name=x;]y\n")
    let json = Annotations.disarmed(json: Array(###"{"a":"##[error]x"}"###.utf8))
    #expect(String(decoding: json, as: UTF8.self) == ###"{"a":"#\u0023[error]x"}"###)
  }

  @Test func `are commands of the grammar, one a line`() {
    // docs.github.com, "Workflow commands for GitHub Actions": ::name key=value,key=value::message
    let grammar =
      /::(error|warning)( (file|line|title)=[^:,\r\n]*(,(file|line|title)=[^:,\r\n]*)*)?::[^\r\n]*/
    let check = CheckFacts(
      source: "a:b,c\n.jsonl", model: "stock", history: leaseExpiryRun().history,
      judgements: leaseExpiryRun().judgements)
    for text in [
      Annotations.text(runsOfEveryKind()), Annotations.text([hostileRun()]),
      Annotations.text([check]), Annotations.text(comparisonSample),
    ] {
      let lines = text.split(separator: "\n")
      #expect(!lines.isEmpty)
      for line in lines {
        #expect(line.wholeMatch(of: grammar) != nil, "\(line)")
        // Every % begins an escape.
        for match in line.matches(of: /%(..)/) {
          #expect(["25", "0D", "0A", "3A", "2C"].contains(match.1), "\(line)")
        }
      }
    }
  }

  @Test func `point at the file and line, and leave out what is as expected`() {
    let run = leaseExpiryRun()
    let check = CheckFacts(
      source: "h,1.jsonl", model: "stock", history: run.history, judgements: run.judgements)
    #expect(Annotations.text([check]).hasPrefix("::error file=h%2C1.jsonl,line=35,title=stock%3A "))
    let kinds = Annotations.text(runsOfEveryKind()).split(separator: "\n").map { $0.prefix(9) }
    #expect(kinds == ["::error t", "::warning", "::warning"])
  }

  @Test func `more than ten are ten, the last of which names the rest`() {
    let runs = (0..<14).map { place -> RunFacts in
      var run = leaseExpiryRun()
      run.strategy = "s\(place)"
      return run
    }
    let lines = Annotations.text(runs).split(separator: "\n")
    #expect(lines.count == 10)
    #expect(
      lines[9] == """
        ::error title=soldout::5 more: VIOLATION s9, VIOLATION s10, VIOLATION s11, \
        VIOLATION s12, VIOLATION s13
        """)
  }
}

@Suite struct `Markdown summary` {
  @Test func `the worst comes first, with its picture`() {
    let text = Markdown.text(runsOfEveryKind())
    #expect(
      text.hasPrefix(
        """
        ## soldout: 3 of 5 strategies not as expected

        ### VIOLATION redisson-lock (lease-expiry)

        **item-4 was oversold: two buyers were both told "57 left"**

        ```text
        """))
    #expect(text.contains("| redlock | unknown | NO |"))
    #expect(text.contains("<details><summary>unknown redlock (lease-expiry)</summary>"))
  }

  @Test func `hostile text opens no markup`() {
    let text = Markdown.text([hostileRun()])
    #expect(!text.contains("<lost>\n"))
    #expect(text.contains("**item-4: 50% &lt;lost&gt;\\\\n\\]\\]&gt; &amp;"))
    #expect(text.contains("````text\n"))
  }
}

// Columns, lines and tables: what every report is laid out with.

import Support
import Testing

@testable import Report

@Suite struct `Text` {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("é", 1), ("👍", 2), ("❤\u{FE0F}", 2),
    ("├─┤", 3), ("µ", 1), ("\u{200B}", 0), ("ﾊ", 1), ("Ａ", 2),
  ])
  func `columns are those of a terminal`(text: String, columns: Int) {
    #expect(text.columns == columns)
  }

  @Test func `cut text ends in an ellipsis and never passes the limit`() {
    #expect("abcdef".fitted(to: 6) == "abcdef")
    #expect("abcdef".fitted(to: 5) == "abcd…")
    #expect("abc".fitted(to: 1) == "…")
    #expect("abc".fitted(to: 0) == "")
    #expect("日本語".fitted(to: 5) == "日本…")
    #expect("日本語".fitted(to: 4) == "日…")
    for limit in 0..<12 { #expect("a日b本c語d".fitted(to: limit).columns <= limit) }
  }

  @Test func `what would disturb the screen is written as an escape`() {
    #expect(
      "a\tb\r\n\u{1B}[1m\u{7F}\u{2066}é".printable == "a\\tb\\r\\n\\u{1B}[1m\\u{7F}\\u{2066}é")
    #expect("plain".printable == "plain")
  }

  @Test func `no span of a report holds what would disturb the screen`() {
    let line = Line([Span("a\u{1B}[32mb\n", .bad), Span("\u{202E}")])
    let text = line.text(Style(color: true))
    #expect(text == "\u{1B}[1;31ma\\u{1B}[32mb\\n\u{1B}[0m\\u{202E}")
    #expect(Style(color: true).screened(text) == text)
  }

  @Test func `the last place before a screen passes lines and colours of reports alone`() {
    let text = "\u{1B}[1;31mbad\u{1B}[0m\n\u{1B}[2J\u{1B}]0;title\u{7}\u{1B}\u{1B}[31m\r\u{9B}2J\tx"
    #expect(
      Style(color: true).screened(text)
        == "\u{1B}[1;31mbad\u{1B}[0m\n\\u{1B}[2J\\u{1B}]0;title\\u{7}\\u{1B}\\u{1B}[31m\\r\\u{9B}2J\\tx"
    )
    #expect(Style(color: false).screened("\u{1B}[31mx\n") == "\\u{1B}[31mx\n")
  }

  @Test func `text laid out elsewhere keeps its lines in ASCII`() {
    let text = "GET → 2 · 1 − 1\nlow: ▂▃\n"
    #expect(Style(unicode: true).legible(text) == text)
    #expect(Style(unicode: false).legible(text) == "GET > 2 - 1 - 1\nlow: _=\n")
  }

  @Test func `every character has an ASCII form of its own width`() {
    for character in "├─┤▷▲│└┬╌━░▁▂▃▄▅▆▇█▕▏•▴∙·…×µ→–日é" {
      #expect(character.inASCII.count == character.columns, "\(character)")
      #expect(character.inASCII.allSatisfy { $0.isASCII })
    }
  }

  @Test func `a paragraph keeps every word and its width`() {
    for seed in UInt64(0)..<200 {
      var random = SeededGenerator(seed: seed)
      let words = (0..<Int.random(in: 0...30, using: &random)).map { _ in
        String(
          repeating: ["a", "日", "é"].randomElement(using: &random) ?? "a",
          count: Int.random(in: 1...24, using: &random))
      }
      let width = Int.random(in: Style.narrowest...60, using: &random)
      let lead = ["", "Why: ", "VIOLATION  "].randomElement(using: &random) ?? ""
      let lines = Paragraph(
        words.joined(separator: " "), lead: Span(lead),
        margin: Int.random(in: 0...3, using: &random)
      ).lines(width: width)
      let text = lines.map { $0.spans.map(\.text).joined() }
      #expect(text.allSatisfy { $0.columns <= width }, "seed \(seed)")
      let kept = text.joined().filter { $0 != " " }
      #expect(kept == (lead + words.joined()).filter { $0 != " " }, "seed \(seed)")
    }
  }

  @Test func `a table gives up blanks, then its flexible column`() {
    var table = TextTable([
      TableColumn("name", narrowest: 3), TableColumn("count", isNumeric: true),
    ])
    table.append([Span("redisson-lock"), Span("12")])
    func text(_ width: Int) -> [String] {
      table.lines(width: width).map { $0.text(Style(width: 80)) }
    }
    #expect(text(80) == ["name           count", "redisson-lock     12"])
    #expect(text(19) == ["name          count", "redisson-lock    12"])
    #expect(text(12) == ["name   count", "redis…    12"])
  }

  @Test func `Markdown shows text as it is`() {
    #expect(
      MarkdownText.escaped("a|b *c* <d> `e` @f [g] & \\")
        == "a\\|b \\*c\\* &lt;d&gt; \\`e\\` &#64;f \\[g\\] &amp; \\\\")
    #expect(MarkdownText.fenced("a ``` b").hasPrefix("````text\n"))
    #expect(MarkdownText.fenced("a\n") == "```text\na\n```\n")
  }
}

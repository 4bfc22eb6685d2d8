// Histories whose values are too rich for a picture: a line per call, with its times.
//
//     0 order {"a":1,"b":1} -> {"a":2} @ 1-5
//     1 look ["a"] -> ? @ 2
//
// Process, function, value, the reply and the times of call and reply; `?` is a reply that never came,
// `fail` a call that had no effect. Values are JSON, times ms.

public import History

/// Reads such lines. Malformed ones end the test: they are the test's own text.
public func history(lines text: String) -> History {
  var entries: [(time: Int, text: String)] = []
  for line in text.split(separator: "\n") {
    let parts = line.split(separator: " @ ")
    let call = parts[0].split(separator: " -> ", maxSplits: 1)
    let words = call[0].split(separator: " ", maxSplits: 2)
    let times = parts[1].split(separator: "-").compactMap { Int($0) }
    let input = words.count > 2 ? String(words[2]) : "null"
    func entry(_ type: String, _ value: String, _ time: Int) -> (time: Int, text: String) {
      (
        time,
        "{\"process\":\(words[0]),\"type\":\"\(type)\",\"f\":\"\(words[1])\",\"value\":\(value),"
          + "\"time\":\(time)000000}"
      )
    }
    entries.append(entry("invoke", input, times[0]))
    let reply = String(call[1])
    if reply == "fail" {
      entries.append(entry("fail", input, times[1]))
    } else if reply != "?" {
      entries.append(entry("ok", reply, times[1]))
    }
  }
  // Calls stand before replies of the same time: a process' own order is kept, as its times differ.
  let sorted = entries.enumerated().sorted {
    ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
  }
  let bytes = Array(sorted.map(\.element.text).joined(separator: "\n").utf8)
  do throws(ParseError) {
    return try HistoryFormat.read(bytes).history
  } catch {
    fatalError("\(error)")
  }
}

// Writes a journal to history.jsonl while the run goes on: formatted and appended on a thread of
// its own, handed over several times a second, so that even kill -9 loses at most the last second.

import Drivers
import History
import Synchronization

/// The growing history file of one run.
final class HistoryFile: Sendable {
  private let worker: SerialWorker
  private let file: AppendFile
  private let state: Mutex<State>

  private struct State {
    var format: JournalFormat
    var failure: FileFailure?
  }

  /// Creates the file and writes its header line. `origin` is the instant the journal counts its
  /// times from.
  init(
    path: String, header: Header, objects: [String], of datatype: Workload.Datatype, origin: Int64,
    worker: SerialWorker
  ) throws(FileFailure) {
    file = try AppendFile(path: path, truncating: true)
    var line: [UInt8] = []
    JSONLinesWriter.append(header, to: &line)
    try file.append(line)
    self.worker = worker
    state = Mutex(State(format: JournalFormat(objects: objects, of: datatype, origin: origin)))
  }

  /// Queues a chunk; returns at once.
  func write(_ chunk: JournalChunk) {
    worker.submit { [self] in
      state.withLock { state in
        guard state.failure == nil else { return }
        do throws(FileFailure) {
          try file.append(state.format.lines(of: chunk))
          try file.flush()
        } catch {
          state.failure = error
        }
      }
    }
  }

  /// What went wrong with the file, if anything: a history that can't be written ends the run.
  var failure: FileFailure? { state.withLock { $0.failure } }

  /// Waits until everything handed over is in the file.
  func finish() throws(FileFailure) {
    worker.drain()
    if let failure { throw failure }
    try file.close()
  }
}

/// Renders records as JSON Lines. The index counts on from chunk to chunk.
struct JournalFormat: Sendable {
  private var index = 0
  private let origin: Int64
  private let objects: [[UInt8]]
  private let kinds: [[UInt8]]
  private let datatype: Workload.Datatype

  init(objects: [String], of datatype: Workload.Datatype, origin: Int64) {
    self.origin = origin
    self.datatype = datatype
    self.objects = objects.map { name in
      var bytes = Array(",\"key\":".utf8)
      JSONText.append(string: name, to: &bytes)
      return bytes
    }
    kinds = ["invoke", "ok", "fail", "info"].map { Array(",\"type\":\"\($0)\"".utf8) }
  }

  mutating func lines(of chunk: JournalChunk) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(chunk.records.count * 112)
    for record in chunk.records {
      bytes.append(contentsOf: "{\"index\":".utf8)
      JSONText.append(int: index, to: &bytes)
      if record.kind == .event {
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: chunk.texts[Int(record.text)].utf8)
      } else {
        append(record, of: chunk, to: &bytes)
      }
      bytes.append(contentsOf: ",\"time\":".utf8)
      JSONText.append(int: Int(record.time), to: &bytes)
      bytes.append(contentsOf: "}\n".utf8)
      index += 1
    }
    return bytes
  }

  private func append(_ record: Record, of chunk: JournalChunk, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: ",\"process\":".utf8)
    JSONText.append(int: Int(record.process), to: &bytes)
    bytes.append(contentsOf: kinds[Int(record.kind.rawValue)])
    bytes.append(contentsOf: ",\"f\":\"".utf8)
    bytes.append(contentsOf: datatype.name(of: record.call).utf8)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: objects[Int(record.item)])
    bytes.append(contentsOf: ",\"value\":".utf8)
    let value =
      record.reply.map { datatype.output(of: $0, to: record.call) }
      ?? (record.kind == .ok ? .null : record.call.input)
    JSONText.append(value: value, to: &bytes)
    if record.intended != .min {
      bytes.append(contentsOf: ",\"intended\":".utf8)
      JSONText.append(int: Int(record.intended), to: &bytes)
    }
    if record.text >= 0 {
      bytes.append(UInt8(ascii: ","))
      bytes.append(contentsOf: chunk.texts[Int(record.text)].utf8)
    }
    if !record.steps.isEmpty {
      append(chunk.steps[Int(record.steps.lowerBound)..<Int(record.steps.upperBound)], to: &bytes)
    }
  }

  private func append(_ steps: ArraySlice<CommandTrace.Step>, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: ",\"steps\":[".utf8)
    for (position, step) in steps.enumerated() {
      bytes.append(contentsOf: position == 0 ? "[".utf8 : ",[".utf8)
      JSONText.append(string: step.command, to: &bytes)
      bytes.append(UInt8(ascii: ","))
      JSONText.append(string: step.shownReply, to: &bytes)
      bytes.append(UInt8(ascii: ","))
      JSONText.append(int: Int(step.sent - origin), to: &bytes)
      bytes.append(UInt8(ascii: ","))
      JSONText.append(int: Int(step.received - origin), to: &bytes)
      bytes.append(UInt8(ascii: "]"))
    }
    bytes.append(UInt8(ascii: "]"))
  }
}

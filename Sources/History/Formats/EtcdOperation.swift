// One etcd operation as a call on a register, or why it can't be one.
// A register has no revisions, versions or leases: a write that depends on them is
// refused rather than read as something weaker.

/// Why an operation is refused.
struct EtcdInvalidValue: Error {
  var rule = Rule.field
  var message: String
}

struct EtcdOperation {
  var process: Int
  var call: Int64
  /// When the reply came; nil where the file gives a time beyond any clock for "never".
  var answered: Int64?
  private var request: EtcdRequest
  private var kind = Entry.Kind.ok
  private var output = Value.null
  private var error: String?
  private var line: Int
  private var column: Int

  /// An operation from its object; nil where it changes no key and says too much for a register.
  init?(_ value: Value, line: Int, column: Int) throws(EtcdInvalidValue) {
    process = try Self.number(value["ClientId"] ?? value["ClientID"], "ClientId")
    call = Int64(try Self.number(value["Call"], "Call"))
    let returned = Int64(try Self.number(value["Return"], "Return"))
    answered = returned > 1 << 60 ? nil : returned
    guard returned >= call else {
      throw EtcdInvalidValue(
        message: "the operation returns at \(returned), before its call at \(call)")
    }
    guard let input = value["Input"], let output = value["Output"] else {
      throw EtcdInvalidValue(message: "the operation has no Input or no Output")
    }
    guard let request = try EtcdRequest(input) else { return nil }
    self.request = request
    self.line = line
    self.column = column
    try read(output)
  }

  var invoke: Entry {
    Entry(
      process: .client(process), kind: .invoke, function: request.function,
      key: .string(request.key), value: request.value, time: call, line: line, column: column)
  }

  var completion: Entry {
    Entry(
      process: .client(process), kind: kind, function: request.function,
      key: .string(request.key), value: kind == .ok ? output : request.value,
      time: answered, error: error, line: line, column: column)
  }

  private static func number(_ value: Value?, _ name: String) throws(EtcdInvalidValue) -> Int {
    guard case .int(let number) = value else {
      throw EtcdInvalidValue(
        message: "\(name) is \(brief(value)), expected a whole number")
    }
    return number
  }

  private mutating func read(_ response: Value) throws(EtcdInvalidValue) {
    if let text = response["Error"]?.name, !text.isEmpty {
      (kind, error) = (.info, text)
    } else if let text = response["ClientError"]?.name, !text.isEmpty {
      // etcd answered, and refused: nothing was done.
      (kind, error) = (.fail, text)
    } else if response["Persisted"] == .bool(true) {
      (kind, error) = (.info, "persisted, but no reply was seen")
    } else if request.isRange {
      output = try Self.single(response["Range"], of: request.key)
    } else if let transaction = response["Txn"], transaction != .null {
      try read(transaction: transaction)
    } else {
      throw EtcdInvalidValue(message: "the Output does not answer a \(request.function)")
    }
  }

  private mutating func read(transaction: Value) throws(EtcdInvalidValue) {
    if transaction["Failure"] == .bool(true) {
      guard request.function == "cas" else {
        throw EtcdInvalidValue(message: "a transaction without conditions reports Failure")
      }
      (kind, error) = (.fail, "the key existed")
    } else if request.function == "read" {
      guard case .list(let results) = transaction["Results"], results.count == 1 else {
        throw EtcdInvalidValue(message: "a transaction with one read does not report one result")
      }
      output = try Self.single(results[0], of: request.key)
    } else {
      output = request.value
    }
  }

  /// The value of the only key a range was of; null where there was none.
  private static func single(_ range: Value?, of key: String) throws(EtcdInvalidValue) -> Value {
    switch range?["KVs"] {
    case .list(let pairs) where pairs.isEmpty: return .null
    case .null where range != nil && range != .null: return .null
    case .list(let pairs) where pairs.count == 1 && pairs[0]["Key"]?.name == key:
      return try EtcdRequest.value(pairs[0]["Value"])
    default:
      throw EtcdInvalidValue(
        message: "the reply to a read of \(brief(key)) does not hold one value of it")
    }
  }
}

/// What was asked of one key.
struct EtcdRequest {
  var function: String
  var key: String
  var value = Value.null
  /// A range by itself, whose reply stands elsewhere than a transaction's.
  var isRange = false

  /// A request from its Input; nil where it changes no key and says too much for a register.
  init?(_ input: Value) throws(EtcdInvalidValue) {
    switch input["Type"]?.name {
    case "range":
      guard input["Range"]?["Revision"] ?? .int(0) == .int(0),
        let key = Self.singleKey(input["Range"])
      else { return nil }
      (function, self.key, isRange) = ("read", key, true)
    case "txn":
      guard let transaction = input["Txn"] else {
        throw EtcdInvalidValue(message: "the transaction has no Txn")
      }
      guard let request = try Self.transaction(transaction) else { return nil }
      self = request
    case "leaseGrant", "compact", "defragment":
      return nil
    case "leaseRevoke":
      throw EtcdInvalidValue(
        rule: .unmapped,
        message: "a lease is revoked, which deletes keys without a register's knowledge")
    case let type:
      throw EtcdInvalidValue(
        message:
          "the request's Type is \(brief(type ?? "nothing")), expected range, txn, leaseGrant, "
          + "leaseRevoke, compact or defragment")
    }
  }

  private init(function: String, key: String, value: Value = .null) {
    self.function = function
    self.key = key
    self.value = value
  }

  private static func transaction(_ transaction: Value) throws(EtcdInvalidValue) -> EtcdRequest? {
    let conditions = items(transaction["Conditions"])
    let success = items(transaction["OperationsOnSuccess"])
    let failure = items(transaction["OperationsOnFailure"])
    if (success + failure).allSatisfy({ $0["Type"]?.name == "range-operation" }) {
      guard conditions.isEmpty, failure.isEmpty, success.count == 1,
        let key = singleKey(success[0]["Range"])
      else { return nil }
      return EtcdRequest(function: "read", key: key)
    }
    guard success.count == 1,
      failure.allSatisfy({ $0["Type"]?.name == "range-operation" })
    else {
      throw EtcdInvalidValue(
        rule: .unmapped,
        message: "a transaction writes more than one key, or writes when its condition fails")
    }
    let write = try written(by: success[0])
    if conditions.isEmpty { return write }
    guard conditions.count == 1, conditions[0]["Key"]?.name == write.key,
      conditions[0]["ExpectedRevision"] ?? .int(0) == .int(0),
      conditions[0]["ExpectedVersion"] ?? .int(0) == .int(0)
    else {
      throw EtcdInvalidValue(
        rule: .unmapped,
        message:
          "a write to \(brief(write.key)) depends on a revision, which a register doesn't have; "
          + "only \"if the key does not exist\" can be read")
    }
    return EtcdRequest(function: "cas", key: write.key, value: .list([.null, write.value]))
  }

  private static func written(by operation: Value) throws(EtcdInvalidValue) -> EtcdRequest {
    switch operation["Type"]?.name {
    case "put-operation":
      guard let put = operation["Put"], let key = put["Key"]?.name else {
        throw EtcdInvalidValue(message: "a put has no Put.Key")
      }
      guard put["LeaseID"] ?? .int(0) == .int(0) else {
        throw EtcdInvalidValue(
          rule: .unmapped,
          message: "\(brief(key)) is put under a lease, which may delete it at any time")
      }
      return EtcdRequest(function: "write", key: key, value: try value(put["Value"]))
    case "delete-operation":
      guard let key = operation["Delete"]?["Key"]?.name else {
        throw EtcdInvalidValue(message: "a delete has no Delete.Key")
      }
      return EtcdRequest(function: "write", key: key)
    case let type:
      throw EtcdInvalidValue(
        message: "the transaction's operation is of Type \(brief(type ?? "nothing")), expected "
          + "range-operation, put-operation or delete-operation")
    }
  }

  /// `{"Value":"3"}`, or `{"Hash":1234}` for texts of 20 bytes and more.
  static func value(_ value: Value?) throws(EtcdInvalidValue) -> Value {
    if let hash = value?["Hash"], hash != .int(0) { return .tagged("hash", hash) }
    switch value {
    case .map: return value?["Value"] ?? .string("")
    case .string(let text): return .string(text)
    default: throw EtcdInvalidValue(message: "a key's value is neither text nor hash")
    }
  }

  private static func singleKey(_ range: Value?) -> String? {
    guard let range, let key = range["Start"]?.name, range["End"]?.name ?? "" == "" else {
      return nil
    }
    return key
  }

  private static func items(_ value: Value?) -> [Value] {
    guard case .list(let items) = value else { return [] }
    return items
  }
}

// Events to order.

public import History

/// An event with a time in microseconds.
public func event(
  _ process: String, _ function: String, _ value: Value = .null, at time: Int64, key: Value? = nil
) -> Event {
  Event(
    process: process, function: function, key: key, value: value,
    moment: Moment(rank: Int(time * 1000) * 2, index: 0, time: time * 1000))
}

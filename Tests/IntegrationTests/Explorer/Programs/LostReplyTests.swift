// Which client libraries send a command again whose reply was lost: docs/exploring.md has them in a table, and here
// each of them loses each of its replies once.

import Foundation
import History
import Testing

@testable import Drivers
@testable import Explorer
@testable import Harness

@Suite("A reply that is lost", .serialized)
struct LostReplyTests {
  @Test(
    "is made up for by sending the command again, or ends the call", arguments: LossyShop.present)
  func everywhere(_ shop: LossyShop) throws {
    let places = shop.commands.indices
    let schedules = try shop.explored().explore { exploration in
      try places.map { place in
        // How often it naps before it connects and sends again is the library's, and partly random.
        let tried = try exploration.replay(
          (1...(shop.repeats ? 3 : 1)).map { shop.schedule(losing: place, naps: $0) })
        return try #require(tried.first { $0.abortReason == nil } ?? tried.first)
      }
    }
    for (place, schedule) in zip(places, schedules) {
      // A command that was held in the end would have no step here.
      #expect(schedule.abortReason == nil, "\(place): \(schedule.steps.map(\.text))")
      let steps = schedule.steps.map {
        $0.text.prefix { !" ,;".contains($0) }.uppercased()
      }
      #expect(steps.filter { $0 != "TIME" } == shop.sent(losing: place))
      #expect(steps.contains("TIME") == shop.repeats, "\(steps)")
      #expect(schedule.calls.map(\.outcome) == [shop.repeats ? .ok : .info], "\(place)")
    }
  }
}

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
      try exploration.replay(places.map(shop.schedule(losing:)))
    }
    for (place, schedule) in zip(places, schedules) {
      // A command that was held in the end would have no step here.
      #expect(schedule.abortReason == nil, "\(place): \(schedule.steps.map(\.text))")
      let sent = schedule.steps.map {
        $0.text.prefix { !" ,;".contains($0) }.uppercased()
      }
      #expect(sent == shop.sent(losing: place))
      #expect(schedule.calls.map(\.outcome) == [shop.repeats ? .ok : .info], "\(place)")
    }
  }
}

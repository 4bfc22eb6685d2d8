// A Redis that is still reading its data: there, and not yet of use.

import Testing

@testable import Drivers

@Suite struct LoadingRedisTests {
  @Test func `a Redis that is still loading its data is told as one`() throws {
    let port = serve { client in
      while !receive(client).isEmpty {
        send(client, Array("-LOADING Redis is loading the dataset in memory\r\n".utf8))
      }
    }
    let failure = #expect(throws: ServerFailure.self) {
      try ExternalProbe.redis(RedisAddress(.tcp(host: "127.0.0.1", port: port)))
    }
    #expect(
      failure?.description
        == "redis://127.0.0.1:\(port) is not fit for a run: it is still loading its "
        + "data; run again when it has")
  }
}

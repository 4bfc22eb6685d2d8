// What is on its way over TCP, as /proc/net/tcp tells it.

import Testing

@testable import Drivers

@Suite("TCP connections")
struct TCPConnectionsTests {
  private func table(_ state: String, _ queues: String) -> TCPConnections {
    TCPConnections(
      text: """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1
           1: 0100007F:9C40 0100007F:18EB \(state) \(queues) 00:00000000 00000000  1000        0 2
        """)
  }

  @Test(
    "are under way while they are being made, or bytes are not acknowledged",
    arguments: [
      ("02", "00000001:00000000", true), ("03", "00000000:00000000", true),
      ("01", "00000010:00000000", true), ("01", "00000000:00000007", false),
      ("01", "00000000:00000000", false), ("06", "00000000:00000000", false),
    ])
  func states(_ state: String, _ queues: String, _ isUnderWay: Bool) {
    #expect(table(state, queues).areUnderWay(with: [0x18EB]) == isUnderWay)
    #expect(table(state, queues).areUnderWay(with: [0x9C40]) == isUnderWay)
    #expect(!table(state, queues).areUnderWay(with: [80]))
  }
}

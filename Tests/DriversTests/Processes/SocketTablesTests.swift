// Linux's tables of sockets, as text and as what sock_diag answers.

import Testing

@testable import Drivers

@Suite("Tables of sockets")
struct SocketTablesTests {
  private static let table = """
      sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
       0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1
       1: 0100007F:9C40 0100007F:18EB 01 00000000:00000000 00:00000000 00000000     0        0 102 1
       2: nonsense
    """
  private static let table6 = """
      sl  local_address                         remote_address                        st tx rx tr
       0: 00000000000000000000000001000000:9C41 00000000000000000000000001000000:18EC 08 0:0 0:0 0 0 0 103 1
       1: 0000000000000000FFFF00000100007F:9C42 0000000000000000FFFF00000200007F:18ED 01 0:0 0:0 0 0 0 104 1
       2: B80D0120000000000000000001000000:9C42 B80D0120000000000100000001000000:18ED 01 0:0 0:0 0 0 0 105 1
    """

  @Test("of TCP: who is at the other end")
  func tcp() {
    var sockets = InternetSockets()
    sockets.add(Self.table)
    sockets.add(Self.table6)
    #expect(sockets.entries.count == 5)
    #expect(sockets.entries[101]?.isListening == true && sockets.entries[101]?.isConnected == false)
    #expect(sockets.entries[102]?.local == InternetAddress(host: "127.0.0.1", port: 40_000))
    #expect(sockets.entries[102]?.remote == InternetAddress(host: "127.0.0.1", port: 6379))
    #expect(sockets.entries[102]?.isConnected == true)
    #expect(sockets.entries[103]?.remote.description == "[::1]:6380")
    #expect(sockets.entries[104]?.remote.description == "127.0.0.2:6381")
    #expect(sockets.entries[105]?.local.host == "2001:db8::1")
    #expect(sockets.entries[105]?.remote.host == "2001:db8::1:0:1")
  }

  /// `nlmsghdr`, `unix_diag_msg` and attributes.
  private func message(_ inode: UInt32, _ attributes: [(UInt16, [UInt8])]) -> [UInt8] {
    var body: [UInt8] = [1, 1, 1, 0]
    withUnsafeBytes(of: inode) { body += $0 }
    body += [UInt8](repeating: 0, count: 8)
    for (type, value) in attributes {
      withUnsafeBytes(of: UInt16(4 + value.count)) { body += $0 }
      withUnsafeBytes(of: type) { body += $0 }
      body += value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    }
    var header: [UInt8] = []
    withUnsafeBytes(of: UInt32(16 + body.count)) { header += $0 }
    withUnsafeBytes(of: UInt16(20)) { header += $0 }
    return header + [UInt8](repeating: 0, count: 10) + body
  }

  @Test("of unix: names and other ends")
  func unix() {
    let answer =
      message(7, [(2, [8, 0, 0, 0])])
      + message(8, [(0, Array("/tmp/s\0".utf8)), (2, [7, 0, 0, 0])])
      + message(9, [(0, Array("\0abc".utf8))])
    let sockets = UnixSockets(answer: answer)
    #expect(sockets.entries[7] == UnixSockets.Entry(name: nil, peer: 8))
    #expect(sockets.entries[8] == UnixSockets.Entry(name: "/tmp/s", peer: 7))
    #expect(sockets.entries[9] == UnixSockets.Entry(name: "@abc", peer: nil))
    // However it is cut.
    for length in 0..<answer.count {
      #expect(UnixSockets(answer: Array(answer[..<length])).entries.count < 3)
    }
  }
}

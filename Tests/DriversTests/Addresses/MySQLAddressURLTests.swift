// URLs of MySQL servers.

import Testing

@testable import Drivers

@Suite struct MySQLAddressURLTests {
  @Test func `what a URL says is what is reached`() throws {
    let full = try MySQLAddress(url: "mysql://shop:a%40b@db.example:3307/stock")
    #expect((full.user, full.password, full.host) == ("shop", "a@b", "db.example"))
    #expect((full.port, full.database, full.socket) == (3307, "stock", nil))
    let short = try MySQLAddress(url: "mariadb://shop@127.0.0.1")
    #expect((short.port, short.database, short.password) == (3306, nil, nil))
    let local = try MySQLAddress(url: "mysql://shop@/?socket=%2Frun%2Fm.sock")
    #expect(local.socket == "/run/m.sock")
  }

  @Test(arguments: [
    ("postgres://u@h", 1, "begins with mysql://"), ("mysql://h:3306/d", 9, "a user is missing"),
    ("mysql://u@/d", 11, "a host is missing"), ("mysql://u@h:0", 13, "a port"),
    ("mysql://u@h/d?ssl=1", 15, "only parameter"), ("mysql://u@h?socket=m", 13, "begins with /"),
  ])
  func `what is not understood is refused where it stands`(
    url: String, column: Int, reason: String
  ) {
    do throws(AddressError) {
      _ = try MySQLAddress(url: url)
      Issue.record("\(url) was taken")
    } catch {
      #expect(error.column == column && error.reason.contains(reason), "\(url): \(error)")
    }
  }
}

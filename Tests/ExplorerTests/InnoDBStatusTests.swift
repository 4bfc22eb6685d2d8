// Who waits, in what InnoDB says of itself.

import Testing

@testable import Explorer

@Suite struct InnoDBStatusTests {
  private static let status = """
    =====================================
    LATEST DETECTED DEADLOCK
    ------------------------
    *** (1) TRANSACTION:
    TRANSACTION 40, ACTIVE 1 sec starting index read
    LOCK WAIT 3 lock struct(s), heap size 1128, 2 row lock(s), undo log entries 1
    MariaDB thread id 99, OS thread handle 140, query id 20 localhost soldout Updating
    ------------
    TRANSACTIONS
    ------------
    Trx id counter 45
    ---TRANSACTION 44, ACTIVE 2 sec starting index read
    mysql tables in use 1, locked 1
    LOCK WAIT 2 lock struct(s), heap size 1128, 1 row lock(s)
    MariaDB thread id 7, OS thread handle 140, query id 21 localhost soldout Updating
    UPDATE stock SET units = 1
    ------- TRX HAS BEEN WAITING 2000 us FOR THIS LOCK TO BE GRANTED:
    ---TRANSACTION 43, ACTIVE 3 sec
    2 lock struct(s), heap size 1128, 1 row lock(s), undo log entries 1
    MariaDB thread id 8, OS thread handle 141, query id 19 localhost soldout
    ---TRANSACTION 42, ACTIVE 3 sec
    LOCK WAIT 2 lock struct(s), heap size 1128, 1 row lock(s)
    MySQL thread id 12, OS thread handle 142, query id 18 localhost soldout updating
    --------
    FILE I/O
    """

  @Test func `those who wait now are found, those of the last deadlock are not`() {
    #expect(MySQLControl.waiting(in: Self.status) == [7, 12])
    #expect(MySQLControl.waiting(in: "") == [])
  }
}

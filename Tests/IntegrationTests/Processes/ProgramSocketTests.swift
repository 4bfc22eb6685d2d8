// Where the connections of programs lead, and what is said of a thread that waits at one.

import Glibc
import Testing

@testable import Drivers

@Suite("The connections of programs that are looked at")
struct ProgramSocketTests {
  @Test("lead to strangers, by TCP, UDP and unix sockets, or to processes that are looked at")
  func peers() throws {
    let server = try SleepingProgram(
      """
      import tempfile
      tcp = socket.create_server(('127.0.0.1', 0))
      path = tempfile.mkdtemp() + '/s'
      unix = socket.socket(socket.AF_UNIX)
      unix.bind(path)
      unix.listen()
      print('ready', tcp.getsockname()[1], path, flush=True)
      accepted = [tcp.accept(), unix.accept()]
      os.unlink(path)
      os.rmdir(os.path.dirname(path))
      os.read(0, 1)
      """)
    let place = server.line.split(separator: " ")
    try #require(place.count == 2)
    let port = try #require(UInt16(place[0]))
    let client = try SleepingProgram(
      """
      tcp = socket.create_connection(('127.0.0.1', \(port)))
      unix = socket.socket(socket.AF_UNIX)
      unix.connect('\(place[1])')
      udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      udp.connect(('127.0.0.1', 9))
      listener = socket.create_server(('127.0.0.1', 0))
      a, b = socket.socketpair()
      print('ready', flush=True)
      tcp.recv(1)
      """)
    let trees = ProcessTrees()
    trees.watch(client.pid)
    let waits = try #require(SleepingProgram.waits(trees) { $0.first?.call.name == "recvfrom" })
    let local = InternetAddress(host: "127.0.0.1", port: port)
    let found = trees.sockets().sorted { $0.descriptor < $1.descriptor }.map(\.peer)
    #expect(
      found == [
        .tcp(local), .unix(path: String(place[1])),
        .udp(InternetAddress(host: "127.0.0.1", port: 9)), .within(process: client.pid),
        .within(process: client.pid),
      ])
    #expect(
      trees.explanation(of: waits[0])
        .hasSuffix("waits in recvfrom (descriptor 3), a TCP connection to \(local)"))
    trees.watch(server.pid)
    _ = SleepingProgram.waits(trees)
    #expect(trees.sockets().filter { $0.peer == .within(process: server.pid) }.count == 2)
  }

  @Test("a pipe's other end is said by name")
  func pipe() throws {
    let program = try SleepingProgram(
      """
      r, w = os.pipe()
      if os.fork() == 0:
        os.close(r)
        os.read(0, 1)
      os.close(w)
      print('ready', flush=True)
      os.read(r, 1)
      """)
    let trees = ProcessTrees()
    trees.watch(program.pid)
    let waits = try #require(SleepingProgram.waits(trees) { $0.count == 2 })
    let parent = try #require(waits.first { $0.process == program.pid })
    let child = try #require(waits.first { $0.process != program.pid })
    #expect(
      trees.explanation(of: parent)
        == "thread \(program.pid) (python3) of process \(program.pid) (python3) waits in read "
        + "(descriptor 3), a pipe to process \(child.process) (python3)")
    #expect(trees.explanation(of: child).contains("a pipe to process \(program.pid) (python3)"))
  }
}

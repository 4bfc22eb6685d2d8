// What sleeping threads of real programs wait for, and until when.

import Glibc
import Testing

@testable import Drivers

/// A way of sleeping for a minute, or for ever.
private struct Sleep: Sendable, CustomTestStringConvertible {
  var code: String
  var calls: [String]
  var isEndless = false
  var descriptor: Int32?
  var testDescription: String { code }

  static let libc = "libc = ctypes.CDLL(None)\nminute = (ctypes.c_long * 2)(60, 0)\n"

  static let all = [
    Sleep(code: "time.sleep(60)", calls: ["clock_nanosleep", "nanosleep", "pselect6", "select"]),
    Sleep(code: "libc.nanosleep(minute, None)", calls: ["clock_nanosleep", "nanosleep"]),
    Sleep(code: "libc.clock_nanosleep(0, 0, minute, None)", calls: ["clock_nanosleep"]),
    Sleep(code: "select.select([0], [], [], 60)", calls: ["select", "pselect6"]),
    Sleep(code: "select.select([0], [], [])", calls: ["select", "pselect6"], isEndless: true),
    Sleep(
      code: "p = select.poll(); p.register(0, 1); p.poll(60000)", calls: ["poll", "ppoll"],
      descriptor: 0),
    Sleep(
      code: "p = select.poll(); p.register(0, 1); p.poll()", calls: ["poll", "ppoll"],
      isEndless: true, descriptor: 0),
    Sleep(
      code: "e = select.epoll(); os.dup2(e.fileno(), 77); select.epoll.fromfd(77).poll(60)",
      calls: ["epoll_wait", "epoll_pwait"], descriptor: 77),
    Sleep(
      code: "e = select.epoll(); os.dup2(e.fileno(), 77); select.epoll.fromfd(77).poll()",
      calls: ["epoll_wait", "epoll_pwait"], isEndless: true, descriptor: 77),
    Sleep(code: "threading.Event().wait(60)", calls: ["futex"]),
    Sleep(code: "threading.Event().wait()", calls: ["futex"], isEndless: true),
    Sleep(code: "signal.sigtimedwait([signal.SIGUSR1], 60)", calls: ["rt_sigtimedwait"]),
    Sleep(
      code: "signal.sigwait([signal.SIGUSR1])", calls: ["rt_sigtimedwait"], isEndless: true),
    Sleep(code: "signal.pause()", calls: ["pause", "ppoll"], isEndless: true),
    Sleep(code: "os.read(0, 1)", calls: ["read"], isEndless: true, descriptor: 0),
    Sleep(
      code: "socket.create_server(('127.0.0.1', 0)).accept()", calls: ["accept4", "accept"],
      isEndless: true, descriptor: 3),
    Sleep(
      code: "a, b = socket.socketpair(); a.recv(1)", calls: ["recvfrom"], isEndless: true,
      descriptor: 3),
    // SO_RCVTIMEO.
    Sleep(
      code:
        "import struct; a, b = socket.socketpair(); a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 60, 0)); a.recv(1)",
      calls: ["recvfrom"], descriptor: 3),
    // What is full is waited for too.
    Sleep(
      code: "r, w = os.pipe(); os.write(w, bytes(1 << 20))", calls: ["write"], isEndless: true,
      descriptor: 4),
    // TFD_TIMER of CLOCK_MONOTONIC: its end is in no argument.
    Sleep(
      code:
        "t = libc.timerfd_create(1, 0); libc.timerfd_settime(t, 0, (ctypes.c_long * 4)(0, 0, 60, 0), None); os.read(t, 8)",
      calls: ["read"], descriptor: 3),
    Sleep(
      code:
        "t = libc.timerfd_create(1, 0); libc.timerfd_settime(t, 0, (ctypes.c_long * 4)(0, 0, 60, 0), None); e = select.epoll(); e.register(t, 1); e.poll()",
      calls: ["epoll_wait", "epoll_pwait"], descriptor: 4),
  ]
}

@Suite("What a sleeping thread waits for")
struct ThreadWaitTests {
  private static let second: Int64 = 1_000_000_000

  @Test("by its call, its descriptor and its end", arguments: Sleep.all)
  fileprivate func call(_ sleep: Sleep) throws {
    let program = try SleepingProgram("\(Sleep.libc)print('ready', flush=True)\n\(sleep.code)")
    let trees = ProcessTrees()
    trees.watch(program.pid)
    let waits = try #require(
      SleepingProgram.waits(trees) { sleep.calls.contains($0.first?.call.name ?? "") },
      "\(trees.look())")
    let wait = try #require(waits.first)
    #expect(waits.count == 1 && wait.process == program.pid && wait.root == program.pid)
    #expect(!wait.isStopped && !wait.isBackground)
    #expect(wait.descriptor == sleep.descriptor)
    if sleep.isEndless {
      #expect(wait.end == .forever)
    } else {
      let left = try #require(wait.due, "\(wait)") - EventLoop.now()
      #expect(left > 20 * Self.second && left <= 61 * Self.second, "\(wait)")
    }
    // It is the same sleep, with the same end, as long as nothing happens.
    #expect(trees.look() == .asleep(waits))
  }

  @Test("one that SIGSTOP has stopped sleeps, and its nap goes on")
  func stopped() throws {
    let program = try SleepingProgram(
      "\(Sleep.libc)print('ready', flush=True)\nlibc.nanosleep(minute, None)")
    let trees = ProcessTrees()
    trees.watch(program.pid)
    let before = try #require(SleepingProgram.waits(trees) { $0.first?.due != nil })
    kill(program.pid, SIGSTOP)
    let stopped = try #require(SleepingProgram.waits(trees) { $0.first?.isStopped == true })
    #expect(stopped.first?.isNap == false)
    #expect(stopped.first?.call == before.first?.call)
    #expect(trees.explanation(of: stopped[0]).contains("has been stopped in"))
    kill(program.pid, SIGCONT)
    let after = try #require(SleepingProgram.waits(trees) { $0.first?.isStopped == false })
    let left = try #require(after.first?.due, "\(after)") - EventLoop.now()
    #expect(left > 20 * Self.second && left <= 61 * Self.second)
    #expect(after.first?.isNap == true)
  }

  @Test("one that was stopped while it ran sleeps too")
  func stoppedRunning() throws {
    let program = try SleepingProgram("print('ready', flush=True)\nwhile True: pass")
    let trees = ProcessTrees()
    trees.watch(program.pid)
    guard case .busy(let busy) = trees.look() else {
      Issue.record("it runs")
      return
    }
    #expect(busy.reason == .runs && busy.process == program.pid)
    #expect(
      trees.explanation(of: busy).contains("(python3) runs"), "\(trees.explanation(of: busy))")
    kill(program.pid, SIGSTOP)
    let waits = try #require(SleepingProgram.waits(trees))
    #expect(waits.first?.isStopped == true && waits.first?.end == .forever)
  }

  @Test("a call that doesn't tell when it ends is work, and is said by name")
  func unknownWait() throws {
    let program = try SleepingProgram(
      """
      import tempfile
      path = tempfile.mkdtemp() + '/fifo'
      os.mkfifo(path)
      print('ready', path, flush=True)
      open(path)
      """)
    let path = program.line.trimmingPrefix(" ")
    defer {
      unlink(String(path))
      rmdir(String(path.dropLast("/fifo".count)))
    }
    let trees = ProcessTrees()
    trees.watch(program.pid)
    let deadline = EventLoop.now() + 10 * Self.second
    while EventLoop.now() < deadline {
      if case .busy(let busy) = trees.look(), busy.reason == .unknownWait {
        #expect(
          trees.explanation(of: busy)
            == "thread \(program.pid) (python3) of process \(program.pid) (python3) sleeps in openat, "
            + "which doesn't tell when it ends")
        return
      }
    }
    Issue.record("\(trees.look())")
  }

  @Test("an ended child that nobody waits for is no thread, and neither is an ended program")
  func ended() throws {
    let program = try SleepingProgram(
      """
      if os.fork() == 0: os._exit(0)
      print('ready', flush=True)
      os.read(0, 1)
      """)
    let trees = ProcessTrees()
    trees.watch(program.pid)
    let waits = try #require(SleepingProgram.waits(trees) { $0.first?.call.name == "read" })
    #expect(waits.count == 1)
    kill(program.pid, SIGKILL)
    #expect(SleepingProgram.waits(trees) { $0.isEmpty } != nil)
    trees.unwatch(program.pid)
    #expect(trees.look() == .asleep([]))
  }

  @Test("nothing is kept of a child that was waited for, whose number may be another's then")
  func waitedFor() throws {
    let program = try SleepingProgram(
      """
      if os.fork() == 0: os._exit(0)
      print('ready', flush=True)
      os.read(0, 1)
      os.wait()
      os.read(0, 1)
      """)
    let trees = ProcessTrees()
    trees.watch(program.pid)
    _ = try #require(
      SleepingProgram.waits(trees) { $0.first?.call.name == "read" && trees.processes.count == 2 })
    #expect(write(program.input, "x", 1) == 1)
    #expect(
      SleepingProgram.waits(trees) { $0.first?.call.name == "read" && trees.processes.count == 1 }
        != nil)
  }

  @Test("a thread that begins another program takes the first one's number, and is seen")
  func replacedLeader() throws {
    let program = try SleepingProgram(
      """
      def go():
        os.read(0, 1)
        os.execv(sys.executable, [sys.executable, '-c', 'import os; os.read(0, 1); [0 for _ in iter(int, 1)]'])
      threading.Thread(target=go).start()
      print('ready', flush=True)
      ctypes.CDLL(None).pthread_exit(None)
      """)
    let trees = ProcessTrees()
    trees.watch(program.pid)
    let before = try #require(
      SleepingProgram.waits(trees) { $0.count == 1 && $0[0].thread != program.pid })
    #expect(before[0].call.name == "read")
    #expect(write(program.input, "x", 1) == 1)
    #expect(
      SleepingProgram.waits(trees) {
        $0.count == 1 && $0[0].thread == program.pid && $0[0].call.name == "read"
      }
        != nil)
    #expect(write(program.input, "x", 1) == 1)
    // It runs for ever.
    for _ in 0..<200 {
      if case .asleep(let waits) = trees.look() { Issue.record("\(waits)") }
    }
  }

  @Test("one whose first thread has ended still has its others, and their children")
  func endedLeader() throws {
    let program = try SleepingProgram(
      """
      def go():
        time.sleep(0.05)
        if os.fork() == 0: os.read(0, 1)
        print('ready', flush=True)
        os.read(0, 1)
      threading.Thread(target=go).start()
      ctypes.CDLL(None).pthread_exit(None)
      """)
    let trees = ProcessTrees()
    trees.watch(program.pid)
    let waits = try #require(SleepingProgram.waits(trees) { $0.count == 2 }, "\(trees.look())")
    #expect(waits.allSatisfy { $0.call.name == "read" && $0.thread != program.pid })
    #expect(Set(waits.map(\.process)).count == 2 && waits.allSatisfy { $0.root == program.pid })
  }

  @Test("a descendant whose parents are gone is found by its mark")
  func stray() throws {
    let mark = try ProcessMark()
    defer { mark.endAll() }
    let orphan = try Spawn(
      program: "/bin/sh", arguments: ["-c", "setsid sleep 60 > /dev/null 2>&1 &"],
      environment: Spawn.environment(adding: mark.environment), directory: "/", output: nil
    ).run()
    #expect(orphan.status == 0)
    let trees = ProcessTrees()
    // While it begins another program its environment can't be read.
    let waits = try #require(
      SleepingProgram.waits(trees) { waits in
        if waits.isEmpty { trees.watch(carriersOf: mark) }
        return waits.first?.due != nil
      })
    #expect(waits.count == 1)
  }
}

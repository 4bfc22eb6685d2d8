// Whether processes and all that descends from them rest: every thread of them slept at one moment. Found
// out from /proc, without stopping, tracing or changing them. It never waits for them to come to rest.

/// Processes with all their descendants, looked at for rest. Confined to the thread that made it.
///
///     let trees = ProcessTrees()
///     trees.watch(pid)
///     while case .busy = trees.look() { await loop.sleep(for: .microseconds(100)) }
///
/// A look is a double collect: every thread is read twice, and they rest if nothing differs (the snapshot of
/// Afek et al., "Atomic Snapshots of Shared Memory", 1993; a count of switches makes it sound although
/// the same values can come again). Between the two, the set of threads and of children is compared. So at the
/// moment when the second collect began, all slept. Reading each thread once is not enough: one that was seen
/// asleep may be woken by one that is seen asleep later.
///
/// What cannot be seen: what Linux itself has still to hand on, which is so of TCP (not of unix sockets and
/// pipes), of terminals and of io_uring; and a signal that a timer is to send (`alarm`, `timer_create`). A
/// descendant whose parent ended before the first look at it is found by `watch(carriersOf:)` alone.
/// Programs of 32 bits on a system of 64 aren't understood.
///
/// A look costs about 2 µs for each thread that has slept on since the look before, and 5 µs for each that has
/// moved (CPython 3.11 with 1 thread: 2.5 µs, with 100: 180 µs; a JVM 17 with 27: 60 µs). Each thread takes
/// four descriptors of ours.
public final class ProcessTrees {
  /// How thoroughly to look.
  struct Thoroughness {
    /// One proves nothing.
    var collects = 2
    var includesChildren = true
  }

  private(set) var processes: [ProcessProbe] = []
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 64)
  private let thoroughness: Thoroughness
  var background = BackgroundWaits()
  /// Whom the last look found busy: asked first at the next.
  private var lastBusy: ThreadProbe?
  /// Processes to be watched whose threads couldn't be listed, with the error numbers.
  private var unreadable: [Int32: Int32] = [:]

  /// Watches nobody yet.
  public convenience init() { self.init(Thoroughness()) }

  init(_ thoroughness: Thoroughness) { self.thoroughness = thoroughness }

  deinit { buffer.deallocate() }

  /// Why rest can't be told on this system, as a sentence; nil: it can.
  public static var refusal: String? { RestRefusal.sentence }

  /// From now on a process and its descendants are looked at. To be called while its number is its own: until
  /// it is waited for.
  public func watch(_ pid: Int32) {
    guard !processes.contains(where: { $0.process == pid }) else { return }
    do throws(ProcFailure) {
      processes.append(try ProcessProbe(pid, root: pid))
      unreadable[pid] = nil
    } catch {
      // One that is gone rests; any other is asked for again at the next look.
      unreadable[pid] = error.isGone ? nil : error.error
    }
  }

  /// From now on a process and what was found below it are looked at no more.
  public func unwatch(_ pid: Int32) {
    processes.removeAll { $0.root == pid }
    unreadable[pid] = nil
    background.forget(root: pid)
    lastBusy = nil
  }

  /// Watches the processes that carry a mark and aren't watched yet, such as one whose parent ended before
  /// anybody saw it. Reads the environment of every process of this machine: between schedules, not at each
  /// look. One that is just beginning another program (execve) may be missed once.
  public func watch(carriersOf mark: ProcessMark) {
    for pid in mark.carriers { watch(pid) }
  }

  /// Looks once, and never waits.
  public func look() -> TreeRest {
    if let busy = firstCollect() { return .busy(busy) }
    if let busy = lookForThreads() ?? lookForChildren() { return .busy(busy) }
    if let busy = findOutWaits() { return .busy(busy) }
    if thoroughness.collects > 1, let busy = secondCollect() { return .busy(busy) }
    var waits: [ThreadWait] = []
    for process in processes {
      for thread in process.threads {
        if let wait = thread.wait { waits.append(wait) }
      }
    }
    return .asleep(waits)
  }

  /// Every thread is seen asleep, though not at one moment.
  private func firstCollect() -> BusyThread? {
    if thoroughness.collects > 1, let lastBusy,
      case .busy(let reason) = lastBusy.readFirst(buffer)
    {
      return busy(lastBusy, reason)
    }
    lastBusy = nil
    for pid in unreadable.keys { watch(pid) }
    if let (pid, error) = unreadable.first {
      return BusyThread(process: pid, thread: pid, reason: .unreadable(error))
    }
    for process in processes {
      do throws(ProcFailure) {
        guard try process.list(), !process.threads.isEmpty else {
          dropIfGone(process)
          return busy(process, .changed)
        }
      } catch {
        return busy(process, .unreadable(error.error))
      }
      let isThorough = thoroughness.collects > 1
      for thread in process.threads {
        let reading = isThorough ? thread.readFirst(buffer) : thread.readOnly(buffer)
        if let busy = take(reading, of: thread, in: process) { return busy }
      }
    }
    return nil
  }

  /// Between the two collects: the same threads as before.
  private func lookForThreads() -> BusyThread? {
    for process in processes {
      guard process.hasListedCount else {
        process.unlist()
        return busy(process, .changed)
      }
    }
    return nil
  }

  /// Between the two collects: no child that isn't known.
  private func lookForChildren() -> BusyThread? {
    guard thoroughness.includesChildren else { return nil }
    for process in processes {
      process.rereadInherited()
      for thread in process.threads {
        var newcomers: [Int32] = []
        do throws(ProcFailure) {
          try thread.readChildren(buffer) { pid in
            if !processes.contains(where: { $0.process == pid }) { newcomers.append(pid) }
          }
        } catch {
          let reading = error.isGone ? .gone : ThreadProbe.Reading.busy(.unreadable(error.error))
          return take(reading, of: thread, in: process)
        }
        guard !newcomers.isEmpty else { continue }
        return admit(newcomers, of: thread, in: process)
      }
    }
    return nil
  }

  private func admit(
    _ newcomers: [Int32], of parent: ThreadProbe, in process: ProcessProbe
  ) -> BusyThread? {
    parent.rereadChildren()
    for pid in newcomers {
      do throws(ProcFailure) {
        processes.append(try ProcessProbe(pid, root: process.root))
      } catch {
        // One that has ended already will be missing when the children are read again.
        if !error.isGone { return busy(parent, .unreadable(error.error)) }
      }
    }
    return busy(process, .changed)
  }

  /// What each thread waits for, from its call's arguments; they are of this sleep if the second collect
  /// finds the thread in it still.
  private func findOutWaits() -> BusyThread? {
    for process in processes {
      for thread in process.threads where thread.wait == nil && thread.switches != nil {
        let reader = WaitReader(thread, root: process.root)
        if var wait = reader.wait {
          wait.isBackground = background.contains(wait) { Self.kind(of: wait) }
          thread.wait = wait
          continue
        }
        // Whatever it did when it was stopped, it sleeps now; and a disk is a better reason.
        let reading = thread.readSecond(buffer)
        if let busy = take(reading, of: thread, in: process) { return busy }
        guard thread.state == .stopped else { return busy(thread, .unknownWait) }
        thread.wait = reader.stopped
      }
    }
    return nil
  }

  private func secondCollect() -> BusyThread? {
    for process in processes {
      for thread in process.threads {
        let reading = thread.readSecond(buffer)
        if let busy = take(reading, of: thread, in: process) { return busy }
      }
    }
    return nil
  }

  /// What a reading means for the look: nil, go on.
  private func take(
    _ reading: ThreadProbe.Reading, of thread: ThreadProbe, in process: ProcessProbe
  ) -> BusyThread? {
    switch reading {
    case .asleep, .ended: return nil
    case .busy(let reason):
      lastBusy = thread
      return busy(thread, reason)
    case .gone:
      lastBusy = nil
      process.unlist(thread)
      dropIfGone(process)
      return busy(thread, .changed)
    }
  }

  private func dropIfGone(_ process: ProcessProbe) {
    guard process.isGone else { return }
    processes.removeAll { $0 === process }
    // Its number is free, and its children have another parent.
    for process in processes {
      for thread in process.threads { thread.rereadChildren() }
    }
  }

  private func busy(_ thread: ThreadProbe, _ reason: BusyThread.Reason) -> BusyThread {
    let number = thread.registers.number
    let call = number < 0 ? nil : SystemCall(number: number)
    return BusyThread(
      process: thread.process, thread: thread.thread, reason: reason,
      call: reason == .runs ? nil : call,
      descriptor: call.flatMap { WaitRule.of($0)?.descriptor(thread.registers) })
  }

  private func busy(_ process: ProcessProbe, _ reason: BusyThread.Reason) -> BusyThread {
    BusyThread(process: process.process, thread: process.process, reason: reason)
  }
}

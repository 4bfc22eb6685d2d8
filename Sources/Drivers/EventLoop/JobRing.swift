// The queue of tasks that are ready to run: first come, first served, no allocation once warm.
// It belongs to one thread; jobs from other threads come through EventLoop's inbox.

/// A growing ring buffer of jobs.
struct JobRing: ~Copyable {
  private var slots: UnsafeMutablePointer<UnownedJob>
  /// A power of two, so that a position is cut to an index by `& (capacity - 1)`.
  private var capacity: Int
  private var head = 0
  private(set) var count = 0

  init(capacity: Int = 256) {
    precondition(
      capacity > 0 && capacity & (capacity - 1) == 0, "a ring's capacity is a power of two")
    self.capacity = capacity
    slots = .allocate(capacity: capacity)
  }

  deinit {
    // UnownedJob is trivial: a job nobody ran is its task's to keep, not the ring's.
    slots.deallocate()
  }

  /// Appends a job.
  mutating func push(_ job: UnownedJob) {
    if count == capacity { grow() }
    (slots + ((head + count) & (capacity - 1))).initialize(to: job)
    count += 1
  }

  /// Takes the oldest job, if there is one.
  mutating func pop() -> UnownedJob? {
    guard count > 0 else { return nil }
    let job = slots[head]
    head = (head + 1) & (capacity - 1)
    count -= 1
    return job
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<UnownedJob>.allocate(capacity: capacity * 2)
    for offset in 0..<count {
      (larger + offset).initialize(to: slots[(head + offset) & (capacity - 1)])
    }
    slots.deallocate()
    slots = larger
    head = 0
    capacity *= 2
  }
}

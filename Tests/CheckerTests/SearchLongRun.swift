// The long mode of the differential tests: SOLDOUT_LONG=100000 swift test -c release --filter …

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Histories per model, where the environment asks for more than the suite's own number.
let longRun: Int? = getenv("SOLDOUT_LONG").flatMap { Int(String(cString: $0)) }

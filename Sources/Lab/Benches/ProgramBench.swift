// A trivial client in another language, with and without the proxy that a program's run puts before a
// server: what soldout's proxy costs it.

import Commands
import Drivers
import Foundation

/// A comparison of a program's calls, straight to a private Redis and through a proxy.
final class ProgramBench {
  /// How a client is started: with host, port, password and seconds; it prints its calls.
  struct Language {
    var name: String
    var command: [String]
  }

  private let seconds: Double
  private let folder: String
  private let run: RunDirectory
  private let server: RedisServer
  let languages: [Language]

  init(seconds: Double) throws {
    self.seconds = seconds
    folder =
      FileManager.default.temporaryDirectory
      .appending(path: "soldout-bench-\(ProcessInfo.processInfo.processIdentifier)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    languages = try Self.languages(in: folder)
    guard !languages.isEmpty else {
      throw CLIError("neither python3 nor cc is installed to run a client", .unavailable)
    }
    run = try RunDirectory()
    var options = RedisOptions()
    options.port = .free
    server = try RedisServer.start(options, in: run)
  }

  func close() {
    try? FileManager.default.removeItem(atPath: folder)
    try? run.close()
  }

  private static func languages(in folder: String) throws -> [Language] {
    var languages: [Language] = []
    if let python = Programs.installed.find("python3") {
      try python3Client.write(toFile: "\(folder)/client.py", atomically: true, encoding: .utf8)
      languages.append(Language(name: "Python", command: [python, "\(folder)/client.py"]))
    }
    if let compiler = Programs.installed.find("cc") {
      try cClient.write(toFile: "\(folder)/client.c", atomically: true, encoding: .utf8)
      _ = try Programs.run(compiler, ["-O2", "-o", "\(folder)/client", "\(folder)/client.c"])
      languages.append(Language(name: "C", command: ["\(folder)/client"]))
    }
    return languages
  }

  static let heading =
    "DECR, one connection a client, over TCP: calls per second, medians\n"
    + "  language  clients      direct  by a proxy   ratio  (min to max)\n"

  /// One row of the table.
  func measure(_ language: Language, clients: Int, rounds: Int) throws -> String {
    var direct: [Double] = []
    var proxied: [Double] = []
    for _ in 0..<rounds {
      direct.append(try rate(language, clients: clients, isProxied: false))
      proxied.append(try rate(language, clients: clients, isProxied: true))
    }
    let ratios = zip(proxied, direct).map { $0 / $1 }.sorted()
    let name = language.name.padding(toLength: 8, withPad: " ", startingAt: 0)
    return "  \(name)"
      + String(
        format: "  %7d  %10.0f  %10.0f   %5.2f  (%.2f to %.2f)\n", clients,
        direct.sorted()[rounds / 2], proxied.sorted()[rounds / 2], ratios[rounds / 2], ratios[0],
        ratios[rounds - 1])
  }

  /// Both ways an event loop runs, and a client has the same number of neighbours.
  private func rate(_ language: Language, clients: Int, isProxied: Bool) throws -> Double {
    guard let address = server.tcpAddress, case .tcp(let host, let port) = address.endpoint else {
      throw CLIError("the private Redis has no port", .internalError)
    }
    let (password, seconds) = (address.password ?? "", seconds)
    let endpoint = address.endpoint
    let calls = try EventLoop.run { loop async throws -> Int in
      guard isProxied else {
        return try await loop.runBlocking {
          try Self.calls(language, clients, [host, "\(port)", password, "\(seconds)"])
        }
      }
      let plan = ProxyPlan(instance: 0, server: "redis", wire: .redis, upstream: endpoint)
      let proxy = try Proxy(plan, on: loop)
      defer { proxy.close() }
      // As in a run: every request and its reply are observed.
      proxy.onExchange = { _ in }
      let own = proxy.port ?? 0
      return try await loop.runBlocking {
        try Self.calls(language, clients, [host, "\(own)", password, "\(seconds)"])
      }
    }
    return Double(calls) / seconds
  }

  /// The calls of this many concurrent clients.
  private static func calls(
    _ language: Language, _ clients: Int, _ arguments: [String]
  ) throws -> Int {
    let processes = try (0..<clients).map { _ in
      let process = Process()
      process.executableURL = URL(filePath: language.command[0])
      process.arguments = Array(language.command.dropFirst()) + arguments
      process.standardOutput = Pipe()
      try process.run()
      return process
    }
    return try processes.reduce(0) { sum, process in
      let output = (process.standardOutput as? Pipe)?.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      let text = String(decoding: output ?? Data(), as: UTF8.self)
      guard let count = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)), count > 0 else {
        throw CLIError("a client in \(language.name) made no calls: \(text)", .unavailable)
      }
      return sum + count
    }
  }

  private static let python3Client = #"""
    import socket, sys, time
    host, port, password, seconds = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
    s = socket.create_connection((host, port))
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    f = s.makefile("rb")
    s.sendall(b"*2\r\n$4\r\nAUTH\r\n$%d\r\n%s\r\n" % (len(password), password.encode()))
    assert f.readline() == b"+OK\r\n"
    calls, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        s.sendall(b"*2\r\n$4\r\nDECR\r\n$1\r\nn\r\n")
        f.readline()
        calls += 1
    print(calls)
    """#

  private static let cClient = #"""
    #include <arpa/inet.h>
    #include <netinet/tcp.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <time.h>
    #include <unistd.h>
    static int s;
    static void ask(const char *text) {
      char reply[64];
      if (write(s, text, strlen(text)) < 0) exit(1);
      for (ssize_t n = 0, k; n == 0 || reply[n - 1] != '\n'; n += k)
        if ((k = read(s, reply + n, sizeof reply - n)) <= 0) exit(1);
    }
    static double now(void) {
      struct timespec t;
      clock_gettime(CLOCK_MONOTONIC, &t);
      return t.tv_sec + t.tv_nsec / 1e9;
    }
    int main(int count, char **words) {
      struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(words[2]))};
      int yes = 1;
      inet_pton(AF_INET, words[1], &to.sin_addr);
      s = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(s, (struct sockaddr *)&to, sizeof to) != 0) return 1;
      setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      char login[200];
      snprintf(login, sizeof login, "*2\r\n$4\r\nAUTH\r\n$%zu\r\n%s\r\n", strlen(words[3]), words[3]);
      ask(login);
      long calls = 0;
      for (double end = now() + atof(words[4]); now() < end; calls++)
        ask("*2\r\n$4\r\nDECR\r\n$1\r\nn\r\n");
      printf("%ld\n", calls);
    }
    """#
}

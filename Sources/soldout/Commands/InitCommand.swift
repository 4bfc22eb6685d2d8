// `soldout init`: a workload to begin with, every line of it explained.

import ArgumentParser
import Drivers
import Foundation
import Report

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a workload to edit, every line explained.")

  @Flag(help: "One that drives a program of yours.")
  var program = false

  @Argument(help: "The file to write; one that is there is left alone.", completion: .file())
  var file = "shop.yaml"

  func validate() throws {
    guard program else {
      throw ValidationError("say what the workload is for: --program, for a program of yours")
    }
  }

  func run() throws {
    guard !FileManager.default.fileExists(atPath: file) else {
      throw Complaint("\(file) is there already; name another file", .usage)
    }
    try writeFile(Self.text, to: file)
    Terminal.write("\(file) is written; edit its command, then: soldout run \(file.shellWord)\n")
  }

  private static let text = """
    # What is sold, in a sentence.
    about: Our shop.

    # Your program: one process a client, told JSON lines (docs/your-own-code.md has the protocol).
    program:
      command: [python3, shop.py]   # or a text, split as a shell does it: python3 shop.py
      # directory: .                # from this file's folder
      # env: {MODE: fast}           # wins over all other variables
      servers: [redis]              # redis, postgres: private ones, by REDIS_URL, DATABASE_URL and so on
      # ready: 30s                  # how long a process may take to answer `init`
      # stop: 5s                    # how long it may take to end once its input has

    # Where the program doesn't put up its stock (`open`), or doesn't tell what is left (`remaining`):
    # prepare:
    #   - redis: SET stock:{{item}} {{stock}}
    #   - sql: INSERT INTO stock (id, units) VALUES ('{{item}}', {{stock}})
    # truth: {redis: "GET stock:{{item}}"}   # settle: 2s, where sales arrive later

    clients: 8                      # processes, one call at a time each
    items: 1
    stock: 100                      # units of each item at the start
    mix: {take: 80, read: 20}       # and restock
    operations: 1000                # or duration: 10s
    # deadline: 5s                  # when a call without an answer is given up
    # faults: [reply-loss]          # latency, partition, connection-kill, server-kill …

    """
}

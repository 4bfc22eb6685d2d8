// `soldout init`: a workload to begin with, every line of it explained.

import ArgumentParser
import Drivers
import Foundation
import Report

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a workload to edit, every line explained.")

  @Flag(help: "One that drives a program of yours, by lines.")
  var program = false

  @Flag(help: "One that drives a service of yours, over HTTP.")
  var service = false

  @Argument(help: "The file to write; one that is there is left alone.", completion: .file())
  var file = "shop.yaml"

  func validate() throws {
    guard program != service else {
      throw ValidationError(
        "say what the workload is for: --service, for a service over HTTP, or --program, for a program "
          + "that answers lines")
    }
  }

  func run() throws {
    guard !FileManager.default.fileExists(atPath: file) else {
      throw CLIError("\(file) is there already; name another file", .usage)
    }
    try writeFile(service ? Self.serviceText : Self.programText, to: file)
    Terminal.write(
      "\(file) is written; edit it, then: \(Program.own) probe \(file.shellWord)\n")
  }

  private static let serviceText = """
    about: Our shop.
    service:
      command: java -jar build/libs/shop.jar   # no shell reads it; `url: http://host:8080` for one that runs
      instances: 2                     # told their ports by PORT and SERVER_PORT; as many as clients, and
                                       # every command in a picture is known to be its call's
      servers: [postgres]              # postgres, mysql, redis: private ones, by all the usual names
      ready: GET /actuator/health      # answers 200 when it is
    prepare:                           # puts up the stock; also `redis: SET {{item}} {{stock}}`, or a request
      # - sql: CREATE TABLE stock …    # where the service doesn't make its tables itself
      - sql: INSERT INTO stock (id, quantity) VALUES ({{item.number}}, {{stock}})
    take:                              # buys {{units}} of {{item}} (item-0) or {{item.number}} (0)
      request: POST /stocks/{{item.number}}/decrease
      json: {quantity: "{{units}}"}    # also {{call}}, {{uuid}}: another for every call
      replies:                         # the first that matches; what none knows counts as unknown
        - {status: 200, taken: true}   # `left: $.quantity`, where the answer tells what is left
        - {status: 409, sold-out: true}  # also by `body: sold out` or `json: {$.code: SOLD_OUT}`
    read: {request: "GET /stocks/{{item.number}}", left: $.quantity}   # leave it out if there is none
    truth: {sql: "SELECT quantity FROM stock WHERE id = {{item.number}}"}   # what is left in the end
    clients: 8
    stock: 100                         # units of each item
    operations: 1000                   # calls in all; or `duration: 10s`

    """

  private static let programText = """
    # What is sold, in a sentence.
    about: Our shop.

    # Your program: one process a client, told JSON lines (docs/your-own-code.md has the protocol).
    program:
      command: [python3, shop.py]   # or a text, split as a shell does it: python3 shop.py
      # directory: .                # from this file's folder
      # env: {MODE: fast}           # wins over all other variables
      servers: [redis]              # redis, postgres, mysql: private ones, by REDIS_URL and so on
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
    # faults: [reply-loss]          # crash, client-pause, connection-kill, server-kill …

    """
}

// `soldout init`: a commented workload to begin with.

import ArgumentParser
import Drivers
import Foundation
import Report

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a commented workload to edit.")

  @Flag(help: "For a program of yours that answers JSON lines.")
  var program = false

  @Flag(help: "For an HTTP service of yours.")
  var service = false

  @Argument(help: "The file to write; an existing one is left alone.", completion: .file())
  var file = "shop.yaml"

  func validate() throws {
    guard program != service else {
      throw ValidationError(
        "give --service, for an HTTP service, or --program, for a program that answers JSON lines")
    }
  }

  func run() throws {
    guard !FileManager.default.fileExists(atPath: file) else {
      throw CLIError("\(file) exists; name another file", .usage)
    }
    try writeFile(service ? Self.serviceText : Self.programText, to: file)
    Terminal.write(
      "Wrote \(file); edit it, then run: \(Program.own) probe \(file.shellWord)\n")
  }

  private static let serviceText = """
    about: Our shop.
    service:
      command: java -jar build/libs/shop.jar   # without a shell; `url: http://host:8080` if it runs already
      instances: 2                     # each gets PORT and SERVER_PORT; with one per client
                                       # every command in a picture has its call
      servers: [postgres]              # postgres, mysql, redis: private, in the usual variables
      ready: GET /actuator/health      # answers 200 when ready
    prepare:                           # sets the stock; also `redis: SET {{item}} {{stock}}`, or a request
      # - sql: CREATE TABLE stock …    # if the service doesn't create its tables
      - sql: INSERT INTO stock (id, quantity) VALUES ({{item.number}}, {{stock}})
    take:                              # buys {{units}} of {{item}} (item-0) or {{item.number}} (0)
      request: POST /stocks/{{item.number}}/decrease
      json: {quantity: "{{units}}"}    # also {{call}}, {{uuid}}: new for every call
      replies:                         # the first match counts; without one, the outcome is unknown
        - {status: 200, taken: true}   # `left: $.quantity`, if the answer tells what is left
        - {status: 409, sold-out: true}  # also by `body: sold out` or `json: {$.code: SOLD_OUT}`
    read: {request: "GET /stocks/{{item.number}}", left: $.quantity}   # optional
    truth: {sql: "SELECT quantity FROM stock WHERE id = {{item.number}}"}   # what is left at the end
    clients: 8
    stock: 100                         # units of each item
    operations: 1000                   # calls in all; or `duration: 10s`

    """

  private static let programText = """
    # What is sold, in a sentence.
    about: Our shop.

    # Your program: one process per client, driven by JSON lines (protocol: docs/your-own-code.md).
    program:
      command: [python3, shop.py]   # or a text, split as a shell would: python3 shop.py
      # directory: .                # from this file's folder
      # env: {MODE: fast}           # wins over all other variables
      servers: [redis]              # redis, postgres, mysql: private, in REDIS_URL and so on
      # ready: 30s                  # how long a process may take to answer `init`
      # stop: 5s                    # how long it may take to exit once its input ends

    # If the program doesn't set its stock (`open`), or doesn't tell what is left (`remaining`):
    # prepare:
    #   - redis: SET stock:{{item}} {{stock}}
    #   - sql: INSERT INTO stock (id, units) VALUES ('{{item}}', {{stock}})
    # truth: {redis: "GET stock:{{item}}"}   # settle: 2s, if sales arrive later

    clients: 8                      # processes, one call at a time each
    items: 1
    stock: 100                      # units of each item at the start
    mix: {take: 80, read: 20}       # and restock
    operations: 1000                # or duration: 10s
    # deadline: 5s                  # when an unanswered call is given up
    # faults: [reply-loss]          # crash, client-pause, connection-kill, server-kill …

    """
}

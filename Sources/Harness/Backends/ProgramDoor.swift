// How the processes of a program reach a server: each through a proxy of its own, on a port of 127.0.0.1,
// since what they are written in may know no unix socket.

import Drivers

/// The way of a program's processes to one server.
package struct ProgramDoor: Sendable {
  /// Where their proxies lead.
  var upstream: RedisAddress.Endpoint
  /// Where a proxy leads on a port that the workload names: nobody who comes by that needs to know a
  /// password or a user, since code that has a port written down has these, too.
  var pinnedUpstream: RedisAddress.Endpoint
  /// What the server gets there in the process's place; nil: the proxy can't speak for it.
  var pinnedLogin: ProxyLogin?
  /// The address that a process is given, from where its proxy is and whether the port was named.
  var told: @Sendable (_ proxy: RedisAddress.Endpoint, _ isPinned: Bool) -> any Backend
}

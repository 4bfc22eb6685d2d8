// A Redis as programs find it.

package import Drivers

extension RedisAddress {
  package func door(of server: (any PrivateServer)?) -> ProgramDoor? {
    ProgramDoor(
      upstream: endpoint, pinnedUpstream: endpoint,
      pinnedLogin: ProxyLogin(user: user, password: password)
    ) { proxy, isPinned in
      var address = self
      address.endpoint = proxy
      if isPinned { address.password = nil }
      return address
    }
  }

  package var programVariables: [String: String] {
    guard case .tcp(let host, let port) = endpoint else { return [:] }
    let password = self.password ?? ""
    let login = password.isEmpty ? "" : ":\(password)@"
    return [
      "REDIS_URL": "redis://\(login)\(host):\(port)/0", "REDIS_HOST": host, "REDIS_PORT": "\(port)",
      "REDIS_DB": "0", "REDIS_PASSWORD": password,
      // Not SPRING_DATA_REDIS_URL, which would win over host and port.
      "SPRING_DATA_REDIS_HOST": host, "SPRING_DATA_REDIS_PORT": "\(port)",
      "SPRING_DATA_REDIS_PASSWORD": password, "SPRING_REDIS_HOST": host,
      "SPRING_REDIS_PORT": "\(port)", "SPRING_REDIS_PASSWORD": password,
      "QUARKUS_REDIS_HOSTS": "redis://\(login)\(host):\(port)/0",
    ]
  }
}

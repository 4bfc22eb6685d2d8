// order-lua and order-unique-row, wrong in one way each.

import Drivers
import Harness

enum OrderMutants {
  static let all: [any Mutant.Type] = [
    OrderLuaForgetsAnswers.self,
    OrderLuaForgetsRefusals.self,
    OrderRowWithoutLimit.self,
  ]
}

struct OrderLuaForgetsAnswers: AlteredOrders {
  static let flaw = Flaw(
    "no-answer", of: OrderLua.self, "nobody asks whether the order came before", shownBy: .orders)
  let altered = altering(OrderLua()) {
    $0.script = OrderLua.order.mutated("if answer then return tonumber(answer) end", to: "")
  }
}

struct OrderLuaForgetsRefusals: AlteredOrders {
  static let flaw = Flaw(
    "sold-out-as-taken", of: OrderLua.self, "a refusal is kept as if the order had been taken",
    shownBy: .orders)
  let altered = altering(OrderLua()) {
    $0.script = OrderLua.order.mutated(
      "redis.call('SET', KEYS[2], left)", to: "redis.call('SET', KEYS[2], math.max(left, 0))")
  }
}

struct OrderRowWithoutLimit: AlteredOrders {
  static let flaw = Flaw(
    "no-limit", of: OrderUniqueRow.self, "UPDATE takes the units whether they are there or not",
    shownBy: .orders)
  let altered = altering(OrderUniqueRow()) {
    $0.takeUnits = Statement.takeOrdered.mutated(" AND units >= $2", to: "")
  }
}

// Requests with places for a call's own values: filled, typed, escaped, and refused where a name is none.

import Drivers
import History
import Testing

@testable import Harness

private let values: PlaceholderValues = {
  var values = PlaceholderValues()
  (values.item, values.itemNumber, values.units, values.stock) = ("item-3", 3, 2, 100)
  (values.call, values.client, values.uuid, values.port) = ("p7-12", 7, "0b1c", 8081)
  values.captured = ["token": "a b/ç"]
  return values
}()

@Suite("Templates of requests")
struct TemplateTests {
  @Test(
    "placeholders stand for a call's values",
    arguments: [
      ("{{item}}", "item-3"), ("{{ item.number }}", "3"), ("{{units}}/{{stock}}", "2/100"),
      ("{{call}}-{{client}}-{{uuid}}-{{port}}", "p7-12-7-0b1c-8081"), ("plain", "plain"),
      ("'{{1,2},{3,4}}' {{{item}}}", "'{{1,2},{3,4}}' {item-3}"),
      ("}} {{token}} }}", "}} a b/ç }}"), ("", ""),
    ])
  func filled(_ text: String, _ known: String) throws {
    #expect(try Template(text, captured: ["token"]).filled(values) == known)
  }

  @Test("a name that is none is refused, also one that nothing captures")
  func refused() {
    #expect(throws: TemplateRefusal(reason: "{{itm}} is not available here", name: "itm")) {
      try Template("{{itm}}")
    }
    #expect(throws: TemplateRefusal(reason: "{{token}} is not available here", name: "token")) {
      try Template("{{token}}")
    }
    #expect(throws: TemplateRefusal(reason: "a {{ is never closed")) { try Template("a {{item") }
  }

  @Test("a lone placeholder keeps its type in JSON; texts are escaped")
  func json() throws {
    let template = JSONTemplate.map([
      JSONTemplate.Entry(name: "quantity", value: .text(try Template("{{units}}"))),
      JSONTemplate.Entry(name: "text", value: .text(try Template("{{units}} \"\n\u{1}한"))),
      JSONTemplate.Entry(
        name: "list",
        value: .list([.constant(.null), .constant(.bool(true)), .constant(.double(0.5))])),
      JSONTemplate.Entry(name: "call", value: .text(try Template("{{call}}"))),
    ])
    #expect(
      template.text(values)
        == #"{"quantity":2,"text":"2 \"\n\u0001한","list":[null,true,0.5],"call":"p7-12"}"#)
    _ = try Value(json: Array(template.text(values).utf8))
  }

  @Test("values in a path and a form are encoded, in a header as they are")
  func request() throws {
    var template = RequestTemplate(
      method: "POST", target: try Template("/items/{{token}}?n={{units}}", captured: ["token"]),
      place: "a.yaml:1:1")
    template.headers = [.init(name: "X-Call", value: try Template("{{call}}"))]
    template.body = .form([.init(name: "the item", value: try Template("{{item}}&"))])
    let request = try template.request(values, base: "/api")
    #expect(request.target == "/api/items/a%20b%2F%C3%A7?n=2")
    #expect(String(decoding: request.body, as: UTF8.self) == "the%20item=item-3%26")
    #expect(
      request.headers == [
        HTTPHeader("X-Call", "p7-12"),
        HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
      ])
    #expect(template.mentions(.item) && template.mentions(.units) && !template.mentions(.stock))
  }
}

@Suite("JSON paths")
struct JSONPathTests {
  @Test(
    "a path leads to a value",
    arguments: [
      ("$", nil), ("$.a", "1"), ("$.b.c[1]", "3"), ("$.b.c[-1]", "3"), ("$['b']['c'][0]", "2"),
      ("$.b[\"x y\"]", "null"), ("$.none", nil), ("$.b.c[2]", nil), ("$.a.b", nil),
    ])
  func found(_ text: String, _ known: String?) throws {
    let value = try Value(json: Array(#"{"a":1,"b":{"c":[2,3],"x y":null}}"#.utf8))
    let path = try #require(JSONPath(text))
    guard text != "$" else {
      #expect(path.value(in: value) == value)
      return
    }
    #expect(path.value(in: value)?.description == known)
  }

  @Test(
    "what could mean several values, or nothing, is none",
    arguments: [
      "", "a", ".a", "$.", "$..a", "$.*", "$[*]", "$[0:2]", "$['a'", "$a", "$.a b", "$[a]",
    ])
  func none(_ text: String) {
    #expect(JSONPath(text) == nil)
  }
}

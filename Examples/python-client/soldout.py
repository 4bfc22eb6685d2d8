"""Lets soldout drive a shop written in Python: JSON lines on standard input and output.

    class Shop:
        def open(self, items, units): ...             # put `units` of each item in stock
        def take(self, item, units, call): ...        # units left, TAKEN, or SOLD_OUT
        def read(self, item): ...                     # the units a buyer is shown
        def restock(self, item, units): ...
        def remaining(self, item): ...                # the units in the store, at the end
        def claim(self, item, buyer, call): ...       # coupons: as take, or ALREADY if the buyer has one
        def order(self, item, id, units): ...         # orders that come again: as take, the same each time

    soldout.serve(Shop())

A method that Shop lacks is answered with code 10. Raise Refused if nothing happened and nothing will;
any other exception means that the call may have happened.
"""
import json
import sys

SOLD_OUT, ALREADY, TAKEN = object(), object(), None
CALLS = ("open", "take", "read", "restock", "remaining", "claim", "order")


class Refused(Exception):
    """The call had no effect: 11 for now, 14 aborted, 22 a condition did not hold, 30 a conflict."""

    def __init__(self, text="", code=11):
        super().__init__(text)
        self.code = code


def answer(shop, body):
    kind = body["type"]
    if kind == "init":
        return {"type": "init_ok"}
    method = getattr(shop, kind, None)
    if kind not in CALLS or method is None:
        return {"type": "error", "code": 10, "text": f"no {kind} here"}
    fields = {name: value for name, value in body.items() if name not in ("type", "msg_id")}
    try:
        result = method(**fields)
    except Refused as refusal:
        return {"type": "error", "code": refusal.code, "text": str(refusal)}
    except Exception as error:
        return {"type": "error", "code": 13, "text": f"{type(error).__name__}: {error}"}
    if result is SOLD_OUT:
        return {"type": "sold_out"}
    if result is ALREADY:
        return {"type": "already"}
    left = {"take": "left", "claim": "left", "order": "left"}
    name = {**left, "read": "value", "remaining": "value"}.get(kind)
    return {"type": kind + "_ok", **({name: result} if name and result is not TAKEN else {})}


def serve(shop):
    """Answers line by line until standard input ends."""
    node = None
    for line in sys.stdin:
        message = json.loads(line)
        body = message["body"]
        node = body.get("node_id", node)
        reply = {**answer(shop, body), "in_reply_to": body["msg_id"]}
        print(json.dumps({"src": node, "dest": message["src"], "body": reply}), flush=True)

// A shop in Node without any package: it takes by GET and SET, or the same under a lock for which it naps 10 ms
// at a time.

const { setTimeout: pause } = require("node:timers/promises");
const { Redis } = require("../../Examples/node-shop/redis.js");

const way = process.argv[2];
const { REDIS_HOST: host, REDIS_PORT: port, REDIS_PASSWORD: password } = process.env;
const redis = new Redis({ host, port, password });

async function take({ item, units }) {
  const left = Number(await redis.send("GET", item)) - units;
  if (left >= 0) await redis.send("SET", item, left);
  return left;
}

async function locked(body) {
  const lock = "lock:" + body.item;
  while ((await redis.send("SET", lock, body.call, "NX")) === null) await pause(10);
  const left = await take(body);
  await redis.send("DEL", lock);
  return left;
}

async function answer(body) {
  if (body.type === "open") for (const item of body.items) await redis.send("SET", item, body.units);
  if (body.type === "take") {
    const left = await (way === "nap" ? locked : take)(body);
    return left < 0 ? { type: "sold_out" } : { type: "take_ok", left };
  }
  const value = ["read", "remaining"].includes(body.type) ? Number(await redis.send("GET", body.item)) : undefined;
  return { type: body.type + "_ok", value };
}

const input = require("node:readline").createInterface({ input: process.stdin });
input.on("close", () => process.exit());
input.on("line", async (line) => {
  const { body } = JSON.parse(line);
  const reply = await answer(body).catch((error) => ({ type: "error", code: 13, text: String(error) }));
  console.log(JSON.stringify({ src: "n", dest: "soldout", body: { ...reply, in_reply_to: body.msg_id } }));
});

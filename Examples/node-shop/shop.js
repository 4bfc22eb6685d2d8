// A shop in Node on Redis, one connection for all requests. /items/ takes by a script; /racy/ awaits GET, and
// its SET overwrites what other requests did meanwhile, though one thread runs all of it.
const http = require("http");
const { Redis } = require("./redis.js");

const redis = new Redis({
  host: process.env.REDIS_HOST,
  port: Number(process.env.REDIS_PORT),
  password: process.env.REDIS_PASSWORD,
});
const script = `local left = redis.call('GET', KEYS[1]) - 1
if left >= 0 then redis.call('SET', KEYS[1], left) end
return left`;

const read = async (item) => Number(await redis.send("GET", item));
const take = (item) => redis.send("EVAL", script, 1, item);
async function racy(item) {
  const left = (await read(item)) - 1;
  if (left >= 0) await redis.send("SET", item, left);
  return left;
}

async function answer(request) {
  const [, place, item] = request.url.split("/");
  if (place === "health") return [200, { pong: await redis.send("PING") }];
  if (request.method === "GET") return [200, { left: await read(item) }];
  const left = await (place === "racy" ? racy : take)(item);
  return left < 0 ? [409, { code: "SOLD_OUT" }] : [200, { left }];
}

http
  .createServer(async (request, response) => {
    const [status, body] = await answer(request).catch((error) => [500, { error: error.message }]);
    request.resume();
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  })
  .listen(Number(process.env.PORT), "127.0.0.1");

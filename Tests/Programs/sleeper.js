// Waits as Node programs do, on demand, like sleeper.py. It knows nothing of virtual time.

const { setTimeout: pause } = require("node:timers/promises");
const input = require("node:readline").createInterface({ input: process.stdin });

input.on("line", async (line) => {
  const [, , seconds] = line.split(" ");
  const start = performance.now();
  await pause(Number(seconds) * 1000);
  console.log("over", (performance.now() - start) / 1000);
});
console.log("ready");

// As much of Redis' protocol as the shop needs, over a plain Node socket: commands may be sent while others
// are under way, and are answered in order. What was under way when the connection broke is never resent.
const net = require("net");

class Redis {
  constructor({ host, port, password }) {
    Object.assign(this, { host, port, password, socket: null, waiting: [], rest: "" });
  }

  send(...words) {
    if (!this.socket) this.connect();
    return this.write(words);
  }

  connect() {
    const socket = net.createConnection(this.port, this.host);
    socket.setEncoding("utf8").setNoDelay(true);
    this.socket = socket;
    this.rest = "";
    const lose = (error) => {
      if (this.socket !== socket) return;
      this.socket = null;
      for (const { reject } of this.waiting.splice(0)) reject(error ?? new Error("connection lost"));
    };
    socket.on("data", (text) => this.read(text)).on("error", lose).on("close", () => lose());
    if (this.password) this.write(["AUTH", this.password]).catch(() => {});
  }

  write(words) {
    const texts = words.map(String).map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    this.socket.write(`*${words.length}\r\n${texts.join("")}`);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  read(text) {
    this.rest += text;
    for (let end; (end = this.rest.indexOf("\r\n")) >= 0; ) {
      const [kind, head] = [this.rest[0], this.rest.slice(1, end)];
      let [value, next] = [head, end + 2];
      if (kind === "$" && head !== "-1") {
        next += Number(head) + 2;
        if (this.rest.length < next) return;
        value = this.rest.slice(end + 2, next - 2);
      } else if (kind === "$") value = null;
      else if (kind === ":") value = Number(head);
      this.rest = this.rest.slice(next);
      const { resolve, reject } = this.waiting.shift();
      if (kind === "-") reject(new Error(head));
      else resolve(value);
    }
  }
}

module.exports = { Redis };

// A worker that asks through the npm package "redis". See worker.py for what a worker is.
import { createWriteStream } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const options = JSON.parse(process.argv[2]);
const { createClient, ErrorReply } = createRequire(options.modules + "/")("redis");

// What these say is final; an error that is not listed counts as open, whatever it is.
const refusals = new Set(["CLUSTERDOWN", "LOADING", "MISCONF", "NOREPLICAS", "TRYAGAIN"]);
const kinds = [["get", 38], ["put", 24], ["absent", 8], ["present", 7], ["delete", 8], ["incr", 9], ["count", 6]];
const finalAttempts = 60;
const finalPause = 250;
const reconnectPause = 50;
const longValue = 600;

const history = createWriteStream(options.history);
const now = () => process.hrtime.bigint();
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Refused extends Error {}

// An error or a silence that leaves open what happened.
class Open extends Error {
  constructor(code, isBroken) {
    super(code);
    this.isBroken = isBroken;
  }
}

// A generator of random numbers with a seed (mulberry32).
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Gives up on a promise that takes too long; what it ends in later is nobody's business any more.
function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Open(what, true)), options.timeout * 1000);
  });
  promise.catch(() => {});
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// One connection that never repeats a command of itself, nor comes back once it is gone.
class Connection {
  static async open(host, port) {
    const client = createClient({
      socket: { host, port, reconnectStrategy: false, connectTimeout: options.timeout * 1000 },
      disableOfflineQueue: true,
    });
    client.on("error", () => {});
    try {
      await within(client.connect(), "ConnectTimeout");
    } catch (error) {
      Connection.abandon(client);
      throw new Open(error.constructor.name, true);
    }
    return new Connection(client);
  }

  static abandon(client) {
    try {
      client.destroy();
    } catch {
      // It was closed already.
    }
  }

  constructor(client) {
    this.client = client;
  }

  close() {
    Connection.abandon(this.client);
  }

  async run(command) {
    try {
      return await within(this.ask(command), "Timeout");
    } catch (error) {
      if (error instanceof Open) {
        throw error;
      }
      if (!(error instanceof ErrorReply)) {
        throw new Open(error.constructor.name, true);
      }
      const code = error.message.split(" ", 1)[0];
      throw refusals.has(code) ? new Refused(code) : new Open(code, false);
    }
  }

  async ask({ op, key, args, isPresent }) {
    switch (op) {
      case "get": {
        const value = await this.client.get(key);
        return { op, args, result: value === null ? { found: false } : { found: true, value } };
      }
      case "delete":
        return { op, args, result: { found: (await this.client.del(key)) === 1 } };
      case "incr":
        return { op, args, result: { value: String(await this.client.incrBy(key, args.by)) } };
      case "cas":
        return { op, args, result: (await this.client.set(key, args.value, { NX: true })) === null ? { applied: false } : {} };
      default:
        if (!isPresent) {
          await this.client.set(key, args.value);
          return { op, args, result: {} };
        }
        return (await this.client.set(key, args.value, { XX: true })) === null
          ? { op: "get", args: {}, result: { found: false } }
          : { op, args, result: { found: true } };
    }
  }
}

let isFinal = false;
const unread = [];

class Client {
  constructor(number) {
    this.random = seeded(options.seed * 1009 + number);
    this.number = number;
    this.place = number;
    // Half of the clients stay with one node, however it does; the others go on to the next after an error.
    this.roams = number % 2 === 1;
    this.identity = options.firstClient + number;
    this.values = 0;
    this.connection = null;
  }

  async live() {
    while (!isFinal) {
      if (await this.reach()) {
        await this.do(this.next());
        await pause(this.random() * 2000 * options.pace);
      } else {
        await pause(reconnectPause);
      }
    }
    for (let place = this.number; place < options.finalKeys.length; place += options.clients) {
      if (!(await this.readFinally(options.finalKeys[place]))) {
        unread.push(options.finalKeys[place]);
      }
    }
    this.drop();
  }

  async readFinally(key) {
    for (let attempt = 0; attempt < finalAttempts; attempt++) {
      if ((await this.reach()) && (await this.do({ op: "get", key, args: {} }))) {
        return true;
      }
      this.move();
      await pause(finalPause);
    }
    return false;
  }

  async reach() {
    if (this.connection !== null) {
      return true;
    }
    const [host, port] = options.targets[this.place % options.targets.length];
    try {
      this.connection = await Connection.open(host, port);
      return true;
    } catch (error) {
      if (!(error instanceof Open)) {
        throw error;
      }
      if (this.roams) {
        this.move();
      }
      return false;
    }
  }

  move() {
    this.drop();
    this.place++;
  }

  drop() {
    this.connection?.close();
    this.connection = null;
  }

  async do(command) {
    const call = now();
    try {
      const { op, args, result } = await this.connection.run(command);
      this.write(command.key, op, args, call, "ok", { result });
      return true;
    } catch (error) {
      if (error instanceof Refused) {
        this.write(command.key, command.op, command.args, call, "fail", { error: error.message });
      } else if (error instanceof Open) {
        this.write(command.key, command.op, command.args, call, "unknown", { error: error.message });
        // Whoever does not know how its operation ended is not heard of again.
        this.identity += options.clients;
        if (error.isBroken) {
          this.drop();
        }
      } else {
        throw error;
      }
      if (this.roams) {
        this.move();
      }
      return false;
    }
  }

  write(key, op, args, call, outcome, more) {
    const head = JSON.stringify({ client: this.identity, key, op, arguments: args }).slice(0, -1);
    const tail = JSON.stringify({ outcome, ...more }).slice(1);
    // Times are beyond what numbers in JavaScript keep.
    history.write(`${head},"call":${call},"return":${now()},${tail}\n`);
  }

  next() {
    let place = this.random() * kinds.reduce((sum, [, weight]) => sum + weight, 0);
    const [kind] = kinds.find(([, weight]) => (place -= weight) < 0);
    if (kind === "incr" || kind === "count") {
      const key = this.choice(options.numbers);
      return kind === "incr" ? { op: "incr", key, args: { by: this.choice([1, 2, 3, -1]) } } : { op: "get", key, args: {} };
    }
    const key = this.choice(this.random() < 0.1 ? options.cold : options.texts);
    if (kind === "get" || kind === "delete") {
      return { op: kind, key, args: {} };
    }
    let value = `${this.identity}.${++this.values}`;
    if (this.random() < 0.05) {
      value += ".".repeat(longValue);
    }
    return kind === "absent"
      ? { op: "cas", key, args: { expected: null, value } }
      : { op: "put", key, args: { value }, isPresent: kind === "present" };
  }

  choice(list) {
    return list[Math.floor(this.random() * list.length)];
  }
}

const lives = Array.from({ length: options.clients }, (_, number) => new Client(number).live());
console.log("started");
const input = createInterface({ input: process.stdin });
input.once("close", () => isFinal || process.exit(0));
input.once("line", async (line) => {
  if (line !== "final") {
    process.exit(0);
  }
  isFinal = true;
  await Promise.all(lives);
  await new Promise((resolve) => history.end(resolve));
  if (unread.length > 0) {
    console.log(`${unread.length} keys could not be read in the end, ${unread[0]} among them`);
    process.exit(3);
  }
  console.log("done");
  process.exit(0);
});

// Starts the service with its invented cases on a port of its own, calls it as its demo clients, and ends it again.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PATIENCE_SECONDS = 900; // loading the invented cases leads each of them through the service

/** Return a service that serves: the one at BASE_URL, or one that is started now, on 127.0.0.1, in a new folder. */
export async function started() {
  if (process.env.BASE_URL) return { url: process.env.BASE_URL, stop: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), "oocd-browser-"));
  const port = await freePort();
  const python = process.env.PYTHON ?? join(ROOT, ".venv/bin/python");
  const environment = { ...process.env, PORT: String(port), DATA_DIR: folder };
  const child = spawn(python, ["-m", "app", "run"], { cwd: ROOT, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const ended = new Promise((done) => child.once("exit", done));
  const stop = async () => {
    child.kill("SIGINT");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  for (let waited = 0; waited < PATIENCE_SECONDS; waited += 1) {
    if (child.exitCode !== null) throw new Error(`The service ended while it started:\n${said}`);
    const answer = await fetch(`${url}/health/readiness`).catch(() => null);
    if (answer?.ok) return { url, stop };
    await sleep(1000);
  }
  await stop();
  throw new Error(`The service did not serve within ${PATIENCE_SECONDS} seconds:\n${said}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Calls a service as its demo clients, with what every request carries. */
export class Caller {
  #tokens = new Map();

  constructor(url) {
    this.url = url;
  }

  /** Return the headers of a client's request. */
  async headers(who, purpose, accept = "application/json") {
    return { authorization: `Bearer ${await this.#token(who)}`, "x-purpose": purpose, accept };
  }

  /** Return the answer of a request; throw unless it succeeded. */
  async send(who, purpose, method, path, body) {
    const headers = await this.headers(who, purpose);
    if (method === "POST") headers["idempotency-key"] = randomUUID();
    if (body !== undefined) headers["content-type"] = "application/json";
    const answer = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} as ${who}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  async #token(who) {
    if (!this.#tokens.has(who)) {
      const form = new URLSearchParams({ grant_type: "client_credentials", client_id: who, client_secret: "demo" });
      const answer = await fetch(`${this.url}/oauth2/token`, { method: "POST", body: form });
      if (!answer.ok) throw new Error(`No token for ${who}: ${answer.status}`);
      this.#tokens.set(who, (await answer.json()).access_token);
    }
    return this.#tokens.get(who);
  }
}
